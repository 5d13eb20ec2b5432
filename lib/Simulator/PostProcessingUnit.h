//===- PostProcessingUnit.h - The post-processing units -------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What happens to a group's sums after the barrier: halo exchange, bias,
// pooling, requantization, compression. The units of all PEs are one object
// here, since they exchange values; values are what counts, times are sums of
// steps (rules G2, G3).
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_SIMULATOR_POSTPROCESSINGUNIT_H
#define SCNN_LIB_SIMULATOR_POSTPROCESSINGUNIT_H

#include "LayerWork.h"

namespace scnn::sim {

/// The sums of one accumulator set, per PE; address as `set_convolution` says.
using AccumulatorSet = std::vector<std::vector<int64_t>>;

/// A step and its cycles.
struct PpuCost {
  PpuStep::Kind kind;
  int64_t cycles;
};

class PostProcessingUnit {
public:
  PostProcessingUnit(const Machine &machine, std::vector<ActivationRam> &rams)
      : machine(machine), rams(rams) {}

  /// Takes a group's sums through its program: writes the activation RAMs,
  /// counts events. An error if a sum overflows, a pooling window is empty, or
  /// a RAM region is too small. Returns the steps' times.
  llvm::Expected<llvm::SmallVector<PpuCost, 4>>
  process(const GroupWork &group, const AccumulatorSet &sums,
          LayerCounters &counters);

private:
  class Group;

  const Machine &machine;
  std::vector<ActivationRam> &rams;
};

} // namespace scnn::sim

#endif // SCNN_LIB_SIMULATOR_POSTPROCESSINGUNIT_H
