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
/// its divisors allow, so that it is spread over the PE grid, with more rows
/// than columns, so that it can be cut in pieces of some rows.
inline Pair makePlane(int64_t positions) {
  int64_t columns = 1;
  for (int64_t divisor = 2; divisor * divisor <= positions; ++divisor)
    if (positions % divisor == 0)
      columns = divisor;
  return {positions / columns, columns};
}

} // namespace scnn

#endif // SCNN_LAYOUT_PLANE_H
