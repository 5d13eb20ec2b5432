//===- Counters.h - What the simulator counts -----------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Plain numbers, layer by layer. The rules are those of
// docs/simulation-model.md; both engines count the same.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_SIMULATOR_COUNTERS_H
#define SCNN_SIMULATOR_COUNTERS_H

#include "llvm/ADT/StringRef.h"
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace scnn::sim {

/// Where a PE's multiplier slots went (rule A1). The first four are slots of
/// issued batches, the others whole cycles.
enum class Cause : unsigned {
  Useful,
  Border,
  Placeholder,
  Fragmentation,
  BankConflict,
  Weights,
  Activations,
  Barrier,
  Ppu,
  NoWork,
};
inline constexpr size_t kNumCauses = 10;

/// The cause's name in reports, e.g. `bank_conflict`.
llvm::StringRef causeName(Cause cause);

/// One PE in one layer.
struct PECounters {
  /// Multiplier slots by cause; they add up to cycles x F x I.
  std::array<int64_t, kNumCauses> slots{};
  /// Batches issued.
  int64_t batches = 0;
  /// Stored elements of the convolutions' inputs: placeholders, replicas and
  /// spilled blocks included.
  int64_t inputElements = 0;
  /// Elements that the PPU wrote, likewise.
  int64_t outputElements = 0;

  int64_t &operator[](Cause cause) { return slots[size_t(cause)]; }
  int64_t operator[](Cause cause) const { return slots[size_t(cause)]; }
  PECounters &operator+=(const PECounters &other);
  bool operator==(const PECounters &other) const;
};

/// Events, for energy and traffic (rule A3), over all PEs.
struct EventCounters {
  int64_t dramWeightBitsRead = 0;
  int64_t dramActivationBitsRead = 0;
  int64_t dramActivationBitsWritten = 0;
  /// Vectors sent over the broadcast; once, however many PEs take them.
  int64_t vectorsBroadcast = 0;
  /// Vectors written to a FIFO, over all PEs.
  int64_t fifoWrites = 0;
  /// Vectors read from a FIFO: one each batch.
  int64_t fifoReads = 0;
  /// Elements read from the activation RAMs: by the multiplier arrays (where
  /// spilled ones, streamed in, count as well), and to store tensors.
  int64_t ramElementReads = 0;
  /// Elements written to the activation RAMs: by the PPU, and loaded.
  int64_t ramElementWrites = 0;
  /// Reads and writes of the counts of blocks' elements beside the RAMs.
  int64_t blockCountAccesses = 0;
  /// Multiplications of two elements, those with placeholders included.
  int64_t multiplies = 0;
  /// Products that crossed the scatter network and were accumulated.
  int64_t accumulations = 0;
  /// Values times links in exchanges.
  int64_t haloValueHops = 0;
  /// Sums that the PPUs drained.
  int64_t ppuElements = 0;

  EventCounters &operator+=(const EventCounters &other);
  bool operator==(const EventCounters &other) const;
};

/// One layer, from `begin_layer` to `end_layer`.
struct LayerCounters {
  /// Index in the program's layer table.
  int64_t layer = 0;
  int64_t cycles = 0;
  int64_t groups = 0;
  /// In row-major order of the grid.
  std::vector<PECounters> pes;
  EventCounters events;
  /// Elements that tensors which the layer loaded or wrote have in DRAM only,
  /// because their regions of the RAMs are full.
  int64_t spilledElements = 0;
  /// The part of the DRAM activation bits that they cost, to come back and to
  /// get there.
  int64_t spilledBitsRead = 0, spilledBitsWritten = 0;
  /// Results that requantization cut at a 16-bit limit (rule V4).
  int64_t saturations = 0;
  /// Non-zeros and positions of the tensors that the layer's convolutions read
  /// (each once, without replicas): their ratio is the activation density.
  int64_t inputNonZeros = 0;
  int64_t inputPositions = 0;
  /// The same of the tensors, or parts of tensors, that the layer wrote.
  int64_t outputNonZeros = 0;
  int64_t outputPositions = 0;
  /// Non-zeros, and elements with placeholders, in the groups' weight images.
  int64_t weightNonZeros = 0;
  int64_t weightElements = 0;

  /// Sum over the PEs.
  int64_t slotsOf(Cause cause) const;
  /// Multiplications of two non-zeros: useful and border (rule A2).
  int64_t products() const {
    return slotsOf(Cause::Useful) + slotsOf(Cause::Border);
  }
  /// Multiplier slots of issued batches (rule A2).
  int64_t issuedSlots() const {
    return products() + slotsOf(Cause::Placeholder) +
           slotsOf(Cause::Fragmentation);
  }
  /// Adds what a further piece of the same layer did.
  LayerCounters &operator+=(const LayerCounters &other);
  bool operator==(const LayerCounters &other) const;
};

} // namespace scnn::sim

#endif // SCNN_SIMULATOR_COUNTERS_H
