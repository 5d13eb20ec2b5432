//===- FastPE.cpp - A PE as a walk over its batches -----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FastPE.h"

using namespace scnn;
using namespace scnn::sim;
using namespace scnn::sim::fast;

BankTimes::BankTimes(const Machine &machine)
    : depth(machine.bankQueueDepth), banks(machine.accumulatorBanks, 0) {
  if (isUnlimited())
    return;
  for (int64_t address = 0; address < machine.accumulators(); ++address)
    bankOf.push_back(uint16_t(address % machine.accumulatorBanks));
}

FastPE::FastPE(const Machine &machine, PECounters &counters)
    : machine(machine), counters(counters), banks(machine),
      fifo(machine.weightFifoEntries) {}

void FastPE::beginGroup(const GroupWork &group, int64_t index, int64_t cycle,
                        std::vector<int64_t> &groupSums) {
  sums = &groupSums;
  reachRows = group.convolution->reachRows(index);
  reachCols = group.convolution->reachCols(index);
  worked = false;
  lastIssue = cycle - 1;
  readyAt = cycle;
}

void FastPE::endGroup(int64_t begin, int64_t barrier) {
  int64_t slots = machine.multipliers();
  if (!worked) {
    counters[Cause::NoWork] += slots * (barrier - begin);
    return;
  }
  counters[Cause::BankConflict] += slots * (done() - (lastIssue + 1));
  counters[Cause::Barrier] += slots * (barrier - done());
}

template <bool contention, bool inside>
int64_t FastPE::products(llvm::ArrayRef<Operand> activations,
                         llvm::ArrayRef<Operand> weights, int64_t shift) {
  int64_t *accumulators = sums->data();
  int64_t rounding = shift > 0 ? int64_t(1) << (shift - 1) : 0;
  int64_t reached = 0;
  for (const Operand &activation : activations)
    for (const Operand &weight : weights) {
      if (!inside && !(reachRows.contains(activation.row - weight.row) &&
                       reachCols.contains(activation.col - weight.col)))
        continue;
      uint32_t address = activation.offset + weight.offset;
      int64_t product = int64_t(activation.value) * weight.value;
      accumulators[address] += (product + rounding) >> shift;
      if (contention)
        banks.send(lastIssue, address);
      if (!inside)
        ++reached;
    }
  return inside ? activations.size() * weights.size() : reached;
}

/// Whether all outputs of an activation box and a weight box are reached.
static bool isInside(const Box &activations, const Box &weights, Range rows,
                     Range cols) {
  return activations.rows.begin - (weights.rows.end - 1) >= rows.begin &&
         activations.rows.end - weights.rows.begin <= rows.end &&
         activations.cols.begin - (weights.cols.end - 1) >= cols.begin &&
         activations.cols.end - weights.cols.begin <= cols.end;
}

void FastPE::multiply(const FastBlock &block, const OperandVectors &activations,
                      size_t firstActivation, size_t endActivation,
                      size_t firstWeight, llvm::ArrayRef<int64_t> sent,
                      EventCounters &events) {
  int64_t slots = machine.multipliers();
  int64_t shift = block.block.productShift;
  bool contention = !banks.isUnlimited();
  int64_t useful = 0, nonZeros = 0, multiplies = 0;
  int64_t conflictCycles = 0, weightCycles = 0;

  for (size_t a = firstActivation; a < endActivation; ++a) {
    bool lastUse = a + 1 == endActivation;
    llvm::ArrayRef<Operand> as = activations[a];
    int64_t storedActivations = activations.vectors[a].elements;
    bool inside = isInside(boundingBox(as), block.box, reachRows, reachCols);
    if (firstWeight == 0)
      events.ramElementReads += storedActivations;
    for (size_t i = 0; i < sent.size(); ++i) {
      size_t w = firstWeight + i;
      int64_t cycle = std::max(readyAt, sent[i] + 1);
      conflictCycles += readyAt - (lastIssue + 1);
      weightCycles += cycle - readyAt;
      lastIssue = cycle;

      llvm::ArrayRef<Operand> ws = block.weights[w];
      if (contention)
        useful += inside ? products<true, true>(as, ws, shift)
                         : products<true, false>(as, ws, shift);
      else
        useful += inside ? products<false, true>(as, ws, shift)
                         : products<false, false>(as, ws, shift);
      nonZeros += as.size() * ws.size();
      multiplies += storedActivations * block.weights.vectors[w].elements;
      readyAt = contention ? banks.readyAfter(cycle) : cycle + 1;
      if (lastUse)
        fifo.push(cycle);
    }
  }

  int64_t batches = (endActivation - firstActivation) * sent.size();
  worked |= batches > 0;
  counters.batches += batches;
  counters[Cause::Useful] += useful;
  counters[Cause::Border] += nonZeros - useful;
  counters[Cause::Placeholder] += multiplies - nonZeros;
  counters[Cause::Fragmentation] += batches * slots - multiplies;
  counters[Cause::BankConflict] += slots * conflictCycles;
  counters[Cause::Weights] += slots * weightCycles;
  events.fifoReads += batches;
  events.multiplies += multiplies;
  events.accumulations += useful;
}
