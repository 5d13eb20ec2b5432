//===- TosaToSCNN.cpp - Raises TOSA networks to scnn ----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// TOSA's images are [N, H, W, C]. Each converted operation gets transposes
// around it; those between two of them cancel.
//
//===----------------------------------------------------------------------===//

#include "../Raising/Raising.h"
#include "scnn/Conversion/Passes.h"
#include "scnn/Dialect/SCNN/IR/ConstantWeights.h"
#include "scnn/Dialect/SCNN/IR/Legality.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/TypeSwitch.h"

namespace scnn {
#define GEN_PASS_DEF_CONVERTTOSATOSCNN
#include "scnn/Conversion/Passes.h.inc"
} // namespace scnn

using namespace mlir;
using namespace scnn;

//===----------------------------------------------------------------------===//
// Layout
//===----------------------------------------------------------------------===//

static constexpr int32_t kToChannelsFirst[] = {0, 3, 1, 2};
static constexpr int32_t kToChannelsLast[] = {0, 2, 3, 1};

static Value transpose(OpBuilder &builder, Location loc, Value value,
                       ArrayRef<int32_t> order) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape;
  for (int32_t axis : order)
    shape.push_back(type.getDimSize(axis));
  return tosa::TransposeOp::create(builder, loc, type.clone(shape), value,
                                   order);
}

namespace {
/// A rewriter that changes between layouts.
class LayoutRewriter : public IRRewriter {
public:
  using IRRewriter::IRRewriter;

  /// [N, H, W, C] as [N, C, H, W]: what `value` was transposed from, if it
  /// was, or else one transpose for all that ask.
  Value toChannelsFirst(Value value) {
    auto transposed = value.getDefiningOp<tosa::TransposeOp>();
    if (transposed && transposed.getPerms() == ArrayRef(kToChannelsLast))
      return transposed.getInput1();
    Value &result = channelsFirst[value];
    if (!result) {
      OpBuilder::InsertionGuard guard(*this);
      setInsertionPointAfterValue(value);
      result = transpose(*this, value.getLoc(), value, kToChannelsFirst);
    }
    return result;
  }

  /// Replaces `op` by `value` of [N, C, H, W].
  void replaceByChannelsFirst(Operation *op, Value value) {
    replaceOp(op, transpose(*this, op->getLoc(), value, kToChannelsLast));
  }

private:
  llvm::DenseMap<Value, Value> channelsFirst;
};
} // namespace

/// The result of an scnn operation that `value` is the transpose of, or null.
static Value getAcceleratorResult(Value value) {
  auto transposed = value.getDefiningOp<tosa::TransposeOp>();
  if (!transposed || transposed.getPerms() != ArrayRef(kToChannelsLast))
    return {};
  Operation *op = transposed.getInput1().getDefiningOp();
  if (!op || !isa<SCNNDialect>(op->getDialect()))
    return {};
  return transposed.getInput1();
}

/// Zeros that a tosa.pad puts around [N, H, W, C]: (before, after) of each
/// axis; nothing if it pads with anything else.
static std::optional<SmallVector<int64_t>> getZeroPadding(tosa::PadOp op) {
  SmallVector<int64_t> padding;
  if (!matchPattern(op.getPadConst(), m_AnyZeroFloat()) ||
      !tosa::getConstShapeValues(op.getPadding().getDefiningOp(), padding) ||
      padding.size() != 8 ||
      llvm::any_of(padding, [](int64_t size) { return size < 0; }))
    return std::nullopt;
  return padding;
}

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

/// [O, H, W, I] to [K, C, R, S].
static DenseElementsAttr toFilters(tosa::Conv2DOp, DenseElementsAttr weights,
                                   int64_t &groups) {
  groups = 1;
  return transposeConstant(weights, {0, 3, 1, 2});
}

/// [H, W, C, M] to [C * M, 1, R, S]: output channel c * M + m reads c.
static DenseElementsAttr toFilters(tosa::DepthwiseConv2DOp,
                                   DenseElementsAttr weights, int64_t &groups) {
  DenseElementsAttr filters = transposeConstant(weights, {2, 3, 0, 1});
  auto type = cast<RankedTensorType>(filters.getType());
  ArrayRef<int64_t> shape = type.getShape();
  groups = shape[0];
  return filters.reshape(
      type.clone({shape[0] * shape[1], 1, shape[2], shape[3]}));
}

/// TOSA broadcasts a bias of one element.
static DenseElementsAttr toBias(DenseElementsAttr bias, int64_t outputs) {
  auto type = cast<RankedTensorType>(bias.getType());
  return type.getDimSize(0) == outputs
             ? bias
             : bias.resizeSplat(type.clone(ArrayRef<int64_t>(outputs)));
}

