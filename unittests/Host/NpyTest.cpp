//===- NpyTest.cpp - Tensors in NumPy files -------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Host/Npy.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"
#include <cstring>

using namespace scnn;

/// The error of parsing `bytes`; empty if they parse.
static std::string parseError(llvm::StringRef bytes) {
  auto tensor = parseNpy(bytes, "x.npy");
  return tensor ? "" : llvm::toString(tensor.takeError());
}

/// A file with this header text; what is after it are the elements.
static std::string file(llvm::StringRef header, llvm::StringRef data,
                        char version = 1) {
  std::string bytes("\x93NUMPY", 6);
  bytes += version;
  bytes += '\0';
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i)
    bytes += char(header.size() >> (8 * i));
  return bytes + header.str() + data.str();
}

TEST(NpyTest, RoundTripsEveryKindAndRank) {
  const ElementKind kinds[] = {
      ElementKind::I1,  ElementKind::I8,  ElementKind::I16, ElementKind::I32,
      ElementKind::I64, ElementKind::F32, ElementKind::F64, ElementKind::UI8};
  const llvm::SmallVector<int64_t> shapes[] = {
      {}, {1}, {5}, {2, 3}, {1, 2, 3, 4}, {0}, {3, 0, 2}};
  for (ElementKind kind : kinds)
    for (const auto &shape : shapes) {
      HostTensor tensor(kind, shape);
      for (size_t i = 0; i < tensor.bytes.size(); ++i)
        tensor.bytes[i] = kind == ElementKind::I1 ? i % 2 : 17 * i + 3;
      auto again = parseNpy(formatNpy(tensor), "x.npy");
      ASSERT_TRUE(bool(again)) << llvm::toString(again.takeError());
      EXPECT_EQ(again->kind, kind);
      EXPECT_EQ(again->shape, tensor.shape);
      EXPECT_EQ(again->bytes, tensor.bytes);
    }
}

TEST(NpyTest, ReadsEveryFormatVersion) {
  float values[] = {1.5f, -2.0f};
  llvm::StringRef data(reinterpret_cast<char *>(values), sizeof(values));
  for (char version : {1, 2, 3}) {
    auto tensor = parseNpy(
        file("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n",
             data, version),
        "x.npy");
    ASSERT_TRUE(bool(tensor)) << llvm::toString(tensor.takeError());
    EXPECT_EQ(tensor->data<float>()[0], 1.5f);
    EXPECT_EQ(tensor->data<float>()[1], -2.0f);
  }
}

TEST(NpyTest, ConvertsDoubles) {
  HostTensor doubles({2}, llvm::ArrayRef<double>({0.5, 1e300}));
  auto floats = toF32(doubles, "x");
  ASSERT_TRUE(bool(floats));
  EXPECT_EQ(floats->data<float>()[0], 0.5f);
  HostTensor integers({1}, llvm::ArrayRef<int16_t>({1}));
  auto refused = toF32(integers, "x");
  ASSERT_FALSE(bool(refused));
  EXPECT_EQ(llvm::toString(refused.takeError()),
            "'x': expected elements of f32 or f64, but got i16");
}

TEST(NpyTest, RefusesWhatIsNoTensor) {
  EXPECT_EQ(parseError(""), "'x.npy': not a .npy file");
  EXPECT_EQ(parseError("PK\x03\x04 something else"),
            "'x.npy': not a .npy file");
  EXPECT_EQ(parseError(file("{}", "", 4)),
            "'x.npy': expected format version 1.0, 2.0 or 3.0, but got 4.0");
  EXPECT_EQ(
      parseError(file("{'descr': '>f4', 'fortran_order': False, 'shape': (1,)}",
                      "abcd")),
      "'x.npy': expected elements of '<f4', '<f8', '|b1', '|i1', '|u1', "
      "'<i2', '<i4' or '<i8', but got '>f4'");
  EXPECT_EQ(parseError(file("{'descr': [('a', '<f4')], 'fortran_order': False, "
                            "'shape': (1,)}",
                            "abcd")),
            "'x.npy': records are not supported");
  EXPECT_EQ(
      parseError(file(
          "{'descr': '<i2', 'fortran_order': True, 'shape': (1, 2)}", "abcd")),
      "'x.npy': expected C order, but the array is in Fortran order "
      "(numpy.ascontiguousarray converts it)");
}

