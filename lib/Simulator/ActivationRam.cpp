//===- ActivationRam.cpp - The activation RAMs and the tensors in them ----===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ActivationRam.h"
#include "Errors.h"
#include "llvm/ADT/STLExtras.h"

using namespace scnn;
using namespace scnn::sim;

llvm::ArrayRef<Element> ActivationRam::read(int64_t ram, int64_t begin,
                                            int64_t elements) const {
  if (elements == 0)
    return {};
  return llvm::ArrayRef<Element>(rams[ram]).slice(begin, elements);
}

void ActivationRam::write(int64_t ram, int64_t begin,
                          llvm::ArrayRef<Element> elements) {
  size_t end = begin + elements.size();
  if (rams[ram].size() < end)
    rams[ram].resize(end);
  std::copy(elements.begin(), elements.end(), rams[ram].begin() + begin);
}

Tensor::Tensor(const isa::SetActivations &descriptor, const Machine &machine,
               llvm::MutableArrayRef<uint8_t> image)
    : command(descriptor), tensorLayout(layoutOf(descriptor, machine)),
      skipsZeros(machine.skipZeroActivations), image(image), tiles(machine.numPEs()) {}

bool Tensor::sameRegion(const Tensor &other) const {
  isa::SetActivations there = other.command;
  there.slot = command.slot;
  return there == command;
}

bool Tensor::overlaps(const Tensor &other) const {
  return command.ram == other.command.ram &&
         command.offset < other.command.offset + other.command.capacity &&
         other.command.offset < command.offset + command.capacity;
}

bool Tensor::overlapsInDram(const Tensor &other) const {
  return command.address < other.command.address + int64_t(other.image.size()) &&
         other.command.address < command.address + int64_t(image.size());
}

void Tensor::clear() {
  for (Tile &tile : tiles)
    tile = Tile();
}

llvm::Error Tensor::append(int64_t pe, const ActivationSegment &blocks,
                           std::vector<ActivationRam> &rams) {
  Tile &tile = tiles[pe];
  // The blocks that the RAM still takes.
  size_t taken = 0;
  int64_t takenElements = 0;
  if (tile.spilledBlocks() == 0)
    for (; taken < blocks.counts.size(); ++taken) {
      int64_t end = takenElements + blocks.counts[taken];
      if (tile.ramElements + end > command.capacity)
        break;
      takenElements = end;
    }
  bool spills = taken < blocks.counts.size();
  if (spills && image.empty()) {
    int64_t need = tile.elements + blocks.elements.size();
    int64_t cols = tensorLayout.grid[1];
    int64_t bits = tensorLayout.zeroRunBits;
    return makeError("PE ({0}, {1}): the tensor of slot {2} needs {3} elements "
                     "({4} bytes) of RAM {5}, but its region has {6} ({7} "
                     "bytes)",
                     pe / cols, pe % cols, command.slot, need,
                     packedBytes(need, bits), command.ram, command.capacity,
                     packedBytes(command.capacity, bits));
  }
  llvm::ArrayRef<Element> elements = blocks.elements;
  rams[pe].write(command.ram, command.offset + tile.ramElements,
                 elements.take_front(takenElements));
  if (spills) {
    ActivationSegment spilled;
    llvm::append_range(spilled.counts,
                       llvm::ArrayRef(blocks.counts).drop_front(taken));
    llvm::append_range(spilled.elements, elements.drop_front(takenElements));
    writeBlocks(tensorLayout, spilled, tile.counts.size() + taken,
                tile.elements + takenElements, segment(pe));
  }
  tile.counts.append(blocks.counts.begin(), blocks.counts.end());
  tile.elements += elements.size();
  tile.ramBlocks += taken;
  tile.ramElements += takenElements;
  return llvm::Error::success();
}

