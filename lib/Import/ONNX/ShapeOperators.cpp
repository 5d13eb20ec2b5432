//===- ShapeOperators.cpp - ONNX operators that move elements -------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace scnn;
using namespace scnn::onnx_import;

Value scnn::onnx_import::reshape(Node &node, Value value,
                                 ArrayRef<int64_t> shape) {
  auto type = cast<RankedTensorType>(value.getType());
  if (type.getShape() == shape)
    return value;
  OpBuilder &builder = node.getBuilder();
  auto shapeType = tosa::shapeType::get(builder.getContext(), shape.size());
  Value shapeValue = tosa::ConstShapeOp::create(
      builder, node.getLoc(), shapeType, builder.getIndexTensorAttr(shape));
  return tosa::ReshapeOp::create(builder, node.getLoc(), type.clone(shape),
                                 value, shapeValue);
}

/// Gives the node's first input another shape; a constant stays one.
static LogicalResult importReshapeTo(Node &node, ArrayRef<int64_t> shape) {
  auto emitError = [&] { return node.emitError(); };
  RankedTensorType input = node.getInputType(0);
  FailureOr<RankedTensorType> type =
      makeTensorType(shape, input.getElementType(), "the result", emitError);
  if (failed(type))
    return failure();
  if (type->getNumElements() != input.getNumElements())
    return node.emitError()
           << "cannot give the " << input.getNumElements() << " elements of "
           << input << " the shape of " << *type;
  if (node.isConstant(0)) {
    DenseElementsAttr constant = node.getTensorOfInput(0).constant;
    node.setResult(constant.reshape(*type));
    return success();
  }
  Value x = node.getInput(0);
  if (!x)
    return failure();
  node.setResult(reshape(node, x, shape));
  return success();
}

LogicalResult scnn::onnx_import::importReshape(Node &node) {
  FailureOr<SmallVector<int64_t>> shape =
      node.getConstantIntegers(1, "the shape");
  if (failed(shape))
    return failure();
  RankedTensorType input = node.getInputType(0);
  bool zeroIsZero = node.getInt("allowzero", 0);
  int64_t inferred = -1, known = 1;
  for (auto [index, size] : llvm::enumerate(*shape)) {
    if (size == 0 && !zeroIsZero) {
      if (int64_t(index) >= input.getRank())
        return node.emitError()
               << "dimension #" << index << " of the shape copies one that "
               << input << " does not have";
      size = input.getDimSize(index);
    }
    if (size == -1) {
      if (inferred >= 0)
        return node.emitError() << "the shape has more than one -1";
      inferred = index;
      continue;
    }
    if (size < 0)
      return node.emitError()
             << "expected dimensions of at least -1, but got " << size;
    if (llvm::MulOverflow(known, size, known))
      return node.emitError() << "the shape has too many elements";
  }
  if (inferred >= 0) {
    if (known == 0 || input.getNumElements() % known)
      return node.emitError()
             << "cannot infer the -1 of the shape: " << input.getNumElements()
             << " elements do not divide by " << known;
    (*shape)[inferred] = input.getNumElements() / known;
  }
  return importReshapeTo(node, *shape);
}

LogicalResult scnn::onnx_import::importFlatten(Node &node) {
  RankedTensorType input = node.getInputType(0);
  FailureOr<int64_t> axis =
      node.getAxis("axis", 1, input.getRank(), input.getRank() + 1);
  if (failed(axis))
    return failure();
  int64_t outer = 1, inner = 1;
  for (auto [index, size] : llvm::enumerate(input.getShape()))
    (int64_t(index) < *axis ? outer : inner) *= size;
  return importReshapeTo(node, {outer, inner});
}

