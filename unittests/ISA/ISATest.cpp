//===- ISATest.cpp - Commands to bytes and back ---------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/ISA/ISA.h"

#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"
#include <random>
#include <string>
#include <utility>

using namespace scnn;

namespace {

using Bytes = llvm::SmallVector<uint8_t>;
using Random = std::mt19937_64;

/// Values of a field: mostly its bounds and their neighbours, else any.
template <typename FieldT>
int64_t randomValue(const FieldT &field, Random &random) {
  switch (random() % 5) {
  case 0:
    return field.minimum();
  case 1:
    return field.maximum();
  case 2:
    return field.minimum() + 1;
  default:
    return std::uniform_int_distribution<int64_t>(field.minimum(),
                                                  field.maximum())(random);
  }
}

template <typename CommandT> CommandT randomCommand(Random &random) {
  CommandT command;
  for (const auto &field : CommandT::fields())
    command.*field.member = randomValue(field, random);
  return command;
}

/// Calls `function` with a default value of each kind of command.
template <typename Function, size_t... Index>
void forEachKind(Function function, std::index_sequence<Index...>) {
  (function(std::variant_alternative_t<Index, isa::Command>()), ...);
}
template <typename Function> void forEachKind(Function function) {
  forEachKind(function,
              std::make_index_sequence<std::variant_size_v<isa::Command>>());
}

/// The error of decoding `bytes`; empty if there is none.
std::string decodeError(llvm::ArrayRef<uint8_t> bytes) {
  return llvm::toString(isa::decode(bytes).takeError());
}

TEST(ISA, everyCommandSurvivesTheRoundTrip) {
  Random random(1);
  forEachKind([&](auto kind) {
    for (int i = 0; i < 500; ++i) {
      isa::Command command = randomCommand<decltype(kind)>(random);
      EXPECT_EQ(llvm::toString(isa::verify(command)), "");
      Bytes bytes;
      isa::encode(command, bytes);
      EXPECT_EQ(bytes.size(), 4 * kind.words);
      auto decoded = isa::decode(bytes);
      ASSERT_TRUE(static_cast<bool>(decoded));
      ASSERT_EQ(decoded->size(), 1u);
      EXPECT_EQ(decoded->front(), command);
    }
  });
}

TEST(ISA, sequencesSurviveTheRoundTrip) {
  Random random(2);
  std::vector<isa::Command> commands;
  for (int i = 0; i < 50; ++i)
    forEachKind([&](auto kind) {
      commands.push_back(randomCommand<decltype(kind)>(random));
    });
  Bytes bytes;
  for (const isa::Command &command : commands)
    isa::encode(command, bytes);
  auto decoded = isa::decode(bytes);
  ASSERT_TRUE(static_cast<bool>(decoded));
  EXPECT_EQ(*decoded, commands);
}

TEST(ISA, fieldsLieWhereThePageSays) {
  Bytes bytes;
  isa::encode(isa::LoadActivations{/*slot=*/0x3, /*address=*/0x1122334455},
              bytes);
  // opcode, then slot in the low nibble of byte 1, then 40 bits of address.
  EXPECT_EQ(bytes, (Bytes{0x11, 0x53, 0x45, 0x34, 0x23, 0x12, 0x01, 0x00}));
  bytes.clear();
  isa::encode(isa::Requantize{/*minimum=*/-32768, /*maximum=*/-1}, bytes);
  EXPECT_EQ(bytes, (Bytes{0x27, 0x00, 0x80, 0xff, 0xff, 0, 0, 0}));
}

TEST(ISA, fieldsOutsideTheirBoundsAreRefused) {
  forEachKind([](auto kind) {
    using CommandT = decltype(kind);
    for (const auto &field : CommandT::fields())
      for (int64_t value : {field.minimum() - 1, field.maximum() + 1}) {
        CommandT command;
        command.*field.member = value;
        EXPECT_EQ(llvm::toString(isa::verify(command)),
                  ("expected " + field.name + " in " +
                   llvm::Twine(field.minimum()) + " ... " +
                   llvm::Twine(field.maximum()) + ", but got " +
                   llvm::Twine(value))
                      .str());
      }
  });
}

TEST(ISA, decodingRefusesUnknownOpcodes) {
  EXPECT_EQ(decodeError({0x04, 0, 0, 0, 0xff, 0, 0, 0}),
            "byte 4: unknown opcode 0xff");
}

TEST(ISA, decodingRefusesTruncatedCommands) {
  Random random(3);
  forEachKind([&](auto kind) {
    Bytes bytes;
    isa::encode(randomCommand<decltype(kind)>(random), bytes);
    for (size_t size = 1; size < bytes.size(); ++size)
      EXPECT_EQ(decodeError(llvm::ArrayRef<uint8_t>(bytes).take_front(size)),
                ("byte 0: expected " + llvm::Twine(bytes.size()) +
                 " bytes of " + kind.mnemonic + ", but got " +
                 llvm::Twine(size))
                    .str());
  });
}

TEST(ISA, decodingRefusesPaddingThatIsNotZero) {
  EXPECT_EQ(decodeError({0x04, 0, 0, 0x80}),
            "byte 0: expected zeros after the fields of halt");
  EXPECT_EQ(decodeError({0x23, 0x02, 0, 0}),
            "byte 0: expected zeros after the fields of accumulate");
}

TEST(ISA, decodingNoiseNeverCrashesAndIsAnInverse) {
  Random random(4);
  for (int i = 0; i < 20000; ++i) {
    Bytes bytes(random() % 40);
    for (uint8_t &byte : bytes)
      byte = random() % 4 ? random() % 0x30 : random();
    auto decoded = isa::decode(bytes);
    if (!decoded) {
      llvm::consumeError(decoded.takeError());
      continue;
    }
    Bytes again;
    for (const isa::Command &command : *decoded)
      isa::encode(command, again);
    EXPECT_EQ(again, bytes);
  }
}

TEST(ISA, commandsPrintAsTheirOperations) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << isa::Command(isa::Requantize{-5, 7}) << '\n'
     << isa::Command(isa::Halt());
  EXPECT_EQ(text, "requantize minimum = -5 maximum = 7\nhalt");
}

} // namespace
