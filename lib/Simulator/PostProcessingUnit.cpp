//===- PostProcessingUnit.cpp - The post-processing units -----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PostProcessingUnit.h"
#include "Errors.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

using namespace scnn;
using namespace scnn::sim;

/// No value yet: below every sum.
static constexpr int64_t kNoValue = std::numeric_limits<int64_t>::min();

static AxisHalo rowHalo(const isa::Exchange &e) {
  return {e.haloTop, e.haloBottom};
}
static AxisHalo colHalo(const isa::Exchange &e) {
  return {e.haloLeft, e.haloRight};
}

static Range widened(Range range, AxisHalo halo) {
  return {range.begin - halo.before, range.end + halo.after};
}

/// round_half_even(sum * multiplier * 2^-shift), exactly. The sum has at most
/// 48 bits, the multiplier 16.
static int64_t scaleHalfEven(int64_t sum, int64_t multiplier, int64_t shift) {
  int64_t product = sum * multiplier;
  int64_t floor = product >> shift;
  int64_t rest = product - int64_t(uint64_t(floor) << shift);
  if (shift == 0)
    return floor;
  int64_t half = int64_t(1) << (shift - 1);
  // A shift of 63 has its half at 2^62: `rest` is below 2^63 all the same.
  bool up = rest > half || (rest == half && (floor & 1));
  return floor + (up ? 1 : 0);
}

//===----------------------------------------------------------------------===//
// One group on its way
//===----------------------------------------------------------------------===//

/// A plane of values per output channel, [K][H][W], cut over the PEs: each
/// value is the one that the position's owner holds.
template <typename T> struct Planes {
  Planes(int64_t channels, AxisCut rows, AxisCut cols, T initial)
      : rows(rows), cols(cols),
        values(channels * rows.extent * cols.extent, initial) {}

  T &at(int64_t k, int64_t y, int64_t x) {
    return values[(k * rows.extent + y) * cols.extent + x];
  }
  int64_t owner(int64_t y, int64_t x) const {
    return rows.owner(y) * cols.parts + cols.owner(x);
  }

  AxisCut rows, cols;
  std::vector<T> values;
};

class PostProcessingUnit::Group {
public:
  Group(PostProcessingUnit &ppu, const GroupWork &work,
        const AccumulatorSet &sums, LayerCounters &counters)
      : machine(ppu.machine), rams(ppu.rams), work(work),
        convolution(*work.convolution), accumulators(sums), counters(counters),
        sums(work.channels(), convolution.rowCut(), convolution.colCut(), 0),
        results(0, convolution.rowCut(), convolution.colCut(), 0) {}

  llvm::Error run();
  llvm::SmallVector<PpuCost, 4> costs;

private:
  void gatherSums();
  llvm::Error addBias();
  llvm::Error pool();
  void requantize();
  llvm::Error write(const PpuProgram::Write &write);
  int64_t drainCycles();
  void addExchange(PpuStep::Kind kind, llvm::ArrayRef<int64_t> rowSent,
                   llvm::ArrayRef<int64_t> colSent);

  const Machine &machine;
  std::vector<ActivationRam> &rams;
  const GroupWork &work;
  const Convolution &convolution;
  const AccumulatorSet &accumulators;
  LayerCounters &counters;
  /// Sums, then (after pooling) maxima of sums.
  Planes<int64_t> sums;
  Planes<int16_t> results;
};

void PostProcessingUnit::Group::addExchange(PpuStep::Kind kind,
                                            llvm::ArrayRef<int64_t> rowSent,
                                            llvm::ArrayRef<int64_t> colSent) {
  ExchangeCost cost =
      exchangeCost(rowSent, machine.peRows, colSent, machine.peCols,
                   work.channels(), machine.haloValuesPerLinkCycle);
  counters.events.haloValueHops += cost.valueHops;
  costs.push_back({kind, cost.cycles});
}

