//===- Counters.cpp - What the simulator counts ---------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Simulator/Counters.h"
#include <tuple>

using namespace scnn::sim;

llvm::StringRef scnn::sim::causeName(Cause cause) {
  static constexpr llvm::StringLiteral names[kNumCauses] = {
      "useful",  "border",      "placeholder", "fragmentation", "bank_conflict",
      "weights", "activations", "barrier",     "ppu",           "no_work"};
  return names[size_t(cause)];
}

bool PECounters::operator==(const PECounters &other) const {
  return slots == other.slots && batches == other.batches &&
         inputElements == other.inputElements &&
         outputElements == other.outputElements;
}

static auto fieldsOf(const EventCounters &e) {
  return std::tie(e.dramWeightBitsRead, e.dramActivationBitsRead,
                  e.dramActivationBitsWritten, e.vectorsBroadcast, e.fifoWrites,
                  e.fifoReads, e.ramElementReads, e.ramElementWrites,
                  e.multiplies, e.accumulations, e.haloValueHops,
                  e.ppuElements);
}

bool EventCounters::operator==(const EventCounters &other) const {
  return fieldsOf(*this) == fieldsOf(other);
}

static auto fieldsOf(const LayerCounters &l) {
  return std::tie(l.layer, l.cycles, l.groups, l.pes, l.events, l.saturations,
                  l.inputNonZeros, l.inputPositions, l.outputNonZeros,
                  l.outputPositions, l.weightNonZeros, l.weightElements);
}

bool LayerCounters::operator==(const LayerCounters &other) const {
  return fieldsOf(*this) == fieldsOf(other);
}

int64_t LayerCounters::slotsOf(Cause cause) const {
  int64_t sum = 0;
  for (const PECounters &pe : pes)
    sum += pe[cause];
  return sum;
}
