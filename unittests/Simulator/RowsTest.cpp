//===- RowsTest.cpp - Tensors that DRAM holds row by row ------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Most layers here only load and store: what they move is known exactly.
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

ActivationLayout layoutOf(const Machine &machine, int64_t channels,
                          int64_t height, int64_t width) {
  ActivationLayout layout;
  layout.channels = channels;
  layout.height = height;
  layout.width = width;
  layout.grid = Pair{machine.peRows, machine.peCols};
  layout.zeroRunBits = machine.zeroRunBits;
  return layout;
}

/// Rows of a tensor in DRAM.
struct Place {
  int64_t address, firstRow, height;
};

/// Appends a layer that loads a piece and stores it elsewhere.
void addCopy(ProgramBuilder &builder, const Machine &machine,
             const ActivationLayout &piece, const Place &from,
             const Place &to) {
  int64_t layer = llvm::count_if(builder.commands, [](const auto &command) {
    return std::holds_alternative<isa::BeginLayer>(command);
  });
  isa::SetActivations set;
  set.slot = 3;
  set.capacity = machine.activationRamElements();
  set.channels = piece.channels;
  set.height = piece.height;
  set.width = piece.width;
  set.policy = int64_t(uint32_t(piece.policy));
  set.phaseRows = piece.phases[0];
  set.phaseCols = piece.phases[1];
  set.haloTop = piece.halo[0];
  set.haloBottom = piece.halo[1];
  set.haloLeft = piece.halo[2];
  set.haloRight = piece.halo[3];
  builder.commands.push_back(isa::BeginLayer{layer});
  builder.commands.push_back(set);
  builder.commands.push_back(
      isa::LoadRows{3, from.address, from.firstRow, from.height});
  builder.commands.push_back(
      isa::StoreRows{3, to.address, to.firstRow, to.height});
  builder.commands.push_back(isa::EndLayer{});
}

/// One PE of one multiplier, no limits.
Machine tinyMachine() {
  Machine machine;
  machine.peRows = machine.peCols = 1;
  machine.weightsPerVector = machine.activationsPerVector = 1;
  for (const MachineField &field : machineFields())
    if (field.mayBeUnlimited)
      machine.*field.member = 0;
  return machine;
}

// Written in some pieces and read in others, in any layout, a tensor stays the
// same; each piece moves the bits of its rows, whatever the layout.
TEST(Rows, PiecesWithinPieces) {
  for (uint32_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    auto in = [&](int64_t low, int64_t high) {
      return low + int64_t(random() % uint64_t(high - low + 1));
    };
    Machine machine = tinyMachine();
    machine.peRows = in(1, 4);
    machine.peCols = in(1, 4);
    machine.zeroRunBits = in(1, 6);
    machine.dramBitsPerCycle = in(0, 3) * 50;
    CutPolicy policy = in(0, 1) ? kCutCeil : kCutBalanced;
    int64_t channels = in(1, 4), height = in(1, 12), width = in(1, 20);
    RowLayout whole = rowLayoutOf(layoutOf(machine, channels, 1, width), height);
    whole.policy = policy;
    std::vector<int16_t> values(channels * height * width);
    int64_t density = in(0, 100);
    for (int16_t &value : values)
      value = in(1, 100) <= density ? int16_t(random()) : 0;

    ProgramBuilder builder(machine);
    int64_t original = builder.allocate(whole.imageBytes());
    encodeRows(whole, {0, height}, values,
               llvm::MutableArrayRef<uint8_t>(builder.dram));
    int64_t copy = builder.allocate(whole.imageBytes());
    // The second copy lies within a taller tensor.
    RowLayout taller = whole;
    taller.height = height + 5;
    int64_t second = builder.allocate(taller.imageBytes());

    std::vector<Range> pieces;
    auto copyInPieces = [&](const Place &from, const Place &to) {
      for (int64_t begin = 0, end; begin < height; begin = end) {
        end = in(begin + 1, height);
        ActivationLayout layout =
            layoutOf(machine, channels, end - begin, width);
        layout.policy = policy;
        layout.phases = Pair{in(1, 3), in(1, 3)};
        layout.halo = Sides{in(0, 2), in(0, 2), in(0, 2), in(0, 2)};
        addCopy(builder, machine, layout,
                {from.address, from.firstRow + begin, from.height},
                {to.address, to.firstRow + begin, to.height});
        pieces.push_back({begin, end});
      }
    };
    copyInPieces({original, 0, height}, {copy, 0, height});
    copyInPieces({copy, 0, height}, {second, 2, height + 5});
    builder.addHalt();
    RunResult run = runBoth(builder, machine);
    ASSERT_EQ(run.error, "");

    auto bytesAt = [&](int64_t address, int64_t count) {
      return llvm::ArrayRef<uint8_t>(run.dram).slice(address, count);
    };
    EXPECT_EQ(bytesAt(copy, whole.imageBytes()),
              bytesAt(original, whole.imageBytes()));
    std::vector<int16_t> decoded(values.size());
    auto used = decodeRows(taller, {2, 2 + height},
                           bytesAt(second, taller.imageBytes()), decoded);
    ASSERT_TRUE(bool(used)) << llvm::toString(used.takeError());
    EXPECT_EQ(decoded, values);

    ASSERT_EQ(run.layers.size(), pieces.size());
    for (auto [rows, layer] : llvm::zip(pieces, run.layers)) {
      std::vector<int16_t> piece(channels * rows.size() * width);
      int64_t bits = 8 * llvm::cantFail(decodeRows(
                             whole, rows, bytesAt(copy, whole.imageBytes()),
                             piece));
      EXPECT_EQ(layer.events.dramActivationBitsRead, bits);
      EXPECT_EQ(layer.events.dramActivationBitsWritten, bits);
      EXPECT_EQ(layer.events.ramElementReads, layer.events.ramElementWrites);
      EXPECT_EQ(layer.cycles,
                machine.dramBitsPerCycle
                    ? llvm::divideCeil(2 * bits, machine.dramBitsPerCycle)
                    : 0);
    }
    ASSERT_FALSE(HasFailure());
  }
}

