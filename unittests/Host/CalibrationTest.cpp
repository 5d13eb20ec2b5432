//===- CalibrationTest.cpp - Ranges of values -----------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Host/Calibration.h"
#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace mlir;
using namespace scnn;

namespace {
class CalibrationTest : public ::testing::Test {
protected:
  CalibrationTest() {
    context.loadDialect<SCNNDialect, tosa::TosaDialect, func::FuncDialect,
                        arith::ArithDialect, tensor::TensorDialect,
                        quant::QuantDialect>();
  }

  OwningOpRef<ModuleOp> parse(llvm::StringRef text) {
    return parseSourceString<ModuleOp>(text, &context);
  }

  MLIRContext context;
};

/// `scnn.range` of the first operation of that name, or -1.
double range(ModuleOp module, llvm::StringRef name) {
  double result = -1.0;
  module.walk([&](Operation *op) {
    auto attribute = op->getAttrOfType<FloatAttr>(SCNNDialect::kRangeAttr);
    if (op->getName().getStringRef() == name && attribute)
      result = attribute.getValueAsDouble();
  });
  return result;
}
} // namespace

static constexpr llvm::StringLiteral kNetwork = R"mlir(
  func.func @main(%image: tensor<1x2x2x1xf32>, %unused: tensor<1xi32>)
      -> tensor<1x1x2x2xf32> {
    %w = arith.constant dense<2.0> : tensor<1x1x1x1xf32>
    %b = arith.constant dense<100.0> : tensor<1xf32>
    %x = tosa.transpose %image {perms = array<i32: 0, 3, 1, 2>}
        : (tensor<1x2x2x1xf32>) -> tensor<1x1x2x2xf32>
    %y = scnn.conv2d inputs(%x : tensor<1x1x2x2xf32>)
        weights(%w : tensor<1x1x1x1xf32>) bias(%b : tensor<1xf32>)
        windows [#scnn.window<>] -> tensor<1x1x2x2xf32> loc("conv1")
    %z = scnn.clamp %y {clamp_max = 101.0 : f32} : tensor<1x1x2x2xf32>
    return %z : tensor<1x1x2x2xf32>
  })mlir";

TEST_F(CalibrationTest, RecordsTheLargestMagnitudeOfAllInputs) {
  OwningOpRef<ModuleOp> module = parse(kNetwork);
  ASSERT_TRUE(module);
  HostTensor none({1}, llvm::ArrayRef<int32_t>({0}));
  std::vector<HostTensor> first = {
      HostTensor({1, 2, 2, 1}, llvm::ArrayRef<float>({1, -3, 0, 2})), none};
  std::vector<HostTensor> second = {
      HostTensor({1, 2, 2, 1}, llvm::ArrayRef<float>({2, 2, 2.5f, -1})), none};
  llvm::Error failed = calibrate(*module, {first, second});
  ASSERT_FALSE(bool(failed)) << llvm::toString(std::move(failed));
  EXPECT_TRUE(succeeded(verify(*module)));
  EXPECT_EQ(range(*module, "tosa.transpose"), 3.0);
  EXPECT_EQ(range(*module, "scnn.conv2d"), 105.0);
  EXPECT_EQ(range(*module, "scnn.clamp"), 101.0);
  EXPECT_EQ(range(*module, "arith.constant"), -1.0);
  auto arguments = module->lookupSymbol("main")->getAttrOfType<ArrayAttr>(
      SCNNDialect::kRangeAttr);
  ASSERT_TRUE(arguments);
  ASSERT_EQ(arguments.size(), 2u);
  EXPECT_EQ(cast<FloatAttr>(arguments[0]).getValueAsDouble(), 3.0);
  EXPECT_EQ(cast<FloatAttr>(arguments[1]).getValueAsDouble(), 0.0);
}

