//===- KernelsBody.h - The inner loops, for any instruction set -----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Included by one file for each instruction set, with SCNN_VECTOR_BYTES, the
// size of its registers, defined. All functions are local to that file, and
// none of another header is called: a linker that merges copies of a function
// would let code for one processor run on another.
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

namespace {

using namespace scnn::sim::fast;

template <typename T>
using VectorOf __attribute__((vector_size(SCNN_VECTOR_BYTES))) = T;

template <typename V> inline V load(const void *from) {
  V value;
  __builtin_memcpy(&value, from, sizeof(V));
  return value;
}

template <typename V> inline void store(void *to, V value) {
  __builtin_memcpy(to, &value, sizeof(V));
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

using Lanes = VectorOf<int32_t>;
constexpr int64_t kLanes = sizeof(Lanes) / sizeof(int32_t);

/// Registers of sums that stay out of memory while all terms pass. With 16
/// registers there is room for 11 beside weight, rounding, shift, products.
constexpr int kMostVectors = 11;

template <int vectors>
void accumulateVectors(const Term *begin, const Term *end, int shift,
                       const int32_t *images, int32_t *sums) {
  Lanes rounding = Lanes{} + ((int32_t(1) << shift) >> 1);
  Lanes held[vectors];
  for (int v = 0; v < vectors; ++v)
    held[v] = load<Lanes>(sums + v * kLanes);
  for (const Term *term = begin; term != end; ++term) {
    const int32_t *image = images + term->offset;
    for (int v = 0; v < vectors; ++v)
      held[v] +=
          (load<Lanes>(image + v * kLanes) * term->weight + rounding) >> shift;
  }
  for (int v = 0; v < vectors; ++v)
    store(sums + v * kLanes, held[v]);
}

void accumulate(const Term *begin, const Term *end, int shift,
                const int32_t *images, int32_t *sums, int64_t lanes) {
  for (int64_t vectors = lanes / kLanes; vectors > 0;) {
    int64_t now = vectors < kMostVectors ? vectors : kMostVectors;
    switch (now) {
#define SCNN_CASE(N)                                                           \
  case N:                                                                      \
    accumulateVectors<N>(begin, end, shift, images, sums);                            \
    break;
      SCNN_CASE(1)
      SCNN_CASE(2)
      SCNN_CASE(3)
      SCNN_CASE(4)
      SCNN_CASE(5)
      SCNN_CASE(6)
      SCNN_CASE(7)
      SCNN_CASE(8)
      SCNN_CASE(9)
      SCNN_CASE(10)
      SCNN_CASE(11)
#undef SCNN_CASE
    }
    images += now * kLanes;
    sums += now * kLanes;
    vectors -= now;
  }
}

//===----------------------------------------------------------------------===//
// Bank queues
//===----------------------------------------------------------------------===//

template <typename V> inline V saturatingSubtract(V from, V what) {
  return from > what ? from - what : V{};
}

template <typename V> inline bool isZero(V vector) {
  using Words = VectorOf<uint64_t>;
  Words words = (Words)vector;
#if __has_builtin(__builtin_reduce_or)
  return __builtin_reduce_or(words) == 0;
#else
  uint64_t any = 0;
  for (size_t i = 0; i < sizeof(Words) / sizeof(uint64_t); ++i)
    any |= words[i];
  return any == 0;
#endif
}

/// A PE's queues in registers or, if `fixedVectors` is 0, in memory.
template <typename Count, int fixedVectors> struct Queues {
  using V = VectorOf<Count>;
  static constexpr int64_t kCounts = sizeof(V) / sizeof(Count);

  V held[fixedVectors];
  Count *memory;

  Queues(Count *memory, int64_t) : memory(memory) {
    for (int v = 0; v < fixedVectors; ++v)
      held[v] = load<V>(memory + v * kCounts);
  }
  ~Queues() {
    for (int v = 0; v < fixedVectors; ++v)
      store(memory + v * kCounts, held[v]);
  }
  int64_t vectors() const { return fixedVectors; }
  V get(int64_t v) const { return held[v]; }
  void set(int64_t v, V value) { held[v] = value; }
};

template <typename Count> struct Queues<Count, 0> {
  using V = VectorOf<Count>;
  static constexpr int64_t kCounts = sizeof(V) / sizeof(Count);

  Count *memory;
  int64_t numVectors;

  Queues(Count *memory, int64_t counters)
      : memory(memory), numVectors(counters / kCounts) {}
  int64_t vectors() const { return numVectors; }
  V get(int64_t v) const { return load<V>(memory + v * kCounts); }
  void set(int64_t v, V value) { store(memory + v * kCounts, value); }
};

template <typename Count> inline Count saturated(int64_t value) {
  constexpr Count largest = Count(~Count(0));
  return value < int64_t(largest) ? Count(value) : largest;
}

/// So many cycles elapse.
template <typename Count, int fixedVectors>
inline void elapse(Queues<Count, fixedVectors> &queues, int64_t cycles) {
  using V = VectorOf<Count>;
  V by = V{} + saturated<Count>(cycles);
  for (int64_t v = 0; v < queues.vectors(); ++v)
    queues.set(v, saturatingSubtract(queues.get(v), by));
}

/// The most that any queue has beyond `depth`.
template <typename Count, int fixedVectors>
int64_t longestExcess(const Queues<Count, fixedVectors> &queues, Count depth) {
  using V = VectorOf<Count>;
  Count most = 0;
  for (int64_t v = 0; v < queues.vectors(); ++v) {
    V excess = saturatingSubtract(queues.get(v), V{} + depth);
#if __has_builtin(__builtin_reduce_max)
    Count here = __builtin_reduce_max(excess);
    most = here > most ? here : most;
#else
    for (size_t i = 0; i < sizeof(V) / sizeof(Count); ++i)
      most = excess[i] > most ? excess[i] : most;
#endif
  }
  return most;
}

/// One activation vector, whose histograms begin at `histograms`, with all
/// weight vectors.
template <typename Count, int fixedVectors, int fixedWeights, bool waits>
inline void runVector(const QueueShape &shape, const BatchRun &run,
                      const Count *histograms, const uint32_t *offsets,
                      Queues<Count, fixedVectors> &queues, QueueState &state) {
  using V = VectorOf<Count>;
  constexpr int64_t kCounts = sizeof(V) / sizeof(Count);
  int64_t weightsPerVector =
      fixedWeights != 0 ? fixedWeights : shape.weightsPerVector;
  V one = V{} + Count(1);
  Count depth = saturated<Count>(shape.depth);
  V depths = V{} + depth;
  int64_t readyAt = state.readyAt;
  for (size_t w = 0; w < run.numWeights; ++w, offsets += weightsPerVector) {
    if (waits && run.sent[w] >= readyAt) {
      // Usable in the cycle after (rule B2).
      int64_t cycles = run.sent[w] + 1 - readyAt;
      state.weightCycles += cycles;
      readyAt += cycles;
      elapse(queues, cycles);
    }
    V excess = {};
    for (int64_t v = 0; v < queues.vectors(); ++v) {
      const Count *from = histograms + v * kCounts;
      V queue = saturatingSubtract(queues.get(v), one);
      if constexpr (fixedWeights == 4) {
        queue += (load<V>(from + offsets[0]) + load<V>(from + offsets[1])) +
                 (load<V>(from + offsets[2]) + load<V>(from + offsets[3]));
      } else {
        for (int64_t i = 0; i < weightsPerVector; ++i)
          queue += load<V>(from + offsets[i]);
      }
      queues.set(v, queue);
      excess |= saturatingSubtract(queue, depths);
    }
    run.issued[w] = readyAt;
    ++readyAt;
    if (__builtin_expect(!isZero(excess), 0)) {
      // Right after the batch, a queue of more than `depth` holds up the next
      // one (rule X2).
      int64_t cycles = longestExcess(queues, depth);
      state.conflictCycles += cycles;
      readyAt += cycles;
      elapse(queues, cycles);
    }
  }
  state.readyAt = readyAt;
}

/// The histogram of a vector's non-zeros that `keeps` says.
template <typename Count, int fixedActivations, typename Keeps>
inline void writeHistogram(const QueueShape &shape, const int16_t *banks,
                           Keeps keeps, Count *histogram) {
  int64_t elements = fixedActivations != 0 ? fixedActivations
                                           : shape.activationsPerVector;
  if (sizeof(Count) == 1 && shape.banks == 32) {
    // As sums of vectors with a single 1: the histogram is read at once, and a
    // vector just written in smaller pieces would be slow to load. Elements
    // left out load the zeros behind: which they are is hard to predict.
    alignas(64) static constexpr uint8_t oneHot[96] = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    static_assert(32 - kNoBank + 32 <= sizeof(oneHot), "reads beyond");
    using V = VectorOf<uint8_t>;
    constexpr int vectors = 32 / sizeof(V);
    V sum[vectors] = {};
    for (int64_t i = 0; i < elements; ++i) {
      const uint8_t *from = oneHot + 32 - (keeps(i) ? banks[i] : kNoBank);
      for (int v = 0; v < vectors; ++v)
        sum[v] += load<V>(from + v * sizeof(V));
    }
    for (int v = 0; v < 2 * vectors; ++v)
      store(histogram + v * sizeof(V), sum[v % vectors]);
    return;
  }
  int64_t counters = shape.histogramCounters;
  for (int64_t i = 0; i < counters; ++i)
    histogram[i] = 0;
  for (int64_t i = 0; i < elements; ++i)
    if (banks[i] != kNoBank && keeps(i))
      for (int64_t at = banks[i]; at < counters; at += shape.banks)
        ++histogram[at];
}

/// The histograms of vector `a`, and zeros in front. Returns their end.
template <typename Count, int fixedActivations>
inline Count *writeHistograms(const QueueShape &shape, const BatchRun &run,
                              size_t a, Count *to) {
  using V = VectorOf<Count>;
  constexpr int64_t kCounts = sizeof(V) / sizeof(Count);
  for (int64_t i = 0; i < shape.counters; i += kCounts)
    store(to + i, V{});
  to += shape.histogramCounters;
  const int16_t *banks = run.banks + a * shape.activationsPerVector;
  int32_t firstPlace = run.firstPlaces[a];
  if (firstPlace < 0) {
    writeHistogram<Count, fixedActivations>(
        shape, banks, [](int64_t) { return true; }, to);
    return to + shape.histogramCounters;
  }
  const Place *places = run.places + firstPlace;
  uint32_t rows = run.reachRows, cols = run.reachCols;
  for (size_t w = 0; w < run.numClipPlaces; ++w) {
    Place weight = run.clipPlaces[w];
    writeHistogram<Count, fixedActivations>(
        shape, banks,
        [&](int64_t i) {
          // Unsigned: negative ones are too large.
          return (uint32_t(places[i].row - weight.row) < rows) &
                 (uint32_t(places[i].col - weight.col) < cols);
        },
        to);
    to += shape.histogramCounters;
  }
  return to;
}

/// `fixed…`: numbers known beforehand, or 0.
template <typename Count, int fixedVectors, int fixedWeights,
          int fixedActivations>
void runBatchesAs(const QueueShape &shape, const BatchRun &run,
                  QueueState &state) {
  // All histograms first: they have left the store queue when they are read
  // at other alignments.
  Count *to = static_cast<Count *>(run.histograms);
  for (size_t a = 0; a < run.numActivations; ++a)
    to = writeHistograms<Count, fixedActivations>(shape, run, a, to);

  Queues<Count, fixedVectors> queues(static_cast<Count *>(state.queues),
                                     shape.counters);
  const Count *histograms = static_cast<const Count *>(run.histograms);
  for (size_t a = 0; a < run.numActivations; ++a) {
    bool clips = run.firstPlaces[a] >= 0;
    const uint32_t *offsets = clips ? run.clipped : run.inside;
    if (run.sent[run.numWeights - 1] >= state.readyAt)
      runVector<Count, fixedVectors, fixedWeights, true>(
          shape, run, histograms, offsets, queues, state);
    else
      runVector<Count, fixedVectors, fixedWeights, false>(
          shape, run, histograms, offsets, queues, state);
    histograms += shape.histogramCounters *
                  (1 + (clips ? int64_t(run.numClipPlaces) : 1));
  }
}

void runBatches(const QueueShape &shape, const BatchRun &run,
                QueueState &state) {
  switch (shape.width) {
  case CounterWidth::Bits8:
    // The paper's PE.
    if (shape.banks == 32 && shape.weightsPerVector == 4 &&
        shape.activationsPerVector == 4)
      return runBatchesAs<uint8_t, 32 / SCNN_VECTOR_BYTES, 4, 4>(shape, run,
                                                                 state);
    return runBatchesAs<uint8_t, 0, 0, 0>(shape, run, state);
  case CounterWidth::Bits16:
    return runBatchesAs<uint16_t, 0, 0, 0>(shape, run, state);
  case CounterWidth::Bits32:
    return runBatchesAs<uint32_t, 0, 0, 0>(shape, run, state);
  }
}

} // namespace
