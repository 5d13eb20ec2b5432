//===- ExchangeCost.cpp - What a hop-by-hop exchange costs ----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Layout/Geometry.h"
#include "llvm/Support/MathExtras.h"
#include <cstdlib>

using namespace scnn;

namespace {
/// The positions that, along one axis and in one round, go over the links in
/// one direction: of the busiest PE, and of all PEs.
struct Flow {
  int64_t busiest = 0;
  int64_t total = 0;
};
/// Flows back (0), staying (1) and on (2).
using Flows = std::array<Flow, 3>;
} // namespace

/// Flows of round `round` along one axis.
static Flows flowsOfRound(llvm::ArrayRef<int64_t> sent, int64_t parts,
                          int64_t round) {
  llvm::SmallVector<int64_t> atPart[3];
  for (auto &counts : atPart)
    counts.assign(parts, 0);
  for (int64_t src = 0; src < parts; ++src)
    for (int64_t dst = 0; dst < parts; ++dst) {
      bool arrived = std::abs(dst - src) <= round;
      int64_t direction = arrived ? 0 : (dst > src ? 1 : -1);
      int64_t place = arrived ? dst : src + direction * round;
      atPart[direction + 1][place] += sent[src * parts + dst];
    }
  Flows flows;
  for (int64_t direction = 0; direction < 3; ++direction)
    for (int64_t count : atPart[direction]) {
      flows[direction].busiest = std::max(flows[direction].busiest, count);
      flows[direction].total += count;
    }
  return flows;
}

// A value takes its row way and its column way independently of each other,
// and the values between two PEs are the product of both counts: so are the
// values on a link.
ExchangeCost scnn::exchangeCost(llvm::ArrayRef<int64_t> rowSent, int64_t rows,
                                llvm::ArrayRef<int64_t> colSent, int64_t cols,
                                int64_t channels, int64_t valuesPerLinkCycle) {
  ExchangeCost cost;
  for (int64_t round = 0;; ++round) {
    Flows rowFlows = flowsOfRound(rowSent, rows, round);
    Flows colFlows = flowsOfRound(colSent, cols, round);
    int64_t busiest = 0, moved = 0;
    for (int64_t row = 0; row < 3; ++row)
      for (int64_t col = 0; col < 3; ++col) {
        if (row == 1 && col == 1)
          continue;
        busiest =
            std::max(busiest, rowFlows[row].busiest * colFlows[col].busiest);
        moved += rowFlows[row].total * colFlows[col].total;
      }
    if (moved == 0)
      return cost;
    cost.rounds = round + 1;
    cost.valueHops += moved * channels;
    if (valuesPerLinkCycle != 0)
      cost.cycles +=
          llvm::divideCeilSigned(busiest * channels, valuesPerLinkCycle);
  }
}

llvm::SmallVector<int64_t>
scnn::sentToOwners(AxisCut cut, llvm::ArrayRef<Range> reach, AxisHalo halo) {
  llvm::SmallVector<int64_t> sent(cut.parts * cut.parts, 0);
  for (int64_t src = 0; src < cut.parts; ++src) {
    Range own = cut.owned(src);
    Range within =
        reach[src].intersect({own.begin - halo.before, own.end + halo.after});
    for (int64_t dst = 0; dst < cut.parts; ++dst)
      sent[src * cut.parts + dst] = within.intersect(cut.owned(dst)).size();
  }
  return sent;
}

llvm::SmallVector<int64_t> scnn::sentReplicas(AxisCut cut, AxisHalo halo) {
  llvm::SmallVector<int64_t> sent(cut.parts * cut.parts, 0);
  for (int64_t dst = 0; dst < cut.parts; ++dst) {
    Range stored = cut.stored(dst, halo.before, halo.after);
    for (int64_t src = 0; src < cut.parts; ++src)
      sent[src * cut.parts + dst] = cut.owned(src).intersect(stored).size();
  }
  return sent;
}
