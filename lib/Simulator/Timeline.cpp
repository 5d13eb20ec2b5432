//===- Timeline.cpp - When things happened in a layer ---------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Simulator/Timeline.h"

using namespace scnn::sim;

static Span later(Span span, int64_t by) {
  return {span.begin + by, span.end + by};
}

void LayerTimeline::addBroadcast(size_t group, int64_t cycle) {
  if (broadcasts.size() <= group)
    broadcasts.resize(group + 1);
  Span &span = broadcasts[group];
  if (span.begin == span.end)
    span.begin = cycle;
  span.end = cycle + 1;
}

void LayerTimeline::append(const LayerTimeline &piece) {
  int64_t firstGroup = groups.size();
  for (GroupTimes group : piece.groups) {
    group.multiply = later(group.multiply, cycles);
    for (int64_t &done : group.done)
      done += cycles;
    for (PpuStep &step : group.ppu)
      step.span = later(step.span, cycles);
    group.ppuEnd += cycles;
    groups.push_back(std::move(group));
  }
  broadcasts.resize(firstGroup);
  for (Span broadcast : piece.broadcasts)
    broadcasts.push_back(later(broadcast, cycles));
  for (DramTransfer transfer : piece.transfers) {
    transfer.span = later(transfer.span, cycles);
    if (transfer.kind == DramTransfer::Weights)
      transfer.index += firstGroup;
    transfers.push_back(transfer);
  }
  cycles += piece.cycles;
}
