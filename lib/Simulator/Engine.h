//===- Engine.h - Runs a layer's work in time -----------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Both engines take a layer from its first cycle to its last one. They share
// what has no time of its own (decoded operands, the post-processing units'
// values and step times) and nothing else.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_SIMULATOR_ENGINE_H
#define SCNN_LIB_SIMULATOR_ENGINE_H

#include "PostProcessingUnit.h"
#include "scnn/Simulator/Accelerator.h"

namespace scnn::sim {

/// A layer in execution.
struct LayerRun {
  const Machine &machine;
  const LayerWork &work;
  PostProcessingUnit ppu;
  LayerCounters &counters;
  LayerTimeline &timeline;
  /// May be null.
  Observer *observer;

  /// Lets the PPUs take group `index`, whose barrier is in the timeline:
  /// values now, times from the barrier or the PPUs' last end on (rule G2).
  llvm::Error postProcess(size_t index, const AccumulatorSet &sums);
  /// When the PPUs are done with group `index`; 0 for a negative one.
  int64_t ppuEnd(int64_t index) const {
    return index < 0 ? 0 : timeline.groups[index].ppuEnd;
  }
};

class Engine {
public:
  virtual ~Engine() = default;

  /// Runs the layer, which may have no group; fills counters and timeline.
  virtual llvm::Error run(LayerRun &run) = 0;

  static std::unique_ptr<Engine> create(EngineKind kind);
};

std::unique_ptr<Engine> createCycleEngine();
std::unique_ptr<Engine> createFastEngine();

} // namespace scnn::sim

#endif // SCNN_LIB_SIMULATOR_ENGINE_H
