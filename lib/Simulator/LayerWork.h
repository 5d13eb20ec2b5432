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
  PpuProgram ppu;

  int64_t channels() const { return weights.channels.size(); }
};

/// A command that the DRAM port has to serve.
struct TransferWork {
  DramTransfer::Kind kind;
  /// Descriptor register, or number of the group.
  int64_t index;
  /// The tensor that is loaded or stored.
  std::shared_ptr<Tensor> tensor;
  /// The tensor in DRAM of which it is some rows, if it lies there row by row.
  std::optional<RowLayout> rows;

  /// Bits that cross the port, once the tensor's content is known (rule D2).
  int64_t bits(const std::vector<ActivationRam> &rams) const {
    return rows ? 8 * usedRowBytes(*rows, tensor->values(rams))
                : tensor->transferBits();
  }
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
