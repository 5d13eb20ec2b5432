//===- Interleave.h - A plane from its phases -----------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_IMPORT_ONNX_INTERLEAVE_H
#define SCNN_LIB_IMPORT_ONNX_INTERLEAVE_H

#include "Node.h"

#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace scnn::onnx_import {

/// Joins images [N, C, ...] to one whose rows and columns they are, modulo the
/// number of phases. This moves elements on the host.
class Interleave {
public:
  Interleave(Node &node, int64_t batch, int64_t channels, Pair plane,
             Pair phases)
      : node(node), phases(phases), shape{batch, channels, plane[0], plane[1]} {
  }

  /// Makes `image` the rows `phase[0]` and columns `phase[1]`.
  void insert(mlir::Value image, Pair phase) {
    if (phases == Pair{1, 1}) {
      result = image;
      return;
    }
    mlir::OpBuilder &builder = node.getBuilder();
    if (!result)
      result = mlir::tensor::EmptyOp::create(builder, node.getLoc(), shape,
                                             builder.getF32Type());
    llvm::SmallVector<mlir::OpFoldResult> offsets, sizes, strides;
    auto type = llvm::cast<mlir::RankedTensorType>(image.getType());
    for (unsigned axis : {0, 1, 2, 3}) {
      bool isPlane = axis >= 2;
      offsets.push_back(builder.getIndexAttr(isPlane ? phase[axis - 2] : 0));
      sizes.push_back(builder.getIndexAttr(type.getDimSize(axis)));
      strides.push_back(builder.getIndexAttr(isPlane ? phases[axis - 2] : 1));
    }
    result = mlir::tensor::InsertSliceOp::create(
        builder, node.getLoc(), image, result, offsets, sizes, strides);
  }

  /// The joined image, once every phase is there.
  mlir::Value getResult() const { return result; }

private:
  Node &node;
  Pair phases;
  llvm::SmallVector<int64_t, 4> shape;
  mlir::Value result;
};

} // namespace scnn::onnx_import

#endif // SCNN_LIB_IMPORT_ONNX_INTERLEAVE_H
