//===- Movement.cpp - Tensors whose elements move -------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Movement.h"

#include "Operators.h"

#include "scnn/Conversion/LinalgBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;
using namespace scnn;
using namespace scnn::onnx_import;

/// A tensor without elements, which TOSA does not know, is a constant.
static Tensor makeEmpty(Node &node, RankedTensorType type) {
  return node.makeTensor(DenseElementsAttr::get(type, ArrayRef<Attribute>()));
}

static bool isEmpty(ShapedType type) { return type.getNumElements() == 0; }

/// A constant of another shape, whose element at an index is the one of
/// `constant` at index source(index).
static DenseElementsAttr rearrange(
    DenseElementsAttr constant, ArrayRef<int64_t> shape,
    function_ref<SmallVector<int64_t>(ArrayRef<int64_t>)> source) {
  auto type = cast<RankedTensorType>(constant.getType());
  RankedTensorType resultType = type.clone(shape);
  int64_t count = resultType.getNumElements();
  if (constant.isSplat() && count > 0)
    return DenseElementsAttr::get(resultType,
                                  constant.getSplatValue<Attribute>());
  SmallVector<int64_t> from = computeStrides(type.getShape()),
                       to = computeStrides(shape);
  auto sourceOf = [&](int64_t position) {
    return linearize(source(delinearize(position, to)), from);
  };
  unsigned width = type.getElementTypeBitWidth();
  if (width % 8) {
    SmallVector<Attribute> all =
        llvm::to_vector(constant.getValues<Attribute>());
    SmallVector<Attribute> elements;
    for (int64_t i = 0; i < count; ++i)
      elements.push_back(all[sourceOf(i)]);
    return DenseElementsAttr::get(resultType, elements);
  }
  size_t bytes = width / 8;
  ArrayRef<char> all = constant.getRawData();
  SmallVector<char, 0> elements;
  elements.reserve(count * bytes);
  for (int64_t i = 0; i < count; ++i)
    elements.append(all.begin() + sourceOf(i) * bytes,
                    all.begin() + (sourceOf(i) + 1) * bytes);
  return DenseElementsAttr::getFromRawBuffer(resultType, elements);
}

Value scnn::onnx_import::reshape(Node &node, Value value,
                                 ArrayRef<int64_t> shape) {
  auto type = cast<RankedTensorType>(value.getType());
  if (type.getShape() == shape)
    return value;
  OpBuilder &builder = node.getBuilder();
  auto shapeType = tosa::shapeType::get(builder.getContext(), shape.size());
  Value shapeValue = tosa::ConstShapeOp::create(
      builder, node.getLoc(), shapeType, builder.getIndexTensorAttr(shape));
  return tosa::ReshapeOp::create(builder, node.getLoc(), type.clone(shape),
                                 value, shapeValue);
}

Value scnn::onnx_import::getInputAs(Node &node, unsigned index,
                                    ArrayRef<int64_t> shape) {
  if (node.isConstant(index) &&
      node.getInputType(index).getElementType().isF32()) {
    Tensor tensor = node.getTensorOfInput(index);
    return arith::ConstantOp::create(
        node.getBuilder(), tensor.loc,
        tensor.constant.reshape(tensor.getType().clone(shape)));
  }
  Value value = node.getInput(index);
  return value ? reshape(node, value, shape) : Value();
}

Tensor scnn::onnx_import::reshape(Node &node, const Tensor &tensor,
                                  ArrayRef<int64_t> shape) {
  if (isEmpty(tensor.getType()))
    return makeEmpty(node, tensor.getType().clone(shape));
  if (DenseElementsAttr constant = tensor.constant)
    return node.makeTensor(constant.reshape(tensor.getType().clone(shape)));
  return node.makeTensor(reshape(node, tensor.value, shape));
}

Tensor scnn::onnx_import::transpose(Node &node, const Tensor &tensor,
                                    ArrayRef<int64_t> order) {
  RankedTensorType type = tensor.getType();
  SmallVector<int64_t> shape = applyPermutation(type.getShape(), order);
  if (isEmpty(type))
    return makeEmpty(node, type.clone(shape));
  if (tensor.constant)
    return node.makeTensor(
        rearrange(tensor.constant, shape, [&](ArrayRef<int64_t> index) {
          SmallVector<int64_t> source(index.size());
          for (auto [axis, from] : llvm::enumerate(order))
            source[from] = index[axis];
          return source;
        }));
  if (order.empty())
    return tensor;
  return node.makeTensor(tosa::TransposeOp::create(
      node.getBuilder(), node.getLoc(), type.clone(shape), tensor.value,
      SmallVector<int32_t>(order.begin(), order.end())));
}

