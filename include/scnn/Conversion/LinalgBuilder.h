//===- LinalgBuilder.h - Building blocks of the lowering to linalg --------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_CONVERSION_LINALGBUILDER_H
#define SCNN_CONVERSION_LINALGBUILDER_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace scnn {

/// Builds operations on tensors of static shape at one location.
class LinalgBuilder : public mlir::ImplicitLocOpBuilder {
public:
  /// Creates the scalar that a `linalg.generic` yields from its operands'
  /// elements (inputs, then the output).
  using Body = llvm::function_ref<mlir::Value(mlir::ImplicitLocOpBuilder &,
                                              mlir::ValueRange)>;

  using ImplicitLocOpBuilder::ImplicitLocOpBuilder;

  mlir::AffineExpr dim(unsigned position) { return getAffineDimExpr(position); }
  mlir::AffineMap map(unsigned dims, llvm::ArrayRef<mlir::AffineExpr> results) {
    return mlir::AffineMap::get(dims, 0, results, getContext());
  }

  mlir::Value scalar(mlir::TypedAttr value);
  mlir::Value scalar(mlir::Type type, int64_t value);
  /// A 1-D constant of i64 elements, or of i32.
  mlir::Value vectorI64(llvm::ArrayRef<int64_t> values);
  mlir::Value vectorI32(llvm::ArrayRef<int32_t> values);

  mlir::Value empty(llvm::ArrayRef<int64_t> shape, mlir::Type element);
  /// A new tensor with `value` everywhere.
  mlir::Value filled(llvm::ArrayRef<int64_t> shape, mlir::Value value);
  /// The same elements in row-major order under another shape.
  mlir::Value reshape(mlir::Value tensor, llvm::ArrayRef<int64_t> shape);
  /// `tensor` inside `into` at `offsets`.
  mlir::Value insert(mlir::Value tensor, mlir::Value into,
                     llvm::ArrayRef<int64_t> offsets);

  /// A `linalg.generic` on loops of which the last `maps` entry is the output;
  /// loops that the output's map does not name are reductions.
  mlir::Value generic(mlir::ValueRange inputs, mlir::Value output,
                      llvm::ArrayRef<mlir::AffineMap> maps, Body body);
  /// Element by element over tensors of one shape.
  mlir::Value elementwise(mlir::ValueRange inputs, mlir::Type element,
                          Body body);
};

} // namespace scnn

#endif // SCNN_CONVERSION_LINALGBUILDER_H