template <typename ConvOp>
static llvm::Error convertConvolution(LayoutRewriter &rewriter, ConvOp op) {
  if (llvm::Error error = checkActivations(op.getInput().getType()))
    return error;
  if (llvm::Error error = checkActivations(op.getType()))
    return error;
  auto weights = getConstantOperand(op.getWeight(), "the weights");
  if (!weights)
    return weights.takeError();
  auto bias = getConstantOperand(op.getBias(), "the bias");
  if (!bias)
    return bias.takeError();
  for (FailureOr<int64_t> zeroPoint :
       {op.getInputZeroPoint(), op.getWeightZeroPoint()})
    if (failed(zeroPoint) || *zeroPoint != 0)
      return becauseOf("expected zero points to be 0");

  RaisedConvolution conv;
  conv.weights = toFilters(op, *weights, conv.groups);
  auto result = cast<RankedTensorType>(op.getType());
  conv.bias = toBias(*bias, result.getDimSize(3));
  if (matchPattern(conv.bias, m_AnyZeroFloat()))
    conv.bias = {};
  llvm::copy(op.getStride(), conv.stride.begin());
  llvm::copy(op.getDilation(), conv.dilation.begin());
  llvm::copy(op.getPad(), conv.padding.begin());

  // Zeros around the plane are the convolution's own padding.
  Value input = op.getInput();
  if (auto pad = input.template getDefiningOp<tosa::PadOp>())
    if (auto padding = getZeroPadding(pad))
      if ((*padding)[0] + (*padding)[1] + (*padding)[6] + (*padding)[7] == 0 &&
          isActivations(pad.getInput1().getType())) {
        for (unsigned side = 0; side < 4; ++side)
          conv.padding[side] += (*padding)[2 + side];
        input = pad.getInput1();
      }
  conv.input = rewriter.toChannelsFirst(input);
  auto converted =
      createConvolution(rewriter, op.getLoc(), conv,
                        Pair{result.getDimSize(1), result.getDimSize(2)});
  if (!converted)
    return converted.takeError();
  rewriter.replaceByChannelsFirst(op, *converted);
  return llvm::Error::success();
}

static llvm::Error convert(LayoutRewriter &rewriter, tosa::Conv2DOp op) {
  return convertConvolution(rewriter, op);
}

static llvm::Error convert(LayoutRewriter &rewriter,
                           tosa::DepthwiseConv2DOp op) {
  return convertConvolution(rewriter, op);
}

//===----------------------------------------------------------------------===//
// What follows convolutions
//===----------------------------------------------------------------------===//

static llvm::Error convert(LayoutRewriter &rewriter, tosa::MaxPool2dOp op) {
  if (llvm::Error error = checkActivations(op.getInput().getType()))
    return error;
  if (llvm::Error error = checkActivations(op.getType()))
    return error;
  Pair size, stride;
  Sides padding;
  llvm::copy(op.getKernel(), size.begin());
  llvm::copy(op.getStride(), stride.begin());
  llvm::copy(op.getPad(), padding.begin());
  MLIRContext *context = rewriter.getContext();
  auto pool = captureError<PoolAttr>(context, [&](auto emitError) {
    return PoolAttr::getChecked(emitError, context, size, stride, padding);
  });
  if (!pool)
    return pool.takeError();
  if (llvm::Error reason = checkLegality(*pool))
    return reason;
  Value input = rewriter.toChannelsFirst(op.getInput());
  rewriter.replaceByChannelsFirst(
      op, MaxPool2DOp::create(rewriter, op.getLoc(), input, *pool));
  return llvm::Error::success();
}

/// A bound of a clamp; null if it leaves all finite numbers as they are.
static FloatAttr toBound(Attribute attribute) {
  auto bound = cast<FloatAttr>(attribute);
  APFloat value = bound.getValue();
  return value.isInfinity() || value.isLargest() ? FloatAttr() : bound;
}

namespace {
/// Operations that are not worth a pair of transposes by themselves follow the
/// scnn operation that they read, in front of what only moves its elements: a
/// line of a 1-D convolution, say, is a reshaped image.
struct MovedResult {
  /// The result of an scnn operation, or null.
  Value source;
  /// What moves its elements, the last one first.
  SmallVector<Operation *> moves;

  explicit MovedResult(Value value) {
    while (Operation *op = value.getDefiningOp()) {
      if (isa<SCNNDialect>(op->getDialect())) {
        if (isActivations(value.getType()))
          source = value;
        return;
      }
      if (!isa<tosa::ReshapeOp, tosa::TransposeOp, tosa::SliceOp>(op))
        return;
      moves.push_back(op);
      value = op->getOperand(0);
    }
  }

