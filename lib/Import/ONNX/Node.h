//===- Node.h - A node of an ONNX graph -----------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_IMPORT_ONNX_NODE_H
#define SCNN_LIB_IMPORT_ONNX_NODE_H

#include "TensorData.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringSet.h"

namespace scnn::onnx_import {

/// What a name of the graph stands for: a value that is computed, or a
/// constant, which becomes an operation only where one is needed.
struct Tensor {
  mlir::Value value;
  mlir::DenseElementsAttr constant;
  /// Where the constant has its name from.
  mlir::Location loc;

  explicit operator bool() const { return value || constant; }
  mlir::RankedTensorType getType() const;
};

/// A node as an operator's function sees it: operands, attributes, results,
/// and where its operations go. Access to attributes that are ill-formed is an
/// error of the node, and yields the default, so that a function can go on to
/// find the next.
class Node {
public:
  Node(const onnx::NodeProto &proto, int64_t operatorSet,
       llvm::SmallVector<Tensor> inputs, mlir::OpBuilder &builder,
       mlir::Location loc, mlir::Location fileLoc);

  /// The version of ONNX's operators that the model uses.
  int64_t getOperatorSet() const { return operatorSet; }
  mlir::OpBuilder &getBuilder() { return builder; }
  /// The node's name.
  mlir::Location getLoc() const { return loc; }

  /// Begins an error about this node.
  mlir::InFlightDiagnostic emitError();
  bool hasErrors() const { return errors; }

  unsigned getNumInputs() const { return inputs.size(); }
  /// Whether input `index` is there: optional ones have an empty name.
  bool hasInput(unsigned index) const;
  bool isConstant(unsigned index) const;
  mlir::RankedTensorType getInputType(unsigned index) const;

  /// Input `index` as an f32 value, or null with an error.
  mlir::Value getInput(unsigned index);
  /// The same for any element type.
  mlir::Value getInputOfAnyType(unsigned index);
  /// Input `index` as a constant of f32 (or of integers); `role` says what it
  /// is in the error with which null comes.
  mlir::DenseElementsAttr getConstant(unsigned index, llvm::StringRef role);
  mlir::FailureOr<llvm::SmallVector<int64_t>>
  getConstantIntegers(unsigned index, llvm::StringRef role);

  /// What computes a tensor; a new operation if it is a constant that no node
  /// has needed so far. Unsigned constants become signless.
  mlir::Value materialize(const Tensor &tensor);

  /// Integers, or a number, that are attribute `name` in operator sets before
  /// `firstInputSet` and constant input `index` from there on; nothing if they
  /// are left out.
  mlir::FailureOr<std::optional<llvm::SmallVector<int64_t>>>
  getIntegers(llvm::StringRef name, unsigned index, int64_t firstInputSet);
  mlir::FailureOr<std::optional<float>>
  getNumber(llvm::StringRef name, unsigned index, int64_t firstInputSet);

  bool hasAttribute(llvm::StringRef name);
  int64_t getInt(llvm::StringRef name, int64_t defaultValue);
  float getFloat(llvm::StringRef name, float defaultValue);
  std::string getString(llvm::StringRef name, llvm::StringRef defaultValue);
  llvm::SmallVector<int64_t> getInts(llvm::StringRef name,
                                     llvm::ArrayRef<int64_t> defaultValue);
  llvm::SmallVector<float> getFloats(llvm::StringRef name);
  /// Null if the attribute is absent.
  const onnx::TensorProto *getTensor(llvm::StringRef name);
  /// An axis of a tensor of that rank, counted from the end if negative;
  /// `limit` is the first axis that is out of range.
  mlir::FailureOr<int64_t> getAxis(llvm::StringRef name,
                                   std::optional<int64_t> defaultValue,
                                   int64_t rank, int64_t limit);
  /// An attribute that no function has asked for changes the meaning in a way
  /// that none knows of.
  mlir::LogicalResult checkAllAttributesRead();

  unsigned getNumOutputs() const { return proto.output_size(); }
  /// Whether output `index` is wanted: optional ones have an empty name.
  bool hasOutput(unsigned index) const;

  /// What the node's first output stands for.
  void setResult(mlir::Value value);
  void setResult(mlir::DenseElementsAttr constant);
  void setResult(const Tensor &tensor) { setResult(0, tensor); }
  /// What output `index` stands for.
  void setResult(unsigned index, const Tensor &tensor);
  /// A constant with the node's name.
  Tensor makeTensor(mlir::DenseElementsAttr constant) const;
  Tensor makeTensor(mlir::Value value) const;

  const Tensor &getTensorOfInput(unsigned index) const { return inputs[index]; }
  const Tensor &getResult(unsigned index = 0) const { return results[index]; }

  /// The first result of a node of another operator at this node's place, or
  /// null with an error: the way to import an operator as a composition of
  /// others. `attributes` are the
  /// other node's.
  Tensor apply(llvm::StringRef operatorName, llvm::ArrayRef<Tensor> inputs,
               llvm::ArrayRef<onnx::AttributeProto> attributes = {});
  /// The attributes as they are in the file; they count as read.
  llvm::SmallVector<onnx::AttributeProto> takeAttributes();

private:
  const onnx::AttributeProto *find(llvm::StringRef name,
                                   onnx::AttributeProto::AttributeType type);

  const onnx::NodeProto &proto;
  int64_t operatorSet;
  llvm::SmallVector<Tensor> inputs;
  mlir::OpBuilder &builder;
  mlir::Location loc, fileLoc;
  llvm::SmallVector<Tensor, 1> results;
  llvm::StringSet<> attributesRead;
  bool errors = false;
};

} // namespace scnn::onnx_import

#endif // SCNN_LIB_IMPORT_ONNX_NODE_H
