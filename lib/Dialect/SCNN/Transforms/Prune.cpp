//===- Prune.cpp - Sets the smallest weights to zero ----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/IR/Constants.h"
#include "scnn/Dialect/SCNN/Transforms/Passes.h"
#include "scnn/Dialect/SCNN/Transforms/Remarks.h"

#include <cmath>

namespace scnn {
#define GEN_PASS_DEF_PRUNE
#include "scnn/Dialect/SCNN/Transforms/Passes.h.inc"
} // namespace scnn

using namespace mlir;
using namespace scnn;

using Weights = SmallVector<float, 0>;

/// Whether magnitudes say which weights matter: not where each output channel
/// has one weight (a scale, no filter), nor where all are the same (identities
/// and averages, which the compiler makes).
static bool canBeRanked(ArrayRef<float> weights, RankedTensorType type) {
  if (type.getNumElements() == type.getDimSize(0))
    return false;
  float magnitude = 0.0f;
  for (float weight : weights) {
    if (weight == 0.0f)
      continue;
    if (magnitude != 0.0f && std::abs(weight) != magnitude)
      return true;
    magnitude = std::abs(weight);
  }
  return false;
}

/// Sets all but `kept` weights to zero, those of the smallest magnitude; of
/// equal ones the last.
static void keepLargest(Weights &weights, int64_t kept) {
  int64_t nonZeros =
      llvm::count_if(weights, [](float weight) { return weight != 0.0f; });
  if (nonZeros <= kept)
    return;
  Weights magnitudes(weights.size());
  llvm::transform(weights, magnitudes.begin(),
                  [](float weight) { return std::abs(weight); });
  std::nth_element(magnitudes.begin(), magnitudes.begin() + kept,
                   magnitudes.end(), std::greater<float>());
  float threshold = magnitudes[kept];
  int64_t ties = kept - llvm::count_if(weights, [&](float weight) {
                   return std::abs(weight) > threshold;
                 });
  for (float &weight : weights) {
    float magnitude = std::abs(weight);
    if (magnitude > threshold || (magnitude == threshold && ties-- > 0))
      continue;
    weight = 0.0f;
  }
}

namespace {
struct PrunePass : public scnn::impl::PruneBase<PrunePass> {
  using PruneBase::PruneBase;

  void runOnOperation() override {
    if (!(density > 0.0 && density <= 1.0)) {
      getOperation().emitError(
          "expected a density above 0 and up to 1, but got ")
          << std::to_string(density);
      return signalPassFailure();
    }
    WalkResult result = getOperation().walk([&](Conv2DOp op) {
      return op.getRequantization() || succeeded(prune(op))
                 ? WalkResult::advance()
                 : WalkResult::interrupt();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }

private:
  LogicalResult prune(Conv2DOp op) {
    OpBuilder builder(op);
    int64_t total = 0, kept = 0;
    for (OpOperand &operand : op.getWeightsMutable()) {
      std::optional<Weights> weights = getConstantElements<float>(operand.get());
      if (!weights)
        continue;
      if (!llvm::all_of(*weights, [](float x) { return std::isfinite(x); }))
        return op.emitError("layer '")
               << getLayerName(op) << "': has weights that are not finite";
      auto type = cast<RankedTensorType>(operand.get().getType());
      if (!canBeRanked(*weights, type))
        continue;
      keepLargest(*weights, std::max<int64_t>(
                                std::llround(density * weights->size()), 1));
      total += weights->size();
      kept += llvm::count_if(*weights, [](float x) { return x != 0.0f; });
      Operation *constant = operand.get().getDefiningOp();
      operand.set(arith::ConstantOp::create(
          builder, constant->getLoc(),
          DenseElementsAttr::get(type, ArrayRef<float>(*weights))));
      if (constant->use_empty())
        constant->erase();
    }
    choice(op, "prune") << remark::metric("Weights", total)
                        << remark::metric("Kept", kept);
    return success();
  }
};
} // namespace
