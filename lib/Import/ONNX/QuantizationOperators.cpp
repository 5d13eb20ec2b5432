//===- QuantizationOperators.cpp - ONNX operators on element types --------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Operators.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <cmath>

using namespace mlir;
using namespace scnn;
using namespace scnn::onnx_import;

//===----------------------------------------------------------------------===//
// Element types
//===----------------------------------------------------------------------===//

/// A number of type `from` as one of type `to`. Fractions are cut off; what
/// does not fit an integer is undefined, as in ONNX.
static Value convert(ImplicitLocOpBuilder &b, Value x, Type from, Type to) {
  if (from == to)
    return x;
  auto toInteger = dyn_cast<IntegerType>(to);
  Type signless =
      toInteger ? b.getIntegerType(toInteger.getWidth()) : Type(to);
  bool isUnsigned = from.isUnsignedInteger() || from.isInteger(1);
  if (isa<FloatType>(from)) {
    if (to.isInteger(1)) {
      Value zero = arith::ConstantOp::create(
          b, cast<TypedAttr>(b.getZeroAttr(from)));
      return arith::CmpFOp::create(b, arith::CmpFPredicate::UNE, x, zero);
    }
    if (toInteger)
      return to.isUnsignedInteger()
                 ? arith::FPToUIOp::create(b, signless, x).getResult()
                 : arith::FPToSIOp::create(b, signless, x).getResult();
    return from.getIntOrFloatBitWidth() < to.getIntOrFloatBitWidth()
               ? arith::ExtFOp::create(b, to, x).getResult()
               : arith::TruncFOp::create(b, to, x).getResult();
  }
  if (!toInteger)
    return isUnsigned ? arith::UIToFPOp::create(b, to, x).getResult()
                      : arith::SIToFPOp::create(b, to, x).getResult();
  unsigned fromWidth = from.getIntOrFloatBitWidth(),
           toWidth = toInteger.getWidth();
  if (toWidth == 1) {
    Value zero = arith::ConstantOp::create(
        b, cast<TypedAttr>(b.getZeroAttr(x.getType())));
    return arith::CmpIOp::create(b, arith::CmpIPredicate::ne, x, zero);
  }
  if (fromWidth > toWidth)
    return arith::TruncIOp::create(b, signless, x);
  if (fromWidth == toWidth)
    return x;
  return isUnsigned ? arith::ExtUIOp::create(b, signless, x).getResult()
                    : arith::ExtSIOp::create(b, signless, x).getResult();
}

LogicalResult scnn::onnx_import::importCast(Node &node) {
  Type from = node.getInputType(0).getElementType(), to;
  // Up to operator set 5, the type has a name.
  if (node.getOperatorSet() < 6) {
    std::string name = node.getString("to", "");
    onnx::TensorProto::DataType type;
    if (onnx::TensorProto::DataType_Parse(name, &type))
      to = convertElementType(type, from.getContext());
  } else {
    to = convertElementType(int(node.getInt("to", 0)), from.getContext());
  }
  // This is about the 8-bit floats, which are none of ours.
  node.getInt("saturate", 1);
  if (!to)
    return node.emitError() << "the type to cast to is not supported";
  if (from == to) {
    node.setResult(node.getTensorOfInput(0));
    return success();
  }
  node.setResult(mapElements(node, {node.getTensorOfInput(0)}, to,
                             [&](ImplicitLocOpBuilder &b, ValueRange v) {
                               return convert(b, v[0], from, to);
                             }));
  return success(bool(node.getResult()));
}

//===----------------------------------------------------------------------===//
// Quantization
//===----------------------------------------------------------------------===//

