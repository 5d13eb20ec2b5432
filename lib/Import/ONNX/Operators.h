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
  /// Outputs that a node may have.
  unsigned maxOutputs = 1;
  /// ONNX's operator set that brought the operator.
  int64_t firstOperatorSet = 1;
};

/// The operator of that name, or null.
const Operator *findOperator(llvm::StringRef name);

// ActivationOperators.cpp
mlir::LogicalResult importClip(Node &node);
mlir::LogicalResult importHardSigmoid(Node &node);
mlir::LogicalResult importHardSwish(Node &node);
mlir::LogicalResult importLeakyRelu(Node &node);
mlir::LogicalResult importPRelu(Node &node);
mlir::LogicalResult importRelu(Node &node);
mlir::LogicalResult importSigmoid(Node &node);

// ArithmeticOperators.cpp
mlir::LogicalResult importAdd(Node &node);
mlir::LogicalResult importDiv(Node &node);
mlir::LogicalResult importExp(Node &node);
mlir::LogicalResult importMax(Node &node);
mlir::LogicalResult importMin(Node &node);
mlir::LogicalResult importMul(Node &node);
mlir::LogicalResult importPow(Node &node);
mlir::LogicalResult importSqrt(Node &node);
mlir::LogicalResult importSub(Node &node);
mlir::LogicalResult importSum(Node &node);
mlir::LogicalResult importTanh(Node &node);

// ConstantOperators.cpp
mlir::LogicalResult importConstant(Node &node);
mlir::LogicalResult importConstantOfShape(Node &node);
mlir::LogicalResult importDropout(Node &node);
mlir::LogicalResult importIdentity(Node &node);

// ConvolutionOperators.cpp
mlir::LogicalResult importConv(Node &node);

// MovementOperators.cpp
mlir::LogicalResult importConcat(Node &node);
mlir::LogicalResult importGather(Node &node);
mlir::LogicalResult importPad(Node &node);
mlir::LogicalResult importSlice(Node &node);
mlir::LogicalResult importSplit(Node &node);

// QuantizationOperators.cpp
mlir::LogicalResult importCast(Node &node);
mlir::LogicalResult importDequantizeLinear(Node &node);
mlir::LogicalResult importQLinearConv(Node &node);
mlir::LogicalResult importQuantizeLinear(Node &node);

// ReductionOperators.cpp
mlir::LogicalResult importLRN(Node &node);
mlir::LogicalResult importReduceMean(Node &node);
mlir::LogicalResult importSoftmax(Node &node);

// ResizeOperators.cpp
mlir::LogicalResult importResize(Node &node);

// MatrixOperators.cpp
mlir::LogicalResult importGemm(Node &node);
mlir::LogicalResult importMatMul(Node &node);

// NormalizationOperators.cpp
mlir::LogicalResult importBatchNormalization(Node &node);

// PoolingOperators.cpp
mlir::LogicalResult importAveragePool(Node &node);
mlir::LogicalResult importGlobalAveragePool(Node &node);
mlir::LogicalResult importGlobalMaxPool(Node &node);
mlir::LogicalResult importMaxPool(Node &node);

// TransposedConvolution.cpp
mlir::LogicalResult importConvTranspose(Node &node);

// ShapeOperators.cpp
mlir::LogicalResult importExpand(Node &node);
mlir::LogicalResult importFlatten(Node &node);
mlir::LogicalResult importReshape(Node &node);
mlir::LogicalResult importShape(Node &node);
mlir::LogicalResult importSqueeze(Node &node);
mlir::LogicalResult importTranspose(Node &node);
mlir::LogicalResult importUnsqueeze(Node &node);

/// `value` in another shape of as many elements.
mlir::Value reshape(Node &node, mlir::Value value,
                    llvm::ArrayRef<int64_t> shape);
/// Input `index` as an f32 value of that shape, or null with an error. A
/// constant stays one.
mlir::Value getInputAs(Node &node, unsigned index,
                       llvm::ArrayRef<int64_t> shape);

} // namespace scnn::onnx_import

#endif // SCNN_LIB_IMPORT_ONNX_OPERATORS_H
