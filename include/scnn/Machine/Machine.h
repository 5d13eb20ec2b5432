//===- Machine.h - The machine that is compiled for and simulated ---------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every number of the machine, once. No pass, cost model or simulator has a
// machine constant of its own.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_MACHINE_MACHINE_H
#define SCNN_MACHINE_MACHINE_H

#include "scnn/Machine/Field.h"

namespace scnn {

/// An SCNN machine; the defaults are the paper's (ISCA 2017, table 3, where
/// the paper gives the number; `docs/machine.md` says which ones are ours).
/// In fields that may be unlimited, 0 means unlimited.
struct Machine {
  // What a program is laid out for.
  int64_t peRows = 8;
  int64_t peCols = 8;
  /// F and I: the multiplier array takes F weights and I activations a cycle.
  int64_t weightsPerVector = 4;
  int64_t activationsPerVector = 4;
  /// A banks of so many entries in each of the two accumulator sets.
  int64_t accumulatorBanks = 32;
  int64_t entriesPerBank = 32;
  int64_t accumulatorBits = 24;
  /// Size of IARAM and of OARAM, each, per PE, values and zero runs.
  int64_t activationRamBytes = 10240;
  int64_t zeroRunBits = 4;

  // What only changes time.
  int64_t weightFifoEntries = 50;
  int64_t weightStagingVectors = 512;
  int64_t broadcastVectorsPerCycle = 1;
  int64_t bankQueueDepth = 8;
  int64_t ppuElementsPerCycle = 4;
  int64_t haloValuesPerLinkCycle = 1;
  int64_t dramBitsPerCycle = 400;
  int64_t weightsThroughDramPort = 1;
  int64_t pipelinedPieces = 1;
  int64_t clockMHz = 1000;
  /// 0: every position of a weight block, or of a PE's activation block, is an
  /// element, zeros too, and none has a zero run.
  int64_t skipZeroWeights = 1;
  int64_t skipZeroActivations = 1;

  /// What only changes energy.
  EnergyPrices prices;

  int64_t numPEs() const { return peRows * peCols; }
  int64_t multipliers() const {
    return weightsPerVector * activationsPerVector;
  }
  /// Accumulators of one set.
  int64_t accumulators() const { return accumulatorBanks * entriesPerBank; }
  /// Bits of a stored element: value and zero run.
  int64_t elementBits() const { return 16 + zeroRunBits; }
  /// Bits of a weight on its way to the multipliers, of a stored activation.
  int64_t weightBits() const { return skipZeroWeights ? elementBits() : 16; }
  int64_t activationBits() const {
    return skipZeroActivations ? elementBits() : 16;
  }
  /// Elements that one activation RAM holds.
  int64_t activationRamElements() const {
    return activationRamBytes * 8 / elementBits();
  }

  bool operator==(const Machine &other) const;
  bool operator!=(const Machine &other) const { return !(*this == other); }
};

/// Describes a field of `Machine`: the one table from which YAML, attribute,
/// JSON and documentation are made.
using MachineField = FieldOf<Machine>;

llvm::ArrayRef<MachineField> machineFields();

/// The field of that name, or null.
const MachineField *findMachineField(llvm::StringRef name);

/// Succeeds if every field is within its bounds and they fit together.
llvm::Error verify(const Machine &machine);

/// A view of `machine` as a description.
Description descriptionOf(Machine &machine);

/// Prints a machine as YAML: `field: value`, all fields and prices.
std::string toYaml(const Machine &machine);

/// Reads a machine from YAML text. Fields that are absent keep their value in
/// `base`. Errors name `bufferName`, the line and what was expected.
llvm::Expected<Machine> parseMachine(llvm::StringRef yaml,
                                     llvm::StringRef bufferName,
                                     const Machine &base = Machine());

/// A machine that ships (`scnn`, the paper's; see `machines/`) or a YAML file.
llvm::Expected<Machine> loadMachine(llvm::StringRef nameOrFile,
                                    const Machine &base = Machine());

/// Succeeds if `changed` differs from `compiled` in timing fields and prices
/// only; the error names the first other field.
llvm::Error verifyTimingOverride(const Machine &compiled,
                                 const Machine &changed);

} // namespace scnn

#endif // SCNN_MACHINE_MACHINE_H
