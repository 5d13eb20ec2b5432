//===- Models.h - The kinds of machines to compare with -------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_COMPARISON_MODELS_H
#define SCNN_LIB_COMPARISON_MODELS_H

#include "scnn/Comparison/Comparison.h"

namespace scnn {

/// Reads a machine of one kind from YAML text; `name` is for errors.
using ReadMachine = llvm::Expected<std::unique_ptr<ComparisonMachine>>(
    llvm::StringRef yaml, llvm::StringRef name, const Machine &machine);

ReadMachine readScnn, readDcnn, readOracle, readIdealDense;

} // namespace scnn

#endif // SCNN_LIB_COMPARISON_MODELS_H
