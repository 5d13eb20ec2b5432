//===- phases.cpp - Time and memory of the way through the compiler -------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiles, simulates and verifies a network in one process, and prints the
// wall time, the processor time and the peak memory (resident, of the whole
// process) of each phase.
//
//===----------------------------------------------------------------------===//

#include "scnn/Compiler/Compiler.h"
#include "scnn/Runtime/Runtime.h"
#include "scnn/Runtime/Verify.h"
#include "scnn/Target/Translate.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"
#include <chrono>
#include <ctime>
#include <fstream>

using namespace scnn;
namespace cl = llvm::cl;

static cl::opt<std::string> model(cl::Positional, cl::Required,
                                  cl::desc("MODEL.{onnx,mlir,mlirbc}"));
static cl::list<std::string> inputs("input", cl::OneOrMore,
                                    cl::desc("Input, also for calibration"),
                                    cl::value_desc("NAME=FILE.npy"));
static cl::opt<std::string> machineName("machine", cl::init("scnn"),
                                        cl::value_desc("NAME|FILE.yaml"));
static cl::opt<bool> verifyLayers("verify", cl::init(true),
                                  cl::desc("Also verify (default: yes)"));

namespace {
/// Prints a line for each phase as it ends.
class Phases {
public:
  Phases() {
    llvm::outs() << llvm::format("%-22s %10s %10s %10s\n", "phase", "seconds",
                                 "CPU s", "peak MiB");
  }

  void begin(llvm::StringRef name) {
    end();
    current = name.str();
    started = Clock::now();
    startedCpu = std::clock();
    // Linux: the peak starts anew.
    std::ofstream("/proc/self/clear_refs") << "5";
  }

  void end() {
    if (current.empty())
      return;
    double seconds =
        std::chrono::duration<double>(Clock::now() - started).count();
    double cpuSeconds = double(std::clock() - startedCpu) / CLOCKS_PER_SEC;
    double mebibytes = peakMebibytes();
    print(current, seconds, cpuSeconds, mebibytes);
    totalSeconds += seconds;
    totalCpuSeconds += cpuSeconds;
    largest = std::max(largest, mebibytes);
    current.clear();
  }

  void total() { print("total", totalSeconds, totalCpuSeconds, largest); }

private:
  using Clock = std::chrono::steady_clock;
  std::string current;
  Clock::time_point started;
  std::clock_t startedCpu = 0;
  double totalSeconds = 0.0, totalCpuSeconds = 0.0, largest = 0.0;

  static void print(llvm::StringRef name, double seconds, double cpuSeconds,
                    double mebibytes) {
    llvm::outs() << llvm::format("%-22s %10.2f %10.2f %10.0f\n",
                                 name.str().c_str(), seconds, cpuSeconds,
                                 mebibytes);
    llvm::outs().flush();
  }

  static double peakMebibytes() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
      if (llvm::StringRef text = line; text.consume_front("VmHWM:")) {
        int64_t kibibytes = 0;
        text.ltrim().consumeInteger(10, kibibytes);
        return kibibytes / 1024.0;
      }
    return 0.0;
  }
};
} // namespace

static llvm::Error compileTo(llvm::StringRef file,
                             const CompileOptions &options, Phases &phases) {
  mlir::DialectRegistry registry;
  registerCompilerDialects(registry);
  mlir::MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  phases.begin("importing");
  mlir::OwningOpRef<mlir::ModuleOp> module = loadModel(model, &context);
  if (!module || failed(compile(*module, options, MappingOptions())))
    return llvm::createStringError(model + ": does not compile");
  phases.begin("writing the program");
  llvm::FailureOr<Program> program = translateToProgram(*module);
  if (failed(program))
    return llvm::createStringError(model + ": has no program");
  return writeProgram(*program, file);
}

static llvm::Error benchmark() {
  Phases phases;
  CompileOptions options;
  options.progress = [&](llvm::StringRef what) { phases.begin(what); };
  llvm::Expected<Machine> machine = loadMachine(machineName);
  if (!machine)
    return machine.takeError();
  options.machine = *machine;
  for (const std::string &argument : inputs) {
    llvm::Expected<NamedTensor> tensor = readNamedTensor(argument);
    if (!tensor)
      return tensor.takeError();
    options.calibration.push_back(std::move(*tensor));
  }

  llvm::SmallString<128> file;
  if (std::error_code error =
          llvm::sys::fs::createTemporaryFile("phases", "scnn", file))
    return llvm::createStringError(error.message());
  llvm::FileRemover remover(file);
  if (llvm::Error error = compileTo(file, options, phases))
    return error;

  phases.begin("reading the program");
  llvm::Expected<Program> program = readProgram(file);
  if (!program)
    return program.takeError();
  std::vector<std::string> names;
  for (uint32_t input : program->inputs)
    names.push_back(program->values[input].name);
  auto runs = groupIntoRuns(options.calibration, names);
  if (!runs)
    return runs.takeError();
  phases.begin("simulating");
  RunOptions runOptions;
  runOptions.machine = program->machine;
  runOptions.keepLayerOutputs = verifyLayers;
  llvm::Expected<RunResult> result = run(*program, runs->front(), runOptions);
  if (!result)
    return result.takeError();
  if (verifyLayers) {
    phases.begin("verifying");
    if (llvm::Error error = verify(*program, *result, llvm::nulls()))
      return error;
  }
  phases.end();
  phases.total();
  return llvm::Error::success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ParseCommandLineOptions(
      argc, argv, "Time and memory of compiling and running a network\n");
  if (llvm::Error error = benchmark()) {
    llvm::WithColor::error(llvm::errs(), "phases")
        << toString(std::move(error)) << '\n';
    return 1;
  }
  return 0;
}
