//===- WeightOperands.h - A weight block, laid out for the queue loop -----===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_SIMULATOR_FAST_WEIGHTOPERANDS_H
#define SCNN_LIB_SIMULATOR_FAST_WEIGHTOPERANDS_H

#include "TileOperands.h"

namespace scnn::sim::fast {

/// One block at a time.
class WeightOperands {
public:
  explicit WeightOperands(const QueueShape &queues) : queues(queues) {}

  void assign(const GroupBlock &block, const ConvolutionOperands &operands);

  const TileOperands &tile(int64_t pe) const { return input->tile(pe); }
  /// Index of the activation blocks that it meets.
  size_t blockIndex() const { return index; }
  int64_t numVectors() const { return inside.size() / queues.weightsPerVector; }
  int64_t numElements() const { return elements; }
  int64_t numNonZeros() const { return nonZeros; }
  /// Products of two non-zeros that PE `pe` drops.
  int64_t dropped(int64_t pe) const;

  /// The weights' part of PE `pe`'s run with the vectors from `firstVector` on.
  void describe(BatchRun &run, int64_t pe, size_t firstVector) const;

private:
  const QueueShape &queues;
  const InputOperands *input = nullptr;
  size_t index = 0;
  int64_t elements = 0, nonZeros = 0;
  std::vector<uint32_t> inside;
  /// For each of the input's clip classes, as the run's `clipped`; empty if
  /// there is one class only.
  std::vector<std::vector<uint32_t>> clipped;
  /// By element: its filter position.
  std::vector<uint32_t> positions;
  /// Non-zeros, by filter position.
  std::vector<uint32_t> weightsAt;
};

} // namespace scnn::sim::fast

#endif // SCNN_LIB_SIMULATOR_FAST_WEIGHTOPERANDS_H
