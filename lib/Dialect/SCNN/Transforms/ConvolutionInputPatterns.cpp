//===- ConvolutionInputPatterns.cpp - What convolutions read differently --===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ConvolutionInputPatterns.h"

#include "scnn/Dialect/SCNN/IR/ConstantWeights.h"
#include "scnn/Dialect/SCNN/IR/Legality.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace scnn;

/// Whether values of that type can be an input of an f32 convolution.
static bool isImage(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape() && tensor.getRank() == 4 &&
         tensor.getElementType().isF32() && !tensor.getEncoding();
}

namespace {

/// One input of a convolution.
struct ConvolutionInput {
  Value value, weights;
  WindowAttr window;
};

/// Rewrites each input that `rewriteInput` can.
template <typename Derived>
struct RewriteInputs : OpRewritePattern<Conv2DOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(Conv2DOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getRequantization())
      return failure();
    bool changed = false;
    SmallVector<Value> inputs(op.getInputs()), weights(op.getWeights());
    SmallVector<Attribute> windows(op.getWindows().getValue());
    for (unsigned t = 0; t < inputs.size(); ++t) {
      ConvolutionInput input{inputs[t], weights[t], op.getWindow(t)};
      if (!static_cast<const Derived *>(this)->rewriteInput(rewriter, input))
        continue;
      changed = true;
      inputs[t] = input.value;
      weights[t] = input.weights;
      windows[t] = input.window;
    }
    if (!changed)
      return failure();
    rewriter.modifyOpInPlace(op, [&] {
      op.getInputsMutable().assign(inputs);
      op.getWeightsMutable().assign(weights);
      op.setWindowsAttr(rewriter.getArrayAttr(windows));
    });
    return success();
  }
};

/// Zeros around a plane are the convolution's own padding: they are not stored.
struct ReadUnpadded : RewriteInputs<ReadUnpadded> {
  using RewriteInputs::RewriteInputs;

  /// What `value` is padded from, and how much before and after each axis; null
  /// if it is not padded with zeros.
  static Value getUnpadded(Value value, SmallVector<int64_t> &amounts) {
    if (auto pad = value.getDefiningOp<tosa::PadOp>()) {
      bool known =
          matchPattern(pad.getPadConst(), m_AnyZeroFloat()) &&
          tosa::getConstShapeValues(pad.getPadding().getDefiningOp(), amounts);
      return known ? pad.getInput1() : Value();
    }
    auto pad = value.getDefiningOp<tensor::PadOp>();
    if (!pad || !pad.getLow().empty() || !pad.getHigh().empty())
      return {};
    Value filling = pad.getConstantPaddingValue();
    if (!filling || !matchPattern(filling, m_AnyZeroFloat()))
      return {};
    for (auto [before, after] :
         llvm::zip(pad.getStaticLow(), pad.getStaticHigh()))
      amounts.append({before, after});
    return pad.getSource();
  }

  bool rewriteInput(PatternRewriter &rewriter, ConvolutionInput &input) const {
    SmallVector<int64_t> amounts;
    Value unpadded = getUnpadded(input.value, amounts);
    if (!unpadded || !isImage(unpadded.getType()) || amounts.size() != 8 ||
        amounts[0] || amounts[1] || amounts[2] || amounts[3])
      return false;
    Sides padding = input.window.getPadding();
    for (unsigned side = 0; side < 4; ++side) {
      padding[side] += amounts[4 + side];
      if (amounts[4 + side] < 0 || padding[side] > 65535)
        return false;
    }
    input.value = unpadded;
    input.window =
        WindowAttr::get(rewriter.getContext(), input.window.getStride(),
                        padding, input.window.getDilation(),
                        input.window.getGroups());
    return true;
  }
};

/// A fully connected layer on a flattened plane is a convolution with a filter
/// of the whole plane. With a stride of the plane's size, each element has a
/// phase of its own, so that it meets only the weights that it needs, and the
/// plane stays spread over the PEs.
struct ReadUnflattened : RewriteInputs<ReadUnflattened> {
  using RewriteInputs::RewriteInputs;

  bool rewriteInput(PatternRewriter &rewriter, ConvolutionInput &input) const {
    auto reshape = input.value.getDefiningOp<tosa::ReshapeOp>();
    if (!reshape || !isImage(reshape.getInput1().getType()) ||
        getPlane(input.value.getType()) != Pair{1, 1} ||
        getPlane(input.weights.getType()) != Pair{1, 1} ||
        input.window.getGroups() != 1 || input.window.getPadding() != Sides{})
      return false;
    // Channels may come last: the image then is what was transposed.
    Value image = reshape.getInput1();
    bool channelsLast = false;
    if (auto transpose = image.getDefiningOp<tosa::TransposeOp>())
      if (transpose.getPerms() == ArrayRef<int32_t>{0, 2, 3, 1} &&
          isImage(transpose.getInput1().getType())) {
        image = transpose.getInput1();
        channelsLast = true;
      }
    auto type = cast<RankedTensorType>(image.getType()),
         flatType = cast<RankedTensorType>(input.value.getType());
    Pair plane = getPlane(type);
    if (plane == Pair{1, 1} || type.getDimSize(0) != flatType.getDimSize(0))
      return false;
    DenseElementsAttr constant = getConstantF32(input.weights);
    auto window = WindowAttr::get(rewriter.getContext(), plane, Sides{},
                                  Pair{1, 1}, 1);
    if (!constant || !isLegal(window, plane))
      return false;

    int64_t outputs = constant.getType().getDimSize(0),
            channels = type.getDimSize(1);
    auto weightsType = cast<RankedTensorType>(constant.getType());
    if (channelsLast)
      constant = transposeConstant(
          constant.reshape(
              weightsType.clone({outputs, plane[0], plane[1], channels})),
          {0, 3, 1, 2});
    else
      constant = constant.reshape(
          weightsType.clone({outputs, channels, plane[0], plane[1]}));
    input.value = image;
    input.weights = arith::ConstantOp::create(
        rewriter, input.weights.getLoc(), constant);
    input.window = window;
    return true;
  }
};

} // namespace

void scnn::populateConvolutionInputPatterns(RewritePatternSet &patterns) {
  patterns.add<ReadUnpadded, ReadUnflattened>(patterns.getContext());
}
