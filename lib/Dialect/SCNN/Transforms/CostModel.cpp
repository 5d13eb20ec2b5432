//===- CostModel.cpp - Estimates a layer's cycles -------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/Transforms/CostModel.h"

#include "scnn/Dialect/SCNN/IR/Constants.h"
#include "scnn/Dialect/SCNN/Transforms/ConvolutionGeometry.h"
#include "scnn/Layout/WeightImage.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace scnn;

namespace {

/// Non-zero weights of one input channel and window phase, by output channel,
/// and the activation vectors that the busiest PE has for them.
struct ChannelPhase {
  SmallVector<int32_t, 0> nonZeros;
  int64_t activationVectors;
};

} // namespace

struct CostModel::Data {
  Conv2DOp op;
  Machine machine;
  std::vector<ChannelPhase> blocks;
  int64_t outputs;
  /// Sums that the busiest PE's post-processing unit takes for each channel.
  int64_t ownedSums;
};

CostModel::CostModel(std::unique_ptr<Data> data) : data(std::move(data)) {}
CostModel::~CostModel() = default;

/// Expected part of an activation tensor that is not zero.
static double expectedDensity(Value input) {
  auto producer = input.getDefiningOp<Conv2DOp>();
  bool relu = producer && producer.getRequantizationAttr() &&
              producer.getRequantizationAttr().getMinimum() >= 0;
  return relu ? 0.5 : 1.0;
}

/// Positions of the largest tile along one axis that are congruent to `phase`.
static int64_t phaseExtent(int64_t tile, int64_t phase, int64_t phases) {
  return (tile - phase + phases - 1) / phases;
}

std::unique_ptr<CostModel> CostModel::create(Conv2DOp op) {
  auto data = std::make_unique<Data>();
  data->op = op;
  data->machine = getMachine(op);
  data->outputs =
      cast<RankedTensorType>(op.getResult().getType()).getDimSize(1);
  LayoutAttr result = getLayout(op.getResult().getType());
  auto outputCuts =
      getCuts(result.getCut(), result.getGrid(), op.getConvolutionPlane());
  data->ownedSums = outputCuts[0].largestTile() * outputCuts[1].largestTile();

  for (auto [t, input] : llvm::enumerate(op.getInputs())) {
    auto weights = getConstantElements<int16_t>(op.getWeights()[t]);
    if (!weights)
      return nullptr;
    ActivationLayout layout = getActivationLayout(input.getType());
    WindowAttr window = op.getWindow(t);
    Pair filter = op.getFilterSize(t);
    AxisWindow rows = getAxisWindow(window, filter, 0),
               cols = getAxisWindow(window, filter, 1);
    double density = expectedDensity(input);
    int64_t perGroup = layout.channels / window.getGroups();
    int64_t outputsPerGroup = data->outputs / window.getGroups();
    for (int64_t c = 0; c < layout.channels; ++c) {
      Range reached{c / perGroup * outputsPerGroup,
                    (c / perGroup + 1) * outputsPerGroup};
      for (int64_t i = 0; i < rows.stride; ++i)
        for (int64_t j = 0; j < cols.stride; ++j) {
          ChannelPhase block;
          block.nonZeros.resize(data->outputs, 0);
          for (int64_t k = reached.begin; k < reached.end; ++k)
            for (int64_t r : rows.filterPhase(i))
              for (int64_t s : cols.filterPhase(j)) {
                int64_t index =
                    ((k * perGroup + c % perGroup) * filter[0] + r) *
                        filter[1] +
                    s;
                block.nonZeros[k] += (*weights)[index] != 0;
              }
          int64_t positions =
              phaseExtent(layout.rowCut().largestTile(), i, rows.stride) *
              phaseExtent(layout.colCut().largestTile(), j, cols.stride);
          block.activationVectors =
              llvm::divideCeil(int64_t(density * positions + 0.5),
                               data->machine.activationsPerVector);
          data->blocks.push_back(std::move(block));
        }
    }
  }
  return std::unique_ptr<CostModel>(new CostModel(std::move(data)));
}

int64_t CostModel::estimateCycles(int64_t groupSize, HaloMode halo) const {
  const Machine &machine = data->machine;
  auto accumulators = getAccumulators(data->op, halo);
  auto ppuCycles = [&](int64_t channels) {
    int64_t cycles = 0;
    if (machine.ppuElementsPerCycle)
      cycles = llvm::divideCeil(channels * data->ownedSums,
                                machine.ppuElementsPerCycle);
    if (halo == HaloMode::Output && machine.haloValuesPerLinkCycle) {
      const auto &[rows, cols] = accumulators;
      cycles += exchangeCost(sentToOwners(rows.cut, rows.reach, rows.halo()),
                             rows.cut.parts,
                             sentToOwners(cols.cut, cols.reach, cols.halo()),
                             cols.cut.parts, channels,
                             machine.haloValuesPerLinkCycle)
                    .cycles;
    }
    return cycles;
  };

  // Ends of this group's barrier and of the last two groups' post-processing.
  int64_t barrier = 0, ppuEnd = 0, ppuEndBefore = 0, dramBits = 0, sent = 0;
  for (int64_t first = 0; first < data->outputs; first += groupSize) {
    int64_t channels = std::min(groupSize, data->outputs - first);
    int64_t busy = 0;
    dramBits += channels * WeightImage::kChannelBytes * 8;
    for (const ChannelPhase &block : data->blocks) {
      int64_t weights = 0;
      for (int64_t k = first; k < first + channels; ++k)
        weights += block.nonZeros[k];
      if (weights == 0)
        continue;
      int64_t vectors =
          llvm::divideCeil(weights, machine.weightsPerVector);
      busy += vectors * block.activationVectors;
      sent += vectors;
      dramBits += WeightImage::kBlockHeaderBytes * 8 +
                  8 * packedBytes(weights, machine.zeroRunBits);
    }
    int64_t begin = std::max(barrier, ppuEndBefore);
    int64_t weightsThere =
        machine.dramBitsPerCycle
            ? llvm::divideCeil(dramBits, machine.dramBitsPerCycle)
            : 0;
    if (machine.broadcastVectorsPerCycle)
      weightsThere = std::max<int64_t>(
          weightsThere,
          llvm::divideCeil(sent, machine.broadcastVectorsPerCycle));
    barrier = std::max(begin + busy, weightsThere);
    ppuEndBefore = ppuEnd;
    ppuEnd = std::max(barrier, ppuEnd) + ppuCycles(channels);
  }
  return ppuEnd;
}
