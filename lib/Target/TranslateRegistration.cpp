//===- TranslateRegistration.cpp - The translations of the tools ----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/IR/SCNN.h"
#include "scnn/Target/Translate.h"

#include "mlir/InitAllDialects.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace scnn {

/// Host functions and references may be of any upstream dialect.
static void registerTranslatedDialects(DialectRegistry &registry) {
  registerAllDialects(registry);
  registry.insert<SCNNDialect>();
}

static LogicalResult printProgram(ModuleOp module, llvm::raw_ostream &os) {
  // An operation may hold all weights of a network.
  module.getContext()->printOpOnDiagnostic(false);
  FailureOr<Program> program = translateToProgram(module);
  if (failed(program))
    return failure();
  llvm::Expected<std::vector<uint8_t>> bytes = serialize(*program);
  if (!bytes)
    return module.emitError() << llvm::toString(bytes.takeError());
  os << llvm::toStringRef(*bytes);
  return success();
}

/// Prints with locations: they hold the names of the layers, without which the
/// way back would give another program.
static LogicalResult
printModule(const std::shared_ptr<llvm::SourceMgr> &sources,
            llvm::raw_ostream &os, MLIRContext *context) {
  DialectRegistry registry;
  registerTranslatedDialects(registry);
  context->appendDialectRegistry(registry);
  context->printOpOnDiagnostic(false);
  const llvm::MemoryBuffer *buffer =
      sources->getMemoryBuffer(sources->getMainFileID());
  llvm::Expected<Program> program = readProgram(buffer->getMemBufferRef());
  if (!program)
    return emitError(UnknownLoc::get(context),
                     llvm::toString(program.takeError()));
  OwningOpRef<ModuleOp> module = translateFromProgram(*program, context);
  if (!module)
    return failure();
  OpPrintingFlags flags;
  module->print(os, flags.enableDebugInfo());
  os << '\n';
  return success();
}

void registerSCNNTranslations() {
  TranslateFromMLIRRegistration toProgram(
      "scnn-to-program", "translate an scnn.program to a program file",
      printProgram, registerTranslatedDialects);
  TranslateRegistration fromProgram(
      "program-to-scnn", "translate a program file to an scnn.program",
      printModule);
}

} // namespace scnn