// A plane of 4 x 6 on 2 x 2 PEs has tiles of 2 x 3. With a strided reader, the
// columns of a tile are split in two blocks.
TEST_F(CalibrationTest, RecordsThePeakDensityOfATile) {
  OwningOpRef<ModuleOp> module = parse(R"mlir(
    module attributes {scnn.machine = #scnn.machine<pe_rows = 2, pe_cols = 2, zero_run_bits = 1>} {
      func.func @main(%x: tensor<1x1x4x6xf32>) -> tensor<1x1x4x3xf32> {
        %w = arith.constant dense<-1.0> : tensor<1x1x1x1xf32>
        %y = scnn.conv2d inputs(%x : tensor<1x1x4x6xf32>)
            weights(%w : tensor<1x1x1x1xf32>)
            windows [#scnn.window<stride = [1, 2]>]
            {clamp_min = 0.0 : f32} -> tensor<1x1x4x3xf32>
        return %y : tensor<1x1x4x3xf32>
      }
    })mlir");
  ASSERT_TRUE(module);
  auto density = [&](llvm::ArrayRef<float> sparse,
                     llvm::ArrayRef<float> other) {
    std::vector<HostTensor> first = {HostTensor({1, 1, 4, 6}, sparse)};
    std::vector<HostTensor> second = {HostTensor({1, 1, 4, 6}, other)};
    llvm::cantFail(calibrate(*module, {first, second}));
    EXPECT_TRUE(succeeded(verify(*module)));
    auto main = module->lookupSymbol<func::FuncOp>("main");
    auto argument = cast<FloatAttr>(main->getAttrOfType<ArrayAttr>(
        SCNNDialect::kPeakDensityAttr)[0]);
    auto conv = *main.getOps<Conv2DOp>().begin();
    return std::pair(argument.getValueAsDouble(),
                     conv->getAttrOfType<FloatAttr>(
                             SCNNDialect::kPeakDensityAttr)
                         .getValueAsDouble());
  };
  // Upper left: 2 of 6; lower right, in the other input: 2 and a placeholder
  // after 3 zeros in the block of the odd columns.
  auto [argument, result] = density(
      {1, 0, 0, 0, 0, 0, //
       0, 1, 0, 0, 0, 0, //
       0, 0, 0, 0, 0, 0, //
       0, 0, 0, 0, 0, 0},
      {0, 0, 0, 0, 0, 0, //
       0, 0, 0, 0, 0, 0, //
       0, 0, 0, 0, 0, 0, //
       0, 0, 0, 0, -2, -3});
  EXPECT_EQ(argument, 3.0 / 6.0);
  // ReLU leaves what was negative: of 4 x 3 on 2 x 2 PEs, tiles of 2 x 2, one.
  EXPECT_EQ(result, 1.0 / 4.0);
}

TEST_F(CalibrationTest, NamesTheLayerThatIsNotFinite) {
  OwningOpRef<ModuleOp> module = parse(kNetwork);
  ASSERT_TRUE(module);
  HostTensor none({1}, llvm::ArrayRef<int32_t>({0}));
  std::vector<HostTensor> large = {
      HostTensor({1, 2, 2, 1}, llvm::ArrayRef<float>({3e38f, 0, 0, 0})), none};
  llvm::Error failed = calibrate(*module, {large});
  EXPECT_EQ(llvm::toString(std::move(failed)),
            "calibration: layer 'conv1' has values that are not finite with "
            "input set #0");
  std::vector<HostTensor> nan = {
      HostTensor({1, 2, 2, 1}, llvm::ArrayRef<float>({NAN, 0, 0, 0})), none};
  failed = calibrate(*module, {nan});
  EXPECT_EQ(llvm::toString(std::move(failed)),
            "calibration: argument #0 of input set #0 has values that are not "
            "finite");
}

TEST_F(CalibrationTest, ReportsErrors) {
  OwningOpRef<ModuleOp> module = parse(kNetwork);
  ASSERT_TRUE(module);
  EXPECT_EQ(llvm::toString(calibrate(*module, {})),
            "calibration: expected inputs");
  EXPECT_EQ(llvm::toString(calibrate(*module, {std::vector<HostTensor>()})),
            "calibration: call of 'main': expected 2 arguments, but got 0");
  OwningOpRef<ModuleOp> empty = parse("module {}");
  EXPECT_EQ(llvm::toString(calibrate(*empty, {std::vector<HostTensor>()})),
            "calibration: there is no function 'main'");
}
