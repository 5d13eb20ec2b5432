//===- Recurrences.cpp - Times of the DRAM port ---------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Recurrences.h"
#include "llvm/Support/MathExtras.h"

using namespace scnn::sim;
using namespace scnn::sim::fast;

Span DramTimeline::move(int64_t earliest, int64_t bits) {
  if (bitsPerCycle == 0) {
    position = std::max(position, earliest);
    lastEnd = position;
    return {position, position};
  }
  position = std::max(position, earliest * bitsPerCycle);
  int64_t begin = position / bitsPerCycle;
  position += bits;
  lastEnd = llvm::divideCeil(position, bitsPerCycle);
  return {begin, lastEnd};
}
