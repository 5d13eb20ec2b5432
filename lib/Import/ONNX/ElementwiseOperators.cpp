//===- ElementwiseOperators.cpp - ONNX operators on single elements -------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Traits.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace scnn;
using namespace scnn::onnx_import;

/// Clamps the node's first input: on the accelerator if it is an image.
static LogicalResult importClamp(Node &node, std::optional<float> minimum,
                                 std::optional<float> maximum) {
  Value x = node.getInput(0);
  if (!x)
    return failure();
  OpBuilder &builder = node.getBuilder();
  auto toAttr = [&](std::optional<float> bound) {
    return bound ? builder.getF32FloatAttr(*bound) : FloatAttr();
  };
  if (node.getInputType(0).getRank() == 4) {
    node.setResult(ClampOp::create(builder, node.getLoc(), x.getType(), x,
                                   toAttr(minimum), toAttr(maximum)));
    return success();
  }
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  node.setResult(tosa::ClampOp::create(builder, node.getLoc(), x.getType(), x,
                                       toAttr(minimum.value_or(-kInfinity)),
                                       toAttr(maximum.value_or(kInfinity))));
  return success();
}

LogicalResult scnn::onnx_import::importRelu(Node &node) {
  return importClamp(node, 0.0f, std::nullopt);
}

/// A bound of Clip: attribute `name` up to operator set 10, then input
/// `index`. An infinite bound is none.
static FailureOr<std::optional<float>> getBound(Node &node, StringRef name,
                                                unsigned index, float none) {
  float bound = none;
  if (node.getOperatorSet() < 11) {
    bound = node.getFloat(name, none);
  } else if (node.hasInput(index)) {
    DenseElementsAttr constant = node.getConstant(index, name);
    if (!constant)
      return failure();
    if (constant.getNumElements() != 1)
      return node.emitError()
             << "expected one " << name << ", but got " << constant.getType();
    bound = *constant.getValues<float>().begin();
  }
  if (std::isnan(bound))
    return node.emitError() << "expected " << name << " to be a number";
  return bound == none ? std::optional<float>() : bound;
}

LogicalResult scnn::onnx_import::importClip(Node &node) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity(),
                  kLargest = std::numeric_limits<float>::max();
  FailureOr<std::optional<float>> minimum =
      getBound(node, "min", 1, -kInfinity);
  FailureOr<std::optional<float>> maximum = getBound(node, "max", 2, kInfinity);
  if (failed(minimum) || failed(maximum))
    return failure();
  if (minimum->value_or(-kLargest) > maximum->value_or(kLargest))
    return node.emitError()
           << "expected min <= max, but got " << minimum->value_or(-kLargest)
           << " and " << maximum->value_or(kLargest);
  return importClamp(node, *minimum, *maximum);
}

/// Both inputs, with ones in front of the shape of the one of lower rank, as
/// TOSA wants them, and the type to which they broadcast.
static FailureOr<RankedTensorType> getBroadcastInputs(Node &node, Value &lhs,
                                                      Value &rhs) {
  RankedTensorType types[] = {node.getInputType(0), node.getInputType(1)};
  SmallVector<int64_t> shape;
  if (!OpTrait::util::getBroadcastedShape(types[0].getShape(),
                                          types[1].getShape(), shape))
    return node.emitError() << "shapes of " << types[0] << " and " << types[1]
                            << " do not broadcast";
  FailureOr<RankedTensorType> type =
      makeTensorType(shape, node.getBuilder().getF32Type(), "the result",
                     [&] { return node.emitError(); });
  if (failed(type))
    return failure();
  for (unsigned index : {0, 1}) {
    Value &value = index ? rhs : lhs;
    value = node.getInput(index);
    if (!value)
      return failure();
    SmallVector<int64_t> padded(shape.size() - types[index].getRank(), 1);
    llvm::append_range(padded, types[index].getShape());
    value = reshape(node, value, padded);
  }
  return type;
}

template <typename OpTy> static LogicalResult importBinary(Node &node) {
  Value lhs, rhs;
  FailureOr<RankedTensorType> type = getBroadcastInputs(node, lhs, rhs);
  if (failed(type))
    return failure();
  node.setResult(
      OpTy::create(node.getBuilder(), node.getLoc(), *type, lhs, rhs));
  return success();
}

LogicalResult scnn::onnx_import::importAdd(Node &node) {
  RankedTensorType type = node.getInputType(0);
  if (type.getRank() != 4 || node.getInputType(1) != type ||
      node.isConstant(0) || node.isConstant(1))
    return importBinary<tosa::AddOp>(node);
  Value lhs = node.getInput(0), rhs = node.getInput(1);
  if (!lhs || !rhs)
    return failure();
  node.setResult(
      AddOp::create(node.getBuilder(), node.getLoc(), type, lhs, rhs));
  return success();
}

LogicalResult scnn::onnx_import::importSub(Node &node) {
  return importBinary<tosa::SubOp>(node);
}

LogicalResult scnn::onnx_import::importMul(Node &node) {
  Value lhs, rhs;
  FailureOr<RankedTensorType> type = getBroadcastInputs(node, lhs, rhs);
  if (failed(type))
    return failure();
  OpBuilder &builder = node.getBuilder();
  // Only integer products are shifted.
  auto shiftType = RankedTensorType::get(1, builder.getI8Type());
  Value shift =
      tosa::ConstOp::create(builder, node.getLoc(), shiftType,
                            DenseElementsAttr::get(shiftType, int8_t(0)));
  node.setResult(
      tosa::MulOp::create(builder, node.getLoc(), *type, lhs, rhs, shift));
  return success();
}

LogicalResult scnn::onnx_import::importSigmoid(Node &node) {
  Value x = node.getInput(0);
  if (!x)
    return failure();
  node.setResult(tosa::SigmoidOp::create(node.getBuilder(), node.getLoc(),
                                         x.getType(), x));
  return success();
}
