//===- MatrixOperators.cpp - ONNX Gemm and MatMul -------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A product with a constant matrix is a 1x1 convolution, whose input channels
// are the index that is summed over:
//
// * x [M, K] times w [K, N]: M images of one element, [M, K, 1, 1];
// * w [M, K] times x [K, N]: one image of N elements, [1, K, ., .].
//
// Matrices w that differ from batch to batch are convolution groups. The host
// multiplies two computed matrices.
//
//===----------------------------------------------------------------------===//

#include "Arithmetic.h"
#include "Operators.h"

#include "scnn/Dialect/SCNN/IR/ConstantWeights.h"
#include "scnn/Dialect/SCNN/IR/SCNN.h"
#include "scnn/Layout/Plane.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Traits.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;
using namespace scnn;
using namespace scnn::onnx_import;

/// A 1x1 convolution with weights of any shape that has their elements in the
/// order [K, C / groups].
static Value createConvolution(Node &node, Value image,
                               DenseElementsAttr weights, int64_t groups,
                               DenseElementsAttr bias = {}) {
  OpBuilder &builder = node.getBuilder();
  int64_t channels =
      cast<RankedTensorType>(image.getType()).getDimSize(1) / groups;
  auto type = RankedTensorType::get(
      {weights.getNumElements() / channels, channels, 1, 1},
      builder.getF32Type());
  Value w =
      arith::ConstantOp::create(builder, node.getLoc(), weights.reshape(type));
  Value b;
  if (bias)
    b = arith::ConstantOp::create(builder, node.getLoc(), bias);
  return Conv2DOp::create(builder, node.getLoc(), image, w, b,
                          WindowAttr::get(builder.getContext(), Pair{1, 1},
                                          Sides{}, Pair{1, 1}, groups));
}

namespace {
/// [batch, rows, columns] of an operand of a product, in [axes..., rows,
/// columns].
struct Matrices {
  SmallVector<int64_t> batch;
  int64_t rows, columns;

  explicit Matrices(ArrayRef<int64_t> shape)
      : batch(shape.drop_back(2)), rows(shape[shape.size() - 2]),
        columns(shape.back()) {}

  int64_t count() const { return computeProduct(batch); }
  SmallVector<int64_t> shape(ArrayRef<int64_t> axes) const {
    SmallVector<int64_t> result(axes);
    result.append({rows, columns});
    return result;
  }
};
} // namespace

/// x times the constant w, each [batch, rows, columns]; [batch, M, N].
static Value multiplyByConstant(Node &node, Value x, DenseElementsAttr w,
                                const Matrices &lhs, const Matrices &rhs,
                                ArrayRef<int64_t> batch) {
  int64_t m = lhs.rows, k = lhs.columns, n = rhs.columns;
  if (rhs.count() == 1) {
    Value image = reshape(node, x, {lhs.count() * m, k, 1, 1});
    w = transposeConstant(w.reshape(w.getType().clone({k, n})), {1, 0});
    return createConvolution(node, image, w, /*groups=*/1);
  }
  int64_t groups = computeProduct(batch);
  x = broadcast(node, x, lhs.shape(batch));
  x = transpose(node, reshape(node, x, {groups, m, k}), {0, 2, 1});
  Pair plane = makePlane(m);
  w = broadcastConstant(w, rhs.shape(batch));
  w = transposeConstant(w.reshape(w.getType().clone({groups, k, n})),
                        {0, 2, 1});
  Value product = createConvolution(
      node, reshape(node, x, {1, groups * k, plane[0], plane[1]}), w, groups);
  return transpose(node, reshape(node, product, {groups, n, m}), {0, 2, 1});
}

/// The constant w times x, each [batch, rows, columns]; [batch, M, N].
static Value multiplyConstant(Node &node, DenseElementsAttr w, Value x,
                              const Matrices &lhs, const Matrices &rhs,
                              ArrayRef<int64_t> batch) {
  int64_t k = rhs.rows;
  Pair plane = makePlane(rhs.columns);
  if (lhs.count() == 1) {
    Value images = reshape(node, x, {rhs.count(), k, plane[0], plane[1]});
    return createConvolution(node, images, w, /*groups=*/1);
  }
  int64_t groups = computeProduct(batch);
  x = broadcast(node, x, rhs.shape(batch));
  return createConvolution(
      node, reshape(node, x, {1, groups * k, plane[0], plane[1]}),
      broadcastConstant(w, lhs.shape(batch)), groups);
}

