//===- Energy.h - Events times prices -------------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How much energy counted events take; docs/energy.md says which event pays
// which price.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_COMPARISON_ENERGY_H
#define SCNN_COMPARISON_ENERGY_H

#include "scnn/Machine/Machine.h"
#include "scnn/Simulator/Counters.h"

namespace scnn {

/// How often each price is paid.
using PricedEvents = std::array<int64_t, kNumPrices>;

/// Energy in attojoules (10^-18 J). Each price is paid in one unit, so that
/// units and prices have the same total.
struct Energy {
  std::array<int64_t, kNumPrices> byPrice{};

  int64_t of(Price price) const { return byPrice[size_t(price)]; }
  int64_t of(EnergyUnit unit) const;
  int64_t total() const;
  /// Adds up; an error if the total exceeds 64 bits (9.2 J).
  llvm::Error add(const Energy &other);
};

/// An error if the total exceeds 64 bits (9.2 J).
llvm::Expected<Energy> energyOf(const PricedEvents &events,
                                const EnergyPrices &prices);

/// What an SCNN machine pays for a layer's events.
PricedEvents pricedEvents(const sim::EventCounters &events,
                          const Machine &machine);

/// Nodes of a tree of 1-to-4 nodes that brings a bit to so many PEs.
int64_t broadcastNodes(int64_t pes);

} // namespace scnn

#endif // SCNN_COMPARISON_ENERGY_H
