//===- Operators.h - The ONNX operators that are imported -----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_IMPORT_ONNX_OPERATORS_H
#define SCNN_LIB_IMPORT_ONNX_OPERATORS_H

#include "Node.h"

namespace scnn::onnx_import {

/// How nodes of one operator type are imported.
struct Operator {
  llvm::StringLiteral name;
  /// Sets the node's result. Fails with an error of the node that says what
  /// is not supported.
  mlir::LogicalResult (*import)(Node &node);
  /// Inputs that a node must have, and may have.
  unsigned minInputs, maxInputs;
};

/// The operator of that name, or null.
const Operator *findOperator(llvm::StringRef name);

// ConstantOperators.cpp
mlir::LogicalResult importConstant(Node &node);
mlir::LogicalResult importConstantOfShape(Node &node);
mlir::LogicalResult importIdentity(Node &node);

// ConvolutionOperators.cpp
mlir::LogicalResult importConv(Node &node);
mlir::LogicalResult importMaxPool(Node &node);

// ElementwiseOperators.cpp
mlir::LogicalResult importAdd(Node &node);
mlir::LogicalResult importClip(Node &node);
mlir::LogicalResult importMul(Node &node);
mlir::LogicalResult importRelu(Node &node);
mlir::LogicalResult importSigmoid(Node &node);
mlir::LogicalResult importSub(Node &node);

// ShapeOperators.cpp
mlir::LogicalResult importConcat(Node &node);
mlir::LogicalResult importFlatten(Node &node);
mlir::LogicalResult importReshape(Node &node);
mlir::LogicalResult importTranspose(Node &node);

/// `value` in another shape of as many elements.
mlir::Value reshape(Node &node, mlir::Value value,
                    llvm::ArrayRef<int64_t> shape);

} // namespace scnn::onnx_import

#endif // SCNN_LIB_IMPORT_ONNX_OPERATORS_H
