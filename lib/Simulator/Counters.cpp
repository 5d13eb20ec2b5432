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

/// Works for counters and constant counters.
template <typename Events> static auto fieldsOfEvents(Events &e) {
  return std::tie(e.dramWeightBitsRead, e.dramActivationBitsRead,
                  e.dramActivationBitsWritten, e.vectorsBroadcast, e.fifoWrites,
                  e.fifoReads, e.ramElementReads, e.ramElementWrites,
                  e.blockCountAccesses, e.multiplies, e.accumulations, e.haloValueHops,
                  e.ppuElements);
}

/// All that adds up over pieces but the PEs' counters.
template <typename Layer> static auto fieldsOfLayer(Layer &l) {
  return std::tie(l.cycles, l.groups, l.events, l.spilledElements,
                  l.spilledBitsRead, l.spilledBitsWritten, l.saturations,
                  l.inputNonZeros, l.inputPositions, l.outputNonZeros, l.outputPositions,
                  l.weightNonZeros, l.weightElements);
}

template <typename To, typename From, size_t... Index>
static void addFields(To to, From from, std::index_sequence<Index...>) {
  ((std::get<Index>(to) += std::get<Index>(from)), ...);
}

PECounters &PECounters::operator+=(const PECounters &other) {
  for (size_t cause = 0; cause < kNumCauses; ++cause)
    slots[cause] += other.slots[cause];
  batches += other.batches;
  inputElements += other.inputElements;
  outputElements += other.outputElements;
  return *this;
}

EventCounters &EventCounters::operator+=(const EventCounters &other) {
  auto to = fieldsOfEvents(*this);
  addFields(to, fieldsOfEvents(other),
            std::make_index_sequence<std::tuple_size_v<decltype(to)>>());
  return *this;
}

bool EventCounters::operator==(const EventCounters &other) const {
  return fieldsOfEvents(*this) == fieldsOfEvents(other);
}

LayerCounters &LayerCounters::operator+=(const LayerCounters &other) {
  auto to = fieldsOfLayer(*this);
  addFields(to, fieldsOfLayer(other),
            std::make_index_sequence<std::tuple_size_v<decltype(to)>>());
  for (size_t pe = 0; pe < pes.size(); ++pe)
    pes[pe] += other.pes[pe];
  return *this;
}

bool LayerCounters::operator==(const LayerCounters &other) const {
  return layer == other.layer && pes == other.pes &&
         fieldsOfLayer(*this) == fieldsOfLayer(other);
}

int64_t LayerCounters::slotsOf(Cause cause) const {
  int64_t sum = 0;
  for (const PECounters &pe : pes)
    sum += pe[cause];
  return sum;
}
