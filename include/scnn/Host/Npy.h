//===- Npy.h - Tensors in NumPy files -------------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_HOST_NPY_H
#define SCNN_HOST_NPY_H

#include "scnn/Host/HostTensor.h"
#include "llvm/Support/Error.h"

namespace scnn {

/// Reads a `.npy` file (format versions 1 to 3): little-endian f32, f64,
/// bool, u8 or i8 to i64, C order. Errors name the file.
llvm::Expected<HostTensor> readNpy(llvm::StringRef path);

/// The same from memory; errors name `name`.
llvm::Expected<HostTensor> parseNpy(llvm::StringRef bytes,
                                    llvm::StringRef name);

/// f64 to f32; f32 stays; an error for other elements.
llvm::Expected<HostTensor> toF32(HostTensor tensor, llvm::StringRef name);

/// A tensor as the bytes of a `.npy` file.
std::string formatNpy(const HostTensor &tensor);

/// Writes a `.npy` file. It appears under its name only when it is complete.
llvm::Error writeNpy(llvm::StringRef path, const HostTensor &tensor);

} // namespace scnn

#endif // SCNN_HOST_NPY_H
