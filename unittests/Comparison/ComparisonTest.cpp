//===- ComparisonTest.cpp - Machines to compare with ----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Comparison/Comparison.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace scnn;
using testing::HasSubstr;

namespace {

std::unique_ptr<ComparisonMachine> load(llvm::StringRef name,
                                        const Machine &machine = Machine()) {
  auto loaded = loadComparisonMachine(name, machine);
  EXPECT_TRUE(bool(loaded));
  return loaded ? std::move(*loaded)
                : (llvm::consumeError(loaded.takeError()), nullptr);
}

TEST(Comparison, Bounds) {
  Program::Layer layer;
  layer.denseMacs = 1000;
  sim::LayerCounters counters;
  counters.pes.resize(2);
  counters.pes[0][sim::Cause::Useful] = 300;
  counters.pes[1][sim::Cause::Useful] = 101;
  counters.pes[1][sim::Cause::Border] = 50;
  Machine machine;
  machine.peRows = machine.peCols = 1;
  ComparedRun run{{{layer, counters}}, {}};

  Comparison oracle = llvm::cantFail(compare(*load("oracle", machine), run));
  EXPECT_EQ(oracle.name, "oracle");
  ASSERT_EQ(oracle.layers.size(), 1u);
  EXPECT_EQ(oracle.layers[0].cycles, 26); // 401 / 16
  EXPECT_FALSE(oracle.layers[0].energy);
  EXPECT_EQ(oracle.machine.getInteger("multipliers"), 16);

  Comparison dense = llvm::cantFail(compare(*load("ideal-dense", machine), run));
  EXPECT_EQ(dense.layers[0].cycles, 63); // 1000 / 16
  EXPECT_EQ(dense.machine.getString("model"), "ideal-dense");
}

// Another SCNN machine runs the layers again, with its own fields on top of
// those of the machine that is simulated.
TEST(Comparison, ScnnRunsAgain) {
  Machine machine;
  machine.peRows = 4;
  machine.dramBitsPerCycle = 128;
  Machine simulated;
  auto rerun =
      [&](const Machine &other) -> llvm::Expected<std::vector<sim::LayerCounters>> {
    simulated = other;
    sim::LayerCounters counters;
    counters.cycles = 10;
    counters.pes.emplace_back()[sim::Cause::Useful] = 256;
    counters.events.multiplies = 2;
    return std::vector<sim::LayerCounters>{counters};
  };
  Comparison sparseA =
      llvm::cantFail(compare(*load("sparse-a", machine), {{}, rerun}));
  Machine expected = machine;
  expected.skipZeroWeights = 0;
  expected.weightFifoEntries = 0;
  EXPECT_EQ(toYaml(simulated), toYaml(expected));
  ASSERT_EQ(sparseA.layers.size(), 1u);
  EXPECT_EQ(sparseA.layers[0].cycles, 10);
  EXPECT_EQ(sparseA.layers[0].utilization(), 256.0 / (10 * 32 * 16));
  EXPECT_EQ(sparseA.layers[0].energy->total(), 2 * (375840 + 20880));
}

TEST(Comparison, Errors) {
  auto errorOf = [](llvm::StringRef name) {
    Machine machine;
    machine.accumulatorBanks = 16;
    auto loaded = loadComparisonMachine(name, machine);
    return loaded ? "" : llvm::toString(loaded.takeError());
  };
  EXPECT_THAT(errorOf("nothing"), HasSubstr("cannot read machine 'nothing'"));
  EXPECT_EQ(errorOf("scnn"),
            "scnn: accumulator_banks is 16 in the program and 32 in the machine "
            "given: the program is laid out for it, only timing fields can be "
            "changed");
  EXPECT_EQ(errorOf("sparse-w"), "");
}

} // namespace
