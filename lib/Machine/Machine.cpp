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
    {{"pe_rows", 1, 1024, false, false, "PEs", "rows of the PE grid",
      "paper, table 3 (64 PEs)"},
     &Machine::peRows},
    {{"pe_cols", 1, 1024, false, false, "PEs", "columns of the PE grid",
      "paper, table 3 (64 PEs)"},
     &Machine::peCols},
    {{"weights_per_vector", 1, 64, false, false, "elements",
      "F: weights that the multiplier array takes in a cycle",
      "paper, table 3"},
     &Machine::weightsPerVector},
    {{"activations_per_vector", 1, 64, false, false, "elements",
      "I: activations that the multiplier array takes in a cycle",
      "paper, table 3"},
     &Machine::activationsPerVector},
    {{"accumulator_banks", 1, 4096, false, false, "banks",
      "A: accumulator banks of a set", "paper, table 3"},
     &Machine::accumulatorBanks},
    {{"entries_per_bank", 1, 65536, false, false, "entries",
      "accumulators of a bank", "paper, table 3"},
     &Machine::entriesPerBank},
    {{"accumulator_bits", 16, 32, false, false, "bits",
      "width of an accumulator", "paper, table 3"},
     &Machine::accumulatorBits},
    {{"activation_ram_bytes", 1, 1 << 24, false, false, "bytes",
      "size of each of the two activation RAMs of a PE, zero runs included",
      "paper, table 3"},
     &Machine::activationRamBytes},
    {{"zero_run_bits", 1, 16, false, false, "bits",
      "zero-run field of a stored element",
      "paper, compressed-sparse encoding"},
     &Machine::zeroRunBits},
    {{"weight_fifo_entries", 1, kMany, true, true, "vectors",
      "weight FIFO of a PE", "paper, table 3"},
     &Machine::weightFifoEntries},
    {{"weight_staging_vectors", 1, kMany, true, true, "vectors",
      "buffer between DRAM port and weight broadcast, shared by all PEs",
      "our choice: two blocks of 1024 elements"},
     &Machine::weightStagingVectors},
    {{"broadcast_vectors_per_cycle", 1, kMany, true, true, "vectors/cycle",
      "weight vectors broadcast to all PEs in a cycle",
      "our choice: the rate at which a PE uses them"},
     &Machine::broadcastVectorsPerCycle},
    {{"bank_queue_depth", 1, kMany, true, true, "products",
      "queue before each accumulator bank",
      "our choice, as a public simulator has by default"},
     &Machine::bankQueueDepth},
    {{"ppu_elements_per_cycle", 1, kMany, true, true, "elements/cycle",
      "sums of a PE that its post-processing unit takes in a cycle",
      "our choice: one activation vector"},
     &Machine::ppuElementsPerCycle},
    {{"halo_values_per_link_cycle", 1, kMany, true, true, "values/cycle",
      "values that a link between neighbouring PEs carries each way in a cycle",
      "our choice, as a public simulator"},
     &Machine::haloValuesPerLinkCycle},
    {{"dram_bits_per_cycle", 1, kMany, true, true, "bits/cycle",
      "width of the DRAM port", "paper, 50 GB/s at 1 GHz"},
     &Machine::dramBitsPerCycle},
    {{"weights_through_dram_port", 0, 1, false, true, "yes or no",
      "weights share the DRAM port with activations; else they have a way of "
      "their own that never limits",
      "our choice; 'no' shows what activation traffic alone costs", true},
     &Machine::weightsThroughDramPort},
    {{"pipelined_pieces", 0, 1, false, true, "yes or no",
      "loads and stores of a piece of a layer use the port's idle time in "
      "the pieces before and after it",
      "paper, DRAM traffic pipelined with compute", true},
     &Machine::pipelinedPieces},
    {{"clock_mhz", 1, 100000, false, true, "MHz",
      "clock; converts cycles to time, changes no cycle count",
      "paper, slightly over 1 GHz"},
     &Machine::clockMHz},
    {{"skip_zero_weights", 0, 1, false, true, "yes or no",
      "whether weights that are zero are left out of their blocks",
      "paper, compressed-sparse encoding", true},
     &Machine::skipZeroWeights},
    {{"skip_zero_activations", 0, 1, false, true, "yes or no",
      "whether activations that are zero are left out of their blocks",
      "paper, compressed-sparse encoding", true},
     &Machine::skipZeroActivations},
};

/// What the simulator's memory is bounded by.
static constexpr int64_t kMaxPEs = 16384;
static constexpr int64_t kMaxAccumulators = int64_t(1) << 20;
static constexpr int64_t kMaxAccumulatorsOfAllPEs = int64_t(1) << 27;

bool Machine::operator==(const Machine &other) const {
  return prices == other.prices &&
         llvm::all_of(machineFields(), [&](const MachineField &field) {
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
  Machine copy = machine;
  if (llvm::Error error = verifyValues(fieldValues(machineFields(), copy)))
    return error;
  for (const PriceField &field : priceFields())
    if (machine.prices[field.price] < 0 ||
        machine.prices[field.price] > kMaxPrice)
      return makeError(
          llvm::formatv("expected {0} to be 0 to {1} attojoules, but got {2}",
                        field.name, kMaxPrice, machine.prices[field.price]));
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
