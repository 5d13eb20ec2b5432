//===- TileOperands.cpp - Activations, laid out for the inner loops -------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TileOperands.h"
#include "llvm/Support/MathExtras.h"
#include <map>

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

  for (int32_t row : filterRows)
    for (int32_t col : filterCols)
      filterBanks.push_back(
          llvm::mod(-row * convolution.command().accumulatorCols - col,
                    machine.accumulatorBanks));
  findClipClasses(convolution);
  tiles.resize(convolution.numPEs());
  for (int64_t pe = 0; pe < convolution.numPEs(); ++pe) {
    for (int64_t channel = 0; channel < layout.channels; ++channel)
      for (int64_t i = 0; i < bind.strideRows; ++i)
        for (int64_t j = 0; j < bind.strideCols; ++j)
          addBlock(convolution, pe, bind.firstChannel + channel, i, j, machine);
    TileOperands &tile = tiles[pe];
    tile.blocks.push_back(
        {uint32_t(tile.firstPlaces.size()), uint32_t(tile.values.size()), 0,
         -1});
  }
}

/// Classes of an axis's filter positions: activations at [stored.begin,
/// stored.end) are not dropped as far as their outputs are in `reach`.
static std::vector<int32_t> classesOf(llvm::ArrayRef<int32_t> places,
                                      Range stored, Range reach) {
  llvm::SmallVector<Range> kept;
  std::vector<int32_t> classes;
  for (int32_t place : places) {
    Range range =
        Range{reach.begin + place, reach.end + place}.intersect(stored);
    if (range.empty())
      range = Range();
    auto known = llvm::find(kept, range);
    classes.push_back(known - kept.begin());
    if (known == kept.end())
      kept.push_back(range);
  }
  return classes;
}

void InputOperands::findClipClasses(const Convolution &convolution) {
  // Of each row and column of PEs.
  auto classesAlong = [](const AxisInput &axis, llvm::ArrayRef<int32_t> places,
                         llvm::ArrayRef<Range> reaches) {
    std::vector<std::vector<int32_t>> classes;
    for (auto [part, reach] : llvm::enumerate(reaches)) {
      Range stored = axis.cut.stored(part, axis.halo.before, axis.halo.after);
      int64_t stride = axis.window.stride;
      if (!stored.empty())
        stored = {stored.begin / stride, (stored.end - 1) / stride + 1};
      classes.push_back(classesOf(places, stored, reach));
    }
    return classes;
  };
  auto rows = classesAlong(input.rowInput(), filterRows,
                           convolution.rowAccumulators().reach);
  auto cols = classesAlong(input.colInput(), filterCols,
                           convolution.colAccumulators().reach);

  std::map<std::pair<std::vector<int32_t>, std::vector<int32_t>>, size_t> known;
  for (const auto &rowClasses : rows)
    for (const auto &colClasses : cols) {
      auto [entry, isNew] =
          known.insert({{rowClasses, colClasses}, clips.size()});
      clipOf.push_back(entry->second);
      if (!isNew)
        continue;
      ClipClasses &clip = clips.emplace_back();
      int32_t colCount = *llvm::max_element(colClasses) + 1;
      clip.places.resize((*llvm::max_element(rowClasses) + 1) * colCount);
      for (auto [r, row] : llvm::enumerate(rowClasses))
        for (auto [s, col] : llvm::enumerate(colClasses)) {
          clip.classOf.push_back(row * colCount + col);
          clip.places[clip.classOf.back()] = filterPlace(r, s);
        }
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
  TileOperands::Block block{uint32_t(tile.firstPlaces.size()),
                            uint32_t(tile.values.size()), 0, -1};
  Range reachRows = convolution.reachRows(pe);
  Range reachCols = convolution.reachCols(pe);
  llvm::ArrayRef<Place> clipPlaces = clips[clipOf[pe]].places;
  auto isDropped = [&](Place activation, Place weight) {
    return !Range{0, reachRows.size()}.contains(activation.row - weight.row) ||
           !Range{0, reachCols.size()}.contains(activation.col - weight.col);
  };

  llvm::SmallVector<Place> places;
  auto addVector = [&](llvm::ArrayRef<Activation> vector) {
    places.clear();
    bool isClipped = false;
    for (const Activation &activation : vector) {
      if (activation.value == 0)
        continue;
      // Activations of the block's phase: the division leaves just the phase.
      Place place{int32_t(tensorRows[activation.y] - reachRows.begin),
                  int32_t(tensorCols[activation.x] - reachCols.begin)};
      places.push_back(place);
      isClipped |= llvm::any_of(clipPlaces, [&](Place weight) {
        return isDropped(place, weight);
      });
      tile.values.push_back(activation.value);
      int64_t lane = place.row * pitch + place.col - firstOffset;
      tile.lanes.push_back(Range{0, lanes}.contains(lane) ? lane : -1);
      int64_t address =
          place.row * convolution.command().accumulatorCols + place.col;
      tile.banks.push_back(llvm::mod(address, machine.accumulatorBanks));
      largestValue =
          std::max<int64_t>(largestValue, std::abs(int32_t(activation.value)));
    }
    tile.banks.resize(tile.banks.size() + machine.activationsPerVector -
                          places.size(),
                      kNoBank);
    tile.firstPlaces.push_back(isClipped ? tile.places.size() : -1);
    if (!isClipped)
      return;
    llvm::append_range(tile.places, places);
    tile.places.resize(tile.places.size() + machine.activationsPerVector -
                       places.size());
    if (block.dropped < 0) {
      block.dropped = tile.dropped.size();
      tile.dropped.resize(tile.dropped.size() + clipPlaces.size(), 0);
    }
    for (Place place : places)
      for (size_t i = 0; i < clipPlaces.size(); ++i)
        tile.dropped[block.dropped + i] += isDropped(place, clipPlaces[i]);
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
  // As many as a group can have.
  for (int64_t address = 0; address < machine.accumulators();
       address += convolution.accumulatorsPerChannel())
    channelBanks.push_back(address % machine.accumulatorBanks);
  inputs.reserve(convolution.inputs().size());
  for (const BoundInput &input : convolution.inputs())
    inputs.emplace_back(convolution, input, pitch, lanes, machine);
}
