//===- FuseOperations.cpp - Makes every operation a convolution -----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operations are visited in order, so that what an operation reads is a
// convolution by then, if it ever becomes one. What the accelerator can do
// right after a convolution joins it, unless others need its result as it is.
//
//===----------------------------------------------------------------------===//

#include "ConvolutionInputPatterns.h"

#include "scnn/Dialect/SCNN/IR/ConstantWeights.h"
#include "scnn/Dialect/SCNN/IR/Legality.h"
#include "scnn/Dialect/SCNN/Transforms/Passes.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"

#include <map>

namespace scnn {
#define GEN_PASS_DEF_FUSEOPERATIONS
#include "scnn/Dialect/SCNN/Transforms/Passes.h.inc"
} // namespace scnn

using namespace mlir;
using namespace scnn;

/// The f32 convolution of the accelerator whose only reader uses `value`, or
/// null.
static Conv2DOp getFusibleConvolution(Value value) {
  auto conv = value.getDefiningOp<Conv2DOp>();
  if (!conv || !conv->hasOneUse() || conv.getRequantization() || !isLegal(conv))
    return {};
  return conv;
}

/// Puts the result of `conv`, which now also does what `op` did, in the place
/// of the result of `op`.
static void replaceByConvolution(RewriterBase &rewriter, Operation *op,
                                 Conv2DOp conv) {
  // What calibration saw is that of the result.
  rewriter.modifyOpInPlace(conv, [&] {
    for (StringRef name :
         {SCNNDialect::kRangeAttr, SCNNDialect::kPeakDensityAttr}) {
      conv->removeDiscardableAttr(name);
      if (Attribute seen = op->getDiscardableAttr(name))
        conv->setDiscardableAttr(name, seen);
    }
  });
  rewriter.replaceOp(op, conv);
}

//===----------------------------------------------------------------------===//
// Identity convolutions
//===----------------------------------------------------------------------===//

namespace {
/// Inputs of a convolution that leave the channels of a tensor as they are.
struct IdentityInputs {
  SmallVector<Value> inputs, weights;
  SmallVector<Attribute> windows;

  /// Adds inputs that bring the channels of `value` to the output channels
  /// from `offset` on, of `outputs` in all.
  void append(OpBuilder &builder, Location loc, Value value, int64_t outputs,
              int64_t offset = 0) {
    if (auto concat = value.getDefiningOp<ConcatOp>()) {
      for (Value part : concat.getInputs()) {
        append(builder, loc, part, outputs, offset);
        offset += cast<RankedTensorType>(part.getType()).getDimSize(1);
      }
      return;
    }
    if (auto extend = value.getDefiningOp<ExtendChannelsOp>())
      return append(builder, loc, extend.getInput(), outputs, offset);

    MLIRContext *context = builder.getContext();
    int64_t channels = cast<RankedTensorType>(value.getType()).getDimSize(1);
    // Where every output has its channel, a group each: no zero is stored.
    int64_t groups = channels == outputs ? channels : 1;
    inputs.push_back(value);
    weights.push_back(arith::ConstantOp::create(
        builder, loc,
        groups == 1 ? makeIdentityWeights(context, outputs, channels, offset)
                    : makeIdentityWeights(context, 1, 1, 0)
                          .resizeSplat(RankedTensorType::get(
                              {outputs, 1, 1, 1}, builder.getF32Type()))));
    windows.push_back(WindowAttr::get(context, Pair{1, 1}, Sides{0, 0, 0, 0},
                                      Pair{1, 1}, groups));
  }
};
} // namespace

/// Inputs of a convolution that reads `value` in place.
static int64_t countInputs(Value value) {
  if (auto extend = value.getDefiningOp<ExtendChannelsOp>())
    return countInputs(extend.getInput());
  auto concat = value.getDefiningOp<ConcatOp>();
  if (!concat)
    return 1;
  int64_t count = 0;
  for (Value part : concat.getInputs())
    count += countInputs(part);
  return count;
}

