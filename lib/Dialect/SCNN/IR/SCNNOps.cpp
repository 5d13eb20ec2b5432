//===- SCNNOps.cpp - Tensor level of the scnn dialect -----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "scnn/Dialect/SCNN/IR/Legality.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace scnn;

#define GET_OP_CLASSES
#include "scnn/Dialect/SCNN/IR/SCNNOps.cpp.inc"

static RankedTensorType tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// Number of outputs of a window along one axis; 0 if it does not fit once.
static int64_t windowOutputs(int64_t input, int64_t padding, int64_t reach,
                             int64_t stride) {
  int64_t span = input + padding - reach;
  return span < 0 ? 0 : span / stride + 1;
}

Pair scnn::pooledPlane(Pair plane, PoolAttr pool) {
  Pair pooled;
  for (unsigned axis : {0, 1})
    pooled[axis] = windowOutputs(
        plane[axis],
        pool.getPadding()[2 * axis] + pool.getPadding()[2 * axis + 1],
        pool.getSize()[axis], pool.getStride()[axis]);
  return pooled;
}

Pair scnn::convolvedPlane(Pair plane, WindowAttr window, Pair filter) {
  Pair result;
  for (unsigned axis : {0, 1})
    result[axis] = windowOutputs(
        plane[axis],
        window.getPadding()[2 * axis] + window.getPadding()[2 * axis + 1],
        window.getDilation()[axis] * (filter[axis] - 1) + 1,
        window.getStride()[axis]);
  return result;
}

static InFlightDiagnostic &operator<<(InFlightDiagnostic &diagnostic,
                                      Pair pair) {
  return diagnostic << pair[0] << "x" << pair[1];
}

/// A plane that a window or pool gives must be the one that the type says, and
/// not be empty.
static LogicalResult verifyPlane(Operation *op, const Twine &what,
                                 Pair computed, Pair stated) {
  if (computed != stated || computed[0] < 1 || computed[1] < 1) {
    InFlightDiagnostic diagnostic = op->emitOpError();
    diagnostic << what << " gives a plane of ";
    diagnostic << computed;
    diagnostic << ", but the result's is ";
    diagnostic << stated;
    return diagnostic;
  }
  return success();
}

static LogicalResult verifyStatic(Operation *op) {
  for (Type type : llvm::concat<Type>(llvm::to_vector(op->getOperandTypes()),
                                      llvm::to_vector(op->getResultTypes())))
    if (!cast<RankedTensorType>(type).hasStaticShape())
      return op->emitOpError() << "expected static shapes, but got " << type;
  return success();
}

//===----------------------------------------------------------------------===//
// Conv2DOp
//===----------------------------------------------------------------------===//

void Conv2DOp::build(OpBuilder &builder, OperationState &state, Value input,
                     Value weights, Value bias, WindowAttr window) {
  RankedTensorType type = tensorType(input);
  Pair plane =
      convolvedPlane(getPlane(type), window, getPlane(weights.getType()));
  build(builder, state,
        type.clone({type.getDimSize(0), tensorType(weights).getDimSize(0),
                    plane[0], plane[1]}),
        input, weights, bias, /*image=*/Value(), builder.getArrayAttr(window),
        /*clamp_min=*/FloatAttr(), /*clamp_max=*/FloatAttr(),
        /*pool=*/PoolAttr(), /*requantization=*/RequantizationAttr(),
        /*mapping=*/MappingAttr(), /*filters=*/DenseI64ArrayAttr());
}

Pair Conv2DOp::getFilterSize(unsigned t) {
  if (std::optional<ArrayRef<int64_t>> filters = getFilters())
    return Pair{(*filters)[2 * t], (*filters)[2 * t + 1]};
  return getPlane(getWeights()[t].getType());
}

Pair Conv2DOp::getConvolutionPlane() {
  return convolvedPlane(getPlane(getInputs()[0].getType()), getWindow(0),
                        getFilterSize(0));
}

