//===- SlidingWindow.h - Windows of convolution and pooling ---------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operators that slide a window are imported on images [N, C, H, W]. A line
// [N, C, L] is an image of one column, [N, C, L, 1]: layers that do not fit the
// RAMs are cut in rows.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_IMPORT_ONNX_SLIDINGWINDOW_H
#define SCNN_LIB_IMPORT_ONNX_SLIDINGWINDOW_H

#include "Node.h"

#include "scnn/Dialect/SCNN/IR/SCNN.h"

namespace scnn::onnx_import {

/// What convolution and pooling share: (rows, columns), and padding (top,
/// bottom, left, right).
struct SlidingWindow {
  Pair size = {1, 1}, stride = {1, 1}, dilation = {1, 1};
  Sides padding = {0, 0, 0, 0};

  /// Elements of one axis that the window spans.
  int64_t reach(unsigned axis) const {
    return dilation[axis] * (size[axis] - 1) + 1;
  }
};

/// The node's input `index`, [N, C, L] or [N, C, H, W], as an image; null with
/// an error if it is neither, or empty.
mlir::Value getImage(Node &node, unsigned index);

/// Gives the node an image as its result: as a line if its first input is one.
void setImageResult(Node &node, mlir::Value image);

/// Rows and columns of a shape [_, _, L] or [_, _, H, W].
Pair getSpatialPlane(llvm::ArrayRef<int64_t> shape);

/// The attribute `name` for each axis, in `minimum` ... 65535. It has as many
/// numbers as the node's first input has spatial axes; a line's columns get
/// `none`, as do both axes if the attribute is absent.
mlir::FailureOr<Pair> getPair(Node &node, llvm::StringRef name, int64_t none,
                              int64_t minimum = 1);

/// `pads`, in 0 ... 65535, all begins in front of all ends in ONNX.
mlir::FailureOr<Sides> getPads(Node &node);

/// `auto_pad`, one of the four that ONNX knows. With another than NOTSET,
/// `pads` must not ask for something.
mlir::FailureOr<std::string> getAutoPad(Node &node);

/// The window of that size which the node's attributes give on `plane`.
mlir::FailureOr<SlidingWindow> getWindow(Node &node, Pair plane, Pair size);

/// `size` as the attribute `kernel_shape`, which must be there.
mlir::FailureOr<Pair> getKernelShape(Node &node);

/// Succeeds if a result [batch, channels, plane] is neither empty nor larger
/// than tensors may be.
mlir::LogicalResult checkResult(Node &node, int64_t batch, int64_t channels,
                                Pair plane);

} // namespace scnn::onnx_import

#endif // SCNN_LIB_IMPORT_ONNX_SLIDINGWINDOW_H