// Two rows of three ones in tiles of 2 and 1 columns: 16 + 40 and 16 + 20 bits,
// to whole bytes 56 and 40. With halos, 4 PEs hold 6, 4, 6 and 4 of the 6
// elements; the rows cross the port once all the same.
TEST(Rows, ARowCrossesThePortOnce) {
  Machine machine = tinyMachine();
  machine.peRows = machine.peCols = 2;
  machine.dramBitsPerCycle = 100;
  ActivationLayout layout = layoutOf(machine, 1, 2, 3);
  layout.halo = Sides{1, 1, 1, 1};
  ProgramBuilder builder(machine);
  RowLayout rows = rowLayoutOf(layout, 2);
  int64_t from = builder.allocate(rows.imageBytes()),
          to = builder.allocate(rows.imageBytes());
  encodeRows(rows, {0, 2}, {1, 1, 1, 1, 1, 1},
             llvm::MutableArrayRef<uint8_t>(builder.dram));
  addCopy(builder, machine, layout, {from, 0, 2}, {to, 0, 2});
  builder.addHalt();
  RunResult run = runBoth(builder, machine);
  ASSERT_EQ(run.error, "");
  const sim::LayerCounters &layer = run.layers.at(0);
  EXPECT_EQ(layer.events.dramActivationBitsRead, 2 * (56 + 40));
  EXPECT_EQ(layer.events.dramActivationBitsWritten, 2 * (56 + 40));
  EXPECT_EQ(layer.events.ramElementWrites, 20);
  EXPECT_EQ(layer.events.ramElementReads, 20);
  // The store follows the load on the port: 384 bits.
  const auto &transfers = run.timelines.at(0).transfers;
  ASSERT_EQ(transfers.size(), 2u);
  EXPECT_EQ(transfers[0].span, (sim::Span{0, 2}));
  EXPECT_EQ(transfers[0].bits, 192);
  EXPECT_EQ(transfers[1].span, (sim::Span{1, 4}));
  EXPECT_EQ(transfers[1].bits, 192);
  EXPECT_EQ(layer.cycles, 4);
  EXPECT_EQ(layer.slotsOf(Cause::Activations), 4 * 4);
}

/// 4 outputs from a plane of 3 x 1 ones, by weights of one.
TestConvolution column(const Machine &machine) {
  TestConvolution conv;
  conv.machine = machine;
  TestInput input;
  input.tensor = DenseTensor(1, 3, 1);
  input.tensor.values.assign(3, 1);
  input.weights.assign(4, 1);
  input.productShifts = {0};
  conv.inputs.push_back(std::move(input));
  conv.outputs = 4;
  conv.height = 3;
  conv.biases.assign(4, 0);
  conv.multipliers.assign(4, 1);
  conv.shifts.assign(4, 0);
  conv.groupSize = 4;
  return conv;
}

