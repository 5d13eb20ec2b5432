//===- DenseMachine.h - DCNN, the dense baseline --------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PT-IS-DP-dense: the plane is cut over the PEs as on SCNN, and each PE takes a
// dot product of uncompressed operands in a cycle. docs/comparison.md has the
// rules.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_COMPARISON_DENSEMACHINE_H
#define SCNN_COMPARISON_DENSEMACHINE_H

#include "scnn/Comparison/Comparison.h"

namespace scnn {

/// The defaults are those of machines/dcnn.yaml.
struct DenseMachine {
  DenseMachine();

  int64_t peRows = 8, peCols = 8;
  /// Multipliers of a PE, which feed one adder tree.
  int64_t dotProductWidth = 16;
  int64_t accumulators = 1024;
  int64_t activationRamBytes = 32768;
  /// Whether a multiplication by zero is gated.
  int64_t gateZeroOperands = 0;
  /// Whether activations cross the DRAM port as non-zeros with zero runs.
  int64_t compressDramActivations = 0;
  int64_t zeroRunBits = 4;
  /// 0: unlimited.
  int64_t dramBitsPerCycle = 400;
  int64_t clockMHz = 1000;
  EnergyPrices prices;

  int64_t numPEs() const { return peRows * peCols; }
  int64_t multipliers() const { return numPEs() * dotProductWidth; }
};

llvm::ArrayRef<FieldOf<DenseMachine>> denseMachineFields();

/// A view of `machine` as a description.
Description descriptionOf(DenseMachine &machine);

/// Succeeds if every field is within its bounds and they fit together.
llvm::Error verify(const DenseMachine &machine);

/// Reads YAML text of `model: dcnn`. Errors name `bufferName` and the line.
llvm::Expected<DenseMachine> parseDenseMachine(llvm::StringRef yaml,
                                               llvm::StringRef bufferName);

/// What a layer takes. An error if the layer table does not say the
/// convolution's shape.
llvm::Expected<LayerCost> costOf(const DenseMachine &machine,
                                 const RunLayer &layer);

} // namespace scnn

#endif // SCNN_COMPARISON_DENSEMACHINE_H