Tensor scnn::onnx_import::gather(Node &node, const Tensor &tensor, int64_t axis,
                                 ArrayRef<int64_t> positions) {
  RankedTensorType type = tensor.getType();
  SmallVector<int64_t> shape(type.getShape());
  shape[axis] = positions.size();
  if (isEmpty(type.clone(shape)))
    return makeEmpty(node, type.clone(shape));
  if (tensor.constant)
    return node.makeTensor(
        rearrange(tensor.constant, shape, [&](ArrayRef<int64_t> index) {
          SmallVector<int64_t> source(index);
          source[axis] = positions[index[axis]];
          return source;
        }));
  LinalgBuilder b(node.getLoc(), node.getBuilder());
  int64_t rank = type.getRank();
  return node.makeTensor(b.generic(
      b.vectorI64(positions), b.empty(shape, type.getElementType()),
      {b.map(rank, {b.dim(axis)}), b.getMultiDimIdentityMap(rank)},
      [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
        SmallVector<Value> index;
        for (int64_t other = 0; other < rank; ++other)
          index.push_back(
              other == axis
                  ? arith::IndexCastOp::create(in, in.getIndexType(), v[0])
                        .getResult()
                  : linalg::IndexOp::create(in, other).getResult());
        return tensor::ExtractOp::create(in, tensor.value, index);
      }));
}

Tensor scnn::onnx_import::slice(Node &node, const Tensor &tensor, int64_t axis,
                                int64_t start, int64_t size) {
  RankedTensorType type = tensor.getType();
  if (start == 0 && size == type.getDimSize(axis))
    return tensor;
  if (tensor.constant || size == 0)
    return gather(node, tensor, axis,
                  llvm::to_vector(llvm::seq(start, start + size)));
  Builder &builder = node.getBuilder();
  SmallVector<OpFoldResult> offsets(type.getRank(), builder.getIndexAttr(0)),
      strides(type.getRank(), builder.getIndexAttr(1)), sizes;
  for (int64_t extent : type.getShape())
    sizes.push_back(builder.getIndexAttr(extent));
  offsets[axis] = builder.getIndexAttr(start);
  sizes[axis] = builder.getIndexAttr(size);
  return node.makeTensor(
      tensor::ExtractSliceOp::create(node.getBuilder(), node.getLoc(),
                                     tensor.value, offsets, sizes, strides));
}

Tensor scnn::onnx_import::expand(Node &node, const Tensor &tensor,
                                 ArrayRef<int64_t> shape) {
  RankedTensorType type = tensor.getType();
  if (type.getShape() == shape)
    return tensor;
  if (isEmpty(type.clone(shape)))
    return makeEmpty(node, type.clone(shape));
  if (tensor.constant)
    return node.makeTensor(
        rearrange(tensor.constant, shape, [&](ArrayRef<int64_t> index) {
          SmallVector<int64_t> source(index);
          for (auto [position, size] : llvm::zip(source, type.getShape()))
            if (size == 1)
              position = 0;
          return source;
        }));
  LinalgBuilder b(node.getLoc(), node.getBuilder());
  SmallVector<AffineExpr> axes;
  for (auto [axis, size] : llvm::enumerate(type.getShape()))
    axes.push_back(size == shape[axis] ? b.dim(axis)
                                       : b.getAffineConstantExpr(0));
  return node.makeTensor(
      b.generic(tensor.value, b.empty(shape, type.getElementType()),
                {b.map(shape.size(), axes),
                 b.getMultiDimIdentityMap(shape.size())},
                [](ImplicitLocOpBuilder &, ValueRange v) { return v[0]; }));
}

Tensor scnn::onnx_import::concatenate(Node &node, ArrayRef<Tensor> tensors,
                                      int64_t axis) {
  RankedTensorType type = tensors[0].getType();
  SmallVector<int64_t> shape(type.getShape());
  shape[axis] = 0;
  for (const Tensor &tensor : tensors)
    shape[axis] += tensor.getType().getDimSize(axis);
  if (llvm::all_of(tensors,
                   [](const Tensor &tensor) { return bool(tensor.constant); })) {
    SmallVector<Attribute> elements(type.clone(shape).getNumElements());
    SmallVector<int64_t> to = computeStrides(shape);
    int64_t start = 0;
    for (const Tensor &tensor : tensors) {
      SmallVector<int64_t> from = computeStrides(tensor.getType().getShape());
      for (auto [position, element] :
           llvm::enumerate(tensor.constant.getValues<Attribute>())) {
        SmallVector<int64_t> index = delinearize(position, from);
        index[axis] += start;
        elements[linearize(index, to)] = element;
      }
      start += tensor.getType().getDimSize(axis);
    }
    return node.makeTensor(
        DenseElementsAttr::get(type.clone(shape), elements));
  }
  SmallVector<Value> values;
  for (const Tensor &tensor : tensors)
    if (!isEmpty(tensor.getType()))
      values.push_back(node.materialize(tensor));
  return node.makeTensor(tosa::ConcatOp::create(
      node.getBuilder(), node.getLoc(), type.clone(shape), values, axis));
}
