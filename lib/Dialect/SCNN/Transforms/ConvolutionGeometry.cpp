//===- ConvolutionGeometry.cpp - What a convolution needs of each PE ------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/Transforms/ConvolutionGeometry.h"

#include <cmath>

using namespace mlir;
using namespace scnn;

/// The grid and cut policy of the result, which the output plane shares even
/// where pooling follows.
static LayoutAttr resultLayout(Conv2DOp op) {
  return getLayout(op.getResult().getType());
}

static AxisCut axisCut(LayoutAttr layout, Pair plane, unsigned axis) {
  return {layout.getCut(), plane[axis], layout.getGrid()[axis]};
}

std::array<AxisAccumulators, 2> scnn::getAccumulators(Conv2DOp op,
                                                      HaloMode mode) {
  std::array<AxisAccumulators, 2> result;
  for (unsigned axis : {0, 1}) {
    SmallVector<AxisInput> inputs;
    for (auto [t, input] : llvm::enumerate(op.getInputs())) {
      LayoutAttr layout = getLayout(input.getType());
      const Sides &halo = layout.getHalo();
      inputs.push_back({axisCut(layout, getPlane(input.getType()), axis),
                        AxisHalo{halo[2 * axis], halo[2 * axis + 1]},
                        getAxisWindow(op.getWindow(t), op.getFilterSize(t),
                                      axis)});
    }
    result[axis] = makeAccumulators(
        axisCut(resultLayout(op), op.getConvolutionPlane(), axis), inputs,
        mode == HaloMode::Output);
  }
  return result;
}

Sides scnn::toSides(AxisHalo rows, AxisHalo cols) {
  return Sides{rows.before, rows.after, cols.before, cols.after};
}

Sides scnn::getInputHalo(Conv2DOp op, unsigned t) {
  Value input = op.getInputs()[t];
  std::array<AxisHalo, 2> halo;
  for (unsigned axis : {0, 1})
    halo[axis] = inputHalo(
        axisCut(getLayout(input.getType()), getPlane(input.getType()), axis),
        axisCut(resultLayout(op), op.getConvolutionPlane(), axis),
        getAxisWindow(op.getWindow(t), op.getFilterSize(t), axis));
  return toSides(halo[0], halo[1]);
}

Sides scnn::widest(const Sides &a, const Sides &b) {
  Sides result;
  for (unsigned side = 0; side < 4; ++side)
    result[side] = std::max(a[side], b[side]);
  return result;
}

ActivationLayout scnn::getActivationLayout(Type tensorType) {
  LayoutAttr layout = getLayout(tensorType);
  Pair plane = getPlane(tensorType);
  ActivationLayout result;
  result.channels = cast<RankedTensorType>(tensorType).getDimSize(1);
  result.height = plane[0];
  result.width = plane[1];
  result.policy = layout.getCut();
  result.grid = layout.getGrid();
  result.phases = layout.getPhases();
  result.halo = layout.getHalo();
  result.zeroRunBits = layout.getZeroRunBits();
  return result;
}

RowLayout scnn::getRowLayout(Type tensorType) {
  auto type = cast<RankedTensorType>(tensorType);
  auto image = cast<RowImageAttr>(type.getEncoding());
  return {type.getDimSize(1), type.getDimSize(2), type.getDimSize(3),
          image.getCut(),     image.getParts(),   image.getZeroRunBits()};
}

/// What calibration saw of a tensor, wherever its producer carries it.
static std::optional<double> getPeakDensity(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (auto density =
            op->getAttrOfType<FloatAttr>(SCNNDialect::kPeakDensityAttr))
      return density.getValueAsDouble();
    // The same tensor in another place, or some rows of it.
    if (!isa<LoadOp, StoreOp, ExchangeOp>(op))
      break;
    value = op->getOperand(0);
  }
  return std::nullopt;
}

int64_t scnn::getExpectedElements(Value value, const ActivationLayout &layout,
                                  double margin) {
  int64_t worst = layout.maxElements();
  std::optional<double> density = getPeakDensity(value);
  if (!density)
    return worst;
  return std::min(worst,
                  int64_t(std::ceil(*density * worst * (1.0 + margin))));
}

LogicalResult scnn::requireLayouts(Conv2DOp op) {
  for (Value value : llvm::concat<Value>(llvm::to_vector(op.getInputs()),
                                         SmallVector<Value>{op.getResult()}))
    if (!getLayout(value.getType()))
      return op.emitError("layer '")
             << getLayerName(op)
             << "': expected activations with #scnn.layout (run "
                "--scnn-planar-tiling first), but got "
             << value.getType();
  // Geometry compares what one PE has of each tensor.
  Pair grid = resultLayout(op).getGrid();
  for (Value input : op.getInputs())
    if (getLayout(input.getType()).getGrid() != grid)
      return op.emitError("layer '")
             << getLayerName(op) << "': expected activations on one PE grid, "
             << "but got " << input.getType() << " and "
             << op.getResult().getType();
  return success();
}

LogicalResult scnn::requireOnChip(Conv2DOp op) {
  if (failed(requireLayouts(op)))
    return failure();
  for (auto [t, input] : llvm::enumerate(op.getInputs()))
    if (!isa_and_nonnull<LoadOp, Conv2DOp>(input.getDefiningOp()))
      return op.emitError("layer '")
             << getLayerName(op)
             << "': expected scnn.load or a convolution to give input #" << t
             << " (leave layouts to --scnn-planar-tiling)";
  for (Operation *user : op->getUsers())
    if (!isa<Conv2DOp, StoreOp>(user))
      return op.emitError("layer '")
             << getLayerName(op)
             << "': expected convolutions or scnn.store to read the result, "
                "but got '"
             << user->getName() << "' (leave layouts to --scnn-planar-tiling)";
  return success();
}

FailureOr<SmallVector<Conv2DOp>>
scnn::collectConvolutions(Operation *function) {
  SmallVector<Conv2DOp> convolutions;
  if (function->hasAttr(SCNNDialect::kHostAttr))
    return convolutions;
  bool failedAny = false;
  function->walk([&](Operation *op) {
    if (isa<ProgramOp>(op))
      return WalkResult::skip();
    if (auto convolution = dyn_cast<Conv2DOp>(op)) {
      if (convolution.getRequantization()) {
        convolutions.push_back(convolution);
        return WalkResult::advance();
      }
      op->emitError("layer '")
          << getLayerName(op)
          << "': expected fixed point (run --scnn-quantize first)";
      failedAny = true;
    } else if (isa<MaxPool2DOp, AddOp, ClampOp, ConcatOp, ExtendChannelsOp>(
                   op)) {
      op->emitError("layer '")
          << getLayerName(op)
          << "': expected a convolution (run --scnn-fuse first), but got '"
          << op->getName() << "'";
      failedAny = true;
    }
    return WalkResult::advance();
  });
  if (failedAny)
    return failure();
  return convolutions;
}
