//===- SpreadChannels.cpp - Spreads long vectors over the PEs -------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/IR/ConstantWeights.h"
#include "scnn/Dialect/SCNN/IR/Legality.h"
#include "scnn/Dialect/SCNN/Transforms/Passes.h"
#include "scnn/Dialect/SCNN/Transforms/Ranges.h"
#include "scnn/Dialect/SCNN/Transforms/Remarks.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

namespace scnn {
#define GEN_PASS_DEF_SPREADCHANNELS
#include "scnn/Dialect/SCNN/Transforms/Passes.h.inc"
} // namespace scnn

using namespace mlir;
using namespace scnn;

/// The largest filter that fits the PE grid and divides the channels.
static Pair chooseFilter(int64_t channels, const Machine &machine) {
  constexpr int64_t kMaxFilter = 255;
  Pair best = {1, 1};
  for (int64_t h = 1; h <= std::min(machine.peRows, kMaxFilter); ++h)
    for (int64_t w = 1; w <= std::min(machine.peCols, kMaxFilter); ++w)
      if (channels % (h * w) == 0 && h * w > best[0] * best[1])
        best = {h, w};
  return best;
}

static Value createShape(OpBuilder &builder, Location loc,
                         ArrayRef<int64_t> shape) {
  return tosa::ConstShapeOp::create(
      builder, loc, tosa::shapeType::get(builder.getContext(), shape.size()),
      builder.getIndexTensorAttr(shape));
}

/// `image` with channels of zeros behind its own.
static Value padChannels(OpBuilder &builder, Location loc, Value image,
                         int64_t channels) {
  auto type = cast<RankedTensorType>(image.getType());
  SmallVector<int64_t> shape(type.getShape());
  int64_t added = channels - shape[1];
  if (added == 0)
    return image;
  shape[1] = channels;
  auto zeroType = RankedTensorType::get(1, type.getElementType());
  Value zero = tosa::ConstOp::create(builder, loc, zeroType,
                                     DenseElementsAttr::get(zeroType, 0.0f));
  return tosa::PadOp::create(
      builder, loc, type.clone(shape), image,
      createShape(builder, loc, {0, 0, 0, added, 0, 0, 0, 0}), zero);
}

/// Weights [K, C, 1, 1] with input channels of zeros behind their own.
static DenseElementsAttr padChannels(DenseElementsAttr weights,
                                     int64_t channels) {
  auto type = cast<RankedTensorType>(weights.getType());
  int64_t present = type.getDimSize(1), index = 0;
  if (present == channels)
    return weights;
  auto paddedType = type.clone({type.getDimSize(0), channels, 1, 1});
  std::vector<float> values(paddedType.getNumElements(), 0.0f);
  for (float value : weights.getValues<float>()) {
    values[index / present * channels + index % present] = value;
    ++index;
  }
  return DenseElementsAttr::get(paddedType, ArrayRef<float>(values));
}

namespace {
struct SpreadChannels : scnn::impl::SpreadChannelsBase<SpreadChannels> {
  void runOnOperation() override {
    getOperation().walk([&](Conv2DOp op) {
      if (op.getRequantization() || !isLegal(op))
        return;
      for (unsigned t = 0; t < op.getInputs().size(); ++t)
        spread(op, t);
    });
  }

  void spread(Conv2DOp op, unsigned t) {
    Machine machine = getMachine(op);
    Value input = op.getInputs()[t];
    auto type = cast<RankedTensorType>(input.getType());
    int64_t channels = type.getDimSize(1);
    WindowAttr window = op.getWindow(t);
    if (channels <= machine.activationRamElements() ||
        getPlane(type) != Pair{1, 1} || op.getFilterSize(t) != Pair{1, 1} ||
        window.getGroups() != 1 || window.getPadding() != Sides{})
      return;

    Pair filter = chooseFilter(channels, machine);
    int64_t present = channels;
    if (channels / (filter[0] * filter[1]) > machine.activationRamElements()) {
      int64_t pes = machine.peRows * machine.peCols;
      channels = llvm::alignTo(channels, pes);
      filter = chooseFilter(channels, machine);
    }
    int64_t pieces = filter[0] * filter[1];
    if (pieces == 1)
      return;

    OpBuilder builder(op);
    Location loc = op.getLoc();
    SmallVector<int64_t> shape = {type.getDimSize(0), channels / pieces,
                                  filter[0], filter[1]};
    Value padded = padChannels(builder, loc, input, channels);
    auto reshape = tosa::ReshapeOp::create(builder, loc, type.clone(shape),
                                           padded,
                                           createShape(builder, loc, shape));
    copyRange(input, reshape);
    Value weights = op.getWeights()[t];
    DenseElementsAttr constant =
        padChannels(getConstantF32(weights), channels);
    shape[0] = constant.getType().getDimSize(0);
    op.getInputsMutable()[t].set(reshape);
    op.getWeightsMutable()[t].set(arith::ConstantOp::create(
        builder, weights.getLoc(), constant.reshape(type.clone(shape))));
    SmallVector<Attribute> windows(op.getWindows().getValue());
    windows[t] = WindowAttr::get(&getContext(), filter, Sides{}, Pair{1, 1}, 1);
    op.setWindowsAttr(builder.getArrayAttr(windows));
    choice(op, "spread-channels")
        << remark::metric("Channels", present)
        << remark::metric("ActivationRamElements",
                          machine.activationRamElements())
        << remark::metric("PEs", pieces);
  }
};
} // namespace
