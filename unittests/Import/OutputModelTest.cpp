//===- OutputModelTest.cpp - What a random layer computes ----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Import/Layers/OutputModel.h"

#include "scnn/Import/Layers/RandomTensors.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <cmath>

using namespace scnn;

namespace {

LayerRow makeRow(std::optional<double> outputDensity,
                 std::optional<LayerPool> pool) {
  LayerRow row;
  row.name = "x";
  row.channels = 16;
  row.height = row.width = 10;
  row.outputs = 96;
  row.filterRows = row.filterCols = 3;
  row.pad = 1;
  row.pool = pool;
  row.weightDensity = 0.5;
  row.activationDensity = 0.6;
  row.outputDensity = outputDensity;
  return row;
}

/// Density and largest value of a layer's result, computed.
std::pair<double, double> compute(const LayerRow &row) {
  RandomSource random(1, "x", "all");
  std::vector<float> inputs =
      randomActivations(row.inputSize(), *row.activationDensity, random);
  std::vector<float> weights = randomWeights(
      row.outputs, row.weightsPerOutput(), *row.weightDensity, random);
  OutputModel model = makeOutputModel(row, inputs, weights);
  int64_t height = row.convolvedHeight(), width = row.convolvedWidth();
  LayerPool pool = row.pool.value_or(LayerPool());
  int64_t nonZeros = 0;
  double largest = 0.0;
  for (int64_t k = 0; k < row.outputs; ++k) {
    std::vector<double> sums;
    for (int64_t y = 0; y < height; ++y)
      for (int64_t x = 0; x < width; ++x) {
        double sum = model.bias[k];
        for (int64_t c = 0; c < row.channels; ++c)
          for (int64_t r = 0; r < 3; ++r)
            for (int64_t s = 0; s < 3; ++s) {
              int64_t iy = y + r - 1, ix = x + s - 1;
              if (iy >= 0 && iy < row.height && ix >= 0 && ix < row.width)
                sum += weights[((k * row.channels + c) * 3 + r) * 3 + s] *
                       inputs[(c * row.height + iy) * row.width + ix];
            }
        sums.push_back(sum);
      }
    for (int64_t y = 0; y < row.outputHeight(); ++y)
      for (int64_t x = 0; x < row.outputWidth(); ++x) {
        double most = 0.0;
        for (int64_t i = 0; i < pool.size; ++i)
          for (int64_t j = 0; j < pool.size; ++j)
            most = std::max(most, sums[(y * pool.stride + i) * width +
                                       x * pool.stride + j]);
        nonZeros += most > 0.0;
        largest = std::max(largest, most);
      }
  }
  EXPECT_LE(largest, model.range);
  return {double(nonZeros) /
              (row.outputs * row.outputHeight() * row.outputWidth()),
          largest};
}

TEST(OutputModel, leavesTheDensity) {
  for (double density : {0.1, 0.3, 0.5, 0.9}) {
    EXPECT_NEAR(compute(makeRow(density, {})).first, density, 0.03);
    EXPECT_NEAR(compute(makeRow(density, LayerPool{2, 2, 0})).first, density,
                0.05);
  }
  EXPECT_EQ(compute(makeRow(0.0, {})).first, 0.0);
  EXPECT_EQ(compute(makeRow(1.0, {})).first, 1.0);
}

TEST(OutputModel, expectsHalfWhereNothingIsKnown) {
  EXPECT_EQ(expectedOutputDensity(makeRow({}, {})), 0.5);
  EXPECT_EQ(expectedOutputDensity(makeRow({}, LayerPool{2, 2, 0})), 0.9375);
  EXPECT_EQ(expectedOutputDensity(makeRow(0.2, LayerPool{2, 2, 0})), 0.2);
}

TEST(OutputModel, expectsPlaceholdersInLongBlocks) {
  ActivationLayout layout;
  layout.channels = 100;
  layout.height = layout.width = 16;
  layout.grid = {1, 1};
  EXPECT_EQ(expectedPeakDensity(layout, 0.0), 0.0);
  EXPECT_EQ(expectedPeakDensity(layout, 1.0), 1.0);
  // 16 zeros in a row have the probability 0.95^16 = 0.44.
  EXPECT_NEAR(expectedPeakDensity(layout, 0.05), 0.05 / (1 - 0.44), 0.01);
  layout.grid = {8, 8};
  EXPECT_NEAR(expectedPeakDensity(layout, 0.05), 0.05 + 4 * 0.0109, 0.001);
}

} // namespace
