//===- Geometry.cpp - Planes cut over the PE grid -------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Layout/Geometry.h"
#include "llvm/Support/MathExtras.h"
#include <cassert>

using namespace scnn;
using llvm::divideCeilSigned;
using llvm::divideFloorSigned;

/// The remainder in [0, modulus).
static int64_t floorMod(int64_t value, int64_t modulus) {
  return value - divideFloorSigned(value, modulus) * modulus;
}

Range Range::intersect(Range other) const {
  return {std::max(begin, other.begin), std::min(end, other.end)};
}

Range Range::hull(Range other) const {
  if (other.empty())
    return *this;
  if (empty())
    return other;
  return {std::min(begin, other.begin), std::max(end, other.end)};
}

//===----------------------------------------------------------------------===//
// AxisCut
//===----------------------------------------------------------------------===//

Range AxisCut::owned(int64_t part) const {
  assert(part >= 0 && part < parts && "no such PE");
  if (policy == kCutBalanced) {
    int64_t size = extent / parts, larger = extent % parts;
    int64_t begin = part * size + std::min(part, larger);
    return {begin, begin + size + (part < larger ? 1 : 0)};
  }
  int64_t size = largestTile();
  int64_t begin = std::min(part * size, extent);
  return {begin, std::min(begin + size, extent)};
}

int64_t AxisCut::owner(int64_t x) const {
  assert(x >= 0 && x < extent && "position outside the plane");
  if (policy != kCutBalanced)
    return x / largestTile();
  int64_t size = extent / parts, larger = extent % parts;
  int64_t inLarger = larger * (size + 1);
  return x < inLarger ? x / (size + 1) : larger + (x - inLarger) / size;
}

Range AxisCut::stored(int64_t part, int64_t before, int64_t after) const {
  Range own = owned(part);
  return Range{own.begin - before, own.end + after}.intersect({0, extent});
}

int64_t AxisCut::largestTile() const { return divideCeilSigned(extent, parts); }

//===----------------------------------------------------------------------===//
// Convolution windows
//===----------------------------------------------------------------------===//

Range AxisWindow::outputsOf(Range x) const {
  Range outputs;
  for (int64_t r = 0; r < filter; ++r) {
    // Inputs that meet this filter position are congruent modulo the stride.
    int64_t offset = dilation * r - padBefore;
    int64_t first = x.begin + floorMod(offset - x.begin, stride);
    int64_t last = x.end - 1 - floorMod(x.end - 1 - offset, stride);
    if (first <= last)
      outputs = outputs.hull(
          {(first - offset) / stride, (last - offset) / stride + 1});
  }
  return outputs;
}

Range AxisWindow::inputsOf(Range o) const {
  if (o.empty())
    return {};
  return {o.begin * stride - padBefore,
          (o.end - 1) * stride - padBefore + dilation * (filter - 1) + 1};
}

void AxisHalo::include(Range owned, Range reached) {
  if (reached.empty())
    return;
  before = std::max(before, owned.begin - reached.begin);
  after = std::max(after, reached.end - owned.end);
}

int64_t AxisAccumulators::extent() const {
  int64_t largest = 0;
  for (Range range : reach)
    largest = std::max(largest, range.size());
  return largest;
}

AxisHalo AxisAccumulators::halo() const {
  AxisHalo halo;
  for (int64_t part = 0; part < cut.parts; ++part)
    halo.include(cut.owned(part), reach[part]);
  return halo;
}

llvm::SmallVector<int64_t, 8> AxisWindow::filterPhase(int64_t phase) const {
  llvm::SmallVector<int64_t, 8> positions;
  for (int64_t r = filter - 1; r >= 0; --r)
    if (floorMod(dilation * r - padBefore - phase, stride) == 0)
      positions.push_back(r);
  return positions;
}

AxisAccumulators scnn::makeAccumulators(AxisCut outputCut,
                                        llvm::ArrayRef<AxisInput> inputs,
                                        bool outputHalos) {
  AxisAccumulators accumulators{outputCut, {}};
  for (int64_t part = 0; part < outputCut.parts; ++part) {
    Range reach = outputCut.owned(part);
    if (outputHalos)
      for (const AxisInput &input : inputs) {
        Range stored =
            input.cut.stored(part, input.halo.before, input.halo.after);
        reach = reach.hull(
            input.window.outputsOf(stored).intersect({0, outputCut.extent}));
      }
    accumulators.reach.push_back(reach);
  }
  return accumulators;
}

AxisHalo scnn::inputHalo(AxisCut input, AxisCut output, AxisWindow window) {
  AxisHalo halo;
  for (int64_t part = 0; part < output.parts; ++part)
    halo.include(
        input.owned(part),
        window.inputsOf(output.owned(part)).intersect({0, input.extent}));
  return halo;
}

Range scnn::poolOutputs(Range x, int64_t size, int64_t stride,
                        int64_t padBefore, int64_t pooledExtent) {
  if (x.empty())
    return {};
  int64_t first = divideFloorSigned(x.begin + padBefore - size, stride) + 1;
  int64_t last = divideFloorSigned(x.end - 1 + padBefore, stride);
  return Range{first, last + 1}.intersect({0, pooledExtent});
}
