//===- scnn-compile.cpp - Compiles a network for SCNN ---------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Diagnostics.h"

#include "scnn/Compiler/Compiler.h"
#include "scnn/Host/Npy.h"
#include "scnn/Support/WriteFile.h"
#include "scnn/Target/Translate.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/WithColor.h"

using namespace scnn;
namespace cl = llvm::cl;

static cl::OptionCategory category("scnn-compile options");

static cl::opt<std::string> model(cl::Positional, cl::Required,
                                  cl::desc("MODEL.{onnx,mlir,mlirbc}"),
                                  cl::cat(category));
static cl::opt<std::string> output("o", cl::desc("Output file (-: standard output)"),
                                   cl::value_desc("FILE"), cl::Required,
                                   cl::cat(category));
static cl::list<std::string>
    calibrate("calibrate", cl::desc("Calibration input; repeatable"),
              cl::value_desc("NAME=FILE.npy"), cl::cat(category));
static cl::list<std::string>
    shapes("shape",
           cl::desc("Shape of an ONNX input with open dimensions (default: "
                    "that of its calibration input); repeatable"),
           cl::value_desc("NAME=1x3x224x224"), cl::cat(category));
static cl::opt<std::string>
    machineName("machine",
                cl::desc("Built-in machine or machine file (default: the "
                         "model's, else scnn)"),
                cl::value_desc("NAME|FILE.yaml"), cl::cat(category));
static cl::opt<Stage> emit(
    "emit", cl::desc("What to write"), cl::init(Stage::Program),
    cl::values(
        clEnumValN(Stage::Tosa, "tosa", "the imported module, f32"),
        clEnumValN(Stage::SCNN, "scnn", "fixed-point scnn convolutions"),
        clEnumValN(Stage::Mapped, "mapped", "laid out on the machine"),
        clEnumValN(Stage::Commands, "commands", "the command stream as IR"),
        clEnumValN(Stage::Program, "program", "the program file (default)")),
    cl::cat(category));
static cl::opt<MapperKind> mapper(
    "mapper", cl::desc("Who chooses the mapping"), cl::init(MapperKind::Paper),
    cl::values(clEnumValN(MapperKind::Paper, "paper", "the paper's choice"),
               clEnumValN(MapperKind::Search, "search",
                          "fewest cycles by the cost model")),
    cl::cat(category));
static cl::opt<std::string>
    mapping("mapping", cl::desc("Options of the mapping, as of --scnn-pipeline"),
            cl::value_desc("\"cut=… group-size=… halo=… order=…\""),
            cl::cat(category));
static cl::opt<double> margin(
    "margin",
    cl::desc("Part of the calibrated density that regions of the activation "
             "RAMs hold above it"),
    cl::init(0.05), cl::cat(category));
static cl::opt<bool> assumeDense(
    "assume-dense",
    cl::desc("Size regions of the activation RAMs for the worst case"),
    cl::cat(category));
static cl::opt<double> headroom(
    "headroom", cl::desc("Part of the calibrated range kept above it"),
    cl::init(0.05), cl::cat(category));
static cl::opt<double> pruneDensity(
    "prune-density",
    cl::desc("Keep this part of each layer's weights, the largest ones, and "
             "print what that does to the outputs"),
    cl::value_desc("D"), cl::cat(category));
static cl::opt<bool> reference(
    "reference",
    cl::desc("Put the reference for scnn-sim --verify into the program"),
    cl::init(true), cl::cat(category));
static cl::opt<std::string> floatOutputDir(
    "float-output-dir",
    cl::desc("Write the f32 model's outputs on the calibration input there"),
    cl::value_desc("DIR"), cl::cat(category));

static int fail(const llvm::Twine &message) {
  llvm::WithColor::error(llvm::errs(), "scnn-compile") << message << '\n';
  return 1;
}

/// Writes the module as text, or the program as bytes; nothing on failure.
static int writeOutput(mlir::ModuleOp module) {
  if (emit == Stage::Program) {
    llvm::FailureOr<Program> program = translateToProgram(module);
    if (failed(program))
      return 1;
    if (llvm::Error error = writeProgram(*program, output))
      return fail(toString(std::move(error)));
    return 0;
  }
  if (llvm::Error error =
          writeFile(output, [&](llvm::raw_ostream &os) -> llvm::Error {
            if (llvm::StringRef(output).ends_with(".mlirbc"))
              return failed(mlir::writeBytecodeToFile(module, os))
                         ? llvm::createStringError("cannot write bytecode")
                         : llvm::Error::success();
            // Locations hold the names of the layers.
            module.print(os, mlir::OpPrintingFlags().enableDebugInfo());
            os << '\n';
            return llvm::Error::success();
          }))
    return fail(toString(std::move(error)));
  return 0;
}

