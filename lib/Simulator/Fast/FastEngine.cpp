//===- FastEngine.cpp - Computes a layer's times by recurrences -----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FastPE.h"
#include "GroupSums.h"
#include "../WeightStream.h"

using namespace scnn::sim;
using namespace scnn::sim::fast;

/// Enough for a PE to take several of its blocks in a row; more would take the
/// place of the activations in the processor's cache.
static constexpr size_t kMostPendingBlocks = 32;

namespace {

class LayerSimulation {
public:
  explicit LayerSimulation(LayerRun &run);

  llvm::Error simulate();

private:
  /// A weight block on its way.
  struct Block {
    BlockStream stream;
    WeightOperands weights;
    std::vector<int64_t> sent;
  };

  llvm::Error runGroup(size_t index);
  /// The group's operands, once per convolution.
  const ConvolutionOperands &operandsOf(const GroupWork &work);
  void computeSums(const GroupWork &work);
  void runBlock(const GroupBlock &block);
  void sendResidentBlock(Block &block);
  void multiplyPending();
  void runLongBlock(Block &block);
  void multiply(int64_t pe, const Block &block, size_t firstActivation,
                size_t endActivation, size_t firstWeight);
  Span moveWeights(int64_t earliest, int64_t bits);
  /// Moves the block's next vector from DRAM to the staging buffer, counted
  /// from the oldest one that has not left; returns when it is there.
  int64_t stage(const BlockStream &stream, int64_t vector, int64_t ahead);
  /// Finds when all PEs that take part in pass `pass` have room for `vectors`,
  /// those `pendingVectors` not counted that are on their way.
  void awaitRoom(const BlockStream &stream, int64_t pass, size_t vectors);
  /// When the broadcast sends a vector to those PEs.
  int64_t send(int64_t earliest);
  void accountBetween(Cause cause, int64_t cycles);
  /// Accounts for the cycles from `from` to `to`, in which no group is being
  /// multiplied: up to `ppuEnd` for the PPU, then for activations.
  void accountGap(int64_t from, int64_t to, int64_t ppuEnd);

  LayerRun &run;
  EventCounters &events;
  DramTimeline port;
  /// When the vectors staged last have left.
  RecentTimes staging;
  SendTimeline broadcast;
  std::vector<FastPE> pes;
  AccumulatorSet sets[2];
  /// When all loaded and streamed in so far is there.
  int64_t inputsEnd = 0;

  Kernels kernels;
  QueueShape queues;
  std::unique_ptr<ConvolutionOperands> operands;
  /// Resident blocks that are sent, but not yet multiplied: as many as the FIFO
  /// holds, so that none of their vectors waits for another one's last use. A PE
  /// then takes several of its blocks in a row, which lie next to each other.
  std::vector<Block> pending;
  int64_t pendingVectors = 0;
  /// By PE: those that it takes.
  std::vector<int64_t> pendingVectorsOf;
  // Of the vectors that are being sent.
  int64_t receivers = 0;
  std::vector<int64_t> rooms;

  FastPE::Scratch timesScratch;
  GroupSums::Scratch sumsScratch;
};

class FastEngine : public Engine {
public:
  llvm::Error run(LayerRun &run) override {
    return LayerSimulation(run).simulate();
  }
};

} // namespace

LayerSimulation::LayerSimulation(LayerRun &run)
    : run(run), events(run.counters.events), port(run.machine.dramBitsPerCycle),
      staging(run.machine.weightStagingVectors),
      broadcast(run.machine.broadcastVectorsPerCycle),
      kernels(fast::kernels().front()), queues(run.machine),
      pendingVectorsOf(run.machine.numPEs(), 0) {
  for (auto [index, counters] : llvm::enumerate(run.counters.pes))
    pes.emplace_back(run.machine, queues, index, counters);
  for (AccumulatorSet &set : sets)
    set.resize(pes.size());
}

void LayerSimulation::accountBetween(Cause cause, int64_t cycles) {
  for (PECounters &pe : run.counters.pes)
    pe[cause] += cycles * run.machine.multipliers();
}

void LayerSimulation::accountGap(int64_t from, int64_t to, int64_t ppuEnd) {
  int64_t ppuCycles = std::clamp(ppuEnd, from, to) - from;
  accountBetween(Cause::Ppu, ppuCycles);
  accountBetween(Cause::Activations, to - from - ppuCycles);
}

