//===- FastPE.cpp - The times of a PE -------------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FastPE.h"

using namespace scnn;
using namespace scnn::sim;
using namespace scnn::sim::fast;

FastPE::FastPE(const Machine &machine, const QueueShape &shape, int64_t index,
               PECounters &counters)
    : machine(machine), shape(shape), index(index), counters(counters),
      queues(shape.bytes(shape.counters)), fifo(machine.weightFifoEntries) {}

void FastPE::beginGroup(int64_t cycle) {
  worked = false;
  groupEvents = EventCounters();
  state = {nullptr, cycle, 0, 0};
  llvm::fill(queues, 0);
}

int64_t FastPE::done() const {
  if (!worked)
    return state.readyAt;
  // `queues` are those of the cycle before, at the earliest in that of the last
  // batch.
  return std::max(state.readyAt,
                  state.readyAt - 1 + longestQueue(shape, queues.data()));
}

void FastPE::endGroup(int64_t begin, int64_t barrier, EventCounters &events) {
  events += groupEvents;
  int64_t slots = machine.multipliers();
  if (!worked) {
    counters[Cause::NoWork] += slots * (barrier - begin);
    return;
  }
  counters[Cause::Weights] += slots * state.weightCycles;
  counters[Cause::BankConflict] +=
      slots * (state.conflictCycles + done() - state.readyAt);
  counters[Cause::Barrier] += slots * (barrier - done());
}

void FastPE::count(const WeightOperands &weights) {
  const TileOperands &tile = weights.tile(index);
  size_t block = weights.blockIndex();
  int64_t stored = tile.blocks[block].elements;
  int64_t batches = tile.numVectors(block) * weights.numVectors();
  int64_t multiplies = stored * weights.numElements();
  int64_t products = tile.numNonZeros(block) * weights.numNonZeros();
  int64_t dropped = weights.dropped(index);

  counters.batches += batches;
  counters[Cause::Useful] += products - dropped;
  counters[Cause::Border] += dropped;
  counters[Cause::Placeholder] += multiplies - products;
  counters[Cause::Fragmentation] +=
      batches * machine.multipliers() - multiplies;
  groupEvents.ramElementReads += stored;
  groupEvents.fifoReads += batches;
  groupEvents.multiplies += multiplies;
  groupEvents.accumulations += products - dropped;
}

void FastPE::multiply(const WeightOperands &weights, size_t firstActivation,
                      size_t endActivation, size_t firstWeight,
                      llvm::ArrayRef<int64_t> sent, RunBatchesFn runBatches,
                      const Convolution &convolution, Scratch &scratch) {
  worked = true;
  const TileOperands &tile = weights.tile(index);
  const TileOperands::Block &block = tile.blocks[weights.blockIndex()];
  scratch.issued.resize(sent.size());
  BatchRun run;
  size_t first = block.firstVector + firstActivation;
  run.numActivations = endActivation - firstActivation;
  run.banks = tile.banks.data() + first * machine.activationsPerVector;
  run.firstPlaces = tile.firstPlaces.data() + first;
  run.places = tile.places.data();
  run.reachRows = convolution.reachRows(index).size();
  run.reachCols = convolution.reachCols(index).size();
  weights.describe(run, index, firstWeight);
  run.numWeights = sent.size();
  run.sent = sent.data();
  run.issued = scratch.issued.data();
  if (shape.depth == 0) {
    runUnlimited(run);
  } else {
    size_t most = run.numActivations *
                  (1 + std::max<size_t>(run.numClipPlaces, 1)) *
                  shape.bytes(shape.histogramCounters);
    if (scratch.histograms.size() < most)
      scratch.histograms.resize(most);
    run.histograms = scratch.histograms.data();
    state.queues = queues.data();
    runBatches(shape, run, state);
  }
  fifo.push(scratch.issued);
}

// Without queues, a PE only ever waits for weights, and never for one that it
// has used before.
void FastPE::runUnlimited(const BatchRun &run) {
  for (size_t w = 0; w < run.numWeights; ++w) {
    int64_t cycle = std::max(state.readyAt, run.sent[w] + 1);
    state.weightCycles += cycle - state.readyAt;
    state.readyAt = cycle + 1;
    run.issued[w] = cycle;
  }
  if (run.numActivations == 1)
    return;
  state.readyAt += (run.numActivations - 1) * run.numWeights;
  for (size_t w = 0; w < run.numWeights; ++w)
    run.issued[w] = state.readyAt - run.numWeights + w;
}
