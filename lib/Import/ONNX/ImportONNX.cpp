//===- ImportONNX.cpp - From ONNX models to scnn and TOSA -----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Import/ONNX/ImportONNX.h"

#include "GraphImporter.h"
#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/MemoryBuffer.h"

#include <google/protobuf/stubs/logging.h>

using namespace mlir;
using namespace scnn;
using namespace scnn::onnx_import;

/// Versions of ONNX's operators whose meaning the importer knows.
static constexpr int64_t kOldestOperatorSet = 1, kNewestOperatorSet = 25;

static FailureOr<int64_t> getOperatorSet(const onnx::ModelProto &model,
                                         Location loc) {
  for (const onnx::OperatorSetIdProto &set : model.opset_import()) {
    if (!set.domain().empty() && set.domain() != "ai.onnx")
      continue;
    if (set.version() < kOldestOperatorSet ||
        set.version() > kNewestOperatorSet)
      return emitError(loc)
             << "expected operator set " << kOldestOperatorSet << " ... "
             << kNewestOperatorSet << ", but got " << set.version();
    return set.version();
  }
  return emitError(loc) << "the model names no operator set of ONNX";
}

OwningOpRef<ModuleOp> scnn::importONNX(llvm::MemoryBufferRef buffer,
                                       MLIRContext *context,
                                       const ImportONNXOptions &options) {
  context->loadDialect<SCNNDialect, arith::ArithDialect, func::FuncDialect,
                       linalg::LinalgDialect, math::MathDialect,
                       tensor::TensorDialect, tosa::TosaDialect>();
  Location loc =
      FileLineColLoc::get(context, buffer.getBufferIdentifier(), 0, 0);

  onnx::ModelProto model;
  if (buffer.getBufferSize() > size_t(INT32_MAX)) {
    emitError(loc) << "expected at most 2 GiB, but got "
                   << buffer.getBufferSize() << " bytes";
    return {};
  }
  {
    // Our own diagnostic says it.
    google::protobuf::LogSilencer silencer;
    if (!model.ParseFromArray(buffer.getBufferStart(),
                              int(buffer.getBufferSize()))) {
      emitError(loc) << "expected an ONNX model, but the file is malformed or "
                        "truncated";
      return {};
    }
  }
  if (!model.has_graph()) {
    emitError(loc) << "expected an ONNX model, but there is no graph in it";
    return {};
  }
  FailureOr<int64_t> operatorSet = getOperatorSet(model, loc);
  if (failed(operatorSet))
    return {};

  // What is imported does not depend on where the file lies.
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(context));
  GraphImporter importer(model.graph(), *operatorSet, options, *module, loc);
  if (failed(importer.import()) || failed(verify(*module)))
    return {};
  return module;
}

OwningOpRef<ModuleOp> scnn::importONNX(StringRef file, MLIRContext *context,
                                       const ImportONNXOptions &options) {
  auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer) {
    emitError(FileLineColLoc::get(context, file, 0, 0))
        << "cannot read the file: " << buffer.getError().message();
    return {};
  }
  return importONNX((*buffer)->getMemBufferRef(), context, options);
}
