//===- Register.h - Dialects and passes, for tools ------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_PIPELINES_REGISTER_H
#define SCNN_PIPELINES_REGISTER_H

#include "mlir/IR/DialectRegistry.h"

namespace scnn {

/// Registers the scnn dialect.
void registerDialects(mlir::DialectRegistry &registry);

/// Registers every pass and pipeline of the project by its command-line name.
void registerPasses();

} // namespace scnn

#endif // SCNN_PIPELINES_REGISTER_H
