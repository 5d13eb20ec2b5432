//===- Compiler.cpp - From a model file to a program ----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Compiler/Compiler.h"
#include "scnn/Dialect/SCNN/IR/ElementTypes.h"
#include "scnn/Dialect/SCNN/IR/InterfaceNames.h"
#include "scnn/Host/Calibration.h"
#include "scnn/Host/HostModule.h"
#include "scnn/Host/Reference.h"
#include "scnn/Pipelines/Register.h"
#include "scnn/Target/Translate.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace scnn;

void scnn::registerCompilerDialects(DialectRegistry &registry) {
  registerAllDialects(registry);
  registerAllExtensions(registry);
  registerDialects(registry);
}

static func::FuncOp getMain(ModuleOp module) {
  return module.lookupSymbol<func::FuncOp>("main");
}

std::vector<std::string> scnn::getArgumentNames(ModuleOp module) {
  std::vector<std::string> names;
  func::FuncOp main = getMain(module);
  for (unsigned i = 0; i < main.getNumArguments(); ++i)
    names.push_back(getArgumentName(main, i));
  return names;
}

std::vector<std::string> scnn::getResultNames(ModuleOp module) {
  std::vector<std::string> names;
  func::FuncOp main = getMain(module);
  for (unsigned i = 0; i < main.getNumResults(); ++i)
    names.push_back(getResultName(main, i));
  return names;
}

/// The calibration tensors as runs of @main.
static llvm::Expected<std::vector<std::vector<HostTensor>>>
getRuns(ModuleOp module, const CompileOptions &options) {
  std::vector<ElementKind> kinds;
  for (Type type : getMain(module).getArgumentTypes()) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    kinds.push_back(tensor ? getElementKind(tensor.getElementType())
                                 .value_or(ElementKind::F32)
                           : ElementKind::F32);
  }
  return groupIntoRuns(options.calibration, getArgumentNames(module), kinds);
}

/// Runs the f32 module on all calibration inputs: results by run.
static llvm::Expected<std::vector<std::vector<HostTensor>>>
runOnCalibration(ModuleOp module, const CompileOptions &options) {
  auto runs = getRuns(module, options);
  if (!runs)
    return runs.takeError();
  HostModuleOptions hostOptions;
  hostOptions.functions = {"main"};
  auto host = HostModule::compile(module, hostOptions);
  if (!host)
    return host.takeError();
  std::vector<std::vector<HostTensor>> results;
  for (const std::vector<HostTensor> &inputs : *runs) {
    auto outputs = (*host)->call("main", inputs);
    if (!outputs)
      return outputs.takeError();
    results.push_back(std::move(*outputs));
  }
  return results;
}

llvm::Expected<std::vector<HostTensor>>
scnn::runFloatModel(ModuleOp module, const CompileOptions &options) {
  if (!getMain(module))
    return llvm::createStringError("the model has no function @main");
  auto results = runOnCalibration(module, options);
  if (!results)
    return results.takeError();
  if (results->size() != 1)
    return llvm::createStringError("expected one --calibrate for each input");
  return std::move(results->front());
}

static LogicalResult
runPasses(ModuleOp module, function_ref<void(OpPassManager &)> build) {
  PassManager manager(module.getContext());
  build(manager);
  return manager.run(module);
}

/// Whether every convolution has its range already.
static bool hasRanges(func::FuncOp main) {
  return !main
              .walk([](Conv2DOp op) {
                return op.getRequantization() ||
                               op->hasAttr(SCNNDialect::kRangeAttr)
                           ? WalkResult::advance()
                           : WalkResult::interrupt();
              })
              .wasInterrupted();
}

/// Whether each calibration tensor has the shape of its argument of `main`.
static LogicalResult checkShapes(func::FuncOp main,
                                 const CompileOptions &options) {
  for (auto [name, type] : llvm::zip(
           getArgumentNames(main->getParentOfType<ModuleOp>()),
           main.getArgumentTypes())) {
    auto tensorType = dyn_cast<RankedTensorType>(type);
    for (const NamedTensor &tensor : options.calibration)
      if (tensorType && tensor.name == name &&
          ArrayRef<int64_t>(tensor.tensor.shape) != tensorType.getShape())
        return main.emitError(tensor.file)
               << ": expected " << tensorType << " for input '" << name
               << "', but got "
               << describeShape(tensor.tensor.shape, tensor.tensor.kind);
  }
  return success();
}

