//===- CycleEngine.cpp - Steps every unit, cycle by cycle -----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DramPort.h"
#include "ProcessingElement.h"
#include "WeightBroadcaster.h"

using namespace scnn::sim;
using namespace scnn::sim::cycle;

namespace {

/// All units of the machine during one layer.
class LayerSimulation {
public:
  explicit LayerSimulation(LayerRun &run);

  llvm::Error simulate();

private:
  /// Ends or begins a group if it is time; says whether anything changed.
  llvm::Expected<bool> advanceGroups(int64_t cycle);
  void beginGroup(int64_t cycle);
  llvm::Error endGroup(int64_t cycle);
  bool isFinished(int64_t cycle) const;
  void stepPEs(int64_t cycle);
  /// Where the slots of a cycle between groups go.
  Cause causeBetweenGroups(int64_t cycle) const;

  LayerRun &run;
  std::vector<std::vector<BlockStream>> streams;
  std::vector<ProcessingElement> pes;
  DramPort port;
  WeightBroadcaster broadcaster;
  AccumulatorSet sets[2];

  /// The group being multiplied, or the next one to be.
  size_t group = 0;
  bool multiplying = false;
};

class CycleEngine : public Engine {
public:
  llvm::Error run(LayerRun &run) override {
    return LayerSimulation(run).simulate();
  }
};

} // namespace

static std::vector<std::vector<BlockStream>> makeStreams(const LayerRun &run) {
  std::vector<std::vector<BlockStream>> streams;
  for (const GroupWork &group : run.work.groups) {
    auto &blocks = streams.emplace_back();
    for (const GroupBlock &block : group.weights.blocks)
      blocks.emplace_back(block, run.machine);
  }
  return streams;
}

static std::vector<ProcessingElement> makePEs(LayerRun &run) {
  std::vector<ProcessingElement> pes;
  for (int64_t index = 0; index < run.machine.numPEs(); ++index)
    pes.emplace_back(run, index);
  return pes;
}

LayerSimulation::LayerSimulation(LayerRun &run)
    : run(run), streams(makeStreams(run)), pes(makePEs(run)),
      port(run, streams), broadcaster(run, streams, port.staging(), pes) {
  for (AccumulatorSet &set : sets)
    set.resize(pes.size());
}

void LayerSimulation::beginGroup(int64_t cycle) {
  const GroupWork &work = run.work.groups[group];
  GroupTimes &times = run.timeline.groups.emplace_back();
  times.multiply.begin = cycle;
  times.done.assign(pes.size(), -1);
  int64_t need = work.channels() * work.convolution->accumulatorsPerChannel();
  AccumulatorSet &sums = sets[work.set];
  for (size_t i = 0; i < pes.size(); ++i) {
    sums[i].assign(need, 0);
    pes[i].beginGroup(work, streams[group], sums[i]);
    times.hasWork.push_back(pes[i].hasWork());
  }
  multiplying = true;
}

llvm::Error LayerSimulation::endGroup(int64_t cycle) {
  run.timeline.groups.back().multiply.end = cycle;
  llvm::Error error = run.postProcess(group, sets[run.work.groups[group].set]);
  ++group;
  multiplying = false;
  return error;
}

llvm::Expected<bool> LayerSimulation::advanceGroups(int64_t cycle) {
  if (multiplying) {
    GroupTimes &times = run.timeline.groups.back();
    bool allDone = true;
    for (size_t i = 0; i < pes.size(); ++i) {
      if (!pes[i].isDone())
        allDone = false;
      else if (times.done[i] < 0)
        times.done[i] = cycle;
    }
    if (!allDone)
      return false;
    if (llvm::Error error = endGroup(cycle))
      return error;
    return true;
  }
  if (group == run.work.groups.size() ||
      !port.loadsThere(run.work.groups[group].loadsBefore, cycle) ||
      (run.work.groups[group].streamsInputs &&
       !port.inputsStreamed(group, cycle)) ||
      run.ppuEnd(int64_t(group) - 2) > cycle)
    return false;
  beginGroup(cycle);
  return true;
}

bool LayerSimulation::isFinished(int64_t cycle) const {
  size_t groups = run.work.groups.size();
  return group == groups && run.ppuEnd(int64_t(groups) - 1) <= cycle &&
         port.isIdle(cycle);
}

Cause LayerSimulation::causeBetweenGroups(int64_t cycle) const {
  return run.ppuEnd(int64_t(group) - 1) > cycle ? Cause::Ppu
                                                : Cause::Activations;
}

void LayerSimulation::stepPEs(int64_t cycle) {
  if (multiplying) {
    for (ProcessingElement &pe : pes)
      pe.step(cycle);
    return;
  }
  Cause cause = causeBetweenGroups(cycle);
  for (PECounters &pe : run.counters.pes)
    pe[cause] += run.machine.multipliers();
}

llvm::Error LayerSimulation::simulate() {
  int64_t cycle = 0;
  for (;; ++cycle) {
    port.beginCycle();
    for (ProcessingElement &pe : pes)
      pe.beginCycle();
    // A group's end can let the port go on within the cycle, and a load's
    // arrival can let a group begin.
    bool changed = true;
    while (changed) {
      port.move(cycle);
      llvm::Expected<bool> advanced = advanceGroups(cycle);
      if (!advanced)
        return advanced.takeError();
      changed = *advanced;
    }
    if (isFinished(cycle))
      break;
    broadcaster.step(cycle);
    stepPEs(cycle);
  }
  run.timeline.cycles = cycle;
  run.counters.cycles = cycle;
  run.counters.groups = run.work.groups.size();
  return llvm::Error::success();
}

std::unique_ptr<Engine> scnn::sim::createCycleEngine() {
  return std::make_unique<CycleEngine>();
}
