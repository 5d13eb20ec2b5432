//===- GroupSums.cpp - The values of a group's accumulators ---------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GroupSums.h"

using namespace scnn;
using namespace scnn::sim;
using namespace scnn::sim::fast;

/// Half of a small first-level cache; the other half is for the sums.
static constexpr int64_t kChunkLanes = 16384 / sizeof(int32_t);

static int64_t roundingOf(int64_t shift) {
  return (int64_t(1) << shift) >> 1;
}

GroupSums::GroupSums(const GroupWork &group,
                     const ConvolutionOperands &operands)
    : operands(operands), channels(group.channels()),
      lanes(operands.sumLanes()) {
  std::vector<const GroupBlock *> byShift;
  for (const GroupBlock &block : group.weights.blocks)
    byShift.push_back(&block);
  llvm::sort(byShift, [](const GroupBlock *a, const GroupBlock *b) {
    return std::pair(a->productShift, a) < std::pair(b->productShift, b);
  });
  size_t firstBlock = 0;
  int64_t imageLanes = 0;
  for (const GroupBlock *block : byShift) {
    const InputOperands &input = operands.operandsOf(*block->input);
    if (blocks.size() > firstBlock &&
        (block->productShift != blocks.back().weights->productShift ||
         imageLanes + input.imageLanes() > kChunkLanes)) {
      addChunk(firstBlock);
      firstBlock = blocks.size();
      imageLanes = 0;
    }
    blocks.push_back(
        {block, &input,
         input.blockIndex(block->channel, block->phaseRow, block->phaseCol),
         imageLanes});
    imageLanes += input.imageLanes();
  }
  if (blocks.size() > firstBlock)
    addChunk(firstBlock);
}

void GroupSums::addChunk(size_t firstBlock) {
  const Block &last = blocks.back();
  Chunk &chunk = chunks.emplace_back();
  chunk.firstBlock = firstBlock;
  chunk.endBlock = blocks.size();
  chunk.shift = last.weights->productShift;
  chunk.imageLanes = last.firstLane + last.input->imageLanes();
  chunk.firstChannelTerm = channelTerms.size();

  auto forEachWeight = [&](auto visit) {
    for (const Block &block : llvm::ArrayRef(blocks).drop_front(firstBlock))
      for (const Weight &weight : block.weights->weights)
        if (weight.value != 0)
          visit(block, weight);
  };
  // Sorted by output channel: how many are before each, then each at its place.
  channelTerms.resize(channelTerms.size() + channels + 1, 0);
  llvm::MutableArrayRef<uint32_t> begins =
      llvm::MutableArrayRef(channelTerms).take_back(channels + 1);
  std::vector<int64_t> bounds(channels, 0);
  forEachWeight([&](const Block &block, const Weight &weight) {
    ++begins[weight.k + 1];
    int64_t largest = std::abs(int64_t(weight.value)) * block.input->largest();
    bounds[weight.k] += (largest + roundingOf(chunk.shift)) >> chunk.shift;
  });
  begins[0] = terms.size();
  for (int64_t k = 0; k < channels; ++k)
    begins[k + 1] += begins[k];
  terms.resize(begins[channels]);
  std::vector<uint32_t> next(begins.begin(), begins.end());
  forEachWeight([&](const Block &block, const Weight &weight) {
    int64_t offset = block.input->imageOffset(
        block.input->filterPlace(weight.r, weight.s));
    terms[next[weight.k]++] = {uint32_t(block.firstLane + offset),
                               weight.value};
  });

  int64_t own = *llvm::max_element(bounds);
  chunk.isWide = own > INT32_MAX || chunk.shift > kMaxNarrowShift;
  if (chunk.isWide)
    return;
  chunk.flushes = bound + own > INT32_MAX;
  bound = chunk.flushes ? own : bound + own;
}

bool GroupSums::writeImages(const Chunk &chunk, int64_t pe,
                            Scratch &scratch) const {
  scratch.images.assign(chunk.imageLanes, 0);
  bool any = false;
  for (size_t b = chunk.firstBlock; b < chunk.endBlock; ++b) {
    const TileOperands &tile = blocks[b].input->tile(pe);
    size_t begin = tile.blocks[blocks[b].index].firstNonZero;
    size_t end = tile.blocks[blocks[b].index + 1].firstNonZero;
    int32_t *image = scratch.images.data() + blocks[b].firstLane;
    for (size_t i = begin; i < end; ++i)
      if (tile.lanes[i] >= 0)
        image[tile.lanes[i]] = tile.values[i];
    any |= begin < end;
  }
  return any;
}

void GroupSums::accumulateWide(const Chunk &chunk, Scratch &scratch) const {
  scratch.wide.resize(channels * lanes, 0);
  const uint32_t *begins = &channelTerms[chunk.firstChannelTerm];
  for (int64_t k = 0; k < channels; ++k)
    for (uint32_t t = begins[k]; t < begins[k + 1]; ++t)
      for (int64_t i = 0; i < lanes; ++i)
        scratch.wide[k * lanes + i] +=
            (int64_t(scratch.images[terms[t].offset + i]) * terms[t].weight +
             roundingOf(chunk.shift)) >>
            chunk.shift;
}

void GroupSums::flush(Scratch &scratch) {
  scratch.wide.resize(scratch.narrow.size(), 0);
  for (size_t i = 0; i < scratch.narrow.size(); ++i)
    scratch.wide[i] += scratch.narrow[i];
  llvm::fill(scratch.narrow, 0);
}

void GroupSums::compute(int64_t pe, AccumulateFn accumulate, Scratch &scratch,
                        std::vector<int64_t> &sums) const {
  scratch.narrow.assign(channels * lanes, 0);
  scratch.wide.clear();
  for (const Chunk &chunk : chunks) {
    // Also before a chunk that is empty here: `bound` is of all PEs.
    if (chunk.flushes)
      flush(scratch);
    if (!writeImages(chunk, pe, scratch))
      continue;
    if (chunk.isWide) {
      accumulateWide(chunk, scratch);
      continue;
    }
    const uint32_t *begins = &channelTerms[chunk.firstChannelTerm];
    for (int64_t k = 0; k < channels; ++k)
      if (begins[k] != begins[k + 1])
        accumulate(terms.data() + begins[k], terms.data() + begins[k + 1],
                   chunk.shift, scratch.images.data(),
                   &scratch.narrow[k * lanes], lanes);
  }

  if (scratch.wide.empty())
    return copySums(pe, scratch.narrow.data(), sums);
  flush(scratch);
  copySums(pe, scratch.wide.data(), sums);
}

template <typename T>
void GroupSums::copySums(int64_t pe, const T *from,
                         std::vector<int64_t> &sums) const {
  const Convolution &convolution = operands.of();
  const isa::SetConvolution &command = convolution.command();
  int64_t rows = convolution.reachRows(pe).size();
  int64_t cols = convolution.reachCols(pe).size();
  sums.assign(channels * convolution.accumulatorsPerChannel(), 0);
  for (int64_t k = 0; k < channels; ++k)
    for (int64_t row = 0; row < rows; ++row)
      std::copy_n(from + k * lanes + row * operands.sumPitch(), cols,
                  sums.begin() + (k * command.accumulatorRows + row) *
                                     command.accumulatorCols);
}
