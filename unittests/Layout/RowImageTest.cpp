//===- RowImageTest.cpp - Activation tensors in DRAM, row by row ----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Layout/RowImage.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <random>

using namespace scnn;

namespace {

/// 2 channels, 3 rows of 5 columns in two tiles of 3 and 2: a segment has room
/// for two counts and 6 elements of 20 bits.
RowLayout smallLayout() {
  RowLayout layout;
  layout.channels = 2;
  layout.height = 3;
  layout.width = 5;
  layout.parts = 2;
  layout.zeroRunBits = 4;
  return layout;
}

/// A number from `low` to `high`.
int64_t in(std::mt19937 &random, int64_t low, int64_t high) {
  return low + int64_t(random() % uint64_t(high - low + 1));
}

/// Cuts `height` rows at random places.
std::vector<Range> randomPieces(std::mt19937 &random, int64_t height) {
  std::vector<Range> pieces;
  for (int64_t begin = 0; begin < height;) {
    int64_t end = in(random, begin + 1, height);
    pieces.push_back({begin, end});
    begin = end;
  }
  std::shuffle(pieces.begin(), pieces.end(), random);
  return pieces;
}

/// Rows of [C][H][W] as [C][rows][W].
std::vector<int16_t> rowsOf(const RowLayout &layout,
                            llvm::ArrayRef<int16_t> values, Range rows) {
  std::vector<int16_t> result;
  for (int64_t c = 0; c < layout.channels; ++c) {
    auto piece = values.slice((c * layout.height + rows.begin) * layout.width,
                              rows.size() * layout.width);
    result.insert(result.end(), piece.begin(), piece.end());
  }
  return result;
}

TEST(RowImage, Sizes) {
  RowLayout layout = smallLayout();
  EXPECT_EQ(layout.segmentBytes(), 2 * 2 + 15);
  EXPECT_EQ(layout.imageBytes(), 3 * 2 * 19);
  layout.policy = kCutBalanced;
  layout.parts = 4;
  // Tiles of 2, 1, 1 and 1 columns.
  EXPECT_EQ(layout.segmentBytes(), 2 * 2 + 10);
  EXPECT_EQ(layout.imageBytes(), 3 * 4 * 14);
}

// docs/program-format.md, byte by byte.
TEST(RowImage, Bytes) {
  RowLayout layout = smallLayout();
  std::vector<uint8_t> image(layout.imageBytes(), 0xee);
  encodeRows(layout, {1, 2}, {0, 0, 7, 5, 0, 1, 2, -3, 0, 0}, image);
  std::vector<uint8_t> expected(layout.imageBytes(), 0xee);
  // Row 1 has segments 2 and 3. In the first one, 7 has a zero run of 2, and
  // the elements of channel 1 follow without gap.
  std::vector<uint8_t> first = {1,    0,    3,    0,               // counts
                                0x07, 0x00, 0x12, 0x00, 0x00,      // 7, 1
                                0x02, 0x00, 0xd0, 0xff, 0x0f, 0, 0, // 2, -3
                                0,    0,    0};
  std::vector<uint8_t> second = {1, 0, 0, 0, 5, 0, 0};
  second.resize(19);
  std::copy(first.begin(), first.end(), expected.begin() + 2 * 19);
  std::copy(second.begin(), second.end(), expected.begin() + 3 * 19);
  EXPECT_EQ(image, expected);
}

// What crosses the DRAM port is a segment's counts and elements, to whole
// bytes: 4 + 10 of the first tile above, 4 + 3 of the second.
TEST(RowImage, UsedBytes) {
  RowLayout layout = smallLayout();
  EXPECT_EQ(usedRowBytes(layout, {0, 0, 7, 5, 0, 1, 2, -3, 0, 0}), 14 + 7);
  // Empty rows: the counts only.
  EXPECT_EQ(usedRowBytes(layout, std::vector<int16_t>(2 * 3 * 5, 0)),
            3 * 2 * 4);
  // A tile without columns has no segment: four columns in tiles of 2.
  layout.width = 4;
  layout.parts = 3;
  EXPECT_EQ(usedRowBytes(layout, std::vector<int16_t>(2 * 4, 0)), 2 * 4);
}

// A zero run ends with its row and tile: the last element of a row does not
// count the zeros in front of the next one's first.
TEST(RowImage, ZeroRunsEndWithTheSegment) {
  RowLayout layout = smallLayout();
  layout.channels = 1;
  layout.width = 40;
  layout.parts = 1;
  std::vector<int16_t> values(40, 0);
  values[39] = 1;
  // Placeholders at 15 and 31, then a run of 7.
  EXPECT_EQ(usedRowBytes(layout, values), 2 + 8);
  layout.parts = 2;
  // 20 zeros take nothing; then one placeholder, at 15 of the second tile.
  EXPECT_EQ(usedRowBytes(layout, values), 2 + (2 + 5));
}

TEST(RowImage, RoundTripOfPieces) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 300; ++trial) {
    RowLayout layout;
    layout.channels = in(random, 1, 5);
    layout.height = in(random, 1, 12);
    layout.width = in(random, 1, 40);
    layout.parts = in(random, 1, 6);
    layout.policy = in(random, 0, 1) ? kCutCeil : kCutBalanced;
    layout.zeroRunBits = in(random, 1, 8);
    ASSERT_FALSE(llvm::errorToBool(verify(layout)));
    SCOPED_TRACE(trial);
    std::vector<int16_t> values(layout.channels * layout.height *
                                layout.width);
    int64_t density = in(random, 0, 100);
    for (int16_t &value : values)
      value = in(random, 1, 100) <= density ? int16_t(random()) : 0;

    // Written in pieces, in any order, over old content.
    std::vector<uint8_t> image(layout.imageBytes());
    for (uint8_t &byte : image)
      byte = random();
    for (Range rows : randomPieces(random, layout.height))
      encodeRows(layout, rows, rowsOf(layout, values, rows), image);
    // Read in others, that may overlap.
    int64_t used = 0;
    for (Range rows : randomPieces(random, layout.height)) {
      std::vector<int16_t> expected = rowsOf(layout, values, rows);
      std::vector<int16_t> decoded(expected.size(), 99);
      llvm::Expected<int64_t> bytes = decodeRows(layout, rows, image, decoded);
      ASSERT_TRUE(bool(bytes)) << llvm::toString(bytes.takeError());
      EXPECT_EQ(decoded, expected);
      EXPECT_EQ(*bytes, usedRowBytes(layout, expected));
      used += *bytes;
    }
    // Rows are compressed alone: pieces use what the whole uses.
    EXPECT_EQ(used, usedRowBytes(layout, values));

    // Damage gives an error or values, never a crash.
    for (int i = 0; i < 5; ++i)
      image[random() % image.size()] = random();
    std::vector<int16_t> decoded(values.size());
    llvm::consumeError(
        decodeRows(layout, {0, layout.height}, image, decoded).takeError());
  }
}

