//===- Plane.h - Planes for positions without an order of their own -------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LAYOUT_PLANE_H
#define SCNN_LAYOUT_PLANE_H

#include "scnn/Layout/Geometry.h"

namespace scnn {

/// (rows, columns) of a plane of so many positions, at least one, as square as
/// its divisors allow, so that it is spread over the PE grid.
inline Pair makePlane(int64_t positions) {
  int64_t rows = 1;
  for (int64_t divisor = 2; divisor * divisor <= positions; ++divisor)
    if (positions % divisor == 0)
      rows = divisor;
  return {rows, positions / rows};
}

} // namespace scnn

#endif // SCNN_LAYOUT_PLANE_H
