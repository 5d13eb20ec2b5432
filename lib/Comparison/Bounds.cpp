//===- Bounds.cpp - Machines that lose no cycle ---------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All multipliers work in every cycle: on the useful products alone (oracle),
// or on all products (ideal-dense).
//
//===----------------------------------------------------------------------===//

#include "Models.h"
#include "llvm/Support/MathExtras.h"

using namespace scnn;

namespace {
struct Multipliers {
  int64_t multipliers;
};

class Bound : public ComparisonMachine {
public:
  using WorkOf = int64_t(const RunLayer &layer);

  Bound(llvm::StringRef model, Multipliers machine, WorkOf *workOf)
      : model(model), machine(machine), workOf(workOf) {}

  llvm::json::Object describe() const override;

  llvm::Expected<std::vector<LayerCost>>
  costsOf(const ComparedRun &run) const override {
    std::vector<LayerCost> costs;
    for (const RunLayer &layer : run.layers)
      costs.emplace_back().cycles =
          llvm::divideCeil(workOf(layer), machine.multipliers);
    return costs;
  }

private:
  std::string model;
  Multipliers machine;
  WorkOf *workOf;
};
} // namespace

static constexpr FieldOf<Multipliers> kFields[] = {
    {{"multipliers", 1, int64_t(1) << 30, false, false, "multipliers",
      "multipliers of the whole machine",
      "as many as the machine has that is simulated"},
     &Multipliers::multipliers},
};

static Description descriptionOf(llvm::StringRef model, Multipliers &machine) {
  return {model, fieldValues<Multipliers>(kFields, machine)};
}

llvm::json::Object Bound::describe() const {
  Multipliers copy = machine;
  return toJson(descriptionOf(model, copy));
}

static llvm::Expected<std::unique_ptr<ComparisonMachine>>
readBound(llvm::StringRef model, Bound::WorkOf *workOf, llvm::StringRef yaml,
          llvm::StringRef name, const Machine &machine) {
  Multipliers bound{machine.numPEs() * machine.multipliers()};
  if (llvm::Error error =
          readDescription(yaml, name, descriptionOf(model, bound)))
    return std::move(error);
  return std::make_unique<Bound>(model, bound, workOf);
}

llvm::Expected<std::unique_ptr<ComparisonMachine>>
scnn::readOracle(llvm::StringRef yaml, llvm::StringRef name,
                 const Machine &machine) {
  return readBound(
      "oracle",
      [](const RunLayer &layer) {
        return layer.counters.slotsOf(sim::Cause::Useful);
      },
      yaml, name, machine);
}

llvm::Expected<std::unique_ptr<ComparisonMachine>>
scnn::readIdealDense(llvm::StringRef yaml, llvm::StringRef name,
                     const Machine &machine) {
  return readBound(
      "ideal-dense",
      [](const RunLayer &layer) { return layer.layer.denseMacs; }, yaml, name,
      machine);
}
