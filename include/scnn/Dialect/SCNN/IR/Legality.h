//===- Legality.h - What the accelerator can run --------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each function succeeds if the accelerator can run what it is given. Its error
// is the reason why not, with numbers: "expected filters of at most 255x255,
// but got 300x3". The limits are field widths of the instruction set.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_DIALECT_SCNN_IR_LEGALITY_H
#define SCNN_DIALECT_SCNN_IR_LEGALITY_H

#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "llvm/Support/Error.h"

namespace scnn {

/// Inputs of a convolution: the result takes the last of 16 descriptor
/// registers.
constexpr int64_t kMaxConvolutionInputs = 15;

/// A window with filters of that size (rows, columns).
llvm::Error checkLegality(WindowAttr window, Pair filter);

/// Max pooling, right after a convolution.
llvm::Error checkLegality(PoolAttr pool);

/// Inputs, windows, pool, planes and channels of a convolution.
llvm::Error checkGeometry(Conv2DOp op);

/// A convolution as a whole: `checkGeometry`, and that weights and bias are
/// constants, since only those can be compressed.
llvm::Error checkLegality(Conv2DOp op);

/// Max pooling as an operation of its own: as an identity convolution.
llvm::Error checkLegality(MaxPool2DOp op);

/// `checkLegality` without the reason.
template <typename... Args>
bool isLegal(Args... args) {
  llvm::Error reason = checkLegality(args...);
  bool legal = !reason;
  llvm::consumeError(std::move(reason));
  return legal;
}

} // namespace scnn

#endif // SCNN_DIALECT_SCNN_IR_LEGALITY_H
