//===- Constants.h - Reading constant tensors -----------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_DIALECT_SCNN_IR_CONSTANTS_H
#define SCNN_DIALECT_SCNN_IR_CONSTANTS_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/Endian.h"
#include <optional>

namespace scnn {

/// The elements of a constant tensor in row-major order, whether the constant
/// is dense, a splat or a resource; nothing if they are not of type T.
template <typename T>
std::optional<llvm::SmallVector<T, 0>>
getElements(mlir::ElementsAttr attribute) {
  if (auto values = attribute.tryGetValues<T>())
    return llvm::SmallVector<T, 0>(values->begin(), values->end());
  auto resource = llvm::dyn_cast<mlir::DenseResourceElementsAttr>(attribute);
  if (!resource || !resource.getRawHandle().getBlob())
    return std::nullopt;
  mlir::Type element = resource.getElementType();
  bool matches = std::is_floating_point_v<T>
                     ? element.isF32() && sizeof(T) == 4
                     : element.isInteger(8 * sizeof(T));
  llvm::ArrayRef<char> bytes = resource.getRawHandle().getBlob()->getData();
  int64_t count = attribute.getNumElements();
  if (!matches || int64_t(bytes.size()) != count * int64_t(sizeof(T)))
    return std::nullopt;
  llvm::SmallVector<T, 0> values(count);
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

/// The elements of `value`, if it is a constant of that element type.
template <typename T>
std::optional<llvm::SmallVector<T, 0>> getConstantElements(mlir::Value value) {
  mlir::ElementsAttr attribute;
  if (!mlir::matchPattern(value, mlir::m_Constant(&attribute)))
    return std::nullopt;
  return getElements<T>(attribute);
}

} // namespace scnn

#endif // SCNN_DIALECT_SCNN_IR_CONSTANTS_H
