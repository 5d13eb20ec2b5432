//===- CallMemory.h - What compiled code allocates in one call ------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_HOST_CALLMEMORY_H
#define SCNN_HOST_CALLMEMORY_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include <cstddef>
#include <vector>

namespace scnn {

/// Owns every buffer that compiled code allocates during a call. Results may
/// alias each other, arguments or constants; the caller copies them and lets
/// go of everything at once.
class CallMemory {
public:
  CallMemory() = default;
  CallMemory(const CallMemory &) = delete;
  CallMemory &operator=(const CallMemory &) = delete;
  ~CallMemory();

  /// Calls `code`, whose allocations come from here. An error if there was no
  /// memory.
  llvm::Error run(llvm::function_ref<void()> code);

  /// What compiled code calls as `aligned_alloc` and `free`. They act on the
  /// memory of the call that runs in this thread.
  static void *allocate(size_t alignment, size_t size);
  static void release(void *buffer);

private:
  std::vector<void *> buffers;
};

} // namespace scnn

#endif // SCNN_HOST_CALLMEMORY_H
