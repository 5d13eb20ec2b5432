//===- Scnn.cpp - Other SCNN machines -------------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Models.h"

using namespace scnn;

namespace {

/// Runs the program again.
class ScnnMachine : public ComparisonMachine {
public:
  explicit ScnnMachine(const Machine &machine) : machine(machine) {}

  llvm::json::Object describe() const override {
    Machine copy = machine;
    return toJson(descriptionOf(copy));
  }

  llvm::Expected<std::vector<LayerCost>>
  costsOf(const ComparedRun &run) const override {
    auto counters = run.rerun(machine);
    if (!counters)
      return counters.takeError();
    std::vector<LayerCost> costs;
    for (const sim::LayerCounters &layer : *counters) {
      auto energy =
          energyOf(pricedEvents(layer.events, machine), machine.prices);
      if (!energy)
        return energy.takeError();
      costs.push_back({layer.cycles,
                       layer.cycles * machine.numPEs() * machine.multipliers(),
                       layer.slotsOf(sim::Cause::Useful), *energy});
    }
    return costs;
  }

private:
  Machine machine;
};

} // namespace

llvm::Expected<std::unique_ptr<ComparisonMachine>>
scnn::readScnn(llvm::StringRef yaml, llvm::StringRef name,
               const Machine &machine) {
  llvm::Expected<Machine> other = parseMachine(yaml, name, machine);
  if (!other)
    return other.takeError();
  if (llvm::Error error = verifyTimingOverride(machine, *other))
    return llvm::createStringError(name + ": " + toString(std::move(error)));
  return std::make_unique<ScnnMachine>(*other);
}
