//===- Movement.h - Tensors whose elements move ---------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each function gives a constant for a constant: shapes are calculated, and
// weights prepared, by nodes of the graph.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_IMPORT_ONNX_MOVEMENT_H
#define SCNN_LIB_IMPORT_ONNX_MOVEMENT_H

#include "Node.h"

namespace scnn::onnx_import {

/// The same elements in row-major order under another shape of as many.
Tensor reshape(Node &node, const Tensor &tensor, llvm::ArrayRef<int64_t> shape);

/// A tensor whose axis i is axis order[i] of `tensor`.
Tensor transpose(Node &node, const Tensor &tensor,
                 llvm::ArrayRef<int64_t> order);

/// A tensor whose positions along `axis` are those `positions` of `tensor`.
Tensor gather(Node &node, const Tensor &tensor, int64_t axis,
              llvm::ArrayRef<int64_t> positions);

/// `size` positions of `tensor` along `axis` from `start` on.
Tensor slice(Node &node, const Tensor &tensor, int64_t axis, int64_t start,
             int64_t size);

/// `tensor` repeated along axes of size 1 until it has `shape`, of its rank.
Tensor expand(Node &node, const Tensor &tensor, llvm::ArrayRef<int64_t> shape);

/// Tensors one behind the other along `axis`; they have a type that differs
/// there only.
Tensor concatenate(Node &node, llvm::ArrayRef<Tensor> tensors, int64_t axis);

} // namespace scnn::onnx_import

#endif // SCNN_LIB_IMPORT_ONNX_MOVEMENT_H
