//===- ReferenceBuilder.cpp - Builds the reference module -----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/IR/Legality.h"
#include "scnn/Host/Reference.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace scnn;

static bool isFixed(Conv2DOp op) {
  return op.getRequantizationAttr() != nullptr;
}

/// The convolutions of `@main`, in order.
static llvm::Expected<SmallVector<Conv2DOp>> convolutions(ModuleOp module,
                                                          bool fixed) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main)
    return llvm::createStringError("reference: there is no function 'main'");
  SmallVector<Conv2DOp> ops;
  main.walk([&](Conv2DOp op) {
    // What the host runs has no fixed point.
    if (fixed || isLegal(op))
      ops.push_back(op);
  });
  for (Conv2DOp op : ops)
    if (isFixed(op) != fixed || op.getWeights().empty())
      return llvm::createStringError(
          "reference: layer '" + getLayerName(op) + "': expected " +
          (fixed ? "fixed point" : "f32") + " and weights as constants");
  return ops;
}

static SmallVector<Value> inputsOf(ArrayRef<Conv2DOp> ops) {
  SetVector<Value> inputs;
  for (Conv2DOp op : ops)
    for (Value input : op.getInputs())
      if (!input.getDefiningOp<Conv2DOp>())
        inputs.insert(input);
  return inputs.takeVector();
}

SmallVector<Value> scnn::referenceInputs(ModuleOp fixedGraph) {
  auto ops = convolutions(fixedGraph, /*fixed=*/true);
  if (!ops) {
    llvm::consumeError(ops.takeError());
    return {};
  }
  return inputsOf(*ops);
}

/// The element type without the layout.
static RankedTensorType plainType(Value value) {
  return withEncoding(cast<RankedTensorType>(value.getType()), {});
}

/// Clones a convolution onto `inputs`, with its constant weights and bias. Null
/// if those are not constant.
static Conv2DOp cloneConvolution(OpBuilder &builder, Conv2DOp op,
                                 ValueRange inputs) {
  IRMapping mapping;
  SmallVector<Value> constants(op.getWeights());
  if (op.getBias())
    constants.push_back(op.getBias());
  for (Value constant : constants) {
    if (mapping.contains(constant))
      continue;
    if (!matchPattern(constant, m_Constant()))
      return nullptr;
    Operation *clone = builder.clone(*constant.getDefiningOp());
    clone->setDiscardableAttrs(ArrayRef<NamedAttribute>());
    mapping.map(constant, clone->getResult(0));
  }
  auto clone = cast<Conv2DOp>(builder.clone(*op, mapping));
  // One operand of the graph may be several inputs: by position, not by value.
  clone.getInputsMutable().assign(inputs);
  clone->setDiscardableAttrs(ArrayRef<NamedAttribute>());
  clone->removeAttr(clone.getMappingAttrName());
  clone.getResult().setType(plainType(op.getResult()));
  return clone;
}

/// Builds @layer<index>. Null if the weights are not constant.
static func::FuncOp buildLayer(OpBuilder &builder, int64_t index,
                               Conv2DOp fixedOp, Conv2DOp floatOp) {
  SmallVector<Type> arguments;
  for (Value input : fixedOp.getInputs())
    arguments.push_back(plainType(input));
  auto type =
      builder.getFunctionType(arguments, {plainType(fixedOp.getResult()),
                                          plainType(floatOp.getResult())});
  auto function = func::FuncOp::create(builder, fixedOp.getLoc(),
                                       "layer" + std::to_string(index), type);
  OpBuilder::InsertionGuard guard(builder);
  Block *body = function.addEntryBlock();
  builder.setInsertionPointToStart(body);
  Conv2DOp fixed = cloneConvolution(builder, fixedOp, body->getArguments());
  SmallVector<Value> real;
  for (auto [argument, input] :
       llvm::zip(body->getArguments(), floatOp.getInputs()))
    real.push_back(quant::DequantizeCastOp::create(builder, floatOp.getLoc(),
                                                   plainType(input), argument));
  Conv2DOp exact = cloneConvolution(builder, floatOp, real);
  if (!fixed || !exact) {
    function.erase();
    return nullptr;
  }
  func::ReturnOp::create(builder, fixedOp.getLoc(),
                         ValueRange{fixed.getResult(), exact.getResult()});
  return function;
}

/// Whether the layers are the same convolution in two arithmetics.
static bool correspond(Conv2DOp fixedOp, Conv2DOp floatOp) {
  auto sameShape = [](Value a, Value b) {
    return cast<RankedTensorType>(a.getType()).getShape() ==
           cast<RankedTensorType>(b.getType()).getShape();
  };
  return getLayerName(fixedOp) == getLayerName(floatOp) &&
         fixedOp.getWindows() == floatOp.getWindows() &&
         fixedOp.getPoolAttr() == floatOp.getPoolAttr() &&
         fixedOp.getInputs().size() == floatOp.getInputs().size() &&
         llvm::all_of(llvm::zip(fixedOp.getInputs(), floatOp.getInputs()),
                      [&](auto inputs) {
                        return sameShape(std::get<0>(inputs),
                                         std::get<1>(inputs));
                      }) &&
         sameShape(fixedOp.getResult(), floatOp.getResult());
}

llvm::Expected<OwningOpRef<ModuleOp>>
scnn::buildReference(ModuleOp floatGraph, ModuleOp fixedGraph) {
  auto floats = convolutions(floatGraph, /*fixed=*/false);
  if (!floats)
    return floats.takeError();
  auto fixed = convolutions(fixedGraph, /*fixed=*/true);
  if (!fixed)
    return fixed.takeError();
  if (floats->size() != fixed->size())
    return llvm::createStringError(
        "reference: expected as many convolutions in f32 as in fixed point, "
        "but got %zu and %zu",
        floats->size(), fixed->size());

  Location loc = fixedGraph.getLoc();
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc, "reference");
  OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());
  SmallVector<Value> inputs = inputsOf(*fixed);
  SmallVector<Type> arguments, results;
  for (Value input : inputs)
    arguments.push_back(plainType(input));
  for (Conv2DOp op : *fixed)
    results.push_back(plainType(op.getResult()));
  auto network = func::FuncOp::create(
      builder, loc, "network", builder.getFunctionType(arguments, results));
  Block *body = network.addEntryBlock();
  OpBuilder inside = OpBuilder::atBlockEnd(body);
  DenseMap<Value, Value> values;
  for (auto [input, argument] : llvm::zip(inputs, body->getArguments()))
    values[input] = argument;

  SmallVector<Value> outputs;
  for (auto [i, fixedOp] : llvm::enumerate(*fixed)) {
    Conv2DOp floatOp = (*floats)[i];
    if (!correspond(fixedOp, floatOp))
      return llvm::createStringError(
          "reference: layer '" + getLayerName(fixedOp) +
          "': the f32 convolution at its place, '" + getLayerName(floatOp) +
          "', is another one");
    func::FuncOp layer = buildLayer(builder, i, fixedOp, floatOp);
    if (!layer)
      return llvm::createStringError("reference: layer '" +
                                     getLayerName(fixedOp) +
                                     "': expected constant weights and bias");
    SmallVector<Value> operands;
    for (Value input : fixedOp.getInputs())
      operands.push_back(values.lookup(input));
    Value result =
        func::CallOp::create(inside, fixedOp.getLoc(), layer, operands)
            .getResult(0);
    values[fixedOp.getResult()] = result;
    outputs.push_back(result);
  }
  func::ReturnOp::create(inside, loc, outputs);
  return module;
}
