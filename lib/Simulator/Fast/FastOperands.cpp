//===- FastOperands.cpp - Operands, laid out for the inner loop -----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FastOperands.h"
#include "llvm/Support/MathExtras.h"

using namespace scnn;
using namespace scnn::sim;
using namespace scnn::sim::fast;

Box fast::boundingBox(llvm::ArrayRef<Operand> operands) {
  Box box;
  for (const Operand &operand : operands) {
    box.rows = box.rows.hull({operand.row, operand.row + 1});
    box.cols = box.cols.hull({operand.col, operand.col + 1});
  }
  return box;
}

FastBlock::FastBlock(const GroupWork &group, const GroupBlock &block,
                     const Machine &machine)
    : block(block), convolution(*group.convolution),
      activationWidth(machine.activationsPerVector),
      strideRows(block.input->bind().strideRows),
      strideCols(block.input->bind().strideCols) {
  const isa::BindInput &bind = block.input->bind();
  const isa::SetConvolution &command = convolution.command();
  size_t width = machine.weightsPerVector;
  weights.operands.reserve(block.weights.size());
  llvm::ArrayRef<Weight> rest = block.weights;
  while (!rest.empty()) {
    auto vector = rest.take_front(std::min(width, rest.size()));
    rest = rest.drop_front(vector.size());
    uint32_t begin = weights.operands.size();
    for (const Weight &weight : vector) {
      if (weight.value == 0)
        continue;
      int64_t row = llvm::divideFloorSigned(
          bind.dilationRows * weight.r - bind.padTop, bind.strideRows);
      int64_t col = llvm::divideFloorSigned(
          bind.dilationCols * weight.s - bind.padLeft, bind.strideCols);
      int64_t offset =
          (weight.k * command.accumulatorRows - row) * command.accumulatorCols -
          col;
      weights.operands.push_back(
          {weight.value, int32_t(offset), int32_t(row), int32_t(col)});
    }
    weights.vectors.push_back(
        {begin, uint32_t(weights.operands.size()), uint32_t(vector.size())});
  }
  box = boundingBox(weights.operands);
}

void FastBlock::gatherActivations(int64_t pe,
                                  OperandVectors &activations) const {
  activations.clear();
  int64_t firstRow = convolution.reachRows(pe).begin;
  int64_t firstCol = convolution.reachCols(pe).begin;
  int64_t accumulatorCols = convolution.command().accumulatorCols;
  size_t width = activationWidth;
  block.input->forEachBlock(
      pe, block.channel, block.phaseRow, block.phaseCol,
      [&](llvm::ArrayRef<Activation> rest) {
        while (!rest.empty()) {
          auto vector = rest.take_front(std::min(width, rest.size()));
          rest = rest.drop_front(vector.size());
          uint32_t begin = activations.operands.size();
          for (const Activation &activation : vector) {
            if (activation.value == 0)
              continue;
            // Activations of the block's phase: rounds down exactly.
            int64_t row = activation.y / strideRows;
            int64_t col = activation.x / strideCols;
            int64_t offset =
                (row - firstRow) * accumulatorCols + (col - firstCol);
            activations.operands.push_back({activation.value, int32_t(offset),
                                            int32_t(row), int32_t(col)});
          }
          activations.vectors.push_back({begin,
                                         uint32_t(activations.operands.size()),
                                         uint32_t(vector.size())});
        }
      });
}