/// The sum of the tensors `values`, clamped and pooled.
static Conv2DOp createIdentity(RewriterBase &rewriter, Location loc,
                               RankedTensorType type, ValueRange values,
                               FloatAttr clampMin = {}, FloatAttr clampMax = {},
                               PoolAttr pool = {}) {
  int64_t inputs = 0;
  for (Value value : values)
    inputs += countInputs(value);
  IdentityInputs identity;
  for (Value value : values) {
    // Too many to be read in place.
    if (inputs > kMaxConvolutionInputs && values.size() > 1 &&
        countInputs(value) > 1)
      value = createIdentity(rewriter, loc,
                             cast<RankedTensorType>(value.getType()), value);
    identity.append(rewriter, loc, value, type.getDimSize(1));
  }
  return Conv2DOp::create(
      rewriter, loc, type, identity.inputs, identity.weights,
      /*bias=*/Value(), /*image=*/Value(),
      rewriter.getArrayAttr(identity.windows), clampMin, clampMax, pool,
      /*requantization=*/RequantizationAttr(), /*mapping=*/MappingAttr(),
      /*filters=*/DenseI64ArrayAttr());
}

/// Replaces `op` by the sum of the tensors `values`, clamped and pooled.
static void replaceByIdentity(RewriterBase &rewriter, Operation *op,
                              ValueRange values, FloatAttr clampMin = {},
                              FloatAttr clampMax = {}, PoolAttr pool = {}) {
  rewriter.setInsertionPoint(op);
  replaceByConvolution(
      rewriter, op,
      createIdentity(rewriter, op->getLoc(),
                     cast<RankedTensorType>(op->getResult(0).getType()), values,
                     clampMin, clampMax, pool));
}

//===----------------------------------------------------------------------===//
// Concatenations
//===----------------------------------------------------------------------===//

/// Appends the tensors that `concat` joins, through concatenations of
/// concatenations.
static void appendParts(ConcatOp concat, SmallVectorImpl<Value> &parts) {
  for (Value input : concat.getInputs())
    if (auto nested = input.getDefiningOp<ConcatOp>())
      appendParts(nested, parts);
    else
      parts.push_back(input);
}

/// Makes tensors of the first parts of concatenations that have more than a
/// convolution can read. Where concatenations grow (DenseNet), they have the
/// same first parts, and share the tensor.
static void splitConcatenations(RewriterBase &rewriter,
                                ArrayRef<Operation *> concatenations) {
  std::map<SmallVector<void *>, Value> tensors;
  for (Operation *op : concatenations) {
    auto concat = cast<ConcatOp>(op);
    SmallVector<Value> parts;
    appendParts(concat, parts);
    if (int64_t(parts.size()) <= kMaxConvolutionInputs)
      continue;
    rewriter.setInsertionPoint(concat);
    auto type = cast<RankedTensorType>(concat.getResult().getType());
    while (int64_t(parts.size()) > kMaxConvolutionInputs) {
      auto first = ArrayRef(parts).take_front(kMaxConvolutionInputs);
      SmallVector<void *> key;
      SmallVector<int64_t> shape(type.getShape());
      shape[1] = 0;
      for (Value part : first) {
        key.push_back(part.getAsOpaquePointer());
        shape[1] += cast<RankedTensorType>(part.getType()).getDimSize(1);
      }
      Value &tensor = tensors[key];
      if (!tensor) {
        auto joined = ConcatOp::create(rewriter, concat.getLoc(),
                                       type.clone(shape), first);
        tensor = createIdentity(rewriter, concat.getLoc(), type.clone(shape),
                                joined.getResult());
        rewriter.eraseOp(joined);
      }
      parts.erase(parts.begin() + 1, parts.begin() + kMaxConvolutionInputs);
      parts[0] = tensor;
    }
    rewriter.modifyOpInPlace(concat,
                             [&] { concat.getInputsMutable().assign(parts); });
  }
}

//===----------------------------------------------------------------------===//
// Clamps and pools
//===----------------------------------------------------------------------===//

