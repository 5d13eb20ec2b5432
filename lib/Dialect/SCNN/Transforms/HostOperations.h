//===- HostOperations.h - What the report says of the host ----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_DIALECT_SCNN_TRANSFORMS_HOSTOPERATIONS_H
#define SCNN_LIB_DIALECT_SCNN_TRANSFORMS_HOSTOPERATIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace scnn {

/// What a dense machine multiplies for a convolution or matrix product of
/// scnn, TOSA or linalg; 0 for other operations, and if a size is not known.
int64_t getDenseMacs(mlir::Operation *op);

/// What a host function runs.
struct HostFunctionSummary {
  int64_t denseMacs = 0;
  /// Each kind of operation (with that reason) once, in order, and the reason
  /// why the accelerator does not run it: `scnn.host_reason`, or that it has no
  /// such operation.
  llvm::SmallVector<std::string> operations, reasons;
};

HostFunctionSummary summarizeHostFunction(mlir::func::FuncOp function);

} // namespace scnn

#endif // SCNN_LIB_DIALECT_SCNN_TRANSFORMS_HOSTOPERATIONS_H
