//===- ConvolutionOperators.cpp - ONNX operators that slide a window ------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace scnn;
using namespace scnn::onnx_import;

/// The planes of images and filters of 2-D operators.
static LogicalResult expectRank4(Node &node, unsigned index, StringRef axes) {
  RankedTensorType type = node.getInputType(index);
  if (type.getRank() != 4)
    return node.emitError() << "expected input #" << index << " of rank 4, "
                            << axes << ", but got " << type;
  if (llvm::is_contained(type.getShape(), 0))
    return node.emitError()
           << "expected input #" << index << " with elements, but got " << type;
  return success();
}

/// (rows, columns) in 1 ... 65535.
static FailureOr<Pair> getPair(Node &node, StringRef name, Pair defaultValue) {
  SmallVector<int64_t> values = node.getInts(name, defaultValue);
  if (values.size() != 2)
    return node.emitError() << "expected 2 numbers in attribute '" << name
                            << "', but got " << values.size();
  for (int64_t value : values)
    if (value < 1 || value > 65535)
      return node.emitError() << "expected attribute '" << name
                              << "' in 1 ... 65535, but got " << value;
  return Pair{values[0], values[1]};
}

namespace {
/// What convolution and pooling share.
struct SlidingWindow {
  Pair size, stride, dilation;
  Sides padding;

  /// Elements of one axis that the window spans.
  int64_t reach(unsigned axis) const {
    return dilation[axis] * (size[axis] - 1) + 1;
  }
};
} // namespace

/// The padding that `auto_pad` asks for, or that `pads` gives.
static FailureOr<Sides> getPadding(Node &node, Pair plane,
                                   const SlidingWindow &window) {
  // ONNX gives all begins, then all ends.
  SmallVector<int64_t> pads = node.getInts("pads", {0, 0, 0, 0});
  if (pads.size() != 4)
    return node.emitError()
           << "expected 4 numbers in attribute 'pads', but got " << pads.size();
  for (int64_t pad : pads)
    if (pad < 0 || pad > 65535)
      return node.emitError()
             << "expected attribute 'pads' in 0 ... 65535, but got " << pad;

  std::string autoPad = node.getString("auto_pad", "NOTSET");
  if (autoPad == "NOTSET")
    return Sides{pads[0], pads[2], pads[1], pads[3]};
  if (llvm::any_of(pads, [](int64_t pad) { return pad != 0; }))
    return node.emitError() << "has both 'auto_pad' and 'pads'";
  Sides padding{0, 0, 0, 0};
  if (autoPad == "VALID")
    return padding;
  bool upper = autoPad == "SAME_UPPER";
  if (!upper && autoPad != "SAME_LOWER")
    return node.emitError()
           << "expected attribute 'auto_pad' to be NOTSET, SAME_UPPER, "
              "SAME_LOWER or VALID, but got "
           << quote(autoPad);
  for (unsigned axis : {0, 1}) {
    int64_t stride = window.stride[axis];
    int64_t outputs = (plane[axis] + stride - 1) / stride;
    int64_t total = std::max<int64_t>(
        (outputs - 1) * stride + window.reach(axis) - plane[axis], 0);
    padding[2 * axis] = upper ? total / 2 : total - total / 2;
    padding[2 * axis + 1] = total - padding[2 * axis];
  }
  return padding;
}

static FailureOr<SlidingWindow> getWindow(Node &node, Pair plane, Pair size) {
  FailureOr<Pair> stride = getPair(node, "strides", Pair{1, 1});
  FailureOr<Pair> dilation = getPair(node, "dilations", Pair{1, 1});
  if (failed(stride) || failed(dilation))
    return failure();
  SlidingWindow window{size, *stride, *dilation, {}};
  FailureOr<Sides> padding = getPadding(node, plane, window);
  if (failed(padding))
    return failure();
  window.padding = *padding;
  return window;
}

/// [N, C, H, W] with the plane that a window gives; it must not be empty.
static FailureOr<RankedTensorType>
makeResultType(Node &node, int64_t batch, int64_t channels, Pair plane) {
  if (plane[0] < 1 || plane[1] < 1)
    return node.emitError()
           << "the window does not fit the plane of " << node.getInputType(0);
  return makeTensorType({batch, channels, plane[0], plane[1]},
                        node.getBuilder().getF32Type(), "the result",
                        [&] { return node.emitError(); });
}

