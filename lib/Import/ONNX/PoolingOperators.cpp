//===- PoolingOperators.cpp - ONNX pooling --------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Maxima are scnn.max_pool2d. Averages are depthwise convolutions.
//
//===----------------------------------------------------------------------===//

#include "Arithmetic.h"
#include "Interleave.h"
#include "Operators.h"
#include "SlidingWindow.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <numeric>

using namespace mlir;
using namespace scnn;
using namespace scnn::onnx_import;

//===----------------------------------------------------------------------===//
// What both have in common
//===----------------------------------------------------------------------===//

/// The plane of results. With `ceil_mode`, windows count that begin before the
/// end padding, however far they reach beyond it (ONNX since 1.16.1, and
/// PyTorch; the versions before said nothing).
static Pair getPooledPlane(Node &node, Pair plane,
                           const SlidingWindow &window) {
  bool ceil = node.getInt("ceil_mode", 0);
  Pair pooled;
  for (unsigned axis : {0, 1}) {
    int64_t before = window.padding[2 * axis], stride = window.stride[axis];
    int64_t span = plane[axis] + before + window.padding[2 * axis + 1] -
                   window.reach(axis);
    pooled[axis] = span < 0 ? 0 : span / stride + 1;
    if (ceil && span >= 0 && span % stride != 0 &&
        pooled[axis] * stride < plane[axis] + before)
      ++pooled[axis];
  }
  return pooled;
}

/// The end padding with which the last of `outputs` windows is whole, and none
/// follows.
static int64_t getEndPadding(int64_t size, int64_t begin, int64_t reach,
                             int64_t stride, int64_t outputs) {
  return std::max<int64_t>((outputs - 1) * stride + reach - size - begin, 0);
}

/// The window of a pooling node on an image, and the plane that it gives.
static FailureOr<SlidingWindow> getPoolingWindow(Node &node, Value image,
                                                 Pair &pooled) {
  FailureOr<Pair> size = getKernelShape(node);
  if (failed(size))
    return failure();
  auto type = cast<RankedTensorType>(image.getType());
  FailureOr<SlidingWindow> window = getWindow(node, getPlane(type), *size);
  if (failed(window))
    return failure();
  pooled = getPooledPlane(node, getPlane(type), *window);
  if (failed(checkResult(node, type.getDimSize(0), type.getDimSize(1), pooled)))
    return failure();
  return window;
}

/// A depthwise convolution in which every channel has the filter `values`, of
/// that size.
static Value createDepthwise(Node &node, Value image, Pair size,
                             ArrayRef<float> values,
                             const SlidingWindow &window) {
  OpBuilder &builder = node.getBuilder();
  int64_t channels = cast<RankedTensorType>(image.getType()).getDimSize(1);
  std::vector<float> filters;
  filters.reserve(channels * values.size());
  for (int64_t c = 0; c < channels; ++c)
    llvm::append_range(filters, values);
  auto type = RankedTensorType::get({channels, 1, size[0], size[1]},
                                    builder.getF32Type());
  Value weights = arith::ConstantOp::create(
      builder, node.getLoc(),
      DenseElementsAttr::get(type, ArrayRef<float>(filters)));
  return Conv2DOp::create(builder, node.getLoc(), image, weights,
                          /*bias=*/Value(),
                          WindowAttr::get(builder.getContext(), window.stride,
                                          window.padding, window.dilation,
                                          channels));
}

/// For windows of the whole plane: the node's input as an image, a volume with
/// all axes between channels and the last one as rows, or null with an error.
static Value getWholePlane(Node &node) {
  RankedTensorType type = node.getInputType(0);
  if (type.getRank() < 3 || type.getNumElements() == 0) {
    node.emitError() << "expected input #0 of rank 3 or more, [N, C, ...], "
                        "with elements, but got "
                     << type;
    return {};
  }
  int64_t outer = type.getDimSize(0) * type.getDimSize(1),
          columns = type.getRank() == 3 ? 1 : type.getShape().back();
  return getInputAs(node, 0,
                    {type.getDimSize(0), type.getDimSize(1),
                     type.getNumElements() / outer / columns, columns});
}

/// Gives the node [N, C, 1, 1] as its result, with the rank of its input.
static void setWholePlaneResult(Node &node, Value image) {
  SmallVector<int64_t> shape(node.getInputType(0).getRank(), 1);
  llvm::copy(node.getInputType(0).getShape().take_front(2), shape.begin());
  node.setResult(reshape(node, image, shape));
}

/// A window that tiles `plane` from its beginning, with padding at the ends,
/// on the way from a plane to one element: as many rows of windows as rows in a
/// window, and likewise columns.
static SlidingWindow getStage(Pair plane) {
  SlidingWindow stage;
  for (unsigned axis : {0, 1}) {
    int64_t size = 1;
    while (size * size < plane[axis])
      ++size;
    stage.size[axis] = stage.stride[axis] = size;
    stage.padding[2 * axis + 1] = llvm::alignTo(plane[axis], size) - plane[axis];
  }
  return stage;
}

