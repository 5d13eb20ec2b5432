//===- ReferenceVerifier.cpp - Holds a simulation against the reference ---===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DiagnosticText.h"
#include "HostLowering.h"
#include "scnn/Dialect/SCNN/IR/SCNN.h"
#include "scnn/Host/HostModule.h"
#include "scnn/Host/Reference.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace scnn;

static llvm::Error error(const Twine &text) {
  return llvm::createStringError("reference: " + text);
}

std::string LayerCheck::describe() const {
  if (passes())
    return "";
  std::string prefix = "layer '" + name + "': ";
  if (!compared)
    return prefix + "has no simulated result";
  if (mismatch)
    return prefix +
           llvm::formatv(
               "{0} values differ from the reference, the first at "
               "[{1:$[, ]}]: expected {2}, but got {3}",
               mismatch->count,
               llvm::make_range(mismatch->index.begin(), mismatch->index.end()),
               mismatch->expected, mismatch->got)
               .str();
  return prefix + llvm::formatv("differs from f32 by {0:e} of the largest "
                                "magnitude, more than {1:e}",
                                floatError, kFloatErrorLimit)
                      .str();
}

namespace {
/// A call in @network.
struct Layer {
  std::string function, name;
  /// Indices into the values: the network's arguments, then the layers'
  /// results.
  SmallVector<size_t> operands;
  double scale;
};
} // namespace

/// Reads the network's calls.
static llvm::Expected<std::vector<Layer>> readLayers(ModuleOp module,
                                                     size_t inputs) {
  auto network = module.lookupSymbol<func::FuncOp>("network");
  if (!network || network.isExternal() || !network.getBody().hasOneBlock())
    return error("there is no function 'network'");
  if (network.getNumArguments() != inputs)
    return error("expected " + Twine(network.getNumArguments()) +
                 " inputs, but got " + Twine(inputs));
  DenseMap<Value, size_t> numbers;
  for (Value argument : network.getArguments())
    numbers[argument] = numbers.size();
  std::vector<Layer> layers;
  for (Operation &op : network.getBody().front().without_terminator()) {
    auto call = dyn_cast<func::CallOp>(op);
    auto callee =
        call ? module.lookupSymbol<func::FuncOp>(call.getCallee()) : nullptr;
    Conv2DOp convolution;
    if (callee)
      callee.walk([&](Conv2DOp op) {
        if (op.getRequantizationAttr())
          convolution = op;
      });
    if (!convolution)
      return error("expected 'network' to call layers, but got '" +
                   op.getName().getStringRef() + "'");
    Layer &layer = layers.emplace_back();
    layer.function = callee.getName().str();
    layer.name = getLayerName(convolution);
    layer.scale = getScale(convolution.getResult().getType());
    for (Value operand : call.getOperands()) {
      auto number = numbers.find(operand);
      if (number == numbers.end())
        return error("layer '" + layer.name +
                     "': expected inputs and results of layers");
      layer.operands.push_back(number->second);
    }
    if (call.getNumResults() > 0)
      numbers[call.getResult(0)] = numbers.size();
  }
  return layers;
}

static std::optional<LayerCheck::Mismatch>
firstMismatch(const HostTensor &expected, const HostTensor &got) {
  ArrayRef<int16_t> e = expected.data<int16_t>(), g = got.data<int16_t>();
  std::optional<LayerCheck::Mismatch> mismatch;
  for (size_t i = 0; i < e.size(); ++i) {
    if (e[i] == g[i])
      continue;
    if (mismatch) {
      ++mismatch->count;
      continue;
    }
    mismatch.emplace(LayerCheck::Mismatch{{}, e[i], g[i], 1});
    mismatch->index.resize(expected.shape.size());
    size_t rest = i;
    for (size_t d = expected.shape.size(); d-- > 0;) {
      mismatch->index[d] = rest % expected.shape[d];
      rest /= expected.shape[d];
    }
  }
  return mismatch;
}

/// Of the results that no 16-bit limit has cut: a cut is warned of, and no error
/// of the arithmetic.
static double relativeError(const HostTensor &fixed, double scale,
                            const HostTensor &real) {
  ArrayRef<int16_t> q = fixed.data<int16_t>();
  ArrayRef<float> r = real.data<float>();
  double largest = 0.0, difference = 0.0;
  for (size_t i = 0; i < r.size(); ++i) {
    largest = std::max(largest, std::abs(double(r[i])));
    if (std::abs(int32_t(q[i])) < INT16_MAX)
      difference = std::max(difference, std::abs(q[i] * scale - r[i]));
  }
  if (difference == 0.0)
    return 0.0;
  return largest > 0.0 ? difference / largest
                       : std::numeric_limits<double>::infinity();
}

llvm::Expected<std::vector<LayerCheck>>
scnn::verifyLayers(StringRef reference, ArrayRef<HostTensor> inputs,
                   const std::map<int64_t, HostTensor> &simulated,
                   llvm::function_ref<void(int64_t, int64_t)> progress) {
  std::vector<Layer> layers;
  {
    DialectRegistry registry;
    registerHostDialects(registry);
    MLIRContext context(registry, MLIRContext::Threading::DISABLED);
    DiagnosticText diagnostics(&context);
    OwningOpRef<ModuleOp> module =
        parseSourceString<ModuleOp>(reference, &context);
    if (!module)
      return diagnostics.takeError("cannot read the reference");
    auto read = readLayers(*module, inputs.size());
    if (!read)
      return read.takeError();
    layers = std::move(*read);
  }
  HostModuleOptions options;
  for (const Layer &layer : layers)
    options.functions.push_back(layer.function);
  // No layers: an empty list would mean all functions.
  if (layers.empty())
    return std::vector<LayerCheck>();
  auto compiled = HostModule::compile(reference, options);
  if (!compiled)
    return error(llvm::toString(compiled.takeError()));

  std::vector<HostTensor> values(inputs.begin(), inputs.end());
  std::vector<LayerCheck> checks;
  for (auto [i, layer] : llvm::enumerate(layers)) {
    if (progress)
      progress(i, layers.size());
    std::vector<HostTensor> operands;
    for (size_t operand : layer.operands)
      operands.push_back(values[operand]);
    auto results = (*compiled)->call(layer.function, operands);
    if (!results)
      return error("layer '" + layer.name +
                   "': " + llvm::toString(results.takeError()));
    if (results->size() != 2)
      return error("layer '" + layer.name + "': expected two results");
    HostTensor &fixed = results->front();
    if (fixed.kind != ElementKind::I16 ||
        results->back().kind != ElementKind::F32 ||
        results->back().shape != fixed.shape)
      return error("layer '" + layer.name +
                   "': expected a fixed-point and an f32 result of one shape");
    LayerCheck &check = checks.emplace_back();
    check.name = layer.name;
    check.floatError = relativeError(fixed, layer.scale, results->back());
    auto found = simulated.find(int64_t(i));
    if (found != simulated.end()) {
      const HostTensor &got = found->second;
      if (got.kind != fixed.kind || got.shape != fixed.shape)
        return error("layer '" + layer.name + "': expected a simulated " +
                     fixed.describe() + ", but got " + got.describe());
      check.compared = true;
      check.mismatch = firstMismatch(fixed, got);
    }
    values.push_back(std::move(fixed));
  }
  if (progress)
    progress(layers.size(), layers.size());
  return checks;
}
