//===- Comparison.cpp - The same layers on other machines -----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Models.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

using namespace scnn;

namespace {
struct Model {
  llvm::StringLiteral name;
  ReadMachine *read;
};
} // namespace

static constexpr Model kModels[] = {
    {"scnn", readScnn},
    {"dcnn", readDcnn},
    {"oracle", readOracle},
    {"ideal-dense", readIdealDense},
};

llvm::Error LayerCost::add(const LayerCost &other) {
  cycles += other.cycles;
  slots += other.slots;
  usefulSlots += other.usefulSlots;
  if (!other.energy)
    return llvm::Error::success();
  if (!energy)
    energy.emplace();
  return energy->add(*other.energy);
}

llvm::Expected<std::unique_ptr<ComparisonMachine>>
scnn::loadComparisonMachine(llvm::StringRef nameOrFile,
                            const Machine &machine) {
  llvm::Expected<std::string> yaml = readMachineText(nameOrFile);
  if (!yaml)
    return yaml.takeError();
  llvm::Expected<std::string> kind = modelOf(*yaml, nameOrFile);
  if (!kind)
    return kind.takeError();
  const Model *model =
      llvm::find_if(kModels, [&](const Model &m) { return m.name == *kind; });
  if (model == std::end(kModels))
    return llvm::createStringError(llvm::formatv(
        "{0}: expected model to be one of {1:$[, ]}, but got '{2}'", nameOrFile,
        llvm::map_range(kModels, [](const Model &m) { return m.name; }),
        *kind));
  auto read = model->read(*yaml, nameOrFile, machine);
  if (read)
    (*read)->name = llvm::sys::path::stem(nameOrFile).str();
  return read;
}

llvm::Expected<Comparison> scnn::compare(const ComparisonMachine &machine,
                                         const ComparedRun &run) {
  auto costs = machine.costsOf(run);
  if (!costs)
    return llvm::createStringError(machine.name + ": " +
                                   toString(costs.takeError()));
  LayerCost total;
  for (const LayerCost &cost : *costs)
    if (llvm::Error error = total.add(cost))
      return llvm::createStringError(machine.name + ": " +
                                     toString(std::move(error)));
  return Comparison{machine.name, machine.describe(), std::move(*costs)};
}
