//===- Passes.h - Passes on the scnn dialect ------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_DIALECT_SCNN_TRANSFORMS_PASSES_H
#define SCNN_DIALECT_SCNN_TRANSFORMS_PASSES_H

#include "scnn/Dialect/SCNN/IR/SCNN.h"
#include "scnn/Dialect/SCNN/Transforms/CostModel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Pass/Pass.h"

namespace scnn {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "scnn/Dialect/SCNN/Transforms/Passes.h.inc"

} // namespace scnn

#endif // SCNN_DIALECT_SCNN_TRANSFORMS_PASSES_H
