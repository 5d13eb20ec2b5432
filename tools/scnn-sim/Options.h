//===- Options.h - Command line of scnn-sim -------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_TOOLS_SCNN_SIM_OPTIONS_H
#define SCNN_TOOLS_SCNN_SIM_OPTIONS_H

#include "scnn/Simulator/Accelerator.h"

#include "llvm/Support/CommandLine.h"
#include <string>

namespace options {

inline llvm::cl::OptionCategory category("scnn-sim options");

inline llvm::cl::opt<std::string> program(llvm::cl::Positional,
                                          llvm::cl::desc("PROGRAM.scnn"),
                                          llvm::cl::cat(category));
inline llvm::cl::list<std::string>
    inputs("input", llvm::cl::desc("Tensor for an input; one for each"),
           llvm::cl::value_desc("NAME=FILE.npy"), llvm::cl::cat(category));
inline llvm::cl::list<std::string>
    outputs("output", llvm::cl::desc("File for an output; repeatable"),
            llvm::cl::value_desc("NAME=FILE.npy"), llvm::cl::cat(category));
inline llvm::cl::opt<std::string>
    outputDir("output-dir", llvm::cl::desc("Write every output there"),
              llvm::cl::value_desc("DIR"), llvm::cl::cat(category));
/// See `parse`.
inline std::string stats;
inline llvm::cl::opt<std::string>
    trace("trace", llvm::cl::desc("Write a Chrome/Perfetto trace"),
          llvm::cl::value_desc("FILE.json"), llvm::cl::cat(category));
inline llvm::cl::opt<uint64_t>
    traceLimit("trace-limit",
               llvm::cl::desc("Slices that a trace has at most (default: "
                              "500000)"),
               llvm::cl::value_desc("N"), llvm::cl::init(500000),
               llvm::cl::cat(category));
inline llvm::cl::opt<std::string>
    machine("machine",
            llvm::cl::desc("Machine whose timing fields and prices replace the "
                           "program's"),
            llvm::cl::value_desc("NAME|FILE.yaml"), llvm::cl::cat(category));
inline llvm::cl::list<std::string>
    compare("compare",
            llvm::cl::desc("Also report what other machines spend on the same "
                           "layers"),
            llvm::cl::value_desc("NAME|FILE.yaml,..."),
            llvm::cl::CommaSeparated, llvm::cl::cat(category));
inline llvm::cl::opt<std::string> describeMachine(
    "describe-machine",
    llvm::cl::desc("Print a machine's fields and prices as JSON, and simulate "
                   "nothing"),
    llvm::cl::value_desc("NAME|FILE.yaml"), llvm::cl::cat(category));
inline llvm::cl::opt<scnn::sim::EngineKind> engine(
    "engine", llvm::cl::desc("Simulation engine"),
    llvm::cl::init(scnn::sim::EngineKind::Fast),
    llvm::cl::values(
        clEnumValN(scnn::sim::EngineKind::Fast, "fast", "by recurrences"),
        clEnumValN(scnn::sim::EngineKind::Cycle, "cycle",
                   "cycle by cycle; the same result")),
    llvm::cl::cat(category));
inline llvm::cl::opt<bool>
    verify("verify",
           llvm::cl::desc("Compare every layer with the fixed-point and the "
                          "float reference"),
           llvm::cl::cat(category));

inline void parse(int argc, char **argv) {
  // LLVM's library has a -stats of its own, for the statistics of its passes.
  auto &registered = llvm::cl::getRegisteredOptions();
  if (auto found = registered.find("stats"); found != registered.end())
    found->second->removeArgument();
  static llvm::cl::opt<std::string, true> statsOption(
      "stats", llvm::cl::desc("Write the stats file"), llvm::cl::location(stats),
      llvm::cl::value_desc("FILE.json"), llvm::cl::cat(category));
  llvm::cl::HideUnrelatedOptions(category);
  llvm::cl::ParseCommandLineOptions(argc, argv,
                                    "Simulates a program for SCNN\n");
}

} // namespace options

#endif // SCNN_TOOLS_SCNN_SIM_OPTIONS_H
