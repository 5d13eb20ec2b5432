//===- TransposedConvolution.cpp - ONNX ConvTranspose ---------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A transposed convolution of stride s by phases: along an axis, output y, in
// front of cropping, gets input i through filter element r if
// i * s + r * dilation = y. With y = u * s + a, outputs of the same phase a are
// an ordinary convolution of the input, of stride 1, with the elements r for
// which s divides r * dilation - a. All phases are computed by one convolution,
// as output channels of their own (sub-pixel convolution), so that the input is
// read once and groups stay as they are. Filter elements that a phase lacks are
// zeros, which the accelerator does not store. The host interleaves the phases.
//
//===----------------------------------------------------------------------===//

#include "Operators.h"
#include "SlidingWindow.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"

using namespace mlir;
using namespace scnn;
using namespace scnn::onnx_import;

namespace {
/// One axis of a transposed convolution.
struct TransposedAxis {
  int64_t inputs, size, stride, dilation;
  /// Elements that are cropped at the beginning, and elements that stay.
  int64_t crop, outputs;

  /// Size of the filter of each phase.
  int64_t phaseSize() const { return (size - 1) * dilation / stride + 1; }

  /// First element of a phase that is computed.
  int64_t firstElement() const {
    return std::min(crop / stride, phaseSize() - 1);
  }
  int64_t beginPadding() const { return phaseSize() - 1 - firstElement(); }
  int64_t endPadding() const {
    int64_t last = (crop + outputs - 1) / stride;
    return std::max<int64_t>(last + 1 - inputs, 0);
  }
  /// Elements of each phase that are computed.
  int64_t elements() const {
    return inputs + beginPadding() + endPadding() - phaseSize() + 1;
  }
  /// Interleaved elements in front of the outputs.
  int64_t skipped() const { return crop - firstElement() * stride; }

  /// The filter element that is element `index` of a phase's filter, if any.
  std::optional<int64_t> filterElement(int64_t phase, int64_t index) const {
    // Convolution slides filters forward, transposed convolution backward.
    int64_t distance = (phaseSize() - 1 - index) * stride + phase;
    if (distance % dilation || distance / dilation >= size)
      return std::nullopt;
    return distance / dilation;
  }
};
} // namespace

/// What the attributes say of each axis, on `plane` with filters of `size`.
static FailureOr<std::array<TransposedAxis, 2>> getAxes(Node &node, Pair plane,
                                                        Pair size) {
  FailureOr<Pair> stride = getPair(node, "strides", 1);
  FailureOr<Pair> dilation = getPair(node, "dilations", 1);
  FailureOr<Pair> added = getPair(node, "output_padding", 0, /*minimum=*/0);
  FailureOr<Sides> pads = getPads(node);
  FailureOr<std::string> autoPad = getAutoPad(node);
  if (failed(stride) || failed(dilation) || failed(added) || failed(pads) ||
      failed(autoPad))
    return failure();
  bool statesShape = node.hasAttribute("output_shape");
  Pair stated;
  if (statesShape) {
    FailureOr<Pair> shape = getPair(node, "output_shape", 1);
    if (failed(shape))
      return failure();
    stated = *shape;
  }

  std::array<TransposedAxis, 2> axes;
  for (unsigned i : {0, 1}) {
    TransposedAxis axis{plane[i], size[i], (*stride)[i], (*dilation)[i], 0, 0};
    int64_t whole = axis.stride * (axis.inputs - 1) + (*added)[i] +
                    axis.dilation * (axis.size - 1) + 1;
    bool same = *autoPad == "SAME_UPPER" || *autoPad == "SAME_LOWER";
    if (statesShape || same) {
      axis.outputs = statesShape ? stated[i] : axis.inputs * axis.stride;
      int64_t total = std::max<int64_t>(whole - axis.outputs, 0);
      axis.crop = *autoPad == "SAME_UPPER" ? total / 2 : total - total / 2;
    } else {
      axis.crop = (*pads)[2 * i];
      axis.outputs = whole - axis.crop - (*pads)[2 * i + 1];
    }
    axes[i] = axis;
  }
  return axes;
}

/// Filters [C, K / group, R, S] as those of a convolution, [K * phases,
/// C / group, ...]: the phases of an output channel follow one another.
static DenseElementsAttr
toPhaseFilters(DenseElementsAttr filters, int64_t groups,
               const std::array<TransposedAxis, 2> &axes) {
  auto type = cast<RankedTensorType>(filters.getType());
  int64_t channels = type.getDimSize(0) / groups,
          outputs = type.getDimSize(1) * groups, size = axes[0].size * axes[1].size;
  Pair phases = {axes[0].stride, axes[1].stride},
       phaseSize = {axes[0].phaseSize(), axes[1].phaseSize()};
  auto phaseType = type.clone({outputs * phases[0] * phases[1], channels,
                               phaseSize[0], phaseSize[1]});
  auto values = filters.getValues<float>();
  std::vector<float> elements;
  elements.reserve(phaseType.getNumElements());
  for (int64_t k = 0; k < outputs; ++k) {
    int64_t group = k / type.getDimSize(1), output = k % type.getDimSize(1);
    for (int64_t a = 0; a < phases[0]; ++a)
      for (int64_t b = 0; b < phases[1]; ++b)
        for (int64_t c = group * channels; c < (group + 1) * channels; ++c)
          for (int64_t i = 0; i < phaseSize[0]; ++i)
            for (int64_t j = 0; j < phaseSize[1]; ++j) {
              std::optional<int64_t> r = axes[0].filterElement(a, i),
                                     s = axes[1].filterElement(b, j);
              elements.push_back(
                  r && s ? values[(c * type.getDimSize(1) + output) * size +
                                  *r * axes[1].size + *s]
                         : 0.0f);
            }
  }
  return DenseElementsAttr::get(phaseType, ArrayRef<float>(elements));
}

