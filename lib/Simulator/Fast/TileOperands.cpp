//===- TileOperands.cpp - Activations, laid out for the inner loops -------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TileOperands.h"
#include "llvm/Support/MathExtras.h"

using namespace scnn;
using namespace scnn::sim;
using namespace scnn::sim::fast;

/// What filter positions and activations count as along one axis.
static std::vector<int32_t> filterPlaces(const AxisWindow &window) {
  std::vector<int32_t> places;
  for (int64_t r = 0; r < window.filter; ++r)
    places.push_back(llvm::divideFloorSigned(
        window.dilation * r - window.padBefore, window.stride));
  return places;
}

static std::vector<int32_t> tensorPlaces(int64_t extent, int64_t stride) {
  std::vector<int32_t> places;
  for (int64_t y = 0; y < extent; ++y)
    places.push_back(y / stride);
  return places;
}

/// The range of several numbers.
static Range rangeOf(llvm::ArrayRef<int32_t> places) {
  auto [least, most] = std::minmax_element(places.begin(), places.end());
  return {*least, *most + 1};
}

//===----------------------------------------------------------------------===//
// InputOperands
//===----------------------------------------------------------------------===//

InputOperands::InputOperands(const Convolution &convolution,
                             const BoundInput &input, int64_t pitch,
                             int64_t sumLanes, const Machine &machine)
    : input(input), pitch(pitch),
      filterRows(filterPlaces(input.rowInput().window)),
      filterCols(filterPlaces(input.colInput().window)) {
  const ActivationLayout &layout = input.boundTensor().layout();
  const isa::BindInput &bind = input.bind();
  tensorRows = tensorPlaces(layout.height, bind.strideRows);
  tensorCols = tensorPlaces(layout.width, bind.strideCols);
  Range rows = rangeOf(filterRows), cols = rangeOf(filterCols);
  firstOffset = rows.begin * pitch + cols.begin;
  lanes = (rows.end - 1) * pitch + (cols.end - 1) - firstOffset + sumLanes;

  tiles.resize(convolution.numPEs());
  for (int64_t pe = 0; pe < convolution.numPEs(); ++pe) {
    for (int64_t channel = 0; channel < layout.channels; ++channel)
      for (int64_t i = 0; i < bind.strideRows; ++i)
        for (int64_t j = 0; j < bind.strideCols; ++j)
          addBlock(convolution, pe, bind.firstChannel + channel, i, j, machine);
    TileOperands &tile = tiles[pe];
    tile.blocks.push_back(
        {uint32_t(tile.vectors.size()), uint32_t(tile.values.size()), 0, -1});
  }
}

size_t InputOperands::blockIndex(int64_t channel, int64_t phaseRow,
                                 int64_t phaseCol) const {
  const isa::BindInput &bind = input.bind();
  return ((channel - bind.firstChannel) * bind.strideRows + phaseRow) *
             bind.strideCols +
         phaseCol;
}

