//===- HaloInsertion.cpp - Explicit exchange between PEs ------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/Transforms/ConvolutionGeometry.h"
#include "scnn/Dialect/SCNN/Transforms/Passes.h"
#include "scnn/Dialect/SCNN/Transforms/Remarks.h"

namespace scnn {
#define GEN_PASS_DEF_HALOINSERTION
#include "scnn/Dialect/SCNN/Transforms/Passes.h.inc"
} // namespace scnn

using namespace mlir;
using namespace scnn;

namespace {
struct HaloInsertionPass
    : public scnn::impl::HaloInsertionBase<HaloInsertionPass> {
  using HaloInsertionBase::HaloInsertionBase;

  void runOnOperation() override {
    FailureOr<SmallVector<Conv2DOp>> convolutions =
        collectConvolutions(getOperation());
    if (failed(convolutions))
      return signalPassFailure();
    for (Conv2DOp op : *convolutions)
      if (failed(requireOnChip(op)) || failed(requireImage(op)))
        return signalPassFailure();
    if (failed(setMode(*convolutions)))
      return signalPassFailure();

    for (Conv2DOp op : *convolutions)
      for (unsigned t = 0; t < op.getInputs().size(); ++t)
        if (failed(collectInputHalo(op, t)))
          return signalPassFailure();
    // The loads' types first: the accumulators depend on what lies in the RAM.
    for (auto &[value, halo] : inputHalos)
      if (isa<LoadOp>(value.getDefiningOp()))
        widen(value, halo);
    for (Conv2DOp op : *convolutions)
      expand(op);
  }

private:
  /// Halo with which a tensor must be stored for its readers.
  llvm::MapVector<Value, Sides> inputHalos;

  /// Applies option `halo` to the mappings.
  LogicalResult setMode(ArrayRef<Conv2DOp> convolutions) {
    if (halo == "mapping")
      return success();
    std::optional<HaloMode> mode = symbolizeHaloMode(halo);
    if (!mode)
      return getOperation().emitError(
                 "expected halo to be mapping, output or input, but got '")
             << halo << "'";
    Machine machine = getMachine(getOperation());
    for (Conv2DOp op : convolutions) {
      MappingAttr mapping = op.getMappingAttr();
      if (mapping.getHalo() == *mode)
        continue;
      std::array<AxisAccumulators, 2> accumulators = getAccumulators(op, *mode);
      int64_t needed = mapping.getGroupSize() * accumulators[0].extent() *
                       (accumulators[1].extent() + mapping.getRowPad());
      if (needed > machine.accumulators())
        return op.emitError("layer '")
               << getLayerName(op) << "': with " << halo << " halos, "
               << mapping.getGroupSize() << " output channels need " << needed
               << " accumulators, but an accumulator set has "
               << machine.accumulators()
               << " (choose the halo in --scnn-output-channel-grouping)";
      op.setMappingAttr(MappingAttr::get(&getContext(), mapping.getGroupSize(),
                                         *mode, mapping.getOrder(),
                                         mapping.getRowPad()));
    }
    return success();
  }

  LogicalResult requireImage(Conv2DOp op) {
    if (op.getImage())
      return success();
    return op.emitError("layer '")
           << getLayerName(op)
           << "': expected a weight image (run "
              "--scnn-compressed-sparse-layout first)";
  }

  LogicalResult collectInputHalo(Conv2DOp op, unsigned t) {
    if (op.getMappingAttr().getHalo() == HaloMode::Input) {
      Value input = op.getInputs()[t];
      Sides &sides = inputHalos[input];
      sides = widest(sides, getInputHalo(op, t));
      // An output-halo reader would multiply the replicas once more.
      for (OpOperand &use : input.getUses())
        if (auto other = dyn_cast<Conv2DOp>(use.getOwner()))
          if (other.getMappingAttr().getHalo() == HaloMode::Output) {
            InFlightDiagnostic error = op.emitError("layer '");
            error << getLayerName(op)
                  << "': reads with input halos what another layer reads with "
                     "output halos";
            error.attachNote(other.getLoc())
                << "layer '" << getLayerName(other) << "' is here";
            return error;
          }
    }
    return success();
  }

  void widen(Value value, const Sides &sides) {
    auto type = cast<RankedTensorType>(value.getType());
    LayoutAttr layout = getLayout(type);
    value.setType(withEncoding(
        type, LayoutAttr::get(&getContext(), layout.getGrid(), layout.getCut(),
                              layout.getPhases(), sides,
                              layout.getZeroRunBits())));
  }

  RankedTensorType sumsType(Conv2DOp op, Pair plane, Pair accumulators,
                            const Sides &sides) {
    auto result = cast<RankedTensorType>(op.getResult().getType());
    LayoutAttr layout = getLayout(result);
    return RankedTensorType::get(
        {result.getDimSize(0), result.getDimSize(1), plane[0], plane[1]},
        IntegerType::get(&getContext(), 24),
        PartialSumsAttr::get(&getContext(), layout.getGrid(), layout.getCut(),
                             accumulators, sides));
  }

  /// Adds an exchange and its remark; nothing where the halo is empty.
  Value exchange(OpBuilder &builder, Conv2DOp op, ExchangeKind kind,
                 Value value, const Sides &sides, Type result,
                 std::array<SmallVector<int64_t>, 2> sent) {
    if (sides == Sides{})
      return value;
    LayoutAttr layout = getLayout(op.getResult().getType());
    ExchangeCost cost = exchangeCost(
        sent[0], layout.getGrid()[0], sent[1], layout.getGrid()[1],
        op.getMappingAttr().getGroupSize(),
        getMachine(op).haloValuesPerLinkCycle);
    choice(op, "halo-insertion")
        << remark::metric("Kind", stringifyExchangeKind(kind).str())
        << remark::metric("Top", sides[0]) << remark::metric("Bottom", sides[1])
        << remark::metric("Left", sides[2]) << remark::metric("Right", sides[3])
        << remark::metric("Hops", cost.rounds)
        << remark::metric("ValueHopsPerGroup", cost.valueHops)
        << remark::metric("CyclesPerGroup", cost.cycles);
    return ExchangeOp::create(
        builder, op.getLoc(), result,
        ExchangeKindAttr::get(&getContext(), kind), value,
        builder.getDenseI64ArrayAttr(ArrayRef<int64_t>(sides)), nullptr);
  }

  void expand(Conv2DOp op) {
    OpBuilder builder(op);
    LayoutAttr layout = getLayout(op.getResult().getType());
    Pair plane = op.getConvolutionPlane();
    bool outputHalos = op.getMappingAttr().getHalo() == HaloMode::Output;
    std::array<AxisAccumulators, 2> accumulators =
        getAccumulators(op, op.getMappingAttr().getHalo());
    Pair extent{accumulators[0].extent(),
                accumulators[1].extent() + op.getMappingAttr().getRowPad()};
    AxisHalo rowHalo = accumulators[0].halo(),
             colHalo = accumulators[1].halo();
    Sides sides = outputHalos ? toSides(rowHalo, colHalo) : Sides{};

    Value sums = AccumulateOp::create(
        builder, op.getLoc(), sumsType(op, plane, extent, sides),
        op.getInputs(), op.getImage(), op.getWindows(), op.getFiltersAttr(),
        op.getMappingAttr());
    RankedTensorType complete = sumsType(op, plane, extent, Sides{});
    if (sides != Sides{})
      sums = exchange(
          builder, op, ExchangeKind::Add, sums, sides, complete,
          {sentToOwners(accumulators[0].cut, accumulators[0].reach, rowHalo),
           sentToOwners(accumulators[1].cut, accumulators[1].reach, colHalo)});
    sums = AddBiasOp::create(builder, op.getLoc(), complete, sums);
    if (PoolAttr pool = op.getPoolAttr())
      sums = expandPool(builder, op, sums, pool);

    Value result = RequantizeOp::create(builder, op.getLoc(),
                                        op.getResult().getType(), sums,
                                        op.getRequantizationAttr(), nullptr);
    if (Attribute density =
            op->getDiscardableAttr(SCNNDialect::kPeakDensityAttr))
      result.getDefiningOp()->setDiscardableAttr(SCNNDialect::kPeakDensityAttr,
                                                 density);
    auto found = inputHalos.find(op.getResult());
    if (found != inputHalos.end() && found->second != Sides{}) {
      const Sides copied = found->second;
      ActivationLayout stored = getActivationLayout(result.getType());
      auto type = withEncoding(
          cast<RankedTensorType>(result.getType()),
          LayoutAttr::get(&getContext(), layout.getGrid(), layout.getCut(),
                          layout.getPhases(), copied, layout.getZeroRunBits()));
      result = exchange(
          builder, op, ExchangeKind::Copy, result, copied, type,
          {sentReplicas(stored.rowCut(), AxisHalo{copied[0], copied[1]}),
           sentReplicas(stored.colCut(), AxisHalo{copied[2], copied[3]})});
    }
    op.getResult().replaceAllUsesWith(result);
    op.erase();
  }

  Value expandPool(OpBuilder &builder, Conv2DOp op, Value sums, PoolAttr pool) {
    LayoutAttr layout = getLayout(op.getResult().getType());
    Pair plane = op.getConvolutionPlane(),
         pooled = getPlane(op.getResult().getType());
    std::array<AxisHalo, 2> halo;
    std::array<SmallVector<int64_t>, 2> sent;
    Pair extent;
    for (unsigned axis : {0, 1}) {
      AxisCut from{layout.getCut(), plane[axis], layout.getGrid()[axis]};
      AxisCut to{layout.getCut(), pooled[axis], layout.getGrid()[axis]};
      AxisAccumulators maxima{to, {}};
      for (int64_t part = 0; part < from.parts; ++part)
        maxima.reach.push_back(
            poolOutputs(from.owned(part), pool.getSize()[axis],
                        pool.getStride()[axis], pool.getPadding()[2 * axis],
                        pooled[axis])
                .hull(to.owned(part)));
      halo[axis] = maxima.halo();
      extent[axis] = maxima.extent();
      sent[axis] = sentToOwners(to, maxima.reach, halo[axis]);
    }
    Sides sides = toSides(halo[0], halo[1]);
    Value maxima = PoolMaximaOp::create(builder, op.getLoc(),
                                        sumsType(op, pooled, extent, sides),
                                        sums, pool);
    return exchange(builder, op, ExchangeKind::Max, maxima, sides,
                    sumsType(op, pooled, extent, Sides{}), sent);
  }
};
} // namespace
