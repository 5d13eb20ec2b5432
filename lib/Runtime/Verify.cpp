//===- Verify.cpp - Compares a run with its references --------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Runtime/Verify.h"

#include "scnn/Host/Reference.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

using namespace scnn;
using llvm::Error;

/// What the host handed to the accelerator, in the order of the reference's
/// arguments: that of the loads, which the compiler puts before the first use.
static std::vector<HostTensor>
referenceArguments(const Program &program, const RunResult &result) {
  std::vector<HostTensor> arguments;
  llvm::SmallVector<int64_t> seen;
  for (const isa::Command &command : program.commands) {
    std::optional<int64_t> address;
    if (auto *load = std::get_if<isa::LoadActivations>(&command))
      address = load->address;
    else if (auto *load = std::get_if<isa::LoadRows>(&command))
      address = load->address;
    if (!address || llvm::is_contained(seen, *address))
      continue;
    seen.push_back(*address);
    auto found = llvm::find_if(result.acceleratorInputs, [&](const auto &entry) {
      return program.values[entry.first].binding->address == *address;
    });
    // Else it is a layer's own result.
    if (found != result.acceleratorInputs.end())
      arguments.push_back(found->second);
  }
  return arguments;
}

/// What the layers wrote, as the reference numbers them: without set-up.
static std::map<int64_t, HostTensor>
referenceResults(const Program &program, const RunResult &result) {
  std::map<int64_t, HostTensor> results;
  int64_t number = 0;
  for (auto [index, layer] : llvm::enumerate(program.layers)) {
    if (layer.setup)
      continue;
    auto found = result.layerOutputs.find(index);
    if (found != result.layerOutputs.end())
      results[number] = found->second;
    ++number;
  }
  return results;
}

Error scnn::verify(const Program &program, const RunResult &result,
                   llvm::raw_ostream &os) {
  auto checks =
      verifyLayers(program.reference, referenceArguments(program, result),
                   referenceResults(program, result));
  if (!checks)
    return checks.takeError();

  double worst = 0.0;
  std::string worstLayer;
  int64_t bad = 0;
  std::string firstBad;
  os << "\nverification (fixed point bit by bit; float error as part of the "
        "largest output)\n";
  for (const LayerCheck &check : *checks) {
    os << llvm::format("  %-60s %s  %.2e\n", check.name.c_str(),
                       check.mismatch ? "DIFFERS" : "equal  ",
                       check.floatError);
    if (check.floatError >= worst) {
      worst = check.floatError;
      worstLayer = check.name;
    }
    if (!check.passes() && bad++ == 0)
      firstBad = check.describe();
  }
  if (bad > 0)
    return llvm::createStringError(
        llvm::formatv("verification failed in {0} of {1} layers; the first: {2}",
                      bad, checks->size(), firstBad));
  os << llvm::formatv(
      "{0} layers verified: every bit equals the fixed-point reference; "
      "largest float error {1} (layer '{2}', limit {3})\n",
      checks->size(), llvm::formatv("{0:e2}", worst).str(), worstLayer,
      llvm::formatv("{0:e2}", kFloatErrorLimit).str());
  return Error::success();
}
