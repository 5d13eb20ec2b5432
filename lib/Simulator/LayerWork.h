//===- LayerWork.h - What the commands of a layer ask for -----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The sequencer collects it from begin_layer to end_layer; an engine then
// runs it.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_SIMULATOR_LAYERWORK_H
#define SCNN_LIB_SIMULATOR_LAYERWORK_H

#include "GroupWeights.h"
#include "scnn/Simulator/Observer.h"
#include <functional>
#include <optional>
#include <string>

namespace scnn::sim {

/// What the PPUs do with a group, in this order.
struct PpuProgram {
  std::optional<isa::Exchange> add;
  std::optional<isa::Pool> pool;
  std::optional<isa::Exchange> max;
  std::optional<isa::Requantize> requantize;
  std::optional<isa::Exchange> copy;
  struct Write {
    std::shared_ptr<Tensor> tensor;
    isa::WriteActivations command;
  };
  llvm::SmallVector<Write, 1> writes;
};

/// One `accumulate` and what follows from it.
struct GroupWork {
  std::shared_ptr<const Convolution> convolution;
  GroupWeights weights;
  int64_t set = 0;
  /// Loads of the layer that come before it.
  int64_t loadsBefore = 0;
  /// Whether spilled blocks of its inputs are streamed in for it.
  bool streamsInputs = false;
  PpuProgram ppu;

  int64_t channels() const { return weights.channels.size(); }
};

/// What the DRAM port has to do, for a command or for spilled blocks.
struct TransferWork {
  DramTransfer::Kind kind;
  /// Descriptor register, or number of the group.
  int64_t index;
  /// What the transfer waits for, at the head of the queue.
  enum Start {
    /// Nothing.
    AtOnce,
    /// The barrier of the group before group `index`.
    AtBarrier,
    /// The PPUs' end with the layer's last group.
    AtEnd
  } start = AtOnce;
  /// Bits that cross the port; to be asked when the transfer starts. Unset for
  /// weights, whose vectors move one by one.
  std::function<int64_t()> bits = nullptr;
};

struct LayerWork {
  int64_t layer = 0;
  std::vector<TransferWork> transfers;
  std::vector<GroupWork> groups;
};

/// Position in the grid, for error messages.
std::string peName(int64_t pe, const Machine &machine);

} // namespace scnn::sim

#endif // SCNN_LIB_SIMULATOR_LAYERWORK_H
