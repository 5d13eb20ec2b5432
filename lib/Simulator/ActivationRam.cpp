//===- ActivationRam.cpp - The activation RAMs and the tensors in them ----===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ActivationRam.h"
#include "Errors.h"

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

ActivationLayout scnn::sim::layoutOf(const isa::SetActivations &d,
                                     const Machine &machine) {
  ActivationLayout layout;
  layout.channels = d.channels;
  layout.height = d.height;
  layout.width = d.width;
  layout.policy = CutPolicy(d.policy);
  layout.grid = Pair{machine.peRows, machine.peCols};
  layout.phases = Pair{d.phaseRows, d.phaseCols};
  layout.halo = Sides{d.haloTop, d.haloBottom, d.haloLeft, d.haloRight};
  layout.zeroRunBits = machine.zeroRunBits;
  return layout;
}

Tensor::Tensor(const isa::SetActivations &descriptor, const Machine &machine)
    : command(descriptor), tensorLayout(layoutOf(descriptor, machine)),
      tiles(machine.numPEs()) {}

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

void Tensor::clear() {
  for (Tile &tile : tiles)
    tile = Tile();
}

llvm::Error Tensor::append(int64_t pe, const ActivationSegment &segment,
                           std::vector<ActivationRam> &rams) {
  Tile &tile = tiles[pe];
  int64_t need = tile.elements + segment.elements.size();
  if (need > command.capacity) {
    int64_t cols = tensorLayout.grid[1];
    int64_t bits = tensorLayout.zeroRunBits;
    return makeError("PE ({0}, {1}): the tensor of slot {2} needs {3} elements "
                     "({4} bytes) of RAM {5}, but its region has {6} ({7} "
                     "bytes)",
                     pe / cols, pe % cols, command.slot, need,
                     packedBytes(need, bits), command.ram, command.capacity,
                     packedBytes(command.capacity, bits));
  }
  rams[pe].write(command.ram, command.offset + tile.elements, segment.elements);
  tile.counts.append(segment.counts.begin(), segment.counts.end());
  tile.elements = need;
  return llvm::Error::success();
}

llvm::ArrayRef<Element>
Tensor::elements(int64_t pe, const std::vector<ActivationRam> &rams) const {
  return rams[pe].read(command.ram, command.offset, tiles[pe].elements);
}

int64_t Tensor::transferBits() const {
  int64_t bytes = 0;
  for (const Tile &tile : tiles)
    bytes += 2 * tile.counts.size() +
             packedBytes(tile.elements, tensorLayout.zeroRunBits);
  return bytes * 8;
}

void Tensor::forEachElement(
    int64_t pe, const std::vector<ActivationRam> &rams,
    llvm::function_ref<void(int64_t, int64_t, int64_t, int16_t)> visit) const {
  // A tensor that is being written has its first channels only.
  ActivationLayout written = tensorLayout;
  written.channels = tiles[pe].counts.size() / tensorLayout.numPhases();
  int64_t cols = tensorLayout.grid[1];
  llvm::cantFail(scnn::forEachElement(written, pe / cols, pe % cols, counts(pe),
                                      elements(pe, rams), visit));
}

std::vector<int16_t>
Tensor::values(const std::vector<ActivationRam> &rams) const {
  const ActivationLayout &layout = tensorLayout;
  int64_t plane = layout.height * layout.width;
  std::vector<int16_t> values(layout.channels * plane, 0);
  for (int64_t pe = 0; pe < layout.numPEs(); ++pe) {
    Range rows = layout.rowCut().owned(pe / layout.grid[1]);
    Range cols = layout.colCut().owned(pe % layout.grid[1]);
    forEachElement(pe, rams,
                   [&](int64_t c, int64_t y, int64_t x, int16_t value) {
                     if (rows.contains(y) && cols.contains(x))
                       values[c * plane + y * layout.width + x] = value;
                   });
  }
  return values;
}

RowLayout scnn::sim::rowLayoutOf(const ActivationLayout &piece,
                                 int64_t height) {
  return {piece.channels, height,        piece.width,
          piece.policy,   piece.grid[1], piece.zeroRunBits};
}
