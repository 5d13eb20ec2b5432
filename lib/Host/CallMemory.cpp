//===- CallMemory.cpp - What compiled code allocates in one call ----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CallMemory.h"

#include <algorithm>
#include <csetjmp>
#include <cstdlib>

using namespace scnn;

namespace {
struct RunningCall {
  std::vector<void *> *buffers;
  std::jmp_buf outOfMemory;
  size_t wanted = 0;
  bool finished = false;
};
} // namespace

static thread_local RunningCall *running = nullptr;

CallMemory::~CallMemory() {
  for (void *buffer : buffers)
    std::free(buffer);
}

llvm::Error CallMemory::run(llvm::function_ref<void()> code) {
  RunningCall call;
  call.buffers = &buffers;
  RunningCall *const outer = running;
  running = &call;
  // Compiled code has no destructors to run, and no way to report an error.
  if (setjmp(call.outOfMemory) == 0) {
    code();
    call.finished = true;
  }
  running = outer;
  if (call.finished)
    return llvm::Error::success();
  return llvm::createStringError("out of memory: %zu bytes for one tensor",
                                 call.wanted);
}

void *CallMemory::allocate(size_t alignment, size_t size) {
  // aligned_alloc wants a multiple of the alignment.
  size_t rounded =
      (std::max<size_t>(size, 1) + alignment - 1) / alignment * alignment;
  void *buffer =
      rounded < size ? nullptr : std::aligned_alloc(alignment, rounded);
  if (!buffer) {
    running->wanted = size;
    std::longjmp(running->outOfMemory, 1);
  }
  running->buffers->push_back(buffer);
  return buffer;
}

void CallMemory::release(void *buffer) {
  auto found =
      std::find(running->buffers->rbegin(), running->buffers->rend(), buffer);
  if (found == running->buffers->rend())
    return;
  std::swap(*found, running->buffers->back());
  running->buffers->pop_back();
  std::free(buffer);
}
