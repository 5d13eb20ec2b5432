//===- Geometry.h - Planes cut over the PE grid ---------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where a position of a plane lies, and which outputs an activation reaches.
// Rows and columns are independent of each other, so everything here is about
// one axis at a time. Compiler and simulator both use it: it is part of what
// a command means.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LAYOUT_GEOMETRY_H
#define SCNN_LAYOUT_GEOMETRY_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <algorithm>
#include <array>
#include <cstdint>

namespace scnn {

/// (rows, columns).
struct Pair : std::array<int64_t, 2> {};
/// (top, bottom, left, right).
struct Sides : std::array<int64_t, 4> {};

/// How a plane is cut over the PE grid; the values are those of the ISA. The
/// dialect's generated enumeration defines it; code without MLIR uses the
/// constants below.
enum class CutPolicy : uint32_t;
inline constexpr CutPolicy kCutCeil = CutPolicy(0);
inline constexpr CutPolicy kCutBalanced = CutPolicy(1);

/// A half-open range of positions [begin, end).
struct Range {
  int64_t begin = 0;
  int64_t end = 0;

  bool empty() const { return begin >= end; }
  int64_t size() const { return std::max<int64_t>(end - begin, 0); }
  bool contains(int64_t x) const { return begin <= x && x < end; }
  Range intersect(Range other) const;
  /// The smallest range that holds both; an empty range adds nothing.
  Range hull(Range other) const;
  bool operator==(Range o) const { return begin == o.begin && end == o.end; }
};

/// One axis of a plane, cut over one axis of the PE grid.
struct AxisCut {
  CutPolicy policy;
  /// Positions of the plane along this axis.
  int64_t extent;
  /// PEs along this axis.
  int64_t parts;

  /// The positions that PE `part` owns. `ceil`: tiles of ceil(extent / parts),
  /// the last ones smaller or empty. `balanced`: tiles differ by at most one.
  /// An empty tile still has a place: its begin (== end).
  Range owned(int64_t part) const;
  /// The PE that owns `x`.
  int64_t owner(int64_t x) const;
  /// The positions that PE `part` stores: its own, widened by a halo and
  /// clipped to the plane. An empty tile is widened around its place.
  Range stored(int64_t part, int64_t before, int64_t after) const;
  /// Size of the largest owned tile.
  int64_t largestTile() const;
};

/// One axis of a convolution window: activation x meets filter position r at
/// output (x + pad - dilation * r) / stride if that divides.
struct AxisWindow {
  int64_t filter, stride, dilation, padBefore;

  /// The hull of the outputs (not clipped to a plane) that inputs in `x`
  /// reach; empty if the strides skip them all.
  Range outputsOf(Range x) const;
  /// The inputs (not clipped) that outputs in `o` need.
  Range inputsOf(Range o) const;
  /// The filter positions r that meet inputs of `phase`: dilation * r -
  /// padBefore = phase (mod stride). Descending, so that the outputs along a
  /// weight block ascend.
  llvm::SmallVector<int64_t, 8> filterPhase(int64_t phase) const;
};

/// Halo of one axis: how far positions reach beyond an owned tile, at most.
struct AxisHalo {
  int64_t before = 0;
  int64_t after = 0;

  void include(Range owned, Range reached);
};

/// One axis of a convolution's output: what each PE accumulates and owns.
struct AxisAccumulators {
  /// Cut of the output plane.
  AxisCut cut;
  /// Per PE: the outputs for which it has accumulators: with output halos the
  /// hull of what its products touch and what it owns; else what it owns.
  llvm::SmallVector<Range, 8> reach;

  /// Accumulators that every PE sets aside along this axis.
  int64_t extent() const;
  /// Output halo: how far `reach` goes beyond the owned tiles.
  AxisHalo halo() const;
};

/// An input of a convolution, along one axis.
struct AxisInput {
  AxisCut cut;
  AxisHalo halo;
  AxisWindow window;
};

AxisAccumulators makeAccumulators(AxisCut outputCut,
                                  llvm::ArrayRef<AxisInput> inputs,
                                  bool outputHalos);

/// The input halo with which every PE can compute the outputs that it owns.
AxisHalo inputHalo(AxisCut input, AxisCut output, AxisWindow window);

/// One axis of max pooling: outputs whose window meets `x`.
Range poolOutputs(Range x, int64_t size, int64_t stride, int64_t padBefore,
                  int64_t pooledExtent);

/// What a hop-by-hop exchange costs. A value moves one PE a round, diagonally
/// while both axes differ; a round lasts as long as its busiest link.
struct ExchangeCost {
  /// Sum over the rounds of the busiest link's values divided (rounding up) by
  /// the values that a link carries a cycle; 0 if that is unlimited.
  int64_t cycles = 0;
  /// Values times links crossed, over all PEs and channels.
  int64_t valueHops = 0;
  /// Rounds, i.e. hops of the longest way.
  int64_t rounds = 0;
};

/// `rowSent[src * rows + dst]` is how many rows PE row src has for PE row dst
/// (src == dst: rows that stay), `colSent` likewise; PE (r, c) sends the PE
/// (r', c') the product of both, for each of `channels`. `valuesPerLinkCycle`
/// may be 0, unlimited.
ExchangeCost exchangeCost(llvm::ArrayRef<int64_t> rowSent, int64_t rows,
                          llvm::ArrayRef<int64_t> colSent, int64_t cols,
                          int64_t channels, int64_t valuesPerLinkCycle);

/// How many positions of `reach[src]` PE dst owns, limited to `halo` beyond
/// src's own tile: the input of `exchangeCost` for `add` and `max`, indexed
/// src * parts + dst.
llvm::SmallVector<int64_t>
sentToOwners(AxisCut cut, llvm::ArrayRef<Range> reach, AxisHalo halo);
/// How many positions that PE src owns PE dst stores: for `copy`.
llvm::SmallVector<int64_t> sentReplicas(AxisCut cut, AxisHalo halo);

} // namespace scnn

#endif // SCNN_LAYOUT_GEOMETRY_H
