//===- Kernels.cpp - Chooses among the inner loops ------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Every x86-64 and AArch64 has registers of 16 bytes.
#define SCNN_VECTOR_BYTES 16
#include "KernelsBody.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>

using namespace scnn;
using namespace scnn::sim;

static fast::CounterWidth widthFor(int64_t mostInQueue) {
  return mostInQueue <= UINT8_MAX    ? CounterWidth::Bits8
         : mostInQueue <= UINT16_MAX ? CounterWidth::Bits16
                                     : CounterWidth::Bits32;
}

// When a batch is issued, a queue holds at most depth - 1 products of others.
QueueShape::QueueShape(const Machine &machine)
    : banks(machine.accumulatorBanks), depth(machine.bankQueueDepth),
      weightsPerVector(machine.weightsPerVector),
      activationsPerVector(machine.activationsPerVector),
      width(widthFor(machine.bankQueueDepth + machine.multipliers())),
      // Whole registers, for every instruction set.
      counters(llvm::alignTo(banks, 32 >> int(width))),
      histogramCounters(banks + counters) {}

template <typename Count>
static int64_t longest(const QueueShape &shape, const void *queues) {
  const Count *counts = static_cast<const Count *>(queues);
  return *std::max_element(counts, counts + shape.counters);
}

int64_t fast::longestQueue(const QueueShape &shape, const void *queues) {
  switch (shape.width) {
  case CounterWidth::Bits8:
    return longest<uint8_t>(shape, queues);
  case CounterWidth::Bits16:
    return longest<uint16_t>(shape, queues);
  case CounterWidth::Bits32:
    return longest<uint32_t>(shape, queues);
  }
  llvm_unreachable("no such width");
}

static llvm::SmallVector<Kernels, 2> findKernels() {
  llvm::SmallVector<Kernels, 2> found;
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2"))
    found.push_back(kAVX2Kernels);
#endif
  found.push_back({"portable", accumulate, runBatches});
  return found;
}

llvm::ArrayRef<Kernels> fast::kernels() {
  static const llvm::SmallVector<Kernels, 2> found = findKernels();
  return found;
}
