//===- RandomConvolution.cpp - Random convolutions for the property test --===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomConvolution.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace scnn;
using namespace scnn::test;

/// What one layer may cost, so that a case takes a fraction of a second.
static constexpr int64_t kMaxMacs = 800000;

namespace {

int64_t randomExtent(Random &random) {
  int64_t size = random.in(1, 100);
  return size <= 45   ? random.in(1, 8)
         : size <= 80 ? random.in(9, 20)
                      : random.in(21, 40);
}

double randomDensity(Random &random) {
  if (random.chance(4))
    return 0.0;
  if (random.chance(15))
    return 1.0;
  return double(random.pick({3, 10, 30, 50, 80, 100}) * random.in(60, 100)) /
         10000.0;
}

/// Zeroes some of `count` equal parts of `values`.
void clearSome(Random &random, MutableArrayRef<float> values, int64_t count) {
  size_t size = values.size() / count;
  for (int64_t i = 0; i < count; ++i)
    if (random.chance(25))
      llvm::fill(values.slice(i * size, size), 0.0f);
}

/// Filter, stride, dilation and padding along one axis. Padding grows until
/// the filter fits once.
void randomAxis(Random &random, RandomLayer &layer, unsigned axis) {
  layer.filter[axis] = random.in(1, 7);
  layer.stride[axis] = random.pick({1, 1, 1, 2, 2, 3, 4});
  layer.dilation[axis] = random.pick({1, 1, 1, 2, 3});
  int64_t span = layer.dilation[axis] * (layer.filter[axis] - 1) + 1;
  int64_t most = random.chance(10) ? span - 1 : span / 2;
  int64_t before = random.in(0, most), after = random.in(0, most);
  while (layer.plane[axis] + before + after < span)
    ++(random.chance(50) ? before : after);
  layer.padding[2 * axis] = before;
  layer.padding[2 * axis + 1] = after;
  layer.convolved[axis] =
      (layer.plane[axis] + before + after - span) / layer.stride[axis] + 1;
}

std::optional<RandomPool> randomPool(Random &random, RandomLayer &layer) {
  RandomPool pool;
  for (unsigned axis : {0, 1}) {
    int64_t size = random.in(1, std::min<int64_t>(3, layer.convolved[axis]));
    pool.size[axis] = size;
    pool.stride[axis] = random.in(1, 3);
    pool.padding[2 * axis] = random.in(0, size - 1);
    pool.padding[2 * axis + 1] = random.in(0, size - 1);
    layer.result[axis] = (layer.convolved[axis] + pool.padding[2 * axis] +
                          pool.padding[2 * axis + 1] - size) /
                             pool.stride[axis] +
                         1;
  }
  return pool;
}

/// A layer on `plane`; `channels` is 0 where they are free to choose.
RandomLayer randomLayer(Random &random, Pair plane, int64_t channels) {
  RandomLayer layer;
  layer.plane = plane;
  for (unsigned axis : {0, 1})
    randomAxis(random, layer, axis);
  layer.result = layer.convolved;

  int64_t kind = random.in(1, 100);
  layer.channels = channels ? channels : random.in(1, 24);
  if (kind <= 15) {
    layer.groups = layer.channels;
    layer.outputs = layer.groups * random.in(1, 2);
  } else {
    if (kind <= 35)
      for (int64_t g = random.in(2, 4); g > 1 && layer.groups == 1; --g)
        if (layer.channels % g == 0)
          layer.groups = g;
    layer.outputs = layer.groups * random.in(1, 24 / layer.groups);
  }
  // Fewer channels until the layer is cheap enough.
  while (layer.macs() > kMaxMacs && layer.outputs > layer.groups)
    layer.outputs -= layer.groups;
  while (!channels && layer.macs() > kMaxMacs && layer.channels > layer.groups)
    layer.channels -= layer.groups;

  int64_t perGroup = layer.channels / layer.groups;
  int64_t filterSize = layer.filter[0] * layer.filter[1];
  layer.weights.resize(layer.outputs * perGroup * filterSize);
  double density = randomDensity(random);
  random.fill(layer.weights, density);
  if (random.chance(20))
    clearSome(random, layer.weights, layer.outputs * perGroup);
  if (random.chance(10))
    clearSome(random, layer.weights, layer.outputs);
  if (random.chance(60)) {
    layer.bias.resize(layer.outputs);
    random.fill(layer.bias, 0.8);
  }
  if (random.chance(50))
    layer.clampMin = 0.0f;
  layer.range = std::sqrt(double(perGroup * filterSize) * density + 1.0) *
                double(random.in(30, 150)) / 100.0;
  if (random.chance(15))
    layer.clampMax = float(layer.range * 0.75);
  if (random.chance(20)) {
    layer.residual.resize(layer.outputs);
    random.fill(layer.residual, 1.0);
  }
  if (random.chance(20))
    layer.pool = randomPool(random, layer);
  return layer;
}

HostTensor randomTensor(Random &random, int64_t channels, Pair plane) {
  HostTensor tensor(ElementKind::F32, {1, channels, plane[0], plane[1]});
  random.fill(tensor.data<float>(), randomDensity(random));
  if (random.chance(25))
    clearSome(random, tensor.data<float>(), channels);
  return tensor;
}

} // namespace