// 100 bits a cycle. Three rows of one channel with one element: 16 + 24 bits
// each. A fourth row in DRAM does not move.
TEST(Rows, PortAndConvolution) {
  Machine machine = tinyMachine();
  machine.dramBitsPerCycle = 100;
  TestConvolution conv = column(machine);
  conv.rowsAround = Pair{1, 0};
  RunResult run = checkConvolution(conv);
  const sim::LayerTimeline &timeline = run.timelines.at(0);
  ASSERT_EQ(timeline.transfers.size(), 3u);
  EXPECT_EQ(timeline.transfers[0].bits, 120);
  EXPECT_EQ(timeline.transfers[0].span, (sim::Span{0, 2}));
  // The channel table (4 x 64) until bit 376, header and first vector until
  // 492, then vectors of 20 bits until 552: there from cycles 5, 6, 6, 6 on.
  EXPECT_EQ(timeline.transfers[1].bits, 4 * 64 + 96 + 4 * 20);
  EXPECT_EQ(timeline.transfers[1].span, (sim::Span{1, 6}));
  // 12 batches, the first one in cycle 6.
  EXPECT_EQ(timeline.groups[0].multiply, (sim::Span{2, 18}));
  // Three rows of 4 channels with one element each: 64 + 80 bits.
  EXPECT_EQ(timeline.transfers[2].bits, 3 * 144);
  EXPECT_EQ(timeline.transfers[2].span, (sim::Span{18, 23}));
  EXPECT_EQ(run.layers.at(0).cycles, 23);
  EXPECT_EQ(run.layers.at(0).slotsOf(Cause::Activations), 2 + 5);
  // As segments for each PE: 16 + 60 bits, and 4 x 16 + 12 x 20.
  conv.rowsAround.reset();
  run = checkConvolution(conv);
  EXPECT_EQ(run.timelines.at(0).transfers[0].bits, 80);
  EXPECT_EQ(run.timelines.at(0).transfers[2].bits, 304);
}

// A store waits for the PPU (D4).
TEST(Rows, StoreWaitsForThePpu) {
  Machine machine = tinyMachine();
  machine.dramBitsPerCycle = 10000;
  machine.ppuElementsPerCycle = 1;
  TestConvolution conv = column(machine);
  conv.rowsAround = Pair{0, 2};
  RunResult run = checkConvolution(conv);
  const sim::LayerTimeline &timeline = run.timelines.at(0);
  // Loads end in cycle 1, the first vector is used in cycle 2.
  EXPECT_EQ(timeline.groups[0].multiply, (sim::Span{1, 14}));
  EXPECT_EQ(timeline.groups[0].ppuEnd, 14 + 12);
  EXPECT_EQ(timeline.transfers[2].span, (sim::Span{26, 27}));
}

// The pieces of a layer come one after the other; groups are numbered on.
TEST(Rows, TimelinesOfPieces) {
  using sim::DramTransfer;
  sim::LayerTimeline piece;
  piece.cycles = 20;
  sim::GroupTimes group;
  group.multiply = {2, 10};
  group.done = {8, 10};
  group.hasWork = {true, true};
  group.ppu.push_back({sim::PpuStep::Drain, {10, 14}});
  group.ppuEnd = 14;
  piece.groups.push_back(group);
  piece.transfers = {{DramTransfer::LoadActivations, 3, {0, 2}, 100},
                     {DramTransfer::Weights, 0, {1, 5}, 200},
                     {DramTransfer::StoreActivations, 4, {14, 20}, 300}};

  sim::LayerTimeline layer = piece;
  layer.append(piece);
  EXPECT_EQ(layer.cycles, 40);
  ASSERT_EQ(layer.groups.size(), 2u);
  EXPECT_TRUE(layer.groups[0] == group);
  EXPECT_EQ(layer.groups[1].multiply, (sim::Span{22, 30}));
  EXPECT_EQ(layer.groups[1].done, (std::vector<int64_t>{28, 30}));
  EXPECT_EQ(layer.groups[1].hasWork, group.hasWork);
  EXPECT_EQ(layer.groups[1].ppu[0].span, (sim::Span{30, 34}));
  EXPECT_EQ(layer.groups[1].ppuEnd, 34);
  std::vector<DramTransfer> expected = piece.transfers;
  expected.push_back({DramTransfer::LoadActivations, 3, {20, 22}, 100});
  expected.push_back({DramTransfer::Weights, 1, {21, 25}, 200});
  expected.push_back({DramTransfer::StoreActivations, 4, {34, 40}, 300});
  EXPECT_TRUE(layer.transfers == expected);
}

} // namespace
