//===- BareLoop.cpp - The least that a simulation has to do ---------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BareLoop.h"
#include "llvm/Support/MathExtras.h"
#include <cstring>

using namespace scnn;
using namespace scnn::benchmark;

#if defined(__x86_64__)
// The machine that the figures are from has it; the loop is no product.
#define SCNN_VECTOR __attribute__((target("avx2")))
#else
#define SCNN_VECTOR
#endif

typedef int32_t Lanes __attribute__((vector_size(32)));
typedef uint8_t Banks __attribute__((vector_size(32)));
static constexpr int64_t kLanes = 8, kBanks = 32, kWidth = 4;
static constexpr int64_t kShift = 4;

BareLoop::BareLoop(const test::TestConvolution &layer) {
  const test::TestInput &input = layer.inputs.front();
  const test::DenseTensor &tensor = input.tensor;
  AxisCut rowCut{input.policy, tensor.height, layer.machine.peRows};
  AxisCut colCut{input.policy, tensor.width, layer.machine.peCols};
  rows = rowCut.largestTile();
  paddedCols = llvm::alignTo(colCut.largestTile(), kLanes);
  planeCols = colCut.largestTile() + input.filterCols - 1;
  int64_t plane = (rows + input.filterRows - 1) * planeCols;
  sums = layer.groupSize * plane + kLanes;
  channels = tensor.channels;

  for (int64_t first = 0; first < layer.outputs; first += layer.groupSize) {
    std::vector<Block> &blocks = groups.emplace_back(channels);
    int64_t end = std::min(first + layer.groupSize, layer.outputs);
    for (int64_t c = 0; c < channels; ++c) {
      std::vector<std::vector<Weight>> byChannel(end - first);
      for (int64_t k = first; k < end; ++k)
        for (int64_t r = input.filterRows - 1; r >= 0; --r)
          for (int64_t s = input.filterCols - 1; s >= 0; --s)
            if (int16_t value = input.weight(k, c, r, s)) {
              int64_t offset = (k - first) * plane +
                               (input.filterRows - 1 - r) * planeCols +
                               input.filterCols - 1 - s;
              byChannel[k - first].push_back({value, int32_t(offset)});
              blocks[c].banks.push_back(offset % kBanks);
            }
      // The first weight of each output channel, then the second of each: sums
      // that were stored a moment ago, at another alignment, are slow to load.
      for (size_t i = 0; i < size_t(input.filterRows * input.filterCols); ++i)
        for (const std::vector<Weight> &weights : byChannel)
          if (i < weights.size())
            blocks[c].weights.push_back(weights[i]);
      while (blocks[c].banks.size() % kWidth != 0)
        blocks[c].banks.push_back(0);
    }
  }

  for (int64_t pe = 0; pe < layer.machine.numPEs(); ++pe) {
    Range ys = rowCut.owned(pe / layer.machine.peCols);
    Range xs = colCut.owned(pe % layer.machine.peCols);
    std::vector<Tile> &own = tiles.emplace_back(channels);
    for (int64_t c = 0; c < channels; ++c) {
      Tile &tile = own[c];
      tile.dense.assign(rows * paddedCols, 0);
      int64_t elements = 0;
      for (int64_t y = ys.begin; y < ys.end; ++y)
        for (int64_t x = xs.begin; x < xs.end; ++x)
          if (int16_t value = tensor.at(c, y, x)) {
            int64_t row = y - ys.begin, col = x - xs.begin;
            tile.dense[row * paddedCols + col] = value;
            if (elements++ % kWidth == 0)
              tile.counts.resize(tile.counts.size() + 2 * kBanks, 0);
            uint8_t *counts = &tile.counts[tile.counts.size() - 2 * kBanks];
            int64_t bank = (row * planeCols + col) % kBanks;
            ++counts[bank];
            ++counts[bank + kBanks];
          }
    }
  }
}

template <typename T>
SCNN_VECTOR static inline __attribute__((always_inline)) T
load(const void *from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

SCNN_VECTOR uint32_t BareLoop::runValues() {
  uint32_t check = 0;
  std::vector<int32_t> accumulators(sums);
  for (const std::vector<Tile> &own : tiles)
    for (const std::vector<Block> &blocks : groups) {
      std::fill(accumulators.begin(), accumulators.end(), 0);
      for (int64_t c = 0; c < channels; ++c) {
        if (own[c].counts.empty())
          continue;
        const int32_t *dense = own[c].dense.data();
        for (Weight weight : blocks[c].weights) {
          int32_t *to = &accumulators[weight.offset];
          for (int64_t row = 0; row < rows; ++row)
            for (int64_t col = 0; col < paddedCols; col += kLanes) {
              int32_t *sum = to + row * planeCols + col;
              Lanes product = load<Lanes>(dense + row * paddedCols + col) *
                              weight.value;
              Lanes result = load<Lanes>(sum) +
                             ((product + (1 << (kShift - 1))) >> kShift);
              std::memcpy(sum, &result, sizeof(Lanes));
            }
        }
      }
      check += accumulators[sums / 2];
    }
  return check;
}

SCNN_VECTOR uint32_t BareLoop::runBanks() {
  uint32_t check = 0;
  for (const std::vector<Tile> &own : tiles)
    for (const std::vector<Block> &blocks : groups) {
      Banks queues = {};
      for (int64_t c = 0; c < channels; ++c) {
        const std::vector<uint8_t> &banks = blocks[c].banks;
        for (size_t a = 0; a < own[c].counts.size(); a += 2 * kBanks) {
          // Loading from before the second copy rotates it up.
          const uint8_t *counts = &own[c].counts[a] + kBanks;
          for (size_t w = 0; w < banks.size(); w += kWidth) {
            queues = __builtin_elementwise_sub_sat(queues, Banks{} + 1);
            queues += load<Banks>(counts - banks[w]) +
                      load<Banks>(counts - banks[w + 1]) +
                      load<Banks>(counts - banks[w + 2]) +
                      load<Banks>(counts - banks[w + 3]);
          }
        }
      }
      check += queues[0];
    }
  return check;
}
