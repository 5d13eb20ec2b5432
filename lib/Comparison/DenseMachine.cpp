//===- DenseMachine.cpp - DCNN, the dense baseline ------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Comments name the rules of docs/comparison.md.
//
//===----------------------------------------------------------------------===//

#include "scnn/Comparison/DenseMachine.h"
#include "Models.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

using namespace scnn;
using llvm::divideCeil;

/// Bits of an uncompressed weight or activation.
static constexpr int64_t kValueBits = 16;
static constexpr int64_t kMaxPEs = 16384;

static constexpr FieldOf<DenseMachine> kFields[] = {
    {{"pe_rows", 1, 1024, false, false, "PEs", "rows of the PE grid",
      "paper, table 5 (64 PEs)"},
     &DenseMachine::peRows},
    {{"pe_cols", 1, 1024, false, false, "PEs", "columns of the PE grid",
      "paper, table 5 (64 PEs)"},
     &DenseMachine::peCols},
    {{"dot_product_width", 1, 4096, false, false, "elements",
      "multipliers of a PE: the products of one dot product in a cycle",
      "paper, table 5 (1,024 multipliers)"},
     &DenseMachine::dotProductWidth},
    {{"accumulators", 1, int64_t(1) << 20, false, false, "entries",
      "accumulators of a PE", "our choice: as many as SCNN has in a set"},
     &DenseMachine::accumulators},
    {{"activation_ram_bytes", 1, int64_t(1) << 24, false, false, "bytes",
      "activation RAM of a PE, for inputs and outputs together",
      "paper, table 5 (2 MB in all)"},
     &DenseMachine::activationRamBytes},
    {{"gate_zero_operands", 0, 1, false, false, "yes or no",
      "whether a multiplication by zero is gated", "paper, section on DCNN-opt",
      true},
     &DenseMachine::gateZeroOperands},
    {{"compress_dram_activations", 0, 1, false, false, "yes or no",
      "whether activations cross the DRAM port as non-zeros with zero runs",
      "paper, section on DCNN-opt", true},
     &DenseMachine::compressDramActivations},
    {{"zero_run_bits", 0, 16, false, false, "bits",
      "zero-run field of an activation that is compressed", "as SCNN's"},
     &DenseMachine::zeroRunBits},
    {{"dram_bits_per_cycle", 1, int64_t(1) << 20, true, false, "bits/cycle",
      "width of the DRAM port", "as SCNN's"},
     &DenseMachine::dramBitsPerCycle},
    {{"clock_mhz", 1, 100000, false, false, "MHz",
      "clock; converts cycles to time, changes no cycle count", "as SCNN's"},
     &DenseMachine::clockMHz},
};

DenseMachine::DenseMachine() {
  prices[Price::ActivationRamReadBit] = 17'584;
  prices[Price::ActivationRamWriteBit] = 30'813;
}

llvm::ArrayRef<FieldOf<DenseMachine>> scnn::denseMachineFields() {
  return kFields;
}

Description scnn::descriptionOf(DenseMachine &machine) {
  return {"dcnn", fieldValues(denseMachineFields(), machine), &machine.prices};
}

llvm::Error scnn::verify(const DenseMachine &machine) {
  DenseMachine copy = machine;
  if (llvm::Error error = verifyValues(fieldValues(denseMachineFields(), copy)))
    return error;
  if (machine.numPEs() > kMaxPEs)
    return llvm::createStringError(llvm::formatv(
        "expected at most {0} PEs, but pe_rows x pe_cols = {1} x {2} = {3}",
        kMaxPEs, machine.peRows, machine.peCols, machine.numPEs()));
  if (machine.activationRamBytes * 8 < machine.dotProductWidth * kValueBits)
    return llvm::createStringError(llvm::formatv(
        "expected activation_ram_bytes to hold a vector of {0} activations of "
        "{1} bits, but got {2}",
        machine.dotProductWidth, kValueBits, machine.activationRamBytes));
  return llvm::Error::success();
}

llvm::Expected<DenseMachine>
scnn::parseDenseMachine(llvm::StringRef yaml, llvm::StringRef bufferName) {
  DenseMachine machine;
  if (llvm::Error error =
          readDescription(yaml, bufferName, descriptionOf(machine)))
    return std::move(error);
  if (llvm::Error error = verify(machine))
    return llvm::createStringError(bufferName + ": " +
                                   toString(std::move(error)));
  return machine;
}

/// A product of counts; the largest number if it exceeds 64 bits, which no
/// price can be paid for.
static int64_t product(std::initializer_list<int64_t> factors) {
  int64_t result = 1;
  for (int64_t factor : factors)
    if (llvm::MulOverflow(result, factor, result))
      return std::numeric_limits<int64_t>::max();
  return result;
}

namespace {

/// A layer's work on the machine.
class DenseLayer {
public:
  DenseLayer(const DenseMachine &machine, const RunLayer &run)
      : machine(machine), counters(run.counters), shape(*run.layer.convolution),
        macs(run.layer.denseMacs) {
    for (const Program::LayerInput &input : shape.inputs) {
      reduction += input.reduction();
      inputs += input.channels * input.plane[0] * input.plane[1];
    }
    positions = shape.plane[0] * shape.plane[1];
    tilePositions = divideCeil(shape.plane[0], machine.peRows) *
                    divideCeil(shape.plane[1], machine.peCols);
    outputs = shape.outputs * shape.pooled[0] * shape.pooled[1];
    vectors = divideCeil(reduction, machine.dotProductWidth);
  }

