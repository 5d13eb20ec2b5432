//===- ProcessingElement.h - A PE: FIFO, multiplier array, scatter network
//-===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Takes the group's blocks batch by batch (rules M1, M2), one step a cycle,
// and says of each cycle where its slots went (rule A1).
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_SIMULATOR_CYCLE_PROCESSINGELEMENT_H
#define SCNN_LIB_SIMULATOR_CYCLE_PROCESSINGELEMENT_H

#include "../Engine.h"
#include "../WeightStream.h"
#include "ScatterNetwork.h"
#include "WeightFifo.h"

namespace scnn::sim::cycle {

class ProcessingElement {
public:
  ProcessingElement(LayerRun &run, int64_t index);

  WeightFifo &fifo() { return weightFifo; }

  /// A cycle begins.
  void beginCycle() { scatter.elapse(); }
  /// Begins a group; its products go to `sums`.
  void beginGroup(const GroupWork &group,
                  const std::vector<BlockStream> &streams,
                  std::vector<int64_t> &sums);
  /// Whether the group gives it anything to multiply.
  bool hasWork() const { return groupHasWork; }
  /// Whether it is done with the group (rule X3).
  bool isDone() const { return !blockIsOpen && scatter.isEmpty(); }
  /// The group's cycle `cycle`: issues a batch if it can, and accounts for the
  /// slots.
  void step(int64_t cycle);

private:
  /// Opens the next block, from `streamIndex` on, that has activations here.
  void openBlock();
  Cause stepCause(int64_t cycle);
  /// Multiplies the present vectors.
  void issue();
  void multiply(const Weight &weight, const Activation &activation);
  /// Goes on to the next batch.
  void advance();

  LayerRun &run;
  PECounters &counters;
  int64_t index;
  WeightFifo weightFifo;
  ScatterNetwork scatter;

  const GroupWork *group = nullptr;
  const std::vector<BlockStream> *streams = nullptr;
  std::vector<int64_t> *sums = nullptr;
  bool groupHasWork = false;

  // The block being multiplied, and the batch (a, w) in it.
  size_t streamIndex = 0;
  bool blockIsOpen = false;
  std::vector<llvm::ArrayRef<Activation>> activationVectors;
  size_t activationVector = 0;
  int64_t weightVector = 0;
};

} // namespace scnn::sim::cycle

#endif // SCNN_LIB_SIMULATOR_CYCLE_PROCESSINGELEMENT_H