int64_t Conv2DOp::getDenseMacs() {
  Pair plane = getConvolutionPlane();
  RankedTensorType result = tensorType(getResult());
  int64_t macs = 0;
  for (auto [t, input] : llvm::enumerate(getInputs())) {
    Pair filter = getFilterSize(t);
    macs += tensorType(input).getDimSize(1) / getWindow(t).getGroups() *
            filter[0] * filter[1];
  }
  return macs * result.getDimSize(0) * result.getDimSize(1) * plane[0] *
         plane[1];
}

/// Either weights for each input, or an image with filter sizes.
static LogicalResult verifyFilters(Conv2DOp op) {
  size_t inputs = op.getInputs().size();
  if (inputs == 0)
    return op.emitOpError() << "expected at least one input";
  if (op.getWindows().size() != inputs)
    return op.emitOpError() << "expected a window for each of " << inputs
                            << " inputs, but got " << op.getWindows().size();
  if (op.getImage()) {
    if (!op.getWeights().empty() || op.getBias())
      return op.emitOpError()
             << "has a weight image, which takes the place of weights and bias";
    if (!op.getFilters() || op.getFilters()->size() != 2 * inputs)
      return op.emitOpError() << "with a weight image, expected " << 2 * inputs
                              << " filter sizes";
    if (!op.getRequantization() || !op.getMapping())
      return op.emitOpError()
             << "with a weight image, expected requantization and mapping";
    return success();
  }
  if (op.getFilters())
    return op.emitOpError() << "has filter sizes without a weight image";
  if (op.getWeights().size() != inputs)
    return op.emitOpError() << "expected weights for each of " << inputs
                            << " inputs, but got " << op.getWeights().size();
  return success();
}

/// f32 throughout, or fixed point throughout with a requantization.
static LogicalResult verifyElementTypes(Conv2DOp op) {
  RequantizationAttr requantization = op.getRequantizationAttr();
  bool fixed = requantization != nullptr;
  auto check = [&](Type type, bool expected,
                   StringRef what) -> LogicalResult {
    if (expected)
      return success();
    return op.emitOpError()
           << (fixed ? "with" : "without") << " requantization, expected "
           << what << ", but got " << type;
  };
  for (Value input : op.getInputs())
    if (failed(check(input.getType(),
                     tensorType(input).getElementType().isF32() != fixed,
                     fixed ? "fixed-point inputs" : "f32 inputs")))
      return failure();
  for (Value weights : op.getWeights())
    if (failed(check(weights.getType(),
                     tensorType(weights).getElementType().isF32() != fixed,
                     fixed ? "i16 weights" : "f32 weights")))
      return failure();
  if (Value bias = op.getBias())
    if (failed(check(bias.getType(),
                     tensorType(bias).getElementType().isF32() != fixed,
                     fixed ? "i32 bias" : "f32 bias")))
      return failure();
  RankedTensorType result = tensorType(op.getResult());
  if (failed(check(result, result.getElementType().isF32() != fixed,
                   fixed ? "a fixed-point result" : "an f32 result")))
    return failure();
  if (!fixed)
    return success();

  if (op.getClampMin() || op.getClampMax())
    return op.emitOpError()
           << "expected bounds in requantization, not clamp_min or clamp_max";
  int64_t channels = 0;
  for (Value input : op.getInputs())
    channels += tensorType(input).getDimSize(1);
  if (int64_t(requantization.getProductShifts().size()) != channels)
    return op.emitOpError()
           << "expected a product shift for each of " << channels
           << " input channels, but got "
           << requantization.getProductShifts().size();
  if (int64_t(requantization.getMultipliers().size()) != result.getDimSize(1))
    return op.emitOpError()
           << "expected a multiplier for each of " << result.getDimSize(1)
           << " output channels, but got "
           << requantization.getMultipliers().size();
  return success();
}

