//===- ActivationImage.h - Activation tensors as DRAM segments ------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An activation tensor in DRAM is one segment for each PE, with the blocks of
// that PE's stored tile; `docs/program-format.md` has the bytes. The host
// writes a program's inputs and reads its outputs this way, and the simulator
// loads and stores them.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LAYOUT_ACTIVATIONIMAGE_H
#define SCNN_LAYOUT_ACTIVATIONIMAGE_H

#include "scnn/Layout/CompressedSparse.h"
#include "scnn/Layout/Geometry.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

namespace scnn {

/// The positions of a tile, along one axis, that belong to one phase.
struct PhasePositions {
  int64_t first = 0;
  int64_t count = 0;
  int64_t step = 1;

  int64_t operator[](int64_t index) const { return first + index * step; }
};

/// The positions x of `tile` with x mod `phases` = `phase`.
PhasePositions phasePositions(Range tile, int64_t phase, int64_t phases);

/// How an activation tensor [C][H][W] lies on the PEs.
struct ActivationLayout {
  int64_t channels = 0;
  int64_t height = 0;
  int64_t width = 0;
  CutPolicy policy = kCutCeil;
  /// PE rows and columns.
  Pair grid{1, 1};
  /// Rows are split by y mod phases[0], columns by x mod phases[1].
  Pair phases{1, 1};
  /// How far a PE's stored tile goes beyond its own (top, bottom, left, right).
  Sides halo{0, 0, 0, 0};
  int64_t zeroRunBits = 4;

  AxisCut rowCut() const { return {policy, height, grid[0]}; }
  AxisCut colCut() const { return {policy, width, grid[1]}; }
  AxisHalo rowHalo() const { return {halo[0], halo[1]}; }
  AxisHalo colHalo() const { return {halo[2], halo[3]}; }
  /// Rows and columns that a PE stores.
  Range storedRows(int64_t peRow) const {
    return rowCut().stored(peRow, halo[0], halo[1]);
  }
  Range storedCols(int64_t peCol) const {
    return colCut().stored(peCol, halo[2], halo[3]);
  }
  int64_t numPEs() const { return grid[0] * grid[1]; }
  int64_t numPhases() const { return phases[0] * phases[1]; }
  /// Blocks that a PE holds: one for each channel and phase.
  int64_t blocksPerPE() const { return channels * numPhases(); }
  /// Most elements that a PE can hold: its stored positions, all channels.
  int64_t maxElements(int64_t peRow, int64_t peCol) const;
  /// Most elements that any PE can hold.
  int64_t maxElements() const;
  /// Bytes of a PE's segment in DRAM, sized for the worst case; also the
  /// distance of the segments.
  int64_t segmentBytes() const;
  int64_t imageBytes() const { return segmentBytes() * numPEs(); }
};

/// Succeeds if the layout can be stored: phases and zero runs are within their
/// bounds, and the positions of a block can be counted in 16 bits.
llvm::Error verify(const ActivationLayout &layout);

/// One PE's part of a tensor: how many elements each block has (in the order
/// channel, row phase, column phase), and the elements of all blocks.
struct ActivationSegment {
  llvm::SmallVector<uint16_t, 0> counts;
  llvm::SmallVector<Element, 0> elements;
};

/// Appends one channel to a segment. `at(y, x)` is the value at a position of
/// the PE's stored tile.
void appendChannel(const ActivationLayout &layout, int64_t peRow, int64_t peCol,
                   llvm::function_ref<int16_t(int64_t, int64_t)> at,
                   ActivationSegment &segment);

/// Calls `visit(channel, y, x, value)` for each stored element, placeholders
/// included. An error if counts or elements do not fit the layout.
llvm::Error forEachElement(
    const ActivationLayout &layout, int64_t peRow, int64_t peCol,
    llvm::ArrayRef<uint16_t> counts, llvm::ArrayRef<Element> elements,
    llvm::function_ref<void(int64_t, int64_t, int64_t, int16_t)> visit);

/// Bytes that the segment uses in DRAM (at most `segmentBytes`).
int64_t usedBytes(const ActivationLayout &layout,
                  const ActivationSegment &segment);

/// Writes a segment to `bytes` (of `segmentBytes`); what it does not use is 0.
void writeSegment(const ActivationLayout &layout,
                  const ActivationSegment &segment,
                  llvm::MutableArrayRef<uint8_t> bytes);

/// Writes the next blocks of a segment into its bytes: those from `firstBlock`
/// on, whose elements begin with the segment's `firstElement`. All else stays.
void writeBlocks(const ActivationLayout &layout,
                 const ActivationSegment &blocks, int64_t firstBlock,
                 int64_t firstElement, llvm::MutableArrayRef<uint8_t> bytes);

/// Appends `count` elements of a segment, from the `first` one on; they must
/// be within its bytes.
void readElements(const ActivationLayout &layout,
                  llvm::ArrayRef<uint8_t> bytes, int64_t first, int64_t count,
                  llvm::SmallVectorImpl<Element> &elements);

/// Reads a segment from its bytes. An error if a block holds more elements
/// than it has positions or the bytes end early.
llvm::Expected<ActivationSegment> readSegment(const ActivationLayout &layout,
                                              int64_t peRow, int64_t peCol,
                                              llvm::ArrayRef<uint8_t> bytes);

/// Compresses a whole tensor, `values` [C][H][W], into `image` of
/// `imageBytes`.
void encodeActivations(const ActivationLayout &layout,
                       llvm::ArrayRef<int16_t> values,
                       llvm::MutableArrayRef<uint8_t> image);

/// The inverse: reads what each PE owns. An error names the PE whose segment
/// is malformed.
llvm::Error decodeActivations(const ActivationLayout &layout,
                              llvm::ArrayRef<uint8_t> image,
                              llvm::MutableArrayRef<int16_t> values);

} // namespace scnn

#endif // SCNN_LAYOUT_ACTIVATIONIMAGE_H
