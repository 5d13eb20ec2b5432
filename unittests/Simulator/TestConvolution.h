//===- TestConvolution.h - A convolution on dense tensors, for the tests --===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a test computes: dense inputs and weights, and how they are laid on
// the machine. Reference and program builder both start from it, and share
// nothing else.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_UNITTESTS_SIMULATOR_TESTCONVOLUTION_H
#define SCNN_UNITTESTS_SIMULATOR_TESTCONVOLUTION_H

#include "scnn/Layout/Geometry.h"
#include "scnn/Machine/Machine.h"
#include <optional>
#include <vector>

namespace scnn::test {

/// [C][H][W].
struct DenseTensor {
  int64_t channels = 0, height = 0, width = 0;
  std::vector<int16_t> values;

  DenseTensor() = default;
  DenseTensor(int64_t c, int64_t h, int64_t w)
      : channels(c), height(h), width(w), values(c * h * w, 0) {}
  int16_t &at(int64_t c, int64_t y, int64_t x) {
    return values[(c * height + y) * width + x];
  }
  int16_t at(int64_t c, int64_t y, int64_t x) const {
    return values[(c * height + y) * width + x];
  }
};

/// An input with its window and its weights [K][C / groups][R][S].
struct TestInput {
  DenseTensor tensor;
  int64_t filterRows = 1, filterCols = 1;
  Pair stride{1, 1}, dilation{1, 1};
  int64_t padTop = 0, padLeft = 0;
  int64_t groups = 1;
  std::vector<int16_t> weights;
  /// Per channel.
  std::vector<int64_t> productShifts;
  /// How the tensor is laid out: a multiple of the strides.
  Pair phases{1, 1};
  CutPolicy policy = kCutCeil;

  int64_t channelsPerGroup() const { return tensor.channels / groups; }
  int16_t weight(int64_t k, int64_t c, int64_t r, int64_t s) const {
    return weights[((k * channelsPerGroup() + c) * filterRows + r) *
                       filterCols +
                   s];
  }
};

struct TestPool {
  Pair size{1, 1}, stride{1, 1};
  int64_t padTop = 0, padLeft = 0;
  int64_t height = 1, width = 1;
};

struct TestConvolution {
  Machine machine;
  std::vector<TestInput> inputs;
  int64_t outputs = 1, height = 1, width = 1;
  std::vector<int32_t> biases;
  std::vector<int64_t> multipliers, shifts;
  int64_t minimum = -32768, maximum = 32767;
  std::optional<TestPool> pool;

  // The mapping.
  int64_t groupSize = 1;
  bool outputHalos = true;
  bool channelFastest = false;
  CutPolicy policy = kCutCeil;
  /// Of the tensor that is written.
  Pair outputPhases{1, 1};
  Sides outputHalo{0, 0, 0, 0};
  /// If given, DRAM holds the tensors row by row, with so many further rows
  /// above and below those of the layer.
  std::optional<Pair> rowsAround;
  /// Broadcast all groups' weights before the first accumulate.
  bool broadcastAhead = false;
  /// Elements that each input's region, and the result's, hold; the rest
  /// spills. Absent: the RAM's, shared out, and nothing may spill.
  std::optional<int64_t> inputCapacity, outputCapacity;
  /// Tensors that spill are loaded from and stored to another place in DRAM
  /// than their own region.
  bool copiedImages = false;

  int64_t resultHeight() const { return pool ? pool->height : height; }
  int64_t resultWidth() const { return pool ? pool->width : width; }
};

/// The result, by definition: nothing of the layout or the simulator is in it.
DenseTensor computeReference(const TestConvolution &convolution);

} // namespace scnn::test

#endif // SCNN_UNITTESTS_SIMULATOR_TESTCONVOLUTION_H
