//===- FastPE.h - The times of a PE ---------------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each batch's cycle follows from the one before it, from its weight vector,
// and from the bank queues (rules M2, X2, X3).
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_SIMULATOR_FAST_FASTPE_H
#define SCNN_LIB_SIMULATOR_FAST_FASTPE_H

#include "../Engine.h"
#include "Recurrences.h"
#include "WeightOperands.h"

namespace scnn::sim::fast {

class FastPE {
public:
  FastPE(const Machine &machine, const QueueShape &shape, int64_t index,
         PECounters &counters);

  /// Begins a group that may be multiplied from `cycle` on.
  void beginGroup(int64_t cycle);
  /// The barrier: accounts for the group.
  void endGroup(int64_t begin, int64_t barrier, EventCounters &events);
  bool hasWork() const { return worked; }
  /// When it was done with the group (rule X3).
  int64_t done() const;

  /// When the FIFO has room for vectors, from the one `ahead` places after the
  /// next one on: raises each of `rooms` to that cycle.
  void awaitRoom(int64_t ahead, llvm::MutableArrayRef<int64_t> rooms) const {
    fifo.awaitRoom(ahead, rooms);
  }

  /// Counts the batches and products of a block that it takes.
  void count(const WeightOperands &weights);

  /// What a thread needs, reused from call to call.
  struct Scratch {
    std::vector<int64_t> issued;
    std::vector<uint8_t> histograms;
  };
  /// Takes the batches of activation vectors [firstActivation, endActivation)
  /// with the weight vectors from `firstWeight` on, which were broadcast in the
  /// cycles `sent`. The last use of each weight vector frees its FIFO entry.
  void multiply(const WeightOperands &weights, size_t firstActivation,
                size_t endActivation, size_t firstWeight,
                llvm::ArrayRef<int64_t> sent, RunBatchesFn runBatches,
                const Convolution &convolution, Scratch &scratch);

private:
  void runUnlimited(const BatchRun &run);

  const Machine &machine;
  const QueueShape &shape;
  int64_t index;
  PECounters &counters;
  /// Of the group.
  EventCounters groupEvents;
  std::vector<uint8_t> queues;
  QueueState state{};
  /// When each of the vectors taken last was freed.
  RecentTimes fifo;
  bool worked = false;
};

} // namespace scnn::sim::fast

#endif // SCNN_LIB_SIMULATOR_FAST_FASTPE_H
