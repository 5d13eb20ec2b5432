//===- UnrollBatch.cpp - One convolution for each image of a batch --------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/IR/Legality.h"
#include "scnn/Dialect/SCNN/Transforms/Passes.h"
#include "scnn/Dialect/SCNN/Transforms/Ranges.h"
#include "scnn/Dialect/SCNN/Transforms/Remarks.h"
#include "scnn/Layout/Plane.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"

namespace scnn {
#define GEN_PASS_DEF_UNROLLBATCH
#include "scnn/Dialect/SCNN/Transforms/Passes.h.inc"
} // namespace scnn

using namespace mlir;
using namespace scnn;

static RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

static Value reshape(OpBuilder &builder, Location loc, Value value,
                     ArrayRef<int64_t> shape) {
  Value shapeValue = tosa::ConstShapeOp::create(
      builder, loc, tosa::shapeType::get(builder.getContext(), shape.size()),
      builder.getIndexTensorAttr(shape));
  return tosa::ReshapeOp::create(builder, loc, typeOf(value).clone(shape),
                                 value, shapeValue);
}

/// [M, N] as [N, M].
static Value transpose(OpBuilder &builder, Location loc, Value value) {
  RankedTensorType type = typeOf(value);
  return tosa::TransposeOp::create(
      builder, loc, type.clone({type.getDimSize(1), type.getDimSize(0)}), value,
      ArrayRef<int32_t>{1, 0});
}

namespace {

/// A batch [N, C, H, W] in the form that its readers want. What is absent has
/// not been asked for.
struct Batch {
  /// [1, C, H, W] each.
  SmallVector<Value> images;
  /// [1, C, h, w] with h * w = N, where H = W = 1.
  Value positions;
};

struct UnrollBatch : scnn::impl::UnrollBatchBase<UnrollBatch> {
  void runOnOperation() override {
    batches.clear();
    SmallVector<Conv2DOp> convolutions;
    getOperation().walk([&](Conv2DOp op) {
      if (typeOf(op.getResult()).getDimSize(0) > 1 && !op.getRequantization() &&
          isLegal(op))
        convolutions.push_back(op);
    });
    for (Conv2DOp op : convolutions)
      isVectorLayer(op) ? makePositions(op) : makeImages(op);
    // The readers in front of which a batch must be whole are known now.
    for (Conv2DOp op : llvm::reverse(convolutions)) {
      if (!op.getResult().use_empty())
        op.getResult().replaceAllUsesWith(join(op));
      op.erase();
    }
  }

private:
  DenseMap<Value, Batch> batches;

  /// Whether all planes have one element, so that images can be positions.
  static bool isVectorLayer(Conv2DOp op) {
    if (op.getPool() || getPlane(op.getResult().getType()) != Pair{1, 1})
      return false;
    for (unsigned t = 0; t < op.getInputs().size(); ++t)
      if (getPlane(op.getInputs()[t].getType()) != Pair{1, 1} ||
          op.getFilterSize(t) != Pair{1, 1} ||
          op.getWindow(t).getPadding() != Sides{})
        return false;
    return true;
  }

  /// Operations that move the elements of `value` go right behind it.
  static OpBuilder builderBehind(Value value) {
    OpBuilder builder(value.getContext());
    builder.setInsertionPointAfterValue(value);
    return builder;
  }

  /// Image n of a batch.
  Value getImage(Value value, int64_t n) {
    Batch &batch = batches[value];
    if (batch.images.empty()) {
      Value whole = batch.positions ? join(value) : value;
      OpBuilder builder = builderBehind(whole);
      RankedTensorType type = typeOf(value);
      SmallVector<int64_t> sizes(type.getShape());
      sizes[0] = 1;
      for (int64_t i = 0; i < type.getDimSize(0); ++i) {
        SmallVector<OpFoldResult> offsets(4, builder.getIndexAttr(0)),
            strides(4, builder.getIndexAttr(1));
        offsets[0] = builder.getIndexAttr(i);
        auto slice = tensor::ExtractSliceOp::create(
            builder, value.getLoc(), type.clone(sizes), whole, offsets,
            getAsIndexOpFoldResult(builder.getContext(), sizes), strides);
        copyRange(value, slice);
        copyPeakDensity(value, slice);
        batch.images.push_back(slice);
      }
    }
    return batch.images[n];
  }

