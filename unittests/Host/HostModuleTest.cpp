//===- HostModuleTest.cpp - Functions compiled for the host ---------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Host/HostModule.h"

#include "gtest/gtest.h"
#include <cmath>

using namespace scnn;

static std::unique_ptr<HostModule> compile(llvm::StringRef text,
                                           HostModuleOptions options = {}) {
  auto module = HostModule::compile(text, options);
  if (!module) {
    ADD_FAILURE() << llvm::toString(module.takeError());
    return nullptr;
  }
  return std::move(*module);
}

static std::string compileError(llvm::StringRef text,
                                HostModuleOptions options = {}) {
  auto module = HostModule::compile(text, options);
  return module ? "" : llvm::toString(module.takeError());
}

static std::vector<HostTensor> call(HostModule &module, llvm::StringRef name,
                                    llvm::ArrayRef<HostTensor> arguments) {
  auto results = module.call(name, arguments);
  if (!results) {
    ADD_FAILURE() << llvm::toString(results.takeError());
    return {};
  }
  return std::move(*results);
}

static HostTensor floats(llvm::ArrayRef<int64_t> shape,
                         llvm::ArrayRef<float> values) {
  return HostTensor(shape, values);
}

TEST(HostModuleTest, ReturnsArgumentsConstantsAndDuplicates) {
  auto module = compile(R"mlir(
    func.func @main(%x: tensor<2xf32>)
        -> (tensor<2xf32>, tensor<3xi16>, tensor<2xf32>, tensor<3xi16>) {
      %c = arith.constant dense<[1, -2, 3]> : tensor<3xi16>
      return %x, %c, %x, %c
          : tensor<2xf32>, tensor<3xi16>, tensor<2xf32>, tensor<3xi16>
    })mlir");
  ASSERT_TRUE(module);
  auto results = call(*module, "main", floats({2}, {1.0f, 2.0f}));
  ASSERT_EQ(results.size(), 4u);
  EXPECT_EQ(results[0].data<float>()[1], 2.0f);
  EXPECT_EQ(results[1].data<int16_t>()[1], -2);
  EXPECT_EQ(results[2].bytes, results[0].bytes);
  EXPECT_EQ(results[3].bytes, results[1].bytes);
}

TEST(HostModuleTest, LeavesArgumentsAsTheyAre) {
  auto module = compile(R"mlir(
    func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
      %i = arith.constant 0 : index
      %v = arith.constant 7.0 : f32
      %y = tensor.insert %v into %x[%i] : tensor<2xf32>
      return %y : tensor<2xf32>
    })mlir");
  ASSERT_TRUE(module);
  HostTensor x = floats({2}, {1.0f, 2.0f});
  auto results = call(*module, "main", x);
  EXPECT_EQ(results[0].data<float>()[0], 7.0f);
  EXPECT_EQ(x.data<float>()[0], 1.0f);
}

TEST(HostModuleTest, HandlesRankZeroEmptyAndNoResults) {
  auto module = compile(R"mlir(
    func.func @scalar(%x: tensor<f32>, %y: tensor<f32>) -> tensor<f32> {
      %z = arith.addf %x, %y : tensor<f32>
      return %z : tensor<f32>
    }
    func.func @empty(%x: tensor<0x3xf32>) -> tensor<0x3xf32> {
      %z = arith.addf %x, %x : tensor<0x3xf32>
      return %z : tensor<0x3xf32>
    }
    func.func @nothing() {
      return
    })mlir");
  ASSERT_TRUE(module);
  auto sum = call(*module, "scalar", {floats({}, {1.0f}), floats({}, {2.5f})});
  ASSERT_EQ(sum.size(), 1u);
  EXPECT_TRUE(sum[0].shape.empty());
  EXPECT_EQ(sum[0].data<float>()[0], 3.5f);
  auto empty = call(*module, "empty", floats({0, 3}, {}));
  ASSERT_EQ(empty.size(), 1u);
  EXPECT_EQ(empty[0].size(), 0);
  EXPECT_TRUE(call(*module, "nothing", {}).empty());
}

