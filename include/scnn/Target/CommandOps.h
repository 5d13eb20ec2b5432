//===- CommandOps.h - Commands as operations ------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_TARGET_COMMANDOPS_H
#define SCNN_TARGET_COMMANDOPS_H

#include "scnn/ISA/ISA.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Operation.h"
#include <optional>

namespace scnn {

/// The command that an operation `scnn.cmd.*` stands for; nothing for other
/// operations.
std::optional<isa::Command> getCommand(mlir::Operation *op);

/// Creates the operation that stands for a command.
mlir::Operation *createCommandOp(mlir::OpBuilder &builder, mlir::Location loc,
                                 const isa::Command &command);

} // namespace scnn

#endif // SCNN_TARGET_COMMANDOPS_H
