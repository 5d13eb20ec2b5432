//===- ProgramFileTest.cpp - Programs to files and back -------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExampleProgram.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/xxhash.h"
#include "gtest/gtest.h"
#include <random>

using namespace scnn;

namespace {

using Bytes = std::vector<uint8_t>;

/// The bytes of a program that is known to serialize.
Bytes bytesOf(const Program &program) {
  return llvm::cantFail(serialize(program));
}

llvm::Expected<Program> readBytes(llvm::ArrayRef<uint8_t> bytes) {
  return readProgram(
      llvm::MemoryBufferRef(llvm::toStringRef(bytes), "file.scnn"));
}

/// The error of reading `bytes`; empty if there is none.
std::string readError(llvm::ArrayRef<uint8_t> bytes) {
  return llvm::toString(readBytes(bytes).takeError());
}

/// Where in `bytes` the little-endian `value` of that many bytes stands first.
size_t find(const Bytes &bytes, uint64_t value, unsigned width) {
  uint8_t pattern[8];
  for (unsigned i = 0; i < width; ++i)
    pattern[i] = value >> (8 * i);
  auto place =
      std::search(bytes.begin(), bytes.end(), pattern, pattern + width);
  EXPECT_NE(place, bytes.end());
  return place - bytes.begin();
}

TEST(ProgramFile, holdsEverything) {
  Program program = test::exampleProgram();
  auto read = readBytes(bytesOf(program));
  ASSERT_TRUE(static_cast<bool>(read)) << llvm::toString(read.takeError());
  EXPECT_EQ(read->name, program.name);
  EXPECT_EQ(read->machine, program.machine);
  EXPECT_EQ(read->dramBytes, program.dramBytes);
  EXPECT_EQ(read->commands, program.commands);
  EXPECT_EQ(read->constants.address, program.constants.address);
  EXPECT_EQ(read->constants.bytes, program.constants.bytes);
  ASSERT_EQ(read->values.size(), 2u);
  EXPECT_EQ(read->values[0].name, "input");
  EXPECT_EQ(read->values[0].shape, program.values[0].shape);
  ASSERT_TRUE(read->values[0].binding.has_value());
  EXPECT_EQ(read->values[0].binding->scale, 0.1);
  EXPECT_EQ(read->values[0].binding->phases, (Pair{2, 1}));
  EXPECT_EQ(read->values[0].binding->halo, (Sides{1, 0, 1, 0}));
  EXPECT_EQ(read->values[0].binding->policy, kCutBalanced);
  EXPECT_FALSE(read->values[1].binding.has_value());
  EXPECT_EQ(read->values[0].kind, ElementKind::F32);
  EXPECT_EQ(read->values[1].kind, program.values[1].kind);
  ASSERT_EQ(read->hostCalls.size(), 1u);
  EXPECT_EQ(read->hostCalls[0].function, "softmax");
  EXPECT_EQ(read->hostCalls[0].denseMacs, 70);
  ASSERT_EQ(read->hostCalls[0].operations.size(), 1u);
  EXPECT_EQ(read->hostCalls[0].operations[0].name, "tosa.exp");
  EXPECT_EQ(read->hostCalls[0].operations[0].reason,
            "no accelerator operation for it");
  ASSERT_EQ(read->layers.size(), 2u);
  EXPECT_EQ(read->layers[0].nonzeroWeights, 35);
  EXPECT_EQ(read->inputs, program.inputs);
  EXPECT_EQ(read->outputs, program.outputs);
  EXPECT_EQ(read->hostModule, program.hostModule);
  EXPECT_EQ(read->reference, program.reference);
  // Whatever the list above forgets:
  EXPECT_EQ(bytesOf(*read), bytesOf(program));
}

TEST(ProgramFile, refusesToWriteWhatItWouldNotRead) {
  Program program = test::exampleProgram();
  program.inputs = {9};
  EXPECT_EQ(llvm::toString(serialize(program).takeError()),
            "expected inputs among 2 values, but got 9");
}

TEST(ProgramFile, refusesOtherFiles) {
  const char *message = "file.scnn: expected an SCNN program, but got a file "
                        "without its identifier";
  EXPECT_EQ(readError({}), message);
  EXPECT_EQ(readError({1, 2, 3}), message);
  EXPECT_EQ(readError(Bytes(100, 'x')), message);
}

TEST(ProgramFile, refusesEveryTruncation) {
  Bytes bytes = bytesOf(test::exampleProgram());
  for (size_t size = 0; size < bytes.size(); ++size) {
    std::string error =
        readError(llvm::ArrayRef<uint8_t>(bytes).take_front(size));
    if (size >= 12)
      EXPECT_EQ(error,
                ("file.scnn: truncated: expected " + llvm::Twine(bytes.size()) +
                 " bytes, but got " + llvm::Twine(size))
                    .str());
    else
      EXPECT_NE(error, "");
  }
}

TEST(ProgramFile, refusesBytesBehindTheEnd) {
  Bytes bytes = bytesOf(test::exampleProgram());
  bytes.push_back(0);
  EXPECT_NE(readError(bytes), "");
}

TEST(ProgramFile, refusesEveryFlippedBit) {
  Bytes bytes = bytesOf(test::exampleProgram());
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    bytes[bit / 8] ^= 1 << (bit % 8);
    EXPECT_NE(readError(bytes), "") << "bit " << bit;
    bytes[bit / 8] ^= 1 << (bit % 8);
  }
  EXPECT_EQ(readError(bytes), "");
}

