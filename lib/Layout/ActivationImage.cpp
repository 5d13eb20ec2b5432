//===- ActivationImage.cpp - Activation tensors as DRAM segments ----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Layout/ActivationImage.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include <cassert>

using namespace scnn;
using llvm::formatv;

/// Bytes of a block's element count.
static constexpr int64_t kCountBytes = 2;

/// Blocks of all PEs: far beyond any network, and keeps sizes in bounds.
static constexpr int64_t kMaxBlocks = int64_t(1) << 26;

static llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

PhasePositions scnn::phasePositions(Range tile, int64_t phase, int64_t phases) {
  int64_t first = tile.begin + (phase + phases - tile.begin % phases) % phases;
  int64_t count = first < tile.end ? (tile.end - first - 1) / phases + 1 : 0;
  return {first, count, phases};
}

/// Most rows, and most columns, that a PE stores.
static std::pair<int64_t, int64_t>
largestStoredTile(const ActivationLayout &layout) {
  int64_t rows = 0, cols = 0;
  for (int64_t row = 0; row < layout.grid[0]; ++row)
    rows = std::max(rows, layout.storedRows(row).size());
  for (int64_t col = 0; col < layout.grid[1]; ++col)
    cols = std::max(cols, layout.storedCols(col).size());
  return {rows, cols};
}

int64_t ActivationLayout::maxElements(int64_t peRow, int64_t peCol) const {
  return storedRows(peRow).size() * storedCols(peCol).size() * channels;
}

int64_t ActivationLayout::maxElements() const {
  auto [rows, cols] = largestStoredTile(*this);
  return rows * cols * channels;
}

int64_t ActivationLayout::segmentBytes() const {
  return kCountBytes * blocksPerPE() + packedBytes(maxElements(), zeroRunBits);
}

llvm::Error scnn::verify(const ActivationLayout &layout) {
  if (layout.grid[0] < 1 || layout.grid[1] < 1)
    return makeError(formatv("expected a PE grid of at least 1x1, but got "
                             "{0}x{1}",
                             layout.grid[0], layout.grid[1]));
  if (layout.channels < 1 || layout.height < 1 || layout.width < 1)
    return makeError(formatv("expected a tensor of at least 1x1x1, but got "
                             "{0}x{1}x{2}",
                             layout.channels, layout.height, layout.width));
  if (layout.phases[0] < 1 || layout.phases[1] < 1)
    return makeError(formatv("expected at least 1x1 phases, but got {0}x{1}",
                             layout.phases[0], layout.phases[1]));
  if (llvm::any_of(layout.halo, [](int64_t side) { return side < 0; }))
    return makeError("expected a halo that is not negative");
  if (layout.zeroRunBits < 1 || layout.zeroRunBits > 16)
    return makeError(formatv("expected zero runs of 1 to 16 bits, but got {0}",
                             layout.zeroRunBits));
  if (layout.channels * layout.numPhases() * layout.numPEs() > kMaxBlocks)
    return makeError(formatv("{0} channels of {1} phases on {2} PEs are too "
                             "many: at most {3} blocks are supported",
                             layout.channels, layout.numPhases(),
                             layout.numPEs(), kMaxBlocks));
  auto [rows, cols] = largestStoredTile(layout);
  int64_t largestBlock = llvm::divideCeil(rows, layout.phases[0]) *
                         llvm::divideCeil(cols, layout.phases[1]);
  if (largestBlock > UINT16_MAX)
    return makeError(formatv("a block of {0} positions is too large: at most "
                             "{1} can be counted",
                             largestBlock, UINT16_MAX));
  return llvm::Error::success();
}

