//===- LayerWork.cpp - What the commands of a layer ask for ---------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerWork.h"
#include "llvm/Support/FormatVariadic.h"

std::string scnn::sim::peName(int64_t pe, const Machine &machine) {
  return llvm::formatv("PE ({0}, {1})", pe / machine.peCols,
                       pe % machine.peCols)
      .str();
}
