//===- ClosedForm.cpp - What a convolution costs, from dense tensors ------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ClosedForm.h"

#include "scnn/Dialect/SCNN/IR/Constants.h"

using namespace mlir;
using namespace scnn;
using namespace scnn::test;

MappedConvolution scnn::test::describeMapping(Conv2DOp quantized,
                                              AccumulateOp mapped) {
  MappedConvolution result;
  auto sums = cast<RankedTensorType>(mapped.getResult().getType());
  auto encoding = cast<PartialSumsAttr>(sums.getEncoding());
  result.outputs = sums.getDimSize(1);
  result.plane = Pair{sums.getDimSize(2), sums.getDimSize(3)};
  result.grid = encoding.getGrid();
  result.cut = encoding.getCut();
  MappingAttr mapping = mapped.getMapping();
  result.groupSize = mapping.getGroupSize();
  result.order = mapping.getOrder();
  result.halo = mapping.getHalo();
  for (auto [t, value] : llvm::enumerate(mapped.getInputs())) {
    auto type = cast<RankedTensorType>(value.getType());
    auto layout = cast<LayoutAttr>(type.getEncoding());
    auto window = cast<WindowAttr>(mapped.getWindows()[t]);
    MappedInput &input = result.inputs.emplace_back();
    input.channels = type.getDimSize(1);
    if (auto load = value.getDefiningOp<LoadOp>())
      input.firstRow = load.getFirstRow().value_or(0);
    input.plane = Pair{type.getDimSize(2), type.getDimSize(3)};
    input.phases = layout.getPhases();
    input.halo = layout.getHalo();
    input.zeroRunBits = layout.getZeroRunBits();
    input.groups = window.getGroups();
    input.stride = window.getStride();
    input.dilation = window.getDilation();
    input.padding = window.getPadding();
    Value weights = quantized.getWeights()[t];
    auto shape = cast<RankedTensorType>(weights.getType());
    input.filter = Pair{shape.getDimSize(2), shape.getDimSize(3)};
    if (auto values = getConstantElements<int16_t>(weights))
      input.weights.assign(values->begin(), values->end());
  }
  return result;
}

namespace {

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

int64_t modulo(int64_t a, int64_t b) { return ((a % b) + b) % b; }

/// Positions [begin, end) of an axis.
struct Interval {
  int64_t begin, end;
};

Interval ownedTile(CutPolicy cut, int64_t extent, int64_t parts, int64_t part) {
  if (cut == CutPolicy::Ceil) {
    int64_t size = ceilDiv(extent, parts);
    return {std::min(part * size, extent), std::min((part + 1) * size, extent)};
  }
  // Balanced: the first extent % parts tiles have one position more.
  int64_t size = extent / parts, larger = extent % parts;
  int64_t begin = part * size + std::min(part, larger);
  return {begin, begin + size + (part < larger)};
}

Interval storedTile(const MappedConvolution &conv, const MappedInput &input,
                    unsigned axis, int64_t part) {
  int64_t extent = input.plane[axis];
  Interval own = ownedTile(conv.cut, extent, conv.grid[axis], part);
  return {std::max<int64_t>(own.begin - input.halo[2 * axis], 0),
          std::min(own.end + input.halo[2 * axis + 1], extent)};
}

/// Counts the elements that a block stores: each run of zeros before a non-zero
/// is split by a placeholder after every 2^bits - 1 zeros.
class BlockCounter {
public:
  explicit BlockCounter(int64_t zeroRunBits) : longest(1 << zeroRunBits) {}

