//===- CheckConvolution.cpp - Both engines against the reference ----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramBuilder.h"
#include "gtest/gtest.h"

using namespace scnn;
using namespace scnn::test;

static std::string describe(const sim::LayerCounters &layer) {
  std::string text = "cycles " + std::to_string(layer.cycles);
  for (size_t cause = 0; cause < sim::kNumCauses; ++cause)
    text += " " + sim::causeName(sim::Cause(cause)).str() + " " +
            std::to_string(layer.slotsOf(sim::Cause(cause)));
  const sim::EventCounters &e = layer.events;
  for (int64_t value :
       {e.dramWeightBitsRead, e.dramActivationBitsRead,
        e.dramActivationBitsWritten, e.vectorsBroadcast, e.fifoWrites,
        e.fifoReads, e.ramElementReads, e.ramElementWrites, e.multiplies,
        e.accumulations, e.haloValueHops, e.ppuElements, layer.saturations,
        layer.spilledElements, layer.spilledBitsRead, layer.spilledBitsWritten})
    text += " " + std::to_string(value);
  return text;
}

RunResult test::runBoth(const ProgramBuilder &builder, const Machine &machine) {
  RunResult fast = runProgram(builder, machine, sim::EngineKind::Fast);
  RunResult cycle = runProgram(builder, machine, sim::EngineKind::Cycle);
  EXPECT_EQ(fast.error, cycle.error);
  EXPECT_EQ(fast.dram, cycle.dram);
  EXPECT_EQ(fast.layers.size(), cycle.layers.size());
  for (auto [f, c] : llvm::zip(fast.layers, cycle.layers))
    EXPECT_TRUE(f == c) << "fast:  " << describe(f)
                        << "\ncycle: " << describe(c);
  EXPECT_TRUE(fast.timelines == cycle.timelines);
  for (const sim::LayerCounters &layer : fast.layers)
    for (const sim::PECounters &pe : layer.pes) {
      int64_t sum = 0;
      for (int64_t slots : pe.slots) {
        EXPECT_GE(slots, 0);
        sum += slots;
      }
      EXPECT_EQ(sum, layer.cycles * machine.multipliers());
    }
  return fast;
}

RunResult test::checkConvolution(const TestConvolution &conv) {
  ProgramBuilder builder(conv.machine);
  ProgramBuilder::Result place = builder.addLayer(conv);
  builder.addHalt();
  RunResult run = runBoth(builder, conv.machine);
  EXPECT_EQ(run.error, "");
  if (!run.error.empty())
    return run;
  DenseTensor expected = computeReference(conv);
  llvm::Expected<std::vector<int16_t>> values = place.read(run.dram);
  EXPECT_TRUE(bool(values)) << llvm::toString(values.takeError());
  if (values)
    EXPECT_EQ(*values, expected.values);
  EXPECT_EQ(run.tensors.at(0).at(0).values, expected.values);
  return run;
}