void scnn::appendChannel(const ActivationLayout &layout, int64_t peRow,
                         int64_t peCol,
                         llvm::function_ref<int16_t(int64_t, int64_t)> at,
                         ActivationSegment &segment) {
  Range rows = layout.storedRows(peRow), cols = layout.storedCols(peCol);
  llvm::SmallVector<int16_t> dense;
  for (int64_t i = 0; i < layout.phases[0]; ++i)
    for (int64_t j = 0; j < layout.phases[1]; ++j) {
      PhasePositions ys = phasePositions(rows, i, layout.phases[0]);
      PhasePositions xs = phasePositions(cols, j, layout.phases[1]);
      dense.clear();
      for (int64_t y = 0; y < ys.count; ++y)
        for (int64_t x = 0; x < xs.count; ++x)
          dense.push_back(at(ys[y], xs[x]));
      size_t before = segment.elements.size();
      compressBlock(dense, layout.zeroRunBits, segment.elements);
      segment.counts.push_back(uint16_t(segment.elements.size() - before));
    }
}

llvm::Error scnn::forEachElement(
    const ActivationLayout &layout, int64_t peRow, int64_t peCol,
    llvm::ArrayRef<uint16_t> counts, llvm::ArrayRef<Element> elements,
    llvm::function_ref<void(int64_t, int64_t, int64_t, int16_t)> visit) {
  Range rows = layout.storedRows(peRow), cols = layout.storedCols(peCol);
  if (int64_t(counts.size()) != layout.blocksPerPE())
    return makeError(formatv("expected {0} blocks, but got {1}",
                             layout.blocksPerPE(), counts.size()));
  size_t block = 0;
  for (int64_t c = 0; c < layout.channels; ++c)
    for (int64_t i = 0; i < layout.phases[0]; ++i)
      for (int64_t j = 0; j < layout.phases[1]; ++j, ++block) {
        PhasePositions ys = phasePositions(rows, i, layout.phases[0]);
        PhasePositions xs = phasePositions(cols, j, layout.phases[1]);
        if (counts[block] > elements.size())
          return makeError(formatv("block {0} (channel {1}) claims {2} "
                                   "elements, but {3} are left",
                                   block, c, counts[block], elements.size()));
        int64_t position = -1;
        for (Element element : elements.take_front(counts[block])) {
          position += 1 + element.zeroRun;
          if (position >= ys.count * xs.count)
            return makeError(formatv(
                "an element of block {0} (channel {1}) is at position {2}, but "
                "the block has {3} positions",
                block, c, position, ys.count * xs.count));
          visit(c, ys[position / xs.count], xs[position % xs.count],
                element.value);
        }
        elements = elements.drop_front(counts[block]);
      }
  return llvm::Error::success();
}

int64_t scnn::usedBytes(const ActivationLayout &layout,
                        const ActivationSegment &segment) {
  return kCountBytes * segment.counts.size() +
         packedBytes(segment.elements.size(), layout.zeroRunBits);
}

void scnn::writeSegment(const ActivationLayout &layout,
                        const ActivationSegment &segment,
                        llvm::MutableArrayRef<uint8_t> bytes) {
  assert(usedBytes(layout, segment) <= int64_t(bytes.size()) &&
         "segment larger than its worst case");
  std::fill(bytes.begin(), bytes.end(), uint8_t(0));
  writeBlocks(layout, segment, 0, 0, bytes);
}

void scnn::writeBlocks(const ActivationLayout &layout,
                       const ActivationSegment &blocks, int64_t firstBlock,
                       int64_t firstElement,
                       llvm::MutableArrayRef<uint8_t> bytes) {
  uint8_t *next = bytes.data() + kCountBytes * firstBlock;
  for (uint16_t count : blocks.counts) {
    llvm::support::endian::write16le(next, count);
    next += kCountBytes;
  }
  packElementsAt(firstElement, blocks.elements, layout.zeroRunBits,
                 bytes.drop_front(kCountBytes * layout.blocksPerPE()));
}

void scnn::readElements(const ActivationLayout &layout,
                        llvm::ArrayRef<uint8_t> bytes, int64_t first,
                        int64_t count,
                        llvm::SmallVectorImpl<Element> &elements) {
  bool isThere = unpackElements(
      bytes.drop_front(kCountBytes * layout.blocksPerPE()), count,
      layout.zeroRunBits, elements, first);
  assert(isThere && "elements outside the segment");
  (void)isThere;
}

