//===- InterfaceNames.h - Names of a network's inputs and outputs ---------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_DIALECT_SCNN_IR_INTERFACENAMES_H
#define SCNN_DIALECT_SCNN_IR_INTERFACENAMES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <string>

namespace scnn {

/// The name by which the user gives argument `index`: `scnn.name`, else
/// `input0`, `input1`, ...
std::string getArgumentName(mlir::func::FuncOp function, unsigned index);

/// The name by which the user gets result `index`: `scnn.name`, else
/// `output0`, `output1`, ...
std::string getResultName(mlir::func::FuncOp function, unsigned index);

} // namespace scnn

#endif // SCNN_DIALECT_SCNN_IR_INTERFACENAMES_H
