//===- Arithmetic.h - Arithmetic on the host ------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What operators that run on the accelerator leave to the host. Operands
// broadcast to the shape of `lhs`; those of lower rank get leading ones.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_IMPORT_ONNX_ARITHMETIC_H
#define SCNN_LIB_IMPORT_ONNX_ARITHMETIC_H

#include "Node.h"

namespace scnn::onnx_import {

mlir::Value add(Node &node, mlir::Value lhs, mlir::Value rhs);
mlir::Value multiply(Node &node, mlir::Value lhs, mlir::Value rhs);
/// `value` with axis i of the result being axis order[i] of it.
mlir::Value transpose(Node &node, mlir::Value value,
                      llvm::ArrayRef<int32_t> order);
/// `value` repeated along axes of size 1, to a shape of the same rank.
mlir::Value broadcast(Node &node, mlir::Value value,
                      llvm::ArrayRef<int64_t> shape);
/// [B, M, K] times [B, K, N].
mlir::Value matrixProduct(Node &node, mlir::Value lhs, mlir::Value rhs);

} // namespace scnn::onnx_import

#endif // SCNN_LIB_IMPORT_ONNX_ARITHMETIC_H
