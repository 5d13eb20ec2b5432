//===- Convolution.cpp - Convolution and pooling in linalg ----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A convolution is a gather of the windows (columns[c, r*s, y, x], skipped for
// plain 1x1 filters) and a contraction with the weights, whose innermost loop
// runs along a tile of output positions: contiguous in all operands, so that
// it vectorizes under plain lowering, in f32 without reassociation, and short,
// so that a tile's columns stay in the cache. Convolution groups are a loop of
// their own.
//
//===----------------------------------------------------------------------===//

#include "Convolution.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace scnn;

/// Output positions that are contracted together: enough for vectors, few
/// enough for the cache.
static constexpr int64_t kLongestTile = 64, kShortestTile = 16;

/// Output channels from which on it pays to copy the columns tile by tile.
static constexpr int64_t kManyOutputs = 8;

static RankedTensorType typeOf(Value tensor) {
  return cast<RankedTensorType>(tensor.getType());
}

/// Adds a border of `value` to [N, C, H, W].
static Value pad(LinalgBuilder &b, Value input, Sides padding,
                 TypedAttr value) {
  if (padding == Sides{})
    return input;
  SmallVector<int64_t> shape(typeOf(input).getShape());
  shape[2] += padding[0] + padding[1];
  shape[3] += padding[2] + padding[3];
  return b.insert(input, b.filled(shape, b.scalar(value)),
                  {0, 0, padding[0], padding[2]});
}

Value scnn::lowerMaxPool(LinalgBuilder &b, Value input, PoolAttr pool) {
  RankedTensorType type = typeOf(input);
  Type element = type.getElementType();
  bool isFloat = isa<FloatType>(element);
  TypedAttr lowest;
  if (isFloat)
    lowest = b.getFloatAttr(
        element, APFloat::getInf(cast<FloatType>(element).getFloatSemantics(),
                                 /*Negative=*/true));
  else
    lowest = b.getIntegerAttr(
        element, APInt::getSignedMinValue(element.getIntOrFloatBitWidth()));

  Pair plane = pooledPlane(getPlane(type), pool), stride = pool.getStride();
  Value padded = pad(b, input, pool.getPadding(), lowest);
  // The window's extents are known to linalg from this operand alone.
  Value window = b.empty({pool.getSize()[0], pool.getSize()[1]}, element);
  Value initial =
      b.filled({type.getDimSize(0), type.getDimSize(1), plane[0], plane[1]},
               b.scalar(lowest));
  AffineExpr n = b.dim(0), c = b.dim(1), y = b.dim(2), r = b.dim(3),
             s = b.dim(4), x = b.dim(5);
  return b.generic({padded, window}, initial,
                   {b.map(6, {n, c, y * stride[0] + r, x * stride[1] + s}),
                    b.map(6, {r, s}), b.map(6, {n, c, y, x})},
                   [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                     if (isFloat)
                       return arith::MaximumFOp::create(in, v[0], v[2]);
                     return arith::MaxSIOp::create(in, v[0], v[2]);
                   });
}

Value scnn::lowerClamp(LinalgBuilder &b, Value input, FloatAttr minimum,
                       FloatAttr maximum) {
  if (!minimum && !maximum)
    return input;
  Value low = minimum ? b.scalar(minimum) : Value();
  Value high = maximum ? b.scalar(maximum) : Value();
  return b.elementwise(input, typeOf(input).getElementType(),
                       [&](ImplicitLocOpBuilder &in, ValueRange v) {
                         Value x = v[0];
                         if (low)
                           x = arith::MaximumFOp::create(in, x, low);
                         if (high)
                           x = arith::MinimumFOp::create(in, x, high);
                         return x;
                       });
}

/// Length of the tiles that a plane of so many positions is cut into: its
/// longest divisor up to `kLongestTile`, or the next longer one if that is very
/// short.
static int64_t tileLength(int64_t positions) {
  for (int64_t length = kLongestTile; length >= kShortestTile; --length)
    if (positions % length == 0)
      return length;
  for (int64_t length = kLongestTile; length < positions; ++length)
    if (positions % length == 0)
      return length;
  return positions;
}

namespace {
/// Sizes of one input's convolution. The positions of the output plane, in
/// row-major order, are cut into `tiles` of `positions`.
struct Sizes {
  int64_t n, groups, outputs, channels, r, s, height, width, tiles, positions;

  Sizes(Conv2DOp op, unsigned t) {
    Pair plane = op.getConvolutionPlane(), filter = op.getFilterSize(t);
    RankedTensorType input = typeOf(op.getInputs()[t]);
    groups = op.getWindow(t).getGroups();
    n = input.getDimSize(0);
    outputs = typeOf(op.getResult()).getDimSize(1) / groups;
    channels = input.getDimSize(1) / groups;
    r = filter[0];
    s = filter[1];
    height = plane[0];
    width = plane[1];
    positions = tileLength(height * width);
    tiles = height * width / positions;
  }

