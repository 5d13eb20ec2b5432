//===- RowImage.h - Activation tensors in DRAM, row by row ----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A tensor from which pieces of some rows are read and written. A segment
// holds one row of one column tile, all channels, compressed on its own: a
// zero run never crosses into another segment, so any rows can be read whoever
// wrote their neighbours.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LAYOUT_ROWIMAGE_H
#define SCNN_LAYOUT_ROWIMAGE_H

#include "scnn/Layout/CompressedSparse.h"
#include "scnn/Layout/Geometry.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

namespace scnn {

/// How an activation tensor [C][H][W] lies in DRAM, row by row.
struct RowLayout {
  int64_t channels = 0;
  int64_t height = 0;
  int64_t width = 0;
  CutPolicy policy = kCutCeil;
  /// PE columns: each row is cut into so many segments.
  int64_t parts = 1;
  int64_t zeroRunBits = 4;

  AxisCut colCut() const { return {policy, width, parts}; }
  /// Bytes of a segment, sized for the worst case; also the distance of the
  /// segments, which follow one another by row, then by column tile.
  int64_t segmentBytes() const;
  int64_t imageBytes() const { return height * parts * segmentBytes(); }
};

/// Succeeds if the layout can be stored: sizes are within their bounds, and
/// the positions of a segment's channel can be counted in 16 bits.
llvm::Error verify(const RowLayout &layout);

/// Bytes that `rows` of a tensor use, values [C][rows][W]: what crosses the
/// DRAM port when they are read or written.
int64_t usedRowBytes(const RowLayout &layout, llvm::ArrayRef<int16_t> values);

/// Compresses rows, values [C][rows.size()][W], into the tensor's `image` (of
/// `imageBytes`).
void encodeRows(const RowLayout &layout, Range rows,
                llvm::ArrayRef<int16_t> values,
                llvm::MutableArrayRef<uint8_t> image);

/// The inverse: fills `values`, and returns the bytes that the rows use. An
/// error names row and column tile of a malformed segment.
llvm::Expected<int64_t> decodeRows(const RowLayout &layout, Range rows,
                                   llvm::ArrayRef<uint8_t> image,
                                   llvm::MutableArrayRef<int16_t> values);

} // namespace scnn

#endif // SCNN_LAYOUT_ROWIMAGE_H
