//===- DramPort.cpp - The DRAM port, cycle by cycle -----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DramPort.h"
#include "llvm/Support/ErrorHandling.h"
#include <utility>

using namespace scnn::sim;
using namespace scnn::sim::cycle;

DramPort::DramPort(LayerRun &run,
                   const std::vector<std::vector<BlockStream>> &streams)
    : run(run), streams(streams),
      stagingBuffer(run.machine.weightStagingVectors) {}

void DramPort::beginCycle() { budget = run.machine.dramBitsPerCycle; }

void DramPort::openWeights(size_t group) {
  addWeights(channelTableBits(run.work.groups[group]), false);
  for (const BlockStream &block : streams[group])
    for (int64_t read = 0; read < block.reads(); ++read)
      for (int64_t vector = 0; vector < block.vectors; ++vector)
        addWeights(block.bitsOf(vector), true);
}

void DramPort::addWeights(int64_t bits, bool isVector) {
  if (run.machine.weightsThroughDramPort)
    parts.push_back({bits, isVector});
  else
    parts.push_back({0, isVector, bits});
}

bool DramPort::canStart(const TransferWork &transfer, int64_t cycle) const {
  // Whether the PPUs have taken the group, after its barrier.
  auto isTaken = [&](size_t group) {
    return group < run.timeline.groups.size() &&
           !run.timeline.groups[group].ppu.empty();
  };
  size_t groups = run.work.groups.size();
  switch (transfer.start) {
  case TransferWork::AtOnce:
    return true;
  case TransferWork::AtBarrier:
    return transfer.index == 0 || isTaken(transfer.index - 1);
  case TransferWork::AtEnd:
    return groups == 0 ||
           (isTaken(groups - 1) && run.timeline.groups.back().ppuEnd <= cycle);
  }
  llvm_unreachable("no such start");
}

bool DramPort::openNextTransfer(int64_t cycle) {
  if (nextTransfer == run.work.transfers.size() ||
      !canStart(run.work.transfers[nextTransfer], cycle))
    return false;
  const TransferWork &transfer = run.work.transfers[nextTransfer++];
  if (transfer.kind == DramTransfer::Weights) {
    openWeights(transfer.index);
  } else {
    int64_t bits = transfer.bits();
    // Most tensors that can spill do not, and a piece's loads may be there.
    if (bits == 0) {
      if (transfer.kind == DramTransfer::LoadActivations)
        loadArrivals.push_back(lastArrival);
      return openNextTransfer(cycle);
    }
    parts.push_back({bits, false});
  }
  run.timeline.transfers.push_back(
      {transfer.kind, transfer.index, {cycle, cycle}, 0});
  return true;
}

void DramPort::complete(const Part &part, int64_t arrival) {
  lastArrival = arrival;
  DramTransfer &transfer = run.timeline.transfers.back();
  transfer.span.end = arrival;
  if (part.isVector) {
    stagingBuffer.arrive(arrival);
  } else if (transfer.kind == DramTransfer::LoadActivations) {
    loadArrivals.push_back(arrival);
  } else if (transfer.kind == DramTransfer::StreamActivations) {
    streamedGroup = transfer.index;
    streamArrival = arrival;
  }
}

void DramPort::move(int64_t cycle) {
  bool unlimited = run.machine.dramBitsPerCycle == 0;
  while (unlimited || budget > 0) {
    if (parts.empty() && !openNextTransfer(cycle))
      return;
    Part &part = parts.front();
    if (!part.begun) {
      if (part.isVector && !stagingBuffer.hasRoom())
        return;
      if (part.isVector)
        stagingBuffer.begin();
      part.begun = true;
    }
    // What takes none of the port's width is there within the cycle, but not
    // before what the port moves in it.
    bool atOnce = unlimited || (part.bits == 0 &&
                                budget == run.machine.dramBitsPerCycle);
    int64_t moved = unlimited ? part.bits : std::min(budget, part.bits);
    budget -= moved;
    part.bits -= moved;
    moved += std::exchange(part.bitsBeside, 0);
    DramTransfer &transfer = run.timeline.transfers.back();
    transfer.bits += moved;
    if (transfer.kind == DramTransfer::Weights)
      run.counters.events.dramWeightBitsRead += moved;
    if (part.bits == 0) {
      complete(part, atOnce ? cycle : cycle + 1);
      parts.pop_front();
    }
  }
}
