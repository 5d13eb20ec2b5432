//===- Calibration.h - Ranges and densities from runs on the host ---------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_HOST_CALIBRATION_H
#define SCNN_HOST_CALIBRATION_H

#include "scnn/Host/HostTensor.h"
#include "scnn/Layout/ActivationImage.h"
#include "llvm/Support/Error.h"
#include <vector>

namespace mlir {
class ModuleOp;
} // namespace mlir

namespace scnn {

/// Runs `@main` of an f32 module on the host with each of the input sets (one
/// tensor for each argument) and records, as `scnn.range`, the largest
/// magnitude seen and, as `scnn.peak_density`, how much of a PE's RAM the tensor
/// took at most (the elements, placeholders included, of the tile that stores
/// most, over the positions of the largest tile, the plane being cut over the
/// module's machine and split by its readers' strides): on each scnn operation for its result, on each other
/// operation whose result enters an scnn operation, and on `@main` as an array
/// with one for each argument (0 for those that are not f32). Convolution
/// weights and biases are no activations and get none.
///
/// Errors: arguments that do not fit, what compilation says, and a value that
/// is not finite, by its layer.
llvm::Error calibrate(mlir::ModuleOp module,
                      llvm::ArrayRef<std::vector<HostTensor>> inputSets);

/// The most elements, placeholders included, that the tile of any PE stores of
/// an image [C][H][W], as part of the largest tile's positions: what
/// `scnn.peak_density` says of it.
double peakDensity(llvm::ArrayRef<float> image, const ActivationLayout &layout);

} // namespace scnn

#endif // SCNN_HOST_CALIBRATION_H
