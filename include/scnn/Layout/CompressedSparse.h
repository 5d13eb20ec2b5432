//===- CompressedSparse.h - Compressed-sparse blocks ----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block of values as its non-zeros, each with the number of zeros before it
// (SCNN paper, "compressed-sparse encoding"). A run longer than the field can
// say is split by placeholders: stored elements of value zero. Trailing zeros
// are not stored.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LAYOUT_COMPRESSEDSPARSE_H
#define SCNN_LAYOUT_COMPRESSEDSPARSE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace scnn {

/// A stored element: a 16-bit value and the number of zeros before it.
struct Element {
  int16_t value;
  uint16_t zeroRun;

  bool isPlaceholder() const { return value == 0; }
  bool operator==(const Element &o) const {
    return value == o.value && zeroRun == o.zeroRun;
  }
};

/// Appends the elements of a block. Runs have `zeroRunBits` bits (1 to 16):
/// after 2^bits - 1 zeros a further zero is stored as a placeholder.
void compressBlock(llvm::ArrayRef<int16_t> dense, int64_t zeroRunBits,
                   llvm::SmallVectorImpl<Element> &elements);

/// Linear position of each element in its block: pos = previous + 1 + run.
/// The first element's position is its run.
void blockPositions(llvm::ArrayRef<Element> elements,
                    llvm::SmallVectorImpl<uint32_t> &positions);

/// Bytes that `count` packed elements take.
inline int64_t packedBytes(int64_t count, int64_t zeroRunBits) {
  return (count * (16 + zeroRunBits) + 7) / 8;
}

/// Packs elements, (16 + zeroRunBits) bits each, value in the low bits, least
/// significant bit first; the last byte is zero-padded.
void packElements(llvm::ArrayRef<Element> elements, int64_t zeroRunBits,
                  llvm::SmallVectorImpl<uint8_t> &bytes);

/// Puts elements in the places from `first` on of a packed sequence that
/// `bytes` holds; the bits of all others stay.
void packElementsAt(int64_t first, llvm::ArrayRef<Element> elements,
                    int64_t zeroRunBits, llvm::MutableArrayRef<uint8_t> bytes);

/// Reads `count` packed elements, from the `first` one on. False if `bytes` is
/// too short.
bool unpackElements(llvm::ArrayRef<uint8_t> bytes, int64_t count,
                    int64_t zeroRunBits,
                    llvm::SmallVectorImpl<Element> &elements,
                    int64_t first = 0);

} // namespace scnn

#endif // SCNN_LAYOUT_COMPRESSEDSPARSE_H
