//===- PlanarTiling.cpp - Cuts activation planes over the PE grid ---------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/Transforms/ConvolutionGeometry.h"
#include "scnn/Dialect/SCNN/Transforms/Passes.h"
#include "scnn/Dialect/SCNN/Transforms/Remarks.h"

#include "mlir/IR/Builders.h"

namespace scnn {
#define GEN_PASS_DEF_PLANARTILING
#include "scnn/Dialect/SCNN/Transforms/Passes.h.inc"
} // namespace scnn

using namespace mlir;
using namespace scnn;

namespace {
struct PlanarTilingPass
    : public scnn::impl::PlanarTilingBase<PlanarTilingPass> {
  using PlanarTilingBase::PlanarTilingBase;

  void runOnOperation() override {
    FailureOr<SmallVector<Conv2DOp>> convolutions =
        collectConvolutions(getOperation());
    if (failed(convolutions))
      return signalPassFailure();
    Machine machine = getMachine(getOperation());
    layout = LayoutAttr::get(&getContext(),
                             Pair{machine.peRows, machine.peCols}, cut,
                             Pair{1, 1}, Sides{0, 0, 0, 0}, 0);
    // One image after another is the host's loop, not the accelerator's.
    for (Conv2DOp op : *convolutions) {
      int64_t batch =
          cast<RankedTensorType>(op.getResult().getType()).getDimSize(0);
      if (batch != 1) {
        op.emitError("layer '") << getLayerName(op)
                                << "': expected batch size 1, but got "
                                << batch;
        return signalPassFailure();
      }
    }
    for (Conv2DOp op : *convolutions)
      tile(op);
  }

private:
  LayoutAttr layout;
  DenseMap<Value, Value> loaded;

  void tile(Conv2DOp op) {
    for (OpOperand &operand : op->getOpOperands()) {
      Value value = operand.get();
      if (!llvm::is_contained(op.getInputs(), value) ||
          getLayout(value.getType()))
        continue;
      operand.set(load(value, op));
    }
    Value result = op.getResult();
    if (getLayout(result.getType()))
      return;
    auto plain = cast<RankedTensorType>(result.getType());
    result.setType(withEncoding(plain, layout));
    report(result, op);
    SmallVector<OpOperand *> others;
    for (OpOperand &use : result.getUses())
      if (!isa<Conv2DOp>(use.getOwner()))
        others.push_back(&use);
    if (others.empty())
      return;
    OpBuilder builder(op->getContext());
    builder.setInsertionPointAfter(op);
    auto stored = StoreOp::create(builder, op.getLoc(), plain, result,
                                  /*setup=*/UnitAttr());
    for (OpOperand *use : others)
      use->set(stored);
    stored.setSetup(staysResident(stored));
  }

  /// Whether a fixed-point value is an argument that the network around has put
  /// into the RAMs.
  bool isResident(Value value) {
    if (auto quantize = value.getDefiningOp<quant::QuantizeCastOp>())
      value = quantize.getInput();
    auto argument = dyn_cast<BlockArgument>(value);
    return argument && getOperation().getArgAttr(argument.getArgNumber(),
                                                 SCNNDialect::kResidentAttr);
  }

  /// Whether all who read a stored tensor are results that the network around
  /// leaves in the RAMs.
  bool staysResident(Value stored) {
    return llvm::all_of(stored.getUses(), [&](OpOperand &use) {
      Operation *user = use.getOwner();
      if (auto dequantize = dyn_cast<quant::DequantizeCastOp>(user))
        return staysResident(dequantize);
      return isa<func::ReturnOp>(user) &&
             getOperation().getResultAttr(use.getOperandNumber(),
                                          SCNNDialect::kResidentAttr);
    });
  }

  Value load(Value value, Conv2DOp reader) {
    Value &result = loaded[value];
    if (result)
      return result;
    OpBuilder builder(reader);
    if (Operation *producer = value.getDefiningOp())
      builder.setInsertionPointAfter(producer);
    else
      builder.setInsertionPointToStart(
          cast<BlockArgument>(value).getOwner());
    auto type = cast<RankedTensorType>(value.getType());
    auto load = LoadOp::create(builder, value.getLoc(),
                               withEncoding(type, layout), value, IntegerAttr(),
                               PlacementAttr(),
                               UnitAttr());
    load.setSetup(isResident(value));
    report(load, load);
    return result = load;
  }

  void report(Value value, Operation *op) {
    ActivationLayout cutPlane = getActivationLayout(value.getType());
    AxisCut rows = cutPlane.rowCut(), cols = cutPlane.colCut();
    auto working = [](AxisCut axis) {
      int64_t count = 0;
      for (int64_t part = 0; part < axis.parts; ++part)
        count += !axis.owned(part).empty();
      return count;
    };
    int64_t pes = working(rows) * working(cols);
    int64_t tile = rows.largestTile() * cols.largestTile();
    StringRef how = cutPlane.height < cutPlane.grid[0] ||
                            cutPlane.width < cutPlane.grid[1]
                        ? "plane smaller than the grid: PEs stay idle"
                    : cutPlane.height % cutPlane.grid[0] ||
                            cutPlane.width % cutPlane.grid[1]
                        ? "plane does not divide: tiles differ"
                        : "plane divides evenly";
    choice(op, "planar-tiling")
        << remark::add("{0}", how)
        << remark::metric("PlaneRows", cutPlane.height)
        << remark::metric("PlaneCols", cutPlane.width)
        << remark::metric("TileRows", rows.largestTile())
        << remark::metric("TileCols", cols.largestTile())
        << remark::metric("WorkingPEs", pes)
        << remark::metric("PEs", cutPlane.numPEs())
        << remark::metric("Balance",
                          double(cutPlane.height * cutPlane.width) /
                              double(tile * cutPlane.numPEs()));
  }
};
} // namespace
