//===- Observer.h - Watching a simulation ---------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a caller may see of a run: layers as they end, and how far the work
// has come. An observer changes nothing.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_SIMULATOR_OBSERVER_H
#define SCNN_SIMULATOR_OBSERVER_H

#include "scnn/Layout/ActivationImage.h"
#include "scnn/Simulator/Counters.h"
#include "scnn/Simulator/Timeline.h"
#include "llvm/ADT/ArrayRef.h"

namespace scnn::sim {

/// A tensor that a layer wrote, as it lies in the RAMs when the layer ends.
struct WrittenTensor {
  /// Descriptor register of the `write_activations`.
  int64_t slot;
  ActivationLayout layout;
  /// Channels that this layer wrote: [firstChannel, endChannel).
  int64_t firstChannel;
  int64_t endChannel;
  /// [C][H][W], what each PE owns; channels not yet written are 0.
  std::vector<int16_t> values;
};

struct Progress {
  /// Index in the program's layer table.
  int64_t layer;
  /// Groups done, of `groups`.
  int64_t group;
  int64_t groups;
  /// Cycle of the layer.
  int64_t cycle;
};

class Observer {
public:
  virtual ~Observer() = default;

  /// A group is through the multipliers.
  virtual void progress(const Progress &progress) {}

  /// A layer has ended.
  virtual void layerEnded(const LayerCounters &counters,
                          const LayerTimeline &timeline) {}

  /// Whether `tensorsWritten` is of use: it costs time to decompress them.
  virtual bool wantsTensors() const { return false; }

  /// Comes after `layerEnded` of the same layer.
  virtual void tensorsWritten(int64_t layer,
                              llvm::ArrayRef<WrittenTensor> tensors) {}
};

} // namespace scnn::sim

#endif // SCNN_SIMULATOR_OBSERVER_H
