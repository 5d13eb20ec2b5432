//===- CommandOps.cpp - Commands as operations ----------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Target/CommandOps.h"
#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "llvm/ADT/TypeSwitch.h"

namespace scnn {

// `createOp` and `commandOf`, with a case for each command: generated from the
// instruction set.
#include "scnn/ISA/CommandOps.cpp.inc"

std::optional<isa::Command> getCommand(mlir::Operation *op) {
  return commandOf(op);
}

mlir::Operation *createCommandOp(mlir::OpBuilder &builder, mlir::Location loc,
                                 const isa::Command &command) {
  return std::visit([&](const auto &c) { return createOp(builder, loc, c); },
                    command);
}

} // namespace scnn
