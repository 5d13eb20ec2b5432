//===- SCNNToLinalg.cpp - scnn tensor operations to linalg ----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convolution.h"
#include "scnn/Conversion/LinalgBuilder.h"
#include "scnn/Conversion/Passes.h"
#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/Transforms/FuncConversions.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/DialectConversion.h"

namespace scnn {
#define GEN_PASS_DEF_CONVERTSCNNTOLINALG
#include "scnn/Conversion/Passes.h.inc"
} // namespace scnn

using namespace mlir;
using namespace scnn;

namespace {

/// Fixed point becomes its storage, layouts vanish.
class StorageTypeConverter : public TypeConverter {
public:
  StorageTypeConverter() {
    addConversion([](Type type) { return type; });
    addConversion([](quant::UniformQuantizedType type) -> std::optional<Type> {
      if (!isFixedPoint(type))
        return std::nullopt;
      return IntegerType::get(type.getContext(), 16);
    });
    addConversion([this](RankedTensorType type) -> std::optional<Type> {
      Type element = convertType(type.getElementType());
      Attribute encoding = type.getEncoding();
      if (!element)
        return Type();
      if (encoding && isa<SCNNDialect>(encoding.getDialect()))
        encoding = nullptr;
      return RankedTensorType::get(type.getShape(), element, encoding);
    });
  }
};

struct Conv2DPattern : OpConversionPattern<Conv2DOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(Conv2DOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (op.getImage())
      return failure();
    LinalgBuilder b(op.getLoc(), rewriter);
    rewriter.replaceOp(op, lowerConvolution(b, op, adaptor.getInputs(),
                                            adaptor.getWeights(),
                                            adaptor.getBias()));
    return success();
  }
};

struct MaxPool2DPattern : OpConversionPattern<MaxPool2DOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(MaxPool2DOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    LinalgBuilder b(op.getLoc(), rewriter);
    rewriter.replaceOp(op, lowerMaxPool(b, adaptor.getInput(), op.getPool()));
    return success();
  }
};

struct AddPattern : OpConversionPattern<AddOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(AddOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    LinalgBuilder b(op.getLoc(), rewriter);
    rewriter.replaceOp(
        op, b.elementwise(adaptor.getOperands(), b.getF32Type(),
                          [](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                            return arith::AddFOp::create(in, v[0], v[1]);
                          }));
    return success();
  }
};

struct ClampPattern : OpConversionPattern<ClampOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(ClampOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    LinalgBuilder b(op.getLoc(), rewriter);
    rewriter.replaceOp(op,
                       lowerClamp(b, adaptor.getInput(), op.getClampMinAttr(),
                                  op.getClampMaxAttr()));
    return success();
  }
};

/// `parts` one after the other along a dimension of a tensor of that type.
static Value concatenate(LinalgBuilder &b, ValueRange parts, unsigned dimension,
                         ArrayRef<int64_t> shape, Type element) {
  Value result = b.empty(shape, element);
  SmallVector<int64_t> offsets(shape.size(), 0);
  for (Value part : parts) {
    result = b.insert(part, result, offsets);
    offsets[dimension] +=
        cast<RankedTensorType>(part.getType()).getDimSize(dimension);
  }
  return result;
}

struct ConcatPattern : OpConversionPattern<ConcatOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(ConcatOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    LinalgBuilder b(op.getLoc(), rewriter);
    auto type = cast<RankedTensorType>(op.getResult().getType());
    rewriter.replaceOp(op, concatenate(b, adaptor.getInputs(), 1,
                                       type.getShape(), type.getElementType()));
    return success();
  }
};

struct ExtendChannelsPattern : OpConversionPattern<ExtendChannelsOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(ExtendChannelsOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    LinalgBuilder b(op.getLoc(), rewriter);
    auto type = cast<RankedTensorType>(op.getResult().getType());
    Value zeros = b.filled(type.getShape(), b.scalar(b.getF32FloatAttr(0.0f)));
    rewriter.replaceOp(op, b.insert(adaptor.getInput(), zeros, {0, 0, 0, 0}));
    return success();
  }
};

/// Where a tensor lies changes nothing in what it is.
struct LoadPattern : OpConversionPattern<LoadOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(LoadOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Value input = adaptor.getInput();
    if (op.isPiece()) {
      auto type = cast<RankedTensorType>(
          getTypeConverter()->convertType(op.getResult().getType()));
      SmallVector<OpFoldResult> offsets(4, rewriter.getIndexAttr(0));
      SmallVector<OpFoldResult> strides(4, rewriter.getIndexAttr(1));
      offsets[2] = rewriter.getIndexAttr(op.getRows().begin);
      input = tensor::ExtractSliceOp::create(
          rewriter, op.getLoc(), type, input, offsets,
          getAsIndexOpFoldResult(rewriter.getContext(), type.getShape()),
          strides);
    }
    rewriter.replaceOp(op, input);
    return success();
  }
};

struct StorePattern : OpConversionPattern<StoreOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(StoreOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ValueRange pieces = adaptor.getPieces();
    if (pieces.size() == 1) {
      rewriter.replaceOp(op, pieces.front());
      return success();
    }
    LinalgBuilder b(op.getLoc(), rewriter);
    auto type = cast<RankedTensorType>(
        getTypeConverter()->convertType(op.getResult().getType()));
    rewriter.replaceOp(op, concatenate(b, pieces, 2, type.getShape(),
                                       type.getElementType()));
    return success();
  }
};

