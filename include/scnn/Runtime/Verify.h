//===- Verify.h - Compares a run with its references ----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_RUNTIME_VERIFY_H
#define SCNN_RUNTIME_VERIFY_H

#include "scnn/Runtime/Runtime.h"

#include "llvm/Support/raw_ostream.h"

namespace scnn {

/// Compares what each layer wrote (`RunOptions::keepLayerOutputs`) with the
/// fixed-point reference, bit by bit, and the reference with the float layer
/// on the same inputs; prints a line for each layer to `os`. An error names the
/// first layer that differs, or whose float error exceeds 2^-10 of its output's
/// largest magnitude.
llvm::Error verify(const Program &program, const RunResult &result,
                   llvm::raw_ostream &os);

} // namespace scnn

#endif // SCNN_RUNTIME_VERIFY_H
