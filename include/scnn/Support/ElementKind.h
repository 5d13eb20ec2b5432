//===- ElementKind.h - Types of elements of tensors on the host -----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_SUPPORT_ELEMENTKIND_H
#define SCNN_SUPPORT_ELEMENTKIND_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace scnn {

/// The program file holds these numbers.
enum class ElementKind : uint8_t { F32, F64, I1, I8, UI8, I16, I32, I64 };

inline constexpr uint8_t kNumElementKinds = 8;

/// Bytes of an element in memory (an i1 takes one).
inline int64_t elementBytes(ElementKind kind) {
  constexpr int64_t bytes[kNumElementKinds] = {4, 8, 1, 1, 1, 2, 4, 8};
  return bytes[uint8_t(kind)];
}

/// The name that MLIR gives the type: `f32`, `i16`, ...
inline llvm::StringRef elementName(ElementKind kind) {
  constexpr llvm::StringLiteral names[kNumElementKinds] = {
      "f32", "f64", "i1", "i8", "ui8", "i16", "i32", "i64"};
  return names[uint8_t(kind)];
}

} // namespace scnn

#endif // SCNN_SUPPORT_ELEMENTKIND_H
