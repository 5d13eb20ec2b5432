//===- HostTensor.h - A dense tensor in host memory -----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_HOST_HOSTTENSOR_H
#define SCNN_HOST_HOSTTENSOR_H

#include "scnn/Support/ElementKind.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <cassert>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace scnn {

/// The number of elements of a shape, or nothing if a dimension is negative or
/// the product does not fit.
std::optional<int64_t> elementCount(llvm::ArrayRef<int64_t> shape);

/// `2x3xf32`, as in MLIR's tensor types; `f32` for rank 0.
std::string describeShape(llvm::ArrayRef<int64_t> shape, ElementKind kind);

/// A dense tensor in row-major order. Rank 0 holds one element; a dimension may
/// be 0.
struct HostTensor {
  ElementKind kind = ElementKind::F32;
  llvm::SmallVector<int64_t, 4> shape;
  /// Elements in the host's byte order.
  std::vector<char> bytes;

  HostTensor() = default;
  /// All zero. The number of elements must be valid.
  HostTensor(ElementKind kind, llvm::ArrayRef<int64_t> shape);
  template <typename T>
  HostTensor(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<T> values)
      : HostTensor(kindOf<T>(), shape) {
    assert(int64_t(values.size()) == size() && "one value for each element");
    std::copy(values.begin(), values.end(), data<T>().begin());
  }

  int64_t size() const { return int64_t(bytes.size()) / elementBytes(kind); }

  /// The elements; T must be the type that `kind` says.
  template <typename T> llvm::MutableArrayRef<T> data() {
    assert(kindOf<T>() == kind && "elements are of another type");
    return {reinterpret_cast<T *>(bytes.data()), size_t(size())};
  }
  template <typename T> llvm::ArrayRef<T> data() const {
    assert(kindOf<T>() == kind && "elements are of another type");
    return {reinterpret_cast<const T *>(bytes.data()), size_t(size())};
  }

  std::string describe() const { return describeShape(shape, kind); }

  template <typename T> static constexpr ElementKind kindOf() {
    if constexpr (std::is_same_v<T, bool>)
      return ElementKind::I1;
    else if constexpr (std::is_same_v<T, float>)
      return ElementKind::F32;
    else if constexpr (std::is_same_v<T, double>)
      return ElementKind::F64;
    else if constexpr (std::is_same_v<T, uint8_t>)
      return ElementKind::UI8;
    else if constexpr (sizeof(T) == 1)
      return ElementKind::I8;
    else if constexpr (sizeof(T) == 2)
      return ElementKind::I16;
    else if constexpr (sizeof(T) == 4)
      return ElementKind::I32;
    else
      return ElementKind::I64;
  }
};

/// f32 to 16-bit fixed point: value / scale, rounded half to even, saturated;
/// NaN gives 0. The same as `quant.qcast`.
HostTensor quantize(const HostTensor &real, double scale);

/// 16-bit fixed point to f32: value * scale. The same as `quant.dcast`.
HostTensor dequantize(const HostTensor &fixed, double scale);

} // namespace scnn

#endif // SCNN_HOST_HOSTTENSOR_H
