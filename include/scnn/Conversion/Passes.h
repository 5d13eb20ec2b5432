//===- Passes.h - Conversions to and from the scnn dialect ----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_CONVERSION_PASSES_H
#define SCNN_CONVERSION_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace scnn {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "scnn/Conversion/Passes.h.inc"

} // namespace scnn

#endif // SCNN_CONVERSION_PASSES_H
