//===- GraphImporter.cpp - From an ONNX graph to a function ---------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GraphImporter.h"

#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace scnn;
using namespace scnn::onnx_import;

GraphImporter::GraphImporter(const onnx::GraphProto &graph, int64_t operatorSet,
                             const ImportONNXOptions &options, ModuleOp module,
                             Location fileLoc)
    : graph(graph), operatorSet(operatorSet), options(options),
      fileLoc(fileLoc), builder(module.getContext()), module(module) {}

NameLoc GraphImporter::getNameLoc(StringRef name) {
  return NameLoc::get(builder.getStringAttr(name));
}

NameLoc GraphImporter::getNodeLoc(const onnx::NodeProto &proto) {
  if (!proto.name().empty() || proto.output().empty())
    return getNameLoc(proto.name());
  return getNameLoc(proto.output(0));
}

LogicalResult GraphImporter::define(StringRef name, Tensor tensor) {
  if (!tensors.try_emplace(name, tensor).second)
    return emitError() << "name " << quote(name) << " is defined twice";
  return success();
}

FailureOr<RankedTensorType> GraphImporter::getStatedType(
    const onnx::ValueInfoProto &info, EmitError emitError,
    ArrayRef<const ImportONNXOptions::Shapes *> given) {
  if (!info.type().has_tensor_type())
    return emitError() << "expected a tensor";
  const onnx::TypeProto::Tensor &type = info.type().tensor_type();
  Type elementType =
      convertElementType(type.elem_type(), builder.getContext());
  if (!elementType)
    return emitError() << "elements of type " << dataTypeName(type.elem_type())
                       << " are not supported";

  ArrayRef<int64_t> known;
  bool isKnown = false;
  for (const ImportONNXOptions::Shapes *shapes : given)
    if (auto found = shapes->find(info.name());
        !isKnown && found != shapes->end()) {
      known = found->second;
      isKnown = true;
    }
  if (!type.has_shape()) {
    if (!isKnown)
      return emitError() << "expected a shape";
    return makeTensorType(known, elementType, "its type", emitError);
  }
  if (isKnown && int(known.size()) != type.shape().dim_size())
    return emitError() << "the file has " << type.shape().dim_size()
                       << " dimensions, but " << known.size()
                       << " were given";
  SmallVector<int64_t> shape;
  for (const onnx::TensorShapeProto::Dimension &dim : type.shape().dim()) {
    size_t index = shape.size();
    if (dim.has_dim_value()) {
      shape.push_back(dim.dim_value());
      continue;
    }
    if (!isKnown)
      return emitError() << "dimension #" << index << " is not fixed"
                         << (dim.dim_param().empty()
                                 ? std::string()
                                 : " (" + quote(dim.dim_param()) + ")")
                         << "; give its shape, or calibrate with an example";
    shape.push_back(known[index]);
  }
  return makeTensorType(shape, elementType, "its type", emitError);
}

LogicalResult GraphImporter::checkGivenShapes() {
  for (const auto &[name, shape] : options.shapes) {
    auto input = llvm::find_if(graph.input(),
                               [&, wanted = name](const auto &info) {
                                 return info.name() == wanted;
                               });
    if (input == graph.input().end())
      return emitError() << "there is no input " << quote(name)
                         << " to give a shape";
    const onnx::TensorShapeProto &stated =
        input->type().tensor_type().shape();
    for (int index = 0; index < stated.dim_size(); ++index)
      if (stated.dim(index).has_dim_value() &&
          index < int(shape.size()) &&
          stated.dim(index).dim_value() != shape[index])
        return emitError() << "input " << quote(name) << ": dimension #"
                           << index << " is " << stated.dim(index).dim_value()
                           << " in the file, but " << shape[index]
                           << " was given";
  }
  return success();
}

LogicalResult GraphImporter::import() {
  builder.setInsertionPointToEnd(module.getBody());
  NameLoc loc = getNameLoc(graph.name().empty() ? "main" : graph.name());
  function = func::FuncOp::create(builder, loc, "main",
                                  builder.getFunctionType({}, {}));
  builder.setInsertionPointToStart(function.addEntryBlock());
  return success(succeeded(checkGivenShapes()) &&
                 succeeded(importInitializers()) && succeeded(importInputs()) &&
                 succeeded(importNodes()) && succeeded(importOutputs()));
}

LogicalResult GraphImporter::importInitializers() {
  if (!graph.sparse_initializer().empty())
    return emitError() << "sparse initializers are not supported";
  for (const onnx::TensorProto &tensor : graph.initializer()) {
    FailureOr<DenseElementsAttr> constant =
        readTensor(tensor, "initializer " + quote(tensor.name()),
                   builder.getContext(), [&] { return emitError(); });
    if (failed(constant) ||
        failed(define(tensor.name(),
                      {Value(), *constant, getNameLoc(tensor.name())})))
      return failure();
  }
  return success();
}

