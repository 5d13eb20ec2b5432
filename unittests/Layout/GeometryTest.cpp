//===- GeometryTest.cpp - Planes cut over the PE grid, against brute force
//-===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Layout/Geometry.h"
#include "gtest/gtest.h"
#include <map>
#include <random>
#include <set>

using namespace scnn;

namespace {

/// The smallest range that holds all of `values`.
Range hullOf(const std::set<int64_t> &values) {
  return values.empty() ? Range{}
                        : Range{*values.begin(), *values.rbegin() + 1};
}

TEST(Geometry, CutsCoverThePlaneOnce) {
  for (CutPolicy policy : {kCutCeil, kCutBalanced})
    for (int64_t extent = 1; extent < 40; ++extent)
      for (int64_t parts = 1; parts < 10; ++parts) {
        AxisCut cut{policy, extent, parts};
        int64_t next = 0, largest = 0, smallest = extent;
        for (int64_t part = 0; part < parts; ++part) {
          Range own = cut.owned(part);
          EXPECT_EQ(own.begin, next);
          for (int64_t x = own.begin; x < own.end; ++x)
            EXPECT_EQ(cut.owner(x), part);
          next = own.end;
          largest = std::max(largest, own.size());
          smallest = std::min(smallest, own.size());
        }
        EXPECT_EQ(next, extent);
        EXPECT_EQ(largest, cut.largestTile());
        EXPECT_EQ(largest, (extent + parts - 1) / parts);
        if (policy == kCutBalanced) {
          EXPECT_LE(largest - smallest, 1);
        }
      }
}

TEST(Geometry, CeilLeavesTheLastPEsEmpty) {
  AxisCut cut{kCutCeil, 14, 8};
  EXPECT_TRUE(cut.owned(6) == (Range{12, 14}));
  EXPECT_TRUE(cut.owned(7) == (Range{14, 14}));
  EXPECT_TRUE(cut.stored(7, 1, 1) == (Range{13, 14}));
}

TEST(Geometry, Windows) {
  for (int64_t filter = 1; filter < 5; ++filter)
    for (int64_t stride = 1; stride < 4; ++stride)
      for (int64_t dilation = 1; dilation < 4; ++dilation)
        for (int64_t pad = 0; pad < 4; ++pad)
          for (int64_t begin = 0; begin < 5; ++begin)
            for (int64_t end = begin; end < 9; ++end) {
              AxisWindow window{filter, stride, dilation, pad};
              std::set<int64_t> outputs, inputs;
              for (int64_t x = begin; x < end; ++x)
                for (int64_t r = 0; r < filter; ++r) {
                  int64_t distance = x + pad - dilation * r;
                  if (distance % stride == 0)
                    outputs.insert(distance / stride);
                  inputs.insert(x * stride - pad + dilation * r);
                }
              Range expected = hullOf(outputs);
              Range actual = window.outputsOf({begin, end});
              EXPECT_TRUE(actual == expected ||
                          (actual.empty() && expected.empty()));
              // As outputs, the range needs these inputs.
              EXPECT_TRUE(window.inputsOf({begin, end}) == hullOf(inputs));
            }
}

TEST(Geometry, Pooling) {
  for (int64_t size = 1; size < 5; ++size)
    for (int64_t stride = 1; stride < 5; ++stride)
      for (int64_t pad = 0; pad < 3; ++pad)
        for (int64_t begin = 0; begin < 6; ++begin)
          for (int64_t end = begin; end < 10; ++end) {
            std::set<int64_t> outputs;
            for (int64_t o = 0; o < 5; ++o)
              for (int64_t x = o * stride - pad; x < o * stride - pad + size;
                   ++x)
                if (begin <= x && x < end)
                  outputs.insert(o);
            Range expected = hullOf(outputs);
            Range actual = poolOutputs({begin, end}, size, stride, pad, 5);
            EXPECT_TRUE(actual == expected ||
                        (actual.empty() && expected.empty()));
          }
}

/// Every product's output that is in the plane is within its PE's reach, and no
/// PE reaches farther than its products and what it owns.
TEST(Geometry, Accumulators) {
  for (int64_t extent : {1, 5, 14, 16})
    for (int64_t parts : {1, 3, 8})
      for (int64_t filter : {1, 3, 4})
        for (int64_t stride : {1, 2})
          for (int64_t pad : {0, 1, 2}) {
            AxisWindow window{filter, stride, 1, pad};
            int64_t outputs = (extent + 2 * pad - filter) / stride + 1;
            if (extent + 2 * pad < filter)
              continue;
            AxisCut input{kCutCeil, extent, parts};
            AxisCut output{kCutBalanced, outputs, parts};
            AxisAccumulators with =
                makeAccumulators(output, {{input, {}, window}}, true);
            AxisAccumulators without =
                makeAccumulators(output, {{input, {}, window}}, false);
            AxisHalo halo = with.halo();
            for (int64_t part = 0; part < parts; ++part) {
              std::set<int64_t> touched;
              Range own = input.owned(part), owned = output.owned(part);
              for (int64_t o = owned.begin; o < owned.end; ++o)
                touched.insert(o);
              for (int64_t x = own.begin; x < own.end; ++x)
                for (int64_t r = 0; r < filter; ++r)
                  if ((x + pad - r) % stride == 0 && x + pad - r >= 0 &&
                      (x + pad - r) / stride < outputs)
                    touched.insert((x + pad - r) / stride);
              if (!touched.empty()) {
                EXPECT_TRUE(with.reach[part] == hullOf(touched));
              }
              EXPECT_TRUE(without.reach[part] == owned);
              EXPECT_GE(with.reach[part].begin, owned.begin - halo.before);
              EXPECT_LE(with.reach[part].end, owned.end + halo.after);
              EXPECT_LE(with.reach[part].size(), with.extent());
            }
            // With its input halo, each PE has all that its outputs need.
            AxisHalo needed = inputHalo(input, output, window);
            for (int64_t part = 0; part < parts; ++part) {
              Range stored = input.stored(part, needed.before, needed.after);
              Range inputs =
                  window.inputsOf(output.owned(part)).intersect({0, extent});
              for (int64_t x = inputs.begin; x < inputs.end; ++x)
                EXPECT_TRUE(stored.contains(x));
            }
          }
}

/// Moves every value on its own, one PE a round.
ExchangeCost simulateExchange(const std::vector<int64_t> &rowSent, int64_t rows,
                              const std::vector<int64_t> &colSent, int64_t cols,
                              int64_t channels, int64_t perCycle) {
  struct Flow {
    int64_t row, col, dstRow, dstCol, values;
  };
  std::vector<Flow> flows;
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < cols; ++c)
      for (int64_t dr = 0; dr < rows; ++dr)
        for (int64_t dc = 0; dc < cols; ++dc)
          flows.push_back(
              {r, c, dr, dc,
               rowSent[r * rows + dr] * colSent[c * cols + dc] * channels});
  ExchangeCost cost;
  auto sign = [](int64_t x) { return int64_t(x > 0) - int64_t(x < 0); };
  while (true) {
    std::map<std::array<int64_t, 4>, int64_t> links;
    for (Flow &flow : flows) {
      int64_t dr = sign(flow.dstRow - flow.row);
      int64_t dc = sign(flow.dstCol - flow.col);
      if ((dr == 0 && dc == 0) || flow.values == 0)
        continue;
      links[{flow.row, flow.col, dr, dc}] += flow.values;
      flow.row += dr;
      flow.col += dc;
    }
    if (links.empty())
      return cost;
    int64_t busiest = 0;
    for (auto &[link, values] : links) {
      busiest = std::max(busiest, values);
      cost.valueHops += values;
    }
    ++cost.rounds;
    if (perCycle)
      cost.cycles += (busiest + perCycle - 1) / perCycle;
  }
}