TEST(ProgramFile, refusesOtherVersions) {
  Bytes bytes = bytesOf(test::exampleProgram());
  // The root table lies behind size, root offset and identifier; the version
  // is its only scalar of value 3.
  size_t version = find(bytes, 4, 4);
  bytes[version] = 7;
  EXPECT_EQ(readError(bytes),
            "file.scnn: expected format version 4, but got 7");
}

TEST(ProgramFile, refusesPayloadsThatDoNotMatchTheirHash) {
  Bytes bytes = bytesOf(test::exampleProgram());
  bytes[bytes.size() / 2] ^= 1;
  EXPECT_EQ(readError(bytes).find("file.scnn: checksum mismatch: expected 0x"),
            0u);
}

/// Changes one payload byte after the other, with a hash that matches: what a
/// broken writer would do. Must be read as something or refused, not crash.
TEST(ProgramFile, survivesMalformedPayloads) {
  const Bytes bytes = bytesOf(test::exampleProgram());
  std::mt19937 random(5);
  // The payload is what the file ends with, padded in front of its length.
  size_t payload = 0;
  for (size_t i = 12; i + 4 <= bytes.size() && !payload; i += 4) {
    size_t length = bytes[i] | bytes[i + 1] << 8 | bytes[i + 2] << 16;
    if (length > 64 && i + 4 + length <= bytes.size() &&
        bytes.size() - (i + 4 + length) < 16)
      payload = i + 4;
  }
  ASSERT_NE(payload, 0u);
  size_t length = bytes[payload - 4] | bytes[payload - 3] << 8;
  llvm::ArrayRef<uint8_t> original(bytes.data() + payload, length);
  size_t hash = find(bytes, llvm::xxh3_64bits(original), 8);
  for (size_t i = 0; i < length; ++i)
    for (int trial = 0; trial < 8; ++trial) {
      Bytes changed = bytes;
      changed[payload + i] = random();
      uint64_t value = llvm::xxh3_64bits(
          llvm::ArrayRef<uint8_t>(changed.data() + payload, length));
      for (int byte = 0; byte < 8; ++byte)
        changed[hash + byte] = value >> (8 * byte);
      auto read = readBytes(changed);
      if (!read) {
        EXPECT_EQ(llvm::toString(read.takeError()).find("file.scnn: "), 0u);
        continue;
      }
      EXPECT_EQ(llvm::toString(verify(*read)), "");
    }
}

TEST(ProgramFile, isReadAtAnyAddress) {
  Bytes bytes = bytesOf(test::exampleProgram());
  for (size_t shift = 1; shift < 16; ++shift) {
    Bytes shifted(shift);
    shifted.insert(shifted.end(), bytes.begin(), bytes.end());
    EXPECT_EQ(readError(llvm::ArrayRef<uint8_t>(shifted).drop_front(shift)),
              "");
  }
}

TEST(ProgramFile, isWrittenWholeOrNotAtAll) {
  llvm::SmallString<128> path;
  ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("program", "scnn", path));
  Program program = test::exampleProgram();
  EXPECT_EQ(llvm::toString(writeProgram(program, path)), "");
  EXPECT_TRUE(static_cast<bool>(readProgram(path.str())));
  // A program that cannot be written leaves the file as it was.
  program.commands.clear();
  EXPECT_NE(llvm::toString(writeProgram(program, path)), "");
  EXPECT_TRUE(static_cast<bool>(readProgram(path.str())));
  llvm::sys::fs::remove(path);
  EXPECT_NE(llvm::toString(readProgram(path.str()).takeError()), "");
  EXPECT_NE(llvm::toString(
                writeProgram(test::exampleProgram(), "/nowhere/program.scnn")),
            "");
}

} // namespace
