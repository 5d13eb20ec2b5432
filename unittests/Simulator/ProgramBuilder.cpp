//===- ProgramBuilder.cpp - From a test's convolution to a program --------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramBuilder.h"
#include "scnn/ISA/ActivationDescriptor.h"
#include "scnn/Layout/WeightImage.h"

using namespace scnn;
using namespace scnn::test;

int64_t ProgramBuilder::allocate(int64_t bytes) {
  int64_t address = dram.size();
  dram.resize(address + bytes, 0);
  return address;
}

static AxisWindow windowOf(const TestInput &input, int axis) {
  return {axis ? input.filterCols : input.filterRows, input.stride[axis],
          input.dilation[axis], axis ? input.padLeft : input.padTop};
}

/// The input halos that the tensor needs if there are no output halos.
static Sides inputHalosOf(const TestConvolution &conv, const TestInput &input) {
  const Machine &m = conv.machine;
  AxisHalo rows =
      inputHalo({input.policy, input.tensor.height, m.peRows},
                {conv.policy, conv.height, m.peRows}, windowOf(input, 0));
  AxisHalo cols =
      inputHalo({input.policy, input.tensor.width, m.peCols},
                {conv.policy, conv.width, m.peCols}, windowOf(input, 1));
  return {rows.before, rows.after, cols.before, cols.after};
}

std::pair<AxisAccumulators, AxisAccumulators>
test::accumulatorsOf(const TestConvolution &conv) {
  const Machine &m = conv.machine;
  llvm::SmallVector<AxisInput> rowInputs, colInputs;
  for (const TestInput &input : conv.inputs) {
    Sides halo = conv.outputHalos ? Sides{} : inputHalosOf(conv, input);
    rowInputs.push_back({{input.policy, input.tensor.height, m.peRows},
                         {halo[0], halo[1]},
                         windowOf(input, 0)});
    colInputs.push_back({{input.policy, input.tensor.width, m.peCols},
                         {halo[2], halo[3]},
                         windowOf(input, 1)});
  }
  return {makeAccumulators({conv.policy, conv.height, m.peRows}, rowInputs,
                           conv.outputHalos),
          makeAccumulators({conv.policy, conv.width, m.peCols}, colInputs,
                           conv.outputHalos)};
}

int64_t ProgramBuilder::placeWeights(const TestConvolution &conv,
                                     int64_t firstOutput, int64_t outputs,
                                     isa::BroadcastWeights &command) {
  WeightImage image;
  for (int64_t k = firstOutput; k < firstOutput + outputs; ++k)
    image.channels.push_back({conv.biases[k], uint16_t(conv.multipliers[k]),
                              uint8_t(conv.shifts[k])});
  int64_t firstChannel = 0;
  for (const TestInput &input : conv.inputs) {
    int64_t outputsPerGroup = conv.outputs / input.groups;
    for (int64_t c = 0; c < input.tensor.channels; ++c) {
      int64_t group = c / input.channelsPerGroup();
      Range reached =
          Range{group * outputsPerGroup, (group + 1) * outputsPerGroup}
              .intersect({firstOutput, firstOutput + outputs});
      for (int64_t i = 0; i < input.stride[0]; ++i)
        for (int64_t j = 0; j < input.stride[1]; ++j) {
          std::vector<int64_t> rows, cols;
          for (int64_t r = input.filterRows - 1; r >= 0; --r)
            if ((input.dilation[0] * r - input.padTop - i) % input.stride[0] ==
                0)
              rows.push_back(r);
          for (int64_t s = input.filterCols - 1; s >= 0; --s)
            if ((input.dilation[1] * s - input.padLeft - j) % input.stride[1] ==
                0)
              cols.push_back(s);
          int64_t cg = c - group * input.channelsPerGroup();
          std::vector<int16_t> dense;
          if (conv.channelFastest) {
            for (int64_t r : rows)
              for (int64_t s : cols)
                for (int64_t k = reached.begin; k < reached.end; ++k)
                  dense.push_back(input.weight(k, cg, r, s));
          } else {
            for (int64_t k = reached.begin; k < reached.end; ++k)
              for (int64_t r : rows)
                for (int64_t s : cols)
                  dense.push_back(input.weight(k, cg, r, s));
          }
          WeightBlock block;
          compressBlock(dense, machine.zeroRunBits, block.elements);
          if (block.elements.empty())
            continue;
          block.inputChannel = firstChannel + c;
          block.firstOutput = reached.begin - firstOutput;
          block.outputs = reached.size();
          block.rowPhase = i;
          block.colPhase = j;
          block.productShift = input.productShifts[c];
          image.blocks.push_back(block);
        }
    }
    firstChannel += input.tensor.channels;
  }
  llvm::SmallVector<uint8_t, 0> bytes;
  image.serialize(machine.zeroRunBits, bytes);
  command.address = allocate(bytes.size());
  command.bytes = bytes.size();
  command.blocks = image.blocks.size();
  command.channels = outputs;
  std::copy(bytes.begin(), bytes.end(), dram.begin() + command.address);
  return command.address;
}

