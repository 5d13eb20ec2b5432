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
  /// Input `index` as a constant of f32 (or of integers); `role` says what it
  /// is in the error with which null comes.
  mlir::DenseElementsAttr getConstant(unsigned index, llvm::StringRef role);
  mlir::FailureOr<llvm::SmallVector<int64_t>>
  getConstantIntegers(unsigned index, llvm::StringRef role);

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

  /// What the node's only output stands for.
  void setResult(mlir::Value value);
  void setResult(mlir::DenseElementsAttr constant);
  void setResult(const Tensor &tensor) { result = tensor; }
  const Tensor &getTensorOfInput(unsigned index) const { return inputs[index]; }
  const Tensor &getResult() const { return result; }

private:
  const onnx::AttributeProto *find(llvm::StringRef name,
                                   onnx::AttributeProto::AttributeType type);

  const onnx::NodeProto &proto;
  int64_t operatorSet;
  llvm::SmallVector<Tensor> inputs;
  mlir::OpBuilder &builder;
  mlir::Location loc, fileLoc;
  Tensor result;
  llvm::StringSet<> attributesRead;
  bool errors = false;
};

} // namespace scnn::onnx_import

#endif // SCNN_LIB_IMPORT_ONNX_NODE_H
