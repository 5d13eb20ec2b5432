//===- RandomTensorsTest.cpp - Random masks and values -------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Import/Layers/RandomTensors.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace scnn;

namespace {

/// The generator is spelled out: these are its values for ever.
TEST(RandomTensors, areTheSameEverywhere) {
  RandomSource source(1, "conv1", "weights");
  EXPECT_EQ(source.next(), 2511667729697493818u);
  EXPECT_EQ(source.next(), 9360989922132487982u);
  RandomSource other(1, "conv2", "weights");
  EXPECT_NE(other.next(), RandomSource(1, "conv1", "weights").next());
  RandomSource activations(1, "conv1", "activations");
  EXPECT_NE(activations.next(), RandomSource(1, "conv1", "weights").next());
  RandomSource seeded(2, "conv1", "weights");
  EXPECT_NE(seeded.next(), RandomSource(1, "conv1", "weights").next());
}

TEST(RandomTensors, haveExactlyTheirDensity) {
  EXPECT_EQ(nonZeroCount(10, 0.25), 3);
  EXPECT_EQ(nonZeroCount(10, 0.24), 2);
  for (double density : {0.0, 0.001, 0.35, 0.5, 0.999, 1.0}) {
    RandomSource source(7, "x", "y");
    std::vector<float> values = randomActivations(1234, density, source);
    EXPECT_EQ(values.size(), 1234u);
    EXPECT_EQ(1234 - llvm::count(values, 0.0f), nonZeroCount(1234, density));
    for (float value : values)
      EXPECT_TRUE(value >= 0.0f && value <= 1.0f);
    std::vector<float> weights = randomWeights(11, 112, density, source);
    EXPECT_EQ(1232 - llvm::count(weights, 0.0f), nonZeroCount(1232, density));
    for (float weight : weights)
      EXPECT_TRUE(weight == 0.0f ||
                  (std::abs(weight) >= 0.25f && std::abs(weight) <= 1.0f));
  }
}

TEST(RandomTensors, addUpToNothingInEachOutputChannel) {
  RandomSource source(3, "x", "weights");
  std::vector<float> weights = randomWeights(16, 225, 0.4, source);
  for (int64_t k = 0; k < 16; ++k) {
    llvm::ArrayRef<float> own = llvm::ArrayRef(weights).slice(k * 225, 225);
    double sum = 0.0, largest = 0.0;
    for (float weight : own) {
      sum += weight;
      largest = std::max(largest, double(std::abs(weight)));
    }
    bool isOdd = (225 - llvm::count(own, 0.0f)) % 2;
    EXPECT_TRUE(isOdd ? std::abs(sum) <= largest : sum == 0.0);
  }
}

/// Chi-squared: each of 40 places is chosen about equally often, and so is each
/// pair of neighbours.
TEST(RandomTensors, chooseAllPlacesAlike) {
  constexpr int64_t kPlaces = 40, kChosen = 10, kRuns = 4000;
  RandomSource source(5, "x", "places");
  std::vector<int64_t> counts(kPlaces, 0);
  int64_t neighbours = 0;
  for (int64_t run = 0; run < kRuns; ++run) {
    std::vector<int64_t> places = choosePlaces(kPlaces, kChosen, source);
    ASSERT_EQ(int64_t(places.size()), kChosen);
    ASSERT_TRUE(llvm::is_sorted(places));
    for (int64_t place : places)
      ++counts[place];
    for (int64_t i = 1; i < kChosen; ++i)
      neighbours += places[i] == places[i - 1] + 1;
  }
  // Without replacement, the variance is p (1 - p) runs.
  double p = double(kChosen) / kPlaces, expected = p * kRuns, squares = 0.0;
  for (int64_t count : counts)
    squares += std::pow(count - expected, 2) / (expected * (1 - p));
  // Mean 40, standard deviation 9.
  EXPECT_GT(squares, 10.0);
  EXPECT_LT(squares, 80.0);
  double pairs = double(kPlaces - 1) * p * (kChosen - 1) / (kPlaces - 1);
  EXPECT_NEAR(double(neighbours) / kRuns, pairs, 0.1);
}

} // namespace