TEST(NpyTest, ChecksTheSize) {
  EXPECT_EQ(
      parseError(file("{'descr': '<i2', 'fortran_order': False, 'shape': (3,)}",
                      "abcd")),
      "'x.npy': truncated: expected 6 bytes for 3xi16, but got 4");
  EXPECT_EQ(
      parseError(file("{'descr': '<i2', 'fortran_order': False, 'shape': ()}",
                      "abcd")),
      "'x.npy': expected 2 bytes for i16, but got 4");
  EXPECT_EQ(parseError(file("{'descr': '<i2', 'fortran_order': False, 'shape': "
                            "(4611686018427387904, 4)}",
                            "")),
            "'x.npy': the size of 4611686018427387904x4xi16 overflows");
  EXPECT_EQ(parseError(file("{'descr': '<i2', 'fortran_order': False, 'shape': "
                            "(4611686018427387904, 4, 0)}",
                            "")),
            "'x.npy': the size of 4611686018427387904x4x0xi16 overflows");
  EXPECT_EQ(parseError(file("{'descr': '<f8', 'fortran_order': False, 'shape': "
                            "(2305843009213693952,)}",
                            "")),
            "'x.npy': the size of 2305843009213693952xf64 overflows");
}

TEST(NpyTest, RefusesMalformedHeaders) {
  const char *headers[] = {
      "",
      "{",
      "[]",
      "{'descr': '<f4'}",
      "{'descr': '<f4, 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '<f4', 'fortran_order': No, 'shape': (1,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1;2)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': 1}",
      "{'shape': (9999999999999999999,), 'descr': '<f4'}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}"};
  for (const char *header : headers)
    EXPECT_NE(parseError(file(header, "abcd")).find("malformed header"),
              std::string::npos)
        << header;
  std::string deep = "{'descr': '<f4', 'fortran_order': False, 'shape': (";
  for (int i = 0; i < 100; ++i)
    deep += "1,";
  EXPECT_EQ(parseError(file(deep + ")}", "abcd")),
            "'x.npy': expected at most 32 dimensions");
  EXPECT_EQ(parseError(file(std::string(20000, ' '), "")),
            "'x.npy': expected a header of at most 10000 bytes, but got 20000");
}

TEST(NpyTest, SurvivesEveryTruncationAndFlippedByte) {
  HostTensor tensor(ElementKind::F32, {2, 3});
  std::string bytes = formatNpy(tensor);
  for (size_t length = 0; length < bytes.size(); ++length)
    EXPECT_NE(parseError(bytes.substr(0, length)), "");
  for (size_t i = 0; i < bytes.size() - 24; ++i)
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = bytes;
      flipped[i] ^= 1 << bit;
      parseError(flipped);
    }
}

TEST(NpyTest, WritesAndReadsFiles) {
  llvm::SmallString<64> path;
  ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("npy", "npy", path));
  HostTensor tensor({2}, llvm::ArrayRef<int16_t>({-3, 4}));
  llvm::Error failed = writeNpy(path, tensor);
  ASSERT_FALSE(bool(failed)) << llvm::toString(std::move(failed));
  auto again = readNpy(path);
  ASSERT_TRUE(bool(again)) << llvm::toString(again.takeError());
  EXPECT_EQ(again->bytes, tensor.bytes);
  llvm::sys::fs::remove(path);

  auto missing = readNpy(path);
  ASSERT_FALSE(bool(missing));
  EXPECT_EQ(llvm::toString(missing.takeError()),
            "'" + path.str().str() + "': No such file or directory");
  llvm::Error unwritable = writeNpy("/nowhere/x.npy", tensor);
  ASSERT_TRUE(bool(unwritable));
  EXPECT_NE(llvm::toString(std::move(unwritable)).find("'/nowhere/x.npy': "),
            std::string::npos);
}