RandomCase scnn::test::makeRandomCase(uint32_t seed) {
  Random random(seed);
  RandomCase result;
  result.seed = seed;
  int64_t height = randomExtent(random), width = randomExtent(random);
  result.layers.push_back(randomLayer(random, Pair{height, width}, 0));
  if (random.chance(20)) {
    const RandomLayer &first = result.layers.front();
    RandomLayer second = randomLayer(random, first.result, first.outputs);
    if (second.macs() <= kMaxMacs)
      result.layers.push_back(std::move(second));
  }
  result.inputs.push_back(randomTensor(random, result.layers.front().channels,
                                       Pair{height, width}));
  for (const RandomLayer &layer : result.layers)
    if (!layer.residual.empty())
      result.inputs.push_back(
          randomTensor(random, layer.outputs, layer.convolved));

  result.cut = random.pick({CutPolicy::Ceil, CutPolicy::Balanced});
  result.order = random.pick({BlockOrder::KRS, BlockOrder::RSK});
  if (random.chance(25))
    result.groupSize = random.in(1, 8);
  result.timing.weightFifoEntries = random.pick({50, 50, 50, 6, 2});
  result.timing.weightStagingVectors = random.pick({512, 512, 16, 3});
  result.timing.bankQueueDepth = random.pick({8, 8, 4, 2, 1});
  result.timing.ppuElementsPerCycle = random.pick({4, 4, 1});
  result.timing.haloValuesPerLinkCycle = random.pick({1, 1, 2});
  result.timing.dramBitsPerCycle = random.pick({400, 400, 64});
  if (random.chance(40))
    result.peakDensity = random.pick({0.0, 0.05, 0.2, 0.5});
  // Few results of a second layer have two rows.
  if (random.chance(result.layers.size() > 1 ? 90 : 50))
    result.pieceRows = random.in(
        1, std::max<int64_t>(result.layers.back().result[0] / 2, 1));
  return result;
}

std::string RandomCase::describe() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "seed " << seed;
  for (const RandomLayer &l : layers) {
    os << llvm::formatv(
        "; C={0} {1}x{2} -> K={3} {4}x{5}, filter {6}x{7}, stride {8}x{9}, "
        "dilation {10}x{11}, padding {12:$[,]}, groups {13}",
        l.channels, l.plane[0], l.plane[1], l.outputs, l.result[0], l.result[1],
        l.filter[0], l.filter[1], l.stride[0], l.stride[1], l.dilation[0],
        l.dilation[1], llvm::make_range(l.padding.begin(), l.padding.end()),
        l.groups);
    if (l.pool)
      os << llvm::formatv(
          ", pool {0}x{1} stride {2}x{3} padding {4:$[,]}", l.pool->size[0],
          l.pool->size[1], l.pool->stride[0], l.pool->stride[1],
          llvm::make_range(l.pool->padding.begin(), l.pool->padding.end()));
    if (!l.residual.empty())
      os << ", residual";
  }
  os << "; cut " << stringifyCutPolicy(cut) << ", order "
     << stringifyBlockOrder(order) << ", group-size " << groupSize
     << ", piece-rows " << pieceRows << ", FIFO "
     << timing.weightFifoEntries << ", staging " << timing.weightStagingVectors
     << ", bank queue " << timing.bankQueueDepth << ", PPU "
     << timing.ppuElementsPerCycle << ", links "
     << timing.haloValuesPerLinkCycle << ", DRAM " << timing.dramBitsPerCycle;
  return text;
}

