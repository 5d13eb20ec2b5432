//===- Elementwise.h - Functions of single elements, with broadcast -------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_IMPORT_ONNX_ELEMENTWISE_H
#define SCNN_LIB_IMPORT_ONNX_ELEMENTWISE_H

#include "Node.h"

#include "scnn/Conversion/LinalgBuilder.h"

namespace scnn::onnx_import {

/// An operand of an elementwise function.
struct Operand {
  Tensor tensor;
  /// The axis of the result that the operand's first one meets. If absent, the
  /// last axes meet, as in NumPy.
  std::optional<int64_t> firstAxis;

  Operand(const Tensor &tensor, std::optional<int64_t> firstAxis = {})
      : tensor(tensor), firstAxis(firstAxis) {}
};

/// The element types of all operands, if they are one, f32 or another float or
/// integer type; else an error of the node.
mlir::FailureOr<mlir::Type> getCommonElementType(Node &node,
                                                 llvm::ArrayRef<Operand>);

/// A linalg.generic that gives `body` of the operands' elements, broadcast
/// against each other, as elements of type `element`. `body` sees unsigned
/// integers as signless ones. If all operands are small constants and `body`
/// folds, the result is one, too. Null with an error if the operands do not
/// broadcast.
Tensor mapElements(Node &node, llvm::ArrayRef<Operand> operands,
                   mlir::Type element, LinalgBuilder::Body body);

} // namespace scnn::onnx_import

#endif // SCNN_LIB_IMPORT_ONNX_ELEMENTWISE_H
