//===- Table.cpp - The table of layers ------------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Totals.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

using namespace scnn;
using sim::Cause;

/// The columns that say where PE cycles went, in per cent of all slots.
static constexpr std::pair<Cause, llvm::StringLiteral> kColumns[] = {
    {Cause::Useful, "useful"},         {Cause::Border, "border"},
    {Cause::Placeholder, "placeh."},   {Cause::Fragmentation, "fragm."},
    {Cause::BankConflict, "bank"},     {Cause::Weights, "weights"},
    {Cause::Activations, "activ."},    {Cause::Barrier, "barrier"},
    {Cause::Ppu, "ppu"},               {Cause::NoWork, "no work"}};

static constexpr size_t kNameWidth = 36;

/// Keeps the end of a long name: that is where layers differ.
static std::string shorten(llvm::StringRef name) {
  if (name.size() <= kNameWidth)
    return name.str();
  return "..." + name.take_back(kNameWidth - 3).str();
}

static void printRow(llvm::raw_ostream &os, llvm::StringRef name,
                     llvm::StringRef engine, const Figures &figures) {
  os << llvm::left_justify(shorten(name), kNameWidth) << "  "
     << llvm::left_justify(engine, 4)
     << llvm::format_decimal(figures.cycles, 11);
  if (figures.cycles == 0) {
    os << '\n';
    return;
  }
  os << llvm::format("%7.1f%8.3f%8.3f ", 100.0 * figures.utilization(),
                     figures.weightDensity(), figures.activationDensity());
  for (auto [cause, name] : kColumns)
    os << llvm::format("%8.1f", 100.0 * double(figures.slots[size_t(cause)]) /
                                    double(figures.allSlots()));
  os << '\n';
}

/// What ran where, and why.
static void printEngines(const RunReport &report, const Figures &totals,
                         llvm::raw_ostream &os) {
  os << llvm::formatv("{0:F1} % of the multiplies of convolutions and matrix "
                      "products ran on the accelerator\n",
                      100.0 * totals.acceleratorMacShare());
  for (const LayerReport &layer : report.layers)
    for (const Program::HostOperation &operation : layer.hostOperations)
      os << "on the host: " << layer.layer.name << ": " << operation.name
         << " (" << operation.reason << ")\n";
}

static constexpr double kAttojoulesPerMicrojoule = 1e12;

static void printEnergyRow(llvm::raw_ostream &os, llvm::StringRef name,
                           const Energy &energy) {
  os << llvm::left_justify(shorten(name), kNameWidth)
     << llvm::format("%14.3f", energy.total() / kAttojoulesPerMicrojoule);
  for (size_t unit = 0; unit < kNumEnergyUnits; ++unit) {
    int64_t part = energy.of(EnergyUnit(unit));
    os << llvm::format("%10.1f",
                       part ? 100.0 * part / double(energy.total()) : 0.0);
  }
  os << '\n';
}

/// Energy of the accelerator layers, and the share of each unit.
static void printEnergy(const RunReport &report, const Figures &totals,
                        llvm::raw_ostream &os) {
  os << '\n'
     << llvm::left_justify("energy, and % of it in", kNameWidth)
     << llvm::right_justify("uJ", 14);
  for (llvm::StringRef unit : {"DRAM", "broadcast", "FIFO", "act. RAM",
                               "multipl.", "scatter", "accum.", "halos", "ppu"})
    os << llvm::right_justify(unit, 10);
  os << '\n';
  for (const LayerReport &layer : report.layers)
    if (!layer.onHost())
      printEnergyRow(os, layer.layer.name, layer.energy);
  printEnergyRow(os, "total", totals.energy);
}

/// Cycles and energy of a machine, and how many times the simulated machine's.
static void printCost(llvm::raw_ostream &os, llvm::StringRef name,
                      const LayerCost &cost, const LayerCost &simulated) {
  os << llvm::left_justify(shorten(name), kNameWidth)
     << llvm::format_decimal(cost.cycles, 14)
     << llvm::format("%10.3f", simulated.cycles ? double(cost.cycles) /
                                                      double(simulated.cycles)
                                                : 0.0);
  if (cost.energy && simulated.energy->total() > 0)
    os << llvm::format(
        "%16.3f%10.3f", cost.energy->total() / kAttojoulesPerMicrojoule,
        double(cost.energy->total()) / double(simulated.energy->total()));
  os << '\n';
}

static void printComparisons(const RunReport &report, const Figures &totals,
                             llvm::raw_ostream &os) {
  os << '\n'
     << llvm::left_justify("all accelerator layers on", kNameWidth)
     << llvm::right_justify("cycles", 14) << llvm::right_justify("ratio", 10)
     << llvm::right_justify("uJ", 16) << llvm::right_justify("ratio", 10)
     << '\n';
  LayerCost simulated{totals.cycles, 0, 0, totals.energy};
  printCost(os, "the simulated machine", simulated, simulated);
  for (const Comparison &comparison : report.comparisons)
    printCost(os, comparison.name, totalsOf(comparison), simulated);
}

/// What was done in the place of the network around.
static void printSetup(const RunReport &report, llvm::raw_ostream &os) {
  if (report.setup.empty())
    return;
  Figures setup;
  for (const LayerReport &layer : report.setup)
    setup.add(layer);
  os << llvm::formatv(
      "set-up, in no figure above: {0} cycles to place inputs of {1} layers in "
      "the RAMs and to fetch their results ({2} bytes read, {3} written)\n",
      setup.cycles, report.setup.size(),
      setup.events.dramActivationBitsRead / 8,
      setup.events.dramActivationBitsWritten / 8);
}

void scnn::printTable(const RunReport &report, llvm::raw_ostream &os) {
  os << llvm::left_justify("layer", kNameWidth)
     << "  eng.     cycles  util%  w.dens  a.dens ";
  for (auto [cause, name] : kColumns)
    os << llvm::right_justify(name, 8);
  os << "\n";
  for (const LayerReport &layer : report.layers)
    printRow(os, layer.layer.name, layer.onHost() ? "host" : "scnn",
             figuresOf(layer));
  Figures totals = totalsOf(report);
  printRow(os, "total", "", totals);
  os << llvm::formatv(
      "\n{0} cycles = {1:F3} ms at {2} MHz; {3} of {4} dense multiplies met "
      "two non-zeros; {5} saturations\n",
      totals.cycles, double(totals.cycles) / (1000.0 * report.machine.clockMHz),
      report.machine.clockMHz, totals.products,
      totals.acceleratorMacs, totals.saturations);
  const sim::EventCounters &events = totals.events;
  os << llvm::formatv(
      "DRAM: {0} bytes of weights and {1} of activations read, {2} of "
      "activations written\n",
      events.dramWeightBitsRead / 8, events.dramActivationBitsRead / 8,
      events.dramActivationBitsWritten / 8);
  if (totals.spilledElements > 0)
    os << llvm::formatv(
        "spilled: {0} activation elements did not fit the RAMs, and cost {1} "
        "bytes written and {2} read\n",
        totals.spilledElements, totals.spilledBitsWritten / 8,
        totals.spilledBitsRead / 8);
  printSetup(report, os);
  printEngines(report, totals, os);
  printEnergy(report, totals, os);
  if (!report.comparisons.empty())
    printComparisons(report, totals, os);
}
