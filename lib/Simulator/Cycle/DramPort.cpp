//===- DramPort.cpp - The DRAM port, cycle by cycle -----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DramPort.h"

using namespace scnn::sim;
using namespace scnn::sim::cycle;

DramPort::DramPort(LayerRun &run,
                   const std::vector<std::vector<BlockStream>> &streams)
    : run(run), streams(streams),
      stagingBuffer(run.machine.weightStagingVectors) {}

void DramPort::beginCycle() { budget = run.machine.dramBitsPerCycle; }

void DramPort::openWeights(size_t group) {
  parts.push_back({channelTableBits(run.work.groups[group]), false});
  for (const BlockStream &block : streams[group])
    for (int64_t read = 0; read < block.reads(); ++read)
      for (int64_t vector = 0; vector < block.vectors; ++vector)
        parts.push_back({block.bitsOf(vector), true});
}

bool DramPort::openNextCommand(int64_t cycle) {
  if (nextCommand == run.work.transfers.size())
    return false;
  const TransferWork &transfer = run.work.transfers[nextCommand];
  size_t groups = run.work.groups.size();
  switch (transfer.kind) {
  case DramTransfer::Weights:
    openWeights(transfer.index);
    break;
  case DramTransfer::StoreActivations:
    // Waits until the PPUs are done with the layer.
    if (run.timeline.groups.size() < groups ||
        (groups > 0 && (run.timeline.groups.back().ppuEnd > cycle ||
                        run.timeline.groups.back().ppu.empty())))
      return false;
    [[fallthrough]];
  case DramTransfer::LoadActivations:
    parts.push_back({transfer.bits(run.rams), false});
    break;
  }
  ++nextCommand;
  run.timeline.transfers.push_back(
      {transfer.kind, transfer.index, {cycle, cycle}, 0});
  return true;
}

void DramPort::complete(const Part &part, int64_t arrival) {
  lastArrival = arrival;
  run.timeline.transfers.back().span.end = arrival;
  if (part.isVector)
    stagingBuffer.arrive(arrival);
  else if (run.timeline.transfers.back().kind == DramTransfer::LoadActivations)
    loadArrivals.push_back(arrival);
}

void DramPort::move(int64_t cycle) {
  bool unlimited = run.machine.dramBitsPerCycle == 0;
  while (unlimited || budget > 0) {
    if (parts.empty() && !openNextCommand(cycle))
      return;
    Part &part = parts.front();
    if (!part.begun) {
      if (part.isVector && !stagingBuffer.hasRoom())
        return;
      if (part.isVector)
        stagingBuffer.begin();
      part.begun = true;
    }
    int64_t moved = unlimited ? part.bits : std::min(budget, part.bits);
    budget -= moved;
    part.bits -= moved;
    DramTransfer &transfer = run.timeline.transfers.back();
    transfer.bits += moved;
    if (transfer.kind == DramTransfer::Weights)
      run.counters.events.dramWeightBitsRead += moved;
    if (part.bits == 0) {
      complete(part, unlimited ? cycle : cycle + 1);
      parts.pop_front();
    }
  }
}
