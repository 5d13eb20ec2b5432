//===- NamedTensor.h - Tensors for the inputs of a network ----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_HOST_NAMEDTENSOR_H
#define SCNN_HOST_NAMEDTENSOR_H

#include "scnn/Host/HostTensor.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace scnn {

/// A tensor from a file, for the input of that name.
struct NamedTensor {
  std::string name;
  std::string file;
  HostTensor tensor;
};

/// Splits `NAME=FILE.npy`. Names may contain `=` and files may not.
llvm::Expected<std::pair<std::string, std::string>>
splitNameAndFile(llvm::StringRef argument);

/// Reads `NAME=FILE.npy`. The error names the file.
llvm::Expected<NamedTensor> readNamedTensor(llvm::StringRef argument);

/// A shape for the input of that name.
struct NamedShape {
  std::string name;
  llvm::SmallVector<int64_t> shape;
};

/// Parses `NAME=1x3x224x224`. Names may contain `=`.
llvm::Expected<NamedShape> parseNamedShape(llvm::StringRef argument);

/// Makes runs of tensors: run n has the n-th tensor of each input, in the order
/// of `inputs`, whose elements are of `kinds`; where that is f32, f64 will do.
/// An error names an input that is missing or unknown.
llvm::Expected<std::vector<std::vector<HostTensor>>>
groupIntoRuns(llvm::ArrayRef<NamedTensor> tensors,
              llvm::ArrayRef<std::string> inputs,
              llvm::ArrayRef<ElementKind> kinds);

/// A file name for the tensor of that name: characters that a file name had
/// better not have become `_`.
std::string fileNameFor(llvm::StringRef tensorName);

} // namespace scnn

#endif // SCNN_HOST_NAMEDTENSOR_H
