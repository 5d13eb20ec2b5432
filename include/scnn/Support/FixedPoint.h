//===- FixedPoint.h - Real numbers in 16 bits -----------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_SUPPORT_FIXEDPOINT_H
#define SCNN_SUPPORT_FIXEDPOINT_H

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace scnn {

/// The 16-bit integer that stands for `real` = integer * `scale`: rounded half
/// to even and cut at the 16-bit limits (rule V7 of the simulation model); 0 for
/// what is not a number.
inline int16_t toFixedPoint(double real, double scale) {
  // The default rounding of floating point.
  double nearest = std::nearbyint(real / scale);
  return std::isnan(nearest)
             ? 0
             : int16_t(std::clamp(nearest, -32768.0, 32767.0));
}

} // namespace scnn

#endif // SCNN_SUPPORT_FIXEDPOINT_H
