//===- ActivationOperators.cpp - ONNX activation functions ----------------===//
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

#include <cmath>
#include <limits>

using namespace mlir;
using namespace scnn;
using namespace scnn::onnx_import;

static Value number(ImplicitLocOpBuilder &b, float value) {
  return arith::ConstantOp::create(b, b.getF32FloatAttr(value));
}

/// Gives `body` of each element of the first input, of f32.
static LogicalResult importFunction(Node &node, LinalgBuilder::Body body) {
  Type f32 = node.getBuilder().getF32Type();
  if (node.getInputType(0).getElementType() != f32)
    return node.emitError() << "expected f32 elements of input #0, but got "
                            << node.getInputType(0);
  node.setResult(mapElements(node, {node.getTensorOfInput(0)}, f32, body));
  return success(bool(node.getResult()));
}

static Value clamp(ImplicitLocOpBuilder &b, Value x,
                   std::optional<float> minimum, std::optional<float> maximum) {
  if (minimum)
    x = arith::MaximumFOp::create(b, x, number(b, *minimum));
  if (maximum)
    x = arith::MinimumFOp::create(b, x, number(b, *maximum));
  return x;
}

/// Clamps the node's first input: on the accelerator if it is an image. Tensors
/// of another rank are left to TOSA's clamp, which follows a convolution whose
/// result has been reshaped.
static LogicalResult importClamp(Node &node, std::optional<float> minimum,
                                 std::optional<float> maximum) {
  RankedTensorType type = node.getInputType(0);
  if (node.isConstant(0) || type.getRank() == 0 || type.getNumElements() == 0)
    return importFunction(node, [&](ImplicitLocOpBuilder &b, ValueRange v) {
      return clamp(b, v[0], minimum, maximum);
    });
  Value x = node.getInput(0);
  if (!x)
    return failure();
  OpBuilder &builder = node.getBuilder();
  auto toAttr = [&](std::optional<float> bound) {
    return bound ? builder.getF32FloatAttr(*bound) : FloatAttr();
  };
  if (type.getRank() == 4) {
    node.setResult(ClampOp::create(builder, node.getLoc(), type, x,
                                   toAttr(minimum), toAttr(maximum)));
    return success();
  }
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  node.setResult(tosa::ClampOp::create(builder, node.getLoc(), type, x,
                                       toAttr(minimum.value_or(-kInfinity)),
                                       toAttr(maximum.value_or(kInfinity))));
  return success();
}

LogicalResult scnn::onnx_import::importRelu(Node &node) {
  return importClamp(node, 0.0f, std::nullopt);
}

/// A bound of Clip: an attribute up to operator set 10, then an input. An
/// infinite bound is none.
static FailureOr<std::optional<float>> getBound(Node &node, StringRef name,
                                                unsigned index, float none) {
  FailureOr<std::optional<float>> bound = node.getNumber(name, index, 11);
  if (failed(bound))
    return failure();
  float value = bound->value_or(none);
  if (std::isnan(value))
    return node.emitError() << "expected " << name << " to be a number";
  return value == none ? std::optional<float>() : value;
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

/// x where it is not negative, else slope * x.
static Value leak(ImplicitLocOpBuilder &b, Value x, Value slope) {
  Value negative = arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, x,
                                         number(b, 0));
  Value scaled = arith::MulFOp::create(b, x, slope);
  return arith::SelectOp::create(b, negative, scaled, x);
}

LogicalResult scnn::onnx_import::importLeakyRelu(Node &node) {
  float alpha = node.getFloat("alpha", 0.01f);
  return importFunction(node, [&](ImplicitLocOpBuilder &b, ValueRange v) {
    return leak(b, v[0], number(b, alpha));
  });
}

LogicalResult scnn::onnx_import::importPRelu(Node &node) {
  Type f32 = node.getBuilder().getF32Type();
  Operand x = node.getTensorOfInput(0), slope = node.getTensorOfInput(1);
  FailureOr<Type> element = getCommonElementType(node, {x, slope});
  if (failed(element))
    return failure();
  if (*element != f32)
    return node.emitError() << "expected f32 elements, but got "
                            << node.getInputType(0);
  // Up to operator set 6, a slope of one axis is one for each channel.
  if (node.getOperatorSet() < 7 && node.getInputType(1).getRank() == 1)
    slope.firstAxis = node.getInputType(0).getRank() > 1 ? 1 : 0;
  node.setResult(mapElements(node, {x, slope}, f32,
                             [](ImplicitLocOpBuilder &b, ValueRange v) {
                               return leak(b, v[0], v[1]);
                             }));
  if (!node.getResult())
    return failure();
  if (node.getResult().getType() != node.getInputType(0))
    return node.emitError() << "the slope " << node.getInputType(1)
                            << " does not broadcast to "
                            << node.getInputType(0);
  return success();
}

/// max(0, min(1, alpha * x + beta)).
static Value hardSigmoid(ImplicitLocOpBuilder &b, Value x, float alpha,
                         float beta) {
  Value scaled = arith::MulFOp::create(b, x, number(b, alpha));
  Value shifted = arith::AddFOp::create(b, scaled, number(b, beta));
  return clamp(b, shifted, 0.0f, 1.0f);
}

LogicalResult scnn::onnx_import::importHardSigmoid(Node &node) {
  float alpha = node.getFloat("alpha", 0.2f), beta = node.getFloat("beta", 0.5f);
  return importFunction(node, [&](ImplicitLocOpBuilder &b, ValueRange v) {
    return hardSigmoid(b, v[0], alpha, beta);
  });
}

LogicalResult scnn::onnx_import::importHardSwish(Node &node) {
  return importFunction(node,
                        [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                          Value gate = hardSigmoid(b, v[0], 1.0f / 6, 0.5f);
                          return arith::MulFOp::create(b, v[0], gate);
                        });
}

LogicalResult scnn::onnx_import::importSigmoid(Node &node) {
  return importFunction(
      node, [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        Value negated = arith::NegFOp::create(b, v[0]);
        Value exponential = math::ExpOp::create(b, negated);
        Value sum = arith::AddFOp::create(b, exponential, number(b, 1));
        return arith::DivFOp::create(b, number(b, 1), sum);
      });
}
