//===- DenseMachineTest.cpp - DCNN, the dense baseline --------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Comparison/DenseMachine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace scnn;
using testing::HasSubstr;

namespace {

/// 10 channels of 5x6, 3x3 filters with padding, 7 output channels, pooled to
/// 2x3.
Program::Layer smallLayer() {
  Program::Layer layer;
  layer.name = "conv";
  layer.weights = 10 * 9 * 7;
  layer.denseMacs = layer.weights * 30;
  Program::Convolution &shape = layer.convolution.emplace();
  shape.inputs.push_back({10, 1, {5, 6}, {3, 3}, {1, 1}});
  shape.outputs = 7;
  shape.plane = {5, 6};
  shape.pooled = {2, 3};
  return layer;
}

sim::LayerCounters smallCounters() {
  sim::LayerCounters counters;
  counters.inputPositions = 300;
  counters.inputNonZeros = 120;
  counters.outputPositions = 42;
  counters.outputNonZeros = 20;
  counters.pes.emplace_back()[sim::Cause::Useful] = 4000;
  return counters;
}

/// 2x4 PEs of 16 multipliers with 20 accumulators.
DenseMachine smallMachine() {
  DenseMachine machine;
  machine.peRows = 2;
  machine.peCols = 4;
  machine.accumulators = 20;
  for (size_t price = 0; price < kNumPrices; ++price)
    machine.prices.attojoules[price] = 1;
  return machine;
}

LayerCost costOn(const DenseMachine &machine) {
  Program::Layer layer = smallLayer();
  sim::LayerCounters counters = smallCounters();
  return llvm::cantFail(costOf(machine, {layer, counters}));
}

/// Events: with prices of 1, energy is their number.
int64_t paid(const LayerCost &cost, Price price) {
  return cost.energy->of(price);
}

// A tile has ceil(5/2) x ceil(6/4) = 6 positions, a dot product of 90 takes 6
// vectors of 16: 6 x 7 x 6 = 252 cycles; the weights are 630 x 16 bits.
TEST(DenseMachine, Cycles) {
  DenseMachine machine = smallMachine();
  EXPECT_EQ(costOn(machine).cycles, 252);
  EXPECT_EQ(costOn(machine).slots, 252 * 128);
  EXPECT_EQ(costOn(machine).usefulSlots, 18900);
  machine.dramBitsPerCycle = 10;
  EXPECT_EQ(costOn(machine).cycles, 1008);
  machine.dramBitsPerCycle = 11;
  EXPECT_EQ(costOn(machine).cycles, 917); // 916.4
  machine.dramBitsPerCycle = 0;
  EXPECT_EQ(costOn(machine).cycles, 252);
  machine.peRows = machine.peCols = 1;
  machine.dotProductWidth = 90;
  EXPECT_EQ(costOn(machine).cycles, 30 * 7);
}

TEST(DenseMachine, Energy) {
  LayerCost cost = costOn(smallMachine());
  EXPECT_EQ(paid(cost, Price::DramBit), 630 * 16);
  // 7 x 6 weight vectors of 256 bits; 8 PEs are behind ceil(7/3) nodes.
  EXPECT_EQ(paid(cost, Price::NocBit), 42 * 256 * 3);
  EXPECT_EQ(paid(cost, Price::FifoWriteBit), 42 * 256 * 8);
  EXPECT_EQ(paid(cost, Price::FifoReadBit), 30 * 42 * 256);
  // 20 / 6 = 3 output channels pass while a vector is held: 3 reads for 7.
  EXPECT_EQ(paid(cost, Price::ActivationRamReadBit), 30 * 6 * 3 * 256);
  EXPECT_EQ(paid(cost, Price::ActivationRamWriteBit), 42 * 16);
  EXPECT_EQ(paid(cost, Price::Multiply), 18900);
  EXPECT_EQ(paid(cost, Price::GatedMultiply), 0);
  EXPECT_EQ(paid(cost, Price::Add), 18900);
  EXPECT_EQ(paid(cost, Price::AccumulatorAccess), 2 * 30 * 42);
  EXPECT_EQ(paid(cost, Price::PpuElement), 210);
  for (Price price : {Price::BlockCountAccess, Price::Coordinate,
                      Price::CrossbarProduct, Price::HaloHop})
    EXPECT_EQ(paid(cost, price), 0);
  EXPECT_EQ(cost.energy->total(),
            10080 + 32256 + 86016 + 322560 + 138240 + 672 + 18900 + 18900 +
                2520 + 210);
}

// 300 inputs and 42 outputs are 684 bytes.
TEST(DenseMachine, ActivationsThatDoNotFit) {
  DenseMachine machine = smallMachine();
  machine.activationRamBytes = 86; // 8 x 86 = 688
  EXPECT_EQ(paid(costOn(machine), Price::DramBit), 630 * 16);
  machine.activationRamBytes = 85; // 680
  EXPECT_EQ(paid(costOn(machine), Price::DramBit), (630 + 342) * 16);
  machine.compressDramActivations = 1;
  EXPECT_EQ(paid(costOn(machine), Price::DramBit), 630 * 16 + 140 * 20);
}

TEST(DenseMachine, ZeroGating) {
  DenseMachine machine = smallMachine();
  machine.gateZeroOperands = 1;
  LayerCost cost = costOn(machine);
  EXPECT_EQ(paid(cost, Price::Multiply), 4000);
  EXPECT_EQ(paid(cost, Price::GatedMultiply), 14900);
  EXPECT_EQ(cost.cycles, costOn(smallMachine()).cycles);
}

// A residual: a second input with an identity in each group.
TEST(DenseMachine, InputsAreOneDotProduct) {
  Program::Layer layer = smallLayer();
  layer.convolution->inputs.push_back({7, 7, {5, 6}, {1, 1}, {1, 1}});
  sim::LayerCounters counters = smallCounters();
  LayerCost cost = llvm::cantFail(costOf(smallMachine(), {layer, counters}));
  // 91 products are still 6 vectors.
  EXPECT_EQ(cost.cycles, 252);
  EXPECT_EQ(paid(cost, Price::DramBit), 91 * 7 * 16);
}

TEST(DenseMachine, Errors) {
  auto errorOf = [](llvm::StringRef yaml) {
    auto machine = parseDenseMachine(yaml, "d.yaml");
    return machine ? "" : llvm::toString(machine.takeError());
  };
  EXPECT_EQ(errorOf("model: dcnn\n"), "");
  EXPECT_EQ(errorOf("model: dcnn\npe_rows: 0\n"),
            "d.yaml:2: expected pe_rows to be 1 to 1024, but got '0'");
  EXPECT_EQ(errorOf("model: dcnn\npe_rows: 1000\npe_cols: 1000\n"),
            "d.yaml: expected at most 16384 PEs, but pe_rows x pe_cols = 1000 x "
            "1000 = 1000000");
  EXPECT_EQ(errorOf("model: dcnn\nactivation_ram_bytes: 3\n"),
            "d.yaml: expected activation_ram_bytes to hold a vector of 16 "
            "activations of 16 bits, but got 3");
  EXPECT_EQ(errorOf("model: dcnn\ngate_zero_operands: maybe\n"),
            "d.yaml:2: expected gate_zero_operands to be yes or no, but got "
            "'maybe'");
  EXPECT_EQ(errorOf("model: dcnn\naccumulator_banks: 8\n"),
            "d.yaml:2: unknown machine field 'accumulator_banks'");

  Program::Layer layer = smallLayer();
  layer.convolution.reset();
  sim::LayerCounters counters = smallCounters();
  EXPECT_THAT(
      llvm::toString(costOf(smallMachine(), {layer, counters}).takeError()),
      HasSubstr("layer 'conv': the program does not say"));
}

// machines/dcnn.yaml says what the defaults are, every one.
TEST(DenseMachine, TheFileIsTheDefault) {
  llvm::Expected<std::string> yaml = readMachineText("dcnn");
  ASSERT_TRUE(bool(yaml));
  llvm::Expected<DenseMachine> machine = parseDenseMachine(*yaml, "dcnn");
  ASSERT_TRUE(bool(machine)) << llvm::toString(machine.takeError());
  DenseMachine standard;
  for (const FieldOf<DenseMachine> &field : denseMachineFields()) {
    EXPECT_EQ((*machine).*field.member, standard.*field.member);
    EXPECT_THAT(*yaml, HasSubstr((field.name + ": ").str()));
    EXPECT_FALSE(field.summary.empty());
  }
  EXPECT_TRUE(machine->prices == standard.prices);
  EXPECT_EQ(machine->multipliers(), 1024);
}

} // namespace
