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

/// What calibration wrote down of a value under that name, or null.
static FloatAttr getCalibrated(Value value, StringRef name) {
  if (Operation *op = value.getDefiningOp())
    return op->getAttrOfType<FloatAttr>(name);
  auto argument = cast<BlockArgument>(value);
  auto seen =
      argument.getOwner()->getParentOp()->getAttrOfType<ArrayAttr>(name);
  if (!seen || argument.getArgNumber() >= seen.size())
    return {};
  return dyn_cast<FloatAttr>(seen[argument.getArgNumber()]);
}

/// Gives `to` what calibration wrote down of `from` under that name.
static void copyCalibrated(Value from, Operation *to, StringRef name) {
  if (FloatAttr seen = getCalibrated(from, name))
    to->setDiscardableAttr(name, seen);
}

std::optional<double> scnn::getRange(Value value) {
  FloatAttr range = getCalibrated(value, SCNNDialect::kRangeAttr);
  return range ? std::optional(range.getValueAsDouble()) : std::nullopt;
}

void scnn::copyRange(Value from, Operation *to) {
  copyCalibrated(from, to, SCNNDialect::kRangeAttr);
}

void scnn::copyPeakDensity(Value from, Operation *to) {
  copyCalibrated(from, to, SCNNDialect::kPeakDensityAttr);
}