//===----------------------------------------------------------------------===//
// The module
//===----------------------------------------------------------------------===//

static RankedTensorType f32Type(OpBuilder &builder, ArrayRef<int64_t> shape) {
  return RankedTensorType::get(shape, builder.getF32Type());
}

static Value f32Constant(OpBuilder &builder, ArrayRef<int64_t> shape,
                         ArrayRef<float> values) {
  return arith::ConstantOp::create(
      builder, builder.getUnknownLoc(),
      DenseElementsAttr::get(f32Type(builder, shape), values));
}

static Value buildLayer(OpBuilder &builder, const RandomLayer &layer,
                        Value input, Value residual, Location loc) {
  SmallVector<Value> inputs{input}, weights;
  SmallVector<Attribute> windows;
  MLIRContext *context = builder.getContext();
  weights.push_back(f32Constant(builder,
                                {layer.outputs, layer.channels / layer.groups,
                                 layer.filter[0], layer.filter[1]},
                                layer.weights));
  windows.push_back(WindowAttr::get(context, layer.stride, layer.padding,
                                    layer.dilation, layer.groups));
  if (residual) {
    inputs.push_back(residual);
    weights.push_back(
        f32Constant(builder, {layer.outputs, 1, 1, 1}, layer.residual));
    windows.push_back(WindowAttr::get(context, Pair{1, 1}, Sides{0, 0, 0, 0},
                                      Pair{1, 1}, layer.outputs));
  }
  Value bias;
  if (!layer.bias.empty())
    bias = f32Constant(builder, {layer.outputs}, layer.bias);
  auto bound = [&](std::optional<float> value) {
    return value ? builder.getF32FloatAttr(*value) : FloatAttr();
  };
  PoolAttr pool;
  if (layer.pool)
    pool = PoolAttr::get(context, layer.pool->size, layer.pool->stride,
                         layer.pool->padding);
  auto op = Conv2DOp::create(
      builder, loc,
      f32Type(builder, {1, layer.outputs, layer.result[0], layer.result[1]}),
      inputs, weights, bias, /*image=*/Value(), builder.getArrayAttr(windows),
      bound(layer.clampMin), bound(layer.clampMax), pool,
      /*requantization=*/nullptr, /*mapping=*/nullptr, /*filters=*/nullptr);
  op->setAttr(SCNNDialect::kRangeAttr, builder.getF64FloatAttr(layer.range));
  return op.getResult();
}

OwningOpRef<ModuleOp> scnn::test::buildModule(const RandomCase &randomCase,
                                              MLIRContext *context) {
  OpBuilder builder(context);
  Location loc = builder.getUnknownLoc();
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  builder.setInsertionPointToEnd(module->getBody());
  SmallVector<Type> arguments;
  SmallVector<Attribute> ranges;
  for (const HostTensor &input : randomCase.inputs) {
    arguments.push_back(f32Type(builder, input.shape));
    float largest = 0.0f;
    for (float value : input.data<float>())
      largest = std::max(largest, std::abs(value));
    ranges.push_back(builder.getF64FloatAttr(largest));
  }
  const RandomLayer &last = randomCase.layers.back();
  Type result =
      f32Type(builder, {1, last.outputs, last.result[0], last.result[1]});
  auto main = func::FuncOp::create(
      builder, loc, "main", builder.getFunctionType(arguments, {result}));
  main->setAttr(SCNNDialect::kRangeAttr, builder.getArrayAttr(ranges));
  FloatAttr density;
  if (randomCase.peakDensity) {
    density = builder.getF64FloatAttr(*randomCase.peakDensity);
    main->setAttr(SCNNDialect::kPeakDensityAttr,
                  builder.getArrayAttr(SmallVector<Attribute>(
                      arguments.size(), density)));
  }
  Block *body = main.addEntryBlock();
  builder.setInsertionPointToStart(body);

  Value value = body->getArgument(0);
  unsigned nextResidual = 1;
  for (auto [i, layer] : llvm::enumerate(randomCase.layers)) {
    Value residual;
    if (!layer.residual.empty())
      residual = body->getArgument(nextResidual++);
    value = buildLayer(
        builder, layer, value, residual,
        NameLoc::get(builder.getStringAttr("layer" + std::to_string(i))));
    if (density)
      value.getDefiningOp()->setAttr(SCNNDialect::kPeakDensityAttr, density);
  }
  func::ReturnOp::create(builder, loc, value);
  return module;
}
