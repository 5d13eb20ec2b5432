//===- WriteFile.h - Writes a file, or leaves none ------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_SUPPORT_WRITEFILE_H
#define SCNN_SUPPORT_WRITEFILE_H

#include "llvm/Support/Error.h"
#include "llvm/Support/FileUtilities.h"

namespace scnn {

/// Writes a file (`-`: standard output) through `write`. It appears under its
/// name only when it is complete. Errors name the file, once.
inline llvm::Error
writeFile(llvm::StringRef path,
          std::function<llvm::Error(llvm::raw_ostream &)> write) {
  llvm::Error failed = llvm::writeToOutput(path, std::move(write));
  // Only some of the ways to fail give an error with the name in it.
  if (!failed || failed.isA<llvm::FileError>())
    return failed;
  return llvm::createStringError("'" + path +
                                 "': " + llvm::toString(std::move(failed)));
}

} // namespace scnn

#endif // SCNN_SUPPORT_WRITEFILE_H
