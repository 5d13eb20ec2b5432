//===- Kernels.h - The fast engine's inner loops --------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Values and bank queues are simulated apart: sums do not depend on the order
// of their products, and times not on the values. Each has a loop of its own
// here, on plain arrays, compiled once for each instruction set. Which one
// runs is chosen at run time; all give the same results.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_SIMULATOR_FAST_KERNELS_H
#define SCNN_LIB_SIMULATOR_FAST_KERNELS_H

#include "scnn/Machine/Machine.h"
#include "llvm/ADT/ArrayRef.h"
#include <cstddef>
#include <cstdint>

namespace scnn::sim::fast {

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// Sums are padded to a multiple of so many.
inline constexpr int64_t kLaneAlignment = 8;

/// A weight as the value loop takes it.
struct Term {
  /// In the activation images: what goes to sum 0; sum i takes the one that is
  /// i further.
  uint32_t offset;
  int32_t weight;
};

/// The largest product shift for which rounding does not overflow 32 bits.
inline constexpr int64_t kMaxNarrowShift = 30;

/// Adds to each of `lanes` sums (a multiple of `kLaneAlignment`), modulo 2^32,
/// its product with each of the terms, rounded by a right shift (rule V1).
using AccumulateFn = void (*)(const Term *begin, const Term *end, int shift,
                              const int32_t *images, int32_t *sums,
                              int64_t lanes);

//===----------------------------------------------------------------------===//
// Bank queues
//===----------------------------------------------------------------------===//
//
// A PE's queues are an array of counters. The products of an activation vector
// with one weight fill the banks in the same pattern for every weight, only
// rotated: bank = (activation's address + weight's address) mod banks. So an
// activation vector becomes a histogram over the banks, written down often
// enough in a row that loading it from a further place is rotating it.
// Counters beyond the last bank repeat the first ones and never differ from
// them.

/// In the place of a bank: no non-zero.
inline constexpr int16_t kNoBank = -32;

/// Row and column of an activation, counted from the first ones that the PE
/// reaches: a product's place is the difference of activation and weight.
struct Place {
  int32_t row, col;
};

/// Widths of counters. The smallest that never overflows is used.
enum class CounterWidth { Bits8, Bits16, Bits32 };

/// The machine's queues.
struct QueueShape {
  explicit QueueShape(const Machine &machine);

  int64_t banks;
  /// 0: unlimited, there are no queues.
  int64_t depth;
  int64_t weightsPerVector, activationsPerVector;
  CounterWidth width;

  /// Of a PE, those that repeat others included.
  int64_t counters;
  /// Of a histogram: enough for every rotation.
  int64_t histogramCounters;

  int64_t bytes(int64_t counters) const { return counters << int(width); }
};

/// The longest of a PE's queues.
int64_t longestQueue(const QueueShape &shape, const void *queues);

/// A PE between two batches.
struct QueueState {
  /// `QueueShape::counters` of them, as they are one cycle before `readyAt`.
  void *queues;
  /// From when on the next batch can be issued (rule X2).
  int64_t readyAt;
  int64_t conflictCycles, weightCycles;
};

/// A PE's batches with (a part of) a block: all activation vectors in turn,
/// each with all weight vectors (rule M1).
struct BatchRun {
  size_t numActivations;
  /// By vector and element: accumulator address mod banks, or `kNoBank`.
  const int16_t *banks;
  /// By vector: if products with some weights are dropped, its first element in
  /// `places`; else negative.
  const int32_t *firstPlaces;
  const Place *places;
  /// Rows and columns that the PE reaches.
  int64_t reachRows, reachCols;

  /// By weight, padded to whole vectors: where in an activation vector's
  /// histograms the one for this weight begins. `inside` for vectors of which
  /// nothing is dropped, which have one; `clipped` for others, which have one
  /// for each class of filter positions with the same products dropped.
  /// Placeholders and padding have 0, where no counts are.
  const uint32_t *inside, *clipped;
  /// Of each class, the place of one.
  const Place *clipPlaces;
  size_t numClipPlaces;
  size_t numWeights;
  /// By weight vector: when it was sent, ascending.
  const int64_t *sent;
  /// By weight vector: takes the cycle of its last batch.
  int64_t *issued;
  /// Room for the histograms of all activation vectors, and before those of
  /// each for one of zeros.
  void *histograms;
};

/// Takes the PE through the batches.
using RunBatchesFn = void (*)(const QueueShape &shape, const BatchRun &run,
                              QueueState &state);

//===----------------------------------------------------------------------===//
// Instruction sets
//===----------------------------------------------------------------------===//

struct Kernels {
  /// E.g. `avx2`.
  const char *name;
  AccumulateFn accumulate;
  RunBatchesFn runBatches;
};

#ifdef __x86_64__
extern const Kernels kAVX2Kernels;
#endif

/// Those that this processor can run, the fastest one first. The last one is
/// portable.
llvm::ArrayRef<Kernels> kernels();

} // namespace scnn::sim::fast

#endif // SCNN_LIB_SIMULATOR_FAST_KERNELS_H
