//===- ImportONNX.h - From ONNX models to scnn and TOSA -------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_IMPORT_ONNX_IMPORTONNX_H
#define SCNN_IMPORT_ONNX_IMPORTONNX_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace scnn {

/// Imports the ONNX model in `file`: a module whose function @main takes the
/// graph's inputs and gives its outputs, each with its name (`scnn.name`).
/// Convolutions, pooling, clamps, additions and channel concatenations become
/// scnn operations on [N, C, H, W], all else TOSA, all in f32. Each operation
/// has the name of its node as location.
///
/// Null if that fails. Diagnostics, at the file's location, say why: one for
/// a malformed file; one for each node that is not supported.
mlir::OwningOpRef<mlir::ModuleOp> importONNX(llvm::StringRef file,
                                             mlir::MLIRContext *context);

/// The same from memory; diagnostics name the buffer's identifier.
mlir::OwningOpRef<mlir::ModuleOp> importONNX(llvm::MemoryBufferRef buffer,
                                             mlir::MLIRContext *context);

/// Registers `--import-onnx` for translation tools.
void registerImportONNXTranslation();

} // namespace scnn

#endif // SCNN_IMPORT_ONNX_IMPORTONNX_H
