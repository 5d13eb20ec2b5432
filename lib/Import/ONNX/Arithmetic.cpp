//===- Arithmetic.cpp - Arithmetic on the host ----------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arithmetic.h"
#include "Operators.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"

using namespace mlir;
using namespace scnn::onnx_import;

static RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// `value` with ones in front of its shape, as TOSA wants it.
static Value withRank(Node &node, Value value, int64_t rank) {
  SmallVector<int64_t> shape(rank - typeOf(value).getRank(), 1);
  llvm::append_range(shape, typeOf(value).getShape());
  return reshape(node, value, shape);
}

Value scnn::onnx_import::add(Node &node, Value lhs, Value rhs) {
  rhs = withRank(node, rhs, typeOf(lhs).getRank());
  return tosa::AddOp::create(node.getBuilder(), node.getLoc(), lhs.getType(),
                             lhs, rhs);
}

Value scnn::onnx_import::multiply(Node &node, Value lhs, Value rhs) {
  rhs = withRank(node, rhs, typeOf(lhs).getRank());
  OpBuilder &builder = node.getBuilder();
  // Only integer products are shifted.
  auto shiftType = RankedTensorType::get(1, builder.getI8Type());
  Value shift =
      tosa::ConstOp::create(builder, node.getLoc(), shiftType,
                            DenseElementsAttr::get(shiftType, int8_t(0)));
  return tosa::MulOp::create(builder, node.getLoc(), lhs.getType(), lhs, rhs,
                             shift);
}

Value scnn::onnx_import::transpose(Node &node, Value value,
                                   ArrayRef<int32_t> order) {
  SmallVector<int64_t> shape;
  for (int32_t axis : order)
    shape.push_back(typeOf(value).getDimSize(axis));
  return tosa::TransposeOp::create(node.getBuilder(), node.getLoc(),
                                   typeOf(value).clone(shape), value, order);
}

Value scnn::onnx_import::broadcast(Node &node, Value value,
                                   ArrayRef<int64_t> shape) {
  RankedTensorType type = typeOf(value);
  if (type.getShape() == shape)
    return value;
  SmallVector<int64_t> multiples;
  for (auto [from, to] : llvm::zip_equal(type.getShape(), shape))
    multiples.push_back(to / from);
  OpBuilder &builder = node.getBuilder();
  Value multiplesValue = tosa::ConstShapeOp::create(
      builder, node.getLoc(),
      tosa::shapeType::get(builder.getContext(), multiples.size()),
      builder.getIndexTensorAttr(multiples));
  return tosa::TileOp::create(builder, node.getLoc(), type.clone(shape), value,
                              multiplesValue);
}

Value scnn::onnx_import::matrixProduct(Node &node, Value lhs, Value rhs) {
  OpBuilder &builder = node.getBuilder();
  RankedTensorType a = typeOf(lhs), b = typeOf(rhs);
  auto zeroType = RankedTensorType::get(1, builder.getF32Type());
  Value zero = tosa::ConstOp::create(builder, node.getLoc(), zeroType,
                                     DenseElementsAttr::get(zeroType, 0.0f));
  return tosa::MatMulOp::create(
      builder, node.getLoc(),
      a.clone({a.getDimSize(0), a.getDimSize(1), b.getDimSize(2)}), lhs, rhs,
      zero, zero);
}
