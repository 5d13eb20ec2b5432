//===- HostLowering.h - From tensors to the LLVM dialect ------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_HOST_HOSTLOWERING_H
#define SCNN_HOST_HOSTLOWERING_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectRegistry.h"

namespace scnn {

/// Registers what modules for the host and their lowering need.
void registerHostDialects(mlir::DialectRegistry &registry);

/// Lowers a module of functions on tensors to linalg on tensors.
llvm::LogicalResult lowerToLinalg(mlir::ModuleOp module);

/// Lowers a module of functions on tensors, in linalg and below, to the LLVM
/// dialect. Public functions get a C interface; tensors are passed as memrefs.
llvm::LogicalResult lowerToLLVM(mlir::ModuleOp module);

} // namespace scnn

#endif // SCNN_HOST_HOSTLOWERING_H
