//===- ResizeOperators.cpp - ONNX operators that sample an image ----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Movement.h"
#include "Operators.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <cmath>

using namespace mlir;
using namespace scnn;
using namespace scnn::onnx_import;

namespace {
/// What Resize does along one axis.
struct AxisResize {
  int64_t axis, from, to;
  double scale;
  /// Part of the axis that tf_crop_and_resize samples.
  double roiStart = 0, roiEnd = 1;
};

/// The attributes that all axes share.
struct Sampling {
  std::string mode, coordinates, nearest;
  float extrapolation = 0;
  bool antialias = false;
};
} // namespace

/// Where position `position` of the result lies on the input's axis.
static double toInput(const Sampling &sampling, const AxisResize &resize,
                      int64_t position) {
  StringRef mode = sampling.coordinates;
  // ONNX takes the size before it is rounded down.
  double x = position, from = resize.from, scale = resize.scale,
         to = from * scale;
  if (mode == "asymmetric")
    return x / scale;
  if (mode == "align_corners")
    return to == 1 ? 0 : x * (from - 1) / (to - 1);
  if (mode == "pytorch_half_pixel")
    return to > 1 ? (x + 0.5) / scale - 0.5 : 0;
  if (mode == "tf_half_pixel_for_nn")
    return (x + 0.5) / scale;
  if (mode == "tf_crop_and_resize")
    return to > 1 ? resize.roiStart * (from - 1) +
                        x * (resize.roiEnd - resize.roiStart) * (from - 1) /
                            (to - 1)
                  : 0.5 * (resize.roiStart + resize.roiEnd) * (from - 1);
  if (mode == "half_pixel_symmetric") {
    // The sampled part is in the middle, whatever was rounded off.
    double adjustment = resize.to / to, center = from / 2;
    return center * (1 - adjustment) + (x + 0.5) / scale - 0.5;
  }
  return (x + 0.5) / scale - 0.5; // half_pixel
}

static int64_t nearest(StringRef mode, double x) {
  if (mode == "floor")
    return int64_t(std::floor(x));
  if (mode == "ceil")
    return int64_t(std::ceil(x));
  if (mode == "round_prefer_ceil")
    return int64_t(std::floor(x + 0.5));
  return int64_t(std::ceil(x - 0.5)); // round_prefer_floor
}

/// Takes the nearest positions along an axis.
static Tensor resizeNearest(Node &node, const Tensor &tensor,
                            const Sampling &sampling,
                            const AxisResize &resize) {
  SmallVector<int64_t> positions;
  for (int64_t x = 0; x < resize.to; ++x)
    positions.push_back(std::clamp<int64_t>(
        nearest(sampling.nearest, toInput(sampling, resize, x)), 0,
        resize.from - 1));
  return gather(node, tensor, resize.axis, positions);
}

/// Weighs the two positions around along an axis.
static Tensor resizeLinear(Node &node, const Tensor &tensor,
                           const Sampling &sampling, const AxisResize &resize) {
  SmallVector<int64_t> low, high;
  SmallVector<float> weights;
  for (int64_t i = 0; i < resize.to; ++i) {
    double x = std::clamp<double>(toInput(sampling, resize, i), 0,
                                  double(resize.from - 1));
    low.push_back(int64_t(std::floor(x)));
    high.push_back(std::min(low.back() + 1, resize.from - 1));
    weights.push_back(float(x - std::floor(x)));
  }
  auto type = RankedTensorType::get(resize.to, node.getBuilder().getF32Type());
  Tensor weight =
      node.makeTensor(DenseElementsAttr::get(type, ArrayRef<float>(weights)));
  return mapElements(
      node,
      {gather(node, tensor, resize.axis, low),
       gather(node, tensor, resize.axis, high), Operand(weight, resize.axis)},
      type.getElementType(),
      [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        Value one = arith::ConstantOp::create(b, b.getF32FloatAttr(1));
        Value other = arith::SubFOp::create(b, one, v[2]);
        Value x = arith::MulFOp::create(b, v[0], other);
        Value y = arith::MulFOp::create(b, v[1], v[2]);
        return arith::AddFOp::create(b, x, y);
      });
}

