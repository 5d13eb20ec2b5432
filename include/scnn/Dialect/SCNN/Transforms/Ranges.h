//===- Ranges.h - Calibrated ranges of values -----------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_DIALECT_SCNN_TRANSFORMS_RANGES_H
#define SCNN_DIALECT_SCNN_TRANSFORMS_RANGES_H

#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include <optional>

namespace scnn {

/// Largest magnitude of a value, as calibration wrote it down (`scnn.range`).
std::optional<double> getRange(mlir::Value value);

/// Gives the operation that moves the elements of `from` their range, if they
/// have one.
void copyRange(mlir::Value from, mlir::Operation *to);

/// Gives the operation whose result lies on the PEs as `from` does the density
/// that calibration saw (`scnn.peak_density`), if it did.
void copyPeakDensity(mlir::Value from, mlir::Operation *to);

} // namespace scnn

#endif // SCNN_DIALECT_SCNN_TRANSFORMS_RANGES_H
