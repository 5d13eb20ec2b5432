//===- Errors.h - Errors of the simulator ---------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_SIMULATOR_ERRORS_H
#define SCNN_LIB_SIMULATOR_ERRORS_H

#include "llvm/Support/Error.h"
#include "llvm/Support/FormatVariadic.h"

namespace scnn::sim {

/// An error with a formatted message.
template <typename... Ts>
llvm::Error makeError(const char *format, Ts &&...values) {
  return llvm::createStringError(
      llvm::formatv(format, std::forward<Ts>(values)...).str());
}

} // namespace scnn::sim

#endif // SCNN_LIB_SIMULATOR_ERRORS_H