LogicalResult scnn::onnx_import::importMatMul(Node &node) {
  RankedTensorType types[] = {node.getInputType(0), node.getInputType(1)};
  for (unsigned index : {0, 1})
    if (types[index].getRank() == 0 || types[index].getNumElements() == 0 ||
        !types[index].getElementType().isF32())
      return node.emitError()
             << "expected input #" << index
             << " of rank 1 or more, of f32, with elements, but got "
             << types[index];
  // A vector is a row on the left, a column on the right.
  SmallVector<int64_t> shapes[] = {
      SmallVector<int64_t>(types[0].getShape()),
      SmallVector<int64_t>(types[1].getShape())};
  bool isRow = shapes[0].size() == 1, isColumn = shapes[1].size() == 1;
  if (isRow)
    shapes[0].insert(shapes[0].begin(), 1);
  if (isColumn)
    shapes[1].push_back(1);
  size_t rank = std::max(shapes[0].size(), shapes[1].size());
  for (SmallVector<int64_t> &shape : shapes)
    shape.insert(shape.begin(), rank - shape.size(), 1);
  Matrices lhs(shapes[0]), rhs(shapes[1]);
  SmallVector<int64_t> batch;
  if (lhs.columns != rhs.rows ||
      !OpTrait::util::getBroadcastedShape(lhs.batch, rhs.batch, batch))
    return node.emitError()
           << "cannot multiply " << types[0] << " and " << types[1];

  SmallVector<int64_t> shape(batch);
  if (!isRow)
    shape.push_back(lhs.rows);
  if (!isColumn)
    shape.push_back(rhs.columns);
  if (failed(makeTensorType(shape, types[0].getElementType(), "the result",
                            [&] { return node.emitError(); })))
    return failure();
  Value result;
  if (node.isConstant(0) == node.isConstant(1)) {
    int64_t count = computeProduct(batch);
    auto getOperand = [&](unsigned index, const Matrices &matrices) {
      Value value = getInputAs(node, index, shapes[index]);
      value = broadcast(node, value, matrices.shape(batch));
      return reshape(node, value, {count, matrices.rows, matrices.columns});
    };
    Value a = getOperand(0, lhs), b = getOperand(1, rhs);
    result = matrixProduct(node, a, b);
  } else if (node.isConstant(1)) {
    DenseElementsAttr w = node.getTensorOfInput(1).constant;
    result = multiplyByConstant(node, getInputAs(node, 0, shapes[0]),
                                w.reshape(w.getType().clone(shapes[1])), lhs,
                                rhs, batch);
  } else {
    DenseElementsAttr w = node.getTensorOfInput(0).constant;
    result = multiplyConstant(node, w.reshape(w.getType().clone(shapes[0])),
                              getInputAs(node, 1, shapes[1]), lhs, rhs, batch);
  }
  node.setResult(reshape(node, result, shape));
  return success();
}

//===----------------------------------------------------------------------===//
// Gemm
//===----------------------------------------------------------------------===//

static DenseElementsAttr scale(DenseElementsAttr constant, float factor) {
  if (factor == 1.0f)
    return constant;
  std::vector<float> values;
  values.reserve(constant.getNumElements());
  for (float value : constant.getValues<float>())
    values.push_back(factor * value);
  return DenseElementsAttr::get(constant.getType(), ArrayRef<float>(values));
}

/// Input `index`, transposed if the attribute says so; the constant is.
static DenseElementsAttr getConstantMatrix(Node &node, unsigned index,
                                           bool transposed) {
  DenseElementsAttr constant = node.getConstant(index, "the matrix");
  return constant && transposed ? transposeConstant(constant, {1, 0})
                                : constant;
}

static Value getMatrix(Node &node, unsigned index, bool transposed) {
  Value value = node.getInput(index);
  return value && transposed ? transpose(node, value, {1, 0}) : value;
}

