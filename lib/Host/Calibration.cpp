//===- Calibration.cpp - Ranges of values from runs on the host -----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Host/Calibration.h"
#include "scnn/Dialect/SCNN/IR/SCNN.h"
#include "scnn/Host/HostModule.h"

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

/// Raises `range` to the largest magnitude of an f32 tensor. False if a value
/// is not finite.
static bool include(const HostTensor &tensor, double &range) {
  float largest = 0.0f;
  for (float value : tensor.data<float>()) {
    if (!std::isfinite(value))
      return false;
    largest = std::max(largest, std::abs(value));
  }
  range = std::max(range, double(largest));
  return true;
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

  SmallVector<double> ranges(values.size(), 0.0),
      arguments(main.getNumArguments(), 0.0);
  for (auto [set, inputs] : llvm::enumerate(inputSets)) {
    auto results = (*compiled)->call("main", inputs);
    if (!results)
      return llvm::createStringError("calibration: " +
                                     llvm::toString(results.takeError()));
    for (auto [i, input] : llvm::enumerate(inputs))
      if (input.kind == ElementKind::F32 && !include(input, arguments[i]))
        return llvm::createStringError(
            "calibration: argument #%zu of input set #%zu has values that are "
            "not finite",
            i, set);
    for (auto [i, result] : llvm::enumerate(*results))
      if (!include(result, ranges[i]))
        return llvm::createStringError(
            "calibration: layer '" + getLayerName(values[i].getDefiningOp()) +
            "' has values that are not finite with input set #" + Twine(set));
  }

  Builder builder(module->getContext());
  for (auto [value, range] : llvm::zip(values, ranges)) {
    Operation *op = value.getDefiningOp();
    // An operation with several results has the largest of them.
    for (auto [other, otherRange] : llvm::zip(values, ranges))
      if (other.getDefiningOp() == op)
        range = std::max(range, otherRange);
    op->setAttr(SCNNDialect::kRangeAttr, builder.getF64FloatAttr(range));
  }
  SmallVector<Attribute> argumentRanges;
  for (double range : arguments)
    argumentRanges.push_back(builder.getF64FloatAttr(range));
  main->setAttr(SCNNDialect::kRangeAttr, builder.getArrayAttr(argumentRanges));
  return llvm::Error::success();
}