/// Scale (input #1) and zero point (input #2, if there), which are one number
/// each, or one for each position along attribute `axis` from operator set 13
/// on.
static FailureOr<SmallVector<Operand>> getParameters(Node &node) {
  RankedTensorType input = node.getInputType(0);
  int64_t axis = node.getInt("axis", 1), rank = input.getRank();
  if (node.getInt("block_size", 0))
    return node.emitError() << "attribute 'block_size' is not supported";
  SmallVector<Operand> operands;
  for (unsigned index : {1, 2}) {
    if (!node.hasInput(index))
      continue;
    RankedTensorType type = node.getInputType(index);
    Operand operand = node.getTensorOfInput(index);
    if (type.getNumElements() != 1) {
      if (axis < -rank || axis >= rank)
        return node.emitError() << "expected attribute 'axis' in " << -rank
                                << " ... " << rank - 1 << ", but got " << axis;
      operand.firstAxis = axis < 0 ? axis + rank : axis;
      if (type.getRank() != 1 ||
          type.getDimSize(0) != input.getDimSize(*operand.firstAxis))
        return node.emitError()
               << "expected input #" << index << " of one number, or one for "
               << "each position along axis " << *operand.firstAxis << " of "
               << input << ", but got " << type;
    } else if (type.getRank() > rank) {
      return node.emitError() << "expected input #" << index
                              << " of one number, but got " << type;
    }
    operands.push_back(operand);
  }
  if (operands.size() == 2 && node.getInputType(1).getNumElements() !=
                                  node.getInputType(2).getNumElements())
    return node.emitError() << "expected as many zero points (input #2) as "
                               "scales, but got "
                            << node.getInputType(2);
  if (!node.getInputType(1).getElementType().isF32())
    return node.emitError() << "expected the scale (input #1) of f32, but got "
                            << node.getInputType(1);
  return operands;
}

LogicalResult scnn::onnx_import::importQuantizeLinear(Node &node) {
  FailureOr<SmallVector<Operand>> parameters = getParameters(node);
  if (failed(parameters))
    return failure();
  Builder &builder = node.getBuilder();
  Type f32 = builder.getF32Type();
  // Without a zero point, the type is uint8, or what operator set 21 lets say.
  Type element = builder.getIntegerType(8, /*isSigned=*/false);
  if (node.hasInput(2))
    element = node.getInputType(2).getElementType();
  else if (int64_t type = node.getInt("output_dtype", 0))
    element = convertElementType(int(type), f32.getContext());
  node.getInt("output_dtype", 0);
  node.getInt("saturate", 1);
  if (node.getInt("precision", 0))
    return node.emitError() << "attribute 'precision' is not supported";
  auto integer = dyn_cast_or_null<IntegerType>(element);
  if (!integer || integer.getWidth() == 1 || integer.getWidth() > 16)
    return node.emitError()
           << "expected to quantize to int8, uint8 or int16";
  if (!node.getInputType(0).getElementType().isF32())
    return node.emitError() << "expected f32 elements of input #0, but got "
                            << node.getInputType(0);
  unsigned width = integer.getWidth();
  bool isUnsigned = integer.isUnsigned();
  float lowest = isUnsigned ? 0.0f : -std::ldexp(1.0f, width - 1),
        highest = std::ldexp(1.0f, isUnsigned ? width : width - 1) - 1;

  SmallVector<Operand> operands = {node.getTensorOfInput(0)};
  llvm::append_range(operands, *parameters);
  node.setResult(mapElements(
      node, operands, element,
      [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        auto number = [&](float value) -> Value {
          return arith::ConstantOp::create(b, b.getF32FloatAttr(value));
        };
        Value x = arith::DivFOp::create(b, v[0], v[1]);
        x = math::RoundEvenOp::create(b, x);
        if (node.hasInput(2))
          x = arith::AddFOp::create(b, x, convert(b, v[2], element, f32));
        x = arith::MaxNumFOp::create(b, x, number(lowest));
        x = arith::MinNumFOp::create(b, x, number(highest));
        return convert(b, x, f32, element);
      }));
  return success(bool(node.getResult()));
}

