//===- WeightOperands.cpp - A weight block, laid out for the queue loop ---===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightOperands.h"
#include "llvm/Support/MathExtras.h"

using namespace scnn;
using namespace scnn::sim;
using namespace scnn::sim::fast;

void WeightOperands::assign(const GroupBlock &block,
                            const ConvolutionOperands &operands) {
  input = &operands.operandsOf(*block.input);
  index = input->blockIndex(block.channel, block.phaseRow, block.phaseCol);
  elements = block.weights.size();
  nonZeros = 0;
  size_t slots = llvm::alignTo(elements, queues.weightsPerVector);
  inside.assign(slots, 0);
  positions.assign(elements, 0);
  weightsAt.assign(input->numFilterPositions(), 0);
  for (size_t slot = 0; slot < block.weights.size(); ++slot) {
    const Weight &weight = block.weights[slot];
    if (weight.value == 0)
      continue;
    ++nonZeros;
    int64_t position = input->filterPosition(weight.r, weight.s);
    positions[slot] = position;
    ++weightsAt[position];
    int64_t bank = operands.channelBank(weight.k) + input->filterBank(position);
    if (bank >= queues.banks)
      bank -= queues.banks;
    // Begins before the counts of bank 0: rotates them up to that of the
    // weight. In front of all is the one of zeros.
    inside[slot] = queues.histogramCounters + queues.banks - bank;
  }

  clipped.resize(input->clipClasses().size());
  std::vector<uint32_t> firstOf(input->numFilterPositions());
  for (size_t clip = 0; clip < clipped.size(); ++clip) {
    const ClipClasses &classes = input->clipClasses()[clip];
    clipped[clip].clear();
    if (classes.places.size() == 1)
      continue;
    for (size_t position = 0; position < firstOf.size(); ++position)
      firstOf[position] = classes.classOf[position] * queues.histogramCounters;
    clipped[clip].resize(slots, 0);
    for (int64_t slot = 0; slot < elements; ++slot)
      if (inside[slot] != 0)
        clipped[clip][slot] = inside[slot] + firstOf[positions[slot]];
  }
}

int64_t WeightOperands::dropped(int64_t pe) const {
  const TileOperands &tile = input->tile(pe);
  int32_t first = tile.blocks[index].dropped;
  if (first < 0)
    return 0;
  const ClipClasses &classes = input->clipClasses()[input->clipIndex(pe)];
  int64_t products = 0;
  for (size_t position = 0; position < weightsAt.size(); ++position)
    products += int64_t(weightsAt[position]) *
                tile.dropped[first + classes.classOf[position]];
  return products;
}

void WeightOperands::describe(BatchRun &run, int64_t pe,
                              size_t firstVector) const {
  size_t clip = input->clipIndex(pe);
  size_t firstSlot = firstVector * queues.weightsPerVector;
  run.inside = inside.data() + firstSlot;
  run.clipped =
      clipped[clip].empty() ? run.inside : clipped[clip].data() + firstSlot;
  run.clipPlaces = input->clipClasses()[clip].places.data();
  run.numClipPlaces = input->clipClasses()[clip].places.size();
}