TEST(HostModuleTest, ReadsStridedResults) {
  auto module = compile(R"mlir(
    func.func @main(%x: tensor<3x4xf32>) -> (tensor<2x2xf32>, tensor<2xf32>) {
      %s = tensor.extract_slice %x[1, 1] [2, 2] [1, 2]
          : tensor<3x4xf32> to tensor<2x2xf32>
      %t = tensor.extract_slice %x[0, 3] [2, 1] [2, 1]
          : tensor<3x4xf32> to tensor<2xf32>
      return %s, %t : tensor<2x2xf32>, tensor<2xf32>
    })mlir");
  ASSERT_TRUE(module);
  HostTensor x(ElementKind::F32, {3, 4});
  for (int i = 0; i < 12; ++i)
    x.data<float>()[i] = i;
  auto results = call(*module, "main", x);
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].data<float>(), llvm::ArrayRef<float>({5, 7, 9, 11}));
  EXPECT_EQ(results[1].data<float>(), llvm::ArrayRef<float>({3, 11}));
}

TEST(HostModuleTest, RunsTosa) {
  auto module = compile(R"mlir(
    func.func @main(%x: tensor<1x2x2x3xf32>) -> (tensor<1x12xf32>, tensor<1x3x2x2xf32>) {
      %t = tosa.transpose %x {perms = array<i32: 0, 3, 1, 2>}
          : (tensor<1x2x2x3xf32>) -> tensor<1x3x2x2xf32>
      %shape = tosa.const_shape {values = dense<[1, 12]> : tensor<2xindex>}
          : () -> !tosa.shape<2>
      %r = tosa.reshape %t, %shape
          : (tensor<1x3x2x2xf32>, !tosa.shape<2>) -> tensor<1x12xf32>
      %s = tosa.sigmoid %t : (tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
      return %r, %s : tensor<1x12xf32>, tensor<1x3x2x2xf32>
    })mlir");
  ASSERT_TRUE(module);
  HostTensor x(ElementKind::F32, {1, 2, 2, 3});
  for (int i = 0; i < 12; ++i)
    x.data<float>()[i] = i;
  auto results = call(*module, "main", x);
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].data<float>(),
            llvm::ArrayRef<float>({0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11}));
  EXPECT_NEAR(results[1].data<float>()[1], 1.0 / (1.0 + std::exp(-3.0)), 1e-6);
}

TEST(HostModuleTest, ReadsLargeConstants) {
  std::string values;
  for (int i = 0; i < 1000; ++i)
    values += (i ? ", " : "") + std::to_string(i - 500);
  auto module = compile(R"mlir(
    func.func @main(%x: tensor<1000xi16>) -> tensor<1000xi16> {
      %c = arith.constant dense<[)mlir" +
                        values + R"mlir(]> : tensor<1000xi16>
      %y = arith.addi %x, %c : tensor<1000xi16>
      return %y : tensor<1000xi16>
    }
    func.func @resource(%x: tensor<2xf32>) -> tensor<2xf32> {
      %c = arith.constant dense_resource<two> : tensor<2xf32>
      %y = arith.addf %x, %c : tensor<2xf32>
      return %y : tensor<2xf32>
    }
    {-# dialect_resources: { builtin: { two: "0x040000000000803f00000040" } } #-}
    )mlir");
  ASSERT_TRUE(module);
  auto results = call(*module, "main", HostTensor(ElementKind::I16, {1000}));
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].data<int16_t>()[0], -500);
  EXPECT_EQ(results[0].data<int16_t>()[999], 499);
  results = call(*module, "resource", floats({2}, {0.5f, 0.25f}));
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].data<float>(), llvm::ArrayRef<float>({1.5f, 2.25f}));
}

TEST(HostModuleTest, NamesDoNotMeetThoseOfTheProcess) {
  auto module = compile(R"mlir(
    func.func @free(%x: tensor<1xf32>) -> tensor<1xf32> {
      %y = func.call @entry0(%x) : (tensor<1xf32>) -> tensor<1xf32>
      return %y : tensor<1xf32>
    }
    func.func private @entry0(%x: tensor<1xf32>) -> tensor<1xf32> {
      %y = arith.addf %x, %x : tensor<1xf32>
      return %y : tensor<1xf32>
    })mlir");
  ASSERT_TRUE(module);
  EXPECT_EQ(module->getSignature("entry0"), nullptr);
  auto results = call(*module, "free", floats({1}, {2.0f}));
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].data<float>()[0], 4.0f);
}