/// (x - zero point) * scale of constants, of any size: weights are constants.
static DenseElementsAttr dequantize(DenseElementsAttr x,
                                    ArrayRef<Operand> parameters) {
  auto type = cast<RankedTensorType>(x.getType());
  bool isUnsigned = type.getElementType().isUnsignedInteger();
  auto toFloat = [&](const APInt &integer) {
    return float(isUnsigned ? double(integer.getZExtValue())
                            : double(integer.getSExtValue()));
  };
  auto scales =
      llvm::to_vector(parameters[0].tensor.constant.getValues<float>());
  SmallVector<float> zeros(scales.size(), 0);
  if (parameters.size() > 1)
    zeros = llvm::map_to_vector(
        parameters[1].tensor.constant.getValues<APInt>(), toFloat);
  // One parameter stands for so many consecutive elements.
  int64_t run = type.getNumElements();
  if (std::optional<int64_t> axis = parameters[0].firstAxis)
    run = ShapedType::getNumElements(type.getShape().drop_front(*axis + 1));
  SmallVector<float, 0> reals;
  reals.reserve(type.getNumElements());
  for (auto [i, integer] : llvm::enumerate(x.getValues<APInt>())) {
    size_t k = (i / run) % scales.size();
    reals.push_back((toFloat(integer) - zeros[k]) * scales[k]);
  }
  return DenseElementsAttr::get(
      type.clone(Float32Type::get(x.getContext())), ArrayRef<float>(reals));
}

LogicalResult scnn::onnx_import::importDequantizeLinear(Node &node) {
  FailureOr<SmallVector<Operand>> parameters = getParameters(node);
  if (failed(parameters))
    return failure();
  Type f32 = node.getBuilder().getF32Type(),
       element = node.getInputType(0).getElementType();
  if (!isa<IntegerType>(element) || element.isInteger(1))
    return node.emitError() << "expected integers, but got "
                            << node.getInputType(0);
  if (node.hasInput(2) && node.getInputType(2).getElementType() != element)
    return node.emitError() << "expected a zero point (input #2) of " << element
                            << ", but got " << node.getInputType(2);
  bool areConstant =
      node.isConstant(0) && llvm::all_of(*parameters, [](const Operand &o) {
        return bool(o.tensor.constant);
      });
  if (areConstant) {
    DenseElementsAttr x = node.getTensorOfInput(0).constant;
    node.setResult(dequantize(x, *parameters));
    return success();
  }
  SmallVector<Operand> operands = {node.getTensorOfInput(0)};
  llvm::append_range(operands, *parameters);
  node.setResult(mapElements(
      node, operands, f32, [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        Value x = convert(b, v[0], element, f32);
        if (node.hasInput(2))
          x = arith::SubFOp::create(b, x, convert(b, v[2], element, f32));
        return arith::MulFOp::create(b, x, v[1]);
      }));
  return success(bool(node.getResult()));
}

/// In real numbers, between quantized ones: weights that are constant become
/// so.
LogicalResult scnn::onnx_import::importQLinearConv(Node &node) {
  auto input = [&](unsigned index) { return node.getTensorOfInput(index); };
  onnx::AttributeProto channels;
  channels.set_name("axis");
  channels.set_type(onnx::AttributeProto::INT);
  channels.set_i(0);
  Tensor x =
      node.apply("DequantizeLinear", {input(0), input(1), input(2)});
  Tensor w = node.apply("DequantizeLinear", {input(3), input(4), input(5)},
                        channels);
  if (!x || !w)
    return failure();
  SmallVector<Tensor> operands = {x, w};
  if (node.hasInput(8)) {
    // The bias is in units of the products.
    Tensor scale = node.apply("Mul", {input(1), input(4)});
    if (!scale)
      return failure();
    operands.push_back(
        node.apply("DequantizeLinear", {input(8), scale}, channels));
  }
  if (!operands.back())
    return failure();
  Tensor sum = node.apply("Conv", operands, node.takeAttributes());
  if (!sum)
    return failure();
  node.setResult(node.apply("QuantizeLinear", {sum, input(6), input(7)}));
  return success(bool(node.getResult()));
}
