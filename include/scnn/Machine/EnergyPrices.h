//===- EnergyPrices.h - What each event costs -----------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The energy of each kind of event, and the unit of the machine that spends it;
// docs/energy.md derives the numbers.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_MACHINE_ENERGYPRICES_H
#define SCNN_MACHINE_ENERGYPRICES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace scnn {

/// Units of a machine that spend energy.
enum class EnergyUnit : unsigned {
  Dram,
  WeightBroadcast,
  WeightFifo,
  ActivationRam,
  MultiplierArray,
  ScatterNetwork,
  Accumulators,
  HaloLinks,
  Ppu,
};
inline constexpr size_t kNumEnergyUnits = 9;

/// The unit's name in reports, e.g. `weight_fifo`.
llvm::StringRef energyUnitName(EnergyUnit unit);

/// Kinds of events that cost energy.
enum class Price : unsigned {
  DramBit,
  NocBit,
  FifoReadBit,
  FifoWriteBit,
  ActivationRamReadBit,
  ActivationRamWriteBit,
  BlockCountAccess,
  Multiply,
  GatedMultiply,
  Coordinate,
  CrossbarProduct,
  Add,
  AccumulatorAccess,
  HaloHop,
  PpuElement,
};
inline constexpr size_t kNumPrices = 15;

/// Describes a price: the one table from which YAML, JSON and reports are made.
struct PriceField {
  Price price;
  llvm::StringLiteral name;
  /// Each price is paid in one unit.
  EnergyUnit unit;
  /// Of the paper's SCNN, in attojoules (10^-6 pJ).
  int64_t attojoules;
  llvm::StringLiteral summary;
};

/// In the order of `Price`.
llvm::ArrayRef<PriceField> priceFields();

/// The field of that name, or null.
const PriceField *findPriceField(llvm::StringRef name);

/// Attojoules per event; the defaults are the paper's SCNN in 16 nm, as
/// estimated in docs/energy.md. Whole numbers, so that sums are exact.
struct EnergyPrices {
  EnergyPrices();

  int64_t &operator[](Price price) { return attojoules[size_t(price)]; }
  int64_t operator[](Price price) const { return attojoules[size_t(price)]; }
  bool operator==(const EnergyPrices &other) const {
    return attojoules == other.attojoules;
  }
  bool operator!=(const EnergyPrices &other) const { return !(*this == other); }

  std::array<int64_t, kNumPrices> attojoules;
};

/// The largest price: 10^6 pJ.
inline constexpr int64_t kMaxPrice = 1'000'000'000'000;

/// A price as it is written in a description: in pJ, with six decimals.
std::string formatPrice(int64_t attojoules);
/// The attojoules of a decimal in pJ; nothing unless it has at most six
/// decimals and is within 0 and `kMaxPrice`.
std::optional<int64_t> parsePrice(llvm::StringRef text);

} // namespace scnn

#endif // SCNN_MACHINE_ENERGYPRICES_H
