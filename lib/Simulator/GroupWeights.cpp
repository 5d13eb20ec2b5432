//===- GroupWeights.cpp - A group's weights, placed in their filters ------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GroupWeights.h"
#include "Errors.h"
#include "llvm/ADT/STLExtras.h"
#include <tuple>

using namespace scnn;
using namespace scnn::sim;

static constexpr int64_t kMaxRequantizationShift = 63;
static constexpr int64_t kMaxProductShift = 31;

static auto orderKey(const WeightBlock &block) {
  return std::tie(block.inputChannel, block.rowPhase, block.colPhase);
}

static llvm::Error verifyBlock(const WeightBlock &block, int64_t channels,
                               const BoundInput *input) {
  if (!input)
    return makeError("no bound input has channel {0}", block.inputChannel);
  const isa::BindInput &bind = input->bind();
  if (block.rowPhase >= bind.strideRows || block.colPhase >= bind.strideCols)
    return makeError("phase ({0}, {1}) is outside the strides {2}x{3}",
                     int64_t(block.rowPhase), int64_t(block.colPhase),
                     bind.strideRows, bind.strideCols);
  if (block.outputs < 1 || block.firstOutput + block.outputs > channels)
    return makeError("output channels {0} to {1} are outside the group of {2}",
                     block.firstOutput, block.firstOutput + block.outputs - 1,
                     channels);
  if (block.elements.empty())
    return makeError("expected a block with elements");
  if (block.productShift > kMaxProductShift)
    return makeError("expected a product shift of at most {0}, but got {1}",
                     kMaxProductShift, int64_t(block.productShift));
  return llvm::Error::success();
}

/// Gives each element its output channel and filter position.
static llvm::Expected<std::vector<Weight>>
placeElements(const WeightBlock &block, const BoundInput &input,
              bool channelFastest, bool skipZeros) {
  auto rows = input.rowInput().window.filterPhase(block.rowPhase);
  auto cols = input.colInput().window.filterPhase(block.colPhase);
  int64_t numRows = rows.size(), numCols = cols.size();
  int64_t positions = numRows * numCols * block.outputs;
  std::vector<Weight> weights;
  auto add = [&](int16_t value, int64_t p) {
    int64_t k, r, s;
    if (channelFastest) {
      k = p % block.outputs;
      s = p / block.outputs % numCols;
      r = p / (block.outputs * numCols);
    } else {
      s = p % numCols;
      r = p / numCols % numRows;
      k = p / (numCols * numRows);
    }
    weights.push_back({value, int32_t(block.firstOutput + k), int32_t(rows[r]),
                       int32_t(cols[s])});
  };
  weights.reserve(skipZeros ? int64_t(block.elements.size()) : positions);
  // The next position to have an element.
  int64_t next = 0;
  auto addZeros = [&](int64_t end) {
    for (; !skipZeros && next < end; ++next)
      add(0, next);
    next = end;
  };
  for (Element element : block.elements) {
    int64_t p = next + element.zeroRun;
    if (p >= positions)
      return makeError("an element is at position {0} of {1}", p, positions);
    addZeros(p);
    add(element.value, p);
    next = p + 1;
  }
  addZeros(positions);
  return weights;
}

llvm::Expected<GroupWeights>
scnn::sim::decodeWeights(llvm::ArrayRef<uint8_t> bytes, int64_t channels,
                         int64_t blocks, const Convolution &convolution,
                         const Machine &machine) {
  llvm::Expected<WeightImage> image =
      WeightImage::parse(bytes, channels, blocks, machine.zeroRunBits);
  if (!image)
    return image.takeError();
  GroupWeights weights;
  weights.channels = std::move(image->channels);
  for (auto [k, channel] : llvm::enumerate(weights.channels))
    if (channel.shift > kMaxRequantizationShift)
      return makeError("output channel {0}: expected a shift of at most {1}, "
                       "but got {2}",
                       k, kMaxRequantizationShift, int64_t(channel.shift));

  bool channelFastest = convolution.command().order == 1;
  const WeightBlock *previous = nullptr;
  for (auto [index, block] : llvm::enumerate(image->blocks)) {
    auto blockError = [index = index](llvm::Error error) {
      return makeError("weight block {0}: {1}", index,
                       llvm::toString(std::move(error)));
    };
    const BoundInput *input = convolution.inputOf(block.inputChannel);
    if (llvm::Error error = verifyBlock(block, channels, input))
      return blockError(std::move(error));
    if (previous && !(orderKey(*previous) < orderKey(block)))
      return blockError(
          makeError("blocks are not in ascending order of channel and phase"));
    previous = &block;
    auto placed = placeElements(block, *input, channelFastest,
                                machine.skipZeroWeights);
    if (!placed)
      return blockError(placed.takeError());
    weights.blocks.push_back({block.inputChannel, input, block.rowPhase,
                              block.colPhase, block.productShift,
                              std::move(*placed)});
  }
  return weights;
}
