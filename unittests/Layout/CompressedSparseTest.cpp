//===- CompressedSparseTest.cpp - Compressed-sparse blocks ----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Layout/CompressedSparse.h"
#include "gtest/gtest.h"
#include <random>

using namespace scnn;

namespace {

TEST(CompressedSparse, ZerosBeforeEachValue) {
  llvm::SmallVector<Element> elements;
  compressBlock({0, 0, 5, -3, 0, 7, 0, 0}, 4, elements);
  ASSERT_EQ(elements.size(), 3u);
  EXPECT_TRUE(elements[0] == (Element{5, 2}));
  EXPECT_TRUE(elements[1] == (Element{-3, 0}));
  EXPECT_TRUE(elements[2] == (Element{7, 1}));
}

TEST(CompressedSparse, LongRunsGetPlaceholders) {
  // 15 zeros fit 4 bits, the 16th is stored.
  for (auto [zeros, stored] : {std::pair(15, 1), std::pair(16, 2),
                               std::pair(31, 2), std::pair(32, 3)}) {
    std::vector<int16_t> dense(zeros, 0);
    dense.push_back(9);
    llvm::SmallVector<Element> elements;
    compressBlock(dense, 4, elements);
    EXPECT_EQ(int(elements.size()), stored) << zeros;
    EXPECT_EQ(elements.back().value, 9);
  }
}

TEST(CompressedSparse, RoundTrip) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 2000; ++trial) {
    int64_t bits = 1 + random() % 16;
    std::vector<int16_t> dense(random() % 300);
    int64_t density = random() % 101;
    for (int16_t &value : dense)
      value = int64_t(random() % 100) < density ? int16_t(random()) : 0;
    llvm::SmallVector<Element> elements, unpacked;
    compressBlock(dense, bits, elements);
    EXPECT_TRUE(elements.empty() || !elements.back().isPlaceholder());

    llvm::SmallVector<uint8_t> bytes;
    packElements(elements, bits, bytes);
    EXPECT_EQ(int64_t(bytes.size()), packedBytes(elements.size(), bits));
    ASSERT_TRUE(unpackElements(bytes, elements.size(), bits, unpacked));
    EXPECT_TRUE(unpacked == elements);
    if (!bytes.empty()) {
      EXPECT_FALSE(unpackElements(llvm::ArrayRef<uint8_t>(bytes).drop_back(),
                                  elements.size(), bits, unpacked));
    }

    // In two parts, the later one first, over bits that are all set.
    size_t part = elements.empty() ? 0 : random() % elements.size();
    llvm::SmallVector<uint8_t> parts(bytes.size() + 1, 0xff);
    packElementsAt(part, llvm::ArrayRef(elements).drop_front(part), bits,
                   parts);
    packElementsAt(0, llvm::ArrayRef(elements).take_front(part), bits, parts);
    for (bool later : {false, true}) {
      int64_t first = later ? part : 0,
              count = later ? elements.size() - part : part;
      unpacked.clear();
      ASSERT_TRUE(unpackElements(parts, count, bits, unpacked, first));
      EXPECT_TRUE(llvm::ArrayRef(unpacked) ==
                  llvm::ArrayRef(elements).slice(first, count));
    }
    EXPECT_EQ(parts.back(), 0xff);

    llvm::SmallVector<uint32_t> positions;
    blockPositions(elements, positions);
    std::vector<int16_t> restored(dense.size(), 0);
    for (size_t i = 0; i < elements.size(); ++i)
      restored.at(positions[i]) = elements[i].value;
    EXPECT_EQ(restored, dense);
  }
}

} // namespace
