//===- ConvolutionOperators.cpp - ONNX Conv -------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"
#include "SlidingWindow.h"

using namespace mlir;
using namespace scnn;
using namespace scnn::onnx_import;

LogicalResult scnn::onnx_import::importConv(Node &node) {
  Value x = getImage(node, 0);
  if (!x)
    return failure();
  RankedTensorType lineOrImage = node.getInputType(0);
  RankedTensorType filters = node.getInputType(1);
  if (filters.getRank() != lineOrImage.getRank())
    return node.emitError() << "expected filters [K, C / group, ...] of rank "
                            << lineOrImage.getRank() << ", but got " << filters;
  Value w = getImage(node, 1);
  if (!w)
    return failure();
  SmallVector<int64_t> sizes(filters.getShape().drop_front(2));
  if (node.getInts("kernel_shape", sizes) != sizes)
    return node.emitError() << "attribute 'kernel_shape' differs from the "
                               "filters "
                            << filters;
  int64_t groups = node.getInt("group", 1), channels = lineOrImage.getDimSize(1),
          outputs = filters.getDimSize(0);
  if (groups < 1 || channels % groups || outputs % groups ||
      channels / groups != filters.getDimSize(1))
    return node.emitError()
           << "filters " << filters << " do not suit " << channels
           << " input channels in " << groups << " groups";

  Pair plane = getPlane(x.getType()), size = getPlane(w.getType());
  FailureOr<SlidingWindow> window = getWindow(node, plane, size);
  if (failed(window))
    return failure();
  OpBuilder &builder = node.getBuilder();
  auto windowAttr = WindowAttr::getChecked(
      [&] { return node.emitError(); }, builder.getContext(), window->stride,
      window->padding, window->dilation, groups);
  if (!windowAttr ||
      failed(checkResult(node, lineOrImage.getDimSize(0), outputs,
                         convolvedPlane(plane, windowAttr, size))))
    return failure();

  Value bias;
  if (node.hasInput(2)) {
    RankedTensorType type = node.getInputType(2);
    if (type.getShape() != ArrayRef<int64_t>(outputs))
      return node.emitError() << "expected a bias of " << outputs
                              << " elements, but got " << type;
    bias = node.getInput(2);
    if (!bias)
      return failure();
  }
  setImageResult(node, Conv2DOp::create(builder, node.getLoc(), x, w, bias,
                                        windowAttr));
  return success();
}
