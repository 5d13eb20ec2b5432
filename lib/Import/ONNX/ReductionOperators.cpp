//===- ReductionOperators.cpp - ONNX operators that add up ----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Movement.h"
#include "Operators.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace scnn;
using namespace scnn::onnx_import;

/// The first input, of f32, or null with an error.
static Value getFloats(Node &node) { return node.getInput(0); }

static Value number(ImplicitLocOpBuilder &b, double value) {
  return arith::ConstantOp::create(b, b.getF64FloatAttr(value));
}

/// Adds `value` of f32 to a sum of f64: the order of many terms then does not
/// matter to the result in f32.
static Value addWide(ImplicitLocOpBuilder &b, Value sum, Value value) {
  Value wide = arith::ExtFOp::create(b, sum.getType(), value);
  return arith::AddFOp::create(b, sum, wide);
}

//===----------------------------------------------------------------------===//
// ReduceMean
//===----------------------------------------------------------------------===//

/// Whether each axis of the first input is reduced.
static FailureOr<SmallVector<bool>> getReducedAxes(Node &node) {
  int64_t rank = node.getInputType(0).getRank();
  FailureOr<std::optional<SmallVector<int64_t>>> axes =
      node.getIntegers("axes", 1, 18);
  if (failed(axes))
    return failure();
  bool none = !*axes || (*axes)->empty();
  if (none && node.getInt("noop_with_empty_axes", 0))
    return SmallVector<bool>(rank, false);
  SmallVector<bool> reduced(rank, none);
  if (none)
    return reduced;
  for (int64_t axis : **axes) {
    if (axis < -rank || axis >= rank)
      return node.emitError() << "expected axes in " << -rank << " ... "
                              << rank - 1 << ", but got " << axis;
    reduced[axis < 0 ? axis + rank : axis] = true;
  }
  return reduced;
}

LogicalResult scnn::onnx_import::importReduceMean(Node &node) {
  RankedTensorType input = node.getInputType(0);
  FailureOr<SmallVector<bool>> reduced = getReducedAxes(node);
  bool keep = node.getInt("keepdims", 1);
  node.getInt("noop_with_empty_axes", 0);
  Value x = getFloats(node);
  if (failed(reduced) || !x)
    return failure();
  if (!llvm::is_contained(*reduced, true)) {
    node.setResult(x);
    return success();
  }
  LinalgBuilder b(node.getLoc(), node.getBuilder());
  int64_t rank = input.getRank(), count = 1;
  SmallVector<int64_t> rest, kept;
  SmallVector<AffineExpr> axes;
  for (int64_t axis = 0; axis < rank; ++axis) {
    int64_t size = input.getDimSize(axis);
    if ((*reduced)[axis]) {
      count *= size;
      kept.push_back(1);
      continue;
    }
    rest.push_back(size);
    kept.push_back(size);
    axes.push_back(b.dim(axis));
  }
  Value sum = b.generic(
      x, b.filled(rest, number(b, 0)),
      {b.getMultiDimIdentityMap(rank), b.map(rank, axes)},
      [](ImplicitLocOpBuilder &in, ValueRange v) {
        return addWide(in, v[1], v[0]);
      });
  Value mean = b.elementwise(
      sum, b.getF32Type(), [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
        Value quotient = arith::DivFOp::create(in, v[0], number(in, count));
        return arith::TruncFOp::create(in, in.getF32Type(), quotient);
      });
  node.setResult(reshape(node, mean, keep ? kept : rest));
  return success();
}

//===----------------------------------------------------------------------===//
// Softmax
//===----------------------------------------------------------------------===//

LogicalResult scnn::onnx_import::importSoftmax(Node &node) {
  RankedTensorType input = node.getInputType(0);
  int64_t rank = input.getRank();
  // Up to operator set 12, all axes from this one on are one.
  bool flattens = node.getOperatorSet() < 13;
  FailureOr<int64_t> axis =
      node.getAxis("axis", flattens ? 1 : -1, rank, rank);
  Value x = getFloats(node);
  if (failed(axis) || !x)
    return failure();
  if (flattens) {
    int64_t outer = 1, inner = 1;
    for (auto [index, size] : llvm::enumerate(input.getShape()))
      (int64_t(index) < *axis ? outer : inner) *= size;
    x = reshape(node, x, {outer, inner});
    axis = 1;
  }
  LinalgBuilder b(node.getLoc(), node.getBuilder());
  auto type = cast<RankedTensorType>(x.getType());
  Value result = linalg::SoftmaxOp::create(
                     b, type, x, b.empty(type.getShape(), b.getF32Type()),
                     b.getI64IntegerAttr(*axis))
                     ->getResult(0);
  node.setResult(reshape(node, result, input.getShape()));
  return success();
}

//===----------------------------------------------------------------------===//
// LRN
//===----------------------------------------------------------------------===//

LogicalResult scnn::onnx_import::importLRN(Node &node) {
  RankedTensorType input = node.getInputType(0);
  int64_t rank = input.getRank();
  if (rank < 3)
    return node.emitError() << "expected input #0 of rank 3 or more, "
                               "[N, C, ...], but got "
                            << input;
  int64_t size = node.getInt("size", 0);
  if (size < 1 || size > 65535)
    return node.emitError() << "expected attribute 'size' in 1 ... 65535, but "
                               "got "
                            << size;
  double alpha = node.getFloat("alpha", 0.0001f),
         beta = node.getFloat("beta", 0.75f), bias = node.getFloat("bias", 1);
  Value x = getFloats(node);
  if (!x)
    return failure();

  // Squares of (size - 1) / 2 channels before, and of size / 2 behind, add up.
  LinalgBuilder b(node.getLoc(), node.getBuilder());
  Value zero = arith::ConstantOp::create(b, b.getF32FloatAttr(0));
  SmallVector<int64_t> padded(input.getShape()), offsets(rank, 0);
  padded[1] += size - 1;
  offsets[1] = (size - 1) / 2;
  Value channels = b.insert(x, b.filled(padded, zero), offsets);
  SmallVector<AffineExpr> read, written;
  for (int64_t axis = 0; axis < rank; ++axis) {
    written.push_back(b.dim(axis));
    read.push_back(axis == 1 ? b.dim(1) + b.dim(rank) : b.dim(axis));
  }
  // The window's extent is known to linalg from this operand alone.
  Value window = b.empty({size}, b.getF32Type());
  Value sums = b.generic(
      {channels, window}, b.filled(input.getShape(), number(b, 0)),
      {b.map(rank + 1, read), b.map(rank + 1, {b.dim(rank)}),
       b.map(rank + 1, written)},
      [](ImplicitLocOpBuilder &in, ValueRange v) {
        return addWide(in, v[2], arith::MulFOp::create(in, v[0], v[0]));
      });
  node.setResult(b.elementwise(
      {x, sums}, b.getF32Type(),
      [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
        Value scaled = arith::MulFOp::create(in, v[1], number(in, alpha / size));
        Value base = arith::AddFOp::create(in, scaled, number(in, bias));
        Value narrow = arith::TruncFOp::create(in, in.getF32Type(), base);
        Value power = math::PowFOp::create(
            in, narrow,
            arith::ConstantOp::create(in, in.getF32FloatAttr(float(beta)))
                .getResult());
        return arith::DivFOp::create(in, v[0], power);
      }));
  return success();
}
