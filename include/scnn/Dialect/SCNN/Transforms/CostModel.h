//===- CostModel.h - Estimates a layer's cycles ---------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_DIALECT_SCNN_TRANSFORMS_COSTMODEL_H
#define SCNN_DIALECT_SCNN_TRANSFORMS_COSTMODEL_H

#include "scnn/Dialect/SCNN/IR/SCNN.h"

namespace scnn {

/// Who chooses the mapping.
enum class MapperKind {
  /// The paper's choice: as many output channels as the accumulators hold.
  Paper,
  /// The group size for which the cost model estimates the fewest cycles.
  Search,
};

/// Estimates the cycles of a convolution for a group size; weights are known,
/// activations are taken at a density: that of a random ReLU, one half, where
/// the producer clamps at zero, else one.
///
/// It follows docs/simulation-model.md for the PE with the most work: products
/// (M1), the DRAM port's bits (D1, D3), broadcast slots (B1), the overlap of
/// multipliers and post-processing units (G1, G2). It leaves out bank conflicts
/// and FIFOs.
class CostModel {
public:
  /// Reads the constant weights of `op`; every tensor must have a layout.
  /// Null if the weights are no constants.
  static std::unique_ptr<CostModel> create(Conv2DOp op);
  ~CostModel();

  int64_t estimateCycles(int64_t groupSize, HaloMode halo) const;

private:
  struct Data;
  explicit CostModel(std::unique_ptr<Data> data);
  std::unique_ptr<Data> data;
};

} // namespace scnn

#endif // SCNN_DIALECT_SCNN_TRANSFORMS_COSTMODEL_H