// What is read is checked, what is not read is not.
TEST(RowImage, MalformedSegments) {
  RowLayout layout = smallLayout();
  std::vector<int16_t> values(2 * 3 * 5, 1);
  std::vector<uint8_t> image(layout.imageBytes());
  encodeRows(layout, {0, 3}, values, image);
  auto error = [&](Range rows) {
    std::vector<int16_t> decoded(2 * rows.size() * 5);
    llvm::Expected<int64_t> used = decodeRows(layout, rows, image, decoded);
    return used ? "" : llvm::toString(used.takeError());
  };
  EXPECT_EQ(error({0, 3}), "");
  // The second tile of row 2 claims 2 + 256 elements in its first channel.
  image[5 * 19 + 1] = 1;
  EXPECT_EQ(error({1, 3}), "row 2, column tile 1: 260 elements need 650 bytes, "
                           "but the segment has 15");
  EXPECT_EQ(error({0, 2}), "");
  image[5 * 19 + 1] = 0;
  // Its second element comes behind a run of 3 zeros: bits 16 to 19 of the
  // second 20.
  image[5 * 19 + 4 + 4] |= 0x30;
  EXPECT_EQ(error({2, 3}), "row 2, column tile 1: an element of channel 0 is at "
                           "column 4, but the tile has 2");
  // One element more than the tile has columns.
  image[5 * 19 + 4 + 4] &= 0x0f;
  EXPECT_EQ(error({2, 3}), "");
  image[5 * 19] = 3;
  image[5 * 19 + 2] = 1;
  EXPECT_EQ(error({2, 3}), "row 2, column tile 1: an element of channel 0 is at "
                           "column 2, but the tile has 2");
}

TEST(RowImage, WhatCannotBeStored) {
  auto error = [](auto change) {
    RowLayout layout = smallLayout();
    change(layout);
    return llvm::toString(verify(layout));
  };
  EXPECT_EQ(error([](RowLayout &) {}), "");
  EXPECT_EQ(error([](RowLayout &l) { l.channels = 0; }),
            "expected 1 to 65535 channels, but got 0");
  EXPECT_EQ(error([](RowLayout &l) { l.height = 65536; }),
            "expected 1 to 65535 rows, but got 65536");
  EXPECT_EQ(error([](RowLayout &l) { l.width = -1; }),
            "expected 1 to 65535 columns, but got -1");
  EXPECT_EQ(error([](RowLayout &l) { l.parts = 0; }),
            "expected 1 to 65535 column tiles, but got 0");
  EXPECT_EQ(error([](RowLayout &l) { l.zeroRunBits = 17; }),
            "expected 1 to 16 bits of a zero run, but got 17");
  // The largest that is allowed has a size.
  EXPECT_EQ(error([](RowLayout &l) {
              l.channels = l.height = l.width = l.parts = 65535;
              EXPECT_GT(l.imageBytes(), 0);
            }),
            "");
}

} // namespace
