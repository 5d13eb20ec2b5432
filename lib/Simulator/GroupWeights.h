//===- GroupWeights.h - A group's weights, placed in their filters --------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The weight image of docs/program-format.md, with each element's output
// channel and filter position, checked against the convolution that it is for.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_SIMULATOR_GROUPWEIGHTS_H
#define SCNN_LIB_SIMULATOR_GROUPWEIGHTS_H

#include "Convolution.h"
#include "scnn/Layout/WeightImage.h"

namespace scnn::sim {

/// A stored weight with its place; a placeholder has value 0.
struct Weight {
  int16_t value;
  /// Output channel in the group, filter row and column.
  int32_t k, r, s;
};

/// The weights of one input channel and window phase.
struct GroupBlock {
  int64_t channel;
  const BoundInput *input;
  int64_t phaseRow, phaseCol;
  /// Each product is rounded by a right shift of so many bits.
  int64_t productShift;
  std::vector<Weight> weights;
};

struct GroupWeights {
  std::vector<WeightChannel> channels;
  std::vector<GroupBlock> blocks;
};

/// Decodes the `bytes` of a weight image for a complete convolution. An error
/// names the block or channel and what is wrong with it. On a machine that keeps
/// zero weights, each block has all its positions.
llvm::Expected<GroupWeights> decodeWeights(llvm::ArrayRef<uint8_t> bytes,
                                           int64_t channels, int64_t blocks,
                                           const Convolution &convolution,
                                           const Machine &machine);

} // namespace scnn::sim

#endif // SCNN_LIB_SIMULATOR_GROUPWEIGHTS_H