LogicalResult Conv2DOp::verify() {
  if (failed(verifyStatic(*this)) || failed(verifyFilters(*this)) ||
      failed(verifyElementTypes(*this)))
    return failure();

  RankedTensorType result = tensorType(getResult());
  int64_t k = result.getDimSize(1);
  Pair plane = getConvolutionPlane();
  for (auto [t, input] : llvm::enumerate(getInputs())) {
    RankedTensorType type = tensorType(input);
    WindowAttr window = getWindow(t);
    int64_t groups = window.getGroups();
    if (type.getDimSize(0) != result.getDimSize(0))
      return emitOpError() << "expected batch size " << result.getDimSize(0)
                           << " of input #" << t << ", but got "
                           << type.getDimSize(0);
    if (type.getDimSize(1) % groups || k % groups)
      return emitOpError() << "groups of input #" << t
                           << " must divide its channels "
                           << type.getDimSize(1) << " and the result's " << k
                           << ", but got " << groups;
    if (!getWeights().empty()) {
      SmallVector<int64_t> expected = {k, type.getDimSize(1) / groups};
      if (tensorType(getWeights()[t]).getShape().take_front(2) !=
          ArrayRef<int64_t>(expected))
        return emitOpError() << "expected weights #" << t << " of " << k << "x"
                             << expected[1] << "xRxS, but got "
                             << getWeights()[t].getType();
    }
    Pair filter = getFilterSize(t);
    if (filter[0] < 1 || filter[1] < 1)
      return emitOpError() << "expected filters of at least 1x1, but got "
                           << filter[0] << "x" << filter[1];
    Pair other = convolvedPlane(getPlane(type), window, filter);
    if (failed(verifyPlane(*this, "input #" + Twine(t), other,
                           getPool() ? plane : getPlane(result))))
      return failure();
  }
  if (Value bias = getBias())
    if (tensorType(bias).getDimSize(0) != k)
      return emitOpError() << "expected " << k << " bias values, but got "
                           << tensorType(bias).getDimSize(0);
  if (PoolAttr pool = getPoolAttr())
    if (failed(verifyPlane(*this, "pooling", pooledPlane(plane, pool),
                           getPlane(result))))
      return failure();
  // Fixed point is the accelerator's alone.
  if (getRequantization())
    if (llvm::Error reason = checkGeometry(*this))
      return emitOpError() << toString(std::move(reason));
  return success();
}

//===----------------------------------------------------------------------===//
// Operations of networks
//===----------------------------------------------------------------------===//

void MaxPool2DOp::build(OpBuilder &builder, OperationState &state, Value input,
                        PoolAttr pool) {
  RankedTensorType type = tensorType(input);
  Pair plane = pooledPlane(getPlane(type), pool);
  build(builder, state,
        type.clone(
            {type.getDimSize(0), type.getDimSize(1), plane[0], plane[1]}),
        input, pool);
}

LogicalResult MaxPool2DOp::verify() {
  RankedTensorType input = tensorType(getInput()),
                   result = tensorType(getResult());
  if (failed(verifyStatic(*this)))
    return failure();
  if (input.getShape().take_front(2) != result.getShape().take_front(2) ||
      input.getElementType() != result.getElementType())
    return emitOpError() << "expected batch, channels and element type of "
                         << input << ", but got " << result;
  return verifyPlane(*this, "pooling", pooledPlane(getPlane(input), getPool()),
                     getPlane(result));
}

LogicalResult ClampOp::verify() {
  if (getClampMin() && getClampMax() && *getClampMax() < *getClampMin())
    return emitOpError() << "expected clamp_min <= clamp_max";
  return success();
}

OpFoldResult ClampOp::fold(FoldAdaptor) {
  return getClampMin() || getClampMax() ? OpFoldResult() : getInput();
}

LogicalResult ConcatOp::verify() {
  if (getInputs().empty())
    return emitOpError() << "expected at least one input";
  if (failed(verifyStatic(*this)))
    return failure();
  SmallVector<int64_t> shape(tensorType(getInputs()[0]).getShape());
  shape[1] = 0;
  for (Value input : getInputs()) {
    shape[1] += tensorType(input).getDimSize(1);
    SmallVector<int64_t> other(tensorType(input).getShape());
    other[1] = shape[1];
    if (other != shape)
      return emitOpError() << "expected inputs that differ in channels only, "
                              "but got "
                           << input.getType();
  }
  if (tensorType(getResult()).getShape() != ArrayRef<int64_t>(shape))
    return emitOpError() << "inputs have " << shape[1]
                         << " channels together, but the result is "
                         << getResult().getType();
  return success();
}