void InputOperands::addBlock(const Convolution &convolution, int64_t pe,
                             int64_t channel, int64_t phaseRow,
                             int64_t phaseCol, const Machine &machine) {
  TileOperands &tile = tiles[pe];
  TileOperands::Block block{uint32_t(tile.vectors.size()),
                            uint32_t(tile.values.size()), 0, -1};
  Range reachRows = convolution.reachRows(pe);
  Range reachCols = convolution.reachCols(pe);
  // The filter positions that the block's activations meet.
  auto filterR = input.rowInput().window.filterPhase(phaseRow);
  auto filterS = input.colInput().window.filterPhase(phaseCol);
  auto isDropped = [&](Place activation, int64_t r, int64_t s) {
    return !Range{0, reachRows.size()}.contains(activation.row -
                                                filterRows[r]) ||
           !Range{0, reachCols.size()}.contains(activation.col - filterCols[s]);
  };
  // Rows and columns are independent: the extreme positions tell for all.
  auto mayBeDropped = [&](Place activation) {
    return !filterR.empty() && !filterS.empty() &&
           (isDropped(activation, filterR.front(), filterS.front()) ||
            isDropped(activation, filterR.back(), filterS.back()));
  };

  llvm::SmallVector<Place> places;
  auto addVector = [&](llvm::ArrayRef<Activation> vector) {
    places.clear();
    bool clips = false;
    uint32_t begin = tile.values.size();
    for (const Activation &activation : vector) {
      if (activation.value == 0)
        continue;
      // Activations of the block's phase: the division leaves just the phase.
      Place place{int32_t(tensorRows[activation.y] - reachRows.begin),
                  int32_t(tensorCols[activation.x] - reachCols.begin)};
      places.push_back(place);
      clips |= mayBeDropped(place);
      tile.values.push_back(activation.value);
      int64_t lane = place.row * pitch + place.col - firstOffset;
      tile.lanes.push_back(Range{0, lanes}.contains(lane) ? lane : -1);
      int64_t address =
          place.row * convolution.command().accumulatorCols + place.col;
      tile.banks.push_back(llvm::mod(address, machine.accumulatorBanks));
      largestValue =
          std::max<int64_t>(largestValue, std::abs(int32_t(activation.value)));
    }
    tile.vectors.push_back({begin, uint32_t(places.size()),
                            clips ? int32_t(tile.places.size()) : -1});
    if (!clips)
      return;
    llvm::append_range(tile.places, places);
    if (block.dropped < 0) {
      block.dropped = tile.dropped.size();
      tile.dropped.resize(tile.dropped.size() + numFilterPositions(), 0);
    }
    for (Place place : places)
      for (int64_t r : filterR)
        for (int64_t s : filterS)
          tile.dropped[block.dropped + filterPosition(r, s)] +=
              isDropped(place, r, s);
  };
  size_t width = machine.activationsPerVector;
  input.forEachBlock(pe, channel, phaseRow, phaseCol,
                     [&](llvm::ArrayRef<Activation> stored) {
                       block.elements += stored.size();
                       for (; !stored.empty();
                            stored = stored.drop_front(
                                std::min(width, stored.size())))
                         addVector(stored.take_front(
                             std::min(width, stored.size())));
                     });
  tile.blocks.push_back(block);
}

//===----------------------------------------------------------------------===//
// ConvolutionOperands
//===----------------------------------------------------------------------===//

/// A pitch with which no product beyond a PE's columns reaches the sums of
/// another row: those of an input lie within [first, end), those reached
/// within [reach.begin, reach.end), and no two are a pitch apart.
static int64_t pitchFor(const Convolution &convolution) {
  int64_t pitch = convolution.command().accumulatorCols;
  for (const BoundInput &input : convolution.inputs()) {
    AxisInput axis = input.colInput();
    Range filter = rangeOf(filterPlaces(axis.window));
    llvm::ArrayRef<Range> reaches = convolution.colAccumulators().reach;
    for (auto [part, reach] : llvm::enumerate(reaches)) {
      Range stored =
          axis.cut.stored(part, axis.halo.before, axis.halo.after);
      if (stored.empty() || reach.empty())
        continue;
      int64_t stride = axis.window.stride;
      int64_t first = stored.begin / stride - (filter.end - 1);
      int64_t end = (stored.end - 1) / stride - filter.begin + 1;
      pitch = std::max({pitch, end - reach.begin, reach.end - first});
    }
  }
  return pitch;
}

ConvolutionOperands::ConvolutionOperands(const Convolution &convolution,
                                         const Machine &machine)
    : convolution(convolution), pitch(pitchFor(convolution)) {
  const isa::SetConvolution &command = convolution.command();
  lanes = llvm::alignTo((command.accumulatorRows - 1) * pitch +
                            command.accumulatorCols,
                        kLaneAlignment);
  inputs.reserve(convolution.inputs().size());
  for (const BoundInput &input : convolution.inputs())
    inputs.emplace_back(convolution, input, pitch, lanes, machine);
}