  int64_t cycles() const {
    int64_t compute = tilePositions * shape.outputs * vectors;
    if (machine.dramBitsPerCycle == 0)
      return compute;
    return std::max<int64_t>(compute,
                             divideCeil(dramBits(), machine.dramBitsPerCycle));
  }

  PricedEvents events() const;

private:
  /// C3: weights once; activations if they do not all fit.
  int64_t dramBits() const {
    int64_t bits = shape.outputs * reduction * kValueBits;
    if ((inputs + outputs) * kValueBits <=
        8 * machine.numPEs() * machine.activationRamBytes)
      return bits;
    return bits +
           activationBits(inputs, counters.inputNonZeros,
                          counters.inputPositions) +
           activationBits(outputs, counters.outputNonZeros,
                          counters.outputPositions);
  }
  int64_t activationBits(int64_t elements, int64_t nonZeros,
                         int64_t counted) const {
    if (!machine.compressDramActivations)
      return elements * kValueBits;
    // A layer in pieces counts the rows that pieces share more than once.
    if (counted != elements && counted > 0)
      nonZeros = int64_t(double(elements) * double(nonZeros) / double(counted));
    return nonZeros * (kValueBits + machine.zeroRunBits);
  }

  const DenseMachine &machine;
  const sim::LayerCounters &counters;
  const Program::Convolution &shape;
  int64_t macs;
  /// Products of an output, elements of all inputs, of the result.
  int64_t reduction = 0, inputs = 0, outputs;
  /// Of the output plane, and of the largest tile of a PE.
  int64_t positions, tilePositions;
  /// Vectors of a dot product.
  int64_t vectors;
};

} // namespace

PricedEvents DenseLayer::events() const {
  PricedEvents events{};
  auto count = [&](Price price) -> int64_t & { return events[size_t(price)]; };
  int64_t vectorBits = machine.dotProductWidth * kValueBits;
  int64_t weightVectors = shape.outputs * vectors;
  int64_t batches = positions * weightVectors;
  // C4: an activation vector is held while so many output channels pass.
  int64_t held = std::clamp<int64_t>(machine.accumulators / tilePositions, 1,
                                     shape.outputs);
  count(Price::DramBit) = dramBits();
  count(Price::NocBit) =
      product({weightVectors, vectorBits, broadcastNodes(machine.numPEs())});
  count(Price::FifoWriteBit) =
      product({weightVectors, vectorBits, machine.numPEs()});
  count(Price::FifoReadBit) = product({batches, vectorBits});
  count(Price::ActivationRamReadBit) =
      product({positions, vectors, int64_t(divideCeil(shape.outputs, held)),
               vectorBits});
  count(Price::ActivationRamWriteBit) = outputs * kValueBits;
  int64_t useful = counters.slotsOf(sim::Cause::Useful);
  int64_t gated = machine.gateZeroOperands ? macs - useful : 0;
  count(Price::Multiply) = macs - gated;
  count(Price::GatedMultiply) = gated;
  count(Price::Add) = macs;
  count(Price::AccumulatorAccess) = 2 * batches;
  count(Price::PpuElement) = positions * shape.outputs;
  return events;
}

llvm::Expected<LayerCost> scnn::costOf(const DenseMachine &machine,
                                       const RunLayer &run) {
  if (!run.layer.convolution)
    return llvm::createStringError(
        "layer '" + run.layer.name +
        "': the program does not say its convolution's shape");
  DenseLayer layer(machine, run);
  auto energy = energyOf(layer.events(), machine.prices);
  if (!energy)
    return energy.takeError();
  int64_t cycles = layer.cycles();
  return LayerCost{cycles, product({cycles, machine.multipliers()}),
                   run.layer.denseMacs, *energy};
}

namespace {
class DenseComparison : public ComparisonMachine {
public:
  explicit DenseComparison(const DenseMachine &machine) : machine(machine) {}

  llvm::json::Object describe() const override {
    DenseMachine copy = machine;
    return toJson(descriptionOf(copy));
  }

  llvm::Expected<std::vector<LayerCost>>
  costsOf(const ComparedRun &run) const override {
    std::vector<LayerCost> costs;
    for (const RunLayer &layer : run.layers) {
      auto cost = costOf(machine, layer);
      if (!cost)
        return cost.takeError();
      costs.push_back(*cost);
    }
    return costs;
  }

private:
  DenseMachine machine;
};
} // namespace

llvm::Expected<std::unique_ptr<ComparisonMachine>>
scnn::readDcnn(llvm::StringRef yaml, llvm::StringRef name, const Machine &) {
  llvm::Expected<DenseMachine> machine = parseDenseMachine(yaml, name);
  if (!machine)
    return machine.takeError();
  return std::make_unique<DenseComparison>(*machine);
}
