//===- ISA.h - Commands of the accelerator --------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A struct for each command of ISA.td, and the way from commands to bytes and
// back. Needs LLVM's support library, not MLIR.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_ISA_ISA_H
#define SCNN_ISA_ISA_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <variant>
#include <vector>

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace scnn::isa {

/// A field of command `CommandT`: where it lies in the encoded command, and
/// the member that holds its value.
template <typename CommandT> struct Field {
  llvm::StringLiteral name;
  /// First bit, counted from the first one of the opcode.
  unsigned firstBit;
  /// In bits, 1 to 63.
  unsigned width;
  bool isSigned;
  int64_t CommandT::*member;

  int64_t minimum() const {
    return isSigned ? -(int64_t(1) << (width - 1)) : 0;
  }
  int64_t maximum() const {
    return (int64_t(1) << (isSigned ? width - 1 : width)) - 1;
  }
};

#include "scnn/ISA/Commands.h.inc"

/// The name of the command in text, e.g. `begin_layer`.
llvm::StringRef mnemonic(const Command &command);

/// Succeeds if every field is within its bounds; the error names the first one
/// that is not: "expected slot in 0 ... 15, but got 16".
llvm::Error verify(const Command &command);

/// Appends the bytes of a command, whose fields must be within their bounds
/// (see `verify`).
void encode(const Command &command, llvm::SmallVectorImpl<uint8_t> &bytes);

/// Decodes a sequence of commands. Errors name the byte at which the faulty
/// command begins: unknown opcode, bytes that end within a command, padding
/// that is not zero.
llvm::Expected<std::vector<Command>> decode(llvm::ArrayRef<uint8_t> bytes);

/// Prints `mnemonic field = value ...`, without a line break.
void print(llvm::raw_ostream &os, const Command &command);
llvm::raw_ostream &operator<<(llvm::raw_ostream &os, const Command &command);

} // namespace scnn::isa

#endif // SCNN_ISA_ISA_H
