//===- NamedTensorTest.cpp - Tensors for the inputs of a network ----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Host/NamedTensor.h"

#include "gtest/gtest.h"

using namespace scnn;

namespace {

TEST(NamedTensorTest, ParsesShapes) {
  auto shape = parseNamedShape("a=b=1x3x224x0");
  ASSERT_TRUE(bool(shape)) << llvm::toString(shape.takeError());
  EXPECT_EQ(shape->name, "a=b");
  EXPECT_EQ(shape->shape, (llvm::SmallVector<int64_t>{1, 3, 224, 0}));
}

TEST(NamedTensorTest, RefusesWhatIsNoShape) {
  for (llvm::StringRef text : {"", "x", "=1x2", "x=", "x=1x", "x=1x-2",
                               "x=1x99999999999999999999", "x=1,2"}) {
    auto shape = parseNamedShape(text);
    ASSERT_FALSE(bool(shape)) << text.str();
    EXPECT_EQ(llvm::toString(shape.takeError()),
              "expected NAME=1x3x224x224, or other extents, but got '" +
                  text.str() + "'");
  }
}

TEST(NamedTensorTest, ConvertsDoublesForInputsOfFloatsOnly) {
  NamedTensor tensor{"x", "x.npy", HostTensor({2}, llvm::ArrayRef<double>{1, 2})};
  auto floats = groupIntoRuns(tensor, {"x"}, {ElementKind::F32});
  ASSERT_TRUE(bool(floats)) << llvm::toString(floats.takeError());
  EXPECT_EQ(floats->front().front().kind, ElementKind::F32);
  auto doubles = groupIntoRuns(tensor, {"x"}, {ElementKind::F64});
  ASSERT_TRUE(bool(doubles)) << llvm::toString(doubles.takeError());
  EXPECT_EQ(doubles->front().front().kind, ElementKind::F64);
  NamedTensor bytes{"x", "x.npy",
                    HostTensor({2}, llvm::ArrayRef<uint8_t>{1, 255})};
  auto refused = groupIntoRuns(bytes, {"x"}, {ElementKind::F32});
  ASSERT_FALSE(bool(refused));
  EXPECT_EQ(llvm::toString(refused.takeError()),
            "'x.npy': expected elements of f32 or f64, but got ui8");
}

} // namespace