llvm::Error LayerSimulation::simulate() {
  auto &groups = run.timeline.groups;
  groups.reserve(run.work.groups.size());
  int64_t lastBarrier = 0, ppuEnd = 0;
  for (const TransferWork &transfer : run.work.transfers) {
    if (transfer.kind == DramTransfer::Weights) {
      run.timeline.transfers.push_back(
          {transfer.kind, transfer.index, Span(), 0});
      if (llvm::Error error = runGroup(transfer.index))
        return error;
      lastBarrier = groups.back().multiply.end;
      ppuEnd = groups.back().ppuEnd;
      continue;
    }
    int64_t bits = transfer.bits();
    if (bits == 0)
      continue;
    // All groups before it have run.
    int64_t earliest = transfer.start == TransferWork::AtOnce      ? 0
                       : transfer.start == TransferWork::AtBarrier ? lastBarrier
                                                                   : ppuEnd;
    Span span = port.move(earliest, bits);
    // Nothing that comes later would let a group begin earlier.
    if (transfer.kind == DramTransfer::LoadActivations ||
        transfer.kind == DramTransfer::StreamActivations)
      inputsEnd = span.end;
    run.timeline.transfers.push_back(
        {transfer.kind, transfer.index, span, bits});
  }
  int64_t end = std::max(ppuEnd, port.end());
  accountGap(lastBarrier, end, ppuEnd);
  run.timeline.cycles = end;
  run.counters.cycles = end;
  run.counters.groups = groups.size();
  return llvm::Error::success();
}

llvm::Error LayerSimulation::runGroup(size_t index) {
  const GroupWork &work = run.work.groups[index];
  DramTransfer &transfer = run.timeline.transfers.back();
  transfer.span = moveWeights(0, channelTableBits(work));
  transfer.bits = channelTableBits(work);

  int64_t previousBarrier =
      index == 0 ? 0 : run.timeline.groups[index - 1].multiply.end;
  int64_t begin =
      std::max({inputsEnd, previousBarrier, run.ppuEnd(int64_t(index) - 2)});
  accountGap(previousBarrier, begin, run.ppuEnd(int64_t(index) - 1));
  for (FastPE &pe : pes)
    pe.beginGroup(begin);
  operandsOf(work);
  for (const GroupBlock &block : work.weights.blocks)
    runBlock(block);
  multiplyPending();
  transfer.span.end = port.end();
  events.dramWeightBitsRead += transfer.bits;

  GroupTimes &times = run.timeline.groups.emplace_back();
  int64_t barrier = begin;
  for (FastPE &pe : pes) {
    times.done.push_back(pe.done());
    times.hasWork.push_back(pe.hasWork());
    barrier = std::max(barrier, pe.done());
  }
  times.multiply = {begin, barrier};
  for (FastPE &pe : pes)
    pe.endGroup(begin, barrier, events);
  computeSums(work);
  return run.postProcess(index, sets[work.set]);
}

Span LayerSimulation::moveWeights(int64_t earliest, int64_t bits) {
  return port.move(earliest, run.machine.weightsThroughDramPort ? bits : 0);
}

int64_t LayerSimulation::stage(const BlockStream &stream, int64_t vector,
                               int64_t ahead) {
  int64_t bits = stream.bitsOf(vector);
  run.timeline.transfers.back().bits += bits;
  return moveWeights(staging.roomFrom(ahead), bits).end;
}

void LayerSimulation::awaitRoom(const BlockStream &stream, int64_t pass,
                                size_t vectors) {
  rooms.assign(vectors, broadcast.now());
  receivers = 0;
  for (size_t i = 0; i < pes.size(); ++i)
    if (stream.takenBy(i, pass)) {
      pes[i].awaitRoom(pendingVectorsOf[i], rooms);
      ++receivers;
    }
}

int64_t LayerSimulation::send(int64_t earliest) {
  events.fifoWrites += receivers;
  ++events.vectorsBroadcast;
  int64_t cycle = broadcast.send(earliest);
  // The group that is running joins the timeline at its end.
  run.timeline.addBroadcast(run.timeline.groups.size(), cycle);
  return cycle;
}