/// `bound` moved into what `op` leaves of the numbers.
static FloatAttr clampBound(FloatAttr bound, ClampOp op) {
  std::optional<APFloat> value, minimum = op.getClampMin(),
                                maximum = op.getClampMax();
  if (bound)
    value = bound.getValue();
  if (value && minimum)
    value = llvm::maximum(*value, *minimum);
  if (value && maximum)
    value = llvm::minimum(*value, *maximum);
  return value ? FloatAttr::get(bound.getType(), *value) : FloatAttr();
}

static void fuse(RewriterBase &rewriter, ClampOp op) {
  Conv2DOp conv = getFusibleConvolution(op.getInput());
  if (!conv)
    return replaceByIdentity(rewriter, op, op.getInput(), op.getClampMinAttr(),
                             op.getClampMaxAttr());
  // The convolution may pool: the maximum of clamped numbers is the clamped
  // maximum.
  FloatAttr minimum = clampBound(conv.getClampMinAttr(), op);
  FloatAttr maximum = clampBound(conv.getClampMaxAttr(), op);
  rewriter.modifyOpInPlace(conv, [&] {
    conv.setClampMinAttr(minimum ? minimum : op.getClampMinAttr());
    conv.setClampMaxAttr(maximum ? maximum : op.getClampMaxAttr());
  });
  replaceByConvolution(rewriter, op, conv);
}

static void fuse(RewriterBase &rewriter, MaxPool2DOp op) {
  if (!isLegal(op))
    return;
  Conv2DOp conv = getFusibleConvolution(op.getInput());
  if (!conv || conv.getPool())
    return replaceByIdentity(rewriter, op, op.getInput(), {}, {}, op.getPool());
  rewriter.modifyOpInPlace(conv, [&] {
    conv.setPoolAttr(op.getPool());
    conv.getResult().setType(op.getType());
  });
  replaceByConvolution(rewriter, op, conv);
}

//===----------------------------------------------------------------------===//
// Factors and addends of channels
//===----------------------------------------------------------------------===//

/// Whether nothing happens to the sums of a convolution.
static bool givesSums(Conv2DOp op) {
  return !op.getClampMin() && !op.getClampMax() && !op.getPool() &&
         !op.getImage();
}

/// `weights` [K, ...] with those of output channel k times factors[k].
static DenseElementsAttr scaleOutputs(DenseElementsAttr weights,
                                      ArrayRef<float> factors) {
  std::vector<float> values;
  values.reserve(weights.getNumElements());
  int64_t perOutput = weights.getNumElements() / factors.size(), index = 0;
  for (float value : weights.getValues<float>())
    values.push_back(value * factors[index++ / perOutput]);
  return DenseElementsAttr::get(weights.getType(), ArrayRef<float>(values));
}

/// Folds a 1x1 depthwise convolution, which is what batch normalization is,
/// into the convolution that it alone reads.
static void fuse(RewriterBase &rewriter, Conv2DOp op) {
  if (op.getRequantization() || op.getInputs().size() != 1 || !isLegal(op))
    return;
  int64_t channels =
      cast<RankedTensorType>(op.getResult().getType()).getDimSize(1);
  WindowAttr window = op.getWindow(0);
  if (op.getFilterSize(0) != Pair{1, 1} || window.getStride() != Pair{1, 1} ||
      window.getPadding() != Sides{} || window.getGroups() != channels ||
      cast<RankedTensorType>(op.getInputs()[0].getType()).getDimSize(1) !=
          channels)
    return;
  Conv2DOp conv = getFusibleConvolution(op.getInputs()[0]);
  if (!conv || !givesSums(conv) || conv->getBlock() != op->getBlock())
    return;
  DenseElementsAttr scale = getConstantF32(op.getWeights()[0]);
  auto factors = llvm::to_vector(scale.getValues<float>());

  rewriter.setInsertionPoint(conv);
  SmallVector<Value> weights;
  for (Value value : conv.getWeights())
    weights.push_back(arith::ConstantOp::create(
        rewriter, value.getLoc(),
        scaleOutputs(getConstantF32(value), factors)));
  Value bias;
  if (conv.getBias() || op.getBias()) {
    SmallVector<float> sums(channels, 0.0f);
    if (conv.getBias())
      sums = llvm::to_vector(
          scaleOutputs(getConstantF32(conv.getBias()), factors)
              .getValues<float>());
    if (op.getBias())
      for (auto [sum, addend] :
           llvm::zip(sums, getConstantF32(op.getBias()).getValues<float>()))
        sum += addend;
    bias = arith::ConstantOp::create(
        rewriter, op.getLoc(),
        DenseElementsAttr::get(
            RankedTensorType::get(channels, rewriter.getF32Type()),
            ArrayRef<float>(sums)));
  }
  rewriter.modifyOpInPlace(conv, [&] {
    conv.getWeightsMutable().assign(weights);
    conv.getBiasMutable().assign(bias ? ValueRange(bias) : ValueRange());
    conv.setClampMinAttr(op.getClampMinAttr());
    conv.setClampMaxAttr(op.getClampMaxAttr());
    conv.setPoolAttr(op.getPoolAttr());
    conv.getResult().setType(op.getResult().getType());
  });
  replaceByConvolution(rewriter, op, conv);
}