/// What the accumulators hold for each owner: its own sums and, with an
/// exchange, those that come from other PEs.
void PostProcessingUnit::Group::gatherSums() {
  const auto &add = work.ppu.add;
  const isa::SetConvolution &c = convolution.command();
  for (int64_t pe = 0; pe < convolution.numPEs(); ++pe) {
    Range rows = convolution.ownedRows(pe), cols = convolution.ownedCols(pe);
    Range reachRows = convolution.reachRows(pe);
    Range reachCols = convolution.reachCols(pe);
    if (add) {
      rows = reachRows.intersect(widened(rows, rowHalo(*add)));
      cols = reachCols.intersect(widened(cols, colHalo(*add)));
    }
    for (int64_t k = 0; k < work.channels(); ++k)
      for (int64_t y = rows.begin; y < rows.end; ++y)
        for (int64_t x = cols.begin; x < cols.end; ++x)
          sums.at(k, y, x) +=
              accumulators[pe][(k * c.accumulatorRows + y - reachRows.begin) *
                                   c.accumulatorCols +
                               x - reachCols.begin];
  }
  if (add)
    addExchange(
        PpuStep::ExchangeAdd,
        sentToOwners(convolution.rowCut(), convolution.rowAccumulators().reach,
                     rowHalo(*add)),
        sentToOwners(convolution.colCut(), convolution.colAccumulators().reach,
                     colHalo(*add)));
}

int64_t PostProcessingUnit::Group::drainCycles() {
  int64_t most = 0;
  for (int64_t pe = 0; pe < convolution.numPEs(); ++pe) {
    int64_t elements = convolution.ownedRows(pe).size() *
                       convolution.ownedCols(pe).size() * work.channels();
    most = std::max(most, elements);
    counters.events.ppuElements += elements;
  }
  if (machine.ppuElementsPerCycle == 0)
    return 0;
  return llvm::divideCeil(most, machine.ppuElementsPerCycle);
}

llvm::Error PostProcessingUnit::Group::addBias() {
  int64_t limit = int64_t(1) << (machine.accumulatorBits - 1);
  for (int64_t k = 0; k < work.channels(); ++k)
    for (int64_t y = 0; y < sums.rows.extent; ++y)
      for (int64_t x = 0; x < sums.cols.extent; ++x) {
        int64_t &sum = sums.at(k, y, x);
        sum += work.weights.channels[k].bias;
        if (sum < -limit || sum >= limit)
          return makeError(
              "{0}: the sum {1} of output channel {2} of the group at ({3}, "
              "{4}) overflows the accumulator's {5} bits",
              peName(sums.owner(y, x), machine), sum, k, y, x,
              machine.accumulatorBits);
      }
  return llvm::Error::success();
}

llvm::Error PostProcessingUnit::Group::pool() {
  const isa::Pool &p = *work.ppu.pool;
  const auto &exchange = work.ppu.max;
  AxisCut rowCut{CutPolicy(p.policy), p.height, machine.peRows};
  AxisCut colCut{CutPolicy(p.policy), p.width, machine.peCols};
  Planes<int64_t> pooled(work.channels(), rowCut, colCut, kNoValue);

  // Each PE's partial maxima go to the owners, as far as the exchange reaches.
  AxisHalo rowsSent = exchange ? rowHalo(*exchange) : AxisHalo();
  AxisHalo colsSent = exchange ? colHalo(*exchange) : AxisHalo();
  llvm::SmallVector<Range, 8> rowReach, colReach;
  for (int64_t part = 0; part < rowCut.parts; ++part)
    rowReach.push_back(poolOutputs(sums.rows.owned(part), p.rows, p.strideRows,
                                   p.padTop, p.height));
  for (int64_t part = 0; part < colCut.parts; ++part)
    colReach.push_back(poolOutputs(sums.cols.owned(part), p.cols, p.strideCols,
                                   p.padLeft, p.width));

  for (int64_t pe = 0; pe < convolution.numPEs(); ++pe) {
    int64_t peRow = pe / machine.peCols, peCol = pe % machine.peCols;
    Range ownRows = sums.rows.owned(peRow), ownCols = sums.cols.owned(peCol);
    Range rows =
        rowReach[peRow].intersect(widened(rowCut.owned(peRow), rowsSent));
    Range cols =
        colReach[peCol].intersect(widened(colCut.owned(peCol), colsSent));
    for (int64_t y = rows.begin; y < rows.end; ++y) {
      int64_t top = y * p.strideRows - p.padTop;
      Range ys = Range{top, top + p.rows}.intersect(ownRows);
      for (int64_t x = cols.begin; x < cols.end; ++x) {
        int64_t left = x * p.strideCols - p.padLeft;
        Range xs = Range{left, left + p.cols}.intersect(ownCols);
        for (int64_t k = 0; k < work.channels(); ++k) {
          int64_t &maximum = pooled.at(k, y, x);
          for (int64_t sy = ys.begin; sy < ys.end; ++sy)
            for (int64_t sx = xs.begin; sx < xs.end; ++sx)
              maximum = std::max(maximum, sums.at(k, sy, sx));
        }
      }
    }
  }
  for (int64_t y = 0; y < p.height; ++y)
    for (int64_t x = 0; x < p.width; ++x)
      if (pooled.at(0, y, x) == kNoValue)
        return makeError("{0}: no value has come for the pooling window at "
                         "({1}, {2})",
                         peName(pooled.owner(y, x), machine), y, x);
  if (exchange)
    addExchange(PpuStep::ExchangeMax, sentToOwners(rowCut, rowReach, rowsSent),
                sentToOwners(colCut, colReach, colsSent));
  sums = std::move(pooled);
  return llvm::Error::success();
}

