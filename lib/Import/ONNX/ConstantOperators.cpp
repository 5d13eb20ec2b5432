//===- ConstantOperators.cpp - ONNX operators that give constants ---------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

using namespace mlir;
using namespace scnn::onnx_import;

LogicalResult scnn::onnx_import::importConstant(Node &node) {
  OpBuilder &builder = node.getBuilder();
  if (const onnx::TensorProto *tensor = node.getTensor("value")) {
    FailureOr<DenseElementsAttr> constant =
        readTensor(*tensor, "attribute 'value'", builder.getContext(),
                   [&] { return node.emitError(); });
    if (succeeded(constant))
      node.setResult(*constant);
    return constant;
  }
  if (node.hasAttribute("value_float")) {
    auto type = RankedTensorType::get({}, builder.getF32Type());
    node.setResult(
        DenseElementsAttr::get(type, node.getFloat("value_float", 0)));
    return success();
  }
  if (node.hasAttribute("value_int")) {
    auto type = RankedTensorType::get({}, builder.getI64Type());
    node.setResult(DenseElementsAttr::get(type, node.getInt("value_int", 0)));
    return success();
  }
  if (node.hasAttribute("value_floats")) {
    SmallVector<float> values = node.getFloats("value_floats");
    auto type = RankedTensorType::get(values.size(), builder.getF32Type());
    node.setResult(DenseElementsAttr::get(type, ArrayRef<float>(values)));
    return success();
  }
  if (node.hasAttribute("value_ints")) {
    SmallVector<int64_t> values = node.getInts("value_ints", {});
    auto type = RankedTensorType::get(values.size(), builder.getI64Type());
    node.setResult(DenseElementsAttr::get(type, ArrayRef<int64_t>(values)));
    return success();
  }
  return node.emitError() << "expected a value that is a tensor or numbers";
}

LogicalResult scnn::onnx_import::importConstantOfShape(Node &node) {
  FailureOr<SmallVector<int64_t>> shape =
      node.getConstantIntegers(0, "the shape");
  if (failed(shape))
    return failure();
  Builder &builder = node.getBuilder();
  auto emitError = [&] { return node.emitError(); };
  Type elementType = builder.getF32Type();
  Attribute element = builder.getF32FloatAttr(0);
  if (const onnx::TensorProto *tensor = node.getTensor("value")) {
    FailureOr<DenseElementsAttr> value = readTensor(
        *tensor, "attribute 'value'", builder.getContext(), emitError);
    if (failed(value))
      return failure();
    if (value->getNumElements() != 1)
      return node.emitError() << "expected attribute 'value' of one element, "
                                 "but got "
                              << value->getType();
    elementType = value->getElementType();
    element = *value->getValues<Attribute>().begin();
  }
  FailureOr<RankedTensorType> type =
      makeTensorType(*shape, elementType, "the result", emitError);
  if (failed(type))
    return failure();
  node.setResult(DenseElementsAttr::get(*type, element));
  return success();
}

LogicalResult scnn::onnx_import::importDropout(Node &node) {
  // Networks are imported for inference, and older nodes say no more than that
  // they could be trained.
  node.getInt("is_test", 1);
  node.getInt("seed", 0);
  FailureOr<std::optional<float>> ratio = node.getNumber("ratio", 1, 12);
  if (failed(ratio))
    return failure();
  if (node.hasInput(2)) {
    FailureOr<SmallVector<int64_t>> training =
        node.getConstantIntegers(2, "training_mode");
    if (failed(training))
      return failure();
    if (training->size() != 1 || ((*training)[0] && ratio->value_or(0.5f) != 0))
      return node.emitError() << "training is not supported";
  }
  node.setResult(node.getTensorOfInput(0));
  if (!node.hasOutput(1))
    return success();
  // The mask says that every element is kept.
  Builder &builder = node.getBuilder();
  RankedTensorType type = node.getInputType(0);
  Type element = node.getOperatorSet() < 10 ? type.getElementType()
                                            : Type(builder.getI1Type());
  node.setResult(1, node.makeTensor(DenseElementsAttr::get(
                        type.clone(element),
                        builder.getOneAttr(element))));
  return success();
}

LogicalResult scnn::onnx_import::importIdentity(Node &node) {
  node.setResult(node.getTensorOfInput(0));
  return success();
}