/// Makes planes of the phases that are channels, and crops them.
static Value interleave(Node &node, Value phases,
                        const std::array<TransposedAxis, 2> &axes) {
  OpBuilder &builder = node.getBuilder();
  auto type = cast<RankedTensorType>(phases.getType());
  int64_t batch = type.getDimSize(0), rows = axes[0].stride,
          cols = axes[1].stride, outputs = type.getDimSize(1) / (rows * cols);
  Pair plane = getPlane(type);
  Value image = phases;
  if (rows * cols > 1) {
    image = reshape(node, image,
                    {batch, outputs, rows, cols, plane[0], plane[1]});
    auto transposedType = type.clone(
        {batch, outputs, plane[0], rows, plane[1], cols});
    image = tosa::TransposeOp::create(builder, node.getLoc(), transposedType,
                                      image,
                                      ArrayRef<int32_t>{0, 1, 4, 2, 5, 3});
    image = reshape(node, image,
                    {batch, outputs, plane[0] * rows, plane[1] * cols});
  }
  SmallVector<int64_t> offsets = {0, 0, axes[0].skipped(), axes[1].skipped()};
  SmallVector<int64_t> sizes = {batch, outputs, axes[0].outputs,
                                axes[1].outputs};
  auto croppedType = type.clone(sizes);
  if (croppedType == image.getType())
    return image;
  auto toShape = [&](ArrayRef<int64_t> values) -> Value {
    return tosa::ConstShapeOp::create(
        builder, node.getLoc(),
        tosa::shapeType::get(builder.getContext(), values.size()),
        builder.getIndexTensorAttr(values));
  };
  return tosa::SliceOp::create(builder, node.getLoc(), croppedType, image,
                               toShape(offsets), toShape(sizes));
}

LogicalResult scnn::onnx_import::importConvTranspose(Node &node) {
  Value x = getImage(node, 0);
  if (!x)
    return failure();
  RankedTensorType input = node.getInputType(0), filters = node.getInputType(1);
  if (filters.getRank() != input.getRank() || filters.getNumElements() == 0)
    return node.emitError() << "expected filters [C, K / group, ...] of rank "
                            << input.getRank() << ", but got " << filters;
  SmallVector<int64_t> sizes(filters.getShape().drop_front(2));
  if (node.getInts("kernel_shape", sizes) != sizes)
    return node.emitError()
           << "attribute 'kernel_shape' differs from the filters " << filters;
  int64_t groups = node.getInt("group", 1), channels = input.getDimSize(1);
  if (groups < 1 || channels % groups || channels != filters.getDimSize(0))
    return node.emitError()
           << "filters " << filters << " do not suit " << channels
           << " input channels in " << groups << " groups";
  int64_t outputs = filters.getDimSize(1) * groups;

  Pair size = getSpatialPlane(filters.getShape());
  FailureOr<std::array<TransposedAxis, 2>> axes =
      getAxes(node, getPlane(x.getType()), size);
  if (failed(axes) ||
      failed(checkResult(node, input.getDimSize(0), outputs,
                         {(*axes)[0].outputs, (*axes)[1].outputs})))
    return failure();
  int64_t phases = (*axes)[0].stride * (*axes)[1].stride;
  // The filters of all phases, and all phases in front of cropping.
  if (failed(checkResult(node, outputs * phases, channels / groups,
                         {(*axes)[0].phaseSize(), (*axes)[1].phaseSize()})) ||
      failed(checkResult(node, input.getDimSize(0), outputs * phases,
                         {(*axes)[0].elements(), (*axes)[1].elements()})))
    return failure();
  DenseElementsAttr constant = node.getConstant(1, "the filters");
  if (!constant)
    return failure();

  OpBuilder &builder = node.getBuilder();
  Value bias;
  if (node.hasInput(2)) {
    DenseElementsAttr values = node.getConstant(2, "the bias");
    if (!values)
      return failure();
    if (values.getType().getShape() != ArrayRef<int64_t>(outputs))
      return node.emitError() << "expected a bias of " << outputs
                              << " elements, but got " << values.getType();
    SmallVector<float> repeated;
    for (float value : values.getValues<float>())
      repeated.append(phases, value);
    bias = arith::ConstantOp::create(
        builder, node.getTensorOfInput(2).loc,
        DenseElementsAttr::get(
            RankedTensorType::get(repeated.size(), builder.getF32Type()),
            ArrayRef<float>(repeated)));
  }
  auto window = WindowAttr::getChecked(
      [&] { return node.emitError(); }, builder.getContext(), Pair{1, 1},
      Sides{(*axes)[0].beginPadding(), (*axes)[0].endPadding(),
            (*axes)[1].beginPadding(), (*axes)[1].endPadding()},
      Pair{1, 1}, groups);
  if (!window)
    return failure();
  auto asImage = filters.clone(
      {filters.getDimSize(0), filters.getDimSize(1), size[0], size[1]});
  Value weights = arith::ConstantOp::create(
      builder, node.getTensorOfInput(1).loc,
      toPhaseFilters(constant.reshape(asImage), groups, *axes));
  Value result = Conv2DOp::create(builder, node.getLoc(), x, weights, bias, window);
  setImageResult(node, interleave(node, result, *axes));
  return success();
}