void ProgramBuilder::letSpill(isa::SetActivations &set, int64_t capacity,
                              int64_t image, int64_t imageBytes, bool copied) {
  set.capacity = capacity;
  set.spill = 1;
  set.address = copied ? allocate(imageBytes) : image;
}

ProgramBuilder::Result ProgramBuilder::addLayer(const TestConvolution &conv) {
  commands.push_back(isa::BeginLayer{layers++});
  int64_t elements = machine.activationRamElements();

  // Inputs share RAM 0, the result has RAM 1.
  int64_t slot = 0;
  for (const TestInput &input : conv.inputs) {
    isa::SetActivations set;
    set.slot = slot;
    set.capacity = elements / conv.inputs.size();
    set.offset = slot * set.capacity;
    set.channels = input.tensor.channels;
    set.height = input.tensor.height;
    set.width = input.tensor.width;
    set.policy = int64_t(uint32_t(input.policy));
    set.phaseRows = input.phases[0];
    set.phaseCols = input.phases[1];
    if (!conv.outputHalos) {
      Sides halo = inputHalosOf(conv, input);
      set.haloTop = halo[0];
      set.haloBottom = halo[1];
      set.haloLeft = halo[2];
      set.haloRight = halo[3];
    }
    ActivationLayout layout = layoutOf(set, machine);
    std::optional<RowLayout> rows;
    if (const auto &around = conv.rowsAround)
      rows = rowLayoutOf(layout,
                         (*around)[0] + layout.height + (*around)[1]);
    int64_t address = allocate(rows ? rows->imageBytes() : layout.imageBytes());
    if (conv.inputCapacity)
      letSpill(set, std::min(*conv.inputCapacity, set.capacity), address,
               layout.imageBytes(), conv.copiedImages || rows);
    commands.push_back(set);
    if (rows) {
      int64_t first = (*conv.rowsAround)[0];
      encodeRows(*rows, {first, first + layout.height}, input.tensor.values,
                 llvm::MutableArrayRef<uint8_t>(dram).drop_front(address));
      commands.push_back(isa::LoadRows{slot, address, first, rows->height});
    } else {
      encodeActivations(layout, input.tensor.values,
                        llvm::MutableArrayRef<uint8_t>(dram).slice(
                            address, layout.imageBytes()));
      commands.push_back(isa::LoadActivations{slot, address});
    }
    ++slot;
  }
  isa::SetActivations out;
  out.slot = slot;
  out.ram = 1;
  out.capacity = elements;
  out.channels = conv.outputs;
  out.height = conv.resultHeight();
  out.width = conv.resultWidth();
  out.policy = int64_t(uint32_t(conv.policy));
  out.phaseRows = conv.outputPhases[0];
  out.phaseCols = conv.outputPhases[1];
  out.haloTop = conv.outputHalo[0];
  out.haloBottom = conv.outputHalo[1];
  out.haloLeft = conv.outputHalo[2];
  out.haloRight = conv.outputHalo[3];
  Result result{0, layoutOf(out, machine), {}, {}};
  if (const auto &around = conv.rowsAround) {
    result.rows = {(*around)[0], (*around)[0] + out.height};
    result.rowLayout =
        rowLayoutOf(result.layout, result.rows.end + (*around)[1]);
  }
  result.address = allocate(result.rowLayout ? result.rowLayout->imageBytes()
                                             : result.layout.imageBytes());
  if (conv.outputCapacity)
    letSpill(out, *conv.outputCapacity, result.address,
             result.layout.imageBytes(),
             conv.copiedImages || result.rowLayout);
  commands.push_back(out);

  AxisCut rowCut{conv.policy, conv.height, machine.peRows};
  AxisCut colCut{conv.policy, conv.width, machine.peCols};
  auto [rows, cols] = accumulatorsOf(conv);
  commands.push_back(isa::SetConvolution{
      conv.height, conv.width, int64_t(uint32_t(conv.policy)), rows.extent(),
      cols.extent(), conv.outputHalos, conv.channelFastest});
  int64_t firstChannel = 0;
  for (auto [index, input] : llvm::enumerate(conv.inputs)) {
    commands.push_back(isa::BindInput{
        int64_t(index), firstChannel, input.filterRows, input.filterCols,
        input.stride[0], input.stride[1], input.dilation[0], input.dilation[1],
        input.padTop, input.padLeft});
    firstChannel += input.tensor.channels;
  }

  std::vector<isa::BroadcastWeights> broadcasts;
  for (int64_t k = 0; k < conv.outputs; k += conv.groupSize)
    placeWeights(conv, k, std::min(conv.groupSize, conv.outputs - k),
                 broadcasts.emplace_back());
  if (conv.broadcastAhead)
    commands.insert(commands.end(), broadcasts.begin(), broadcasts.end());
  int64_t group = 0;
  for (int64_t k = 0; k < conv.outputs; k += conv.groupSize, ++group) {
    int64_t set = group % 2;
    if (!conv.broadcastAhead)
      commands.push_back(broadcasts[group]);
    commands.push_back(isa::Accumulate{set});
    if (conv.outputHalos) {
      AxisHalo r = rows.halo(), c = cols.halo();
      commands.push_back(
          isa::Exchange{0, r.before, r.after, c.before, c.after});
    }
    commands.push_back(isa::AddBias{set});
    if (const auto &pool = conv.pool) {
      commands.push_back(
          isa::Pool{pool->size[0], pool->size[1], pool->stride[0],
                    pool->stride[1], pool->padTop, pool->padLeft, pool->height,
                    pool->width, int64_t(uint32_t(conv.policy))});
      AxisCut pooledRows{conv.policy, pool->height, machine.peRows};
      AxisCut pooledCols{conv.policy, pool->width, machine.peCols};
      AxisHalo r, c;
      for (int64_t p = 0; p < machine.peRows; ++p)
        r.include(pooledRows.owned(p),
                  poolOutputs(rowCut.owned(p), pool->size[0], pool->stride[0],
                              pool->padTop, pool->height));
      for (int64_t p = 0; p < machine.peCols; ++p)
        c.include(pooledCols.owned(p),
                  poolOutputs(colCut.owned(p), pool->size[1], pool->stride[1],
                              pool->padLeft, pool->width));
      commands.push_back(
          isa::Exchange{1, r.before, r.after, c.before, c.after});
    }
    commands.push_back(isa::Requantize{conv.minimum, conv.maximum});
    if (llvm::any_of(conv.outputHalo, [](int64_t side) { return side != 0; }))
      commands.push_back(isa::Exchange{2, conv.outputHalo[0],
                                       conv.outputHalo[1], conv.outputHalo[2],
                                       conv.outputHalo[3]});
    commands.push_back(isa::WriteActivations{out.slot, k});
  }
  if (result.rowLayout)
    commands.push_back(isa::StoreRows{out.slot, result.address,
                                      result.rows.begin,
                                      result.rowLayout->height});
  else
    commands.push_back(isa::StoreActivations{out.slot, result.address});
  commands.push_back(isa::EndLayer{});
  return result;
}