  Value getPositions(Value value) {
    Batch &batch = batches[value];
    if (!batch.positions) {
      Value whole = batch.images.empty() ? value : join(value);
      OpBuilder builder = builderBehind(whole);
      Location loc = value.getLoc();
      RankedTensorType type = typeOf(value);
      int64_t n = type.getDimSize(0), channels = type.getDimSize(1);
      Pair plane = makePlane(n);
      Value flat = reshape(builder, loc, whole, {n, channels});
      batch.positions = reshape(builder, loc, transpose(builder, loc, flat),
                                {1, channels, plane[0], plane[1]});
      copyRange(value, batch.positions.getDefiningOp());
    }
    return batch.positions;
  }

  /// A result [N, ...] that has been computed in another form.
  Value join(Value value) {
    const Batch &batch = batches[value];
    Location loc = value.getLoc();
    RankedTensorType type = typeOf(value);
    if (batch.positions) {
      OpBuilder builder = builderBehind(batch.positions);
      int64_t n = type.getDimSize(0), channels = type.getDimSize(1);
      Value flat = reshape(builder, loc, batch.positions, {channels, n});
      return reshape(builder, loc, transpose(builder, loc, flat),
                     type.getShape());
    }
    OpBuilder builder = builderBehind(batch.images.back());
    return tosa::ConcatOp::create(builder, loc, type, batch.images, 0);
  }

  /// A copy of the convolution on other inputs.
  Conv2DOp cloneOnto(Conv2DOp op, ArrayRef<Value> inputs, Type resultType,
                     Location loc) {
    OpBuilder builder(op);
    auto clone = cast<Conv2DOp>(builder.clone(*op));
    clone->setLoc(loc);
    clone.getInputsMutable().assign(inputs);
    clone.getResult().setType(cast<RankedTensorType>(resultType));
    return clone;
  }

  void makeImages(Conv2DOp op) {
    RankedTensorType type = typeOf(op.getResult());
    SmallVector<int64_t> shape(type.getShape());
    shape[0] = 1;
    SmallVector<Value> images;
    for (int64_t n = 0; n < type.getDimSize(0); ++n) {
      SmallVector<Value> inputs;
      for (Value input : op.getInputs())
        inputs.push_back(getImage(input, n));
      std::string name = getLayerName(op) + "[" + std::to_string(n) + "]";
      images.push_back(
          cloneOnto(op, inputs, type.clone(shape),
                    NameLoc::get(StringAttr::get(&getContext(), name)))
              .getResult());
    }
    batches[op.getResult()].images = images;
    report(op, "images one after another");
  }

  void makePositions(Conv2DOp op) {
    RankedTensorType type = typeOf(op.getResult());
    Pair plane = makePlane(type.getDimSize(0));
    SmallVector<Value> inputs;
    SmallVector<Attribute> windows;
    for (auto [t, input] : llvm::enumerate(op.getInputs())) {
      inputs.push_back(getPositions(input));
      // A stride has nothing to step over in a plane of one element.
      windows.push_back(WindowAttr::get(&getContext(), Pair{1, 1}, Sides{},
                                        Pair{1, 1},
                                        op.getWindow(t).getGroups()));
    }
    Conv2DOp clone =
        cloneOnto(op, inputs,
                  type.clone({1, type.getDimSize(1), plane[0], plane[1]}),
                  op.getLoc());
    clone.setWindowsAttr(ArrayAttr::get(&getContext(), windows));
    batches[op.getResult()].positions = clone.getResult();
    report(op, "images are positions of one plane");
  }

  void report(Conv2DOp op, StringRef how) {
    choice(op, "unroll-batch")
        << remark::add("{0}", how)
        << remark::metric("Images", typeOf(op.getResult()).getDimSize(0));
  }
};
} // namespace