/// Computed in f64, in which the quotient of f32 and scale is rounded far below
/// the distance of two f32 values.
struct QuantizeCastPattern : OpConversionPattern<quant::QuantizeCastOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(quant::QuantizeCastOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (!isa<RankedTensorType>(op.getResult().getType()))
      return rewriter.notifyMatchFailure(op, "expected a ranked tensor");
    LinalgBuilder b(op.getLoc(), rewriter);
    Type i16 = b.getI16Type(), f64 = b.getF64Type();
    Value scale =
              b.scalar(b.getF64FloatAttr(getScale(op.getResult().getType()))),
          low = b.scalar(b.getF64FloatAttr(-32768.0)),
          high = b.scalar(b.getF64FloatAttr(32767.0)),
          zero = b.scalar(b.getF64FloatAttr(0.0));
    rewriter.replaceOp(
        op, b.elementwise(adaptor.getInput(), i16,
                          [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                            Value x = arith::ExtFOp::create(in, f64, v[0]);
                            x = arith::DivFOp::create(in, x, scale);
                            x = math::RoundEvenOp::create(in, x);
                            Value isNaN = arith::CmpFOp::create(
                                in, arith::CmpFPredicate::UNO, x, x);
                            x = arith::SelectOp::create(in, isNaN, zero, x);
                            x = arith::MaximumFOp::create(in, x, low);
                            x = arith::MinimumFOp::create(in, x, high);
                            return arith::FPToSIOp::create(in, i16, x);
                          }));
    return success();
  }
};

struct DequantizeCastPattern : OpConversionPattern<quant::DequantizeCastOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(quant::DequantizeCastOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (!isa<RankedTensorType>(op.getResult().getType()))
      return rewriter.notifyMatchFailure(op, "expected a ranked tensor");
    LinalgBuilder b(op.getLoc(), rewriter);
    Type f32 = b.getF32Type(), f64 = b.getF64Type();
    Value scale =
        b.scalar(b.getF64FloatAttr(getScale(op.getInput().getType())));
    rewriter.replaceOp(
        op, b.elementwise(adaptor.getInput(), f32,
                          [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                            Value x = arith::SIToFPOp::create(in, f64, v[0]);
                            x = arith::MulFOp::create(in, x, scale);
                            return arith::TruncFOp::create(in, f32, x);
                          }));
    return success();
  }
};

/// Operations of the tensor dialect that move fixed-point elements.
struct TensorOpPattern : ConversionPattern {
  TensorOpPattern(const TypeConverter &converter, MLIRContext *context)
      : ConversionPattern(converter, MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult
  matchAndRewrite(Operation *op, ArrayRef<Value> operands,
                  ConversionPatternRewriter &rewriter) const override {
    SmallVector<Type> types;
    if (!isa<tensor::TensorDialect>(op->getDialect()) || op->getNumRegions() ||
        failed(getTypeConverter()->convertTypes(op->getResultTypes(), types)))
      return failure();
    OperationState state(op->getLoc(), op->getName(), operands, types,
                         op->getAttrs());
    rewriter.replaceOp(op, rewriter.create(state));
    return success();
  }
};

struct ConvertSCNNToLinalgPass
    : public scnn::impl::ConvertSCNNToLinalgBase<ConvertSCNNToLinalgPass> {
  void runOnOperation() override {
    if (failed(checkWeights()))
      return signalPassFailure();

    MLIRContext *context = &getContext();
    StorageTypeConverter converter;
    ConversionTarget target(*context);
    target.addIllegalDialect<SCNNDialect, quant::QuantDialect>();
    target.addDynamicallyLegalOp<func::FuncOp>([&](func::FuncOp op) {
      return converter.isSignatureLegal(op.getFunctionType());
    });
    target.markUnknownOpDynamicallyLegal(
        [&](Operation *op) { return converter.isLegal(op); });

    RewritePatternSet patterns(context);
    patterns.add<Conv2DPattern, MaxPool2DPattern, AddPattern, ClampPattern,
                 ConcatPattern, ExtendChannelsPattern, LoadPattern, StorePattern,
                 QuantizeCastPattern, DequantizeCastPattern, TensorOpPattern>(
        converter, context);
    populateFunctionOpInterfaceTypeConversionPattern<func::FuncOp>(patterns,
                                                                   converter);
    populateCallOpTypeConversionPattern(patterns, converter);
    populateReturnOpTypeConversionPattern(patterns, converter);
    if (failed(applyPartialConversion(getOperation(), target,
                                      std::move(patterns))))
      signalPassFailure();
  }

private:
  /// Names every convolution whose weights can no longer be read.
  LogicalResult checkWeights() {
    bool good = true;
    getOperation().walk([&](Conv2DOp op) {
      if (!op.getImage())
        return;
      op.emitError("layer '")
          << getLayerName(op)
          << "': weights are compressed; lower to linalg before "
             "--scnn-compressed-sparse-layout";
      good = false;
    });
    return success(good);
  }
};

} // namespace
