//===- ArithmeticOperators.cpp - ONNX operators that calculate ------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Operators.h"

#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"

using namespace mlir;
using namespace scnn;
using namespace scnn::onnx_import;

/// Joins the operands, two at a time, with an operation on floats or one on
/// signed integers.
template <typename FloatOp, typename IntegerOp>
static LogicalResult combine(Node &node, ArrayRef<Operand> operands) {
  FailureOr<Type> element = getCommonElementType(node, operands);
  if (failed(element))
    return failure();
  if (element->isUnsignedInteger() || element->isInteger(1))
    return node.emitError() << "elements of " << *element
                            << " are not supported";
  Tensor result = operands[0].tensor;
  for (const Operand &operand : operands.drop_front()) {
    result = mapElements(
        node, {result, operand}, *element,
        [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
          if (isa<FloatType>(*element))
            return FloatOp::create(b, v[0], v[1]);
          return IntegerOp::create(b, v[0], v[1]);
        });
    if (!result)
      return failure();
  }
  node.setResult(result);
  return success();
}

/// The two inputs. Up to operator set 6, the second broadcasts only if
/// attribute `broadcast` says so, from axis `axis` of the first on.
static FailureOr<SmallVector<Operand>> getOperands(Node &node) {
  SmallVector<Operand> operands = {node.getTensorOfInput(0),
                                   node.getTensorOfInput(1)};
  if (node.getOperatorSet() > 6)
    return operands;
  RankedTensorType lhs = node.getInputType(0), rhs = node.getInputType(1);
  if (!node.getInt("broadcast", 0)) {
    if (lhs.getShape() != rhs.getShape())
      return node.emitError() << "expected inputs of one shape, but got " << lhs
                              << " and " << rhs;
    return operands;
  }
  int64_t trailing = lhs.getRank() - rhs.getRank();
  if (trailing < 0)
    return node.emitError() << "cannot broadcast " << rhs << " to " << lhs;
  FailureOr<int64_t> axis =
      node.getAxis("axis", trailing, lhs.getRank(), trailing + 1);
  if (failed(axis))
    return failure();
  operands[1].firstAxis = *axis;
  return operands;
}

template <typename FloatOp, typename IntegerOp>
static LogicalResult importBinary(Node &node) {
  FailureOr<SmallVector<Operand>> operands = getOperands(node);
  return failed(operands) ? failure()
                          : combine<FloatOp, IntegerOp>(node, *operands);
}

/// Any number of inputs.
template <typename FloatOp, typename IntegerOp>
static LogicalResult importVariadic(Node &node) {
  SmallVector<Operand> operands;
  for (unsigned index = 0; index < node.getNumInputs(); ++index) {
    if (!node.hasInput(index))
      return node.emitError() << "expected input #" << index;
    operands.push_back(node.getTensorOfInput(index));
  }
  return combine<FloatOp, IntegerOp>(node, operands);
}

/// Whether the accelerator can add the inputs, if they are or become images.
static bool areAlike(const Node &node) {
  RankedTensorType type = node.getInputType(0);
  return type.getRank() > 0 && type.getNumElements() > 0 &&
         type.getElementType().isF32() &&
         llvm::all_of(llvm::seq(node.getNumInputs()), [&](unsigned index) {
           return node.hasInput(index) && node.getInputType(index) == type &&
                  !node.isConstant(index);
         });
}

/// TOSA's addition follows convolutions whose results have been reshaped.
static LogicalResult addAlike(Node &node) {
  OpBuilder &builder = node.getBuilder();
  Value sum = node.getInput(0);
  for (unsigned index = 1; index < node.getNumInputs(); ++index) {
    Value next = node.getInput(index);
    if (node.getInputType(0).getRank() == 4)
      sum = AddOp::create(builder, node.getLoc(), sum.getType(), sum, next);
    else
      sum = tosa::AddOp::create(builder, node.getLoc(), sum.getType(), sum,
                                next);
  }
  node.setResult(sum);
  return success();
}

LogicalResult scnn::onnx_import::importAdd(Node &node) {
  if (!areAlike(node))
    return importBinary<arith::AddFOp, arith::AddIOp>(node);
  // Two equal shapes broadcast, whatever these say.
  node.getInt("broadcast", 0);
  node.getInt("axis", 0);
  return addAlike(node);
}

LogicalResult scnn::onnx_import::importSum(Node &node) {
  return areAlike(node)
             ? addAlike(node)
             : importVariadic<arith::AddFOp, arith::AddIOp>(node);
}

LogicalResult scnn::onnx_import::importSub(Node &node) {
  return importBinary<arith::SubFOp, arith::SubIOp>(node);
}

LogicalResult scnn::onnx_import::importMul(Node &node) {
  return importBinary<arith::MulFOp, arith::MulIOp>(node);
}

LogicalResult scnn::onnx_import::importDiv(Node &node) {
  return importBinary<arith::DivFOp, arith::DivSIOp>(node);
}

LogicalResult scnn::onnx_import::importMax(Node &node) {
  return importVariadic<arith::MaximumFOp, arith::MaxSIOp>(node);
}

LogicalResult scnn::onnx_import::importMin(Node &node) {
  return importVariadic<arith::MinimumFOp, arith::MinSIOp>(node);
}

LogicalResult scnn::onnx_import::importPow(Node &node) {
  FailureOr<SmallVector<Operand>> operands = getOperands(node);
  if (failed(operands))
    return failure();
  Type element = node.getInputType(0).getElementType(),
       exponent = node.getInputType(1).getElementType();
  if (!isa<FloatType>(element))
    return node.emitError() << "expected input #0 of floats, but got "
                            << node.getInputType(0);
  Tensor result = mapElements(
      node, *operands, element,
      [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        Value power = v[1];
        if (isa<IntegerType>(exponent))
          power = exponent.isUnsignedInteger()
                      ? arith::UIToFPOp::create(b, element, power).getResult()
                      : arith::SIToFPOp::create(b, element, power).getResult();
        else if (exponent != element)
          power = element.isF64()
                      ? arith::ExtFOp::create(b, element, power).getResult()
                      : arith::TruncFOp::create(b, element, power).getResult();
        return math::PowFOp::create(b, v[0], power);
      });
  if (!result)
    return failure();
  node.setResult(result);
  return success();
}

template <typename FloatOp> static LogicalResult importUnary(Node &node) {
  Type element = node.getInputType(0).getElementType();
  if (!isa<FloatType>(element))
    return node.emitError() << "expected floats, but got "
                            << node.getInputType(0);
  Tensor result =
      mapElements(node, {node.getTensorOfInput(0)}, element,
                  [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                    return FloatOp::create(b, v[0]);
                  });
  node.setResult(result);
  return success(bool(result));
}

LogicalResult scnn::onnx_import::importExp(Node &node) {
  return importUnary<math::ExpOp>(node);
}

LogicalResult scnn::onnx_import::importSqrt(Node &node) {
  return importUnary<math::SqrtOp>(node);
}

LogicalResult scnn::onnx_import::importTanh(Node &node) {
  return importUnary<math::TanhOp>(node);
}