/// Puts a number where tf_crop_and_resize samples outside the input.
static Tensor extrapolate(Node &node, const Tensor &tensor,
                          const Sampling &sampling, const AxisResize &resize) {
  SmallVector<bool> outside;
  for (int64_t i = 0; i < resize.to; ++i) {
    double x = toInput(sampling, resize, i);
    outside.push_back(x < 0 || x > resize.from - 1);
  }
  if (!llvm::is_contained(outside, true))
    return tensor;
  Builder &builder = node.getBuilder();
  auto type = RankedTensorType::get(resize.to, builder.getI1Type());
  Tensor mask = node.makeTensor(DenseElementsAttr::get(type, outside));
  return mapElements(
      node, {Operand(mask, resize.axis), tensor}, builder.getF32Type(),
      [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        Value number = arith::ConstantOp::create(
            b, b.getF32FloatAttr(sampling.extrapolation));
        return arith::SelectOp::create(b, v[0], number, v[1]);
      });
}

//===----------------------------------------------------------------------===//
// Inputs and attributes
//===----------------------------------------------------------------------===//

static FailureOr<SmallVector<double>> getNumbers(Node &node, unsigned index,
                                                 StringRef role) {
  SmallVector<double> numbers;
  if (!node.hasInput(index) || node.getInputType(index).getNumElements() == 0)
    return numbers;
  DenseElementsAttr constant = node.getConstant(index, role);
  if (!constant)
    return failure();
  for (float value : constant.getValues<float>())
    numbers.push_back(value);
  return numbers;
}

