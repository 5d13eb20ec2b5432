//===- KernelsTest.cpp - The fast engine's inner loops --------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every instruction set that this processor has against the rules, product by
// product and cycle by cycle.
//
//===----------------------------------------------------------------------===//

#include "../../lib/Simulator/Fast/Kernels.h"
#include "gtest/gtest.h"
#include <random>

using namespace scnn;
using namespace scnn::sim::fast;

namespace scnn::sim::fast {
static void PrintTo(const Kernels &kernels, std::ostream *stream) {
  *stream << kernels.name;
}
} // namespace scnn::sim::fast

namespace {

class Random {
public:
  explicit Random(uint32_t seed) : engine(seed) {}
  /// Uniform in [low, high].
  int64_t in(int64_t low, int64_t high) {
    return low + int64_t(engine() % uint64_t(high - low + 1));
  }
  template <typename T> T pick(std::initializer_list<T> from) {
    return from.begin()[in(0, from.size() - 1)];
  }

private:
  std::mt19937 engine;
};

class EveryKernel : public testing::TestWithParam<Kernels> {};

INSTANTIATE_TEST_SUITE_P(Kernels, EveryKernel,
                         testing::ValuesIn(kernels().begin(), kernels().end()),
                         [](const testing::TestParamInfo<Kernels> &info) {
                           return std::string(info.param.name);
                         });

TEST(Kernels, PortableOneIsLast) {
  ASSERT_FALSE(kernels().empty());
  EXPECT_STREQ(kernels().back().name, "portable");
}

TEST_P(EveryKernel, AccumulatesRoundedProducts) {
  for (uint32_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    int64_t lanes = kLaneAlignment * random.in(1, 30);
    int64_t shift = random.in(0, kMaxNarrowShift);
    // Half of the cases at the ends of the 16-bit range.
    auto value = [&]() -> int32_t {
      return seed % 2 ? random.in(-32768, 32767)
                      : random.pick({-32768, -32767, -1, 0, 1, 32767});
    };
    std::vector<int32_t> images(lanes + random.in(0, 50)), sums(lanes);
    std::generate(images.begin(), images.end(), value);
    std::generate(sums.begin(), sums.end(),
                  [&] { return random.in(INT32_MIN, INT32_MAX); });
    std::vector<Term> terms(random.in(0, 20));
    for (Term &term : terms)
      term = {uint32_t(random.in(0, images.size() - lanes)), value()};

    std::vector<int32_t> expected = sums;
    for (const Term &term : terms)
      for (int64_t i = 0; i < lanes; ++i) {
        int64_t product = int64_t(images[term.offset + i]) * term.weight;
        int64_t rounded =
            shift > 0 ? (product + (int64_t(1) << (shift - 1))) >> shift
                      : product;
        expected[i] = uint32_t(expected[i]) + uint32_t(rounded);
      }
    GetParam().accumulate(terms.data(), terms.data() + terms.size(), shift,
                          images.data(), sums.data(), lanes);
    ASSERT_EQ(sums, expected);
  }
}

/// A PE, a random run of batches, and what the run must give.
struct RandomRun {
  RandomRun(Random &random, const Machine &machine)
      : machine(machine), shape(machine) {
    reachRows = random.in(0, 6);
    reachCols = random.in(1, 6);
    clipPlaces.resize(random.in(1, 9));
    for (Place &place : clipPlaces)
      place = {int32_t(random.in(-2, 2)), int32_t(random.in(-2, 2))};
    for (int64_t a = random.in(1, 6); a > 0; --a) {
      bool clips = random.in(0, 1);
      firstPlaces.push_back(clips ? places.size() : -1);
      for (int64_t i = 0; i < machine.activationsPerVector; ++i) {
        banks.push_back(random.in(0, 3) == 0
                            ? kNoBank
                            : random.in(0, machine.accumulatorBanks - 1));
        if (clips)
          places.push_back(
              {int32_t(random.in(-3, 8)), int32_t(random.in(-3, 8))});
      }
    }
    int64_t time = random.in(0, 20);
    for (int64_t w = random.in(1, 12); w > 0; --w) {
      time += random.pick<int64_t>({0, 1, 1, 2, 300});
      sent.push_back(time);
      for (int64_t i = 0; i < machine.weightsPerVector; ++i) {
        if (random.in(0, 4) == 0) {
          weightBanks.push_back(-1);
          weightClasses.push_back(0);
          inside.push_back(0);
          clipped.push_back(0);
          continue;
        }
        int64_t bank = random.in(0, machine.accumulatorBanks - 1);
        int64_t clipClass = random.in(0, clipPlaces.size() - 1);
        weightBanks.push_back(bank);
        weightClasses.push_back(clipClass);
        inside.push_back(shape.histogramCounters + shape.banks - bank);
        clipped.push_back(inside.back() + clipClass * shape.histogramCounters);
      }
    }
  }