  /// Whether the columns are laid out tile by tile.
  bool tiledColumns() const { return tiles > 1 && outputs >= kManyOutputs; }
};
} // namespace

/// The activations that meet filter position (r, s) at output (y, x), as
/// [N, groups, channels, R * S, tiles, positions].
static Value gatherWindows(LinalgBuilder &b, Value input, WindowAttr window,
                           const Sizes &z) {
  Pair stride = window.getStride(), dilation = window.getDilation();
  SmallVector<int64_t> shape = {z.n,       z.groups, z.channels,
                                z.r * z.s, z.tiles,  z.positions};
  bool plain = z.r == 1 && z.s == 1 && stride == Pair{1, 1} &&
               window.getPadding() == Sides{};
  if (plain)
    return b.reshape(input, shape);

  RankedTensorType type = typeOf(input);
  Value padded =
      pad(b, input, window.getPadding(), b.getZeroAttr(type.getElementType()));
  AffineExpr n = b.dim(0), c = b.dim(1), r = b.dim(2), s = b.dim(3),
             y = b.dim(4), x = b.dim(5);
  // Loop extents are known to linalg from the output.
  Value columns = b.generic(
      padded,
      b.empty({z.n, z.groups * z.channels, z.r, z.s, z.height, z.width},
              type.getElementType()),
      {b.map(6, {n, c, y * stride[0] + r * dilation[0],
                 x * stride[1] + s * dilation[1]}),
       b.map(6, {n, c, r, s, y, x})},
      [](ImplicitLocOpBuilder &, ValueRange v) { return v[0]; });
  return b.reshape(columns, shape);
}

/// The columns as [N, groups, tiles, channels, R * S, positions]: what a tile
/// reads is contiguous.
static Value tileColumns(LinalgBuilder &b, Value columns, const Sizes &z) {
  AffineExpr n = b.dim(0), g = b.dim(1), tile = b.dim(2), c = b.dim(3),
             q = b.dim(4), x = b.dim(5);
  return b.generic(
      columns,
      b.empty({z.n, z.groups, z.tiles, z.channels, z.r * z.s, z.positions},
              typeOf(columns).getElementType()),
      {b.map(6, {n, g, c, q, tile, x}), b.map(6, {n, g, tile, c, q, x})},
      [](ImplicitLocOpBuilder &, ValueRange v) { return v[0]; });
}

/// A product of 16-bit integers, rounded half up by `shift` bits.
static Value roundedProduct(ImplicitLocOpBuilder &b, Value x, Value w,
                            Value half, Value shift) {
  Type type = half.getType();
  x = arith::ExtSIOp::create(b, type, x);
  w = arith::ExtSIOp::create(b, type, w);
  Value product = arith::MulIOp::create(b, x, w);
  product = arith::AddIOp::create(b, product, half);
  return arith::ShRSIOp::create(b, product, shift);
}

/// Adds one input's products to `sums`, [N, K, H, W].
static Value accumulate(LinalgBuilder &b, Value sums, Value input,
                        Value weights, WindowAttr window, const Sizes &z,
                        ArrayRef<int64_t> productShifts) {
  RankedTensorType sumsType = typeOf(sums);
  Value columns = gatherWindows(b, input, window, z);
  weights = b.reshape(weights, {z.groups, z.outputs, z.channels, z.r * z.s});
  Value grouped =
      b.reshape(sums, {z.n, z.groups, z.outputs, z.tiles, z.positions});

  AffineExpr n = b.dim(0), g = b.dim(1), tile = b.dim(2), k = b.dim(3),
             c = b.dim(4), q = b.dim(5), x = b.dim(6);
  AffineMap readColumns = b.map(7, {n, g, c, q, tile, x}),
            readWeights = b.map(7, {g, k, c, q}),
            readChannel = b.map(7, {g, c}),
            written = b.map(7, {n, g, k, tile, x});
  if (z.tiledColumns()) {
    columns = tileColumns(b, columns, z);
    readColumns = b.map(7, {n, g, tile, c, q, x});
  }
  if (isa<FloatType>(sumsType.getElementType())) {
    grouped = b.generic({columns, weights}, grouped,
                        {readColumns, readWeights, written},
                        [](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                          Value product = arith::MulFOp::create(in, v[0], v[1]);
                          return arith::AddFOp::create(in, v[2], product);
                        });
    return b.reshape(grouped, sumsType.getShape());
  }

  // 32 bits hold every product and its rounding, but for shifts of 31.
  SmallVector<int64_t> halves;
  for (int64_t shift : productShifts)
    halves.push_back(shift == 0 ? 0 : int64_t(1) << (shift - 1));
  auto channelVector = [&](ArrayRef<int64_t> values) {
    Value vector = llvm::is_contained(productShifts, 31)
                       ? b.vectorI64(values)
                       : b.vectorI32(llvm::to_vector_of<int32_t>(values));
    return b.reshape(vector, {z.groups, z.channels});
  };
  grouped = b.generic(
      {columns, weights, channelVector(halves), channelVector(productShifts)},
      grouped, {readColumns, readWeights, readChannel, readChannel, written},
      [](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
        Value product = roundedProduct(in, v[0], v[1], v[2], v[3]);
        if (product.getType() != v[4].getType())
          product = arith::ExtSIOp::create(in, v[4].getType(), product);
        return arith::AddIOp::create(in, v[4], product);
      });
  return b.reshape(grouped, sumsType.getShape());
}

