//===- BankShare.h - How products spread over accumulator banks -----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_DIALECT_SCNN_TRANSFORMS_BANKSHARE_H
#define SCNN_LIB_DIALECT_SCNN_TRANSFORMS_BANKSHARE_H

#include "scnn/Layout/Plane.h"
#include "scnn/Machine/Machine.h"

namespace scnn {

/// While an activation vector is held, all weights of its input channel pass:
/// the products of I neighbouring activations with the filter's positions of
/// `channels` output channels, whose accumulators are `rows` x `cols` each, at
/// address (channel * rows + row) * cols + column, in bank address mod A. How
/// many times the mean the busiest bank gets; 1 if all get the same.
double getPeakBankShare(const Machine &machine, int64_t rows, int64_t cols,
                        Pair filter, int64_t channels);

} // namespace scnn

#endif // SCNN_LIB_DIALECT_SCNN_TRANSFORMS_BANKSHARE_H
