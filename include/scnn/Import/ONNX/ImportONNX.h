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
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace scnn {

/// Shapes for inputs whose dimensions the file leaves open, by name.
struct ImportONNXOptions {
  using Shapes = llvm::StringMap<llvm::SmallVector<int64_t>>;
  /// What the user wants: each must be of an input, and agree with what the
  /// file fixes.
  Shapes shapes;
  /// What examples of the inputs have: for dimensions that are still open.
  Shapes exampleShapes;
};

/// Imports the ONNX model in `file`: a module whose function @main takes the
/// graph's inputs and gives its outputs, each with its name (`scnn.name`).
/// What the accelerator can run becomes scnn operations on [N, C, H, W] of f32;
/// the rest TOSA, linalg and tensor operations. Each operation has the name of
/// its node as location. docs/onnx-operators.md lists the operators.
///
/// Null if that fails. Diagnostics, at the file's location, say why: one for
/// a malformed file; one for each node that is not supported.
mlir::OwningOpRef<mlir::ModuleOp> importONNX(llvm::StringRef file,
                                             mlir::MLIRContext *context,
                                             const ImportONNXOptions &options =
                                                 {});

/// The same from memory; diagnostics name the buffer's identifier.
mlir::OwningOpRef<mlir::ModuleOp> importONNX(llvm::MemoryBufferRef buffer,
                                             mlir::MLIRContext *context,
                                             const ImportONNXOptions &options =
                                                 {});

/// Registers `--import-onnx` for translation tools.
void registerImportONNXTranslation();

} // namespace scnn

#endif // SCNN_IMPORT_ONNX_IMPORTONNX_H
