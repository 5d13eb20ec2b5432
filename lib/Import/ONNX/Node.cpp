//===- Node.cpp - A node of an ONNX graph ---------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Node.h"

#include "Operators.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace scnn::onnx_import;

RankedTensorType Tensor::getType() const {
  return cast<RankedTensorType>(value ? value.getType() : constant.getType());
}

Node::Node(const onnx::NodeProto &proto, int64_t operatorSet,
           SmallVector<Tensor> inputs, OpBuilder &builder, Location loc,
           Location fileLoc)
    : proto(proto), operatorSet(operatorSet), inputs(std::move(inputs)),
      builder(builder), loc(loc), fileLoc(fileLoc),
      results(std::max(proto.output_size(), 1), Tensor{{}, {}, loc}) {}

InFlightDiagnostic Node::emitError() {
  errors = true;
  return mlir::emitError(fileLoc)
         << "node " << quote(cast<NameLoc>(loc).getName().strref()) << " ("
         << proto.op_type() << "): ";
}

//===----------------------------------------------------------------------===//
// Inputs and result
//===----------------------------------------------------------------------===//

bool Node::hasInput(unsigned index) const {
  return index < inputs.size() && inputs[index];
}

bool Node::isConstant(unsigned index) const {
  return inputs[index].constant != nullptr;
}

RankedTensorType Node::getInputType(unsigned index) const {
  return inputs[index].getType();
}

Value Node::getInput(unsigned index) {
  RankedTensorType type = getInputType(index);
  if (!type.getElementType().isF32()) {
    emitError() << "expected f32 elements of input #" << index << ", but got "
                << type;
    return {};
  }
  return getInputOfAnyType(index);
}

Value Node::getInputOfAnyType(unsigned index) {
  // A constant's operation is made once.
  return inputs[index].value = materialize(inputs[index]);
}

Value Node::materialize(const Tensor &tensor) {
  if (tensor.value)
    return tensor.value;
  DenseElementsAttr constant = tensor.constant;
  // arith.constant knows no signs.
  if (auto type = dyn_cast<IntegerType>(constant.getElementType()))
    constant = constant.bitcast(builder.getIntegerType(type.getWidth()));
  return arith::ConstantOp::create(builder, tensor.loc, constant);
}

DenseElementsAttr Node::getConstant(unsigned index, StringRef role) {
  const Tensor &input = inputs[index];
  if (!input.constant) {
    emitError() << "expected " << role << " (input #" << index
                << ") to be constant";
    return {};
  }
  if (!input.getType().getElementType().isF32()) {
    emitError() << "expected " << role << " (input #" << index
                << ") of f32, but got " << input.getType();
    return {};
  }
  return input.constant;
}

FailureOr<SmallVector<int64_t>> Node::getConstantIntegers(unsigned index,
                                                          StringRef role) {
  const Tensor &input = inputs[index];
  if (!input.constant)
    return emitError() << "expected " << role << " (input #" << index
                       << ") to be constant";
  if (!input.getType().getElementType().isInteger() ||
      input.getType().getRank() > 1)
    return emitError() << "expected " << role << " (input #" << index
                       << ") to be a list of integers, but got "
                       << input.getType();
  SmallVector<int64_t> integers;
  for (const APInt &integer : input.constant.getValues<APInt>())
    integers.push_back(integer.getSExtValue());
  return integers;
}

FailureOr<std::optional<SmallVector<int64_t>>>
Node::getIntegers(StringRef name, unsigned index, int64_t firstInputSet) {
  using Result = std::optional<SmallVector<int64_t>>;
  if (operatorSet < firstInputSet)
    return hasAttribute(name) ? Result(getInts(name, {})) : Result();
  if (!hasInput(index))
    return Result();
  FailureOr<SmallVector<int64_t>> integers = getConstantIntegers(index, name);
  if (failed(integers))
    return failure();
  return Result(*integers);
}

FailureOr<std::optional<float>> Node::getNumber(StringRef name, unsigned index,
                                                int64_t firstInputSet) {
  using Result = std::optional<float>;
  if (operatorSet < firstInputSet)
    return hasAttribute(name) ? Result(getFloat(name, 0)) : Result();
  if (!hasInput(index))
    return Result();
  DenseElementsAttr constant = getConstant(index, name);
  if (!constant)
    return failure();
  if (constant.getNumElements() != 1)
    return emitError() << "expected one " << name << ", but got "
                       << constant.getType();
  return Result(*constant.getValues<float>().begin());
}

bool Node::hasOutput(unsigned index) const {
  return int(index) < proto.output_size() && !proto.output(index).empty();
}

void Node::setResult(Value value) { setResult(0, makeTensor(value)); }

