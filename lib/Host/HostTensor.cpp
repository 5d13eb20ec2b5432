//===- HostTensor.cpp - A dense tensor in host memory ---------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Host/HostTensor.h"
#include "scnn/Support/FixedPoint.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace scnn;

std::optional<int64_t> scnn::elementCount(llvm::ArrayRef<int64_t> shape) {
  int64_t count = 1;
  bool empty = false;
  for (int64_t extent : shape) {
    if (extent < 0)
      return std::nullopt;
    // A zero does not excuse dimensions that overflow.
    if (extent == 0)
      empty = true;
    else if (llvm::MulOverflow(count, extent, count))
      return std::nullopt;
  }
  return empty ? 0 : count;
}

std::string scnn::describeShape(llvm::ArrayRef<int64_t> shape,
                                ElementKind kind) {
  std::string text;
  for (int64_t extent : shape)
    text += (extent < 0 ? std::string("?") : llvm::itostr(extent)) + "x";
  return text + elementName(kind).str();
}

HostTensor::HostTensor(ElementKind kind, llvm::ArrayRef<int64_t> shape)
    : kind(kind), shape(shape) {
  std::optional<int64_t> count = elementCount(shape);
  assert(count && "the number of elements overflows");
  bytes.resize(size_t(*count) * elementBytes(kind));
}

HostTensor scnn::quantize(const HostTensor &real, double scale) {
  HostTensor fixed(ElementKind::I16, real.shape);
  llvm::transform(real.data<float>(), fixed.data<int16_t>().begin(),
                  [&](float value) { return toFixedPoint(value, scale); });
  return fixed;
}

HostTensor scnn::dequantize(const HostTensor &fixed, double scale) {
  HostTensor real(ElementKind::F32, fixed.shape);
  llvm::transform(fixed.data<int16_t>(), real.data<float>().begin(),
                  [&](int16_t value) { return float(value * scale); });
  return real;
}
