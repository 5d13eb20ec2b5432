//===- Register.cpp - Dialects and passes, for tools ----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Pipelines/Register.h"

#include "scnn/Conversion/Passes.h"
#include "scnn/Pipelines/Pipelines.h"

void scnn::registerDialects(mlir::DialectRegistry &registry) {
  registry.insert<SCNNDialect>();
}

void scnn::registerPasses() {
  registerSCNNPasses();
  registerSCNNConversionPasses();
  registerPipelines();
}