void PostProcessingUnit::Group::requantize() {
  const isa::Requantize &bounds = *work.ppu.requantize;
  results = Planes<int16_t>(work.channels(), sums.rows, sums.cols, 0);
  for (int64_t k = 0; k < work.channels(); ++k) {
    const WeightChannel &channel = work.weights.channels[k];
    for (int64_t y = 0; y < sums.rows.extent; ++y)
      for (int64_t x = 0; x < sums.cols.extent; ++x) {
        int64_t value =
            scaleHalfEven(sums.at(k, y, x), channel.multiplier, channel.shift);
        if ((value > INT16_MAX && bounds.maximum == INT16_MAX) ||
            (value < INT16_MIN && bounds.minimum == INT16_MIN))
          ++counters.saturations;
        results.at(k, y, x) =
            int16_t(std::clamp(value, bounds.minimum, bounds.maximum));
      }
  }
}

llvm::Error PostProcessingUnit::Group::write(const PpuProgram::Write &write) {
  Tensor &tensor = *write.tensor;
  const ActivationLayout &layout = tensor.layout();
  if (write.command.firstChannel == 0)
    tensor.clear();
  AxisHalo rowsCopied, colsCopied;
  if (const auto &copy = work.ppu.copy) {
    rowsCopied = rowHalo(*copy);
    colsCopied = colHalo(*copy);
  }
  for (int64_t pe = 0; pe < convolution.numPEs(); ++pe) {
    int64_t peRow = pe / machine.peCols, peCol = pe % machine.peCols;
    // Replicas that no exchange has brought are zero.
    Range rows = widened(layout.rowCut().owned(peRow), rowsCopied);
    Range cols = widened(layout.colCut().owned(peCol), colsCopied);
    ActivationSegment segment;
    for (int64_t k = 0; k < work.channels(); ++k)
      appendChannel(
          layout, peRow, peCol,
          [&](int64_t y, int64_t x) -> int16_t {
            bool there = rows.contains(y) && cols.contains(x);
            return there ? results.at(k, y, x) : 0;
          },
          segment);
    int64_t before = tensor.numMovedElements(pe);
    if (llvm::Error error = tensor.append(pe, segment, rams))
      return error;
    counters.pes[pe].outputElements += segment.elements.size();
    counters.events.ramElementWrites += tensor.numMovedElements(pe) - before;
    counters.events.blockCountAccesses += segment.counts.size();
  }
  return llvm::Error::success();
}

llvm::Error PostProcessingUnit::Group::run() {
  gatherSums();
  if (llvm::Error error = addBias())
    return error;
  costs.push_back({PpuStep::Drain, drainCycles()});
  if (work.ppu.pool)
    if (llvm::Error error = pool())
      return error;
  requantize();
  for (int16_t value : results.values)
    counters.outputNonZeros += value != 0;
  counters.outputPositions += results.values.size();
  if (const auto &copy = work.ppu.copy)
    addExchange(PpuStep::ExchangeCopy, sentReplicas(sums.rows, rowHalo(*copy)),
                sentReplicas(sums.cols, colHalo(*copy)));
  for (const PpuProgram::Write &w : work.ppu.writes)
    if (llvm::Error error = write(w))
      return error;
  return llvm::Error::success();
}

llvm::Expected<llvm::SmallVector<PpuCost, 4>>
PostProcessingUnit::process(const GroupWork &work, const AccumulatorSet &sums,
                            LayerCounters &counters) {
  Group group(*this, work, sums, counters);
  if (llvm::Error error = group.run())
    return error;
  return std::move(group.costs);
}
