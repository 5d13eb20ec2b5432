//===- WeightBroadcaster.cpp - Sends weight vectors to the PEs ------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightBroadcaster.h"
#include "llvm/ADT/STLExtras.h"

using namespace scnn::sim;
using namespace scnn::sim::cycle;

WeightBroadcaster::WeightBroadcaster(
    LayerRun &run, const std::vector<std::vector<BlockStream>> &streams,
    StagingBuffer &staging, std::vector<ProcessingElement> &pes)
    : run(run), streams(streams), staging(staging), pes(pes) {
  skipEmptyGroups();
}

void WeightBroadcaster::skipEmptyGroups() {
  while (group < streams.size() && block == streams[group].size()) {
    ++group;
    block = 0;
  }
}

bool WeightBroadcaster::hasRoom() const {
  for (auto [index, pe] : llvm::enumerate(pes))
    if (stream().takenBy(index, pass) && pe.fifo().isFull())
      return false;
  return true;
}

void WeightBroadcaster::send(int64_t cycle) {
  ++run.counters.events.vectorsBroadcast;
  run.timeline.addBroadcast(group, cycle);
  for (auto [index, pe] : llvm::enumerate(pes))
    if (stream().takenBy(index, pass)) {
      pe.fifo().push(cycle);
      ++run.counters.events.fifoWrites;
    }
}

void WeightBroadcaster::step(int64_t cycle) {
  int64_t limit = run.machine.broadcastVectorsPerCycle;
  int64_t sent = 0;
  while (group < streams.size() && staging.has(firstStaged + vector, cycle)) {
    // A block that no PE needs passes by without using the broadcast.
    if (stream().isNeeded()) {
      if ((limit != 0 && sent == limit) || !hasRoom())
        return;
      send(cycle);
      ++sent;
    }
    advance();
  }
}

void WeightBroadcaster::advance() {
  const BlockStream &present = stream();
  bool lastPass = pass + 1 == present.passes();
  bool isReread = present.kind == BlockStream::Reread;
  if (lastPass || isReread)
    staging.leave();
  if (++vector < present.vectors)
    return;
  vector = 0;
  if (lastPass || isReread)
    firstStaged += present.vectors;
  if (++pass < present.passes())
    return;
  pass = 0;
  ++block;
  skipEmptyGroups();
}
