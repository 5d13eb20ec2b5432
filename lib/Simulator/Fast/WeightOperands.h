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
  WeightOperands(const Machine &machine, const QueueShape &queues)
      : machine(machine), queues(queues) {}

  void assign(const GroupBlock &block, const ConvolutionOperands &operands);

  const TileOperands &tile(int64_t pe) const { return input->tile(pe); }
  /// Index of the activation blocks that it meets.
  size_t blockIndex() const { return index; }
  int64_t numVectors() const { return inside.size() / queues.weightsPerVector; }
  int64_t numElements() const { return elements; }
  int64_t numNonZeros() const { return nonZeros; }
  /// Products of two non-zeros that PE `pe` drops.
  int64_t dropped(int64_t pe) const;

  /// The weights' part of a run with the vectors from `firstVector` on.
  void describe(BatchRun &run, size_t firstVector) const;

private:
  const Machine &machine;
  const QueueShape &queues;
  const InputOperands *input = nullptr;
  size_t index = 0;
  int64_t elements = 0, nonZeros = 0;
  std::vector<uint32_t> inside, clipped;
  /// The filter positions that have non-zeros, how many, and their places.
  std::vector<int64_t> positions, weightsAt;
  std::vector<Place> places;
  /// By filter position: its number among those, or negative.
  std::vector<int32_t> numberOf;
};

} // namespace scnn::sim::fast

#endif // SCNN_LIB_SIMULATOR_FAST_WEIGHTOPERANDS_H