static int writeFloatOutputs(mlir::ModuleOp module,
                             const CompileOptions &options) {
  auto outputs = runFloatModel(module, options);
  if (!outputs)
    return fail(toString(outputs.takeError()));
  if (std::error_code error = llvm::sys::fs::create_directories(floatOutputDir))
    return fail(floatOutputDir + ": " + error.message());
  for (auto [name, tensor] : llvm::zip(getResultNames(module), *outputs)) {
    llvm::SmallString<128> file(floatOutputDir);
    llvm::sys::path::append(file, fileNameFor(name) + ".npy");
    if (llvm::Error error = writeNpy(file, tensor))
      return fail(toString(std::move(error)));
  }
  return 0;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv,
                              "Compiles a network for the SCNN accelerator\n");

  CompileOptions options;
  options.stage = emit;
  options.headroom = headroom;
  options.reference = reference && emit == Stage::Program;
  if (pruneDensity.getNumOccurrences() > 0) {
    if (!(pruneDensity > 0.0 && pruneDensity <= 1.0))
      return fail("--prune-density: expected a density above 0 and up to 1, "
                  "but got " +
                  llvm::Twine(std::to_string(pruneDensity)));
    if (emit == Stage::Tosa)
      return fail("--prune-density: expected --emit=scnn or later: tosa is "
                  "before pruning");
    options.pruneDensity = pruneDensity;
  }
  options.pruned = [](llvm::ArrayRef<OutputLoss> losses) {
    for (const OutputLoss &loss : losses)
      llvm::errs() << "scnn-compile: pruned to density "
                   << llvm::format("%g", double(pruneDensity)) << ": "
                   << loss.describe() << '\n';
  };
  bool terminal = llvm::sys::Process::StandardErrIsDisplayed();
  options.progress = [terminal](llvm::StringRef what) {
    if (terminal)
      llvm::errs() << "scnn-compile: " << what << '\n';
  };
  if (!machineName.empty()) {
    llvm::Expected<Machine> machine = loadMachine(machineName);
    if (!machine)
      return fail(toString(machine.takeError()));
    options.machine = *machine;
  }
  for (const std::string &argument : calibrate) {
    llvm::Expected<NamedTensor> tensor = readNamedTensor(argument);
    if (!tensor)
      return fail(toString(tensor.takeError()));
    options.calibration.push_back(std::move(*tensor));
  }
  for (const std::string &argument : shapes) {
    llvm::Expected<NamedShape> shape = parseNamedShape(argument);
    if (!shape)
      return fail("--shape: " + toString(shape.takeError()));
    options.shapes.push_back(std::move(*shape));
  }
  MappingOptions mappingOptions;
  mappingOptions.mapper = mapper;
  if (margin.getNumOccurrences())
    mappingOptions.margin = margin;
  if (assumeDense.getNumOccurrences())
    mappingOptions.assumeDense = assumeDense;
  std::string message;
  llvm::raw_string_ostream messages(message);
  if (failed(mappingOptions.parseFromString(mapping, messages))) {
    // Of an unknown value, the command-line library has told already.
    llvm::StringRef reason = llvm::StringRef(message).trim();
    reason.consume_front("<Pass-Options-Parser>: ");
    return reason.empty() ? 1 : fail("--mapping: " + reason);
  }

  mlir::DialectRegistry registry;
  registerCompilerDialects(registry);
  mlir::MLIRContext context(registry);
  // An operation may hold all weights of a network.
  context.printOpOnDiagnostic(false);
  mlir::ScopedDiagnosticHandler handler(&context, printDiagnostic);
  options.progress("reading " + model);
  mlir::OwningOpRef<mlir::ModuleOp> module = loadModel(model, &context, options);
  if (!module)
    return 1;
  if (!floatOutputDir.empty())
    if (int status = writeFloatOutputs(*module, options))
      return status;
  if (failed(compile(*module, options, mappingOptions)))
    return 1;
  return writeOutput(*module);
}
