//===- scnn-sim.cpp - Simulates a program ---------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Options.h"

#include "scnn/Host/NamedTensor.h"
#include "scnn/Host/Npy.h"
#include "scnn/Machine/MachineJson.h"
#include "scnn/Runtime/Runtime.h"
#include "scnn/Runtime/Verify.h"
#include "scnn/Support/WriteFile.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/WithColor.h"

using namespace scnn;
using llvm::Error;
using llvm::Expected;

static std::vector<std::string> namesOf(const Program &program,
                                        llvm::ArrayRef<uint32_t> values) {
  std::vector<std::string> names;
  for (uint32_t value : values)
    names.push_back(program.values[value].name);
  return names;
}

/// The one run's inputs in the program's order: what is given, else the samples
/// that the program carries.
static Expected<std::vector<HostTensor>> readInputs(const Program &program) {
  std::vector<NamedTensor> tensors;
  for (const std::string &argument : options::inputs) {
    Expected<NamedTensor> tensor = readNamedTensor(argument);
    if (!tensor)
      return tensor.takeError();
    tensors.push_back(std::move(*tensor));
  }
  std::vector<ElementKind> kinds;
  for (uint32_t input : program.inputs) {
    const Program::Value &value = program.values[input];
    kinds.push_back(value.kind);
    bool isGiven = llvm::any_of(tensors, [&](const NamedTensor &tensor) {
      return tensor.name == value.name;
    });
    if (!isGiven && !value.sample.empty())
      tensors.push_back({value.name, options::program, sampleOf(value)});
  }
  auto runs = groupIntoRuns(tensors, namesOf(program, program.inputs), kinds);
  if (!runs)
    return runs.takeError();
  if (runs->size() > 1)
    return llvm::createStringError("expected one --input for each input");
  return runs->empty() ? std::vector<HostTensor>() : std::move(runs->front());
}

/// Which output goes to which file.
static Expected<std::vector<std::pair<size_t, std::string>>>
outputFiles(const Program &program) {
  std::vector<std::string> names = namesOf(program, program.outputs);
  std::vector<std::pair<size_t, std::string>> files;
  for (const std::string &argument : options::outputs) {
    auto split = splitNameAndFile(argument);
    if (!split)
      return split.takeError();
    auto found = llvm::find(names, split->first);
    if (found == names.end())
      return llvm::createStringError("the program has no output '" +
                                     split->first + "'; its outputs are: " +
                                     llvm::join(names, ", "));
    files.emplace_back(found - names.begin(), split->second);
  }
  if (!options::outputDir.empty()) {
    if (std::error_code error =
            llvm::sys::fs::create_directories(options::outputDir))
      return llvm::createStringError(options::outputDir + ": " +
                                     error.message());
    for (auto [index, name] : llvm::enumerate(names)) {
      llvm::SmallString<128> file(options::outputDir);
      llvm::sys::path::append(file, fileNameFor(name) + ".npy");
      files.emplace_back(index, file.str().str());
    }
  }
  return files;
}

static Error writeJson(llvm::StringRef file, const llvm::json::Value &value) {
  return writeFile(file, [&](llvm::raw_ostream &os) {
    llvm::json::OStream(os, 1).value(value);
    os << '\n';
    return Error::success();
  });
}

/// The machines of --compare, for a run on `machine`.
static Expected<std::vector<std::unique_ptr<ComparisonMachine>>>
readComparisons(const Machine &machine) {
  std::vector<std::unique_ptr<ComparisonMachine>> machines;
  for (const std::string &argument : options::compare) {
    auto read = loadComparisonMachine(argument, machine);
    if (!read)
      return read.takeError();
    // They are told apart by name.
    for (const auto &other : machines)
      if (other->name == (*read)->name)
        return llvm::createStringError("--compare: two machines have the name '" +
                                       other->name + "'");
    machines.push_back(std::move(*read));
  }
  return machines;
}

static Error describeMachine() {
  if (!options::program.empty())
    return llvm::createStringError(
        "expected no program with --describe-machine, but got '" +
        options::program + "'");
  Expected<Machine> machine = loadMachine(options::describeMachine);
  if (!machine)
    return machine.takeError();
  llvm::json::OStream(llvm::outs(), 1).value(describe(*machine));
  llvm::outs() << '\n';
  return Error::success();
}

static Error writeTraceFile(const RunReport &report) {
  std::string leftOut;
  Error error = writeFile(options::trace, [&](llvm::raw_ostream &os) {
    leftOut = writeTrace(report, options::traceLimit, os);
    return Error::success();
  });
  if (!error && !leftOut.empty())
    llvm::WithColor::note(llvm::errs(), "scnn-sim")
        << options::trace << ": " << leftOut << " (--trace-limit)\n";
  return error;
}

static Error simulate() {
  if (options::program.empty())
    return llvm::createStringError("expected a program");
  Expected<Program> program = readProgram(options::program);
  if (!program)
    return program.takeError();
  RunOptions runOptions;
  runOptions.engine = options::engine;
  runOptions.machine = program->machine;
  if (!options::machine.empty()) {
    Expected<Machine> machine = loadMachine(options::machine, program->machine);
    if (!machine)
      return machine.takeError();
    if (Error error = verifyTimingOverride(program->machine, *machine))
      return llvm::createStringError(options::machine + ": " +
                                     toString(std::move(error)));
    runOptions.machine = *machine;
  }
  auto comparisons = readComparisons(runOptions.machine);
  if (!comparisons)
    return comparisons.takeError();
  runOptions.comparisons = *comparisons;
  runOptions.keepLayerOutputs = options::verify;
  if (options::verify && program->reference.empty())
    return llvm::createStringError(
        options::program +
        ": has no reference to verify against (compile with --reference)");
  if (llvm::sys::Process::StandardErrIsDisplayed())
    runOptions.progress = [](const Program::Layer &layer, int64_t group,
                             int64_t groups) {
      llvm::errs() << "\r\033[Kscnn-sim: " << layer.name << ": group " << group
                   << " of " << groups;
      if (group == groups)
        llvm::errs() << "\r\033[K";
    };

  Expected<std::vector<HostTensor>> inputs = readInputs(*program);
  if (!inputs)
    return inputs.takeError();
  auto files = outputFiles(*program);
  if (!files)
    return files.takeError();
  Expected<RunResult> result = run(*program, *inputs, runOptions);
  if (!result)
    return llvm::createStringError(options::program + ": " +
                                   toString(result.takeError()));

  for (const auto &[index, file] : *files)
    if (Error error = writeNpy(file, result->outputs[index]))
      return error;
  if (!options::stats.empty())
    if (Error error = writeJson(options::stats, toJson(result->report)))
      return error;
  if (!options::trace.empty())
    if (Error error = writeTraceFile(result->report))
      return error;
  printTable(result->report, llvm::outs());
  for (const LayerReport &layer : result->report.layers)
    if (!layer.onHost() && layer.counters->saturations > 0)
      llvm::WithColor::warning(llvm::errs(), "scnn-sim")
          << "layer '" << layer.layer.name << "': "
          << layer.counters->saturations << " of "
          << layer.counters->outputPositions
          << " outputs saturated; calibrate with an input like this one\n";
  if (options::verify)
    return verify(*program, *result, llvm::outs());
  return Error::success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  options::parse(argc, argv);
  if (Error error = options::describeMachine.empty() ? simulate()
                                                     : describeMachine()) {
    llvm::WithColor::error(llvm::errs(), "scnn-sim")
        << toString(std::move(error)) << '\n';
    return 1;
  }
  return 0;
}