static bool hasFixedPoint(func::FuncOp main) {
  return main
      .walk([](Conv2DOp op) {
        return op.getRequantization() ? WalkResult::interrupt()
                                      : WalkResult::advance();
      })
      .wasInterrupted();
}

static LogicalResult calibrateModule(ModuleOp module,
                                     const CompileOptions &options) {
  func::FuncOp main = getMain(module);
  if (options.calibration.empty()) {
    if (hasRanges(main))
      return success();
    return main.emitError("expected --calibrate NAME=FILE.npy for each input "
                          "(inputs: ")
           << llvm::join(getArgumentNames(module), ", ")
           << "), or scnn.range on each convolution";
  }
  auto runs = getRuns(module, options);
  if (!runs)
    return main.emitError("calibration: ") << toString(runs.takeError());
  if (failed(checkShapes(main, options)))
    return failure();
  if (llvm::Error error = calibrate(module, *runs))
    return main.emitError(toString(std::move(error)));
  return success();
}

/// Raises the module, prunes it, and tells what that does to its outputs.
static LogicalResult raiseAndPrune(ModuleOp module,
                                   const CompileOptions &options) {
  func::FuncOp main = getMain(module);
  if (hasFixedPoint(main))
    return main.emitError("is in fixed point already: pruning needs the f32 "
                          "network");
  if (options.calibration.empty())
    return main.emitError("pruning needs --calibrate NAME=FILE.npy for each "
                          "input: ranges and loss are those of the pruned "
                          "network");
  if (failed(checkShapes(main, options)))
    return failure();
  auto original = runOnCalibration(module, options);
  if (!original)
    return main.emitError(toString(original.takeError()));
  if (failed(runPasses(module, [&](OpPassManager &manager) {
        buildRaisingPipeline(manager, options.pruneDensity);
      })))
    return failure();
  auto changed = runOnCalibration(module, options);
  if (!changed)
    return main.emitError(toString(changed.takeError()));
  if (options.pruned)
    options.pruned(
        compareOutputs(*original, *changed, getResultNames(module)));
  return success();
}

LogicalResult scnn::compile(ModuleOp module, const CompileOptions &options,
                            const MappingOptions &mapping) {
  auto report = [&](StringRef what) {
    if (options.progress)
      options.progress(what);
  };
  MLIRContext *context = module.getContext();
  func::FuncOp main = getMain(module);
  if (!main)
    return module.emitError("expected a function @main");
  // A TOSA or linalg module has not loaded it.
  context->loadDialect<SCNNDialect>();
  module->setAttr(
      SCNNDialect::kMachineAttr,
      MachineAttr::get(context, options.machine.value_or(getMachine(module))));
  if (options.stage == Stage::Tosa)
    return success();

  report("raising to scnn");
  if (options.pruneDensity ? failed(raiseAndPrune(module, options))
                           : failed(runPasses(module, [](OpPassManager &manager) {
                               buildRaisingPipeline(manager);
                             })))
    return failure();
  report("calibrating");
  if (failed(calibrateModule(module, options)))
    return failure();
  report("splitting");
  if (failed(runPasses(module, buildSplittingPipeline)))
    return failure();
  OwningOpRef<ModuleOp> floatModule;
  if (options.reference) {
    if (hasFixedPoint(main))
      return main.emitError("is in fixed point already, so that there is no "
                            "float reference: compile with --reference=false");
    floatModule = module.clone();
  }
  report("quantizing");
  if (failed(runPasses(module, [&](OpPassManager &manager) {
        buildQuantizationPipeline(manager, options.headroom);
      })))
    return failure();
  if (options.stage == Stage::SCNN)
    return success();

  OwningOpRef<ModuleOp> reference;
  if (options.reference) {
    report("building the reference");
    auto built = buildReference(*floatModule, module);
    if (!built)
      return main.emitError(toString(built.takeError()));
    reference = std::move(*built);
  }
  report("mapping");
  if (failed(runPasses(module, [&](OpPassManager &manager) {
        buildMappingPipeline(manager, mapping);
      })))
    return failure();
  if (options.stage == Stage::Mapped)
    return success();

  report("emitting commands");
  if (failed(runPasses(module, [](OpPassManager &manager) {
        manager.addPass(createLowerToCommands());
      })))
    return failure();
  if (reference) {
    reference->setSymName(kReferenceModule);
    module.push_back(reference.release());
  }
  return success();
}
