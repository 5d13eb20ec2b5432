//===- SCNNCanonicalization.cpp - Canonicalization of convolutions --------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/IR/ConstantWeights.h"
#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace scnn;

namespace {

/// Reads the parts of a concatenation, and the present channels of an extended
/// tensor, in place: each becomes an input with its share of the weights. All
/// channels must be in one group: those of another group would not reach all
/// of a part's output channels.
struct ReadPartsInPlace : OpRewritePattern<Conv2DOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(Conv2DOp op,
                                PatternRewriter &rewriter) const override {
    SmallVector<Value> inputs, weights;
    SmallVector<Attribute> windows;
    bool changed = false;
    for (auto [t, input] : llvm::enumerate(op.getInputs())) {
      SmallVector<Value> parts = getParts(input);
      DenseElementsAttr constant;
      if (!parts.empty() && !op.getWeights().empty() &&
          op.getWindow(t).getGroups() == 1)
        constant = getConstantF32(op.getWeights()[t]);
      if (!constant) {
        inputs.push_back(input);
        if (!op.getWeights().empty())
          weights.push_back(op.getWeights()[t]);
        windows.push_back(op.getWindow(t));
        continue;
      }
      changed = true;
      int64_t begin = 0;
      for (Value part : parts) {
        int64_t size = cast<RankedTensorType>(part.getType()).getDimSize(1);
        inputs.push_back(part);
        weights.push_back(arith::ConstantOp::create(
            rewriter, op.getWeights()[t].getLoc(),
            sliceInputChannels(constant, begin, size)));
        windows.push_back(op.getWindow(t));
        begin += size;
      }
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
