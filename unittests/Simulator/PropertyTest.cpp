//===- PropertyTest.cpp - Random convolutions through both engines --------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramBuilder.h"
#include "llvm/Support/MathExtras.h"
#include "gtest/gtest.h"
#include <map>
#include <random>

using namespace scnn;
using namespace scnn::test;

namespace {

class Random {
public:
  explicit Random(uint32_t seed) : engine(seed) {}
  /// Uniform in [low, high].
  int64_t in(int64_t low, int64_t high) {
    return low + int64_t(engine() % uint64_t(high - low + 1));
  }
  bool chance(int64_t percent) { return in(1, 100) <= percent; }
  template <typename T> T pick(std::initializer_list<T> from) {
    return from.begin()[in(0, from.size() - 1)];
  }
  void fill(std::vector<int16_t> &values, int64_t density, int64_t magnitude) {
    for (int16_t &value : values)
      value = chance(density) ? in(-magnitude, magnitude) : 0;
  }

private:
  std::mt19937 engine;
};

Machine randomMachine(Random &random) {
  Machine machine;
  machine.peRows = random.in(1, 4);
  machine.peCols = random.in(1, 4);
  machine.weightsPerVector = random.in(1, 5);
  machine.activationsPerVector = random.in(1, 5);
  machine.accumulatorBanks = random.pick({1, 7, 16, 32});
  machine.entriesPerBank = 4096 / machine.accumulatorBanks;
  machine.accumulatorBits = 32;
  machine.activationRamBytes = 1 << 16;
  machine.zeroRunBits = random.pick({1, 2, 4, 8});
  machine.weightFifoEntries = random.pick({0, 1, 2, 5, 50});
  machine.weightStagingVectors = random.pick({0, 1, 3, 16, 512});
  machine.broadcastVectorsPerCycle = random.pick({0, 1, 1, 2});
  machine.bankQueueDepth = random.pick({0, 1, 2, 4, 8});
  machine.ppuElementsPerCycle = random.pick({0, 1, 4});
  machine.haloValuesPerLinkCycle = random.pick({0, 1, 2});
  machine.dramBitsPerCycle = random.pick({0, 7, 64, 400});
  return machine;
}

int64_t outputExtent(int64_t extent, int64_t padBefore, int64_t padAfter,
                     int64_t filter, int64_t dilation, int64_t stride) {
  int64_t span = dilation * (filter - 1) + 1;
  return llvm::divideFloorSigned(extent + padBefore + padAfter - span, stride) +
         1;
}

/// A convolution with one input, or none if the window does not fit.
std::optional<TestConvolution> randomConvolution(Random &random) {
  TestConvolution conv;
  conv.machine = randomMachine(random);
  TestInput input;
  input.groups = random.pick<int64_t>({1, 1, 1, 2, 3});
  int64_t channels = input.groups * random.in(1, 4);
  conv.outputs = input.groups * random.in(1, 5);
  if (random.chance(10)) {
    // Depthwise.
    input.groups = channels;
    conv.outputs = channels * random.in(1, 2);
  }
  input.tensor = DenseTensor(channels, random.in(1, 14), random.in(1, 14));
  input.filterRows = random.in(1, 5);
  input.filterCols = random.in(1, 5);
  for (int axis : {0, 1}) {
    input.stride[axis] = random.pick({1, 1, 2, 3});
    input.dilation[axis] = random.pick({1, 1, 2, 3});
    input.phases[axis] = input.stride[axis] * random.pick({1, 1, 2});
  }
  input.padTop = random.in(0, input.filterRows);
  input.padLeft = random.in(0, input.filterCols);
  input.policy = conv.policy = random.pick({kCutCeil, kCutBalanced});
  conv.height =
      outputExtent(input.tensor.height, input.padTop, random.in(0, 2),
                   input.filterRows, input.dilation[0], input.stride[0]);
  conv.width =
      outputExtent(input.tensor.width, input.padLeft, random.in(0, 2),
                   input.filterCols, input.dilation[1], input.stride[1]);
  if (conv.height < 1 || conv.width < 1)
    return std::nullopt;

  random.fill(input.tensor.values, random.pick({0, 5, 30, 60, 100}), 300);
  input.weights.resize(conv.outputs * input.channelsPerGroup() *
                       input.filterRows * input.filterCols);
  random.fill(input.weights, random.pick({0, 5, 30, 60, 100}), 300);
  for (int64_t c = 0; c < channels; ++c)
    input.productShifts.push_back(random.in(0, 6));
  conv.inputs.push_back(std::move(input));

  if (random.chance(25)) {
    // A residual: an identity with a weight that is not 1.
    TestInput residual;
    residual.tensor = DenseTensor(conv.outputs, conv.height, conv.width);
    random.fill(residual.tensor.values, 50, 300);
    residual.groups = conv.outputs;
    residual.weights.assign(conv.outputs, 64);
    residual.productShifts.assign(conv.outputs, random.in(0, 6));
    residual.policy = conv.policy;
    conv.inputs.push_back(std::move(residual));
  }
  for (int64_t k = 0; k < conv.outputs; ++k) {
    conv.biases.push_back(random.in(-5000, 5000));
    conv.multipliers.push_back(random.in(1, 32767));
    // Most results within 16 bits.
    conv.shifts.push_back(random.chance(90) ? random.in(17, 24)
                                            : random.in(0, 16));
  }
  if (random.chance(50))
    conv.minimum = 0;
  if (random.chance(30)) {
    TestPool pool;
    for (int axis : {0, 1}) {
      pool.size[axis] = random.in(1, 3);
      pool.stride[axis] = random.in(1, 3);
    }
    pool.padTop = random.in(0, pool.size[0] - 1);
    pool.padLeft = random.in(0, pool.size[1] - 1);
    pool.height = outputExtent(conv.height, pool.padTop, 0, pool.size[0], 1,
                               pool.stride[0]);
    pool.width = outputExtent(conv.width, pool.padLeft, 0, pool.size[1], 1,
                              pool.stride[1]);
    if (pool.height > 0 && pool.width > 0)
      conv.pool = pool;
  }

  conv.groupSize = random.in(1, conv.outputs);
  conv.outputHalos = random.chance(60);
  conv.channelFastest = random.chance(40);
  conv.outputPhases = Pair{random.in(1, 2), random.in(1, 3)};
  if (random.chance(30))
    conv.outputHalo = Sides{random.in(0, 3), random.in(0, 3), random.in(0, 3),
                            random.in(0, 3)};
  conv.broadcastAhead = random.chance(30);
  if (random.chance(30))
    conv.rowsAround = Pair{random.in(0, 2), random.in(0, 2)};
  // From nothing to more than enough.
  if (random.chance(40))
    conv.inputCapacity = random.in(0, 4) * random.in(0, 40);
  if (random.chance(40))
    conv.outputCapacity = random.in(0, 4) * random.in(0, 40);
  conv.copiedImages = random.chance(30);
  return conv;
}

/// Whether a channel's accumulators and all groups fit the machine.
bool fits(const TestConvolution &conv) {
  ProgramBuilder builder(conv.machine);
  builder.addLayer(conv);
  const auto &set = builder.first<isa::SetConvolution>();
  return set.accumulatorRows * set.accumulatorCols * conv.groupSize <=
         conv.machine.accumulators();
}

TEST(SimulatorProperty, RandomConvolutions) {
  std::map<std::string, int> coverage;
  int cases = 0;
  for (uint32_t seed = 0; cases < 600; ++seed) {
    Random random(seed);
    std::optional<TestConvolution> conv = randomConvolution(random);
    if (!conv || !fits(*conv))
      continue;
    ++cases;
    SCOPED_TRACE("seed " + std::to_string(seed));
    RunResult run = checkConvolution(*conv);
    ASSERT_FALSE(HasFailure());

    const sim::LayerCounters &layer = run.layers.at(0);
    const Machine &m = conv->machine;
    coverage["several groups"] += layer.groups > 1;
    coverage["smaller last group"] += conv->outputs % conv->groupSize != 0;
    coverage["two inputs"] += conv->inputs.size() > 1;
    coverage["pooling"] += conv->pool.has_value();
    coverage["input halos"] += !conv->outputHalos;
    coverage["rows of tensors"] += conv->rowsAround.has_value();
    coverage["placeholders"] += layer.slotsOf(sim::Cause::Placeholder) > 0;
    coverage["border"] += layer.slotsOf(sim::Cause::Border) > 0;
    coverage["bank conflicts"] += layer.slotsOf(sim::Cause::BankConflict) > 0;
    coverage["weights"] += layer.slotsOf(sim::Cause::Weights) > 0;
    coverage["saturations"] += layer.saturations > 0;
    // Not those that only a copy of the image has cost.
    coverage["spilled inputs"] +=
        !conv->copiedImages && layer.spilledBitsRead > 0;
    coverage["spilled result"] +=
        !conv->copiedImages && layer.spilledBitsWritten > 0;
    coverage["spilled and copied"] +=
        conv->copiedImages && layer.spilledElements > 0;
    coverage["block longer than FIFO"] +=
        m.weightFifoEntries != 0 &&
        layer.weightElements / (m.weightsPerVector * layer.groups) >
            m.weightFifoEntries * int64_t(conv->inputs[0].tensor.channels);
    coverage["unlimited"] += m.bankQueueDepth == 0 && m.dramBitsPerCycle == 0;
  }
  for (auto [what, count] : coverage) {
    std::printf("%-24s %4d of %d\n", what.c_str(), count, cases);
    EXPECT_GE(count * 20, cases) << what << " is under 5 % of the cases";
  }
}

} // namespace