/// Scales i64 sums to i16: clamp(round_half_even(sum * multiplier * 2^-shift)).
static Value requantize(LinalgBuilder &b, Value sums,
                        RequantizationAttr requantization) {
  // With sum * multiplier = floor * 2^shift + rest, the result is floor, plus
  // one if rest is above half, or is half and floor odd. Without a shift, rest
  // is 0 and any half will do.
  SmallVector<int64_t> masks, halves;
  for (int64_t shift : requantization.getShifts()) {
    masks.push_back(int64_t((uint64_t(1) << shift) - 1));
    halves.push_back(shift == 0 ? 1 : int64_t(1) << (shift - 1));
  }
  Type i64 = b.getI64Type(), i16 = b.getI16Type();
  Value minimum = b.scalar(i64, requantization.getMinimum()),
        maximum = b.scalar(i64, requantization.getMaximum()),
        one = b.scalar(i64, 1);
  AffineMap all = b.getMultiDimIdentityMap(4), channel = b.map(4, {b.dim(1)});
  return b.generic(
      {sums, b.vectorI64(requantization.getMultipliers()),
       b.vectorI64(requantization.getShifts()), b.vectorI64(masks),
       b.vectorI64(halves)},
      b.empty(typeOf(sums).getShape(), i16),
      {all, channel, channel, channel, channel, all},
      [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
        Value scaled = arith::MulIOp::create(in, v[0], v[1]);
        Value floor = arith::ShRSIOp::create(in, scaled, v[2]);
        Value rest = arith::AndIOp::create(in, scaled, v[3]);
        Value above =
            arith::CmpIOp::create(in, arith::CmpIPredicate::ugt, rest, v[4]);
        Value tie =
            arith::CmpIOp::create(in, arith::CmpIPredicate::eq, rest, v[4]);
        Value odd = arith::TruncIOp::create(in, in.getI1Type(), floor);
        Value up = arith::OrIOp::create(in, above,
                                        arith::AndIOp::create(in, tie, odd));
        Value rounded = arith::SelectOp::create(
            in, up, arith::AddIOp::create(in, floor, one).getResult(), floor);
        Value clamped = arith::MinSIOp::create(
            in, arith::MaxSIOp::create(in, rounded, minimum), maximum);
        return arith::TruncIOp::create(in, i16, clamped);
      });
}

/// The sums before any product: the bias of each output channel, or zero.
static Value initialSums(LinalgBuilder &b, ArrayRef<int64_t> shape, Type type,
                         Value bias) {
  if (!bias)
    return b.filled(shape, b.scalar(cast<TypedAttr>(b.getZeroAttr(type))));
  return b.generic(bias, b.empty(shape, type),
                   {b.map(4, {b.dim(1)}), b.getMultiDimIdentityMap(4)},
                   [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                     if (v[0].getType() == type)
                       return v[0];
                     return arith::ExtSIOp::create(in, type, v[0]);
                   });
}

Value scnn::lowerConvolution(LinalgBuilder &b, Conv2DOp op, ValueRange inputs,
                             ValueRange weights, Value bias) {
  RequantizationAttr requantization = op.getRequantizationAttr();
  Type sumType = requantization ? Type(b.getI64Type()) : b.getF32Type();
  Pair plane = op.getConvolutionPlane();
  ArrayRef<int64_t> result = typeOf(op.getResult()).getShape();
  Value sums =
      initialSums(b, {result[0], result[1], plane[0], plane[1]}, sumType, bias);

  ArrayRef<int64_t> shifts;
  if (requantization)
    shifts = requantization.getProductShifts();
  for (unsigned t = 0; t < inputs.size(); ++t) {
    int64_t channels = requantization ? typeOf(inputs[t]).getDimSize(1) : 0;
    sums = accumulate(b, sums, inputs[t], weights[t], op.getWindow(t),
                      Sizes(op, t), shifts.take_front(channels));
    shifts = shifts.drop_front(channels);
  }

  if (!requantization)
    sums = lowerClamp(b, sums, op.getClampMinAttr(), op.getClampMaxAttr());
  if (PoolAttr pool = op.getPoolAttr())
    sums = lowerMaxPool(b, sums, pool);
  return requantization ? requantize(b, sums, requantization) : sums;
}
