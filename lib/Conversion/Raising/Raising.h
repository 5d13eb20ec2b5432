//===- Raising.h - What conversions to scnn share -------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_CONVERSION_RAISING_RAISING_H
#define SCNN_LIB_CONVERSION_RAISING_RAISING_H

#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "mlir/IR/Builders.h"
#include "llvm/Support/Error.h"

namespace scnn {

/// An error that is the reason why an operation stays as it is.
template <typename... Args>
llvm::Error becauseOf(const char *format, Args... args) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), format,
                                 args...);
}

/// Remarks, under category `scnn-import`, that `op` is not converted by `pass`,
/// and why; leaves the reason on it, for the report.
void remarkMissed(mlir::Operation *op, llvm::StringRef pass,
                  llvm::Error reason);

/// A constant f32 tensor; `what` names it in the reason against it.
llvm::Expected<mlir::DenseElementsAttr>
getConstantOperand(mlir::Value value, llvm::StringRef what);

/// Whether values of that type can be activations: static f32 images.
bool isActivations(mlir::Type type);
/// The reason if they can't.
llvm::Error checkActivations(mlir::Type type);

/// A convolution that is being raised.
struct RaisedConvolution {
  /// [N, C, H, W].
  mlir::Value input;
  /// [K, C / groups, R, S].
  mlir::DenseElementsAttr weights;
  /// [K], or null.
  mlir::DenseElementsAttr bias;
  Pair stride = {1, 1}, dilation = {1, 1};
  Sides padding = {0, 0, 0, 0};
  int64_t groups = 1;
};

/// Creates it, with a result of that plane, unless it is one that the
/// accelerator does not have.
llvm::Expected<mlir::Value> createConvolution(mlir::OpBuilder &builder,
                                              mlir::Location loc,
                                              const RaisedConvolution &conv,
                                              Pair resultPlane);

/// Erases operations in the body of `root` that none needs any more: what
/// conversions leave of transposes, padding and constants.
void eraseDead(mlir::Operation *root);

/// Calls `make` and returns what it makes, or the error that it emits.
template <typename Attr>
llvm::Expected<Attr>
captureError(mlir::MLIRContext *context,
             llvm::function_ref<
                 Attr(llvm::function_ref<mlir::InFlightDiagnostic()> emitError)>
                 make) {
  std::string message;
  mlir::ScopedDiagnosticHandler capture(context,
                                        [&](mlir::Diagnostic &diagnostic) {
                                          message = diagnostic.str();
                                          return mlir::success();
                                        });
  Attr attribute =
      make([&] { return mlir::emitError(mlir::UnknownLoc::get(context)); });
  if (attribute)
    return attribute;
  return becauseOf("%s", message.c_str());
}

} // namespace scnn

#endif // SCNN_LIB_CONVERSION_RAISING_RAISING_H
