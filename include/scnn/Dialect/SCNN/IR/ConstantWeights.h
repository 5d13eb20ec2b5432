//===- ConstantWeights.h - Constant tensors, rearranged -------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_DIALECT_SCNN_IR_CONSTANTWEIGHTS_H
#define SCNN_DIALECT_SCNN_IR_CONSTANTWEIGHTS_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"

namespace scnn {

/// The elements of a constant f32 tensor, or null if `value` is none.
mlir::DenseElementsAttr getConstantF32(mlir::Value value);

/// Weights [K, C, R, S] of the input channels begin ... begin + size - 1.
mlir::DenseElementsAttr sliceInputChannels(mlir::DenseElementsAttr weights,
                                           int64_t begin, int64_t size);

/// Weights [K, C / groups, R, S] as [K, C, R, S], with zeros between groups.
mlir::DenseElementsAttr ungroupWeights(mlir::DenseElementsAttr weights,
                                       int64_t groups);

/// f32 elements with axis i of the result being axis order[i] of `constant`.
mlir::DenseElementsAttr transposeConstant(mlir::DenseElementsAttr constant,
                                          llvm::ArrayRef<int64_t> order);

/// f32 elements repeated along axes of size 1, to a shape of the same rank.
mlir::DenseElementsAttr broadcastConstant(mlir::DenseElementsAttr constant,
                                          llvm::ArrayRef<int64_t> shape);

/// 1x1 weights [outputs, channels, 1, 1] that bring input channel c to output
/// channel offset + c unchanged.
mlir::DenseElementsAttr makeIdentityWeights(mlir::MLIRContext *context,
                                            int64_t outputs, int64_t channels,
                                            int64_t offset);

} // namespace scnn

#endif // SCNN_DIALECT_SCNN_IR_CONSTANTWEIGHTS_H