static Value createScalar(Node &node, float value) {
  OpBuilder &builder = node.getBuilder();
  auto type = RankedTensorType::get({1, 1}, builder.getF32Type());
  return arith::ConstantOp::create(builder, node.getLoc(),
                                   DenseElementsAttr::get(type, value));
}

LogicalResult scnn::onnx_import::importGemm(Node &node) {
  RankedTensorType a = node.getInputType(0), b = node.getInputType(1);
  for (RankedTensorType type : {a, b})
    if (type.getRank() != 2 || type.getNumElements() == 0 ||
        !type.getElementType().isF32())
      return node.emitError()
             << "expected f32 matrices with elements, but got " << type;
  bool transA = node.getInt("transA", 0), transB = node.getInt("transB", 0);
  float alpha = node.getFloat("alpha", 1.0f), beta = node.getFloat("beta", 1.0f);
  // Before operator set 7, it allowed what has always been allowed since.
  node.getInt("broadcast", 1);
  int64_t m = a.getDimSize(transA), k = a.getDimSize(!transA),
          n = b.getDimSize(!transB);
  if (b.getDimSize(transB) != k)
    return node.emitError() << "cannot multiply " << a << " and " << b;
  auto emitError = [&] { return node.emitError(); };
  FailureOr<RankedTensorType> type =
      makeTensorType({m, n}, a.getElementType(), "the result", emitError);
  if (failed(type))
    return failure();

  // The addend, as rows and columns that broadcast.
  Pair addend = {1, 1};
  if (node.hasInput(2)) {
    RankedTensorType c = node.getInputType(2);
    SmallVector<int64_t> shape;
    if (!OpTrait::util::getBroadcastedShape(type->getShape(), c.getShape(),
                                            shape) ||
        ArrayRef<int64_t>(shape) != type->getShape())
      return node.emitError() << "cannot add " << c << " to " << *type;
    for (auto [axis, size] : llvm::enumerate(llvm::reverse(c.getShape())))
      addend[1 - axis] = size;
  }
  bool hasAddend = node.hasInput(2) && beta != 0.0f;

  // Constant weights on the right give output channels that are columns, on the
  // left rows. The bias is an addend for each of them.
  bool onRight = node.isConstant(1) && !node.isConstant(0),
       onLeft = node.isConstant(0) && !node.isConstant(1);
  DenseElementsAttr bias;
  if (hasAddend && node.isConstant(2) && (onRight || onLeft) &&
      addend[onRight ? 0 : 1] == 1) {
    DenseElementsAttr constant = node.getConstant(2, "the addend");
    if (!constant)
      return failure();
    int64_t outputs = onRight ? n : m;
    constant = constant.reshape(
        constant.getType().clone({addend[onRight ? 1 : 0]}));
    bias = broadcastConstant(scale(constant, beta), outputs);
    hasAddend = false;
  }

  Value result;
  if (onRight) {
    Value x = getMatrix(node, 0, transA);
    DenseElementsAttr w = getConstantMatrix(node, 1, !transB);
    result = createConvolution(node, reshape(node, x, {m, k, 1, 1}),
                               scale(w, alpha), /*groups=*/1, bias);
  } else if (onLeft) {
    Value x = getMatrix(node, 1, transB);
    DenseElementsAttr w = getConstantMatrix(node, 0, transA);
    Pair plane = makePlane(n);
    result = createConvolution(
        node, reshape(node, x, {1, k, plane[0], plane[1]}), scale(w, alpha),
        /*groups=*/1, bias);
  } else {
    result = matrixProduct(
        node, reshape(node, getMatrix(node, 0, transA), {1, m, k}),
        reshape(node, getMatrix(node, 1, transB), {1, k, n}));
    if (alpha != 1.0f)
      result = multiply(node, result, createScalar(node, alpha));
  }
  result = reshape(node, result, {m, n});
  if (hasAddend) {
    Value c = getInputAs(node, 2, addend);
    if (!c)
      return failure();
    if (beta != 1.0f)
      c = multiply(node, c, createScalar(node, beta));
    result = add(node, result, c);
  }
  node.setResult(result);
  return success();
}
