//===- Translate.h - Programs to MLIR and back ----------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_TARGET_TRANSLATE_H
#define SCNN_TARGET_TRANSLATE_H

#include "scnn/Target/Program.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/LogicalResult.h"

namespace scnn {

/// Name of the nested module that holds the references.
inline constexpr llvm::StringLiteral kReferenceModule = "reference";

/// Makes a program of a module with one `scnn.program`. The host module is the
/// module without the program, the machine and `@reference`. Places in source
/// files are forgotten, names of layers are kept. Emits a diagnostic for what a
/// program cannot hold.
llvm::FailureOr<Program> translateToProgram(mlir::ModuleOp module);

/// The inverse: the program first, then the contents of the host module, then
/// `@reference`. `context` must have the dialects of the host functions and of
/// the reference registered. Returns null after a diagnostic.
mlir::OwningOpRef<mlir::ModuleOp>
translateFromProgram(const Program &program, mlir::MLIRContext *context);

/// Reads the bytecode of a module (`Program::hostModule`,
/// `Program::reference`) that diagnostics call `name`. Returns null after a
/// diagnostic.
mlir::OwningOpRef<mlir::ModuleOp> readModule(llvm::StringRef bytecode,
                                             llvm::StringRef name,
                                             mlir::MLIRContext *context);

/// Registers `--scnn-to-program` and `--program-to-scnn`.
void registerSCNNTranslations();

} // namespace scnn

#endif // SCNN_TARGET_TRANSLATE_H
