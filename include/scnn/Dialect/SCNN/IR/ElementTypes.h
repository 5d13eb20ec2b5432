//===- ElementTypes.h - Types of elements that the host knows -------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_DIALECT_SCNN_IR_ELEMENTTYPES_H
#define SCNN_DIALECT_SCNN_IR_ELEMENTTYPES_H

#include "scnn/Support/ElementKind.h"

#include "mlir/IR/BuiltinTypes.h"
#include <optional>

namespace scnn {

/// The kind of element that `type` is, if the host knows it.
std::optional<ElementKind> getElementKind(mlir::Type type);

/// The type of elements of that kind.
mlir::Type getElementType(mlir::MLIRContext *context, ElementKind kind);

} // namespace scnn

#endif // SCNN_DIALECT_SCNN_IR_ELEMENTTYPES_H