const ConvolutionOperands &LayerSimulation::operandsOf(const GroupWork &work) {
  if (!operands || &operands->of() != work.convolution.get())
    operands = std::make_unique<ConvolutionOperands>(*work.convolution,
                                                     run.machine);
  return *operands;
}

void LayerSimulation::computeSums(const GroupWork &work) {
  GroupSums sums(work, operandsOf(work));
  for (size_t i = 0; i < pes.size(); ++i)
    sums.compute(i, kernels.accumulate, sumsScratch, sets[work.set][i]);
}

void LayerSimulation::multiply(int64_t pe, const Block &block,
                               size_t firstActivation, size_t endActivation,
                               size_t firstWeight) {
  pes[pe].multiply(block.weights, firstActivation, endActivation, firstWeight,
                   block.sent, kernels.runBatches, operands->of(),
                   timesScratch);
}

void LayerSimulation::runBlock(const GroupBlock &block) {
  BlockStream stream(block, run.machine);
  if (!stream.isNeeded()) {
    for (int64_t w = 0; w < stream.vectors; ++w)
      staging.push(broadcast.pass(stage(stream, w, 0)));
    return;
  }
  int64_t fifo = run.machine.weightFifoEntries;
  bool isResident = stream.kind == BlockStream::Resident;
  if (!isResident || (fifo != 0 && pendingVectors + stream.vectors > fifo) ||
      pending.size() == kMostPendingBlocks)
    multiplyPending();
  Block next{std::move(stream), WeightOperands(queues), {}};
  next.weights.assign(block, *operands);
  if (isResident) {
    sendResidentBlock(next);
    pending.push_back(std::move(next));
  } else {
    runLongBlock(next);
  }
}

void LayerSimulation::sendResidentBlock(Block &block) {
  const BlockStream &stream = block.stream;
  awaitRoom(stream, 0, stream.vectors);
  for (int64_t w = 0; w < stream.vectors; ++w) {
    block.sent.push_back(send(std::max(rooms[w], stage(stream, w, 0))));
    staging.push(block.sent.back());
  }
  pendingVectors += stream.vectors;
  for (size_t i = 0; i < pes.size(); ++i)
    if (stream.takenBy(i, 0))
      pendingVectorsOf[i] += stream.vectors;
}

void LayerSimulation::multiplyPending() {
  for (size_t i = 0; i < pes.size(); ++i)
    for (const Block &block : pending)
      if (block.stream.takenBy(i, 0)) {
        pes[i].count(block.weights);
        multiply(i, block, 0, block.stream.activationVectors[i], 0);
      }
  pending.clear();
  pendingVectors = 0;
  llvm::fill(pendingVectorsOf, 0);
}

// A longer block is sent anew for each activation vector. A vector waits for
// the one that takes its FIFO place; chunks as long as the FIFO hold no two
// vectors that wait for each other.
void LayerSimulation::runLongBlock(Block &block) {
  const BlockStream &stream = block.stream;
  for (size_t i = 0; i < pes.size(); ++i)
    if (stream.takenBy(i, 0))
      pes[i].count(block.weights);
  bool isReread = stream.kind == BlockStream::Reread;
  std::vector<int64_t> staged;
  if (!isReread)
    for (int64_t w = 0; w < stream.vectors; ++w)
      staged.push_back(stage(stream, w, w));
  int64_t chunk = run.machine.weightFifoEntries;
  for (int64_t pass = 0; pass < stream.passes(); ++pass) {
    bool leaves = isReread || pass + 1 == stream.passes();
    for (int64_t first = 0; first < stream.vectors; first += chunk) {
      block.sent.clear();
      int64_t end = std::min(first + chunk, stream.vectors);
      awaitRoom(stream, pass, end - first);
      for (int64_t w = first; w < end; ++w) {
        int64_t there = isReread ? stage(stream, w, 0) : staged[w];
        block.sent.push_back(send(std::max(rooms[w - first], there)));
        if (leaves)
          staging.push(block.sent.back());
      }
      for (size_t i = 0; i < pes.size(); ++i)
        if (stream.takenBy(i, pass))
          multiply(i, block, pass, pass + 1, first);
    }
  }
}

std::unique_ptr<Engine> scnn::sim::createFastEngine() {
  return std::make_unique<FastEngine>();
}
