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
  positions.clear();
  weightsAt.clear();
  places.clear();
  numberOf.assign(input->numFilterPositions(), -1);
  size_t slots = llvm::alignTo(elements, queues.weightsPerVector);
  inside.assign(slots, 0);
  clipped.assign(slots, 0);

  const isa::SetConvolution &command = operands.of().command();
  for (auto [slot, weight] : llvm::enumerate(block.weights)) {
    if (weight.value == 0)
      continue;
    ++nonZeros;
    int64_t position = input->filterPosition(weight.r, weight.s);
    Place place = input->filterPlace(weight.r, weight.s);
    int32_t &number = numberOf[position];
    if (number < 0) {
      number = positions.size();
      positions.push_back(position);
      weightsAt.push_back(0);
      places.push_back(place);
    }
    ++weightsAt[number];
    int64_t address = (weight.k * command.accumulatorRows - place.row) *
                          command.accumulatorCols -
                      place.col;
    // Begins before the counts of bank 0: rotates them up to that of the
    // weight. In front of all is the one of zeros.
    int64_t rotated = queues.histogramCounters + queues.banks -
                      llvm::mod(address, machine.accumulatorBanks);
    inside[slot] = rotated;
    clipped[slot] = rotated + number * queues.histogramCounters;
  }
}

int64_t WeightOperands::dropped(int64_t pe) const {
  const TileOperands &tile = input->tile(pe);
  int32_t first = tile.blocks[index].dropped;
  if (first < 0)
    return 0;
  int64_t products = 0;
  for (auto [position, weights] : llvm::zip(positions, weightsAt))
    products += weights * tile.dropped[first + position];
  return products;
}

void WeightOperands::describe(BatchRun &run, size_t firstVector) const {
  run.inside = inside.data() + firstVector * queues.weightsPerVector;
  run.clipped = clipped.data() + firstVector * queues.weightsPerVector;
  run.filterPlaces = places.data();
  run.numFilterPlaces = places.size();
}
