//===- Pipelines.cpp - The way from a model to commands -------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Pipelines/Pipelines.h"

#include "scnn/Conversion/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace scnn;

void scnn::buildRaisingPipeline(OpPassManager &manager,
                                std::optional<double> pruneDensity) {
  manager.addNestedPass<func::FuncOp>(createConvertTosaToSCNN());
  manager.addNestedPass<func::FuncOp>(createConvertLinalgToSCNN());
  manager.addPass(createCanonicalizerPass());
  if (pruneDensity)
    manager.addNestedPass<func::FuncOp>(createPrune({*pruneDensity}));
  manager.addNestedPass<func::FuncOp>(createFuseOperations());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
}

void scnn::buildSplittingPipeline(OpPassManager &manager) {
  manager.addNestedPass<func::FuncOp>(createSpreadChannels());
  manager.addNestedPass<func::FuncOp>(createUnrollBatch());
  manager.addPass(createCanonicalizerPass());
}

void scnn::buildQuantizationPipeline(OpPassManager &manager, double headroom) {
  manager.addNestedPass<func::FuncOp>(createQuantize({headroom}));
  manager.addPass(createPartitionHost());
}

void scnn::buildMappingPipeline(OpPassManager &manager,
                                const MappingOptions &options) {
  manager.addNestedPass<func::FuncOp>(createPlanarTiling({options.cut}));
  manager.addNestedPass<func::FuncOp>(
      createDramTiling(
          {options.pieceRows, options.margin, options.assumeDense}));
  manager.addNestedPass<func::FuncOp>(createOutputChannelGrouping(
      {options.mapper, options.groupSize, options.halo, options.order,
       options.rowPad}));
  manager.addNestedPass<func::FuncOp>(createCompressedSparseLayout());
  manager.addNestedPass<func::FuncOp>(createHaloInsertion());
  manager.addNestedPass<func::FuncOp>(createMemoryAllocation(
      {options.margin, options.assumeDense, /*spill=*/true}));
}

void scnn::buildPipeline(OpPassManager &manager,
                         const MappingOptions &options) {
  buildRaisingPipeline(manager);
  buildSplittingPipeline(manager);
  buildQuantizationPipeline(manager);
  buildMappingPipeline(manager, options);
  manager.addPass(createLowerToCommands());
}

void scnn::registerPipelines() {
  PassPipelineRegistration<MappingOptions>(
      "scnn-pipeline",
      "The whole way: f32 convolutions with calibrated ranges to commands",
      buildPipeline);
}
