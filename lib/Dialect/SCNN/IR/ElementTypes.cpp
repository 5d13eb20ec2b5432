//===- ElementTypes.cpp - Types of elements that the host knows -----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/IR/ElementTypes.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace scnn;

std::optional<ElementKind> scnn::getElementKind(Type type) {
  for (uint8_t kind = 0; kind < kNumElementKinds; ++kind)
    if (getElementType(type.getContext(), ElementKind(kind)) == type)
      return ElementKind(kind);
  return std::nullopt;
}

Type scnn::getElementType(MLIRContext *context, ElementKind kind) {
  Builder builder(context);
  switch (kind) {
  case ElementKind::F32:
    return builder.getF32Type();
  case ElementKind::F64:
    return builder.getF64Type();
  case ElementKind::UI8:
    return builder.getIntegerType(8, /*isSigned=*/false);
  case ElementKind::I1:
    return builder.getI1Type();
  default:
    return builder.getIntegerType(8 * elementBytes(kind));
  }
}
