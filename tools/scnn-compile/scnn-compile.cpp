//===- scnn-compile.cpp - Compiles a network for SCNN ---------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Diagnostics.h"

#include "scnn/Compiler/Compiler.h"
#include "scnn/Host/Npy.h"
#include "scnn/Import/Layers/BuildLayers.h"
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

static cl::opt<std::string> model(cl::Positional,
                                  cl::desc("MODEL.{onnx,mlir,mlirbc}"),
                                  cl::cat(category));
static cl::opt<std::string>
    layers("layers",
           cl::desc("In the place of a model: a table of convolutions by shape "
                    "and density, each a layer with random data of its own"),
           cl::value_desc("FILE.csv"), cl::cat(category));
static cl::opt<uint64_t> seed("seed",
                              cl::desc("Of the random data of --layers"),
                              cl::init(1), cl::cat(category));
static cl::list<std::string>
    layerNames("layer",
               cl::desc("Only this layer of --layers; repeatable"),
               cl::value_desc("NAME"), cl::cat(category));
static cl::opt<double> weightDensity(
    "weight-density",
    cl::desc("Density of the weights of --layers, instead of the table's"),
    cl::value_desc("D"), cl::cat(category));
static cl::opt<double> activationDensity(
    "activation-density",
    cl::desc("Density of inputs and outputs of --layers, instead of the "
             "table's"),
    cl::value_desc("D"), cl::cat(category));
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
    cl::desc("Put the reference for scnn-sim --verify into the program "
             "(default: for models, not for --layers)"),
    cl::cat(category));
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

/// An error if an option is given that the other kind of input has.
static int checkInputOptions() {
  if (model.empty() == layers.empty())
    return fail("expected a model or --layers FILE.csv, but got " +
                llvm::Twine(model.empty() ? "neither" : "both"));
  using Options = std::vector<std::reference_wrapper<const cl::Option>>;
  for (const cl::Option &option :
       layers.empty()
           ? Options{seed, layerNames, weightDensity, activationDensity}
           : Options{calibrate, shapes, pruneDensity, floatOutputDir})
    if (option.getNumOccurrences() > 0)
      return fail("--" + option.ArgStr + ": is for " +
                  (layers.empty() ? "--layers only"
                                  : "models only, not for --layers"));
  if (!layers.empty() && emit == Stage::Tosa)
    return fail("--emit=tosa: is for models only, not for --layers");
  return 0;
}

/// A density that an option gives; absent if it does not.
static llvm::Expected<std::optional<double>>
getDensity(const cl::opt<double> &option) {
  if (option.getNumOccurrences() == 0)
    return std::nullopt;
  if (!(option >= 0.0 && option <= 1.0))
    return llvm::createStringError(
        "--" + option.ArgStr + ": expected a density in 0 ... 1, but got " +
        llvm::Twine(std::to_string(option)));
  return option;
}

/// The module of --layers; null after an error.
static mlir::OwningOpRef<mlir::ModuleOp>
loadLayers(mlir::MLIRContext *context, const CompileOptions &options) {
  auto failed = [](llvm::Error error) {
    fail(toString(std::move(error)));
    return nullptr;
  };
  LayerSelection selection;
  selection.names = layerNames;
  for (auto [option, density] :
       {std::pair(&weightDensity, &selection.weightDensity),
        std::pair(&activationDensity, &selection.activationDensity)}) {
    auto given = getDensity(*option);
    if (!given)
      return failed(given.takeError());
    *density = *given;
  }
  llvm::Expected<LayerTable> table = readLayerTable(layers);
  if (!table)
    return failed(table.takeError());
  auto rows = selectLayers(*table, selection, [](const llvm::Twine &message) {
    llvm::WithColor::warning(llvm::errs(), "scnn-compile") << message << '\n';
  });
  if (!rows)
    return failed(rows.takeError());
  return buildLayers(*rows, layers, seed, options.machine.value_or(Machine()),
                     context);
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv,
                              "Compiles a network for the SCNN accelerator\n");

  if (int status = checkInputOptions())
    return status;
  CompileOptions options;
  options.stage = emit;
  options.headroom = headroom;
  // Of random layers, many programs are made, and few are verified.
  bool wantsReference =
      reference.getNumOccurrences() > 0 ? reference : layers.empty();
  options.reference = wantsReference && emit == Stage::Program;
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
  options.progress("reading " + (layers.empty() ? model : layers));
  mlir::OwningOpRef<mlir::ModuleOp> module =
      layers.empty() ? loadModel(model, &context, options)
                     : loadLayers(&context, options);
  if (!module)
    return 1;
  if (!floatOutputDir.empty())
    if (int status = writeFloatOutputs(*module, options))
      return status;
  if (failed(compile(*module, options, mappingOptions)))
    return 1;
  return writeOutput(*module);
}
