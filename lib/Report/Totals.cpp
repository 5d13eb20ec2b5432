//===- Totals.cpp - Figures of a layer and of a run -----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Totals.h"

#include <numeric>

using namespace scnn;

namespace {
struct EventName {
  llvm::StringLiteral name;
  int64_t sim::EventCounters::*member;
};
} // namespace

static constexpr EventName kEvents[] = {
    {"dram_weight_bits_read", &sim::EventCounters::dramWeightBitsRead},
    {"dram_activation_bits_read", &sim::EventCounters::dramActivationBitsRead},
    {"dram_activation_bits_written",
     &sim::EventCounters::dramActivationBitsWritten},
    {"vectors_broadcast", &sim::EventCounters::vectorsBroadcast},
    {"fifo_writes", &sim::EventCounters::fifoWrites},
    {"fifo_reads", &sim::EventCounters::fifoReads},
    {"ram_element_reads", &sim::EventCounters::ramElementReads},
    {"ram_element_writes", &sim::EventCounters::ramElementWrites},
    {"block_count_accesses", &sim::EventCounters::blockCountAccesses},
    {"multiplies", &sim::EventCounters::multiplies},
    {"accumulations", &sim::EventCounters::accumulations},
    {"halo_value_hops", &sim::EventCounters::haloValueHops},
    {"ppu_elements", &sim::EventCounters::ppuElements},
};

std::vector<std::pair<llvm::StringRef, int64_t>>
scnn::eventsOf(const sim::EventCounters &events) {
  std::vector<std::pair<llvm::StringRef, int64_t>> result;
  for (const EventName &event : kEvents)
    result.emplace_back(event.name, events.*event.member);
  return result;
}

void Figures::add(const LayerReport &layer) {
  denseMacs += layer.layer.denseMacs;
  if (layer.onHost())
    return;
  const sim::LayerCounters &counters = *layer.counters;
  cycles += counters.cycles;
  acceleratorMacs += layer.layer.denseMacs;
  products += counters.products();
  issuedSlots += counters.issuedSlots();
  for (size_t cause = 0; cause < sim::kNumCauses; ++cause)
    slots[cause] += counters.slotsOf(sim::Cause(cause));
  weights += layer.layer.weights;
  nonzeroWeights += layer.layer.nonzeroWeights;
  inputPositions += counters.inputPositions;
  inputNonZeros += counters.inputNonZeros;
  outputPositions += counters.outputPositions;
  outputNonZeros += counters.outputNonZeros;
  saturations += counters.saturations;
  spilledElements += counters.spilledElements;
  spilledBitsRead += counters.spilledBitsRead;
  spilledBitsWritten += counters.spilledBitsWritten;
  events += counters.events;
  // `RunReport::countEnergy` has added them up before.
  llvm::cantFail(energy.add(layer.energy));
}

std::vector<RunLayer> RunReport::acceleratorLayers() const {
  std::vector<RunLayer> accelerated;
  for (const LayerReport &layer : layers)
    if (!layer.onHost())
      accelerated.push_back({layer.layer, *layer.counters});
  return accelerated;
}

llvm::Error RunReport::countEnergy() {
  Energy total;
  for (LayerReport &layer : layers) {
    if (layer.onHost())
      continue;
    auto energy = energyOf(pricedEvents(layer.counters->events, machine),
                           machine.prices);
    if (!energy)
      return energy.takeError();
    layer.energy = *energy;
    if (llvm::Error error = total.add(layer.energy))
      return error;
  }
  return llvm::Error::success();
}

LayerCost scnn::totalsOf(const Comparison &comparison) {
  LayerCost total;
  for (const LayerCost &layer : comparison.layers)
    // `compare` has added them up before.
    llvm::cantFail(total.add(layer));
  return total;
}

void LayerReport::add(const sim::LayerCounters &piece,
                      const sim::LayerTimeline &pieceTimeline) {
  *counters += piece;
  timeline.append(pieceTimeline);
}

int64_t Figures::allSlots() const {
  return std::accumulate(slots.begin(), slots.end(), int64_t(0));
}

static double ratio(int64_t part, int64_t whole) {
  return whole ? double(part) / double(whole) : 0.0;
}

double Figures::utilization() const {
  return ratio(slots[size_t(sim::Cause::Useful)], allSlots());
}

double Figures::weightDensity() const { return ratio(nonzeroWeights, weights); }

double Figures::activationDensity() const {
  return ratio(inputNonZeros, inputPositions);
}

double Figures::outputDensity() const {
  return ratio(outputNonZeros, outputPositions);
}

double Figures::acceleratorMacShare() const {
  return denseMacs ? ratio(acceleratorMacs, denseMacs) : 1.0;
}

Figures scnn::figuresOf(const LayerReport &layer) {
  Figures figures;
  figures.add(layer);
  return figures;
}

Figures scnn::totalsOf(const RunReport &report) {
  Figures totals;
  for (const LayerReport &layer : report.layers)
    totals.add(layer);
  return totals;
}
