//===- Trace.cpp - Chrome/Perfetto trace ----------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Report/Report.h"

#include "llvm/Support/FormatVariadic.h"

using namespace scnn;
using llvm::json::Array;
using llvm::json::Object;
using llvm::json::Value;

namespace {

/// Collects slices up to a limit.
class TraceWriter {
public:
  TraceWriter(const Machine &machine, size_t maxEvents)
      : machine(machine), maxEvents(maxEvents) {}

  void nameTrack(int64_t track, std::string name) {
    events.push_back(Object{{"ph", "M"},
                            {"pid", 0},
                            {"tid", track},
                            {"name", "thread_name"},
                            {"args", Object{{"name", std::move(name)}}}});
  }

  void slice(int64_t track, std::string name, int64_t base, sim::Span span,
             Object args) {
    if (span.end <= span.begin)
      return;
    if (slices == maxEvents) {
      ++leftOut;
      return;
    }
    ++slices;
    args["begin_cycle"] = base + span.begin;
    args["cycles"] = span.end - span.begin;
    events.push_back(Object{{"ph", "X"},
                            {"pid", 0},
                            {"tid", track},
                            {"name", std::move(name)},
                            {"ts", microseconds(base + span.begin)},
                            {"dur", microseconds(span.end - span.begin)},
                            {"args", std::move(args)}});
  }

  Value finish(const RunReport &report, int64_t cycles) {
    Object other{{"program", report.program},
                 {"engine", report.engine},
                 {"cycles", cycles},
                 {"slices", int64_t(slices)},
                 {"slices_left_out", int64_t(leftOut)}};
    return Object{{"displayTimeUnit", "ns"},
                  {"traceEvents", std::move(events)},
                  {"otherData", std::move(other)}};
  }

private:
  const Machine &machine;
  size_t maxEvents, slices = 0, leftOut = 0;
  Array events;

  double microseconds(int64_t cycles) const {
    return double(cycles) / double(machine.clockMHz);
  }
};

} // namespace

static llvm::StringRef stepName(sim::PpuStep::Kind kind) {
  switch (kind) {
  case sim::PpuStep::ExchangeAdd:
    return "exchange add";
  case sim::PpuStep::Drain:
    return "drain";
  case sim::PpuStep::ExchangeMax:
    return "exchange max";
  case sim::PpuStep::ExchangeCopy:
    return "exchange copy";
  }
  return "";
}

static llvm::StringRef transferName(sim::DramTransfer::Kind kind) {
  switch (kind) {
  case sim::DramTransfer::LoadActivations:
    return "load activations";
  case sim::DramTransfer::Weights:
    return "weights";
  case sim::DramTransfer::StoreActivations:
    return "store activations";
  case sim::DramTransfer::SpillActivations:
    return "spill activations";
  case sim::DramTransfer::StreamActivations:
    return "stream spilled activations";
  }
  return "";
}

Value scnn::toTrace(const RunReport &report, size_t maxEvents) {
  const Machine &machine = report.machine;
  TraceWriter writer(machine, maxEvents);
  // Shared units first, then the PEs in row-major order.
  constexpr int64_t kLayers = 0, kDram = 1, kDramIdle = 2, kPpu = 3,
                    kFirstPE = 4;
  writer.nameTrack(kLayers, "layers");
  writer.nameTrack(kDram, "DRAM port");
  writer.nameTrack(kDramIdle, "DRAM port, in idle time");
  writer.nameTrack(kPpu, "post-processing units");
  for (int64_t pe = 0; pe < machine.numPEs(); ++pe)
    writer.nameTrack(kFirstPE + pe, llvm::formatv("PE ({0}, {1})",
                                                  pe / machine.peCols,
                                                  pe % machine.peCols));
  int64_t base = 0;
  for (const LayerReport &layer : report.layers) {
    if (layer.onHost())
      continue;
    const sim::LayerTimeline &timeline = layer.timeline;
    writer.slice(kLayers, layer.layer.name, base, {0, timeline.cycles}, {});
    for (const sim::DramTransfer &transfer : timeline.transfers)
      writer.slice(transfer.inIdleTime ? kDramIdle : kDram,
                   transferName(transfer.kind).str(), base, transfer.span,
                   Object{{"index", transfer.index}, {"bits", transfer.bits}});
    for (size_t g = 0; g < timeline.groups.size(); ++g) {
      const sim::GroupTimes &group = timeline.groups[g];
      std::string name = llvm::formatv("{0} group {1}", layer.layer.name, g);
      for (const sim::PpuStep &step : group.ppu)
        writer.slice(kPpu, stepName(step.kind).str(), base, step.span,
                     Object{{"layer", layer.layer.name},
                            {"group", int64_t(g)}});
      for (size_t pe = 0; pe < group.done.size(); ++pe)
        if (group.hasWork[pe])
          writer.slice(kFirstPE + pe, name, base,
                       {group.multiply.begin, group.done[pe]},
                       Object{{"group", int64_t(g)}});
    }
    base += timeline.cycles;
  }
  return writer.finish(report, base);
}
