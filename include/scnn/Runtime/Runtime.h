//===- Runtime.h - Runs a program: accelerator and host -------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_RUNTIME_RUNTIME_H
#define SCNN_RUNTIME_RUNTIME_H

#include "scnn/Host/HostTensor.h"
#include "scnn/Report/Report.h"
#include "scnn/Simulator/Accelerator.h"
#include "scnn/Target/Program.h"

#include "llvm/Support/Error.h"
#include <functional>
#include <map>
#include <vector>

namespace scnn {

struct RunOptions {
  sim::EngineKind engine = sim::EngineKind::Fast;
  /// The machine to simulate: the program's, or one that differs from it in
  /// timing fields only.
  Machine machine;
  /// Keep what each layer wrote, for verification.
  bool keepLayerOutputs = false;
  /// Machines to compare with.
  llvm::ArrayRef<std::unique_ptr<ComparisonMachine>> comparisons;
  /// Called as the run goes on: layer, groups done, groups.
  std::function<void(const Program::Layer &, int64_t, int64_t)> progress;
};

struct RunResult {
  RunReport report;
  /// In the order of the program's outputs.
  std::vector<HostTensor> outputs;
  /// i16 [1, C, H, W] by index into the program's values: what the host handed
  /// to the accelerator.
  std::map<uint32_t, HostTensor> acceleratorInputs;
  /// i16 [1, C, H, W] by index into the layer table (`keepLayerOutputs`).
  std::map<int64_t, HostTensor> layerOutputs;
};

/// The sample that a program carries for a value, which must have one, as the
/// user would give it.
HostTensor sampleOf(const Program::Value &value);

/// Runs `program` on `inputs`, one for each of its inputs in order. An
/// error names the input, layer or host function.
llvm::Expected<RunResult> run(const Program &program,
                              llvm::ArrayRef<HostTensor> inputs,
                              const RunOptions &options);

} // namespace scnn

#endif // SCNN_RUNTIME_RUNTIME_H
