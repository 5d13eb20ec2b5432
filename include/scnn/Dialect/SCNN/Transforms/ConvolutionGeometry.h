//===- ConvolutionGeometry.h - What a convolution needs of each PE --------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_DIALECT_SCNN_TRANSFORMS_CONVOLUTIONGEOMETRY_H
#define SCNN_DIALECT_SCNN_TRANSFORMS_CONVOLUTIONGEOMETRY_H

#include "scnn/Dialect/SCNN/IR/SCNN.h"
#include "scnn/Layout/ActivationImage.h"
#include "scnn/Layout/RowImage.h"

namespace scnn {

/// The accumulators of a convolution along rows and columns. All inputs and
/// the result must have a layout.
std::array<AxisAccumulators, 2> getAccumulators(Conv2DOp op, HaloMode mode);

/// (top, bottom, left, right) of a halo along rows and along columns.
Sides toSides(AxisHalo rows, AxisHalo cols);

/// The input halo that `op` needs on its input t.
Sides getInputHalo(Conv2DOp op, unsigned t);

/// The larger of both on each side.
Sides widest(const Sides &a, const Sides &b);

/// The layout of an activation tensor's type, as DRAM and RAMs see it.
ActivationLayout getActivationLayout(mlir::Type tensorType);

/// The same of a tensor with `#scnn.row_image`.
RowLayout getRowLayout(mlir::Type tensorType);

/// How many elements of an activation tensor of that layout a PE's region is to
/// hold: what the density that calibration saw (`scnn.peak_density`) and a
/// margin above it say, at most the worst case; the worst case where there is
/// none.
int64_t getExpectedElements(mlir::Value value, const ActivationLayout &layout,
                            double margin);

/// Succeeds if every input and the result of `op` have a layout (else an error
/// says which pass gives them one), all on the same PE grid.
mlir::LogicalResult requireLayouts(Conv2DOp op);

/// As `requireLayouts`, and succeeds only if `scnn.load` or a convolution gives
/// each input, and convolutions or `scnn.store` read the result: a layout can
/// change only where nobody else sees it.
mlir::LogicalResult requireOnChip(Conv2DOp op);

/// The convolutions of a function that the accelerator runs. An error names
/// each scnn operation that is none, or that is not in fixed point yet.
mlir::FailureOr<llvm::SmallVector<Conv2DOp>>
collectConvolutions(mlir::Operation *function);

} // namespace scnn

#endif // SCNN_DIALECT_SCNN_TRANSFORMS_CONVOLUTIONGEOMETRY_H