RowLayout test::rowLayoutOf(const ActivationLayout &piece, int64_t height) {
  return {piece.channels, height,        piece.width,
          piece.policy,   piece.grid[1], piece.zeroRunBits};
}

llvm::Expected<std::vector<int16_t>>
ProgramBuilder::Result::read(llvm::ArrayRef<uint8_t> dram) const {
  std::vector<int16_t> values(layout.channels * layout.height * layout.width);
  if (rowLayout) {
    auto used = decodeRows(*rowLayout, rows,
                           dram.slice(address, rowLayout->imageBytes()),
                           values);
    if (!used)
      return used.takeError();
    return values;
  }
  if (llvm::Error error = decodeActivations(
          layout, dram.slice(address, layout.imageBytes()), values))
    return std::move(error);
  return values;
}

RunResult test::runProgram(const ProgramBuilder &builder,
                           const Machine &machine, sim::EngineKind engine) {
  RunResult result;
  sim::AcceleratorOptions options;
  options.engine = engine;
  options.observer = &result;
  sim::Accelerator accelerator(machine, builder.commands, builder.dram,
                               options);
  llvm::Expected<sim::Event> event = accelerator.run();
  while (event && event->kind == sim::Event::CallHost)
    event = accelerator.run();
  if (!event)
    result.error = llvm::toString(event.takeError());
  result.dram = accelerator.dram().vec();
  return result;
}