  BatchRun describe() {
    histograms.resize(shape.bytes(shape.histogramCounters) *
                      firstPlaces.size() * (1 + clipPlaces.size()));
    issued.assign(sent.size(), -1);
    BatchRun run;
    run.numActivations = firstPlaces.size();
    run.banks = banks.data();
    run.firstPlaces = firstPlaces.data();
    run.places = places.data();
    run.reachRows = reachRows;
    run.reachCols = reachCols;
    run.inside = inside.data();
    run.clipped = clipped.data();
    run.clipPlaces = clipPlaces.data();
    run.numClipPlaces = clipPlaces.size();
    run.numWeights = sent.size();
    run.sent = sent.data();
    run.issued = issued.data();
    run.histograms = histograms.data();
    return run;
  }

  bool isKept(size_t activation, size_t element, size_t weight) const {
    if (firstPlaces[activation] < 0)
      return true;
    Place a = places[firstPlaces[activation] + element];
    Place w = clipPlaces[weightClasses[weight]];
    return a.row - w.row >= 0 && a.row - w.row < reachRows &&
           a.col - w.col >= 0 && a.col - w.col < reachCols;
  }

  /// Rules M2 and X2 cycle by cycle, from `cycle` on.
  void simulate(std::vector<int64_t> &queues, int64_t &cycle,
                int64_t &conflictCycles, int64_t &weightCycles,
                std::vector<int64_t> &lastUses) const {
    int64_t f = machine.weightsPerVector, i = machine.activationsPerVector;
    auto longest = [&] {
      return *std::max_element(queues.begin(), queues.end());
    };
    auto elapse = [&] {
      for (int64_t &queue : queues)
        queue = std::max<int64_t>(queue - 1, 0);
      ++cycle;
    };
    lastUses.assign(sent.size(), -1);
    for (size_t a = 0; a < firstPlaces.size(); ++a)
      for (size_t w = 0; w < sent.size(); ++w) {
        for (; longest() > machine.bankQueueDepth - 1; elapse())
          ++conflictCycles;
        for (; cycle <= sent[w]; elapse())
          ++weightCycles;
        for (int64_t element = 0; element < i; ++element)
          for (int64_t slot = w * f; slot < int64_t(w + 1) * f; ++slot)
            if (banks[a * i + element] != kNoBank && weightBanks[slot] >= 0 &&
                isKept(a, element, slot))
              ++queues[(banks[a * i + element] + weightBanks[slot]) %
                       queues.size()];
        lastUses[w] = cycle;
        elapse();
      }
  }

  const Machine &machine;
  QueueShape shape;
  int64_t reachRows, reachCols;
  std::vector<Place> clipPlaces, places;
  std::vector<int16_t> banks;
  std::vector<int32_t> firstPlaces;
  std::vector<int64_t> sent, issued, weightBanks;
  std::vector<size_t> weightClasses;
  std::vector<uint32_t> inside, clipped;
  std::vector<uint8_t> histograms;
};

TEST_P(EveryKernel, RunsBatchesAsTheRulesSay) {
  for (uint32_t seed = 0; seed < 600; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    Machine machine;
    // The paper's PE, which has a loop of its own, and others.
    if (seed % 3 != 0) {
      machine.weightsPerVector = random.pick({1, 3, 4, 16});
      machine.activationsPerVector = random.pick({1, 4, 5, 16});
      machine.accumulatorBanks = random.pick({1, 2, 7, 31, 32, 33, 64, 512});
    }
    machine.bankQueueDepth = random.pick({1, 2, 8, 200, 70000});
    QueueShape shape(machine);
    std::vector<uint8_t> queues(shape.bytes(shape.counters), 0);
    QueueState state{queues.data(), random.in(0, 20), 0, 0};
    std::vector<int64_t> expectedQueues(machine.accumulatorBanks, 0);
    int64_t cycle = state.readyAt, conflicts = 0, weights = 0;
    // The queues of one run are those that the next one finds.
    for (int i = 0; i < 3; ++i) {
      RandomRun run(random, machine);
      for (int64_t &time : run.sent)
        time += cycle - 10;
      std::vector<int64_t> lastUses;
      run.simulate(expectedQueues, cycle, conflicts, weights, lastUses);
      GetParam().runBatches(shape, run.describe(), state);
      ASSERT_EQ(run.issued, lastUses);
    }
    // When the next batch could go, and when nothing is left.
    int64_t longest =
        *std::max_element(expectedQueues.begin(), expectedQueues.end());
    int64_t stall =
        std::max<int64_t>(longest - (machine.bankQueueDepth - 1), 0);
    EXPECT_EQ(state.readyAt, cycle + stall);
    EXPECT_EQ(std::max(state.readyAt, state.readyAt - 1 +
                                          longestQueue(shape, queues.data())),
              cycle + longest);
    EXPECT_EQ(state.conflictCycles, conflicts + stall);
    EXPECT_EQ(state.weightCycles, weights);
  }
}

} // namespace
