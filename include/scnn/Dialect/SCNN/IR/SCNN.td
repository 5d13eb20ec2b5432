//===- SCNN.td - Everything of the scnn dialect ---------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

include "scnn/Dialect/SCNN/IR/SCNNAttrs.td"
include "scnn/Dialect/SCNN/IR/SCNNOps.td"
include "scnn/Dialect/SCNN/IR/SCNNProgram.td"
include "scnn/ISA/ISA.td"
