//===- BuildLayers.cpp - A module from a layer table ---------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Import/Layers/BuildLayers.h"

#include "scnn/Dialect/SCNN/IR/Legality.h"
#include "scnn/Dialect/SCNN/IR/SCNN.h"
#include "scnn/Host/Calibration.h"
#include "scnn/Import/Layers/OutputModel.h"
#include "scnn/Import/Layers/RandomTensors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace scnn;

namespace {
class LayersBuilder {
public:
  LayersBuilder(StringRef file, uint64_t seed, const Machine &machine,
          MLIRContext *context)
      : file(file), seed(seed), machine(machine), builder(context) {}

  OwningOpRef<ModuleOp> build(ArrayRef<LayerRow> layers);

private:
  StringRef file;
  uint64_t seed;
  const Machine &machine;
  OpBuilder builder;

  RankedTensorType f32Tensor(ArrayRef<int64_t> shape) {
    return RankedTensorType::get(shape, builder.getF32Type());
  }
  RankedTensorType inputType(const LayerRow &row) {
    return f32Tensor({1, row.channels, row.height, row.width});
  }
  RankedTensorType resultType(const LayerRow &row) {
    return f32Tensor({1, row.outputs, row.outputHeight(), row.outputWidth()});
  }
  Value constant(Location loc, ArrayRef<int64_t> shape,
                 ArrayRef<float> values) {
    return arith::ConstantOp::create(
        builder, loc, DenseElementsAttr::get(f32Tensor(shape), values));
  }

  /// How a tensor lies on the PEs whose readers have that stride.
  ActivationLayout layoutOf(RankedTensorType type, int64_t stride);
  LogicalResult addLayer(func::FuncOp main, unsigned index,
                         const LayerRow &row);

  SmallVector<Value> results;
  SmallVector<Attribute> ranges, peakDensities;
};
} // namespace

ActivationLayout LayersBuilder::layoutOf(RankedTensorType type, int64_t stride) {
  ActivationLayout layout;
  layout.channels = type.getDimSize(1);
  layout.height = type.getDimSize(2);
  layout.width = type.getDimSize(3);
  layout.grid = {machine.peRows, machine.peCols};
  layout.phases = {stride, stride};
  layout.zeroRunBits = machine.zeroRunBits;
  return layout;
}

LogicalResult LayersBuilder::addLayer(func::FuncOp main, unsigned index,
                                const LayerRow &row) {
  Location loc = NameLoc::get(builder.getStringAttr(row.name));
  RandomSource inputSource(seed, row.name, "activations");
  std::vector<float> inputs = randomActivations(
      row.inputSize(), *row.activationDensity, inputSource);
  RandomSource weightSource(seed, row.name, "weights");
  std::vector<float> weights =
      randomWeights(row.outputs, row.weightsPerOutput(), *row.weightDensity,
                    weightSource);
  OutputModel output = makeOutputModel(row, inputs, weights);

  Value w = constant(loc,
                     {row.outputs, row.channels / row.groups, row.filterRows,
                      row.filterCols},
                     weights);
  Value bias = constant(loc, {row.outputs}, output.bias);
  Sides padding{row.pad, row.pad, row.pad, row.pad};
  auto window =
      WindowAttr::get(builder.getContext(), Pair{row.stride, row.stride},
                      padding, Pair{1, 1}, row.groups);
  PoolAttr pool;
  if (row.pool)
    pool = PoolAttr::get(builder.getContext(),
                         Pair{row.pool->size, row.pool->size},
                         Pair{row.pool->stride, row.pool->stride},
                         Sides{row.pool->pad, row.pool->pad, row.pool->pad,
                               row.pool->pad});
  auto convolution = Conv2DOp::create(
      builder, loc, resultType(row), main.getArgument(index), w, bias,
      /*image=*/Value(), builder.getArrayAttr({window}),
      /*clamp_min=*/builder.getF32FloatAttr(0.0f), /*clamp_max=*/nullptr, pool,
      /*requantization=*/nullptr, /*mapping=*/nullptr, /*filters=*/nullptr);
  if (llvm::Error reason = checkLegality(convolution))
    return emitError(loc) << file << ":" << row.line << ": layer '" << row.name
                          << "': " << toString(std::move(reason));
  convolution->setAttr(SCNNDialect::kRangeAttr,
                       builder.getF64FloatAttr(output.range));
  convolution->setAttr(
      SCNNDialect::kPeakDensityAttr,
      builder.getF64FloatAttr(
          expectedPeakDensity(layoutOf(resultType(row), 1),
                              expectedOutputDensity(row))));
  results.push_back(convolution);

  ranges.push_back(builder.getF64FloatAttr(
      inputs.empty() ? 0.0 : *llvm::max_element(inputs)));
  peakDensities.push_back(builder.getF64FloatAttr(
      peakDensity(inputs, layoutOf(inputType(row), row.stride))));
  StringAttr name = builder.getStringAttr(row.name);
  main.setArgAttr(index, SCNNDialect::kNameAttr, name);
  main.setArgAttr(index, SCNNDialect::kResidentAttr, builder.getUnitAttr());
  main.setArgAttr(
      index, SCNNDialect::kSampleAttr,
      DenseElementsAttr::get(inputType(row), ArrayRef<float>(inputs)));
  main.setResultAttr(index, SCNNDialect::kNameAttr, name);
  main.setResultAttr(index, SCNNDialect::kResidentAttr, builder.getUnitAttr());
  return success();
}

OwningOpRef<ModuleOp> LayersBuilder::build(ArrayRef<LayerRow> layers) {
  Location loc = builder.getUnknownLoc();
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  SmallVector<Type> arguments, resultTypes;
  for (const LayerRow &row : layers) {
    arguments.push_back(inputType(row));
    resultTypes.push_back(resultType(row));
  }
  builder.setInsertionPointToStart(module->getBody());
  auto main = func::FuncOp::create(
      builder, loc, "main", builder.getFunctionType(arguments, resultTypes));
  builder.setInsertionPointToStart(main.addEntryBlock());
  for (auto [index, row] : llvm::enumerate(layers))
    if (failed(addLayer(main, index, row)))
      return nullptr;
  func::ReturnOp::create(builder, loc, results);
  main->setAttr(SCNNDialect::kRangeAttr, builder.getArrayAttr(ranges));
  main->setAttr(SCNNDialect::kPeakDensityAttr,
                builder.getArrayAttr(peakDensities));
  return module;
}

OwningOpRef<ModuleOp> scnn::buildLayers(ArrayRef<LayerRow> layers,
                                        StringRef file, uint64_t seed,
                                        const Machine &machine,
                                        MLIRContext *context) {
  context->loadDialect<arith::ArithDialect, func::FuncDialect, SCNNDialect>();
  return LayersBuilder(file, seed, machine, context).build(layers);
}
