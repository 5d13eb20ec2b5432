//===- LinalgBuilder.cpp - Building blocks of the lowering to linalg ------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Conversion/LinalgBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace scnn;

static RankedTensorType typeOf(Value tensor) {
  return cast<RankedTensorType>(tensor.getType());
}

Value LinalgBuilder::scalar(TypedAttr value) {
  return arith::ConstantOp::create(*this, value);
}

Value LinalgBuilder::scalar(Type type, int64_t value) {
  return scalar(getIntegerAttr(type, value));
}

Value LinalgBuilder::vectorI64(ArrayRef<int64_t> values) {
  auto type = RankedTensorType::get({int64_t(values.size())}, getI64Type());
  return scalar(DenseElementsAttr::get(type, values));
}

Value LinalgBuilder::vectorI32(ArrayRef<int32_t> values) {
  auto type = RankedTensorType::get({int64_t(values.size())}, getI32Type());
  return scalar(DenseElementsAttr::get(type, values));
}

Value LinalgBuilder::empty(ArrayRef<int64_t> shape, Type element) {
  return tensor::EmptyOp::create(*this, shape, element);
}

Value LinalgBuilder::filled(ArrayRef<int64_t> shape, Value value) {
  return linalg::FillOp::create(*this, value, empty(shape, value.getType()))
      .getResult(0);
}

Value LinalgBuilder::reshape(Value tensor, ArrayRef<int64_t> shape) {
  RankedTensorType type = typeOf(tensor);
  if (type.getShape() == shape)
    return tensor;
  // Through one dimension: contiguous either way, so nothing is copied.
  if (type.getRank() != 1) {
    ReassociationIndices all =
        llvm::to_vector(llvm::seq<int64_t>(type.getRank()));
    tensor = tensor::CollapseShapeOp::create(
        *this, tensor, SmallVector<ReassociationIndices>{all});
  }
  if (shape.size() == 1)
    return tensor;
  ReassociationIndices all = llvm::to_vector(llvm::seq<int64_t>(shape.size()));
  return tensor::ExpandShapeOp::create(
      *this, RankedTensorType::get(shape, type.getElementType()), tensor,
      SmallVector<ReassociationIndices>{all});
}

Value LinalgBuilder::insert(Value tensor, Value into,
                            ArrayRef<int64_t> offsets) {
  SmallVector<OpFoldResult> starts, sizes, strides;
  for (auto [offset, size] : llvm::zip(offsets, typeOf(tensor).getShape())) {
    starts.push_back(getIndexAttr(offset));
    sizes.push_back(getIndexAttr(size));
    strides.push_back(getIndexAttr(1));
  }
  return tensor::InsertSliceOp::create(*this, tensor, into, starts, sizes,
                                       strides);
}

Value LinalgBuilder::generic(ValueRange inputs, Value output,
                             ArrayRef<AffineMap> maps, Body body) {
  AffineMap written = maps.back();
  SmallVector<utils::IteratorType> iterators;
  for (unsigned loop = 0; loop < written.getNumDims(); ++loop)
    iterators.push_back(written.isFunctionOfDim(loop)
                            ? utils::IteratorType::parallel
                            : utils::IteratorType::reduction);
  auto build = [&](OpBuilder &builder, Location loc, ValueRange elements) {
    ImplicitLocOpBuilder inside(loc, builder);
    linalg::YieldOp::create(inside, body(inside, elements));
  };
  return linalg::GenericOp::create(*this, output.getType(), inputs, output,
                                   maps, iterators, build)
      .getResult(0);
}

Value LinalgBuilder::elementwise(ValueRange inputs, Type element, Body body) {
  RankedTensorType type = typeOf(inputs.front());
  SmallVector<AffineMap> maps(inputs.size() + 1,
                              getMultiDimIdentityMap(type.getRank()));
  return generic(inputs, empty(type.getShape(), element), maps, body);
}
