//===- Reference.h - What the accelerator must compute --------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// The reference is a module that says, in tensors, what each layer of the
// accelerator computes, in fixed point and in f32. It travels with the program
// and runs on the host; nothing of the simulator is in it:
//
//   module @reference {
//     func.func @network(%x: tensor<1x3x8x8x!q>, ...)
//         -> (tensor<1x8x8x8x!q0>, ...) {      // one result for each layer
//       %y0, %f0 = call @layer0(%x)            // layers in their order
//       %y1, %f1 = call @layer1(%y0)
//       return %y0, %y1
//     }
//     func.func @layer0(%x: tensor<1x3x8x8x!q>)
//         -> (tensor<1x8x8x8x!q0>, tensor<1x8x8x8xf32>) {
//       %y = scnn.conv2d ...                   // fixed point, on %x
//       %r = quant.dcast %x                    // f32, on the same values
//       %f = scnn.conv2d inputs(%r) ...
//       return %y, %f
//     }
//   }
//
// The types have the scales, and the locations of the fixed-point convolutions
// the layers' names. The arguments of @network are the accelerator's inputs:
// see `referenceInputs`.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_HOST_REFERENCE_H
#define SCNN_HOST_REFERENCE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "scnn/Host/HostTensor.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include <map>
#include <optional>

namespace scnn {

/// The accelerator's inputs: the fixed-point values in `@main` of
/// `fixedGraph` that enter convolutions and are not results of convolutions
/// (of `quant.qcast`, or arguments), in the order of their first use.
llvm::SmallVector<mlir::Value> referenceInputs(mlir::ModuleOp fixedGraph);

/// Builds the reference from `@main` of the f32 module and of the quantized
/// one, whose convolutions correspond in order. An error names the first layer
/// that does not.
llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>
buildReference(mlir::ModuleOp floatGraph, mlir::ModuleOp fixedGraph);

/// A layer's f32 result may differ by this part of its largest magnitude.
inline constexpr double kFloatErrorLimit = 1.0 / 1024;

/// What verification found for a layer.
struct LayerCheck {
  struct Mismatch {
    /// [n, k, y, x] of the first element that differs.
    llvm::SmallVector<int64_t, 4> index;
    int16_t expected, got;
    /// How many elements differ.
    int64_t count;
  };

  std::string name;
  /// Whether there was a simulated result to compare.
  bool compared = false;
  std::optional<Mismatch> mismatch;
  /// Largest difference of the fixed-point and the f32 result on the same
  /// inputs, as part of the f32 result's largest magnitude; where a 16-bit
  /// limit has not cut the result.
  double floatError = 0.0;

  bool passes() const {
    return compared && !mismatch && floatError <= kFloatErrorLimit;
  }
  /// One line that says what is wrong; empty if the layer passes.
  std::string describe() const;
};

/// Runs a reference (bytecode or text) layer by layer on the accelerator's
/// inputs (i16, in the order of `referenceInputs`) and its own results, and
/// compares each layer's bits with `simulated` (i16, [N, K, H, W], by layer
/// index), and with the f32 layer on the same inputs. Calls `progress`, if
/// given, with the number of layers done and of all.
///
/// Differences are in the answer; an error means that the reference could not
/// be run.
llvm::Expected<std::vector<LayerCheck>>
verifyLayers(llvm::StringRef reference, llvm::ArrayRef<HostTensor> inputs,
             const std::map<int64_t, HostTensor> &simulated,
             llvm::function_ref<void(int64_t, int64_t)> progress = nullptr);

} // namespace scnn

#endif // SCNN_HOST_REFERENCE_H
