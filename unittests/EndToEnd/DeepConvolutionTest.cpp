//===- DeepConvolutionTest.cpp - A convolution over many channels ---------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where sums are longest, rounding is worst: 4608 products for each output.
//
//===----------------------------------------------------------------------===//

#include "CompiledCase.h"
#include "RandomConvolution.h"
#include "scnn/Compiler/Compiler.h"
#include "scnn/Host/Calibration.h"
#include "scnn/Host/Reference.h"
#include "scnn/Runtime/Runtime.h"

#include "gtest/gtest.h"

using namespace scnn;
using namespace scnn::test;

/// 3x3 filters over 512 channels, as the last layers of VGG have them.
static RandomCase makeDeepCase() {
  Random random(512);
  RandomCase result;
  RandomLayer layer;
  layer.channels = 512;
  layer.outputs = 24;
  layer.filter = Pair{3, 3};
  layer.padding = Sides{1, 1, 1, 1};
  layer.plane = layer.convolved = layer.result = Pair{7, 7};
  layer.weights.resize(layer.outputs * layer.channels * 9);
  random.fill(layer.weights, 0.4);
  layer.bias.resize(layer.outputs);
  random.fill(layer.bias, 1.0);
  layer.clampMin = 0.0f;
  result.layers.push_back(std::move(layer));
  HostTensor input(ElementKind::F32, {1, 512, 7, 7});
  random.fill(input.data<float>(), 0.5);
  result.inputs.push_back(std::move(input));
  return result;
}

TEST(EndToEndDeep, BitsAndFloatError) {
  mlir::DialectRegistry registry;
  registerCompilerDialects(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  context.loadAllAvailableDialects();
  RandomCase deep = makeDeepCase();
  mlir::OwningOpRef<mlir::ModuleOp> module = buildModule(deep, &context);
  llvm::Error error = calibrate(*module, {deep.inputs});
  ASSERT_FALSE(bool(error)) << toString(std::move(error));
  llvm::Expected<QuantizedCase> quantized = quantizeCase(*module, deep.inputs);
  ASSERT_TRUE(bool(quantized)) << toString(quantized.takeError());
  EXPECT_LE(quantized->floatErrors.at(0), kFloatErrorLimit);
  std::printf("largest float error: %.2e of the largest output\n",
              quantized->floatErrors.at(0));

  for (HaloMode halo : {HaloMode::Output, HaloMode::Input}) {
    SCOPED_TRACE(stringifyHaloMode(halo).str() + " halos");
    MappingOptions mapping;
    mapping.halo = halo;
    Machine machine;
    // Replicas make 9 activations of each channel's one.
    if (halo == HaloMode::Input)
      machine.activationRamBytes = 12288;
    llvm::Expected<MappedCase> mapped = mapCase(*quantized, machine, mapping);
    ASSERT_TRUE(bool(mapped)) << toString(mapped.takeError());
    std::vector<sim::LayerCounters> counters;
    for (sim::EngineKind engine :
         {sim::EngineKind::Fast, sim::EngineKind::Cycle}) {
      RunOptions options;
      options.engine = engine;
      options.machine = mapped->program.machine;
      options.keepLayerOutputs = true;
      llvm::Expected<RunResult> result =
          run(mapped->program, deep.inputs, options);
      ASSERT_TRUE(bool(result)) << toString(result.takeError());
      EXPECT_TRUE(result->layerOutputs.at(0).bytes ==
                  quantized->results.at(0).bytes)
          << result->report.engine << " engine";
      counters.push_back(*result->report.layers.at(0).counters);
    }
    EXPECT_TRUE(counters[0] == counters[1]);
  }
}
