//===- BareLoop.h - The least that a simulation has to do -----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What any simulator of a layer's values and bank queues must do for each
// product, and nothing else: no borders, no waiting, no counters, operands
// laid out beforehand. The simulator's time is measured against it.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_BENCHMARKS_SIMULATOR_BARELOOP_H
#define SCNN_BENCHMARKS_SIMULATOR_BARELOOP_H

#include "../../unittests/Simulator/TestConvolution.h"

namespace scnn::benchmark {

/// The bare loops of a layer with one input, one group and stride 1, for the
/// paper's 4x4 multipliers and 32 banks.
class BareLoop {
public:
  explicit BareLoop(const test::TestConvolution &layer);

  /// For each PE, input channel and non-zero weight, the products with the
  /// dense tile, row by row: rounded and added to 32-bit sums.
  uint32_t runValues();
  /// For each PE, input channel and batch, the bank queues as 32 bytes: one
  /// less each, but at least 0, and an activation vector's counts, rotated by
  /// each weight's bank, more.
  uint32_t runBanks();

private:
  struct Weight {
    int32_t value;
    /// In the sums.
    int32_t offset;
  };
  struct Block {
    std::vector<Weight> weights;
    /// Per weight, padded to whole vectors of 4.
    std::vector<uint8_t> banks;
  };
  /// One PE's activations of one channel.
  struct Tile {
    std::vector<int32_t> dense;
    /// Per activation vector, its counts twice in a row.
    std::vector<uint8_t> counts;
  };
  int64_t rows, paddedCols;
  int64_t planeCols, sums;
  int64_t channels;
  std::vector<std::vector<Block>> groups;
  /// [PE][channel].
  std::vector<std::vector<Tile>> tiles;
};

} // namespace scnn::benchmark

#endif // SCNN_BENCHMARKS_SIMULATOR_BARELOOP_H
