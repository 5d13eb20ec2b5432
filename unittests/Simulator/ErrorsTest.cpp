//===- ErrorsTest.cpp - Programs that the simulator must refuse -----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramBuilder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <random>

using namespace scnn;
using namespace scnn::test;
using testing::HasSubstr;

namespace {

Machine smallMachine() {
  Machine machine;
  machine.peRows = 2;
  machine.peCols = 2;
  return machine;
}

/// 2 channels of 4x4 to 4 channels in two groups, 3x3 "same".
TestConvolution smallConvolution() {
  TestConvolution conv;
  conv.machine = smallMachine();
  TestInput input;
  input.tensor = DenseTensor(2, 4, 4);
  for (auto [i, value] : llvm::enumerate(input.tensor.values))
    value = int16_t(i % 3);
  input.filterRows = input.filterCols = 3;
  input.padTop = input.padLeft = 1;
  input.weights.assign(4 * 2 * 9, 3);
  input.productShifts = {0, 0};
  conv.inputs.push_back(input);
  conv.outputs = 4;
  conv.height = conv.width = 4;
  conv.biases.assign(4, 1);
  conv.multipliers.assign(4, 1);
  conv.shifts.assign(4, 0);
  conv.groupSize = 2;
  return conv;
}

class Errors : public testing::Test {
protected:
  Errors() : builder(smallMachine()) {
    builder.addLayer(smallConvolution());
    builder.addHalt();
  }

  /// Runs both engines, which must give the same error.
  std::string error() { return runBoth(builder, smallMachine()).error; }

  template <typename T> size_t indexOf() {
    for (size_t i = 0; i < builder.commands.size(); ++i)
      if (std::holds_alternative<T>(builder.commands[i]))
        return i;
    std::abort();
  }
  template <typename T> void erase() {
    builder.commands.erase(builder.commands.begin() + indexOf<T>());
  }