/// Largest extent of a filter and of a pooling window.
static constexpr int64_t kMaxWindow = 255;

//===----------------------------------------------------------------------===//
// Maxima
//===----------------------------------------------------------------------===//

static Value createMaxPool(Node &node, Value image,
                           const SlidingWindow &window) {
  auto pool = PoolAttr::getChecked([&] { return node.emitError(); },
                                   node.getBuilder().getContext(), window.size,
                                   window.stride, window.padding);
  if (!pool)
    return {};
  return MaxPool2DOp::create(node.getBuilder(), node.getLoc(), image, pool);
}

namespace {
/// The outputs of a dilated pool that read elements `offset` modulo the
/// dilation of one axis.
struct PoolingPhase {
  int64_t outputs, offset, begin, end, stride;
};
} // namespace

/// Output y reads y * stride + r * dilation - padding. With g the greatest
/// common divisor of stride and dilation d, outputs y = u * d / g + phase read,
/// of the elements that are `offset` modulo d, those from u * stride / g on: a
/// pool without dilation.
static PoolingPhase getPoolingPhase(int64_t size, int64_t outputs,
                                    const SlidingWindow &window, unsigned axis,
                                    int64_t phase, int64_t phases) {
  int64_t dilation = window.dilation[axis];
  int64_t first = phase * window.stride[axis] - window.padding[2 * axis];
  PoolingPhase result;
  result.outputs = llvm::divideCeil(outputs - phase, phases);
  result.begin = first < 0 ? llvm::divideCeil(-first, dilation) : 0;
  result.offset = first + result.begin * dilation;
  result.stride = window.stride[axis] * phases / dilation;
  int64_t elements = llvm::divideCeil(size - result.offset, dilation);
  result.end = getEndPadding(elements, result.begin, window.size[axis],
                             result.stride, result.outputs);
  return result;
}

/// A pool with dilation: each of its phases picks its elements by a strided
/// convolution with one weight, and pools them without dilation.
static Value createDilatedMaxPool(Node &node, Value image,
                                  const SlidingWindow &window, Pair pooled) {
  auto type = cast<RankedTensorType>(image.getType());
  Pair plane = getPlane(type), phases;
  for (unsigned axis : {0, 1})
    phases[axis] = std::min(
        pooled[axis], window.dilation[axis] / std::gcd(window.dilation[axis],
                                                       window.stride[axis]));
  Interleave interleave(node, type.getDimSize(0), type.getDimSize(1), pooled,
                        phases);
  for (int64_t row = 0; row < phases[0]; ++row)
    for (int64_t col = 0; col < phases[1]; ++col) {
      SlidingWindow pick, pool;
      pool.size = window.size;
      for (unsigned axis : {0, 1}) {
        PoolingPhase phase = getPoolingPhase(
            plane[axis], pooled[axis], window, axis, axis ? col : row,
            window.dilation[axis] /
                std::gcd(window.dilation[axis], window.stride[axis]));
        pick.size[axis] = phase.offset + 1;
        pick.stride[axis] = window.dilation[axis];
        pool.stride[axis] = phase.stride;
        pool.padding[2 * axis] = phase.begin;
        pool.padding[2 * axis + 1] = phase.end;
      }
      std::vector<float> filter(pick.size[0] * pick.size[1], 0.0f);
      filter.back() = 1.0f;
      Value picked = createDepthwise(node, image, pick.size, filter, pick);
      Value maxima = createMaxPool(node, picked, pool);
      if (!maxima)
        return {};
      interleave.insert(maxima, {row, col});
    }
  return interleave.getResult();
}

LogicalResult scnn::onnx_import::importMaxPool(Node &node) {
  Value x = getImage(node, 0);
  if (!x)
    return failure();
  // The order is that of the indices, the second result.
  node.getInt("storage_order", 0);
  Pair pooled;
  FailureOr<SlidingWindow> window = getPoolingWindow(node, x, pooled);
  if (failed(window))
    return failure();
  Pair plane = getPlane(x.getType());
  for (unsigned axis : {0, 1})
    window->padding[2 * axis + 1] =
        getEndPadding(plane[axis], window->padding[2 * axis],
                      window->reach(axis), window->stride[axis], pooled[axis]);
  Value result = window->dilation == Pair{1, 1}
                     ? createMaxPool(node, x, *window)
                     : createDilatedMaxPool(node, x, *window, pooled);
  if (!result)
    return failure();
  setImageResult(node, result);
  return success();
}

