//===- ProcessingElement.cpp - A PE: FIFO, multiplier array, scatter network
//-===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProcessingElement.h"

using namespace scnn;
using namespace scnn::sim;
using namespace scnn::sim::cycle;

ProcessingElement::ProcessingElement(LayerRun &run, int64_t index)
    : run(run), counters(run.counters.pes[index]), index(index),
      weightFifo(run.machine.weightFifoEntries), scatter(run.machine) {}

void ProcessingElement::beginGroup(const GroupWork &newGroup,
                                   const std::vector<BlockStream> &newStreams,
                                   std::vector<int64_t> &newSums) {
  group = &newGroup;
  streams = &newStreams;
  sums = &newSums;
  streamIndex = 0;
  openBlock();
  groupHasWork = blockIsOpen;
}

void ProcessingElement::openBlock() {
  activationVectors.clear();
  activationVector = 0;
  weightVector = 0;
  size_t width = run.machine.activationsPerVector;
  for (; streamIndex < streams->size(); ++streamIndex) {
    const GroupBlock &block = *(*streams)[streamIndex].block;
    block.input->forEachBlock(
        index, block.channel, block.phaseRow, block.phaseCol,
        [&](llvm::ArrayRef<Activation> stored) {
          for (; !stored.empty();
               stored = stored.drop_front(std::min(width, stored.size())))
            activationVectors.push_back(
                stored.take_front(std::min(width, stored.size())));
        });
    if (!activationVectors.empty())
      break;
  }
  blockIsOpen = !activationVectors.empty();
}

void ProcessingElement::step(int64_t cycle) {
  Cause cause = stepCause(cycle);
  if (cause == Cause::Useful)
    issue();
  else
    counters[cause] += run.machine.multipliers();
}

/// What the PE does in the cycle; `Useful` stands for issuing a batch.
Cause ProcessingElement::stepCause(int64_t cycle) {
  if (!groupHasWork)
    return Cause::NoWork;
  if (isDone())
    return Cause::Barrier;
  if (!blockIsOpen || !scatter.isReady())
    return Cause::BankConflict;
  // The vectors of a resident block stay in the FIFO while its activation
  // vectors pass, those of a longer one are each the oldest when they are used.
  bool resident = (*streams)[streamIndex].kind == BlockStream::Resident;
  int64_t place = resident && activationVector + 1 < activationVectors.size()
                      ? weightVector
                      : 0;
  return weightFifo.has(place, cycle) ? Cause::Useful : Cause::Weights;
}

void ProcessingElement::issue() {
  const GroupBlock &block = *(*streams)[streamIndex].block;
  int64_t width = run.machine.weightsPerVector;
  auto weights =
      llvm::ArrayRef<Weight>(block.weights).drop_front(weightVector * width);
  weights = weights.take_front(std::min<size_t>(width, weights.size()));
  llvm::ArrayRef<Activation> activations = activationVectors[activationVector];
  if (weightVector == 0)
    run.counters.events.ramElementReads += activations.size();
  for (const Activation &activation : activations)
    for (const Weight &weight : weights)
      multiply(weight, activation);
  int64_t multiplies = weights.size() * activations.size();
  counters[Cause::Fragmentation] += run.machine.multipliers() - multiplies;
  ++counters.batches;
  ++run.counters.events.fifoReads;
  run.counters.events.multiplies += multiplies;
  advance();
}

void ProcessingElement::multiply(const Weight &weight,
                                 const Activation &activation) {
  if (weight.value == 0 || activation.value == 0) {
    ++counters[Cause::Placeholder];
    return;
  }
  const GroupBlock &block = *(*streams)[streamIndex].block;
  const isa::BindInput &bind = block.input->bind();
  const Convolution &convolution = *group->convolution;
  // Both divide: activation and weight are of the same phase.
  int64_t rowDistance =
      activation.y + bind.padTop - bind.dilationRows * weight.r;
  int64_t colDistance =
      activation.x + bind.padLeft - bind.dilationCols * weight.s;
  Range rows = convolution.reachRows(index);
  Range cols = convolution.reachCols(index);
  int64_t y = rowDistance / bind.strideRows, x = colDistance / bind.strideCols;
  if (rowDistance < 0 || colDistance < 0 || !rows.contains(y) ||
      !cols.contains(x)) {
    ++counters[Cause::Border];
    return;
  }
  int64_t address =
      (weight.k * convolution.command().accumulatorRows + y - rows.begin) *
          convolution.command().accumulatorCols +
      x - cols.begin;
  int64_t product = int64_t(weight.value) * activation.value;
  if (block.productShift > 0)
    product = (product + (int64_t(1) << (block.productShift - 1))) >>
              block.productShift;
  (*sums)[address] += product;
  scatter.send(address);
  ++counters[Cause::Useful];
  ++run.counters.events.accumulations;
}

void ProcessingElement::advance() {
  const BlockStream &stream = (*streams)[streamIndex];
  bool lastUse = stream.kind != BlockStream::Resident ||
                 activationVector + 1 == activationVectors.size();
  if (lastUse)
    weightFifo.pop();
  if (++weightVector < stream.vectors)
    return;
  weightVector = 0;
  if (++activationVector < activationVectors.size())
    return;
  ++streamIndex;
  openBlock();
}