void Node::setResult(DenseElementsAttr constant) {
  setResult(0, makeTensor(constant));
}

void Node::setResult(unsigned index, const Tensor &tensor) {
  if (index < results.size())
    results[index] = tensor;
}

Tensor Node::makeTensor(Value value) const { return {value, {}, loc}; }

Tensor Node::makeTensor(DenseElementsAttr constant) const {
  return {{}, constant, loc};
}

Tensor Node::apply(StringRef operatorName, ArrayRef<Tensor> operands,
                   ArrayRef<onnx::AttributeProto> attributes) {
  onnx::NodeProto other;
  other.set_op_type(operatorName.str());
  other.add_output(proto.output_size() ? proto.output(0) : std::string());
  for (const onnx::AttributeProto &attribute : attributes)
    *other.add_attribute() = attribute;
  Node node(other, operatorSet, SmallVector<Tensor>(operands), builder, loc,
            fileLoc);
  if (failed(findOperator(operatorName)->import(node)) || node.hasErrors() ||
      failed(node.checkAllAttributesRead())) {
    errors = true;
    return makeTensor(Value());
  }
  return node.getResult();
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

const onnx::AttributeProto *
Node::find(StringRef name, onnx::AttributeProto::AttributeType type) {
  attributesRead.insert(name);
  for (const onnx::AttributeProto &attribute : proto.attribute()) {
    if (attribute.name() != name)
      continue;
    if (attribute.type() == type)
      return &attribute;
    emitError() << "expected attribute '" << name << "' of type "
                << onnx::AttributeProto::AttributeType_Name(type);
    return nullptr;
  }
  return nullptr;
}

bool Node::hasAttribute(StringRef name) {
  return llvm::any_of(proto.attribute(),
                      [&](const onnx::AttributeProto &attribute) {
                        return attribute.name() == name;
                      });
}

int64_t Node::getInt(StringRef name, int64_t defaultValue) {
  const onnx::AttributeProto *attribute = find(name, onnx::AttributeProto::INT);
  return attribute ? attribute->i() : defaultValue;
}

float Node::getFloat(StringRef name, float defaultValue) {
  const onnx::AttributeProto *attribute =
      find(name, onnx::AttributeProto::FLOAT);
  return attribute ? attribute->f() : defaultValue;
}

std::string Node::getString(StringRef name, StringRef defaultValue) {
  const onnx::AttributeProto *attribute =
      find(name, onnx::AttributeProto::STRING);
  return attribute ? attribute->s() : defaultValue.str();
}

SmallVector<int64_t> Node::getInts(StringRef name,
                                   ArrayRef<int64_t> defaultValue) {
  const onnx::AttributeProto *attribute =
      find(name, onnx::AttributeProto::INTS);
  if (!attribute)
    return SmallVector<int64_t>(defaultValue);
  return SmallVector<int64_t>(attribute->ints().begin(),
                              attribute->ints().end());
}

SmallVector<float> Node::getFloats(StringRef name) {
  const onnx::AttributeProto *attribute =
      find(name, onnx::AttributeProto::FLOATS);
  if (!attribute)
    return {};
  return SmallVector<float>(attribute->floats().begin(),
                            attribute->floats().end());
}

const onnx::TensorProto *Node::getTensor(StringRef name) {
  const onnx::AttributeProto *attribute =
      find(name, onnx::AttributeProto::TENSOR);
  return attribute ? &attribute->t() : nullptr;
}

FailureOr<int64_t> Node::getAxis(StringRef name,
                                 std::optional<int64_t> defaultValue,
                                 int64_t rank, int64_t limit) {
  if (!defaultValue && !hasAttribute(name))
    return emitError() << "expected attribute '" << name << "'";
  int64_t axis = getInt(name, defaultValue.value_or(0));
  if (axis < -rank || axis >= limit)
    return emitError() << "expected attribute '" << name << "' in " << -rank
                       << " ... " << limit - 1 << ", but got " << axis;
  return axis < 0 ? axis + rank : axis;
}

SmallVector<onnx::AttributeProto> Node::takeAttributes() {
  for (const onnx::AttributeProto &attribute : proto.attribute())
    attributesRead.insert(attribute.name());
  return SmallVector<onnx::AttributeProto>(proto.attribute().begin(),
                                           proto.attribute().end());
}

LogicalResult Node::checkAllAttributesRead() {
  // Up to operator set 5, says which inputs may be overwritten.
  if (operatorSet < 6)
    attributesRead.insert("consumed_inputs");
  for (const onnx::AttributeProto &attribute : proto.attribute())
    if (!attributesRead.contains(attribute.name()))
      return emitError() << "attribute " << quote(attribute.name())
                         << " is not supported";
  return success();
}
