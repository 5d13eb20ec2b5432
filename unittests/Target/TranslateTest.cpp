//===- TranslateTest.cpp - Programs to MLIR and back ----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Target/Translate.h"
#include "ExampleProgram.h"
#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"
#include <random>

using namespace scnn;

namespace {

class Translate : public testing::Test {
protected:
  Translate() {
    context.loadDialect<SCNNDialect, mlir::arith::ArithDialect,
                        mlir::func::FuncDialect, mlir::quant::QuantDialect,
                        mlir::tensor::TensorDialect>();
  }

  mlir::OwningOpRef<mlir::ModuleOp> parse(llvm::StringRef text) {
    return mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  }

  mlir::MLIRContext context;
};

std::string print(mlir::ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream os(text);
  module.print(os);
  return text;
}

/// A command with values anywhere within the fields' bounds.
template <typename CommandT> CommandT randomCommand(std::mt19937_64 &random) {
  CommandT command;
  for (const auto &field : CommandT::fields())
    command.*field.member = std::uniform_int_distribution<int64_t>(
        field.minimum(), field.maximum())(random);
  return command;
}

/// A program that verifies, with random commands where they refer to nothing.
Program randomProgram(std::mt19937_64 &random) {
  Program program = test::exampleProgram();
  program.hostModule.clear();
  program.hostCalls.clear();
  program.reference.clear();
  program.machine.zeroRunBits = 1 + random() % 6;
  program.dramBytes = int64_t(1) << 40;
  program.constants.address = random() % 1000000;
  program.constants.bytes.resize(1 + random() % 300);
  for (uint8_t &byte : program.constants.bytes)
    byte = random();
  program.values[0].binding->scale = std::ldexp(random() + 1.0, -70);
  program.values[0].binding->policy = CutPolicy(random() % 2);
  program.values[0].binding->segmentBytes = 1000 + random() % 1000;
  if (random() % 2) {
    program.values[0].binding->byRows = true;
    program.values[0].binding->phases = {1, 1};
    program.values[0].binding->halo = {0, 0, 0, 0};
  }
  int64_t layer = random() % 2;
  program.layers[layer].pieces = 1 + random() % 2;
  program.commands.clear();
  if (program.layers[layer].pieces == 2)
    program.commands = {isa::BeginLayer{layer}, isa::EndLayer{}};
  program.commands.push_back(isa::BeginLayer{layer});
  for (int i = 0; i < 20; ++i) {
    auto activations = randomCommand<isa::SetActivations>(random);
    // A region in DRAM would have to lie within it.
    activations.spill = 0;
    program.commands.push_back(activations);
    program.commands.push_back(randomCommand<isa::LoadRows>(random));
    program.commands.push_back(randomCommand<isa::StoreRows>(random));
    program.commands.push_back(randomCommand<isa::SetConvolution>(random));
    program.commands.push_back(randomCommand<isa::BindInput>(random));
    program.commands.push_back(randomCommand<isa::Exchange>(random));
    program.commands.push_back(randomCommand<isa::Pool>(random));
    program.commands.push_back(randomCommand<isa::Requantize>(random));
    program.commands.push_back(randomCommand<isa::WriteActivations>(random));
  }
  program.commands.push_back(isa::EndLayer{});
  program.commands.push_back(isa::Halt{});
  return program;
}

TEST_F(Translate, programsSurviveTheWayThroughText) {
  std::mt19937_64 random(6);
  for (int i = 0; i < 20; ++i) {
    Program program = randomProgram(random);
    auto module = translateFromProgram(program, &context);
    ASSERT_TRUE(module);
    auto again = parse(print(*module));
    ASSERT_TRUE(again);
    auto back = translateToProgram(*again);
    ASSERT_TRUE(mlir::succeeded(back));
    EXPECT_EQ(llvm::cantFail(serialize(*back)),
              llvm::cantFail(serialize(program)));
  }
}

TEST_F(Translate, layerNamesOfHostFunctionsAreKeptAndFilesForgotten) {
  auto module = parse(R"(
    module {
      scnn.program @main dram 0 inputs [] outputs [] {
        scnn.cmd.halt
      }
      func.func @f() attributes {scnn.host} {
        %0 = arith.constant 0 : i32 loc("softmax"("model.onnx":1:2))
        return
      }
    })");
  ASSERT_TRUE(module);
  auto program = translateToProgram(*module);
  ASSERT_TRUE(mlir::succeeded(program));
  EXPECT_EQ(program->hostModule.find("model.onnx"), std::string::npos);
  auto host = readModule(program->hostModule, "host functions", &context);
  ASSERT_TRUE(host);
  host->walk([&](mlir::arith::ConstantOp op) {
    EXPECT_EQ(op.getLoc(),
              mlir::NameLoc::get(mlir::StringAttr::get(&context, "softmax")));
  });
}

TEST_F(Translate, constantsMayBeAResource) {
  auto module = parse(R"(
    module {
      scnn.program @main dram 64 inputs [] outputs [] {
        scnn.constants at 8 dense_resource<weights> : tensor<4xi8>
        scnn.cmd.halt
      }
    }
    {-# dialect_resources: { builtin: {
      weights: "0x0100000001020304"
    } } #-})");
  ASSERT_TRUE(module);
  auto program = translateToProgram(*module);
  ASSERT_TRUE(mlir::succeeded(program));
  EXPECT_EQ(program->constants.bytes, (std::vector<uint8_t>{1, 2, 3, 4}));
}

TEST_F(Translate, hostModulesThatAreNoBytecodeAreRefused) {
  std::string message;
  mlir::ScopedDiagnosticHandler handler(&context,
                                        [&](mlir::Diagnostic &diagnostic) {
                                          message = diagnostic.str();
                                          return mlir::success();
                                        });
  EXPECT_FALSE(translateFromProgram(test::exampleProgram(), &context));
  EXPECT_EQ(message, "expected MLIR bytecode of the host functions");
}

} // namespace
