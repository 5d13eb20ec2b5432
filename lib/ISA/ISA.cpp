//===- ISA.cpp - Commands of the accelerator ------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/ISA/ISA.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <cassert>
#include <optional>

namespace scnn::isa {

#include "scnn/ISA/Commands.cpp.inc"

namespace {

constexpr unsigned kOpcodeBits = 8;
constexpr unsigned kBytesPerWord = 4;

/// Reads the `width` bits from `firstBit` on, least significant bit first.
uint64_t readBits(llvm::ArrayRef<uint8_t> bytes, unsigned firstBit,
                  unsigned width) {
  uint64_t value = 0;
  for (unsigned i = 0; i < width; ++i) {
    unsigned bit = firstBit + i;
    value |= uint64_t(bytes[bit / 8] >> (bit % 8) & 1) << i;
  }
  return value;
}

/// The inverse of `readBits`, onto bytes that are zero there.
void writeBits(llvm::MutableArrayRef<uint8_t> bytes, unsigned firstBit,
               unsigned width, uint64_t value) {
  for (unsigned i = 0; i < width; ++i) {
    unsigned bit = firstBit + i;
    bytes[bit / 8] |= (value >> i & 1) << (bit % 8);
  }
}

template <typename CommandT> llvm::Error verifyFields(const CommandT &command) {
  for (const Field<CommandT> &field : CommandT::fields()) {
    int64_t value = command.*field.member;
    if (value < field.minimum() || value > field.maximum())
      return llvm::createStringError("expected " + field.name + " in " +
                                     llvm::Twine(field.minimum()) + " ... " +
                                     llvm::Twine(field.maximum()) +
                                     ", but got " + llvm::Twine(value));
  }
  return llvm::Error::success();
}

template <typename CommandT>
void encodeFields(const CommandT &command,
                  llvm::SmallVectorImpl<uint8_t> &bytes) {
  size_t start = bytes.size();
  bytes.resize(start + CommandT::words * kBytesPerWord, 0);
  auto own = llvm::MutableArrayRef<uint8_t>(bytes).drop_front(start);
  writeBits(own, 0, kOpcodeBits, static_cast<uint8_t>(CommandT::opcode));
  for (const Field<CommandT> &field : CommandT::fields()) {
    int64_t value = command.*field.member;
    assert(value >= field.minimum() && value <= field.maximum() &&
           "commands are verified before they are encoded");
    writeBits(own, field.firstBit, field.width, static_cast<uint64_t>(value));
  }
}

/// Sets the fields of `command`, whose bytes `bytes` begin with, and drops
/// them.
template <typename CommandT>
llvm::Error decodeFields(CommandT &command, llvm::ArrayRef<uint8_t> &bytes) {
  size_t size = CommandT::words * kBytesPerWord;
  if (bytes.size() < size)
    return llvm::createStringError("expected " + llvm::Twine(size) +
                                   " bytes of " + CommandT::mnemonic +
                                   ", but got " + llvm::Twine(bytes.size()));
  unsigned end = kOpcodeBits;
  for (const Field<CommandT> &field : CommandT::fields()) {
    uint64_t bits = readBits(bytes, field.firstBit, field.width);
    command.*field.member = field.isSigned
                                ? llvm::SignExtend64(bits, field.width)
                                : static_cast<int64_t>(bits);
    end = field.firstBit + field.width;
  }
  if (readBits(bytes, end, size * 8 - end) != 0)
    return llvm::createStringError("expected zeros after the fields of " +
                                   llvm::Twine(CommandT::mnemonic));
  bytes = bytes.drop_front(size);
  return llvm::Error::success();
}

} // namespace

llvm::StringRef mnemonic(const Command &command) {
  return std::visit([](const auto &c) -> llvm::StringRef { return c.mnemonic; },
                    command);
}

llvm::Error verify(const Command &command) {
  return std::visit([](const auto &c) { return verifyFields(c); }, command);
}

void encode(const Command &command, llvm::SmallVectorImpl<uint8_t> &bytes) {
  std::visit([&](const auto &c) { encodeFields(c, bytes); }, command);
}

llvm::Expected<std::vector<Command>> decode(llvm::ArrayRef<uint8_t> bytes) {
  std::vector<Command> commands;
  llvm::ArrayRef<uint8_t> rest = bytes;
  while (!rest.empty()) {
    size_t offset = bytes.size() - rest.size();
    std::optional<Command> command = makeCommand(rest.front());
    if (!command)
      return llvm::createStringError("byte " + llvm::Twine(offset) +
                                     ": unknown opcode 0x" +
                                     llvm::utohexstr(rest.front(), true, 2));
    if (llvm::Error error = std::visit(
            [&](auto &c) { return decodeFields(c, rest); }, *command))
      return llvm::createStringError("byte " + llvm::Twine(offset) + ": " +
                                     llvm::toString(std::move(error)));
    commands.push_back(*command);
  }
  return commands;
}

void print(llvm::raw_ostream &os, const Command &command) {
  std::visit(
      [&](const auto &c) {
        os << c.mnemonic;
        for (const auto &field : c.fields())
          os << ' ' << field.name << " = " << c.*field.member;
      },
      command);
}

llvm::raw_ostream &operator<<(llvm::raw_ostream &os, const Command &command) {
  print(os, command);
  return os;
}

} // namespace scnn::isa