  ProgramBuilder builder;
};

TEST_F(Errors, None) { EXPECT_EQ(error(), ""); }

TEST_F(Errors, MissingHalt) {
  builder.commands.pop_back();
  EXPECT_EQ(error(), "the program ends without halt");
}

TEST_F(Errors, CommandsAfterHalt) {
  builder.addHalt();
  EXPECT_THAT(error(), HasSubstr("halt (command "));
  EXPECT_THAT(error(), HasSubstr("commands follow"));
}

TEST_F(Errors, NestedLayers) {
  builder.commands.insert(builder.commands.begin(), isa::BeginLayer{3});
  EXPECT_EQ(error(), "layer 3: begin_layer (command 1): layers do not nest");
}

TEST_F(Errors, CommandOutsideALayer) {
  erase<isa::BeginLayer>();
  EXPECT_THAT(error(), HasSubstr("load_activations (command 1): expected to be "
                                 "between begin_layer and end_layer"));
}

TEST_F(Errors, HostCallInsideALayer) {
  builder.commands.insert(builder.commands.begin() + 1, isa::CallHost{});
  EXPECT_THAT(error(), HasSubstr("only be called between layers"));
}

TEST_F(Errors, FieldOutOfBounds) {
  builder.first<isa::LoadActivations>().slot = 16;
  EXPECT_THAT(error(), HasSubstr("expected slot in 0 ... 15, but got 16"));
}

TEST_F(Errors, AccumulateWithoutInput) {
  erase<isa::BindInput>();
  EXPECT_THAT(error(), HasSubstr("accumulate (command 6): no input is bound"));
}

TEST_F(Errors, AccumulateWithoutWeights) {
  erase<isa::BroadcastWeights>();
  EXPECT_THAT(error(), HasSubstr("expected a broadcast_weights before"));
}

TEST_F(Errors, AccumulateTheOtherSet) {
  builder.first<isa::Accumulate>().set = 1;
  EXPECT_THAT(error(), HasSubstr("expected set 0"));
}

TEST_F(Errors, GroupNotWritten) {
  erase<isa::WriteActivations>();
  EXPECT_THAT(error(), HasSubstr("is not written yet"));
}

TEST_F(Errors, RequantizeWithoutBias) {
  erase<isa::AddBias>();
  EXPECT_THAT(error(), HasSubstr("requantize (command 9): expected that the "
                                 "group has its bias, but the group is "
                                 "accumulated"));
}

TEST_F(Errors, ChannelGap) {
  builder.first<isa::WriteActivations>().firstChannel = 1;
  EXPECT_THAT(error(), HasSubstr("write_activations"));
  EXPECT_THAT(error(), HasSubstr("expected channel 0 of slot 1 to be written "
                                 "next, but got 1"));
}

TEST_F(Errors, StoreOfAnUnfinishedTensor) {
  for (isa::Command &command : builder.commands)
    if (auto *set = std::get_if<isa::SetActivations>(&command))
      if (set->slot == 1)
        set->channels = 5;
  EXPECT_THAT(error(), HasSubstr("only 4 of the 5 channels of slot 1"));
}

TEST_F(Errors, LoadOutsideDram) {
  builder.first<isa::LoadActivations>().address = int64_t(1) << 39;
  EXPECT_THAT(error(), HasSubstr("bytes at DRAM address 549755813888 are not "
                                 "within its"));
}

TEST_F(Errors, WeightsOutsideDram) {
  builder.first<isa::BroadcastWeights>().bytes = (int64_t(1) << 32) - 1;
  EXPECT_THAT(error(), HasSubstr("are not within"));
}

TEST_F(Errors, RegionBeyondTheRam) {
  builder.first<isa::SetActivations>().offset = 1;
  EXPECT_THAT(error(),
              HasSubstr("the region of elements 1 to 4097 ends beyond RAM 0, "
                        "which has 4096 elements (10240 bytes)"));
}

TEST_F(Errors, LoadedTileTooLarge) {
  builder.first<isa::SetActivations>().capacity = 3;
  EXPECT_THAT(error(), HasSubstr("PE (0, 0): the tensor of slot 0 needs "));
  EXPECT_THAT(error(), HasSubstr("but its region has 3 (8 bytes)"));
}

TEST_F(Errors, WrittenTileTooLarge) {
  for (isa::Command &command : builder.commands)
    if (auto *set = std::get_if<isa::SetActivations>(&command))
      if (set->slot == 1)
        set->capacity = 9;
  EXPECT_EQ(error(), "layer 0: end_layer (command 19): group 1, PE (0, 0): the "
                     "tensor of slot 1 needs 16 elements (40 bytes) of RAM 1, "
                     "but its region has 9 (23 bytes)");
}

TEST_F(Errors, RegionInUse) {
  for (isa::Command &command : builder.commands)
    if (auto *set = std::get_if<isa::SetActivations>(&command))
      set->ram = 0;
  EXPECT_THAT(error(), HasSubstr("overlaps the tensor at elements 0 to 4096, "
                                 "which the layer uses"));
}

TEST_F(Errors, AccumulatorsTooFew) {
  builder.first<isa::SetConvolution>().accumulatorRows = 2;
  EXPECT_THAT(error(), HasSubstr("a PE reaches 3x3 outputs of a channel, but "
                                 "has 2x3 accumulators for it"));
}

TEST_F(Errors, GroupDoesNotFit) {
  builder.first<isa::SetConvolution>().accumulatorRows = 200;
  EXPECT_THAT(error(),
              HasSubstr("2 channels of 200x3 need 1200 accumulators in "
                        "a PE, which has 1024 in a set"));
}

TEST_F(Errors, StrideWithoutPhases) {
  builder.first<isa::BindInput>().strideCols = 2;
  EXPECT_THAT(error(), HasSubstr("expected strides that divide the tensor's "
                                 "1x1 phases, but got 1x2"));
}

TEST_F(Errors, ZeroStride) {
  builder.first<isa::BindInput>().strideRows = 0;
  EXPECT_THAT(error(), HasSubstr("expected stride_rows to be at least 1"));
}

TEST_F(Errors, InputHalosWithOutputHalos) {
  TestConvolution conv = smallConvolution();
  conv.outputHalos = false;
  builder = ProgramBuilder(smallMachine());
  builder.addLayer(conv);
  builder.addHalt();
  EXPECT_EQ(error(), "");
  builder.first<isa::SetConvolution>().outputHalos = 1;
  EXPECT_THAT(error(), HasSubstr("slot 0 has input halos, which a convolution "
                                 "with output halos would count twice"));
}

TEST_F(Errors, Overflow) {
  // The bias of the group's first channel.
  size_t address = builder.first<isa::BroadcastWeights>().address;
  builder.dram[address + 2] = 0x80;
  EXPECT_THAT(error(), HasSubstr("layer 0: end_layer (command 19): group 0, PE "
                                 "(0, 0): the sum 83886"));
  EXPECT_THAT(error(), HasSubstr("at (0, 0) overflows the accumulator's 24 "
                                 "bits"));
}

TEST_F(Errors, MalformedActivations) {
  size_t address = builder.first<isa::LoadActivations>().address;
  builder.dram[address + 1] = 0xff;
  EXPECT_THAT(error(), HasSubstr("load_activations (command 2): PE (0, 0): the "
                                 "segment claims"));
}

TEST_F(Errors, MalformedBlockHeader) {
  size_t block = builder.first<isa::BroadcastWeights>().address + 2 * 8;
  auto with = [&](size_t offset, uint8_t value) {
    uint8_t old = builder.dram[block + offset];
    builder.dram[block + offset] = value;
    std::string text = error();
    builder.dram[block + offset] = old;
    return text;
  };
  EXPECT_THAT(with(0, 9), HasSubstr("weight block 0: no bound input has "
                                    "channel 9"));
  EXPECT_THAT(with(4, 3), HasSubstr("output channels 0 to 2 are outside the "
                                    "group of 2"));
  EXPECT_THAT(with(6, 0), HasSubstr("weight"));
  EXPECT_THAT(with(8, 1), HasSubstr("phase (1, 0) is outside the strides 1x1"));
  EXPECT_THAT(with(10, 32), HasSubstr("product shift of at most 31"));
  EXPECT_THAT(with(14, 15), HasSubstr("an element is at position "));
}

TEST_F(Errors, SpillRegionOutsideDram) {
  builder.first<isa::SetActivations>().spill = 1;
  builder.first<isa::SetActivations>().address = int64_t(1) << 39;
  EXPECT_THAT(error(), HasSubstr("set_activations (command 1): "));
  EXPECT_THAT(error(), HasSubstr("bytes at DRAM address 549755813888 are not "
                                 "within its"));
}

TEST_F(Errors, SpillRegionsOverlap) {
  int64_t address = builder.first<isa::LoadActivations>().address;
  for (isa::Command &command : builder.commands)
    if (auto *set = std::get_if<isa::SetActivations>(&command)) {
      set->spill = 1;
      set->address = address;
    }
  EXPECT_THAT(error(), HasSubstr("the region of slot 1 at DRAM address " +
                                 std::to_string(address) +
                                 " overlaps that of a tensor at " +
                                 std::to_string(address) +
                                 ", which the layer uses"));
}

// The host writes over what a tensor has spilled before it is read.
TEST_F(Errors, SpilledBlocksOverwritten) {
  int64_t address = builder.first<isa::LoadActivations>().address;
  auto &set = builder.first<isa::SetActivations>();
  set.capacity = 0;
  set.spill = 1;
  set.address = address;
  size_t load = indexOf<isa::LoadActivations>();
  builder.commands.insert(
      builder.commands.begin() + load + 1,
      {isa::EndLayer{}, isa::CallHost{0}, isa::BeginLayer{1}});
  EXPECT_EQ(error(), "");
  sim::Accelerator accelerator(smallMachine(), builder.commands, builder.dram);
  ASSERT_TRUE(bool(accelerator.run()));
  std::fill_n(accelerator.dram().begin() + address, 16, 0xff);
  EXPECT_THAT(llvm::toString(accelerator.run().takeError()),
              HasSubstr("PE (0, 0): the spilled blocks of slot 0 at DRAM "
                        "address " +
                        std::to_string(address) + ": an element of block 0"));
}

TEST_F(Errors, PoolingWindowWithoutValues) {
  size_t bias = indexOf<isa::AddBias>();
  builder.commands.insert(builder.commands.begin() + bias + 1,
                          isa::Pool{1, 1, 1, 1, 1, 0, 5, 4, 0});
  for (isa::Command &command : builder.commands)
    if (auto *set = std::get_if<isa::SetActivations>(&command))
      if (set->slot == 1)
        set->height = 5;
  // The second group lacks its pool.
  EXPECT_THAT(error(), HasSubstr("expected slot 1 to have the group's plane of "
                                 "4x4"));
}

//===----------------------------------------------------------------------===//
// Rows of tensors
//===----------------------------------------------------------------------===//

/// The same convolution on rows 1 to 4 of tensors of 6 rows.
TestConvolution rowsConvolution() {
  TestConvolution conv = smallConvolution();
  conv.rowsAround = Pair{1, 1};
  return conv;
}

class RowErrors : public Errors {
protected:
  RowErrors() {
    builder = ProgramBuilder(smallMachine());
    builder.addLayer(rowsConvolution());
    builder.addHalt();
  }
  /// Puts a command in front of the first one of kind `T`.
  template <typename T, typename CommandT> void insertBefore(CommandT command) {
    builder.commands.insert(builder.commands.begin() + indexOf<T>(), command);
  }
};

TEST_F(RowErrors, None) { EXPECT_EQ(error(), ""); }

TEST_F(RowErrors, LoadBeyondTheTensor) {
  builder.first<isa::LoadRows>().firstRow = 3;
  EXPECT_EQ(error(), "layer 0: load_rows (command 2): rows 3 to 6 are beyond "
                     "the 6 of the tensor in DRAM");
  builder.first<isa::LoadRows>().firstRow = 65535;
  EXPECT_THAT(error(), HasSubstr("rows 65535 to 65538 are beyond the 6"));
}

TEST_F(RowErrors, StoreBeyondTheTensor) {
  builder.first<isa::StoreRows>().height = 4;
  EXPECT_EQ(error(), "layer 0: store_rows (command 18): rows 1 to 4 are beyond "
                     "the 4 of the tensor in DRAM");
}

TEST_F(RowErrors, TensorWithoutRows) {
  builder.first<isa::LoadRows>().height = 0;
  EXPECT_THAT(error(), HasSubstr("load_rows (command 2): expected 1 to 65535 "
                                 "rows, but got 0"));
}

// All rows of the tensor lie in DRAM, those that are not loaded, too. 2 channels
// of two tiles of 2 columns: 4 + 10 bytes a segment.
TEST_F(RowErrors, ImageOutsideDram) {
  auto &load = builder.first<isa::LoadRows>();
  load.address = builder.dram.size() - 6 * 2 * 14;
  EXPECT_THAT(error(), testing::Not(HasSubstr("DRAM address")));
  load.address += 1;
  EXPECT_THAT(error(), HasSubstr("load_rows (command 2): 168 bytes at DRAM "
                                 "address "));
  EXPECT_THAT(error(), HasSubstr("are not within its"));
}

TEST_F(RowErrors, StoredImageOutsideDram) {
  builder.first<isa::StoreRows>().address = builder.dram.size() - 1;
  EXPECT_THAT(error(), HasSubstr("store_rows (command 18): 336 bytes at DRAM "));
  EXPECT_THAT(error(), HasSubstr("are not within its"));
}

TEST_F(RowErrors, SlotNotSet) {
  builder.first<isa::LoadRows>().slot = 9;
  EXPECT_THAT(error(), HasSubstr("load_rows (command 2): slot 9 is not set"));
  builder.first<isa::LoadRows>().slot = 0;
  builder.first<isa::StoreRows>().slot = 9;
  EXPECT_THAT(error(), HasSubstr("store_rows (command 18): slot 9 is not set"));
}

TEST_F(RowErrors, OutsideALayer) {
  insertBefore<isa::BeginLayer>(builder.first<isa::LoadRows>());
  EXPECT_THAT(error(), HasSubstr("load_rows (command 0): expected to be between "
                                 "begin_layer and end_layer"));
}

// The port would wait for room that only the load can make.
TEST_F(RowErrors, LoadBehindWeights) {
  insertBefore<isa::Accumulate>(builder.first<isa::LoadRows>());
  EXPECT_THAT(error(), HasSubstr("load_rows (command 7): expected to come "
                                 "before the broadcast_weights of the groups "
                                 "that follow"));
}

TEST_F(RowErrors, LoadAfterAStore) {
  insertBefore<isa::EndLayer>(builder.first<isa::LoadRows>());
  EXPECT_THAT(error(), HasSubstr("load_rows (command 19): "));
}

TEST_F(RowErrors, StoreWithinAGroup) {
  insertBefore<isa::AddBias>(builder.first<isa::StoreRows>());
  EXPECT_THAT(error(), HasSubstr("store_rows (command 9): "));
}

TEST_F(RowErrors, StoreOfNothing) {
  isa::StoreRows store = builder.first<isa::StoreRows>();
  insertBefore<isa::BroadcastWeights>(store);
  EXPECT_THAT(error(), HasSubstr("store_rows (command 6): nothing has been "
                                 "loaded or written to slot 1"));
}

TEST_F(RowErrors, StoreOfAnUnfinishedTensor) {
  for (isa::Command &command : builder.commands)
    if (auto *set = std::get_if<isa::SetActivations>(&command))
      if (set->slot == 1)
        set->channels = 5;
  EXPECT_THAT(error(), HasSubstr("only 4 of the 5 channels of slot 1"));
}

TEST_F(RowErrors, LoadedTileTooLarge) {
  builder.first<isa::SetActivations>().capacity = 3;
  EXPECT_THAT(error(), HasSubstr("load_rows (command 2): PE (0, 0): the tensor "
                                 "of slot 0 needs "));
}

// An error names the row of the tensor in DRAM, not of the slot.
TEST_F(RowErrors, MalformedSegment) {
  size_t segment = builder.first<isa::LoadRows>().address + (3 * 2 + 1) * 14;
  builder.dram[segment + 1] = 0xff;
  EXPECT_THAT(error(), HasSubstr("load_rows (command 2): row 3, column tile 1: "));
  EXPECT_THAT(error(), HasSubstr("but the segment has 10"));
  // A row that is not loaded is not read.
  builder.dram[segment + 1] = 0;
  builder.dram[segment + 1 - 3 * 2 * 14] = 0xff;
  EXPECT_EQ(error(), "");
}

TEST_F(Errors, RunIsOverAfterAnError) {
  builder.commands.pop_back();
  sim::Accelerator accelerator(smallMachine(), builder.commands, builder.dram);
  llvm::consumeError(accelerator.run().takeError());
  EXPECT_EQ(llvm::toString(accelerator.run().takeError()),
            "the program has ended");
}

TEST(Descriptors, SameDescriptionFindsTheTensor) {
  // The second layer reads the first one's result where it lies.
  TestConvolution conv = smallConvolution();
  ProgramBuilder builder(smallMachine());
  builder.addLayer(conv);
  isa::SetActivations written;
  for (const isa::Command &command : builder.commands)
    if (auto *set = std::get_if<isa::SetActivations>(&command))
      written = *set;
  written.slot = 7;
  builder.commands.push_back(isa::BeginLayer{1});
  builder.commands.push_back(written);
  int64_t address = builder.first<isa::StoreActivations>().address;
  builder.commands.push_back(isa::StoreActivations{7, address});
  builder.commands.push_back(isa::EndLayer{});
  builder.addHalt();
  RunResult run = runBoth(builder, smallMachine());
  EXPECT_EQ(run.error, "");
  EXPECT_GT(run.layers.at(1).cycles, 0);
}

// No program may crash the simulator or keep it busy forever: random bytes in
// commands and DRAM give a result or an error, the same in both engines.
TEST(Hostile, RandomChanges) {
  int errors = 0;
  for (uint32_t seed = 0; seed < 3000; ++seed) {
    std::mt19937 random(seed);
    ProgramBuilder builder(smallMachine());
    TestConvolution conv =
        seed / 2 % 2 ? rowsConvolution() : smallConvolution();
    if (random() % 2)
      conv.inputCapacity = conv.outputCapacity = 2;
    builder.addLayer(conv);
    builder.addHalt();
    if (seed % 2) {
      llvm::SmallVector<uint8_t, 0> bytes;
      for (const isa::Command &command : builder.commands)
        isa::encode(command, bytes);
      bytes[random() % bytes.size()] ^= 1 << random() % 8;
      auto commands = isa::decode(bytes);
      if (!commands) {
        llvm::consumeError(commands.takeError());
        continue;
      }
      builder.commands = *commands;
    } else {
      for (int i = 0; i < 3; ++i)
        builder.dram[random() % builder.dram.size()] = random();
    }
    SCOPED_TRACE("seed " + std::to_string(seed));
    errors += !runBoth(builder, smallMachine()).error.empty();
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_GT(errors, 500);
}

} // namespace
