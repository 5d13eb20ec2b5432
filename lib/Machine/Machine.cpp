//===- Machine.cpp - The table of the machine's numbers -------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Machine/Machine.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace scnn;

static llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

/// Bounds that no real machine meets, but that keep every product of two
/// fields far from overflow.
static constexpr int64_t kMany = int64_t(1) << 20;

static constexpr MachineField kFields[] = {
    {"pe_rows", &Machine::peRows, 1, 1024, false, false, "PEs",
     "rows of the PE grid", "paper, table 3 (64 PEs)"},
    {"pe_cols", &Machine::peCols, 1, 1024, false, false, "PEs",
     "columns of the PE grid", "paper, table 3 (64 PEs)"},
    {"weights_per_vector", &Machine::weightsPerVector, 1, 64, false, false,
     "elements", "F: weights that the multiplier array takes in a cycle",
     "paper, table 3"},
    {"activations_per_vector", &Machine::activationsPerVector, 1, 64, false,
     false, "elements",
     "I: activations that the multiplier array takes in a cycle",
     "paper, table 3"},
    {"accumulator_banks", &Machine::accumulatorBanks, 1, 4096, false, false,
     "banks", "A: accumulator banks of a set", "paper, table 3"},
    {"entries_per_bank", &Machine::entriesPerBank, 1, 65536, false, false,
     "entries", "accumulators of a bank", "paper, table 3"},
    {"accumulator_bits", &Machine::accumulatorBits, 16, 32, false, false,
     "bits", "width of an accumulator", "paper, table 3"},
    {"activation_ram_bytes", &Machine::activationRamBytes, 1, 1 << 24, false,
     false, "bytes",
     "size of each of the two activation RAMs of a PE, zero runs included",
     "paper, table 3"},
    {"zero_run_bits", &Machine::zeroRunBits, 1, 16, false, false, "bits",
     "zero-run field of a stored element", "paper, compressed-sparse encoding"},
    {"weight_fifo_entries", &Machine::weightFifoEntries, 1, kMany, true, true,
     "vectors", "weight FIFO of a PE", "paper, table 3"},
    {"weight_staging_vectors", &Machine::weightStagingVectors, 1, kMany, true,
     true, "vectors",
     "buffer between DRAM port and weight broadcast, shared by all PEs",
     "our choice: two blocks of 1024 elements"},
    {"broadcast_vectors_per_cycle", &Machine::broadcastVectorsPerCycle, 1,
     kMany, true, true, "vectors/cycle",
     "weight vectors broadcast to all PEs in a cycle",
     "our choice: the rate at which a PE uses them"},
    {"bank_queue_depth", &Machine::bankQueueDepth, 1, kMany, true, true,
     "products", "queue before each accumulator bank",
     "our choice, as a public simulator has by default"},
    {"ppu_elements_per_cycle", &Machine::ppuElementsPerCycle, 1, kMany, true,
     true, "elements/cycle",
     "sums of a PE that its post-processing unit takes in a cycle",
     "our choice: one activation vector"},
    {"halo_values_per_link_cycle", &Machine::haloValuesPerLinkCycle, 1, kMany,
     true, true, "values/cycle",
     "values that a link between neighbouring PEs carries each way in a cycle",
     "our choice, as a public simulator"},
    {"dram_bits_per_cycle", &Machine::dramBitsPerCycle, 1, kMany, true, true,
     "bits/cycle", "width of the DRAM port", "paper, 50 GB/s at 1 GHz"},
    {"weights_through_dram_port", &Machine::weightsThroughDramPort, 0, 1, false,
     true, "0 or 1",
     "1: weights share the DRAM port with activations; 0: they have a way of "
     "their own that never limits",
     "our choice; 0 shows what activation traffic alone costs"},
    {"pipelined_pieces", &Machine::pipelinedPieces, 0, 1, false, true,
     "0 or 1",
     "1: loads and stores of a piece of a layer use the port's idle time in "
     "the pieces before and after it",
     "paper, DRAM traffic pipelined with compute"},
    {"clock_mhz", &Machine::clockMHz, 1, 100000, false, true, "MHz",
     "clock; converts cycles to time, changes no cycle count",
     "paper, slightly over 1 GHz"},
};

/// What the simulator's memory is bounded by.
static constexpr int64_t kMaxPEs = 16384;
static constexpr int64_t kMaxAccumulators = int64_t(1) << 20;
static constexpr int64_t kMaxAccumulatorsOfAllPEs = int64_t(1) << 27;

bool Machine::operator==(const Machine &other) const {
  return llvm::all_of(machineFields(), [&](const MachineField &field) {
    return this->*field.member == other.*field.member;
  });
}

llvm::ArrayRef<MachineField> scnn::machineFields() { return kFields; }

const MachineField *scnn::findMachineField(llvm::StringRef name) {
  const MachineField *field = llvm::find_if(
      kFields, [&](const MachineField &f) { return f.name == name; });
  return field == std::end(kFields) ? nullptr : field;
}

llvm::Error scnn::verify(const Machine &machine) {
  for (const MachineField &field : machineFields()) {
    int64_t value = machine.*field.member;
    if (field.mayBeUnlimited && value == 0)
      continue;
    if (value < field.minimum || value > field.maximum)
      return makeError(
          llvm::formatv("expected {0} to be {1} to {2}{3}, but got {4}",
                        field.name, field.minimum, field.maximum,
                        field.mayBeUnlimited ? " or 'unlimited'" : "", value));
  }
  if (machine.numPEs() > kMaxPEs)
    return makeError(llvm::formatv(
        "expected at most {0} PEs, but pe_rows x pe_cols = {1} x {2} = {3}",
        kMaxPEs, machine.peRows, machine.peCols, machine.numPEs()));
  if (machine.accumulators() > kMaxAccumulators)
    return makeError(llvm::formatv(
        "expected at most {0} accumulators in a set, but accumulator_banks x "
        "entries_per_bank = {1} x {2} = {3}",
        kMaxAccumulators, machine.accumulatorBanks, machine.entriesPerBank,
        machine.accumulators()));
  if (machine.accumulators() * machine.numPEs() > kMaxAccumulatorsOfAllPEs)
    return makeError(llvm::formatv(
        "expected at most {0} accumulators in a set over all PEs, but {1} PEs "
        "have {2} each",
        kMaxAccumulatorsOfAllPEs, machine.numPEs(), machine.accumulators()));
  if (machine.activationRamElements() < machine.activationsPerVector)
    return makeError(llvm::formatv(
        "expected activation_ram_bytes to hold an activation vector of {0} "
        "elements of {1} bits, but {2} bytes hold {3}",
        machine.activationsPerVector, machine.elementBits(),
        machine.activationRamBytes, machine.activationRamElements()));
  return llvm::Error::success();
}

llvm::Error scnn::verifyTimingOverride(const Machine &compiled,
                                       const Machine &changed) {
  for (const MachineField &field : machineFields())
    if (!field.timingOnly && compiled.*field.member != changed.*field.member)
      return makeError(llvm::formatv(
          "{0} is {1} in the program and {2} in the machine given: the program "
          "is laid out for it, only timing fields can be changed",
          field.name, compiled.*field.member, changed.*field.member));
  return llvm::Error::success();
}