static FailureOr<Sampling> getSampling(Node &node) {
  auto fail = [&](StringRef name, const std::string &value) {
    return node.emitError() << "attribute '" << name << "' of " << quote(value)
                            << " is not supported";
  };
  Sampling sampling;
  sampling.mode = node.getString("mode", "nearest");
  if (sampling.mode != "nearest" && sampling.mode != "linear")
    return fail("mode", sampling.mode);
  // Operator set 10 knows one way only.
  bool old = node.getOperatorSet() < 11;
  sampling.coordinates =
      node.getString("coordinate_transformation_mode",
                     old ? "asymmetric" : "half_pixel");
  if (!llvm::is_contained({"half_pixel", "half_pixel_symmetric",
                           "pytorch_half_pixel", "align_corners", "asymmetric",
                           "tf_half_pixel_for_nn", "tf_crop_and_resize"},
                          StringRef(sampling.coordinates)))
    return fail("coordinate_transformation_mode", sampling.coordinates);
  sampling.nearest =
      node.getString("nearest_mode", old ? "floor" : "round_prefer_floor");
  if (!llvm::is_contained(
          {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"},
          StringRef(sampling.nearest)))
    return fail("nearest_mode", sampling.nearest);
  sampling.extrapolation = node.getFloat("extrapolation_value", 0);
  if (node.getInt("antialias", 0))
    return node.emitError() << "attribute 'antialias' is not supported";
  // Those concern cubic sampling only.
  node.getFloat("cubic_coeff_a", 0);
  node.getInt("exclude_outside", 0);
  return sampling;
}

/// The axes that the optional numbers are for: all, or attribute `axes`.
static FailureOr<SmallVector<int64_t>> getAxes(Node &node, int64_t rank) {
  SmallVector<int64_t> axes =
      node.getInts("axes", llvm::to_vector(llvm::seq(rank)));
  for (int64_t &axis : axes) {
    if (axis < -rank || axis >= rank)
      return node.emitError() << "expected axes in " << -rank << " ... "
                              << rank - 1 << ", but got " << axis;
    axis += axis < 0 ? rank : 0;
  }
  return axes;
}

/// Gives each axis its size and scale, of which the node has one.
static FailureOr<SmallVector<AxisResize>> getAxisResizes(Node &node) {
  RankedTensorType input = node.getInputType(0);
  FailureOr<SmallVector<int64_t>> axes = getAxes(node, input.getRank());
  // Operator set 10 has the scales only, as input #1.
  bool old = node.getOperatorSet() < 11;
  FailureOr<SmallVector<double>> roi =
      old ? SmallVector<double>() : getNumbers(node, 1, "the roi");
  FailureOr<SmallVector<double>> scales =
      getNumbers(node, old ? 1 : 2, "the scales");
  SmallVector<int64_t> sizes;
  if (!old && node.hasInput(3)) {
    FailureOr<SmallVector<int64_t>> given =
        node.getConstantIntegers(3, "the sizes");
    if (failed(given))
      return failure();
    sizes = *given;
  }
  if (failed(axes) || failed(roi) || failed(scales))
    return failure();
  if (scales->empty() == sizes.empty())
    return node.emitError() << "expected either scales or sizes";
  size_t count = axes->size();
  if (scales->size() + sizes.size() != count ||
      (!roi->empty() && roi->size() != 2 * count))
    return node.emitError() << "expected scales, sizes or roi for " << count
                            << " axes";

  // Sizes may be limits within which all axes keep one scale.
  std::string policy = node.getString("keep_aspect_ratio_policy", "stretch");
  if (policy != "stretch" && !sizes.empty()) {
    bool larger = policy == "not_smaller";
    if (!larger && policy != "not_larger")
      return node.emitError() << "attribute 'keep_aspect_ratio_policy' of "
                              << quote(policy) << " is not supported";
    double scale = double(sizes[0]) / input.getDimSize((*axes)[0]);
    for (auto [axis, size] : llvm::zip(*axes, sizes)) {
      double other = double(size) / input.getDimSize(axis);
      scale = larger ? std::max(scale, other) : std::min(scale, other);
    }
    for (auto [axis, size] : llvm::zip(*axes, sizes))
      size = int64_t(std::floor(scale * input.getDimSize(axis) + 0.5));
    scales->assign(count, scale);
  }
  SmallVector<AxisResize> resizes;
  for (auto [index, axis] : llvm::enumerate(*axes)) {
    AxisResize resize{axis, input.getDimSize(axis), 0, 1};
    if (!scales->empty()) {
      resize.scale = (*scales)[index];
      double size = std::floor(resize.from * resize.scale);
      if (!(resize.scale > 0) || size > INT32_MAX)
        return node.emitError() << "cannot scale dimension #" << axis << " of "
                                << input;
      resize.to = int64_t(size);
    }
    if (!sizes.empty())
      resize.to = sizes[index];
    if (scales->empty())
      resize.scale = double(resize.to) / resize.from;
    if (!roi->empty()) {
      resize.roiStart = (*roi)[index];
      resize.roiEnd = (*roi)[count + index];
    }
    if (resize.to < 1 || resize.from < 1)
      return node.emitError() << "cannot resize dimension #" << axis << " of "
                              << input << " to " << resize.to;
    resizes.push_back(resize);
  }
  return resizes;
}

LogicalResult scnn::onnx_import::importResize(Node &node) {
  FailureOr<Sampling> sampling = getSampling(node);
  FailureOr<SmallVector<AxisResize>> resizes = getAxisResizes(node);
  if (failed(sampling) || failed(resizes))
    return failure();
  RankedTensorType input = node.getInputType(0);
  if (!input.getElementType().isF32())
    return node.emitError() << "expected f32 elements of input #0, but got "
                            << input;
  SmallVector<int64_t> shape(input.getShape());
  for (const AxisResize &resize : *resizes)
    shape[resize.axis] = resize.to;
  if (failed(makeTensorType(shape, input.getElementType(), "the result",
                            [&] { return node.emitError(); })))
    return failure();

  bool crops = sampling->coordinates == "tf_crop_and_resize";
  Tensor tensor = node.getTensorOfInput(0);
  for (const AxisResize &resize : *resizes) {
    if (resize.from == resize.to && resize.scale == 1 && !crops)
      continue;
    tensor = sampling->mode == "nearest"
                 ? resizeNearest(node, tensor, *sampling, resize)
                 : resizeLinear(node, tensor, *sampling, resize);
    if (!tensor)
      return failure();
  }
  // What lies outside along any axis.
  if (crops)
    for (const AxisResize &resize : *resizes) {
      tensor = extrapolate(node, tensor, *sampling, resize);
      if (!tensor)
        return failure();
    }
  node.setResult(tensor);
  return success();
}