OpFoldResult ConcatOp::fold(FoldAdaptor) {
  return getInputs().size() == 1 ? getInputs()[0] : OpFoldResult();
}

LogicalResult ExtendChannelsOp::verify() {
  if (failed(verifyStatic(*this)))
    return failure();
  SmallVector<int64_t> shape(tensorType(getInput()).getShape());
  int64_t channels = shape[1];
  shape[1] = tensorType(getResult()).getDimSize(1);
  if (tensorType(getResult()).getShape() != ArrayRef<int64_t>(shape) ||
      shape[1] < channels)
    return emitOpError() << "expected a result that has more channels than "
                         << getInput().getType() << ", but got "
                         << getResult().getType();
  return success();
}

OpFoldResult ExtendChannelsOp::fold(FoldAdaptor) {
  return getInput().getType() == getResult().getType() ? getInput()
                                                       : OpFoldResult();
}

//===----------------------------------------------------------------------===//
// Layout
//===----------------------------------------------------------------------===//

/// One side has a layout, the other none; otherwise they are the same tensor,
/// or, with `rows` of the plane, a part of it.
static LogicalResult verifyTransfer(Operation *op, Value dram, Value onChip,
                                    Range rows) {
  if (getLayout(dram.getType()))
    return op->emitOpError() << "expected a tensor in DRAM without layout, "
                                "but got "
                             << dram.getType();
  if (!getLayout(onChip.getType()))
    return op->emitOpError() << "expected a tensor with #scnn.layout, but got "
                             << onChip.getType();
  RankedTensorType whole = tensorType(dram), piece = tensorType(onChip);
  if (rows.begin < 0 || rows.empty() || rows.end > whole.getDimSize(2))
    return op->emitOpError()
           << "expected rows within the " << whole.getDimSize(2)
           << " of the tensor in DRAM, but got " << rows.begin << " ... "
           << rows.end - 1;
  SmallVector<int64_t> shape(whole.getShape());
  shape[2] = rows.size();
  if (piece.getElementType() != whole.getElementType() ||
      piece.getShape() != ArrayRef<int64_t>(shape))
    return op->emitOpError()
           << "expected operand and result to differ in layout and rows only, "
              "but got "
           << piece << " and " << whole;
  return success();
}

Range LoadOp::getRows() {
  int64_t first = getFirstRow().value_or(0);
  return {first, first + tensorType(getResult()).getDimSize(2)};
}

bool LoadOp::isPiece() {
  return getRows().size() != tensorType(getInput()).getDimSize(2);
}

LogicalResult LoadOp::verify() {
  if (getSetup() && isPiece())
    return emitOpError() << "expected setup to load a whole tensor, but got "
                         << getRows().size() << " rows of "
                         << tensorType(getInput()).getDimSize(2);
  return verifyTransfer(*this, getInput(), getResult(), getRows());
}

LogicalResult StoreOp::verify() {
  if (getPieces().empty())
    return emitOpError() << "expected at least one piece";
  if (getSetup() && getPieces().size() > 1)
    return emitOpError() << "expected setup to store a whole tensor, but got "
                         << getPieces().size() << " pieces";
  int64_t row = 0;
  for (Value piece : getPieces()) {
    int64_t rows = tensorType(piece).getDimSize(2);
    if (failed(verifyTransfer(*this, getResult(), piece, {row, row + rows})))
      return failure();
    row += rows;
  }
  if (row != tensorType(getResult()).getDimSize(2))
    return emitOpError() << "expected pieces of "
                         << tensorType(getResult()).getDimSize(2)
                         << " rows together, but got " << row;
  return success();
}