//===----------------------------------------------------------------------===//
// Additions
//===----------------------------------------------------------------------===//

/// Both biases added; null where there is none. Fails if one is not constant.
static FailureOr<Value> addBiases(RewriterBase &rewriter, Value lhs,
                                  Value rhs) {
  if (!lhs || !rhs)
    return lhs ? lhs : rhs;
  DenseElementsAttr lhsConstant = getConstantF32(lhs),
                    rhsConstant = getConstantF32(rhs);
  if (!lhsConstant || !rhsConstant)
    return failure();
  SmallVector<float> sums;
  for (auto [x, y] : llvm::zip(lhsConstant.getValues<float>(),
                               rhsConstant.getValues<float>()))
    sums.push_back(x + y);
  return arith::ConstantOp::create(
             rewriter, rhs.getLoc(),
             DenseElementsAttr::get(lhsConstant.getType(),
                                    ArrayRef<float>(sums)))
      .getResult();
}

/// Adds inputs, each with its weights and window, to a convolution.
static void addInputs(RewriterBase &rewriter, Conv2DOp conv, ValueRange inputs,
                      ValueRange weights, ArrayRef<Attribute> windows) {
  SmallVector<Attribute> allWindows(conv.getWindows().getValue());
  llvm::append_range(allWindows, windows);
  rewriter.modifyOpInPlace(conv, [&] {
    conv.getInputsMutable().append(inputs);
    conv.getWeightsMutable().append(weights);
    conv.setWindowsAttr(rewriter.getArrayAttr(allWindows));
  });
}

/// The convolution into whose sums others can be added, or null: nothing may
/// happen to them before the addition.
static Conv2DOp getJoinableConvolution(Value value, AddOp op) {
  Conv2DOp conv = getFusibleConvolution(value);
  if (!conv || !givesSums(conv) || conv->getBlock() != op->getBlock())
    return {};
  return conv;
}

