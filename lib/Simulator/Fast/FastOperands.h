//===- FastOperands.h - Operands, laid out for the inner loop -------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where an output (y, x) of channel k is summed is linear in both operands'
// coordinates: a weight and an activation each have an offset, and their sum
// is the accumulator's address. Placeholders are left out, only counted.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_SIMULATOR_FAST_FASTOPERANDS_H
#define SCNN_LIB_SIMULATOR_FAST_FASTOPERANDS_H

#include "../WeightStream.h"

namespace scnn::sim::fast {

/// One operand of a product. With stride t and phase i, activation y counts as
/// row (y - i) / t, filter row r as (dilation * r - pad - i) / t; the output
/// row is the difference of both, columns likewise.
struct Operand {
  int32_t value;
  int32_t offset;
  int32_t row, col;
};

/// Vectors of operands.
struct OperandVectors {
  struct Vector {
    /// Non-zeros: [begin, end) in `operands`.
    uint32_t begin, end;
    /// Elements, placeholders included.
    uint32_t elements;
  };
  std::vector<Operand> operands;
  std::vector<Vector> vectors;

  llvm::ArrayRef<Operand> operator[](size_t index) const {
    const Vector &vector = vectors[index];
    return {operands.data() + vector.begin, vector.end - vector.begin};
  }
  void clear() {
    operands.clear();
    vectors.clear();
  }
};

/// Rows and columns that the operands of a block or vector span.
struct Box {
  Range rows, cols;
};
Box boundingBox(llvm::ArrayRef<Operand> operands);

/// A weight block; its operands' offsets lack the activation's.
struct FastBlock {
  FastBlock(const GroupWork &group, const GroupBlock &block,
            const Machine &machine);

  const GroupBlock &block;
  const Convolution &convolution;
  OperandVectors weights;
  Box box;
  int64_t activationWidth;
  int64_t strideRows, strideCols;

  /// The activations that the block meets in PE `pe`.
  void gatherActivations(int64_t pe, OperandVectors &activations) const;
};

} // namespace scnn::sim::fast

#endif // SCNN_LIB_SIMULATOR_FAST_FASTOPERANDS_H