LogicalResult scnn::onnx_import::importTranspose(Node &node) {
  RankedTensorType input = node.getInputType(0);
  int64_t rank = input.getRank();
  SmallVector<int64_t> reversed(llvm::reverse(llvm::seq(rank)));
  SmallVector<int64_t> order = node.getInts("perm", reversed);
  if (order.size() != size_t(rank) || !isPermutationVector(order))
    return node.emitError() << "expected attribute 'perm' to be a permutation "
                               "of the axes of "
                            << input;
  Value x = node.getInput(0);
  if (!x)
    return failure();
  if (rank == 0) {
    node.setResult(x);
    return success();
  }
  SmallVector<int64_t> shape;
  for (int64_t axis : order)
    shape.push_back(input.getDimSize(axis));
  node.setResult(tosa::TransposeOp::create(
      node.getBuilder(), node.getLoc(), input.clone(shape), x,
      SmallVector<int32_t>(order.begin(), order.end())));
  return success();
}

//===----------------------------------------------------------------------===//
// Concatenation
//===----------------------------------------------------------------------===//

static bool isZero(const Tensor &tensor) {
  return tensor.constant && matchPattern(tensor.constant, m_AnyZeroFloat());
}

/// Concatenation of images along channels, where zeros are absent channels.
static LogicalResult concatenateChannels(Node &node) {
  OpBuilder &builder = node.getBuilder();
  auto withChannels = [](Value image, int64_t channels) {
    auto type = cast<RankedTensorType>(image.getType());
    SmallVector<int64_t> shape(type.getShape());
    shape[1] = channels;
    return type.clone(shape);
  };
  auto getChannels = [](Value image) {
    return cast<RankedTensorType>(image.getType()).getDimSize(1);
  };

  SmallVector<Value> parts;
  int64_t channels = 0;
  for (unsigned index = 0; index < node.getNumInputs(); ++index) {
    int64_t added = node.getInputType(index).getDimSize(1);
    channels += added;
    if (isZero(node.getTensorOfInput(index))) {
      Value &last = parts.back();
      last = ExtendChannelsOp::create(
          builder, node.getLoc(), withChannels(last, getChannels(last) + added),
          last);
      continue;
    }
    Value part = node.getInput(index);
    if (!part)
      return failure();
    parts.push_back(part);
  }
  if (parts.size() > 1)
    parts = {ConcatOp::create(builder, node.getLoc(),
                              withChannels(parts[0], channels), parts)};
  node.setResult(parts[0]);
  return success();
}

LogicalResult scnn::onnx_import::importConcat(Node &node) {
  RankedTensorType first = node.getInputType(0);
  FailureOr<int64_t> axis =
      node.getAxis("axis", std::nullopt, first.getRank(), first.getRank());
  if (failed(axis))
    return failure();
  SmallVector<int64_t> shape(first.getShape());
  shape[*axis] = 0;
  for (unsigned index = 0; index < node.getNumInputs(); ++index) {
    if (!node.hasInput(index))
      return node.emitError() << "expected input #" << index;
    RankedTensorType type = node.getInputType(index);
    SmallVector<int64_t> other(type.getShape());
    if (type.getRank() == first.getRank()) {
      shape[*axis] += other[*axis];
      other[*axis] = shape[*axis];
    }
    if (other != shape)
      return node.emitError() << "cannot join " << first << " and " << type
                              << " along axis " << *axis;
  }
  FailureOr<RankedTensorType> type =
      makeTensorType(shape, first.getElementType(), "the result",
                     [&] { return node.emitError(); });
  if (failed(type))
    return failure();

  // The accelerator has neither constants nor leading absent channels.
  auto fits = [&](unsigned index) {
    return !node.isConstant(index) ||
           (index > 0 && isZero(node.getTensorOfInput(index)));
  };
  if (first.getRank() == 4 && *axis == 1 &&
      llvm::all_of(llvm::seq(node.getNumInputs()), fits))
    return concatenateChannels(node);

  SmallVector<Value> inputs;
  for (unsigned index = 0; index < node.getNumInputs(); ++index)
    if (Value input = node.getInput(index))
      inputs.push_back(input);
    else
      return failure();
  node.setResult(tosa::ConcatOp::create(node.getBuilder(), node.getLoc(), *type,
                                        inputs, *axis));
  return success();
}
