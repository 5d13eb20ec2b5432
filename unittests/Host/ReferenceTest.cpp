//===- ReferenceTest.cpp - What the accelerator must compute --------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Host/Reference.h"
#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace scnn;

// y0 = conv(x), y1 = relu(2 * y0 - x): the second reads the first and the
// input, of two scales.
static constexpr llvm::StringLiteral kFloat = R"mlir(
  !x = tensor<1x1x2x2xf32>
  func.func @main(%x: !x) -> !x {
    %w0 = arith.constant dense<0.5> : tensor<1x1x1x1xf32>
    %w1 = arith.constant dense<2.0> : tensor<1x1x1x1xf32>
    %w2 = arith.constant dense<-1.0> : tensor<1x1x1x1xf32>
    %y0 = scnn.conv2d inputs(%x : !x) weights(%w0 : tensor<1x1x1x1xf32>)
        windows [#scnn.window<>] {scnn.range = 1.0 : f64} -> !x loc("first")
    %y1 = scnn.conv2d inputs(%y0, %x : !x, !x)
        weights(%w1, %w2 : tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>)
        windows [#scnn.window<>, #scnn.window<>] {clamp_min = 0.0 : f32}
        -> !x loc("second")
    return %y1 : !x
  })mlir";

static constexpr llvm::StringLiteral kFixed = R"mlir(
  !x = tensor<1x1x2x2x!quant.uniform<i16:f32, 0.25>>
  !y = tensor<1x1x2x2x!quant.uniform<i16:f32, 0.125>>
  func.func @main(%f: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
    %w0 = arith.constant dense<8192> : tensor<1x1x1x1xi16>
    %w1 = arith.constant dense<2> : tensor<1x1x1x1xi16>
    %w2 = arith.constant dense<-2> : tensor<1x1x1x1xi16>
    %x = quant.qcast %f : tensor<1x1x2x2xf32> to !x
    %y0 = scnn.conv2d inputs(%x : !x) weights(%w0 : tensor<1x1x1x1xi16>)
        windows [#scnn.window<>]
        {requantization = #scnn.requantization<product_shifts = [13],
           multipliers = [1], shifts = [0]>,
         mapping = #scnn.mapping<group_size = 1>} -> !y loc("first")
    %y1 = scnn.conv2d inputs(%y0, %x : !y, !x)
        weights(%w1, %w2 : tensor<1x1x1x1xi16>, tensor<1x1x1x1xi16>)
        windows [#scnn.window<>, #scnn.window<>]
        {requantization = #scnn.requantization<product_shifts = [0, 0],
           multipliers = [1], shifts = [0], minimum = 0>} -> !y loc("second")
    %r = quant.dcast %y1 : !y to tensor<1x1x2x2xf32>
    return %r : tensor<1x1x2x2xf32>
  })mlir";

namespace {
class ReferenceTest : public ::testing::Test {
protected:
  ReferenceTest() {
    context.loadDialect<SCNNDialect, func::FuncDialect, arith::ArithDialect,
                        tensor::TensorDialect, quant::QuantDialect>();
  }

  OwningOpRef<ModuleOp> parse(llvm::StringRef text) {
    return parseSourceString<ModuleOp>(text, &context);
  }

  /// The reference of the two texts as bytecode, or the error.
  std::string build(llvm::StringRef floatText, llvm::StringRef fixedText,
                    std::string *error = nullptr) {
    OwningOpRef<ModuleOp> floatGraph = parse(floatText),
                          fixedGraph = parse(fixedText);
    auto reference = buildReference(*floatGraph, *fixedGraph);
    if (!reference) {
      std::string text = llvm::toString(reference.takeError());
      if (!error)
        ADD_FAILURE() << text;
      else
        *error = text;
      return "";
    }
    EXPECT_TRUE(succeeded(verify(**reference)));
    std::string bytecode;
    llvm::raw_string_ostream stream(bytecode);
    EXPECT_TRUE(succeeded(writeBytecodeToFile(**reference, stream)));
    return bytecode;
  }

  MLIRContext context;
};

HostTensor values(llvm::ArrayRef<int16_t> elements) {
  return HostTensor({1, 1, 2, 2}, elements);
}
} // namespace

TEST_F(ReferenceTest, ListsTheAcceleratorsInputs) {
  OwningOpRef<ModuleOp> fixedGraph = parse(kFixed);
  SmallVector<Value> inputs = referenceInputs(*fixedGraph);
  ASSERT_EQ(inputs.size(), 1u);
  EXPECT_TRUE(inputs[0].getDefiningOp<quant::QuantizeCastOp>());
}

TEST_F(ReferenceTest, AgreesWithItself) {
  std::string reference = build(kFloat, kFixed);
  HostTensor input = values({4, -8, 100, 0});
  // In units of 1/8: y0 = x (units of 1/4, times 1/2), y1 = 2 y0 - 2 x = 0.
  std::map<int64_t, HostTensor> simulated = {{0, values({4, -8, 100, 0})},
                                             {1, values({0, 0, 0, 0})}};
  auto checks = verifyLayers(reference, input, simulated);
  ASSERT_TRUE(bool(checks)) << llvm::toString(checks.takeError());
  ASSERT_EQ(checks->size(), 2u);
  EXPECT_EQ((*checks)[0].name, "first");
  EXPECT_EQ((*checks)[1].name, "second");
  for (const LayerCheck &check : *checks) {
    EXPECT_TRUE(check.passes()) << check.describe();
    EXPECT_EQ(check.floatError, 0.0);
  }
}

TEST_F(ReferenceTest, NamesTheFirstElementThatDiffers) {
  std::string reference = build(kFloat, kFixed);
  std::map<int64_t, HostTensor> simulated = {{0, values({4, -8, 99, 1})}};
  auto checks = verifyLayers(reference, values({4, -8, 100, 0}), simulated);
  ASSERT_TRUE(bool(checks)) << llvm::toString(checks.takeError());
  EXPECT_EQ((*checks)[0].describe(),
            "layer 'first': 2 values differ from the reference, the first at "
            "[0, 0, 1, 0]: expected 100, but got 99");
  EXPECT_EQ((*checks)[1].describe(), "layer 'second': has no simulated result");
}

TEST_F(ReferenceTest, ComparesWithFloat) {
  // A weight that is wrong by one part in 64.
  std::string fixedText = kFixed.str();
  fixedText.replace(fixedText.find("8192"), 4, "8320");
  std::string reference = build(kFloat, fixedText);
  std::map<int64_t, HostTensor> simulated = {{0, values({0, 0, 6500, 0})}};
  auto checks = verifyLayers(reference, values({0, 0, 6400, 0}), simulated);
  ASSERT_TRUE(bool(checks)) << llvm::toString(checks.takeError());
  EXPECT_FALSE((*checks)[0].mismatch);
  EXPECT_EQ((*checks)[0].floatError, 1.0 / 64);
  EXPECT_NE((*checks)[0].describe().find("differs from f32 by 1.5"),
            std::string::npos)
      << (*checks)[0].describe();
}

TEST_F(ReferenceTest, ReportsGraphsThatDoNotCorrespond) {
  std::string error;
  build("func.func @main() { return }", kFixed, &error);
  EXPECT_EQ(error,
            "reference: expected as many convolutions in f32 as in fixed "
            "point, but got 0 and 2");
  std::string other = kFloat.str();
  other.replace(other.find("\"second\""), 8, "\"third\"");
  build(other, kFixed, &error);
  EXPECT_EQ(error, "reference: layer 'second': the f32 convolution at its "
                   "place, 'third', is another one");
  build(kFixed, kFixed, &error);
  EXPECT_EQ(error, "reference: layer 'first': expected f32 and weights as "
                   "constants");
}

TEST_F(ReferenceTest, ReportsWhatDoesNotFit) {
  std::string reference = build(kFloat, kFixed);
  auto error = [&](llvm::StringRef text, llvm::ArrayRef<HostTensor> inputs,
                   std::map<int64_t, HostTensor> simulated = {}) {
    auto checks = verifyLayers(text, inputs, simulated);
    return checks ? std::string() : llvm::toString(checks.takeError());
  };
  EXPECT_EQ(error(reference, {}), "reference: expected 1 inputs, but got 0");
  EXPECT_EQ(error(reference, HostTensor(ElementKind::I16, {1, 1, 2, 3})),
            "reference: layer 'first': call of 'layer0': expected argument #0 "
            "to be 1x1x2x2xi16, but got 1x1x2x3xi16");
  EXPECT_EQ(error(reference, values({0, 0, 0, 0}),
                  {{0, HostTensor(ElementKind::I16, {1, 1, 4, 1})}}),
            "reference: layer 'first': expected a simulated 1x1x2x2xi16, but "
            "got 1x1x4x1xi16");
  EXPECT_NE(error("nonsense", {}).find("cannot read the reference: "),
            std::string::npos);
  EXPECT_EQ(error("module {}", {}),
            "reference: there is no function 'network'");
}