LogicalResult GraphImporter::importInputs() {
  llvm::StringSet<> initializers;
  for (const onnx::TensorProto &tensor : graph.initializer())
    initializers.insert(tensor.name());
  for (const onnx::ValueInfoProto &input : graph.input()) {
    // Old files list initializers among the inputs, as their defaults.
    if (initializers.contains(input.name()))
      continue;
    auto emitInputError = [&] {
      return emitError() << "input " << quote(input.name()) << ": ";
    };
    FailureOr<RankedTensorType> type = getStatedType(
        input, emitInputError, {&options.shapes, &options.exampleShapes});
    if (failed(type))
      return failure();
    NameLoc loc = getNameLoc(input.name());
    auto attributes = builder.getDictionaryAttr(builder.getNamedAttr(
        SCNNDialect::kNameAttr, builder.getStringAttr(input.name())));
    unsigned index = function.getNumArguments();
    if (failed(function.insertArgument(index, *type, attributes, loc)) ||
        failed(define(input.name(), {function.getArgument(index), {}, loc})))
      return failure();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

InFlightDiagnostic GraphImporter::emitNodeError(const onnx::NodeProto &proto) {
  return std::move(emitError()
                   << "node " << quote(getNodeLoc(proto).getName().strref())
                   << " (" << proto.op_type() << "): ");
}

LogicalResult GraphImporter::importNodes() {
  bool failedNode = false;
  for (const onnx::NodeProto &node : graph.node()) {
    // A graph that is no graph: nothing behind this can be judged.
    if (failed(checkNames(node)))
      return failure();
    if (succeeded(importNode(node)))
      continue;
    failedNode = true;
    if (failed(definePlaceholders(node)))
      return failure();
  }
  if (uncheckedNodes)
    emitRemark(fileLoc) << uncheckedNodes
                        << " more nodes could not be checked, because they "
                           "depend on those";
  return failure(failedNode);
}

LogicalResult GraphImporter::definePlaceholders(const onnx::NodeProto &proto) {
  for (const std::string &output : proto.output()) {
    if (output.empty())
      continue;
    Tensor tensor{{}, {}, getNodeLoc(proto)};
    auto info = llvm::find_if(graph.value_info(),
                              [&](const onnx::ValueInfoProto &info) {
                                return info.name() == output;
                              });
    if (info != graph.value_info().end()) {
      // An ill-formed type is no news here.
      ScopedDiagnosticHandler silence(builder.getContext(),
                                      [](Diagnostic &) { return success(); });
      FailureOr<RankedTensorType> type =
          getStatedType(*info, [&] { return emitError(); });
      if (succeeded(type))
        tensor.value = UnrealizedConversionCastOp::create(
                           builder, tensor.loc, TypeRange(*type), ValueRange())
                           .getResult(0);
    }
    if (failed(define(output, tensor)))
      return failure();
  }
  return success();
}

const Operator *GraphImporter::checkOperator(const onnx::NodeProto &proto) {
  auto fail = [&] { return emitNodeError(proto); };
  if (!proto.domain().empty() && proto.domain() != "ai.onnx") {
    fail() << "operators of domain " << quote(proto.domain())
           << " are not supported";
    return nullptr;
  }
  const Operator *op = findOperator(proto.op_type());
  if (!op) {
    fail() << "operator " << quote(proto.op_type()) << " is not supported";
    return nullptr;
  }
  unsigned inputs = proto.input_size();
  if (inputs < op->minInputs || inputs > op->maxInputs) {
    InFlightDiagnostic diagnostic = fail();
    diagnostic << "expected " << op->minInputs;
    if (op->maxInputs != op->minInputs)
      diagnostic << " or more";
    diagnostic << " inputs, but got " << inputs;
    return nullptr;
  }
  for (unsigned index = 0; index < op->minInputs; ++index)
    if (proto.input(index).empty()) {
      fail() << "expected input #" << index;
      return nullptr;
    }
  if (operatorSet < op->firstOperatorSet) {
    fail() << "operator set " << operatorSet
           << " does not have it; it came with " << op->firstOperatorSet;
    return nullptr;
  }
  for (int index = 0; index < proto.output_size(); ++index)
    if (unsigned(index) >= op->maxOutputs && !proto.output(index).empty()) {
      fail() << "output #" << index << " is not supported";
      return nullptr;
    }
  if (proto.output().empty() || proto.output(0).empty()) {
    fail() << "expected an output";
    return nullptr;
  }
  return op;
}

LogicalResult GraphImporter::checkNames(const onnx::NodeProto &proto) {
  for (const std::string &name : proto.input())
    if (!name.empty() && !tensors.contains(name))
      return emitNodeError(proto)
             << "input " << quote(name) << " is not defined before it";
  for (const std::string &name : proto.output())
    if (tensors.contains(name))
      return emitNodeError(proto)
             << "output " << quote(name) << " is defined already";
  return success();
}

LogicalResult GraphImporter::importNode(const onnx::NodeProto &proto) {
  const Operator *op = checkOperator(proto);
  if (!op)
    return failure();
  SmallVector<Tensor> inputs;
  for (const std::string &name : proto.input()) {
    inputs.push_back(name.empty() ? Tensor{{}, {}, fileLoc}
                                  : tensors.find(name)->second);
    if (!name.empty() && !inputs.back()) {
      ++uncheckedNodes;
      return failure();
    }
  }
  Node node(proto, operatorSet, inputs, builder, getNodeLoc(proto), fileLoc);
  if (failed(importWith(*op, node)))
    return failure();
  // A constant's operation is made once.
  for (unsigned index = 0; index < node.getNumInputs(); ++index)
    if (node.hasInput(index))
      tensors.find(proto.input(index))->second = node.getTensorOfInput(index);
  for (unsigned index = 0; index < node.getNumOutputs(); ++index)
    if (node.hasOutput(index) &&
        failed(define(proto.output(index), node.getResult(index))))
      return failure();
  return success();
}

/// What the verifiers of the operations from `first` on have against the first
/// of them that is ill-formed, if any.
static std::string verifyFrom(Operation *first) {
  std::string reason;
  if (!first)
    return reason;
  ScopedDiagnosticHandler capture(first->getContext(),
                                  [&](Diagnostic &diagnostic) {
                                    if (reason.empty())
                                      reason = diagnostic.str();
                                    return success();
                                  });
  for (Operation *op = first; op; op = op->getNextNode())
    if (failed(verify(op)))
      break;
  return reason;
}

LogicalResult GraphImporter::importWith(const Operator &op, Node &node) {
  Block *block = builder.getInsertionBlock();
  Operation *last = block->empty() ? nullptr : &block->back();
  if (failed(op.import(node)) || node.hasErrors() ||
      failed(node.checkAllAttributesRead()))
    return failure();
  Operation *first = last             ? last->getNextNode()
                     : block->empty() ? nullptr
                                      : &block->front();
  std::string reason = verifyFrom(first);
  if (!reason.empty())
    return node.emitError() << reason;
  return success();
}

LogicalResult GraphImporter::importOutputs() {
  SmallVector<Value> values;
  SmallVector<DictionaryAttr> attributes;
  llvm::StringSet<> names;
  for (const onnx::ValueInfoProto &output : graph.output()) {
    auto emitOutputError = [&] {
      return emitError() << "output " << quote(output.name()) << ": ";
    };
    if (!names.insert(output.name()).second)
      return emitOutputError() << "is listed twice";
    auto found = tensors.find(output.name());
    if (found == tensors.end())
      return emitOutputError() << "no node defines it";
    Tensor &tensor = found->second;
    if (!tensor.value)
      tensor.value =
          arith::ConstantOp::create(builder, tensor.loc, tensor.constant);
    // A shape that the file states as fixed must be the one computed.
    const onnx::TypeProto::Tensor &stated = output.type().tensor_type();
    if (stated.has_shape()) {
      ArrayRef<int64_t> shape = tensor.getType().getShape();
      bool same = stated.shape().dim_size() == int(shape.size());
      for (int i = 0; same && i < stated.shape().dim_size(); ++i)
        same = !stated.shape().dim(i).has_dim_value() ||
               stated.shape().dim(i).dim_value() == shape[i];
      if (!same)
        return emitOutputError()
               << "the file states another shape than " << tensor.getType();
    }
    values.push_back(tensor.value);
    attributes.push_back(builder.getDictionaryAttr(builder.getNamedAttr(
        SCNNDialect::kNameAttr, builder.getStringAttr(output.name()))));
  }
  if (values.empty())
    return emitError() << "the graph has no outputs";
  func::ReturnOp::create(builder, function.getLoc(), values);
  function.setType(builder.getFunctionType(function.getArgumentTypes(),
                                           ValueRange(values).getTypes()));
  for (auto [index, dictionary] : llvm::enumerate(attributes))
    function.setResultAttrs(index, dictionary);
  return success();
}
