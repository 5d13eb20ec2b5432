//===- OutputModel.h - What a random layer computes ----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_IMPORT_LAYERS_OUTPUTMODEL_H
#define SCNN_IMPORT_LAYERS_OUTPUTMODEL_H

#include "scnn/Import/Layers/LayerTable.h"
#include "scnn/Layout/ActivationImage.h"

#include <vector>

namespace scnn {

/// The density of a layer's result, after ReLU and pooling: what the table
/// says, else what ReLU leaves of sums that are as often positive as negative,
/// one half, and max pooling over n of them then, 1 - 2^-n.
double expectedOutputDensity(const LayerRow &row);

/// What a layer's result will be, without computing it. Its sums are taken to
/// be normal and independent, those at the plane's border of fewer products.
struct OutputModel {
  /// Of each output channel, such that ReLU and pooling leave the expected
  /// density.
  std::vector<float> bias;
  /// What no result exceeds but by chance (10 standard deviations).
  double range = 0.0;
};

/// The model of a layer's result from its tensors: `inputs` [C][H][W] and
/// `weights` [K][C / groups][R][S], whose sum over an output channel is near 0.
OutputModel makeOutputModel(const LayerRow &row, llvm::ArrayRef<float> inputs,
                            llvm::ArrayRef<float> weights);

/// How full the fullest PE is likely to be with a random tensor of that density:
/// stored elements, placeholders included, as part of the largest tile's
/// positions.
double expectedPeakDensity(const ActivationLayout &layout, double density);

} // namespace scnn

#endif // SCNN_IMPORT_LAYERS_OUTPUTMODEL_H
