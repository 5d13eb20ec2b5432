//===- Calibration.cpp - Ranges and densities from runs on the host -------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Host/Calibration.h"
#include "scnn/Dialect/SCNN/IR/SCNN.h"
#include "scnn/Host/HostModule.h"
#include "scnn/Layout/ActivationImage.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"
#include <cmath>

using namespace mlir;
using namespace scnn;

static bool isF32Tensor(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getElementType().isF32();
}

/// The f32 results of scnn operations, and what enters them from other
/// operations.
static SetVector<Value> activations(func::FuncOp main) {
  SetVector<Value> values;
  main.walk([&](Operation *op) {
    if (!isa_and_nonnull<SCNNDialect>(op->getDialect()))
      return;
    auto convolution = dyn_cast<Conv2DOp>(op);
    for (Value operand : convolution ? OperandRange(convolution.getInputs())
                                     : op->getOperands())
      if (isF32Tensor(operand) && operand.getDefiningOp())
        values.insert(operand);
    for (Value result : op->getResults())
      if (isF32Tensor(result))
        values.insert(result);
  });
  return values;
}

namespace {
/// What calibration has seen of one tensor so far.
struct Seen {
  double range = 0.0, density = 0.0;

  /// Raises both by a tensor's values; false if one is not finite. `phases`:
  /// how its readers' strides split it.
  bool include(const HostTensor &tensor, const Machine &machine, Pair phases);
};
} // namespace

double scnn::peakDensity(ArrayRef<float> image,
                         const ActivationLayout &layout) {
  int64_t most = 0, plane = layout.height * layout.width;
  for (int64_t row = 0; row < layout.grid[0]; ++row)
    for (int64_t col = 0; col < layout.grid[1]; ++col) {
      ActivationSegment segment;
      for (int64_t c = 0; c < layout.channels; ++c)
        appendChannel(
            layout, row, col,
            [&](int64_t y, int64_t x) -> int16_t {
              return image[c * plane + y * layout.width + x] != 0.0f;
            },
            segment);
      most = std::max<int64_t>(most, segment.elements.size());
    }
  return double(most) / double(layout.maxElements());
}

bool Seen::include(const HostTensor &tensor, const Machine &machine,
                   Pair phases) {
  ArrayRef<float> values = tensor.data<float>();
  float largest = 0.0f;
  for (float value : values) {
    if (!std::isfinite(value))
      return false;
    largest = std::max(largest, std::abs(value));
  }
  range = std::max(range, double(largest));
  // Other tensors do not come onto the PEs.
  if (tensor.shape.size() != 4 || values.empty()) {
    density = 1.0;
    return true;
  }
  ActivationLayout layout;
  layout.channels = tensor.shape[1];
  layout.height = tensor.shape[2];
  layout.width = tensor.shape[3];
  layout.grid = {machine.peRows, machine.peCols};
  layout.phases = phases;
  layout.zeroRunBits = machine.zeroRunBits;
  size_t size = values.size() / tensor.shape[0];
  for (; !values.empty(); values = values.drop_front(size))
    density = std::max(density, peakDensity(values.take_front(size), layout));
  return true;
}

/// A copy of the module whose `@main` returns `values` (of the original).
static OwningOpRef<ModuleOp> cloneReturning(ModuleOp module, func::FuncOp main,
                                            ArrayRef<Value> values) {
  IRMapping mapping;
  OwningOpRef<ModuleOp> clone(cast<ModuleOp>(module->clone(mapping)));
  auto copy = cast<func::FuncOp>(mapping.lookup(main.getOperation()));
  SmallVector<Value> results;
  for (Value value : values)
    results.push_back(mapping.lookup(value));
  copy.getBody().front().getTerminator()->setOperands(results);
  copy.removeResAttrsAttr();
  copy.setFunctionType(
      FunctionType::get(module->getContext(), copy.getArgumentTypes(),
                        llvm::to_vector(TypeRange(ValueRange(results)))));
  return clone;
}

llvm::Error scnn::calibrate(ModuleOp module,
                            ArrayRef<std::vector<HostTensor>> inputSets) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main || main.isExternal())
    return llvm::createStringError("calibration: there is no function 'main'");
  if (!main.getBody().hasOneBlock())
    return llvm::createStringError(
        "calibration: expected 'main' to have one block");
  if (inputSets.empty())
    return llvm::createStringError("calibration: expected inputs");

  SmallVector<Value> values = activations(main).takeVector();
  HostModuleOptions options;
  options.functions = {"main"};
  auto compiled =
      HostModule::compile(*cloneReturning(module, main, values), options);
  if (!compiled)
    return llvm::createStringError("calibration: " +
                                   llvm::toString(compiled.takeError()));

  Machine machine = getMachine(module);
  SmallVector<Seen> seen(values.size()), arguments(main.getNumArguments());
  for (auto [set, inputs] : llvm::enumerate(inputSets)) {
    auto results = (*compiled)->call("main", inputs);
    if (!results)
      return llvm::createStringError("calibration: " +
                                     llvm::toString(results.takeError()));
    for (auto [i, input] : llvm::enumerate(inputs))
      if (input.kind == ElementKind::F32 &&
          !arguments[i].include(input, machine,
                                getReaderPhases(main.getArgument(i))))
        return llvm::createStringError(
            "calibration: argument #%zu of input set #%zu has values that are "
            "not finite",
            i, set);
    for (auto [i, result] : llvm::enumerate(*results))
      if (!seen[i].include(result, machine, getReaderPhases(values[i])))
        return llvm::createStringError(
            "calibration: layer '" + getLayerName(values[i].getDefiningOp()) +
            "' has values that are not finite with input set #" + Twine(set));
  }

  Builder builder(module->getContext());
  for (auto [value, own] : llvm::zip(values, seen)) {
    Operation *op = value.getDefiningOp();
    // An operation with several results has the largest of them.
    Seen all = own;
    for (auto [other, otherSeen] : llvm::zip(values, seen))
      if (other.getDefiningOp() == op) {
        all.range = std::max(all.range, otherSeen.range);
        all.density = std::max(all.density, otherSeen.density);
      }
    op->setAttr(SCNNDialect::kRangeAttr, builder.getF64FloatAttr(all.range));
    op->setAttr(SCNNDialect::kPeakDensityAttr,
                builder.getF64FloatAttr(all.density));
  }
  SmallVector<Attribute> ranges, densities;
  for (const Seen &argument : arguments) {
    ranges.push_back(builder.getF64FloatAttr(argument.range));
    densities.push_back(builder.getF64FloatAttr(argument.density));
  }
  main->setAttr(SCNNDialect::kRangeAttr, builder.getArrayAttr(ranges));
  main->setAttr(SCNNDialect::kPeakDensityAttr,
                builder.getArrayAttr(densities));
  return llvm::Error::success();
}
