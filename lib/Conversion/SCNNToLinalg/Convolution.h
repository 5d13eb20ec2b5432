//===- Convolution.h - Convolution and pooling in linalg ------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_CONVERSION_SCNNTOLINALG_CONVOLUTION_H
#define SCNN_CONVERSION_SCNNTOLINALG_CONVOLUTION_H

#include "scnn/Conversion/LinalgBuilder.h"
#include "scnn/Dialect/SCNN/IR/SCNN.h"

namespace scnn {

/// Max pooling of `input`, [N, C, H, W] of f32 or integers; padding never
/// wins.
mlir::Value lowerMaxPool(LinalgBuilder &b, mlir::Value input, PoolAttr pool);

/// Clamps f32 elements; a null bound does not bound.
mlir::Value lowerClamp(LinalgBuilder &b, mlir::Value input,
                       mlir::FloatAttr minimum, mlir::FloatAttr maximum);

/// The result of `op`, whose weights are not compressed, for operands of
/// converted type: f32 or, in fixed point, i16.
mlir::Value lowerConvolution(LinalgBuilder &b, Conv2DOp op,
                             mlir::ValueRange inputs, mlir::ValueRange weights,
                             mlir::Value bias);

} // namespace scnn

#endif // SCNN_CONVERSION_SCNNTOLINALG_CONVOLUTION_H