llvm::Expected<ActivationSegment>
scnn::readSegment(const ActivationLayout &layout, int64_t peRow, int64_t peCol,
                  llvm::ArrayRef<uint8_t> bytes) {
  int64_t blocks = layout.blocksPerPE();
  if (int64_t(bytes.size()) < kCountBytes * blocks)
    return makeError(formatv("the counts of {0} blocks need {1} bytes, but the "
                             "segment has {2}",
                             blocks, kCountBytes * blocks, bytes.size()));
  ActivationSegment segment;
  int64_t total = 0;
  for (int64_t block = 0; block < blocks; ++block) {
    segment.counts.push_back(
        llvm::support::endian::read16le(bytes.data() + kCountBytes * block));
    total += segment.counts.back();
  }
  int64_t possible = layout.maxElements(peRow, peCol);
  if (total > possible)
    return makeError(formatv("the segment claims {0} elements, but its tile "
                             "has {1} positions",
                             total, possible));
  if (!unpackElements(bytes.drop_front(kCountBytes * blocks), total,
                      layout.zeroRunBits, segment.elements))
    return makeError(formatv("{0} elements need {1} bytes, but {2} are left",
                             total, packedBytes(total, layout.zeroRunBits),
                             bytes.size() - kCountBytes * blocks));
  if (llvm::Error failure =
          forEachElement(layout, peRow, peCol, segment.counts, segment.elements,
                         [](int64_t, int64_t, int64_t, int16_t) {}))
    return failure;
  return segment;
}

void scnn::encodeActivations(const ActivationLayout &layout,
                             llvm::ArrayRef<int16_t> values,
                             llvm::MutableArrayRef<uint8_t> image) {
  int64_t segmentBytes = layout.segmentBytes();
  int64_t plane = layout.height * layout.width;
  assert(int64_t(values.size()) == layout.channels * plane &&
         int64_t(image.size()) >= layout.imageBytes() && "sizes do not fit");
  for (int64_t row = 0; row < layout.grid[0]; ++row)
    for (int64_t col = 0; col < layout.grid[1]; ++col) {
      ActivationSegment segment;
      for (int64_t c = 0; c < layout.channels; ++c)
        appendChannel(
            layout, row, col,
            [&](int64_t y, int64_t x) {
              return values[c * plane + y * layout.width + x];
            },
            segment);
      writeSegment(layout, segment,
                   image.slice((row * layout.grid[1] + col) * segmentBytes,
                               segmentBytes));
    }
}

llvm::Error scnn::decodeActivations(const ActivationLayout &layout,
                                    llvm::ArrayRef<uint8_t> image,
                                    llvm::MutableArrayRef<int16_t> values) {
  int64_t segmentBytes = layout.segmentBytes();
  int64_t plane = layout.height * layout.width;
  assert(int64_t(values.size()) == layout.channels * plane &&
         "values do not have the tensor's size");
  if (int64_t(image.size()) < layout.imageBytes())
    return makeError(formatv("expected {0} bytes of activations, but got {1}",
                             layout.imageBytes(), image.size()));
  std::fill(values.begin(), values.end(), int16_t(0));
  for (int64_t row = 0; row < layout.grid[0]; ++row)
    for (int64_t col = 0; col < layout.grid[1]; ++col) {
      llvm::Expected<ActivationSegment> segment =
          readSegment(layout, row, col,
                      image.slice((row * layout.grid[1] + col) * segmentBytes,
                                  segmentBytes));
      if (!segment)
        return makeError(formatv("PE ({0}, {1}): ", row, col) +
                         llvm::toString(segment.takeError()));
      Range ownRows = layout.rowCut().owned(row);
      Range ownCols = layout.colCut().owned(col);
      llvm::cantFail(
          forEachElement(layout, row, col, segment->counts, segment->elements,
                         [&](int64_t c, int64_t y, int64_t x, int16_t value) {
                           if (ownRows.contains(y) && ownCols.contains(x))
                             values[c * plane + y * layout.width + x] = value;
                         }));
    }
  return llvm::Error::success();
}
