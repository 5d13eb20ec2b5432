//===- LoadModel.cpp - Reads a model file ---------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Compiler/Compiler.h"
#include "scnn/Import/ONNX/ImportONNX.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace scnn;

static ImportONNXOptions getImportOptions(const CompileOptions &options) {
  ImportONNXOptions result;
  for (const NamedShape &shape : options.shapes)
    result.shapes[shape.name] = shape.shape;
  for (const NamedTensor &tensor : options.calibration)
    result.exampleShapes.try_emplace(
        tensor.name, SmallVector<int64_t>(ArrayRef(tensor.tensor.shape)));
  return result;
}

OwningOpRef<ModuleOp> scnn::loadModel(StringRef file, MLIRContext *context,
                                      const CompileOptions &options) {
  if (file.ends_with(".onnx"))
    return importONNX(file, context, getImportOptions(options));
  if (!options.shapes.empty()) {
    emitError(UnknownLoc::get(context))
        << file << ": --shape is for ONNX models only";
    return nullptr;
  }
  if (!file.ends_with(".mlir") && !file.ends_with(".mlirbc")) {
    emitError(UnknownLoc::get(context))
        << file << ": expected a model file .onnx, .mlir or .mlirbc";
    return nullptr;
  }
  std::string message;
  auto buffer = openInputFile(file, &message);
  if (!buffer) {
    emitError(UnknownLoc::get(context)) << message;
    return nullptr;
  }
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  SourceMgrDiagnosticHandler handler(*sources, context);
  return parseSourceFile<ModuleOp>(sources, context);
}
