//===- EnergyPrices.cpp - The table of energy prices ----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Machine/EnergyPrices.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace scnn;

llvm::StringRef scnn::energyUnitName(EnergyUnit unit) {
  static constexpr llvm::StringLiteral names[kNumEnergyUnits] = {
      "dram",           "weight_broadcast", "weight_fifo",
      "activation_ram", "multiplier_array", "scatter_network",
      "accumulators",   "halo_links",       "ppu"};
  return names[size_t(unit)];
}

static constexpr PriceField kPrices[kNumPrices] = {
    {Price::DramBit, "dram_bit", EnergyUnit::Dram, 8'000'000,
     "a bit read from or written to DRAM"},
    {Price::NocBit, "noc_bit", EnergyUnit::WeightBroadcast, 3'698,
     "a bit through one node of the weight broadcast's 1-to-4 tree"},
    {Price::FifoReadBit, "fifo_read_bit", EnergyUnit::WeightFifo, 7'721,
     "a bit read from a weight FIFO"},
    {Price::FifoWriteBit, "fifo_write_bit", EnergyUnit::WeightFifo, 12'289,
     "a bit written to a weight FIFO"},
    {Price::ActivationRamReadBit, "activation_ram_read_bit",
     EnergyUnit::ActivationRam, 16'660, "a bit read from an activation RAM"},
    {Price::ActivationRamWriteBit, "activation_ram_write_bit",
     EnergyUnit::ActivationRam, 18'615, "a bit written to an activation RAM"},
    {Price::BlockCountAccess, "block_count_access", EnergyUnit::ActivationRam,
     25'056, "a read or write of the count of a block's elements"},
    {Price::Multiply, "multiply", EnergyUnit::MultiplierArray, 375'840,
     "a 16 x 16 bit multiplication"},
    {Price::GatedMultiply, "gated_multiply", EnergyUnit::MultiplierArray,
     11'484, "a multiplication that is gated, since an operand is zero"},
    {Price::Coordinate, "coordinate", EnergyUnit::ScatterNetwork, 20'880,
     "the accumulator address of a product"},
    {Price::CrossbarProduct, "crossbar_product", EnergyUnit::ScatterNetwork,
     314'330, "a product, with its address, through the scatter crossbar"},
    {Price::Add, "add", EnergyUnit::Accumulators, 13'050,
     "an addition of accumulator width"},
    {Price::AccumulatorAccess, "accumulator_access", EnergyUnit::Accumulators,
     66'033, "a read or a write of an accumulator"},
    {Price::HaloHop, "halo_hop", EnergyUnit::HaloLinks, 88'752,
     "an exchanged value over one link between PEs"},
    {Price::PpuElement, "ppu_element", EnergyUnit::Ppu, 629'793,
     "a sum drained and requantized"},
};

llvm::ArrayRef<PriceField> scnn::priceFields() { return kPrices; }

const PriceField *scnn::findPriceField(llvm::StringRef name) {
  const PriceField *field = llvm::find_if(
      kPrices, [&](const PriceField &f) { return f.name == name; });
  return field == std::end(kPrices) ? nullptr : field;
}

EnergyPrices::EnergyPrices() {
  for (const PriceField &field : kPrices)
    (*this)[field.price] = field.attojoules;
}

static constexpr int64_t kDecimals = 6;
static constexpr int64_t kAttojoulesPerPicojoule = 1'000'000;

std::string scnn::formatPrice(int64_t attojoules) {
  std::string decimals = std::to_string(attojoules % kAttojoulesPerPicojoule);
  return llvm::formatv("{0}.{1}{2}", attojoules / kAttojoulesPerPicojoule,
                       std::string(kDecimals - decimals.size(), '0'), decimals);
}

std::optional<int64_t> scnn::parsePrice(llvm::StringRef text) {
  auto [whole, decimals] = text.split('.');
  bool hasPoint = text.contains('.');
  if (whole.empty() || (hasPoint && decimals.empty()) ||
      decimals.size() > kDecimals || !llvm::all_of(whole, llvm::isDigit) ||
      !llvm::all_of(decimals, llvm::isDigit))
    return std::nullopt;
  std::string digits = (whole + decimals).str();
  digits.append(kDecimals - decimals.size(), '0');
  int64_t attojoules;
  if (llvm::StringRef(digits).getAsInteger(10, attojoules) ||
      attojoules > kMaxPrice)
    return std::nullopt;
  return attojoules;
}