TEST(HostModuleTest, QuantizesAsTheHostDoes) {
  auto module = compile(R"mlir(
    !q = !quant.uniform<i16:f32, 0.37>
    func.func @q(%x: tensor<8xf32>) -> tensor<8x!q> {
      %y = quant.qcast %x : tensor<8xf32> to tensor<8x!q>
      return %y : tensor<8x!q>
    }
    func.func @d(%x: tensor<8x!q>) -> tensor<8xf32> {
      %y = quant.dcast %x : tensor<8x!q> to tensor<8xf32>
      return %y : tensor<8xf32>
    })mlir");
  ASSERT_TRUE(module);
  HostTensor x = floats(
      {8}, {0.185f, 0.555f, -0.185f, 1e30f, -1e30f, NAN, INFINITY, 3.7f});
  auto fixed = call(*module, "q", x);
  ASSERT_EQ(fixed.size(), 1u);
  EXPECT_EQ(fixed[0].bytes, quantize(x, 0.37).bytes);
  EXPECT_EQ(fixed[0].data<int16_t>()[3], 32767);
  EXPECT_EQ(fixed[0].data<int16_t>()[4], -32768);
  EXPECT_EQ(fixed[0].data<int16_t>()[5], 0);
  auto real = call(*module, "d", fixed[0]);
  ASSERT_EQ(real.size(), 1u);
  EXPECT_EQ(real[0].bytes, dequantize(fixed[0], 0.37).bytes);

  auto exact = quantize(floats({4}, {0.5f, 1.5f, 2.5f, -0.5f}), 1.0);
  EXPECT_EQ(exact.data<int16_t>(), llvm::ArrayRef<int16_t>({0, 2, 2, 0}));
}

TEST(HostModuleTest, ReportsErrors) {
  EXPECT_NE(compileError("func.func @main() { nonsense }")
                .find("cannot read the host functions: "),
            std::string::npos);
  HostModuleOptions options;
  options.functions = {"other"};
  EXPECT_EQ(compileError("func.func @main() { return }", options),
            "there is no function 'other'");
  EXPECT_EQ(compileError("func.func @main(%x: index) { return }"),
            "function 'main': expected argument #0 to be a ranked tensor of "
            "f32, f64 or integers of up to 64 bits, but got index");
  EXPECT_NE(compileError(R"mlir(
      !q = !quant.uniform<i16:f32, 0.5>
      func.func @main(%x: tensor<1x1x1x1x!q>, %w: tensor<24xi8>)
          -> tensor<1x1x1x1x!q> {
        %y = scnn.conv2d inputs(%x : tensor<1x1x1x1x!q>) image(%w : tensor<24xi8>)
            windows [#scnn.window<>]
            {filters = array<i64: 1, 1>, mapping = #scnn.mapping<group_size = 1>,
             requantization = #scnn.requantization<product_shifts = [0],
               multipliers = [1], shifts = [0]>} -> tensor<1x1x1x1x!q> loc("conv7")
        return %y : tensor<1x1x1x1x!q>
      })mlir")
                .find("layer 'conv7': weights are compressed"),
            std::string::npos);

  auto module = compile("func.func @main(%x: tensor<2xf32>) { return }");
  ASSERT_TRUE(module);
  auto error = [&](llvm::StringRef name, llvm::ArrayRef<HostTensor> arguments) {
    auto results = module->call(name, arguments);
    return results ? std::string() : llvm::toString(results.takeError());
  };
  EXPECT_EQ(error("other", {}), "there is no function 'other'");
  EXPECT_EQ(error("main", {}),
            "call of 'main': expected 1 arguments, but got 0");
  EXPECT_EQ(error("main", HostTensor(ElementKind::I16, {2})),
            "call of 'main': expected argument #0 to be 2xf32, but got 2xi16");
  EXPECT_EQ(error("main", HostTensor(ElementKind::F32, {2, 1})),
            "call of 'main': expected argument #0 to be 2xf32, but got "
            "2x1xf32");
}

TEST(HostModuleTest, ReportsThatMemoryRanOut) {
  auto module = compile(R"mlir(
    func.func @main(%x: tensor<f32>) -> tensor<4611686018427387x100xf32> {
      %e = tensor.empty() : tensor<4611686018427387x100xf32>
      %c = arith.constant 0.0 : f32
      %y = linalg.fill ins(%c : f32) outs(%e : tensor<4611686018427387x100xf32>)
          -> tensor<4611686018427387x100xf32>
      return %y : tensor<4611686018427387x100xf32>
    })mlir");
  ASSERT_TRUE(module);
  auto results = module->call("main", HostTensor(ElementKind::F32, {}));
  ASSERT_FALSE(bool(results));
  EXPECT_NE(llvm::toString(results.takeError()).find("out of memory"),
            std::string::npos);
}
