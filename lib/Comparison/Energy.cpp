//===- Energy.cpp - Events times prices -----------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Comparison/Energy.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace scnn;

int64_t Energy::of(EnergyUnit unit) const {
  int64_t sum = 0;
  for (const PriceField &field : priceFields())
    if (field.unit == unit)
      sum += of(field.price);
  return sum;
}

int64_t Energy::total() const {
  return std::accumulate(byPrice.begin(), byPrice.end(), int64_t(0));
}

static llvm::Error tooMuch() {
  return llvm::createStringError("the energy exceeds 9.2 J, which is more than "
                                 "64 bits of attojoules hold: "
                                 "expected lower prices in energy_pj");
}

llvm::Error Energy::add(const Energy &other) {
  int64_t sum;
  if (llvm::AddOverflow(total(), other.total(), sum))
    return tooMuch();
  for (size_t price = 0; price < kNumPrices; ++price)
    byPrice[price] += other.byPrice[price];
  return llvm::Error::success();
}

llvm::Expected<Energy> scnn::energyOf(const PricedEvents &events,
                                      const EnergyPrices &prices) {
  Energy energy;
  int64_t total = 0;
  for (size_t price = 0; price < kNumPrices; ++price)
    if (llvm::MulOverflow(events[price], prices.attojoules[price],
                          energy.byPrice[price]) ||
        llvm::AddOverflow(total, energy.byPrice[price], total))
      return tooMuch();
  return energy;
}

int64_t scnn::broadcastNodes(int64_t pes) {
  return llvm::divideCeil(pes - 1, 3);
}

PricedEvents scnn::pricedEvents(const sim::EventCounters &events,
                                const Machine &machine) {
  PricedEvents counts{};
  auto count = [&](Price price) -> int64_t & { return counts[size_t(price)]; };
  // A vector is moved whole, however many elements it has.
  int64_t vectorBits = machine.weightsPerVector * machine.weightBits();
  int64_t activationBits = machine.activationBits();
  count(Price::DramBit) = events.dramWeightBitsRead +
                          events.dramActivationBitsRead +
                          events.dramActivationBitsWritten;
  count(Price::NocBit) =
      events.vectorsBroadcast * vectorBits * broadcastNodes(machine.numPEs());
  count(Price::FifoReadBit) = events.fifoReads * vectorBits;
  count(Price::FifoWriteBit) = events.fifoWrites * vectorBits;
  count(Price::ActivationRamReadBit) = events.ramElementReads * activationBits;
  count(Price::ActivationRamWriteBit) =
      events.ramElementWrites * activationBits;
  count(Price::BlockCountAccess) = events.blockCountAccesses;
  count(Price::Multiply) = events.multiplies;
  count(Price::Coordinate) = events.multiplies;
  count(Price::CrossbarProduct) = events.accumulations;
  count(Price::Add) = events.accumulations;
  count(Price::AccumulatorAccess) = 2 * events.accumulations;
  count(Price::HaloHop) = events.haloValueHops;
  count(Price::PpuElement) = events.ppuElements;
  return counts;
}
