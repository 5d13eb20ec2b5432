//===- SCNNCanonicalization.cpp - Canonicalization of convolutions --------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/IR/ConstantWeights.h"
#include "scnn/Dialect/SCNN/IR/Legality.h"
#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace scnn;

namespace {

/// Reads the parts of a concatenation, and the present channels of an extended
/// tensor, in place: each becomes an input with its share of the weights. The
/// channels of a group do not reach all output channels: with 1x1 filters, the
/// weights to the others become zeros, which are not stored.
struct ReadPartsInPlace : OpRewritePattern<Conv2DOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(Conv2DOp op,
                                PatternRewriter &rewriter) const override {
    // What each input is to be read as: parts of which every one has a slice
    // of the weights, or as it is.
    SmallVector<std::pair<SmallVector<Value>, DenseElementsAttr>> readings;
    bool changed = false;
    size_t count = 0;
    for (auto [t, input] : llvm::enumerate(op.getInputs())) {
      auto &[parts, constant] = readings.emplace_back();
      parts = getParts(input);
      bool grouped = op.getWindow(t).getGroups() > 1;
      if (!parts.empty() && !op.getWeights().empty() &&
          (!grouped || op.getFilterSize(t) == Pair{1, 1}))
        constant = getConstantF32(op.getWeights()[t]);
      if (constant)
        constant = withoutGroups(constant, op.getWindow(t).getGroups());
      changed |= bool(constant);
      count += constant ? parts.size() : 1;
    }
    // Nothing may be created before this is known.
    if (!changed || int64_t(count) > kMaxConvolutionInputs)
      return failure();

    SmallVector<Value> inputs, weights;
    SmallVector<Attribute> windows;
    for (auto [t, reading] : llvm::enumerate(readings)) {
      const auto &[parts, constant] = reading;
      WindowAttr window = op.getWindow(t);
      if (!constant) {
        inputs.push_back(op.getInputs()[t]);
        if (!op.getWeights().empty())
          weights.push_back(op.getWeights()[t]);
        windows.push_back(window);
        continue;
      }
      int64_t begin = 0;
      for (Value part : parts) {
        int64_t size = cast<RankedTensorType>(part.getType()).getDimSize(1);
        inputs.push_back(part);
        weights.push_back(arith::ConstantOp::create(
            rewriter, op.getWeights()[t].getLoc(),
            sliceInputChannels(constant, begin, size)));
        windows.push_back(WindowAttr::get(op.getContext(), window.getStride(),
                                          window.getPadding(),
                                          window.getDilation(), 1));
        begin += size;
      }
    }
    rewriter.modifyOpInPlace(op, [&] {
      op.getInputsMutable().assign(inputs);
      op.getWeightsMutable().assign(weights);
      op.setWindowsAttr(rewriter.getArrayAttr(windows));
    });
    return success();
  }

  /// Weights [K, C / groups, R, S] as [K, C, R, S]; null if that is too large
  /// to be worth it.
  static DenseElementsAttr withoutGroups(DenseElementsAttr weights,
                                         int64_t groups) {
    constexpr int64_t kMaxElements = 1 << 24;
    if (weights.getNumElements() * groups > kMaxElements)
      return groups == 1 ? weights : DenseElementsAttr();
    return ungroupWeights(weights, groups);
  }

  /// The tensors whose channels, one after the other, are the first channels
  /// of `value`, of which the rest is absent; none if it is a tensor itself.
  static SmallVector<Value> getParts(Value value) {
    if (auto concat = value.getDefiningOp<ConcatOp>())
      return SmallVector<Value>(concat.getInputs());
    if (auto extend = value.getDefiningOp<ExtendChannelsOp>())
      return {extend.getInput()};
    return {};
  }
};

} // namespace

void Conv2DOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                           MLIRContext *context) {
  patterns.add<ReadPartsInPlace>(context);
}
