//===- KernelsAVX2.cpp - The inner loops for AVX2 -------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiled with -mavx2 for x86-64; empty elsewhere.
//
//===----------------------------------------------------------------------===//

#ifdef __AVX2__

#define SCNN_VECTOR_BYTES 32
#include "KernelsBody.h"

extern const Kernels scnn::sim::fast::kAVX2Kernels = {"avx2", accumulate,
                                                      runBatches};

#endif
