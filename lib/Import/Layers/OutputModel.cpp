//===- OutputModel.cpp - What a random layer computes --------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Import/Layers/OutputModel.h"

#include <algorithm>
#include <cmath>
#include <map>

using namespace scnn;

double scnn::expectedOutputDensity(const LayerRow &row) {
  if (row.outputDensity)
    return *row.outputDensity;
  int64_t window = row.pool ? row.pool->size * row.pool->size : 1;
  return 1.0 - std::exp2(-double(window));
}

/// Probability that a standard normal variable is below x.
static double normalBelow(double x) {
  return std::erfc(-x / std::sqrt(2.0)) / 2;
}

namespace {
/// Outputs whose filters meet the same part of their weights: all but those at
/// the plane's border meet all.
struct Region {
  double part;
  int64_t outputs;
};
} // namespace

/// How many of an axis' outputs meet how many filter taps.
static std::map<int64_t, int64_t> countTaps(int64_t outputs, int64_t extent,
                                            int64_t filter,
                                            const LayerRow &row) {
  std::map<int64_t, int64_t> counts;
  for (int64_t y = 0; y < outputs; ++y) {
    int64_t first = y * row.stride - row.pad;
    ++counts[std::max<int64_t>(std::min(first + filter, extent) -
                                   std::max<int64_t>(first, 0),
                               0)];
  }
  return counts;
}

static std::vector<Region> regionsOf(const LayerRow &row) {
  std::vector<Region> regions;
  double taps = double(row.filterRows) * row.filterCols;
  for (auto [rows, numRows] : countTaps(row.convolvedHeight(), row.height,
                                        row.filterRows, row))
    for (auto [cols, numCols] : countTaps(row.convolvedWidth(), row.width,
                                          row.filterCols, row))
      regions.push_back({rows * cols / taps, numRows * numCols});
  return regions;
}

/// The part of a layer's results that is positive, after pooling, where the
/// bias is `quantile` standard deviations of a sum that meets all weights.
/// `meanSquare`: squared mean of the inputs / their variance. Weights that meet
/// a plane's border do not add up to 0, so that the mean tells there.
static double positivePart(llvm::ArrayRef<Region> regions, double quantile,
                           double meanSquare, int64_t window) {
  double positive = 0.0;
  int64_t outputs = 0;
  for (Region region : regions) {
    double deviation = std::sqrt(region.part *
                                 (1.0 + (1.0 - region.part) * meanSquare));
    double below = deviation > 0.0 ? normalBelow(-quantile / deviation)
                                   : double(quantile <= 0.0);
    // A pooled output is 0 only if its whole window is.
    positive += region.outputs * (1.0 - std::pow(below, window));
    outputs += region.outputs;
  }
  return positive / outputs;
}

/// The quantile that leaves a density; at most 6 in magnitude.
static double quantileFor(llvm::ArrayRef<Region> regions, double density,
                          double meanSquare, int64_t window) {
  double low = -6.0, high = 6.0;
  for (int step = 0; step < 60; ++step) {
    double middle = (low + high) / 2;
    bool isTooLow =
        positivePart(regions, middle, meanSquare, window) < density;
    (isTooLow ? low : high) = middle;
  }
  return (low + high) / 2;
}

OutputModel scnn::makeOutputModel(const LayerRow &row,
                                  llvm::ArrayRef<float> inputs,
                                  llvm::ArrayRef<float> weights) {
  double sum = 0.0, squares = 0.0;
  for (float x : inputs) {
    sum += x;
    squares += double(x) * x;
  }
  double mean = sum / inputs.size();
  double variance = std::max(squares / inputs.size() - mean * mean, 0.0);
  int64_t window = row.pool ? row.pool->size * row.pool->size : 1;
  double quantile =
      variance > 0.0 ? quantileFor(regionsOf(row), expectedOutputDensity(row),
                                   mean * mean / variance, window)
                     : 0.0;

  OutputModel model;
  int64_t perOutput = row.weightsPerOutput();
  for (int64_t k = 0; k < row.outputs; ++k) {
    double weightSum = 0.0, weightSquares = 0.0, most = 0.0;
    for (float w : weights.slice(k * perOutput, perOutput)) {
      weightSum += w;
      weightSquares += double(w) * w;
      // No input is larger than 1.
      most += std::max(w, 0.0f);
    }
    double deviation = std::sqrt(weightSquares * variance);
    double bias = quantile * deviation - weightSum * mean;
    model.bias.push_back(float(bias));
    model.range = std::max(
        {model.range,
         bias + std::min(weightSum * mean + 10.0 * deviation, most)});
  }
  return model;
}

double scnn::expectedPeakDensity(const ActivationLayout &layout,
                                 double density) {
  double positions = layout.maxElements();
  if (positions == 0.0 || density == 0.0)
    return 0.0;
  // A stored element for each 2^zeroRunBits zeros in a row, too. Blocks end such
  // runs: where they are shorter, there is none.
  double run = std::exp2(double(layout.zeroRunBits));
  double stored = density;
  if (positions / layout.channels > run)
    stored = density / (1.0 - std::pow(1.0 - density, run));
  // The fullest of a few hundred PEs is within 4 standard deviations.
  double deviation = std::sqrt(density * (1.0 - density) / positions);
  return std::min(stored + 4.0 * deviation, 1.0);
}
