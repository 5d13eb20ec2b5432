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

#include "scnn/Dialect/SCNN/IR/ConstantWeights.h"
#include "scnn/Dialect/SCNN/Transforms/Passes.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"

namespace scnn {
#define GEN_PASS_DEF_FUSEOPERATIONS
#include "scnn/Dialect/SCNN/Transforms/Passes.h.inc"
} // namespace scnn

using namespace mlir;
using namespace scnn;

/// The f32 convolution whose only reader uses `value`, or null.
static Conv2DOp getFusibleConvolution(Value value) {
  auto conv = value.getDefiningOp<Conv2DOp>();
  if (!conv || !conv->hasOneUse() || conv.getRequantization())
    return {};
  return conv;
}

/// Puts the result of `conv`, which now also does what `op` did, in the place
/// of the result of `op`.
static void replaceByConvolution(RewriterBase &rewriter, Operation *op,
                                 Conv2DOp conv) {
  // The range that calibration saw is that of the result.
  rewriter.modifyOpInPlace(conv, [&] {
    conv->removeDiscardableAttr(SCNNDialect::kRangeAttr);
    if (Attribute range = op->getDiscardableAttr(SCNNDialect::kRangeAttr))
      conv->setDiscardableAttr(SCNNDialect::kRangeAttr, range);
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

/// Replaces `op` by the sum of the tensors `values`, clamped and pooled.
static void replaceByIdentity(RewriterBase &rewriter, Operation *op,
                              ValueRange values, FloatAttr clampMin = {},
                              FloatAttr clampMax = {}, PoolAttr pool = {}) {
  rewriter.setInsertionPoint(op);
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  IdentityInputs identity;
  for (Value value : values)
    identity.append(rewriter, op->getLoc(), value, type.getDimSize(1));
  auto conv = Conv2DOp::create(
      rewriter, op->getLoc(), type, identity.inputs, identity.weights,
      /*bias=*/Value(), /*image=*/Value(),
      rewriter.getArrayAttr(identity.windows), clampMin, clampMax, pool,
      /*requantization=*/RequantizationAttr(), /*mapping=*/MappingAttr(),
      /*filters=*/DenseI64ArrayAttr());
  replaceByConvolution(rewriter, op, conv);
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
  if (!conv || conv.getClampMin() || conv.getClampMax() || conv.getPool() ||
      conv.getImage() || conv->getBlock() != op->getBlock())
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
    for (Operation *op : collect<ClampOp, MaxPool2DOp, AddOp>()) {
      if (!cast<RankedTensorType>(op->getResult(0).getType())
               .getElementType()
               .isF32())
        continue;
      auto layoutOps = getLayoutOperations(op);
      llvm::TypeSwitch<Operation *>(op).Case<ClampOp, MaxPool2DOp, AddOp>(
          [&](auto op) { fuse(rewriter, op); });
      for (Operation *layoutOp : layoutOps)
        eraseIfDead(rewriter, layoutOp);
    }
    // Convolutions read what they can in place; the rest is read by others.
    if (failed(canonicalize()))
      return signalPassFailure();
    for (Operation *op : llvm::reverse(collect<ConcatOp, ExtendChannelsOp>()))
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
    return applyPatternsGreedily(getOperation(), std::move(patterns));
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
  static void eraseIfDead(RewriterBase &rewriter, Operation *op) {
    if (!op->use_empty())
      return;
    auto layoutOps = getLayoutOperations(op);
    rewriter.eraseOp(op);
    for (Operation *layoutOp : layoutOps)
      eraseIfDead(rewriter, layoutOp);
  }
};
} // namespace
