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

/// How many windows there are of each number of positions within the plane: all
/// but those at its border have `size`.
using WindowCounts = std::map<int64_t, int64_t>;

/// Along one axis: `windows` of `size` that begin at -pad, stride - pad, ...
static WindowCounts countWindows(int64_t windows, int64_t extent, int64_t size,
                                 int64_t stride, int64_t pad) {
  WindowCounts counts;
  for (int64_t index = 0; index < windows; ++index) {
    int64_t first = index * stride - pad;
    ++counts[std::max<int64_t>(std::min(first + size, extent) -
                                   std::max<int64_t>(first, 0),
                               0)];
  }
  return counts;
}

/// The same of both axes together.
static WindowCounts combine(const WindowCounts &rows,
                            const WindowCounts &cols) {
  WindowCounts counts;
  for (auto [height, numRows] : rows)
    for (auto [width, numCols] : cols)
      counts[height * width] += numRows * numCols;
  return counts;
}

/// The windows of a layer's filters, by the taps that meet the plane.
static WindowCounts filterWindows(const LayerRow &row) {
  return combine(countWindows(row.convolvedHeight(), row.height,
                              row.filterRows, row.stride, row.pad),
                 countWindows(row.convolvedWidth(), row.width, row.filterCols,
                              row.stride, row.pad));
}

/// The windows of its pooling, by the sums that they have.
static WindowCounts poolWindows(const LayerRow &row) {
  LayerPool pool = row.pool.value_or(LayerPool());
  return combine(countWindows(row.outputHeight(), row.convolvedHeight(),
                              pool.size, pool.stride, pool.pad),
                 countWindows(row.outputWidth(), row.convolvedWidth(),
                              pool.size, pool.stride, pool.pad));
}

namespace {
/// Finds the bias that leaves a density.
class BiasModel {
public:
  /// `meanSquare`: squared mean of the inputs / their variance.
  BiasModel(const LayerRow &row, double meanSquare)
      : filters(filterWindows(row)), pools(poolWindows(row)),
        taps(double(row.filterRows) * row.filterCols), meanSquare(meanSquare) {}

  /// The bias for that density of the result, in standard deviations of a sum
  /// that meets all weights; at most 6 in magnitude.
  double quantileFor(double density) const {
    double low = -6.0, high = 6.0;
    for (int step = 0; step < 60; ++step) {
      double middle = (low + high) / 2;
      (positivePart(middle) < density ? low : high) = middle;
    }
    return (low + high) / 2;
  }

private:
  WindowCounts filters, pools;
  double taps, meanSquare;

  /// The part of the results that is positive with that bias.
  double positivePart(double quantile) const {
    double positive = 0.0, results = 0.0;
    for (auto [met, sums] : filters) {
      double below = partBelow(met / taps, quantile);
      for (auto [values, windows] : pools) {
        // A pooled result is 0 only if its whole window is.
        positive += double(sums) * windows * (1.0 - std::pow(below, values));
        results += double(sums) * windows;
      }
    }
    return positive / results;
  }

  /// The part of the sums below 0 that meet this part of their weights. Those
  /// weights do not add up to 0, so that the inputs' mean tells.
  double partBelow(double met, double quantile) const {
    double deviation = std::sqrt(met * (1.0 + (1.0 - met) * meanSquare));
    return deviation > 0.0 ? normalBelow(-quantile / deviation)
                           : double(quantile <= 0.0);
  }
};
} // namespace

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
  double quantile = variance > 0.0
                        ? BiasModel(row, mean * mean / variance)
                              .quantileFor(expectedOutputDensity(row))
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
