//===- MachineJson.h - Machines for programs that vary them ---------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_MACHINE_MACHINEJSON_H
#define SCNN_MACHINE_MACHINEJSON_H

#include "scnn/Machine/Machine.h"

#include "llvm/Support/JSON.h"

namespace scnn {

/// A machine and what can be changed of it: `fields`, each with `name`, `value`
/// (a number; text where YAML has `unlimited`, `yes`, `no`), `is_flag`,
/// `may_be_unlimited` and `timing_only`, and `energy_pj`, each price with `name`
/// and `value` (text, in pJ); both in the order of `docs/machine.md`.
llvm::json::Value describe(const Machine &machine);

} // namespace scnn

#endif // SCNN_MACHINE_MACHINEJSON_H
