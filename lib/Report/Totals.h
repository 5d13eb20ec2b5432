//===- Totals.h - Figures of a layer and of a run -------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_REPORT_TOTALS_H
#define SCNN_LIB_REPORT_TOTALS_H

#include "scnn/Report/Report.h"

namespace scnn {

/// What both stats file and table say of a layer, and of all layers together.
struct Figures {
  int64_t cycles = 0;
  /// On accelerator and host, and on the accelerator alone.
  int64_t denseMacs = 0, acceleratorMacs = 0;
  /// Multiplies of two non-zeros, and slots of issued batches (rule A2).
  int64_t products = 0;
  int64_t issuedSlots = 0;
  /// Slots by cause; they add up to cycles x PEs x F x I.
  std::array<int64_t, sim::kNumCauses> slots{};
  int64_t weights = 0, nonzeroWeights = 0;
  int64_t inputPositions = 0, inputNonZeros = 0;
  int64_t outputPositions = 0, outputNonZeros = 0;
  int64_t saturations = 0;
  /// Elements that did not fit the RAMs, and the DRAM bits that they cost.
  int64_t spilledElements = 0, spilledBitsRead = 0, spilledBitsWritten = 0;
  sim::EventCounters events;
  Energy energy;

  void add(const LayerReport &layer);

  int64_t allSlots() const;
  /// Share of all multiplier slots that gave a useful product.
  double utilization() const;
  double weightDensity() const;
  double activationDensity() const;
  double outputDensity() const;
  /// Share of the dense multiplications that the accelerator did; 1 if there
  /// are none.
  double acceleratorMacShare() const;
};

Figures figuresOf(const LayerReport &layer);
Figures totalsOf(const RunReport &report);

/// What a machine spends on all layers together.
LayerCost totalsOf(const Comparison &comparison);

/// Name and value of every event counter.
std::vector<std::pair<llvm::StringRef, int64_t>>
eventsOf(const sim::EventCounters &events);

} // namespace scnn

#endif // SCNN_LIB_REPORT_TOTALS_H