TEST(Geometry, ExchangeCost) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 300; ++trial) {
    auto in = [&](int64_t low, int64_t high) {
      return low + int64_t(random() % (high - low + 1));
    };
    int64_t rows = in(1, 5), cols = in(1, 5);
    auto sent = [&](int64_t parts) {
      std::vector<int64_t> counts(parts * parts);
      for (int64_t &count : counts)
        count = in(0, 2) ? 0 : in(0, 4);
      return counts;
    };
    std::vector<int64_t> rowSent = sent(rows), colSent = sent(cols);
    int64_t channels = in(1, 5), perCycle = in(0, 3);
    ExchangeCost expected =
        simulateExchange(rowSent, rows, colSent, cols, channels, perCycle);
    ExchangeCost actual =
        exchangeCost(rowSent, rows, colSent, cols, channels, perCycle);
    EXPECT_EQ(actual.cycles, expected.cycles);
    EXPECT_EQ(actual.valueHops, expected.valueHops);
    EXPECT_EQ(actual.rounds, expected.rounds);
  }
}

TEST(Geometry, SentToOwners) {
  AxisCut cut{kCutCeil, 8, 4};
  llvm::SmallVector<Range> reach = {{0, 4}, {0, 6}, {3, 7}, {5, 8}};
  auto sent = sentToOwners(cut, reach, {1, 1});
  // PE 1 owns 2 and 3, and reaches one farther on both sides.
  EXPECT_EQ(sent[1 * 4 + 0], 1);
  EXPECT_EQ(sent[1 * 4 + 1], 2);
  EXPECT_EQ(sent[1 * 4 + 2], 1);
  EXPECT_EQ(sent[1 * 4 + 3], 0);
  auto replicas = sentReplicas(cut, {1, 0});
  EXPECT_EQ(replicas[0 * 4 + 1], 1);
  EXPECT_EQ(replicas[1 * 4 + 0], 0);
  EXPECT_EQ(replicas[3 * 4 + 3], 2);
}

} // namespace