static void fuse(RewriterBase &rewriter, AddOp op) {
  Conv2DOp lhs = getJoinableConvolution(op.getLhs(), op);
  Conv2DOp rhs = getJoinableConvolution(op.getRhs(), op);
  if (!lhs && !rhs)
    return replaceByIdentity(rewriter, op, op->getOperands());

  // The later convolution does it all: its name is the one that stays.
  bool intoLhs = lhs && (!rhs || rhs->isBeforeInBlock(lhs));
  Conv2DOp conv = intoLhs ? lhs : rhs, joined = intoLhs ? rhs : lhs;
  Value other = intoLhs ? op.getRhs() : op.getLhs();
  rewriter.setInsertionPoint(op);
  if (joined && int64_t(joined.getInputs().size() + conv.getInputs().size()) >
                    kMaxConvolutionInputs)
    joined = {};
  if (joined) {
    FailureOr<Value> bias =
        addBiases(rewriter, joined.getBias(), conv.getBias());
    if (succeeded(bias)) {
      addInputs(rewriter, conv, joined.getInputs(), joined.getWeights(),
                joined.getWindows().getValue());
      rewriter.modifyOpInPlace(conv,
                               [&] { conv.getBiasMutable().assign(*bias); });
    } else {
      joined = {};
    }
  }
  if (!joined) {
    int64_t inputs = conv.getInputs().size();
    if (inputs + 1 > kMaxConvolutionInputs)
      return replaceByIdentity(rewriter, op, op->getOperands());
    if (inputs + countInputs(other) > kMaxConvolutionInputs)
      other = createIdentity(rewriter, op.getLoc(),
                             cast<RankedTensorType>(op.getType()), other);
    IdentityInputs identity;
    identity.append(rewriter, op.getLoc(), other,
                    cast<RankedTensorType>(op.getType()).getDimSize(1));
    addInputs(rewriter, conv, identity.inputs, identity.weights,
              identity.windows);
  }
  // What it reads now may be computed after it.
  rewriter.moveOpBefore(conv, op);
  replaceByConvolution(rewriter, op, conv);
  if (joined)
    rewriter.eraseOp(joined);
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {
struct FuseOperations : scnn::impl::FuseOperationsBase<FuseOperations> {
  void runOnOperation() override {
    // Without dead operations, uses are readers.
    if (failed(canonicalize()))
      return signalPassFailure();
    IRRewriter rewriter(&getContext());
    splitConcatenations(rewriter, collect<ConcatOp>());
    for (Operation *op : collect<Conv2DOp, ClampOp, MaxPool2DOp, AddOp>()) {
      if (!cast<RankedTensorType>(op->getResult(0).getType())
               .getElementType()
               .isF32())
        continue;
      auto layoutOps = getLayoutOperations(op);
      llvm::TypeSwitch<Operation *>(op)
          .Case<Conv2DOp, ClampOp, MaxPool2DOp, AddOp>(
              [&](auto op) { fuse(rewriter, op); });
      eraseDead(rewriter, std::move(layoutOps));
    }
    // Convolutions read what they can in place; the rest is read by others.
    if (failed(canonicalize()))
      return signalPassFailure();
    SmallVector<Operation *> remaining = collect<ConcatOp, ExtendChannelsOp>();
    for (Operation *op : llvm::reverse(remaining))
      if (op->use_empty())
        rewriter.eraseOp(op);
      else
        replaceByIdentity(rewriter, op, op->getResult(0));
    if (failed(canonicalize()))
      return signalPassFailure();
  }

  LogicalResult canonicalize() {
    RewritePatternSet patterns(&getContext());
    Conv2DOp::getCanonicalizationPatterns(patterns, &getContext());
    populateConvolutionInputPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return getOperation().emitError(
          "the patterns that make inputs readable in place do not come to an "
          "end");
    return success();
  }

  template <typename... OpTys> SmallVector<Operation *> collect() {
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (isa<OpTys...>(op))
        ops.push_back(op);
    });
    return ops;
  }

  /// The concatenations and extensions that `op` reads.
  static llvm::SmallSetVector<Operation *, 2>
  getLayoutOperations(Operation *op) {
    llvm::SmallSetVector<Operation *, 2> layoutOps;
    for (Value operand : op->getOperands())
      if (isa_and_present<ConcatOp, ExtendChannelsOp>(operand.getDefiningOp()))
        layoutOps.insert(operand.getDefiningOp());
    return layoutOps;
  }

  /// An identity reads through concatenations and extensions, which then may
  /// have no reader left.
  static void eraseDead(RewriterBase &rewriter,
                        llvm::SmallSetVector<Operation *, 2> layoutOps) {
    while (!layoutOps.empty()) {
      Operation *op = layoutOps.pop_back_val();
      if (!op->use_empty())
        continue;
      layoutOps.insert_range(getLayoutOperations(op));
      rewriter.eraseOp(op);
    }
  }
};
} // namespace
