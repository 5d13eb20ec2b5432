//===- Ranges.cpp - Calibrated ranges of values ---------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/Transforms/Ranges.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace scnn;

std::optional<double> scnn::getRange(Value value) {
  if (Operation *op = value.getDefiningOp()) {
    auto range = op->getAttrOfType<FloatAttr>(SCNNDialect::kRangeAttr);
    return range ? std::optional(range.getValueAsDouble()) : std::nullopt;
  }
  auto argument = cast<BlockArgument>(value);
  auto ranges = argument.getOwner()->getParentOp()->getAttrOfType<ArrayAttr>(
      SCNNDialect::kRangeAttr);
  if (!ranges || argument.getArgNumber() >= ranges.size())
    return std::nullopt;
  auto range = dyn_cast<FloatAttr>(ranges[argument.getArgNumber()]);
  return range ? std::optional(range.getValueAsDouble()) : std::nullopt;
}

void scnn::copyRange(Value from, Operation *to) {
  if (std::optional<double> range = getRange(from))
    to->setDiscardableAttr(SCNNDialect::kRangeAttr,
                           Builder(to->getContext()).getF64FloatAttr(*range));
}
