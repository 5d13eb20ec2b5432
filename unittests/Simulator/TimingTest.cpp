//===- TimingTest.cpp - Cycle counts that are known from elsewhere --------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramBuilder.h"
#include "llvm/Support/MathExtras.h"
#include "gtest/gtest.h"
#include <random>

using namespace scnn;
using namespace scnn::test;
using sim::Cause;

namespace {

/// A "same" convolution with random masks of the given densities (in percent).
TestConvolution sameConvolution(const Machine &machine, int64_t channels,
                                int64_t extent, int64_t outputs, int64_t filter,
                                int64_t weightDensity,
                                int64_t activationDensity) {
  std::mt19937 random(1);
  auto fill = [&](std::vector<int16_t> &values, int64_t density) {
    for (int16_t &value : values)
      value = int64_t(random() % 100) < density ? 1 + random() % 3 : 0;
  };
  TestConvolution conv;
  conv.machine = machine;
  TestInput input;
  input.tensor = DenseTensor(channels, extent, extent);
  fill(input.tensor.values, activationDensity);
  input.filterRows = input.filterCols = filter;
  input.padTop = input.padLeft = filter / 2;
  input.weights.resize(outputs * channels * filter * filter);
  fill(input.weights, weightDensity);
  input.productShifts.assign(channels, 0);
  conv.inputs.push_back(std::move(input));
  conv.outputs = outputs;
  conv.height = conv.width = extent;
  conv.biases.assign(outputs, 0);
  conv.multipliers.assign(outputs, 1);
  conv.shifts.assign(outputs, 0);
  conv.minimum = 0;
  conv.groupSize = outputs;
  return conv;
}

/// The paper's machine without any limit but the bank queues.
Machine queuesOnly(int64_t depth) {
  Machine machine;
  machine.weightFifoEntries = 0;
  machine.weightStagingVectors = 0;
  machine.broadcastVectorsPerCycle = 0;
  machine.ppuElementsPerCycle = 0;
  machine.haloValuesPerLinkCycle = 0;
  machine.dramBitsPerCycle = 0;
  machine.bankQueueDepth = depth;
  machine.activationRamBytes = 1 << 20;
  return machine;
}

RunResult runFast(const TestConvolution &conv) {
  ProgramBuilder builder(conv.machine);
  builder.addLayer(conv);
  builder.addHalt();
  RunResult run = runProgram(builder, conv.machine, sim::EngineKind::Fast);
  EXPECT_EQ(run.error, "");
  return run;
}

/// One PE, F = I = 1, no limits but those a test sets.
Machine tinyMachine() {
  Machine machine = queuesOnly(0);
  machine.peRows = machine.peCols = 1;
  machine.weightsPerVector = machine.activationsPerVector = 1;
  return machine;
}

/// A 1x1 convolution of a plane of 1 x `positions` ones with `outputs` ones.
TestConvolution pointwise(const Machine &machine, int64_t positions,
                          int64_t outputs, int64_t channels = 1) {
  TestConvolution conv =
      sameConvolution(machine, channels, 1, outputs, 1, 100, 100);
  TestInput &input = conv.inputs[0];
  input.tensor = DenseTensor(channels, 1, positions);
  for (int16_t &value : input.tensor.values)
    value = 1;
  conv.width = positions;
  return conv;
}

sim::LayerCounters countersOf(const TestConvolution &conv) {
  return checkConvolution(conv).layers.at(0);
}

// AlexNet's conv3 and VGG-16's conv3_2 on the paper's machine, random masks;
// the counts are those of an independent model of the same choices.
TEST(Timing, QueueDepthsOnAlexNetConv3) {
  for (auto [depth, cycles] :
       {std::pair(1, 100265), std::pair(2, 75091), std::pair(4, 71986),
        std::pair(8, 71736), std::pair(0, 71719)}) {
    TestConvolution conv =
        sameConvolution(queuesOnly(depth), 256, 13, 384, 3, 35, 40);
    conv.groupSize = 64;
    RunResult run = runFast(conv);
    EXPECT_NEAR(run.layers.at(0).cycles, cycles, cycles / 100) << depth;
  }
}

TEST(Timing, QueuesOnVGGConv32) {
  TestConvolution conv =
      sameConvolution(queuesOnly(8), 256, 56, 256, 3, 24, 60);
  conv.groupSize = 12;
  RunResult run = runFast(conv);
  EXPECT_NEAR(run.layers.at(0).cycles, 295343, 2953);
}

// 3 activations x 4 weights, vectors of one: 12 batches. A vector sent in cycle
// 0 can be used from cycle 1 on, so the first cycle waits for weights.
TEST(Timing, OneBlockWithoutLimits) {
  sim::LayerCounters layer = countersOf(pointwise(tinyMachine(), 3, 4));
  EXPECT_EQ(layer.cycles, 13);
  EXPECT_EQ(layer.slotsOf(Cause::Useful), 12);
  EXPECT_EQ(layer.slotsOf(Cause::Weights), 1);
}

TEST(Timing, BroadcastRateLimitsTheFirstPass) {
  Machine machine = tinyMachine();
  machine.activationsPerVector = 3;
  machine.broadcastVectorsPerCycle = 1;
  // One activation vector, 4 weight vectors, one a cycle.
  EXPECT_EQ(countersOf(pointwise(machine, 3, 4)).cycles, 5);
  machine.weightFifoEntries = 1;
  // Sent in cycles 0, 2, 4, 6: an entry freed in cycle u is filled in u + 1.
  EXPECT_EQ(countersOf(pointwise(machine, 3, 4)).cycles, 8);
}

// Four weight vectors, a FIFO of 2: sent again for each of 3 activation
// vectors, 12 vectors through 2 entries. Entries turn over every second cycle,
// two at a time: sent in 0, 1, 2, ... as the uses in 1, 2, 3, ... free them.
TEST(Timing, LongBlockIsSentForEachActivationVector) {
  Machine machine = tinyMachine();
  machine.broadcastVectorsPerCycle = 1;
  machine.weightFifoEntries = 2;
  sim::LayerCounters layer = countersOf(pointwise(machine, 3, 4));
  EXPECT_EQ(layer.events.vectorsBroadcast, 12);
  EXPECT_EQ(layer.cycles, 13);
  // Read from DRAM once: the channel table, a header and four elements.
  EXPECT_EQ(layer.events.dramWeightBitsRead, 4 * 64 + 96 + 4 * 20);
  // Too long for the staging buffer as well: read for each pass.
  machine.weightStagingVectors = 3;
  layer = countersOf(pointwise(machine, 3, 4));
  EXPECT_EQ(layer.events.dramWeightBitsRead, 4 * 64 + 3 * (96 + 4 * 20));
}

// One accumulator bank, depth 1: the products of a batch of 2 x 2 retire one a
// cycle.
TEST(Timing, OneBankRetiresOneProductACycle) {
  Machine machine = tinyMachine();
  machine.weightsPerVector = machine.activationsPerVector = 2;
  machine.accumulatorBanks = 1;
  machine.entriesPerBank = 1024;
  machine.bankQueueDepth = 1;
  // 2 activation vectors x 2 weight vectors, each 4 products: issued in cycles
  // 1, 5, 9, 13; empty in 17.
  sim::LayerCounters layer = countersOf(pointwise(machine, 4, 4));
  EXPECT_EQ(layer.cycles, 17);
  EXPECT_EQ(layer.slotsOf(Cause::BankConflict), 12 * 4);
  // Depth 3: the next batch may come when 2 are left.
  machine.bankQueueDepth = 3;
  layer = countersOf(pointwise(machine, 4, 4));
  EXPECT_EQ(layer.cycles, 17);
  // With depth 13, nothing waits but the end.
  machine.bankQueueDepth = 13;
  layer = countersOf(pointwise(machine, 4, 4));
  EXPECT_EQ(layer.cycles, 17);
  EXPECT_EQ(layer.slotsOf(Cause::BankConflict), 12 * 4);
}

// 100 bits a cycle: the activations (16 + 3 x 20 bits -> 80), the channel table
// (4 x 64), header and first vector (96 + 20), then 20 bits a vector.
TEST(Timing, DramPort) {
  Machine machine = tinyMachine();
  machine.dramBitsPerCycle = 100;
  TestConvolution conv = pointwise(machine, 3, 4);
  RunResult run = checkConvolution(conv);
  const sim::LayerTimeline &timeline = run.timelines.at(0);
  // Bits 0 to 80, then to 336, 452, 472, 492, 512: vectors are there from
  // cycles 5, 5, 5, 6 on, the first one is used in cycle 6.
  EXPECT_EQ(timeline.transfers[0].span, (sim::Span{0, 1}));
  EXPECT_EQ(timeline.transfers[1].span, (sim::Span{0, 6}));
  EXPECT_EQ(timeline.groups[0].multiply, (sim::Span{1, 18}));
  // The result's 12 elements and 4 blocks: 304 bits, from cycle 18 on.
  EXPECT_EQ(timeline.transfers[2].span, (sim::Span{18, 22}));
  EXPECT_EQ(run.layers.at(0).cycles, 22);
  EXPECT_EQ(run.layers.at(0).slotsOf(Cause::Activations), 1 + 4);
}

// Two groups of 2 channels: the PPU takes the first one while the second one is
// multiplied, and a third one must wait for it.
TEST(Timing, PpuOverlapsWithTheNextGroup) {
  Machine machine = tinyMachine();
  machine.ppuElementsPerCycle = 1;
  TestConvolution conv = pointwise(machine, 4, 6);
  conv.groupSize = 2;
  RunResult run = checkConvolution(conv);
  const auto &groups = run.timelines.at(0).groups;
  // 8 batches a group, 8 sums to drain.
  EXPECT_EQ(groups[0].multiply, (sim::Span{0, 9}));
  EXPECT_EQ(groups[1].multiply, (sim::Span{9, 17}));
  EXPECT_EQ(groups[0].ppuEnd, 17);
  EXPECT_EQ(groups[2].multiply, (sim::Span{17, 25}));
  EXPECT_EQ(groups[2].ppuEnd, 33);
  EXPECT_EQ(run.layers.at(0).slotsOf(Cause::Ppu), 8);
}

// Two groups of 2 channels read 2 channels of 4, of which the RAM holds one: the
// other one (16 + 4 x 20 bits) comes anew for each group. Of the result's 4
// channels, the RAM holds one.
TEST(Timing, SpilledBlocksComeForEachGroup) {
  Machine machine = tinyMachine();
  machine.dramBitsPerCycle = 100;
  TestConvolution conv = pointwise(machine, 4, 4, 2);
  conv.groupSize = 2;
  conv.inputCapacity = 4;
  conv.outputCapacity = 6;
  RunResult run = checkConvolution(conv);
  const sim::LayerTimeline &timeline = run.timelines.at(0);
  // Bits: the load's 96 + 16 (a count), then 96, then the channel table (128)
  // and two blocks of 96 + 20 and 20; the second group's from the barrier on.
  // Then 3 spilled blocks (3 x 16 + 12 x 20) and the rest.
  using Transfer = sim::DramTransfer;
  const Transfer expected[] = {
      {Transfer::LoadActivations, 0, {0, 2}, 112},
      {Transfer::StreamActivations, 0, {1, 3}, 96},
      {Transfer::Weights, 0, {2, 7}, 400},
      {Transfer::StreamActivations, 1, {22, 23}, 96},
      {Transfer::Weights, 1, {22, 27}, 400},
      {Transfer::SpillActivations, 1, {43, 46}, 288},
      {Transfer::StoreActivations, 1, {45, 47}, 96},
  };
  EXPECT_TRUE(llvm::ArrayRef(timeline.transfers) == llvm::ArrayRef(expected));
  EXPECT_EQ(timeline.groups[0].multiply, (sim::Span{3, 22}));
  EXPECT_EQ(timeline.groups[1].multiply, (sim::Span{23, 43}));
  const sim::LayerCounters &layer = run.layers.at(0);
  EXPECT_EQ(layer.cycles, 47);
  EXPECT_EQ(layer.slotsOf(Cause::Activations), 3 + 1 + 4);
  EXPECT_EQ(layer.spilledElements, 4 + 12);
  EXPECT_EQ(layer.spilledBitsRead, 2 * 96);
  EXPECT_EQ(layer.spilledBitsWritten, 288);
  EXPECT_EQ(layer.events.dramActivationBitsRead, 112 + 2 * 96);
  EXPECT_EQ(layer.events.dramActivationBitsWritten, 288 + 96);
  EXPECT_EQ(layer.events.ramElementWrites, 4 + 4);
}

// From and to another place than the tensor's own region, spilled blocks cross
// the port once more each.
TEST(Timing, SpilledBlocksAreCopiedFromAndToOtherPlaces) {
  Machine machine = tinyMachine();
  machine.dramBitsPerCycle = 100;
  TestConvolution conv = pointwise(machine, 4, 4, 2);
  conv.inputCapacity = 4;
  conv.outputCapacity = 6;
  conv.copiedImages = true;
  RunResult run = checkConvolution(conv);
  llvm::SmallVector<std::pair<sim::DramTransfer::Kind, int64_t>> moved;
  for (const sim::DramTransfer &transfer : run.timelines.at(0).transfers)
    moved.push_back({transfer.kind, transfer.bits});
  using Transfer = sim::DramTransfer;
  const std::pair<Transfer::Kind, int64_t> expected[] = {
      {Transfer::LoadActivations, 192},   {Transfer::SpillActivations, 96},
      {Transfer::StreamActivations, 96},  {Transfer::Weights, 608},
      {Transfer::SpillActivations, 288},  {Transfer::StreamActivations, 288},
      {Transfer::StoreActivations, 384},
  };
  EXPECT_TRUE(llvm::ArrayRef(moved) == llvm::ArrayRef(expected));
}

// Without limits, each PE is busy ceil(nA / I) x ceil(nW / F) cycles a block.
TEST(Timing, BusyCyclesAreTheClosedForm) {
  Machine machine = queuesOnly(0);
  machine.peRows = 2;
  machine.peCols = 3;
  TestConvolution conv = sameConvolution(machine, 5, 9, 7, 3, 40, 50);
  conv.groupSize = 3;
  RunResult run = checkConvolution(conv);
  const TestInput &input = conv.inputs[0];
  for (int64_t pe = 0; pe < 6; ++pe) {
    Range rows = AxisCut{kCutCeil, 9, 2}.owned(pe / 3);
    Range cols = AxisCut{kCutCeil, 9, 3}.owned(pe % 3);
    int64_t expected = 0;
    for (int64_t c = 0; c < 5; ++c) {
      int64_t activations = 0;
      for (int64_t y = rows.begin; y < rows.end; ++y)
        for (int64_t x = cols.begin; x < cols.end; ++x)
          activations += input.tensor.at(c, y, x) != 0;
      for (int64_t k = 0; k < 7; k += 3) {
        int64_t weights = 0;
        for (int64_t kk = k; kk < std::min<int64_t>(k + 3, 7); ++kk)
          for (int64_t p = 0; p < 9; ++p)
            weights += input.weight(kk, c, p / 3, p % 3) != 0;
        expected +=
            llvm::divideCeil(activations, 4) * llvm::divideCeil(weights, 4);
      }
    }
    EXPECT_EQ(run.layers.at(0).pes[pe].batches, expected) << pe;
  }
}

} // namespace
