//===- DiagnosticText.h - Diagnostics as the text of an error -------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_HOST_DIAGNOSTICTEXT_H
#define SCNN_HOST_DIAGNOSTICTEXT_H

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/Error.h"
#include <string>

namespace scnn {

/// Keeps the error diagnostics of a context to itself while it lives.
class DiagnosticText {
public:
  explicit DiagnosticText(mlir::MLIRContext *context)
      : handler(context, [this](mlir::Diagnostic &diagnostic) {
          if (diagnostic.getSeverity() != mlir::DiagnosticSeverity::Error)
            return mlir::success();
          if (!text.empty())
            text += "; ";
          text += diagnostic.str();
          return mlir::success();
        }) {}

  /// The errors so far after `what`, which says what failed.
  llvm::Error takeError(const llvm::Twine &what) {
    return llvm::createStringError(text.empty() ? what : what + ": " + text);
  }

private:
  std::string text;
  mlir::ScopedDiagnosticHandler handler;
};

} // namespace scnn

#endif // SCNN_HOST_DIAGNOSTICTEXT_H