  void add(int16_t value) {
    if (value == 0) {
      ++run;
      return;
    }
    nonZeros += 1;
    holders += run / longest;
    run = 0;
  }
  int64_t stored() const { return nonZeros + holders; }
  int64_t placeholders() const { return holders; }

private:
  int64_t longest, run = 0, nonZeros = 0, holders = 0;
};

/// Filter positions that meet inputs of a phase: descending.
std::vector<int64_t> filterPositions(const MappedInput &input, unsigned axis,
                                     int64_t phase) {
  std::vector<int64_t> positions;
  for (int64_t r = input.filter[axis] - 1; r >= 0; --r)
    if (modulo(input.dilation[axis] * r - input.padding[2 * axis] - phase,
               input.stride[axis]) == 0)
      positions.push_back(r);
  return positions;
}

/// Weights of input channel `c` in phase (i, j) for outputs [first, last).
BlockCounter countWeights(const MappedConvolution &conv,
                          const MappedInput &input, int64_t c, int64_t i,
                          int64_t j, int64_t first, int64_t last) {
  int64_t perGroup = input.channels / input.groups;
  int64_t outputsPerGroup = conv.outputs / input.groups;
  int64_t group = c / perGroup;
  first = std::max(first, group * outputsPerGroup);
  last = std::min(last, (group + 1) * outputsPerGroup);
  std::vector<int64_t> rows = filterPositions(input, 0, i),
                       cols = filterPositions(input, 1, j);
  BlockCounter counter(input.zeroRunBits);
  auto add = [&](int64_t k, int64_t r, int64_t s) {
    counter.add(
        input.weights[((k * perGroup + c % perGroup) * input.filter[0] + r) *
                          input.filter[1] +
                      s]);
  };
  if (conv.order == BlockOrder::KRS) {
    for (int64_t k = first; k < last; ++k)
      for (int64_t r : rows)
        for (int64_t s : cols)
          add(k, r, s);
  } else {
    for (int64_t r : rows)
      for (int64_t s : cols)
        for (int64_t k = first; k < last; ++k)
          add(k, r, s);
  }
  return counter;
}

/// Activations of channel `c` in tensor phase (i, j) that a PE stores.
BlockCounter countActivations(const MappedInput &input, const HostTensor &value,
                              Interval rows, Interval cols, int64_t c,
                              int64_t i, int64_t j) {
  BlockCounter counter(input.zeroRunBits);
  llvm::ArrayRef<int16_t> data = value.data<int16_t>();
  int64_t height = value.shape[2];
  for (int64_t y = rows.begin; y < rows.end; ++y)
    for (int64_t x = cols.begin; x < cols.end; ++x)
      if (y % input.phases[0] == i && x % input.phases[1] == j)
        counter.add(
            data[(c * height + input.firstRow + y) * input.plane[1] + x]);
  return counter;
}

/// Adds one input's batches.
void addInput(const MappedConvolution &conv, const MappedInput &input,
              const HostTensor &value, const Machine &machine,
              ClosedForm &result) {
  int64_t phases = input.phases[0] * input.phases[1];
  // By channel and tensor phase: weight vectors, over all groups.
  std::vector<int64_t> vectors(input.channels * phases, 0);
  std::vector<int64_t> longest(input.channels * phases, 0);
  for (int64_t c = 0; c < input.channels; ++c)
    for (int64_t phase = 0; phase < phases; ++phase)
      for (int64_t first = 0; first < conv.outputs; first += conv.groupSize) {
        BlockCounter block = countWeights(
            conv, input, c, phase / input.phases[1] % input.stride[0],
            phase % input.phases[1] % input.stride[1], first,
            std::min(first + conv.groupSize, conv.outputs));
        int64_t length = ceilDiv(block.stored(), machine.weightsPerVector);
        vectors[c * phases + phase] += length;
        longest[c * phases + phase] =
            std::max(longest[c * phases + phase], length);
        result.placeholders += block.placeholders();
      }
  for (int64_t pe = 0; pe < conv.grid[0] * conv.grid[1]; ++pe) {
    Interval rows = storedTile(conv, input, 0, pe / conv.grid[1]),
             cols = storedTile(conv, input, 1, pe % conv.grid[1]);
    for (int64_t c = 0; c < input.channels; ++c)
      for (int64_t phase = 0; phase < phases; ++phase) {
        BlockCounter block =
            countActivations(input, value, rows, cols, c,
                             phase / input.phases[1], phase % input.phases[1]);
        result.placeholders += block.placeholders();
        int64_t activations =
            ceilDiv(block.stored(), machine.activationsPerVector);
        result.busyCycles[pe] += activations * vectors[c * phases + phase];
        if (activations > 0)
          result.longestBlock =
              std::max(result.longestBlock, longest[c * phases + phase]);
      }
  }
}

int64_t owner(const MappedConvolution &conv, unsigned axis, int64_t position) {
  for (int64_t part = 0; part < conv.grid[axis]; ++part) {
    Interval own = ownedTile(conv.cut, conv.plane[axis], conv.grid[axis], part);
    if (own.begin <= position && position < own.end)
      return part;
  }
  return 0;
}

} // namespace

ClosedForm
scnn::test::computeClosedForm(const MappedConvolution &convolution,
                              llvm::ArrayRef<const HostTensor *> values,
                              const Machine &machine) {
  ClosedForm result;
  result.busyCycles.assign(convolution.grid[0] * convolution.grid[1], 0);
  for (auto [input, value] : llvm::zip(convolution.inputs, values))
    addInput(convolution, input, *value, machine, result);
  return result;
}

int64_t scnn::test::haloHops(const MappedConvolution &conv) {
  if (conv.halo != HaloMode::Output)
    return 0;
  int64_t hops = 0;
  for (const MappedInput &input : conv.inputs)
    for (unsigned axis : {0, 1})
      for (int64_t part = 0; part < conv.grid[axis]; ++part) {
        Interval tile = storedTile(conv, input, axis, part);
        for (int64_t x = tile.begin; x < tile.end; ++x)
          for (int64_t r = 0; r < input.filter[axis]; ++r) {
            int64_t place =
                x + input.padding[2 * axis] - input.dilation[axis] * r;
            if (modulo(place, input.stride[axis]) != 0 || place < 0 ||
                place / input.stride[axis] >= conv.plane[axis])
              continue;
            hops = std::max(
                hops,
                std::abs(owner(conv, axis, place / input.stride[axis]) - part));
          }
      }
  return hops;
}