llvm::SmallVector<Element, 0>
Tensor::elements(int64_t pe, const std::vector<ActivationRam> &rams) const {
  const Tile &tile = tiles[pe];
  llvm::SmallVector<Element, 0> elements;
  llvm::append_range(elements, rams[pe].read(command.ram, command.offset,
                                             tile.ramElements));
  if (tile.spilledElements() > 0)
    readElements(tensorLayout, segment(pe), tile.ramElements,
                 tile.spilledElements(), elements);
  return elements;
}

int64_t Tensor::numMovedElements(int64_t pe) const {
  if (skipsZeros)
    return tiles[pe].ramElements;
  int64_t cols = tensorLayout.grid[1];
  int64_t channels = tiles[pe].counts.size() / tensorLayout.numPhases();
  return channels * tensorLayout.storedRows(pe / cols).size() *
         tensorLayout.storedCols(pe % cols).size();
}

int64_t Tensor::numSpilledElements() const {
  int64_t elements = 0;
  for (const Tile &tile : tiles)
    elements += tile.spilledElements();
  return elements;
}

int64_t Tensor::bitsOf(
    llvm::function_ref<std::pair<int64_t, int64_t>(const Tile &)> part) const {
  int64_t bytes = 0;
  for (const Tile &tile : tiles) {
    auto [blocks, elements] = part(tile);
    bytes += 2 * blocks + packedBytes(elements, tensorLayout.zeroRunBits);
  }
  return bytes * 8;
}

int64_t Tensor::transferBits() const {
  return bitsOf([](const Tile &tile) {
    return std::pair<int64_t, int64_t>(tile.counts.size(), tile.elements);
  });
}

int64_t Tensor::ramBits() const {
  return bitsOf([](const Tile &tile) {
    return std::pair(tile.ramBlocks, tile.ramElements);
  });
}

int64_t Tensor::spilledBits() const {
  return bitsOf([](const Tile &tile) {
    return std::pair(tile.spilledBlocks(), tile.spilledElements());
  });
}

int64_t Tensor::spilledCountBits() const {
  return bitsOf([](const Tile &tile) {
    return std::pair(tile.spilledBlocks(), int64_t(0));
  });
}

llvm::Error Tensor::forEachElement(
    int64_t pe, const std::vector<ActivationRam> &rams,
    llvm::function_ref<void(int64_t, int64_t, int64_t, int16_t)> visit) const {
  // A tensor that is being written has its first channels only.
  ActivationLayout written = tensorLayout;
  written.channels = tiles[pe].counts.size() / tensorLayout.numPhases();
  int64_t cols = tensorLayout.grid[1];
  if (llvm::Error error =
          scnn::forEachElement(written, pe / cols, pe % cols, counts(pe),
                               elements(pe, rams), visit))
    return makeError("PE ({0}, {1}): the spilled blocks of slot {2} at DRAM "
                     "address {3}: {4}",
                     pe / cols, pe % cols, command.slot, command.address,
                     llvm::toString(std::move(error)));
  return llvm::Error::success();
}

llvm::Expected<std::vector<int16_t>>
Tensor::values(const std::vector<ActivationRam> &rams) const {
  const ActivationLayout &layout = tensorLayout;
  int64_t plane = layout.height * layout.width;
  std::vector<int16_t> values(layout.channels * plane, 0);
  for (int64_t pe = 0; pe < layout.numPEs(); ++pe) {
    Range rows = layout.rowCut().owned(pe / layout.grid[1]);
    Range cols = layout.colCut().owned(pe % layout.grid[1]);
    if (llvm::Error error = forEachElement(
            pe, rams, [&](int64_t c, int64_t y, int64_t x, int16_t value) {
              if (rows.contains(y) && cols.contains(x))
                values[c * plane + y * layout.width + x] = value;
            }))
      return std::move(error);
  }
  return values;
}

RowLayout scnn::sim::rowLayoutOf(const ActivationLayout &piece,
                                 int64_t height) {
  return {piece.channels, height,        piece.width,
          piece.policy,   piece.grid[1], piece.zeroRunBits};
}
