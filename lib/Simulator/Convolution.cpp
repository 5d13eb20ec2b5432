//===- Convolution.cpp - A convolution as the commands set it up ----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convolution.h"
#include "Errors.h"
#include "llvm/ADT/STLExtras.h"

using namespace scnn;
using namespace scnn::sim;

//===----------------------------------------------------------------------===//
// BoundInput
//===----------------------------------------------------------------------===//

AxisInput BoundInput::rowInput() const {
  const ActivationLayout &layout = tensor->layout();
  return {layout.rowCut(),
          layout.rowHalo(),
          {command.filterRows, command.strideRows, command.dilationRows,
           command.padTop}};
}

AxisInput BoundInput::colInput() const {
  const ActivationLayout &layout = tensor->layout();
  return {layout.colCut(),
          layout.colHalo(),
          {command.filterCols, command.strideCols, command.dilationCols,
           command.padLeft}};
}

void BoundInput::Tile::addZeros(const ActivationLayout &layout, int64_t pe) {
  Tile dense;
  Range rows = layout.storedRows(pe / layout.grid[1]);
  Range cols = layout.storedCols(pe % layout.grid[1]);
  int64_t phases = layout.numPhases();
  const Activation *stored = activations.data();
  for (size_t block = 0; block + 1 < blockBegin.size(); ++block) {
    dense.blockBegin.push_back(dense.activations.size());
    const Activation *end = activations.data() + blockBegin[block + 1];
    PhasePositions ys = phasePositions(rows, block % phases / layout.phases[1],
                                       layout.phases[0]);
    PhasePositions xs =
        phasePositions(cols, block % layout.phases[1], layout.phases[1]);
    for (int64_t i = 0; i < ys.count; ++i)
      for (int64_t j = 0; j < xs.count; ++j) {
        Activation zero{0, int32_t(ys[i]), int32_t(xs[j])};
        bool isStored =
            stored != end && stored->y == zero.y && stored->x == zero.x;
        dense.activations.push_back(isStored ? *stored++ : zero);
      }
  }
  dense.blockBegin.push_back(dense.activations.size());
  *this = std::move(dense);
}

llvm::Error BoundInput::decode(const std::vector<ActivationRam> &rams,
                               bool skipZeros) {
  tiles.assign(tensor->layout().numPEs(), Tile());
  for (auto [pe, tile] : llvm::enumerate(tiles)) {
    uint32_t begin = 0;
    for (uint16_t count : tensor->counts(pe)) {
      tile.blockBegin.push_back(begin);
      begin += count;
    }
    tile.blockBegin.push_back(begin);
    tile.activations.reserve(begin);
    auto &activations = tile.activations;
    if (llvm::Error error = tensor->forEachElement(
            pe, rams, [&](int64_t, int64_t y, int64_t x, int16_t value) {
              activations.push_back({value, int32_t(y), int32_t(x)});
            }))
      return error;
    if (!skipZeros)
      tile.addZeros(tensor->layout(), pe);
  }
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Convolution
//===----------------------------------------------------------------------===//

Convolution::Convolution(const isa::SetConvolution &command,
                         const Machine &machine)
    : description(command), gridRows(machine.peRows), gridCols(machine.peCols) {
  rows.cut = {CutPolicy(command.policy), command.height, gridRows};
  cols.cut = {CutPolicy(command.policy), command.width, gridCols};
}

llvm::Error Convolution::bind(std::shared_ptr<Tensor> tensor,
                              const isa::BindInput &command) {
  const ActivationLayout &layout = tensor->layout();
  for (auto [name, value] : {std::pair("filter_rows", command.filterRows),
                             std::pair("filter_cols", command.filterCols),
                             std::pair("stride_rows", command.strideRows),
                             std::pair("stride_cols", command.strideCols),
                             std::pair("dilation_rows", command.dilationRows),
                             std::pair("dilation_cols", command.dilationCols)})
    if (value < 1)
      return makeError("expected {0} to be at least 1, but got {1}", name,
                       value);
  if (layout.phases[0] % command.strideRows != 0 ||
      layout.phases[1] % command.strideCols != 0)
    return makeError("expected strides that divide the tensor's {0}x{1} "
                     "phases, but got {2}x{3}",
                     layout.phases[0], layout.phases[1], command.strideRows,
                     command.strideCols);
  // A replica and its original would both reach the sum.
  if (description.outputHalos &&
      llvm::any_of(layout.halo, [](int64_t side) { return side != 0; }))
    return makeError(
        "slot {0} has input halos, which a convolution with output "
        "halos would count twice",
        command.slot);
  int64_t end = command.firstChannel + layout.channels;
  for (const BoundInput &other : bound)
    if (command.firstChannel <
            other.bind().firstChannel + other.boundTensor().layout().channels &&
        other.bind().firstChannel < end)
      return makeError("channels {0} to {1} of slot {2} overlap those of slot "
                       "{3}, which begin at {4}",
                       command.firstChannel, end - 1, command.slot,
                       other.bind().slot, other.bind().firstChannel);
  bound.emplace_back(std::move(tensor), command);
  return llvm::Error::success();
}

llvm::Error Convolution::complete() {
  if (bound.empty())
    return makeError("no input is bound");
  if (description.height < 1 || description.width < 1)
    return makeError(
        "expected an output plane of at least 1x1, but got {0}x{1}",
        description.height, description.width);
  llvm::SmallVector<AxisInput> rowInputs, colInputs;
  for (const BoundInput &input : bound) {
    rowInputs.push_back(input.rowInput());
    colInputs.push_back(input.colInput());
  }
  rows = makeAccumulators(rows.cut, rowInputs, description.outputHalos);
  cols = makeAccumulators(cols.cut, colInputs, description.outputHalos);
  if (rows.extent() > description.accumulatorRows ||
      cols.extent() > description.accumulatorCols)
    return makeError(
        "a PE reaches {0}x{1} outputs of a channel, but has {2}x{3} "
        "accumulators for it",
        rows.extent(), cols.extent(), description.accumulatorRows,
        description.accumulatorCols);
  return llvm::Error::success();
}

llvm::Error Convolution::decodeInputs(const std::vector<ActivationRam> &rams,
                                      bool skipZeros) {
  for (BoundInput &input : bound)
    if (llvm::Error error = input.decode(rams, skipZeros))
      return error;
  return llvm::Error::success();
}

const BoundInput *Convolution::inputOf(int64_t channel) const {
  auto input = llvm::find_if(
      bound, [&](const BoundInput &b) { return b.hasChannel(channel); });
  return input == bound.end() ? nullptr : &*input;
}
