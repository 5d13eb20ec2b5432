//===- GraphImporter.h - From an ONNX graph to a function -----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_IMPORT_ONNX_GRAPHIMPORTER_H
#define SCNN_LIB_IMPORT_ONNX_GRAPHIMPORTER_H

#include "Node.h"
#include "Operators.h"

#include "scnn/Import/ONNX/ImportONNX.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"

namespace scnn::onnx_import {

/// Imports one graph as function @main of a module. Shapes are inferred node
/// by node from those of the inputs and constants; what the file says of
/// shapes in between serves only to check the nodes behind one that is not
/// supported.
class GraphImporter {
public:
  GraphImporter(const onnx::GraphProto &graph, int64_t operatorSet,
                const ImportONNXOptions &options, mlir::ModuleOp module, mlir::Location fileLoc);

  mlir::LogicalResult import();

private:
  mlir::InFlightDiagnostic emitError() { return mlir::emitError(fileLoc); }

  mlir::InFlightDiagnostic emitNodeError(const onnx::NodeProto &proto);

  mlir::LogicalResult checkGivenShapes();
  mlir::LogicalResult importInitializers();
  mlir::LogicalResult importInputs();
  mlir::LogicalResult importNodes();
  mlir::LogicalResult importNode(const onnx::NodeProto &proto);
  /// Inputs must be defined before the node (which rules out cycles), outputs
  /// must not.
  mlir::LogicalResult checkNames(const onnx::NodeProto &proto);
  /// Checks what can be said of a node without its inputs.
  const Operator *checkOperator(const onnx::NodeProto &proto);
  mlir::LogicalResult importWith(const Operator &op, Node &node);
  mlir::LogicalResult importOutputs();

  mlir::LogicalResult define(llvm::StringRef name, Tensor tensor);
  /// Defines the outputs of a node that could not be imported, so that those
  /// behind it can be checked as far as the file gives their shapes.
  mlir::LogicalResult definePlaceholders(const onnx::NodeProto &proto);
  /// The type that the file states; dimensions that it leaves open are those
  /// of the first of `given` that has some.
  mlir::FailureOr<mlir::RankedTensorType>
  getStatedType(const onnx::ValueInfoProto &info, EmitError emitError,
                llvm::ArrayRef<const ImportONNXOptions::Shapes *> given = {});
  mlir::NameLoc getNameLoc(llvm::StringRef name);
  mlir::NameLoc getNodeLoc(const onnx::NodeProto &proto);

  const onnx::GraphProto &graph;
  int64_t operatorSet;
  const ImportONNXOptions &options;
  mlir::Location fileLoc;
  mlir::OpBuilder builder;
  mlir::ModuleOp module;
  mlir::func::FuncOp function;
  /// Every name defined so far. A tensor that is neither value nor constant
  /// comes from a node that could not be imported.
  llvm::StringMap<Tensor> tensors;
  unsigned uncheckedNodes = 0;
};

} // namespace scnn::onnx_import

#endif // SCNN_LIB_IMPORT_ONNX_GRAPHIMPORTER_H
