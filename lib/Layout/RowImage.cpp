//===- RowImage.cpp - Activation tensors in DRAM, row by row --------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Layout/RowImage.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FormatVariadic.h"
#include <cassert>

using namespace scnn;
using llvm::formatv;

/// Bytes of a channel's element count.
static constexpr int64_t kCountBytes = 2;

/// Far beyond any network; keeps sizes in bounds.
static constexpr int64_t kMaxSide = 65535;

int64_t RowLayout::segmentBytes() const {
  return kCountBytes * channels +
         packedBytes(channels * colCut().largestTile(), zeroRunBits);
}

llvm::Error scnn::verify(const RowLayout &layout) {
  const struct {
    const char *name;
    int64_t value, maximum;
  } bounds[] = {{"channels", layout.channels, kMaxSide},
                {"rows", layout.height, kMaxSide},
                {"columns", layout.width, kMaxSide},
                {"column tiles", layout.parts, kMaxSide},
                {"bits of a zero run", layout.zeroRunBits, 16}};
  for (const auto &bound : bounds)
    if (bound.value < 1 || bound.value > bound.maximum)
      return llvm::createStringError(formatv("expected 1 to {0} {1}, but got "
                                             "{2}",
                                             bound.maximum, bound.name,
                                             bound.value));
  return llvm::Error::success();
}

namespace {
/// One segment, uncompressed: where its channels lie in [C][rows][W].
struct SegmentPlace {
  int64_t first;
  int64_t channelStride;
  int64_t columns;
};
} // namespace

/// Calls `visit(row, part, place)` for each segment of `rows` rows that has
/// columns.
template <typename Visit>
static llvm::Error forEachSegment(const RowLayout &layout, int64_t rows,
                                  Visit visit) {
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t part = 0; part < layout.parts; ++part) {
      Range columns = layout.colCut().owned(part);
      if (columns.empty())
        continue;
      if (llvm::Error error =
              visit(row, part,
                    SegmentPlace{row * layout.width + columns.begin,
                                 rows * layout.width, columns.size()}))
        return error;
    }
  return llvm::Error::success();
}

/// Appends the elements of a segment's channels, and how many each has.
static void compress(const RowLayout &layout, const SegmentPlace &place,
                     llvm::ArrayRef<int16_t> values,
                     llvm::SmallVectorImpl<uint16_t> &counts,
                     llvm::SmallVectorImpl<Element> &elements) {
  for (int64_t c = 0; c < layout.channels; ++c) {
    size_t before = elements.size();
    compressBlock(
        values.slice(place.first + c * place.channelStride, place.columns),
        layout.zeroRunBits, elements);
    counts.push_back(uint16_t(elements.size() - before));
  }
}

int64_t scnn::usedRowBytes(const RowLayout &layout,
                           llvm::ArrayRef<int16_t> values) {
  int64_t rows = values.size() / (layout.channels * layout.width);
  int64_t bytes = 0;
  llvm::SmallVector<uint16_t, 0> counts;
  llvm::SmallVector<Element, 0> elements;
  llvm::cantFail(forEachSegment(
      layout, rows, [&](int64_t, int64_t, const SegmentPlace &place) {
        counts.clear();
        elements.clear();
        compress(layout, place, values, counts, elements);
        bytes += kCountBytes * layout.channels +
                 packedBytes(elements.size(), layout.zeroRunBits);
        return llvm::Error::success();
      }));
  return bytes;
}

void scnn::encodeRows(const RowLayout &layout, Range rows,
                      llvm::ArrayRef<int16_t> values,
                      llvm::MutableArrayRef<uint8_t> image) {
  assert(int64_t(values.size()) ==
             layout.channels * rows.size() * layout.width &&
         int64_t(image.size()) >= layout.imageBytes() && "sizes do not fit");
  int64_t segmentBytes = layout.segmentBytes();
  llvm::SmallVector<uint16_t, 0> counts;
  llvm::SmallVector<Element, 0> elements;
  llvm::SmallVector<uint8_t, 0> packed;
  llvm::cantFail(forEachSegment(
      layout, rows.size(),
      [&](int64_t row, int64_t part, const SegmentPlace &place) {
        counts.clear();
        elements.clear();
        packed.clear();
        compress(layout, place, values, counts, elements);
        packElements(elements, layout.zeroRunBits, packed);
        auto segment = image.slice(
            ((rows.begin + row) * layout.parts + part) * segmentBytes,
            segmentBytes);
        uint8_t *next = segment.data();
        for (uint16_t count : counts) {
          llvm::support::endian::write16le(next, count);
          next += kCountBytes;
        }
        next = std::copy(packed.begin(), packed.end(), next);
        std::fill(next, segment.data() + segment.size(), uint8_t(0));
        return llvm::Error::success();
      }));
}

/// Reads a segment into its place in `values`; returns the bytes it uses.
static llvm::Expected<int64_t>
readSegment(const RowLayout &layout, const SegmentPlace &place,
            llvm::ArrayRef<uint8_t> segment,
            llvm::MutableArrayRef<int16_t> values) {
  llvm::ArrayRef<uint8_t> packed =
      segment.drop_front(kCountBytes * layout.channels);
  auto countOf = [&](int64_t c) {
    return int64_t(
        llvm::support::endian::read16le(segment.data() + kCountBytes * c));
  };
  int64_t total = 0;
  for (int64_t c = 0; c < layout.channels; ++c)
    total += countOf(c);
  llvm::SmallVector<Element, 0> elements;
  if (!unpackElements(packed, total, layout.zeroRunBits, elements))
    return llvm::createStringError(
        formatv("{0} elements need {1} bytes, but the segment has {2}", total,
                packedBytes(total, layout.zeroRunBits), packed.size()));
  llvm::ArrayRef<Element> rest = elements;
  for (int64_t c = 0; c < layout.channels; ++c) {
    int64_t position = -1;
    for (Element element : rest.take_front(countOf(c))) {
      position += 1 + element.zeroRun;
      if (position >= place.columns)
        return llvm::createStringError(
            formatv("an element of channel {0} is at column {1}, but the tile "
                    "has {2}",
                    c, position, place.columns));
      values[place.first + c * place.channelStride + position] = element.value;
    }
    rest = rest.drop_front(countOf(c));
  }
  return kCountBytes * layout.channels + packedBytes(total, layout.zeroRunBits);
}

llvm::Expected<int64_t>
scnn::decodeRows(const RowLayout &layout, Range rows,
                 llvm::ArrayRef<uint8_t> image,
                 llvm::MutableArrayRef<int16_t> values) {
  assert(int64_t(values.size()) ==
             layout.channels * rows.size() * layout.width &&
         int64_t(image.size()) >= layout.imageBytes() && "sizes do not fit");
  std::fill(values.begin(), values.end(), int16_t(0));
  int64_t segmentBytes = layout.segmentBytes(), used = 0;
  llvm::Error error = forEachSegment(
      layout, rows.size(),
      [&](int64_t row, int64_t part,
          const SegmentPlace &place) -> llvm::Error {
        int64_t index = (rows.begin + row) * layout.parts + part;
        llvm::Expected<int64_t> bytes = readSegment(
            layout, place, image.slice(index * segmentBytes, segmentBytes),
            values);
        if (!bytes)
          return llvm::createStringError(formatv(
              "row {0}, column tile {1}: {2}", rows.begin + row, part,
              llvm::toString(bytes.takeError())));
        used += *bytes;
        return llvm::Error::success();
      });
  if (error)
    return std::move(error);
  return used;
}
