//===- Comparison.h - The same layers on other machines -------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a machine of any kind spends on the layers that an SCNN machine has run;
// docs/comparison.md defines each kind.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_COMPARISON_COMPARISON_H
#define SCNN_COMPARISON_COMPARISON_H

#include "scnn/Comparison/Energy.h"
#include "scnn/Target/Program.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/JSON.h"
#include <memory>
#include <optional>

namespace scnn {

/// What a machine spends on a layer.
struct LayerCost {
  int64_t cycles = 0;
  /// Multiplier slots, and how many of them gave a product that the machine's
  /// answer needs. 0 where the machine is a bound.
  int64_t slots = 0, usefulSlots = 0;
  /// Absent where the machine is a bound.
  std::optional<Energy> energy;

  double utilization() const {
    return slots ? double(usefulSlots) / double(slots) : 0.0;
  }
  llvm::Error add(const LayerCost &other);
};

/// A layer that an SCNN machine has run.
struct RunLayer {
  const Program::Layer &layer;
  const sim::LayerCounters &counters;
};

/// The run to compare with.
struct ComparedRun {
  std::vector<RunLayer> layers;
  /// Runs the same layers, with the same data, on an SCNN machine that differs
  /// in timing fields and prices only.
  llvm::function_ref<llvm::Expected<std::vector<sim::LayerCounters>>(
      const Machine &)>
      rerun;
};

/// A machine to compare with.
class ComparisonMachine {
public:
  virtual ~ComparisonMachine() = default;

  /// Its kind and every field.
  virtual llvm::json::Object describe() const = 0;
  /// What it spends on each layer, in order.
  virtual llvm::Expected<std::vector<LayerCost>>
  costsOf(const ComparedRun &run) const = 0;

  /// As reports call it: the name that it ships by, or its file's.
  std::string name;
};

/// A machine that ships, or a YAML file of any model. Fields that it leaves out
/// are those of `machine`, the one that is simulated, where both have them. An
/// error names file and line.
llvm::Expected<std::unique_ptr<ComparisonMachine>>
loadComparisonMachine(llvm::StringRef nameOrFile, const Machine &machine);

/// What one machine spends on the layers of a run.
struct Comparison {
  std::string name;
  llvm::json::Object machine;
  /// As the run's accelerator layers.
  std::vector<LayerCost> layers;
};

/// Runs `machine` on the layers of a run. An error if the sum of its layers
/// cannot be counted, or if a layer cannot run there.
llvm::Expected<Comparison> compare(const ComparisonMachine &machine,
                                   const ComparedRun &run);

} // namespace scnn

#endif // SCNN_COMPARISON_COMPARISON_H
