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
  printEngines(report, totals, os);
}
