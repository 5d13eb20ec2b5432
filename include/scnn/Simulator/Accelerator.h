//===- Accelerator.h - The simulated accelerator --------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Executes commands on a DRAM image, as docs/simulation-model.md says. It
// sees the commands, the machine and the bytes of DRAM, and nothing else.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_SIMULATOR_ACCELERATOR_H
#define SCNN_SIMULATOR_ACCELERATOR_H

#include "scnn/ISA/ISA.h"
#include "scnn/Machine/Machine.h"
#include "scnn/Simulator/Observer.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>
#include <vector>

namespace scnn::sim {

/// `Cycle` steps every unit of every PE cycle by cycle; `Fast` computes the
/// same times by recurrences. They agree in every output bit and counter.
enum class EngineKind { Cycle, Fast };

struct AcceleratorOptions {
  EngineKind engine = EngineKind::Fast;
  /// May be null; must outlive the accelerator.
  Observer *observer = nullptr;
  /// Names for error messages, by index in the layer table; a layer without
  /// one is named by its index.
  std::vector<std::string> layerNames;
};

/// Why a run has stopped.
struct Event {
  enum Kind { CallHost, Halt };
  Kind kind;
  /// Index in the program's table of host calls (`CallHost`).
  int64_t call = 0;
};

class Accelerator {
public:
  /// `machine` must be valid (see `verify`).
  Accelerator(const Machine &machine, std::vector<isa::Command> commands,
              std::vector<uint8_t> dram, AcceleratorOptions options = {});
  ~Accelerator();
  Accelerator(Accelerator &&) noexcept;

  /// Runs to the next `call_host` or to `halt`; called again, it goes on after
  /// the `call_host`. Errors name layer and command, and what was wrong; after
  /// an error or `halt`, the run is over.
  llvm::Expected<Event> run();

  /// The DRAM image, for the host to read and write between runs.
  llvm::MutableArrayRef<uint8_t> dram();

private:
  class Implementation;
  std::unique_ptr<Implementation> implementation;
};

} // namespace scnn::sim

#endif // SCNN_SIMULATOR_ACCELERATOR_H