LogicalResult CompressedWeightsOp::verify() {
  if (getOffsets().size() != getBlocks().size())
    return emitOpError() << "expected as many offsets as block counts, but got "
                         << getOffsets().size() << " and "
                         << getBlocks().size();
  int64_t previous = 0, bytes = getData().getNumElements();
  for (int64_t offset : getOffsets()) {
    if (offset < previous || offset > bytes)
      return emitOpError() << "expected ascending offsets up to " << bytes
                           << ", but got " << offset;
    previous = offset;
  }
  for (int64_t blocks : getBlocks())
    if (blocks < 0)
      return emitOpError() << "expected block counts of at least 0, but got "
                           << blocks;
  return success();
}

//===----------------------------------------------------------------------===//
// A convolution in its steps
//===----------------------------------------------------------------------===//

static PartialSumsAttr partialSums(Value value) {
  return dyn_cast_or_null<PartialSumsAttr>(tensorType(value).getEncoding());
}

static LogicalResult verifySums(Operation *op, Value sums) {
  if (!partialSums(sums))
    return op->emitOpError() << "expected sums with #scnn.partial_sums, but got "
                             << sums.getType();
  return success();
}

/// The PPU takes sums only once they are complete.
static LogicalResult verifyCompleteSums(Operation *op, Value sums) {
  if (failed(verifySums(op, sums)))
    return failure();
  if (partialSums(sums).getHalo() != Sides{})
    return op->emitOpError()
           << "expected complete sums: exchange the halo of " << sums.getType()
           << " first";
  return success();
}

LogicalResult AccumulateOp::verify() {
  if (getInputs().empty() || getWindows().size() != getInputs().size() ||
      getFilters().size() != 2 * getInputs().size())
    return emitOpError()
           << "expected a window and two filter sizes for each input, but got "
           << getInputs().size() << " inputs, " << getWindows().size()
           << " windows, " << getFilters().size() << " filter sizes";
  for (auto [t, input] : llvm::enumerate(getInputs())) {
    if (!getLayout(input.getType()))
      return emitOpError() << "expected inputs with #scnn.layout, but got "
                           << input.getType();
    Pair filter{getFilters()[2 * t], getFilters()[2 * t + 1]};
    if (failed(verifyPlane(
            *this, "input #" + Twine(t),
            convolvedPlane(getPlane(input.getType()),
                           cast<WindowAttr>(getWindows()[t]), filter),
            getPlane(getResult().getType()))))
      return failure();
  }
  return verifySums(*this, getResult());
}

LogicalResult ExchangeOp::verify() {
  if (getHalo().size() != 4 ||
      llvm::any_of(getHalo(), [](int64_t x) { return x < 0 || x > 65535; }))
    return emitOpError() << "expected a halo of four numbers in 0 ... 65535";
  if (withEncoding(tensorType(getInput()), {}) !=
      withEncoding(tensorType(getResult()), {}))
    return emitOpError()
           << "expected operand and result to differ in encoding only";
  if (getKind() == ExchangeKind::Copy) {
    if (!getLayout(getInput().getType()) || !getLayout(getResult().getType()))
      return emitOpError() << "copies activations: expected #scnn.layout on "
                              "operand and result";
    return success();
  }
  if (failed(verifySums(*this, getInput())))
    return failure();
  return verifyCompleteSums(*this, getResult());
}

LogicalResult AddBiasOp::verify() {
  return verifyCompleteSums(*this, getInput());
}

LogicalResult PoolMaximaOp::verify() {
  if (failed(verifyCompleteSums(*this, getInput())) ||
      failed(verifySums(*this, getResult())))
    return failure();
  return verifyPlane(*this, "pooling",
                     pooledPlane(getPlane(getInput().getType()), getPool()),
                     getPlane(getResult().getType()));
}

LogicalResult RequantizeOp::verify() {
  if (failed(verifyCompleteSums(*this, getInput())))
    return failure();
  if (!getLayout(getResult().getType()))
    return emitOpError() << "expected a result with #scnn.layout, but got "
                         << getResult().getType();
  if (tensorType(getInput()).getShape() != tensorType(getResult()).getShape())
    return emitOpError() << "expected a result of the sums' shape, but got "
                         << getResult().getType();
  return success();
}
