//===- OutputChannelGrouping.cpp - Chooses output-channel groups ----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BankShare.h"

#include "scnn/Dialect/SCNN/Transforms/ConvolutionGeometry.h"
#include "scnn/Dialect/SCNN/Transforms/Passes.h"
#include "scnn/Dialect/SCNN/Transforms/Remarks.h"

#include "llvm/Support/MathExtras.h"

namespace scnn {
#define GEN_PASS_DEF_OUTPUTCHANNELGROUPING
#include "scnn/Dialect/SCNN/Transforms/Passes.h.inc"
} // namespace scnn

using namespace mlir;
using namespace scnn;

namespace {
struct OutputChannelGroupingPass
    : public scnn::impl::OutputChannelGroupingBase<OutputChannelGroupingPass> {
  using OutputChannelGroupingBase::OutputChannelGroupingBase;

  LogicalResult initialize(MLIRContext *context) override {
    if (groupSize < 0)
      return emitError(UnknownLoc::get(context),
                       "expected group-size of at least 0, but got ")
             << int64_t(groupSize);
    if (rowPad < -1)
      return emitError(UnknownLoc::get(context),
                       "expected row-pad of at least -1, but got ")
             << int64_t(rowPad);
    return success();
  }

  void runOnOperation() override {
    FailureOr<SmallVector<Conv2DOp>> convolutions =
        collectConvolutions(getOperation());
    if (failed(convolutions))
      return signalPassFailure();
    Machine machine = getMachine(getOperation());
    // Report every layer that does not fit, not only the first.
    bool fits = true;
    for (Conv2DOp op : *convolutions)
      fits &= succeeded(group(op, machine));
    if (!fits)
      signalPassFailure();
  }

private:
  LogicalResult group(Conv2DOp op, const Machine &machine) {
    if (failed(requireLayouts(op)))
      return failure();
    MappingAttr given = op.getMappingAttr();
    HaloMode mode = given ? given.getHalo() : halo;
    std::array<AxisAccumulators, 2> accumulators = getAccumulators(op, mode);
    int64_t rows = accumulators[0].extent(), cols = accumulators[1].extent();
    int64_t pad = given ? given.getRowPad() : choosePad(op, rows, cols, machine);
    cols += pad;
    // Maxima take the place of the sums, and are more where windows overlap
    // and reach into the padding.
    ActivationLayout result = getActivationLayout(op.getResult().getType());
    int64_t pooledRows = result.rowCut().largestTile(),
            pooledCols = result.colCut().largestTile();
    if (pooledRows * pooledCols > rows * cols) {
      rows = pooledRows;
      cols = pooledCols;
    }
    int64_t capacity = machine.accumulators() / (rows * cols);
    auto describe = [&](int64_t channels) {
      InFlightDiagnostic error = op.emitError("layer '");
      error << getLayerName(op) << "': " << channels
            << (channels == 1 ? " output channel needs " : " output channels need ")
            << channels * rows * cols << " accumulators (" << rows << " rows x "
            << cols << " columns each, halo included), but an accumulator set "
            << "has " << machine.accumulators();
      return error;
    };
    if (capacity < 1) {
      describe(1).attachNote()
          << "more PEs would make the tile smaller; more banks or entries per "
             "bank would hold it";
      return failure();
    }
    int64_t k = cast<RankedTensorType>(op.getResult().getType()).getDimSize(1);
    if (given && given.getGroupSize() > capacity)
      return describe(given.getGroupSize());

    int64_t size = std::min(k, capacity);
    if (groupSize > 0)
      size = std::min<int64_t>(size, groupSize);
    std::unique_ptr<CostModel> model = CostModel::create(op);
    if (given)
      size = given.getGroupSize();
    else if (mapper == MapperKind::Search && model)
      size = search(*model, size, mode);
    if (!given)
      op.setMappingAttr(MappingAttr::get(&getContext(), size, mode, order, pad));
    choice(op, "output-channel-grouping")
        << remark::add("{0}", given              ? "mapping was given"
                              : size == k        ? "one group"
                              : size == capacity ? "limited by accumulators"
                              : mapper == MapperKind::Search
                                  ? "fewest estimated cycles"
                                  : "limited by group-size")
        << remark::metric("GroupSize", size)
        << remark::metric("Groups", llvm::divideCeil(k, size))
        << remark::metric("LastGroupSize", k % size ? k % size : size)
        << remark::metric("AccumulatorRows", rows)
        << remark::metric("AccumulatorCols", cols)
        << remark::metric("RowPad", pad)
        << remark::metric("AccumulatorsUsed", size * rows * cols)
        << remark::metric("Accumulators", machine.accumulators())
        << remark::metric("EstimatedCycles",
                          model ? model->estimateCycles(size, mode) : 0);
    return success();
  }

  /// The padding of a tile's rows of accumulators.
  int64_t choosePad(Conv2DOp op, int64_t rows, int64_t cols,
                    const Machine &machine) {
    if (rowPad >= 0)
      return rowPad;
    int64_t k = cast<RankedTensorType>(op.getResult().getType()).getDimSize(1);
    auto peakShare = [&](int64_t cols) {
      int64_t channels =
          std::min(k, machine.accumulators() / (rows * cols));
      double peak = 0;
      for (unsigned t = 0; t < op.getInputs().size() && channels > 0; ++t)
        peak = std::max(peak,
                        getPeakBankShare(machine, rows, cols,
                                         op.getFilterSize(t),
                                         channels / op.getWindow(t).getGroups()));
      return peak;
    };
    if (machine.accumulators() < rows * (cols + 1))
      return 0;
    // With fewer banks than the paper's 2 x F x I all are busy, and only a gross
    // imbalance is worth an accumulator a row.
    double room = std::max(
        2.0, double(machine.accumulatorBanks) / machine.multipliers());
    double share = peakShare(cols);
    return share > room && peakShare(cols + 1) < share ? 1 : 0;
  }

  /// The size up to `largest` with the fewest estimated cycles; the larger one
  /// of equals. Only sizes that make a number of groups the smallest for it are
  /// worth a look.
  static int64_t search(const CostModel &model, int64_t largest,
                        HaloMode mode) {
    int64_t best = largest, bestCycles = model.estimateCycles(largest, mode);
    int64_t previous = largest;
    for (int64_t parts = 2; parts <= largest; ++parts) {
      int64_t size = llvm::divideCeil(largest, parts);
      if (size == previous)
        continue;
      previous = size;
      int64_t cycles = model.estimateCycles(size, mode);
      if (cycles < bestCycles) {
        best = size;
        bestCycles = cycles;
      }
    }
    return best;
  }
};
} // namespace
