//===- CompressedSparseLayout.cpp - Compressed weights and activations ----===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/IR/Constants.h"
#include "scnn/Dialect/SCNN/Transforms/ConvolutionGeometry.h"
#include "scnn/Dialect/SCNN/Transforms/Passes.h"
#include "scnn/Dialect/SCNN/Transforms/Remarks.h"
#include "scnn/Layout/WeightImage.h"

#include "mlir/IR/AsmState.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

namespace scnn {
#define GEN_PASS_DEF_COMPRESSEDSPARSELAYOUT
#include "scnn/Dialect/SCNN/Transforms/Passes.h.inc"
} // namespace scnn

using namespace mlir;
using namespace scnn;

namespace {

/// Constant weights [K, C / groups, R, S] of one convolution input.
struct Filters {
  SmallVector<int16_t, 0> values;
  /// First input channel, counted over all inputs.
  int64_t firstChannel;
  int64_t channels, groups, outputs;
  AxisWindow rows, cols;

  int16_t at(int64_t k, int64_t c, int64_t r, int64_t s) const {
    int64_t perGroup = channels / groups;
    return values[((k * perGroup + c % perGroup) * rows.filter + r) *
                      cols.filter +
                  s];
  }

  /// Output channels of `group` that input channel c reaches.
  Range outputsOf(int64_t c, Range group) const {
    int64_t g = c / (channels / groups), size = outputs / groups;
    return group.intersect({g * size, (g + 1) * size});
  }
};

struct CompressedSparseLayoutPass
    : public scnn::impl::CompressedSparseLayoutBase<
          CompressedSparseLayoutPass> {
  using CompressedSparseLayoutBase::CompressedSparseLayoutBase;

  void runOnOperation() override {
    FailureOr<SmallVector<Conv2DOp>> convolutions =
        collectConvolutions(getOperation());
    if (failed(convolutions))
      return signalPassFailure();
    Machine machine = getMachine(getOperation());
    for (Conv2DOp op : *convolutions) {
      if (failed(requireOnChip(op)))
        return signalPassFailure();
      if (!op.getMapping()) {
        op.emitError("layer '")
            << getLayerName(op)
            << "': expected a mapping (run --scnn-output-channel-grouping "
               "first)";
        return signalPassFailure();
      }
      for (Value input : op.getInputs())
        compressActivations(input, machine);
      compressActivations(op.getResult(), machine);
    }
    for (Conv2DOp op : *convolutions)
      if (!op.getImage() && failed(compressWeights(op, machine)))
        return signalPassFailure();
  }

private:
  /// Splits the tensor by the least common multiple of its readers' strides.
  void compressActivations(Value value, const Machine &machine) {
    auto type = cast<RankedTensorType>(value.getType());
    LayoutAttr layout = getLayout(type);
    value.setType(withEncoding(
        type, LayoutAttr::get(&getContext(), layout.getGrid(), layout.getCut(),
                              getReaderPhases(value), layout.getHalo(), machine.zeroRunBits)));
  }

  FailureOr<SmallVector<Filters>> getFilters(Conv2DOp op) {
    SmallVector<Filters> filters;
    int64_t firstChannel = 0;
    for (auto [t, weights] : llvm::enumerate(op.getWeights())) {
      auto values = getConstantElements<int16_t>(weights);
      if (!values)
        return op.emitError("layer '")
               << getLayerName(op) << "': expected weights #" << t
               << " to be a constant";
      int64_t channels =
          cast<RankedTensorType>(op.getInputs()[t].getType()).getDimSize(1);
      Pair size = op.getFilterSize(t);
      filters.push_back(
          {std::move(*values), firstChannel, channels,
           op.getWindow(t).getGroups(),
           cast<RankedTensorType>(weights.getType()).getDimSize(0),
           getAxisWindow(op.getWindow(t), size, 0),
           getAxisWindow(op.getWindow(t), size, 1)});
      firstChannel += channels;
    }
    return filters;
  }

  LogicalResult compressWeights(Conv2DOp op, const Machine &machine) {
    FailureOr<SmallVector<Filters>> filters = getFilters(op);
    if (failed(filters))
      return failure();
    RequantizationAttr requantization = op.getRequantizationAttr();
    int64_t k = cast<RankedTensorType>(op.getResult().getType()).getDimSize(1);
    SmallVector<int32_t, 0> bias(k, 0);
    if (Value value = op.getBias()) {
      auto values = getConstantElements<int32_t>(value);
      if (!values)
        return op.emitError("layer '") << getLayerName(op)
                                       << "': expected the bias to be a "
                                          "constant";
      bias = std::move(*values);
    }

    SmallVector<uint8_t, 0> bytes;
    SmallVector<int64_t> offsets, blockCounts, filterSizes;
    int64_t stored = 0, placeholders = 0, longest = 0;
    int64_t groupSize = op.getMappingAttr().getGroupSize();
    for (int64_t first = 0; first < k; first += groupSize) {
      Range group{first, std::min(first + groupSize, k)};
      WeightImage image;
      for (int64_t channel = group.begin; channel < group.end; ++channel)
        image.channels.push_back(
            {bias[channel], uint16_t(requantization.getMultipliers()[channel]),
             uint8_t(requantization.getShifts()[channel])});
      for (const Filters &input : *filters)
        appendBlocks(input, group, op.getMappingAttr().getOrder(),
                     requantization, machine, image);
      for (const WeightBlock &block : image.blocks) {
        stored += block.elements.size();
        longest = std::max<int64_t>(longest, block.elements.size());
        placeholders += llvm::count_if(
            block.elements, [](Element e) { return e.isPlaceholder(); });
        if (block.elements.size() > 65535)
          return op.emitError("layer '")
                 << getLayerName(op) << "': a weight block has "
                 << block.elements.size() << " elements, but the format's "
                 << "limit is 65535";
      }
      offsets.push_back(bytes.size());
      blockCounts.push_back(image.blocks.size());
      image.serialize(machine.zeroRunBits, bytes);
    }
    for (unsigned t = 0; t < op.getInputs().size(); ++t)
      llvm::append_range(filterSizes, op.getFilterSize(t));

    int64_t total = 0, nonzero = stored - placeholders;
    for (const Filters &input : *filters)
      total += input.values.size();
    choice(op, "compressed-sparse-layout")
        << remark::metric("Weights", total)
        << remark::metric("Nonzero", nonzero)
        << remark::metric("Density", total ? double(nonzero) / total : 0.0)
        << remark::metric("StoredElements", stored)
        << remark::metric("Placeholders", placeholders)
        << remark::metric("Blocks", std::accumulate(blockCounts.begin(),
                                                    blockCounts.end(),
                                                    int64_t(0)))
        << remark::metric("LongestBlock", longest)
        << remark::metric("Bytes", int64_t(bytes.size()));

    replaceWeights(op, bytes, offsets, blockCounts, filterSizes);
    return success();
  }

  /// The non-empty blocks of one input for one group, in ascending order of
  /// channel and phase.
  static void appendBlocks(const Filters &input, Range group, BlockOrder order,
                           RequantizationAttr requantization,
                           const Machine &machine, WeightImage &image) {
    SmallVector<int16_t> dense;
    for (int64_t c = 0; c < input.channels; ++c) {
      Range outputs = input.outputsOf(c, group);
      if (outputs.empty())
        continue;
      for (int64_t i = 0; i < input.rows.stride; ++i) {
        SmallVector<int64_t> rows = input.rows.filterPhase(i);
        for (int64_t j = 0; j < input.cols.stride; ++j) {
          SmallVector<int64_t> cols = input.cols.filterPhase(j);
          dense.clear();
          if (order == BlockOrder::KRS) {
            for (int64_t k = outputs.begin; k < outputs.end; ++k)
              for (int64_t r : rows)
                for (int64_t s : cols)
                  dense.push_back(input.at(k, c, r, s));
          } else {
            for (int64_t r : rows)
              for (int64_t s : cols)
                for (int64_t k = outputs.begin; k < outputs.end; ++k)
                  dense.push_back(input.at(k, c, r, s));
          }
          WeightBlock block;
          compressBlock(dense, machine.zeroRunBits, block.elements);
          if (block.elements.empty())
            continue;
          int64_t channel = input.firstChannel + c;
          block.inputChannel = channel;
          block.firstOutput = outputs.begin - group.begin;
          block.outputs = outputs.size();
          block.rowPhase = i;
          block.colPhase = j;
          block.productShift = requantization.getProductShifts()[channel];
          image.blocks.push_back(std::move(block));
        }
      }
    }
  }

  /// Puts the image where weights and bias were.
  void replaceWeights(Conv2DOp op, ArrayRef<uint8_t> bytes,
                      ArrayRef<int64_t> offsets, ArrayRef<int64_t> blockCounts,
                      ArrayRef<int64_t> filterSizes) {
    OpBuilder builder(op);
    auto type = RankedTensorType::get({int64_t(bytes.size())},
                                      builder.getIntegerType(8));
    // Functions are compiled at the same time, and a blob's name is made unique
    // in the order of creation: the function's name keeps it the same each time.
    std::string name =
        (op->getParentOfType<func::FuncOp>().getSymName() + "_weights").str();
    auto data = DenseResourceElementsAttr::get(
        type, name,
        HeapAsmResourceBlob::allocateAndCopyInferAlign(
            ArrayRef<char>(reinterpret_cast<const char *>(bytes.data()),
                           bytes.size())));
    Value image = CompressedWeightsOp::create(
        builder, op.getLoc(), type, builder.getDenseI64ArrayAttr(offsets),
        builder.getDenseI64ArrayAttr(blockCounts), data);
    SmallVector<Operation *> constants;
    for (Value weights : op.getWeights())
      constants.push_back(weights.getDefiningOp());
    if (op.getBias())
      constants.push_back(op.getBias().getDefiningOp());
    op.setFiltersAttr(builder.getDenseI64ArrayAttr(filterSizes));
    op.getWeightsMutable().clear();
    op.getBiasMutable().clear();
    op.getImageMutable().assign(image);
    // The same constant may feed weights twice.
    SmallPtrSet<Operation *, 4> erased;
    for (Operation *constant : constants)
      if (constant->use_empty() && erased.insert(constant).second)
        constant->erase();
  }
};
} // namespace