  /// Whether the elements of another scnn result are moved in the same way.
  bool movesLike(const MovedResult &other) const {
    if (!source || !other.source || source.getType() != other.source.getType() ||
        moves.size() != other.moves.size())
      return false;
    return llvm::all_of(llvm::zip(moves, other.moves), [](auto pair) {
      auto [a, b] = pair;
      // Slices have their offsets in operands.
      return !isa<tosa::SliceOp>(a) && a->getName() == b->getName() &&
             a->getAttrDictionary() == b->getAttrDictionary() &&
             a->getResultTypes() == b->getResultTypes();
    });
  }

  /// Replaces `op` by `value`, moved as the result was.
  void replace(RewriterBase &rewriter, Operation *op, Value value) const {
    for (Operation *move : llvm::reverse(moves)) {
      IRMapping mapping;
      mapping.map(move->getOperand(0), value);
      value = rewriter.clone(*move, mapping)->getResult(0);
    }
    rewriter.replaceOp(op, value);
  }
};
} // namespace

static llvm::Error convert(LayoutRewriter &rewriter, tosa::ClampOp op) {
  MovedResult input(op.getInput());
  if (input.source)
    input.replace(rewriter, op,
                  ClampOp::create(rewriter, op.getLoc(),
                                  input.source.getType(), input.source,
                                  toBound(op.getMinVal()),
                                  toBound(op.getMaxVal())));
  return llvm::Error::success();
}

static llvm::Error convert(LayoutRewriter &rewriter, tosa::AddOp op) {
  Value operands[] = {op.getInput1(), op.getInput2()};
  MovedResult lhs(operands[0]), rhs(operands[1]);
  if (lhs.movesLike(rhs)) {
    lhs.replace(rewriter, op,
                AddOp::create(rewriter, op.getLoc(), lhs.source.getType(),
                              lhs.source, rhs.source));
    return llvm::Error::success();
  }
  Value converted[] = {getAcceleratorResult(operands[0]),
                       getAcceleratorResult(operands[1])};
  if (!converted[0] && !converted[1])
    return llvm::Error::success();
  for (unsigned i : {0, 1}) {
    if (operands[i].getType() != op.getType())
      return becauseOf("addition that broadcasts is not supported");
    if (matchPattern(operands[i], m_Constant()))
      return becauseOf("addition of a constant is not supported");
  }
  for (unsigned i : {0, 1})
    if (!converted[i])
      converted[i] = rewriter.toChannelsFirst(operands[i]);
  rewriter.replaceByChannelsFirst(
      op, AddOp::create(rewriter, op.getLoc(), converted[0].getType(),
                        converted[0], converted[1]));
  return llvm::Error::success();
}

static llvm::Error convert(LayoutRewriter &rewriter, tosa::ConcatOp op) {
  auto type = dyn_cast<RankedTensorType>(op.getType());
  if (op.getAxis() != 3 || !type || type.getRank() != 4)
    return llvm::Error::success();
  SmallVector<Value> inputs;
  for (Value operand : op.getInput1()) {
    inputs.push_back(getAcceleratorResult(operand));
    if (!inputs.back())
      return llvm::Error::success();
  }
  ArrayRef<int64_t> shape = type.getShape();
  rewriter.replaceByChannelsFirst(
      op, ConcatOp::create(rewriter, op.getLoc(),
                           type.clone({shape[0], shape[3], shape[1], shape[2]}),
                           inputs));
  return llvm::Error::success();
}

/// Zeros behind the channels are absent channels.
static llvm::Error convert(LayoutRewriter &rewriter, tosa::PadOp op) {
  Value input = getAcceleratorResult(op.getInput1());
  std::optional<SmallVector<int64_t>> padding = getZeroPadding(op);
  if (!input || !padding || (*padding)[7] == 0 ||
      llvm::any_of(ArrayRef(*padding).drop_back(),
                   [](int64_t size) { return size != 0; }))
    return llvm::Error::success();
  auto type = cast<RankedTensorType>(input.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[1] += (*padding)[7];
  rewriter.replaceByChannelsFirst(
      op, ExtendChannelsOp::create(rewriter, op.getLoc(), type.clone(shape),
                                   input));
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {
struct ConvertTosaToSCNN
    : scnn::impl::ConvertTosaToSCNNBase<ConvertTosaToSCNN> {
  void runOnOperation() override {
    // In order: what an operation reads is converted by then.
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (isa<tosa::TosaDialect>(op->getDialect()))
        ops.push_back(op);
    });
    LayoutRewriter rewriter(&getContext());
    for (Operation *op : ops) {
      rewriter.setInsertionPoint(op);
      llvm::TypeSwitch<Operation *>(op)
          .Case<tosa::Conv2DOp, tosa::DepthwiseConv2DOp, tosa::MaxPool2dOp,
                tosa::ClampOp, tosa::AddOp, tosa::ConcatOp, tosa::PadOp>(
              [&](auto op) {
                if (llvm::Error reason = convert(rewriter, op))
                  remarkMissed(op, getArgument(), std::move(reason));
              });
    }
    eraseDead(getOperation());
  }
};
} // namespace
