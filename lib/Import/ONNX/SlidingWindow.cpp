//===- SlidingWindow.cpp - Windows of convolution and pooling -------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SlidingWindow.h"
#include "Operators.h"

using namespace mlir;
using namespace scnn;
using namespace scnn::onnx_import;

static constexpr int64_t kMaxExtent = 65535;

/// Spatial axes of the node's first input.
static int64_t getSpatialRank(Node &node) {
  return node.getInputType(0).getRank() - 2;
}

Value scnn::onnx_import::getImage(Node &node, unsigned index) {
  RankedTensorType type = node.getInputType(index);
  if (type.getRank() != 3 && type.getRank() != 4) {
    node.emitError() << "expected input #" << index
                     << " of rank 3, [N, C, L], or 4, [N, C, H, W], but got "
                     << type;
    return {};
  }
  if (type.getNumElements() == 0) {
    node.emitError() << "expected input #" << index
                     << " with elements, but got " << type;
    return {};
  }
  Pair plane = getSpatialPlane(type.getShape());
  return getInputAs(node, index,
                    {type.getDimSize(0), type.getDimSize(1), plane[0], plane[1]});
}

void scnn::onnx_import::setImageResult(Node &node, Value image) {
  SmallVector<int64_t> shape(
      cast<RankedTensorType>(image.getType()).getShape());
  if (getSpatialRank(node) == 1)
    shape.pop_back();
  node.setResult(reshape(node, image, shape));
}

Pair scnn::onnx_import::getSpatialPlane(ArrayRef<int64_t> shape) {
  return Pair{shape[2], shape.size() == 3 ? 1 : shape[3]};
}

FailureOr<Pair> scnn::onnx_import::getPair(Node &node, StringRef name,
                                           int64_t none, int64_t minimum) {
  int64_t rank = getSpatialRank(node);
  SmallVector<int64_t> values =
      node.getInts(name, SmallVector<int64_t>(rank, none));
  if (int64_t(values.size()) != rank)
    return node.emitError() << "expected " << rank << " numbers in attribute '"
                            << name << "', but got " << values.size();
  for (int64_t value : values)
    if (value < minimum || value > kMaxExtent)
      return node.emitError()
             << "expected attribute '" << name << "' in " << minimum << " ... "
             << kMaxExtent << ", but got " << value;
  return Pair{values[0], rank == 1 ? none : values[1]};
}

FailureOr<Sides> scnn::onnx_import::getPads(Node &node) {
  int64_t rank = getSpatialRank(node);
  SmallVector<int64_t> pads =
      node.getInts("pads", SmallVector<int64_t>(2 * rank, 0));
  if (int64_t(pads.size()) != 2 * rank)
    return node.emitError() << "expected " << 2 * rank
                            << " numbers in attribute 'pads', but got "
                            << pads.size();
  for (int64_t pad : pads)
    if (pad < 0 || pad > kMaxExtent)
      return node.emitError() << "expected attribute 'pads' in 0 ... "
                              << kMaxExtent << ", but got " << pad;
  if (rank == 1)
    return Sides{pads[0], pads[1], 0, 0};
  return Sides{pads[0], pads[2], pads[1], pads[3]};
}

FailureOr<std::string> scnn::onnx_import::getAutoPad(Node &node) {
  std::string autoPad = node.getString("auto_pad", "NOTSET");
  if (!llvm::is_contained({"NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"},
                          autoPad))
    return node.emitError()
           << "expected attribute 'auto_pad' to be NOTSET, SAME_UPPER, "
              "SAME_LOWER or VALID, but got "
           << quote(autoPad);
  FailureOr<Sides> pads = getPads(node);
  if (failed(pads))
    return failure();
  if (autoPad != "NOTSET" && *pads != Sides{})
    return node.emitError() << "has both 'auto_pad' and 'pads'";
  return autoPad;
}

/// The padding that `auto_pad` asks for, or that `pads` gives.
static FailureOr<Sides> getPadding(Node &node, Pair plane,
                                   const SlidingWindow &window) {
  FailureOr<std::string> autoPad = getAutoPad(node);
  if (failed(autoPad))
    return failure();
  if (*autoPad == "NOTSET" || *autoPad == "VALID")
    return getPads(node);
  Sides padding;
  for (unsigned axis : {0, 1}) {
    int64_t stride = window.stride[axis];
    int64_t outputs = (plane[axis] + stride - 1) / stride;
    int64_t total = std::max<int64_t>(
        (outputs - 1) * stride + window.reach(axis) - plane[axis], 0);
    padding[2 * axis] =
        *autoPad == "SAME_UPPER" ? total / 2 : total - total / 2;
    padding[2 * axis + 1] = total - padding[2 * axis];
  }
  return padding;
}

FailureOr<SlidingWindow> scnn::onnx_import::getWindow(Node &node, Pair plane,
                                                      Pair size) {
  FailureOr<Pair> stride = getPair(node, "strides", 1);
  FailureOr<Pair> dilation = getPair(node, "dilations", 1);
  if (failed(stride) || failed(dilation))
    return failure();
  SlidingWindow window{size, *stride, *dilation, {}};
  FailureOr<Sides> padding = getPadding(node, plane, window);
  if (failed(padding))
    return failure();
  window.padding = *padding;
  return window;
}

FailureOr<Pair> scnn::onnx_import::getKernelShape(Node &node) {
  if (!node.hasAttribute("kernel_shape"))
    return node.emitError() << "expected attribute 'kernel_shape'";
  return getPair(node, "kernel_shape", 1);
}

LogicalResult scnn::onnx_import::checkResult(Node &node, int64_t batch,
                                             int64_t channels, Pair plane) {
  if (plane[0] < 1 || plane[1] < 1)
    return node.emitError()
           << "the window does not fit the plane of " << node.getInputType(0);
  return makeTensorType({batch, channels, plane[0], plane[1]},
                        node.getBuilder().getF32Type(), "the result",
                        [&] { return node.emitError(); });
}
