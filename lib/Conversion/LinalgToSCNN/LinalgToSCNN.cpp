//===- LinalgToSCNN.cpp - Raises linalg convolutions to scnn --------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Raising/Raising.h"
#include "scnn/Conversion/Passes.h"
#include "scnn/Dialect/SCNN/IR/ConstantWeights.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

#include <map>

namespace scnn {
#define GEN_PASS_DEF_CONVERTLINALGTOSCNN
#include "scnn/Conversion/Passes.h.inc"
} // namespace scnn

using namespace mlir;
using namespace scnn;

namespace {
/// Where linalg's convolutions keep their axes.
struct AxisOrder {
  /// Axes of the image that are [N, C, H, W].
  SmallVector<int64_t> image;
  /// Axes of the filters that are [K, C, R, S].
  SmallVector<int64_t> filters;

  Pair plane(RankedTensorType type) const {
    return Pair{type.getDimSize(image[2]), type.getDimSize(image[3])};
  }
};
} // namespace

namespace {
/// A rewriter that changes between layouts.
class LayoutRewriter : public IRRewriter {
public:
  using IRRewriter::IRRewriter;

  /// `value` with axis i being its axis order[i]: what it was transposed from,
  /// if it was, or else one transpose for all that ask.
  Value transpose(Value value, ArrayRef<int64_t> order) {
    if (isIdentityPermutation(order))
      return value;
    if (auto transposed = value.getDefiningOp<linalg::TransposeOp>())
      if (transposed.getPermutation() ==
          ArrayRef<int64_t>(invertPermutationVector(order)))
        return transposed.getInput();
    Value &result = transposedValues[{value.getAsOpaquePointer(), order.vec()}];
    if (!result) {
      OpBuilder::InsertionGuard guard(*this);
      setInsertionPointAfterValue(value);
      auto type = cast<RankedTensorType>(value.getType());
      Value empty = tensor::EmptyOp::create(
          *this, value.getLoc(), applyPermutation(type.getShape(), order),
          type.getElementType());
      result = linalg::TransposeOp::create(*this, value.getLoc(), value, empty,
                                           order)
                   ->getResult(0);
    }
    return result;
  }

private:
  std::map<std::pair<void *, std::vector<int64_t>>, Value> transposedValues;
};
} // namespace

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

/// The tensor around whose plane a tensor.pad puts zeros, which join
/// `padding`; otherwise `value` itself.
static Value takePadding(Value value, const AxisOrder &order, Sides &padding) {
  auto pad = value.getDefiningOp<tensor::PadOp>();
  if (!pad || !isActivations(pad.getSource().getType()))
    return value;
  Value constant = pad.getConstantPaddingValue();
  if (!constant || !matchPattern(constant, m_AnyZeroFloat()) ||
      ShapedType::isDynamicShape(pad.getStaticLow()) ||
      ShapedType::isDynamicShape(pad.getStaticHigh()))
    return value;
  ArrayRef<int64_t> low = pad.getStaticLow(), high = pad.getStaticHigh();
  for (unsigned axis : {0, 1})
    if (low[order.image[axis]] || high[order.image[axis]])
      return value;
  for (unsigned axis : {0, 1}) {
    padding[2 * axis] = low[order.image[2 + axis]];
    padding[2 * axis + 1] = high[order.image[2 + axis]];
  }
  return pad.getSource();
}

/// The bias that the initial value of a sum is; null if that is zero.
static llvm::Expected<DenseElementsAttr>
getBias(Value init, const AxisOrder &order, int64_t outputs) {
  auto type = RankedTensorType::get(
      outputs, cast<ShapedType>(init.getType()).getElementType());
  Attribute splat;
  DenseElementsAttr constant;
  if (auto fill = init.getDefiningOp<linalg::FillOp>()) {
    matchPattern(fill.getInputs()[0], m_Constant(&splat));
  } else if (matchPattern(init, m_Constant(&constant)) && constant.isSplat()) {
    splat = constant.getSplatValue<Attribute>();
  } else if (auto broadcast = init.getDefiningOp<linalg::BroadcastOp>()) {
    SmallVector<int64_t> others(order.image);
    others.erase(others.begin() + 1);
    llvm::sort(others);
    if (broadcast.getDimensions() == ArrayRef<int64_t>(others))
      return getConstantOperand(broadcast.getInput(), "the bias");
  }
  if (!splat)
    return becauseOf("expected the initial value to be a constant number or a "
                     "bias that is broadcast along channels");
  if (matchPattern(splat, m_AnyZeroFloat()))
    return DenseElementsAttr();
  return DenseElementsAttr::get(type, splat);
}

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

/// Whether `op` is a `ConvOp`, or a linalg.generic that computes the same, with
/// the strides and dilations given.
template <typename ConvOp>
static bool matchConvolution(linalg::LinalgOp op, SmallVector<int64_t> &strides,
                             SmallVector<int64_t> &dilations) {
  if (auto conv = dyn_cast<ConvOp>(op.getOperation())) {
    strides = llvm::to_vector(conv.getStrides().template getValues<int64_t>());
    dilations =
        llvm::to_vector(conv.getDilations().template getValues<int64_t>());
    return true;
  }
  return linalg::isaConvolutionOpOfType<ConvOp>(op, &dilations, &strides);
}

static llvm::Error convert(LayoutRewriter &rewriter, linalg::LinalgOp op) {
  SmallVector<int64_t> strides, dilations;
  AxisOrder order;
  if (matchConvolution<linalg::Conv2DNchwFchwOp>(op, strides, dilations))
    order = {{0, 1, 2, 3}, {0, 1, 2, 3}};
  else if (matchConvolution<linalg::Conv2DNhwcHwcfOp>(op, strides, dilations))
    order = {{0, 3, 1, 2}, {3, 2, 0, 1}};
  else
    return becauseOf(
        "expected what conv_2d_nchw_fchw or conv_2d_nhwc_hwcf computes");
  if (!op.hasPureTensorSemantics())
    return becauseOf("expected tensors, not buffers");

  Value init = op.getDpsInits()[0];
  Value image = op.getDpsInputs()[0];
  auto type = cast<RankedTensorType>(init.getType());
  for (Value value : {image, init})
    if (llvm::Error error = checkActivations(value.getType()))
      return error;
  auto weights = getConstantOperand(op.getDpsInputs()[1], "the weights");
  if (!weights)
    return weights.takeError();
  auto bias = getBias(init, order, type.getDimSize(order.image[1]));
  if (!bias)
    return bias.takeError();

  RaisedConvolution conv;
  conv.weights = transposeConstant(*weights, order.filters);
  conv.bias = *bias;
  llvm::copy(strides, conv.stride.begin());
  llvm::copy(dilations, conv.dilation.begin());
  conv.input =
      rewriter.transpose(takePadding(image, order, conv.padding), order.image);
  auto converted =
      createConvolution(rewriter, op.getLoc(), conv, order.plane(type));
  if (!converted)
    return converted.takeError();
  rewriter.replaceOp(
      op, rewriter.transpose(*converted, invertPermutationVector(order.image)));
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {
struct ConvertLinalgToSCNN
    : scnn::impl::ConvertLinalgToSCNNBase<ConvertLinalgToSCNN> {
  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> ops;
    getOperation().walk([&](linalg::LinalgOp op) {
      if (linalg::isaConvolutionOpInterface(op))
        ops.push_back(op);
    });
    LayoutRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : ops) {
      rewriter.setInsertionPoint(op);
      if (llvm::Error reason = convert(rewriter, op))
        remarkMissed(op, getArgument(), std::move(reason));
    }
    eraseDead(getOperation());
  }
};
} // namespace
