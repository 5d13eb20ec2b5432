//===- Report.h - What a run has counted, for people and scripts ----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_REPORT_REPORT_H
#define SCNN_REPORT_REPORT_H

#include "scnn/Comparison/Comparison.h"
#include "scnn/Machine/Machine.h"
#include "scnn/Simulator/Counters.h"
#include "scnn/Simulator/Timeline.h"
#include "scnn/Target/Program.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <optional>
#include <string>
#include <vector>

namespace scnn {

/// One layer of a run, in the order of execution.
struct LayerReport {
  /// For what ran on the host: the function's name and dense multiplications.
  Program::Layer layer;
  /// Absent for what ran on the host, which costs no accelerator cycles.
  std::optional<sim::LayerCounters> counters;
  sim::LayerTimeline timeline;
  /// What the host ran, and why.
  std::vector<Program::HostOperation> hostOperations;
  /// Zero for what ran on the host.
  Energy energy;

  bool onHost() const { return !counters; }
  /// Adds a further piece of the layer, which ran after those before.
  void add(const sim::LayerCounters &piece,
           const sim::LayerTimeline &pieceTimeline);
};

/// A run of a program.
struct RunReport {
  std::string program;
  /// `fast` or `cycle`.
  std::string engine;
  /// The machine that was simulated, overrides included.
  Machine machine;
  std::vector<LayerReport> layers;
  /// What was done in the place of the network around the layers of these
  /// names (`Program::Layer::setup`); in no total.
  std::vector<LayerReport> setup;
  /// What other machines spend on the accelerator layers, in order.
  std::vector<Comparison> comparisons;

  /// The accelerator layers, for other machines.
  std::vector<RunLayer> acceleratorLayers() const;
  /// Prices the layers' events. An error if that exceeds what can be counted.
  llvm::Error countEnergy();
};

/// The stats file; `docs/report.md` says what each field is, in which unit.
llvm::json::Value toJson(const RunReport &report);

/// The table of layers and totals for a terminal.
void printTable(const RunReport &report, llvm::raw_ostream &os);

/// Writes a Chrome/Perfetto trace: a track for each shared unit and each PE,
/// `docs/report.md` says what is on them. Times are in microseconds at the
/// machine's clock; `args` has the cycles. After `limit` slices the rest is left
/// out. Returns a sentence that says what, which is in the trace too; nothing if
/// the trace is whole.
std::string writeTrace(const RunReport &report, size_t limit,
                       llvm::raw_ostream &os);

} // namespace scnn

#endif // SCNN_REPORT_REPORT_H