LogicalResult scnn::onnx_import::importGlobalMaxPool(Node &node) {
  Value x = getWholePlane(node);
  if (!x)
    return failure();
  // Maxima of maxima, where the plane is larger than the largest window.
  Pair plane = getPlane(x.getType());
  while (std::max(plane[0], plane[1]) > kMaxWindow) {
    x = createMaxPool(node, x, getStage(plane));
    plane = getPlane(x.getType());
  }
  SlidingWindow whole;
  whole.size = plane;
  setWholePlaneResult(node, createMaxPool(node, x, whole));
  return success();
}

//===----------------------------------------------------------------------===//
// Averages
//===----------------------------------------------------------------------===//

/// How many elements each window along one axis averages: those on the plane,
/// and in the padding if that counts.
static SmallVector<int64_t> countElements(int64_t size, int64_t outputs,
                                          const SlidingWindow &window,
                                          unsigned axis, bool countPadding) {
  int64_t begin = countPadding ? -window.padding[2 * axis] : 0;
  int64_t end = size + (countPadding ? window.padding[2 * axis + 1] : 0);
  SmallVector<int64_t> counts;
  for (int64_t y = 0; y < outputs; ++y) {
    int64_t first = y * window.stride[axis] - window.padding[2 * axis];
    int64_t count = 0;
    for (int64_t r = 0; r < window.size[axis]; ++r) {
      int64_t position = first + r * window.dilation[axis];
      count += position >= begin && position < end;
    }
    counts.push_back(count);
  }
  return counts;
}

/// `image` times `factors`, one for each position of the plane: on the host.
static Value rescale(Node &node, Value image, ArrayRef<float> factors) {
  OpBuilder &builder = node.getBuilder();
  Pair plane = getPlane(image.getType());
  auto type =
      RankedTensorType::get({1, 1, plane[0], plane[1]}, builder.getF32Type());
  Value constant = arith::ConstantOp::create(
      builder, node.getLoc(), DenseElementsAttr::get(type, factors));
  return multiply(node, image, constant);
}

LogicalResult scnn::onnx_import::importAveragePool(Node &node) {
  Value x = getImage(node, 0);
  if (!x)
    return failure();
  Pair pooled;
  FailureOr<SlidingWindow> window = getPoolingWindow(node, x, pooled);
  if (failed(window))
    return failure();
  bool countPadding = node.getInt("count_include_pad", 0);

  Pair plane = getPlane(x.getType()), largest;
  SmallVector<int64_t> counts[2];
  for (unsigned axis : {0, 1}) {
    counts[axis] = countElements(plane[axis], pooled[axis], *window, axis,
                                 countPadding);
    largest[axis] = *llvm::max_element(counts[axis]);
    if (llvm::is_contained(counts[axis], 0))
      return node.emitError() << "has windows without elements to average";
    window->padding[2 * axis + 1] =
        getEndPadding(plane[axis], window->padding[2 * axis],
                      window->reach(axis), window->stride[axis], pooled[axis]);
  }

  // Fixed point rounds before the host rescales.
  constexpr float kLargestFactor = 16.0f;
  std::vector<float> factors;
  for (int64_t rows : counts[0])
    for (int64_t cols : counts[1])
      factors.push_back(float(largest[0] * largest[1]) / float(rows * cols));
  float largestFactor = *llvm::max_element(factors);
  if (largestFactor > kLargestFactor)
    return node.emitError()
           << "expected windows at the border of at least 1/16 of the elements "
              "of others, but got 1/"
           << int64_t(largestFactor);

  std::vector<float> filter(window->size[0] * window->size[1],
                            1.0f / float(largest[0] * largest[1]));
  Value average = createDepthwise(node, x, window->size, filter, *window);
  if (largestFactor > 1.0f)
    average = rescale(node, average, factors);
  setImageResult(node, average);
  return success();
}

LogicalResult scnn::onnx_import::importGlobalAveragePool(Node &node) {
  Value x = getWholePlane(node);
  if (!x)
    return failure();
  // Means of means where the plane is larger than the largest window, or where
  // the sum of so many rounded products would be too coarse.
  constexpr int64_t kMaxElements = 4096;
  Pair plane = getPlane(x.getType());
  double weight = 1.0 / (double(plane[0]) * double(plane[1]));
  while (std::max(plane[0], plane[1]) > kMaxWindow ||
         plane[0] * plane[1] > kMaxElements) {
    SlidingWindow stage = getStage(plane);
    int64_t elements = stage.size[0] * stage.size[1];
    std::vector<float> filter(elements, 1.0f / float(elements));
    x = createDepthwise(node, x, stage.size, filter, stage);
    weight *= double(elements);
    plane = getPlane(x.getType());
  }
  // With a stride of its size, the window's products are all wanted.
  SlidingWindow whole;
  whole.size = whole.stride = plane;
  std::vector<float> filter(plane[0] * plane[1], float(weight));
  setWholePlaneResult(node,
                      createDepthwise(node, x, whole.size, filter, whole));
  return success();
}