LogicalResult scnn::onnx_import::importConv(Node &node) {
  if (failed(expectRank4(node, 0, "[N, C, H, W]")) ||
      failed(expectRank4(node, 1, "[K, C / group, R, S]")))
    return failure();
  RankedTensorType input = node.getInputType(0), filters = node.getInputType(1);
  Pair size = getPlane(filters);
  SmallVector<int64_t> kernel = node.getInts("kernel_shape", size);
  if (ArrayRef<int64_t>(kernel) != ArrayRef<int64_t>(size))
    return node.emitError() << "attribute 'kernel_shape' differs from the "
                               "filters "
                            << filters;
  if (size[0] > 255 || size[1] > 255)
    return node.emitError() << "expected filters of at most 255x255, but got "
                            << size[0] << "x" << size[1];
  int64_t groups = node.getInt("group", 1);
  int64_t outputs = filters.getDimSize(0);
  if (groups < 1 || input.getDimSize(1) % groups || outputs % groups ||
      input.getDimSize(1) / groups != filters.getDimSize(1))
    return node.emitError()
           << "filters " << filters << " do not suit " << input.getDimSize(1)
           << " input channels in " << groups << " groups";

  FailureOr<SlidingWindow> window = getWindow(node, getPlane(input), size);
  if (failed(window))
    return failure();
  OpBuilder &builder = node.getBuilder();
  auto emitError = [&] { return node.emitError(); };
  auto windowAttr =
      WindowAttr::getChecked(emitError, builder.getContext(), window->stride,
                             window->padding, window->dilation, groups);
  if (!windowAttr)
    return failure();
  FailureOr<RankedTensorType> type =
      makeResultType(node, input.getDimSize(0), outputs,
                     convolvedPlane(getPlane(input), windowAttr, size));
  // Only constant weights can be compressed.
  if (failed(type) || !node.getConstant(1, "the filters"))
    return failure();

  Value bias;
  if (node.hasInput(2)) {
    DenseElementsAttr constant = node.getConstant(2, "the bias");
    if (!constant)
      return failure();
    if (constant.getType().getShape() != ArrayRef<int64_t>(outputs))
      return node.emitError() << "expected a bias of " << outputs
                              << " elements, but got " << constant.getType();
    bias = node.getInput(2);
  }
  Value x = node.getInput(0), w = node.getInput(1);
  if (!x || !w)
    return failure();
  node.setResult(Conv2DOp::create(
      builder, node.getLoc(), *type, x, w, bias, /*image=*/Value(),
      builder.getArrayAttr(windowAttr), /*clamp_min=*/FloatAttr(),
      /*clamp_max=*/FloatAttr(), /*pool=*/PoolAttr(),
      /*requantization=*/RequantizationAttr(), /*mapping=*/MappingAttr(),
      /*filters=*/DenseI64ArrayAttr()));
  return success();
}

/// Pads the ends so that windows that would begin inside the plane and end
/// beyond it are whole: padding never is the maximum.
static LogicalResult padToCeiling(Node &node, Pair plane,
                                  SlidingWindow &window) {
  for (unsigned axis : {0, 1}) {
    int64_t before = window.padding[2 * axis];
    int64_t &after = window.padding[2 * axis + 1];
    int64_t span = plane[axis] + before + after - window.size[axis];
    int64_t stride = window.stride[axis];
    if (span < 0 || span % stride == 0)
      continue;
    // Versions of ONNX differ in whether a window that begins in the padding
    // behind the plane counts.
    if ((span / stride + 1) * stride - before >= plane[axis])
      return node.emitError() << "with 'ceil_mode', the last window lies in "
                                 "the padding, which is not supported";
    after += stride - span % stride;
  }
  return success();
}

LogicalResult scnn::onnx_import::importMaxPool(Node &node) {
  if (failed(expectRank4(node, 0, "[N, C, H, W]")))
    return failure();
  RankedTensorType input = node.getInputType(0);
  if (!node.hasAttribute("kernel_shape"))
    return node.emitError() << "expected attribute 'kernel_shape'";
  FailureOr<Pair> size = getPair(node, "kernel_shape", Pair{1, 1});
  if (failed(size))
    return failure();
  FailureOr<SlidingWindow> window = getWindow(node, getPlane(input), *size);
  if (failed(window))
    return failure();
  if (window->dilation != Pair{1, 1})
    return node.emitError() << "pooling with dilations is not supported";
  // The storage order is about the second result, which is not supported.
  node.getInt("storage_order", 0);
  if (node.getInt("ceil_mode", 0) &&
      failed(padToCeiling(node, getPlane(input), *window)))
    return failure();

  OpBuilder &builder = node.getBuilder();
  auto pool = PoolAttr::getChecked([&] { return node.emitError(); },
                                   builder.getContext(), window->size,
                                   window->stride, window->padding);
  if (!pool)
    return failure();
  FailureOr<RankedTensorType> type =
      makeResultType(node, input.getDimSize(0), input.getDimSize(1),
                     pooledPlane(getPlane(input), pool));
  Value x = node.getInput(0);
  if (failed(type) || !x)
    return failure();
  node.setResult(MaxPool2DOp::create(builder, node.getLoc(), *type, x, pool));
  return success();
}
