//===- CompressedSparse.cpp - Compressed-sparse blocks --------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Layout/CompressedSparse.h"

using namespace scnn;

void scnn::compressBlock(llvm::ArrayRef<int16_t> dense, int64_t zeroRunBits,
                         llvm::SmallVectorImpl<Element> &elements) {
  int64_t longestRun = (int64_t(1) << zeroRunBits) - 1;
  // Zeros are stored only once a non-zero follows them.
  int64_t zeros = 0;
  for (int16_t value : dense) {
    if (value == 0) {
      ++zeros;
      continue;
    }
    for (; zeros > longestRun; zeros -= longestRun + 1)
      elements.push_back({0, uint16_t(longestRun)});
    elements.push_back({value, uint16_t(zeros)});
    zeros = 0;
  }
}

void scnn::blockPositions(llvm::ArrayRef<Element> elements,
                          llvm::SmallVectorImpl<uint32_t> &positions) {
  uint32_t next = 0;
  for (Element element : elements) {
    positions.push_back(next + element.zeroRun);
    next += element.zeroRun + 1u;
  }
}

void scnn::packElements(llvm::ArrayRef<Element> elements, int64_t zeroRunBits,
                        llvm::SmallVectorImpl<uint8_t> &bytes) {
  uint64_t pending = 0;
  int64_t pendingBits = 0;
  bytes.reserve(bytes.size() + packedBytes(elements.size(), zeroRunBits));
  for (Element element : elements) {
    uint64_t bits = uint16_t(element.value) | (uint64_t(element.zeroRun) << 16);
    pending |= bits << pendingBits;
    pendingBits += 16 + zeroRunBits;
    for (; pendingBits >= 8; pendingBits -= 8, pending >>= 8)
      bytes.push_back(uint8_t(pending));
  }
  if (pendingBits > 0)
    bytes.push_back(uint8_t(pending));
}

void scnn::packElementsAt(int64_t first, llvm::ArrayRef<Element> elements,
                          int64_t zeroRunBits,
                          llvm::MutableArrayRef<uint8_t> bytes) {
  int64_t place = first * (16 + zeroRunBits);
  for (Element element : elements) {
    uint64_t bits = uint16_t(element.value) | (uint64_t(element.zeroRun) << 16);
    for (int64_t left = 16 + zeroRunBits; left > 0;) {
      int64_t shift = place % 8, taken = std::min(8 - shift, left);
      uint8_t mask = ((1 << taken) - 1) << shift;
      uint8_t &byte = bytes[place / 8];
      byte = (byte & ~mask) | (uint8_t(bits << shift) & mask);
      bits >>= taken;
      place += taken;
      left -= taken;
    }
  }
}

bool scnn::unpackElements(llvm::ArrayRef<uint8_t> bytes, int64_t count,
                          int64_t zeroRunBits,
                          llvm::SmallVectorImpl<Element> &elements,
                          int64_t first) {
  if (count < 0 || packedBytes(first + count, zeroRunBits) >
                       int64_t(bytes.size()))
    return false;
  uint64_t pending = 0;
  int64_t pendingBits = 0;
  size_t next = first * (16 + zeroRunBits) / 8;
  if (int64_t before = first * (16 + zeroRunBits) % 8; before && count > 0) {
    pending = bytes[next++] >> before;
    pendingBits = 8 - before;
  }
  uint64_t runMask = (uint64_t(1) << zeroRunBits) - 1;
  elements.reserve(elements.size() + count);
  for (int64_t i = 0; i < count; ++i) {
    for (; pendingBits < 16 + zeroRunBits; pendingBits += 8)
      pending |= uint64_t(bytes[next++]) << pendingBits;
    elements.push_back(
        {int16_t(uint16_t(pending)), uint16_t((pending >> 16) & runMask)});
    pending >>= 16 + zeroRunBits;
    pendingBits -= 16 + zeroRunBits;
  }
  return true;
}
