//===- Trace.cpp - Chrome/Perfetto trace ----------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Report/Report.h"

#include "llvm/Support/FormatVariadic.h"

using namespace scnn;
using llvm::json::Object;

namespace {

/// The tracks: shared units first, then the PEs in row-major order.
enum Track : int64_t {
  kLayers,
  kDram,
  kDramIdle,
  kBroadcast,
  kLinks,
  kPpu,
  kFirstPE
};

/// Writes slices, one event a line, up to a limit.
class TraceWriter {
public:
  TraceWriter(const Machine &machine, size_t limit, llvm::raw_ostream &os)
      : machine(machine), limit(limit), os(os) {
    os << "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[";
  }

  void nameTrack(int64_t track, std::string name) {
    event(Object{{"ph", "M"},
                 {"pid", 0},
                 {"tid", track},
                 {"name", "thread_name"},
                 {"args", Object{{"name", std::move(name)}}}});
  }

  /// What follows belongs to this layer, which begins at cycle `begin`.
  void beginLayer(llvm::StringRef name, int64_t begin) {
    layer = name;
    base = begin;
  }

  /// A slice of the layer, at cycles of the layer; none if `span` is empty.
  void slice(int64_t track, llvm::StringRef name, sim::Span span, Object args) {
    if (span.end <= span.begin)
      return;
    if (slices == limit) {
      if (leftOut++ == 0)
        firstLeftOut = {layer.str(), base + span.begin};
      return;
    }
    ++slices;
    args["begin_cycle"] = base + span.begin;
    args["cycles"] = span.end - span.begin;
    event(Object{{"ph", "X"},
                 {"pid", 0},
                 {"tid", track},
                 {"name", name},
                 {"ts", microseconds(base + span.begin)},
                 {"dur", microseconds(span.end - span.begin)},
                 {"args", std::move(args)}});
  }

  /// Ends the trace; returns what was left out.
  std::string finish(const RunReport &report, int64_t cycles) {
    Object other{{"program", report.program},
                 {"engine", report.engine},
                 {"cycles", cycles},
                 {"slices", int64_t(slices)},
                 {"slices_left_out", int64_t(leftOut)}};
    std::string note;
    if (leftOut > 0) {
      note = llvm::formatv("{0} of {1} slices are left out, from layer '{2}' on",
                           leftOut, slices + leftOut, firstLeftOut.layer);
      other["note"] = note;
      // Also where a viewer shows it: a mark over all tracks.
      event(Object{{"ph", "i"},
                   {"s", "g"},
                   {"pid", 0},
                   {"tid", int64_t(kLayers)},
                   {"name", note},
                   {"ts", microseconds(firstLeftOut.cycle)}});
    }
    os << "\n],\"otherData\":" << llvm::json::Value(std::move(other)) << "}\n";
    return note;
  }

private:
  const Machine &machine;
  size_t limit, slices = 0, leftOut = 0;
  llvm::raw_ostream &os;
  bool isFirst = true;
  llvm::StringRef layer;
  int64_t base = 0;
  struct {
    std::string layer;
    int64_t cycle = 0;
  } firstLeftOut;

  void event(Object object) {
    os << (isFirst ? "\n" : ",\n") << llvm::json::Value(std::move(object));
    isFirst = false;
  }

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

static void nameTracks(const Machine &machine, TraceWriter &writer) {
  writer.nameTrack(kLayers, "layers");
  writer.nameTrack(kDram, "DRAM port");
  writer.nameTrack(kDramIdle, "DRAM port, in idle time");
  writer.nameTrack(kBroadcast, "weight broadcast");
  writer.nameTrack(kLinks, "links between PEs");
  writer.nameTrack(kPpu, "post-processing units");
  for (int64_t pe = 0; pe < machine.numPEs(); ++pe)
    writer.nameTrack(kFirstPE + pe, llvm::formatv("PE ({0}, {1})",
                                                  pe / machine.peCols,
                                                  pe % machine.peCols));
}

/// `span` without the cycle that it shares with what ended at `end`: bits of two
/// transfers, or vectors of two groups, move in it. What has that cycle alone
/// keeps it, within the slice before: slices of a track may nest, not overlap.
static sim::Span after(int64_t &end, sim::Span span) {
  if (span.end > end)
    span.begin = std::max(span.begin, end);
  end = std::max(end, span.end);
  return span;
}

static void writeSharedUnits(const LayerReport &layer, TraceWriter &writer) {
  const sim::LayerTimeline &timeline = layer.timeline;
  writer.slice(kLayers, layer.layer.name, {0, timeline.cycles}, {});
  int64_t moved = 0, sent = 0;
  for (const sim::DramTransfer &transfer : timeline.transfers) {
    Object args{{"index", transfer.index}, {"bits", transfer.bits}};
    if (transfer.inIdleTime)
      writer.slice(kDramIdle, transferName(transfer.kind), transfer.span,
                   std::move(args));
    else
      writer.slice(kDram, transferName(transfer.kind),
                   after(moved, transfer.span), std::move(args));
  }
  for (auto [group, span] : llvm::enumerate(timeline.broadcasts))
    writer.slice(kBroadcast, "weights", after(sent, span),
                 Object{{"group", int64_t(group)}});
  for (auto [group, times] : llvm::enumerate(timeline.groups))
    for (const sim::PpuStep &step : times.ppu)
      writer.slice(step.kind == sim::PpuStep::Drain ? kPpu : kLinks,
                   stepName(step.kind), step.span,
                   Object{{"group", int64_t(group)}});
}

/// What a PE does from the layer's begin to its end: its groups, and by the
/// cause (rule A1) for what it waits.
static void writePE(const LayerReport &layer, int64_t pe, TraceWriter &writer) {
  auto wait = [&](sim::Cause cause, sim::Span span) {
    writer.slice(kFirstPE + pe, sim::causeName(cause), span, {});
  };
  // From the last barrier on no group is multiplied.
  int64_t barrier = 0, ppuEnd = 0;
  auto waitUntil = [&](int64_t to) {
    int64_t ppuStops = std::min(std::max(ppuEnd, barrier), to);
    wait(sim::Cause::Ppu, {barrier, ppuStops});
    wait(sim::Cause::Activations, {ppuStops, to});
  };
  for (auto [index, group] : llvm::enumerate(layer.timeline.groups)) {
    waitUntil(group.multiply.begin);
    barrier = group.multiply.end;
    ppuEnd = group.ppuEnd;
    if (!group.hasWork[pe]) {
      wait(sim::Cause::NoWork, group.multiply);
      continue;
    }
    writer.slice(kFirstPE + pe,
                 llvm::formatv("{0} group {1}", layer.layer.name, index).str(),
                 {group.multiply.begin, group.done[pe]},
                 Object{{"group", int64_t(index)}});
    wait(sim::Cause::Barrier, {group.done[pe], barrier});
  }
  waitUntil(layer.timeline.cycles);
}

std::string scnn::writeTrace(const RunReport &report, size_t limit,
                             llvm::raw_ostream &os) {
  TraceWriter writer(report.machine, limit, os);
  nameTracks(report.machine, writer);
  int64_t base = 0;
  for (const LayerReport &layer : report.layers) {
    if (layer.onHost())
      continue;
    writer.beginLayer(layer.layer.name, base);
    writeSharedUnits(layer, writer);
    for (int64_t pe = 0; pe < report.machine.numPEs(); ++pe)
      writePE(layer, pe, writer);
    base += layer.timeline.cycles;
  }
  return writer.finish(report, base);
}
