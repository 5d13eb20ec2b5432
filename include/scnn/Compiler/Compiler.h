//===- Compiler.h - From a model file to a program ------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_COMPILER_COMPILER_H
#define SCNN_COMPILER_COMPILER_H

#include "scnn/Compiler/OutputLoss.h"
#include "scnn/Host/NamedTensor.h"
#include "scnn/Pipelines/Pipelines.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

#include <functional>
#include <optional>
#include <vector>

namespace scnn {

/// Where compilation stops, in order; the names are those of `--emit`.
enum class Stage { Tosa, SCNN, Mapped, Commands, Program };

struct CompileOptions {
  /// If absent, what the module says (`scnn.machine`), else the paper's.
  std::optional<Machine> machine;
  Stage stage = Stage::Program;
  /// Shapes of inputs of an ONNX model that leaves dimensions open; those that
  /// are missing are taken from the calibration inputs.
  std::vector<NamedShape> shapes;
  /// Calibration inputs; the n-th tensors of all names are one run.
  std::vector<NamedTensor> calibration;
  double headroom = 0.05;
  /// Part of each layer's weights that pruning leaves (see `scnn-prune`); needs
  /// `calibration`.
  std::optional<double> pruneDensity;
  /// Told what pruning does to each output of the f32 network on the
  /// calibration inputs.
  std::function<void(llvm::ArrayRef<OutputLoss>)> pruned;
  /// Put the reference into the program, for `scnn-sim --verify`.
  bool reference = true;
  /// Told what is being done, and how long it takes.
  std::function<void(llvm::StringRef)> progress;
};

/// Registers all dialects that models and programs may contain, with what
/// their lowering to the host needs.
void registerCompilerDialects(mlir::DialectRegistry &registry);

/// Reads an ONNX file (`.onnx`) or an MLIR module (`.mlir`, `.mlirbc`). Null
/// after diagnostics.
mlir::OwningOpRef<mlir::ModuleOp>
loadModel(llvm::StringRef file, mlir::MLIRContext *context,
          const CompileOptions &options = {});

/// Brings `module` to the stage that the options name, in place. The module
/// must have a function @main on static tensors.
mlir::LogicalResult compile(mlir::ModuleOp module,
                            const CompileOptions &options,
                            const MappingOptions &mapping);

/// Runs the f32 `module` on the calibration tensors of `options` (one run) and
/// gives @main's results: what the network means without fixed point.
llvm::Expected<std::vector<HostTensor>>
runFloatModel(mlir::ModuleOp module, const CompileOptions &options);

/// Names of @main's arguments or results: `scnn.name`, else `input0`,
/// `output0`, ...
std::vector<std::string> getArgumentNames(mlir::ModuleOp module);
std::vector<std::string> getResultNames(mlir::ModuleOp module);

} // namespace scnn

#endif // SCNN_COMPILER_COMPILER_H
