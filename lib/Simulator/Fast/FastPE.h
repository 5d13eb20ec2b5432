//===- FastPE.h - A PE as a walk over its batches -------------------------===//
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
#include "FastOperands.h"
#include "Recurrences.h"

namespace scnn::sim::fast {

/// The bank queues, as the times at which they run empty. The queue rule (X2)
/// lives here and nowhere else in the fast engine.
class BankTimes {
public:
  explicit BankTimes(const Machine &machine);

  bool isUnlimited() const { return depth == 0; }
  /// A product for an accumulator, issued in `cycle`, enters its bank's queue.
  void send(int64_t cycle, uint32_t address) {
    int64_t &emptyFrom = banks[bankOf[address]];
    emptyFrom = std::max(emptyFrom, cycle) + 1;
    lastEmpty = std::max(lastEmpty, emptyFrom);
  }
  /// When a further batch can be issued after one in `cycle`.
  int64_t readyAfter(int64_t cycle) const {
    return std::max(cycle + 1, lastEmpty - (depth - 1));
  }
  /// When all queues are empty after a batch in `cycle`.
  int64_t emptyAfter(int64_t cycle) const {
    return std::max(cycle + 1, lastEmpty);
  }

private:
  int64_t depth;
  std::vector<int64_t> banks;
  std::vector<uint16_t> bankOf;
  /// The latest of `banks`.
  int64_t lastEmpty = 0;
};

class FastPE {
public:
  FastPE(const Machine &machine, PECounters &counters);

  /// Begins a group that may be multiplied from `cycle` on.
  void beginGroup(const GroupWork &group, int64_t index, int64_t cycle,
                  std::vector<int64_t> &groupSums);
  /// The barrier: accounts for the cycles since the PE was done.
  void endGroup(int64_t begin, int64_t barrier);
  bool hasWork() const { return worked; }
  /// When it was done with the group (rule X3).
  int64_t done() const {
    return worked ? banks.emptyAfter(lastIssue) : readyAt;
  }

  /// Multiplies vectors of activations with vectors of weights: each of
  /// [firstActivation, endActivation) with all of [firstWeight, firstWeight +
  /// sent.size()), which were broadcast in the cycles `sent`. The last use of
  /// each weight vector frees its FIFO entry.
  void multiply(const FastBlock &block, const OperandVectors &activations,
                size_t firstActivation, size_t endActivation,
                size_t firstWeight, llvm::ArrayRef<int64_t> sent,
                EventCounters &events);

  /// When the FIFO has room for the vector `ahead` places after the next one.
  int64_t roomFrom(int64_t ahead) const { return fifo.roomFrom(ahead); }

private:
  /// The products of one batch. Returns how many reached an accumulator.
  template <bool contention, bool inside>
  int64_t products(llvm::ArrayRef<Operand> activations,
                   llvm::ArrayRef<Operand> weights, int64_t shift);

  const Machine &machine;
  PECounters &counters;
  BankTimes banks;
  /// When each of the vectors taken last was freed.
  RecentTimes fifo;
  std::vector<int64_t> *sums = nullptr;
  Range reachRows, reachCols;
  bool worked = false;
  int64_t lastIssue = 0;
  int64_t readyAt = 0;
};

} // namespace scnn::sim::fast

#endif // SCNN_LIB_SIMULATOR_FAST_FASTPE_H
