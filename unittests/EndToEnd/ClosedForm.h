//===- ClosedForm.h - What a convolution costs, from dense tensors --------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Counts what each PE has to multiply from dense weights and activations and
// the attributes of the mapped IR. Tiles, phases and compression are written
// out here once more, from their description: nothing of the compiler's or the
// simulator's arithmetic is used.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_UNITTESTS_ENDTOEND_CLOSEDFORM_H
#define SCNN_UNITTESTS_ENDTOEND_CLOSEDFORM_H

#include "scnn/Dialect/SCNN/IR/SCNN.h"
#include "scnn/Host/HostTensor.h"

#include <vector>

namespace scnn::test {

/// One input of a mapped convolution.
struct MappedInput {
  int64_t channels = 0, groups = 1;
  /// The row of the value that is row 0 of the plane, which may be a piece.
  int64_t firstRow = 0;
  Pair plane{1, 1}, filter{1, 1}, stride{1, 1}, dilation{1, 1}, phases{1, 1};
  Sides padding{0, 0, 0, 0}, halo{0, 0, 0, 0};
  int64_t zeroRunBits = 4;
  /// [K][C / groups][R][S].
  std::vector<int16_t> weights;
};

/// A convolution, or a piece of one, with the mapping that the compiler chose.
struct MappedConvolution {
  std::vector<MappedInput> inputs;
  int64_t outputs = 1, groupSize = 1;
  /// The output plane before pooling.
  Pair plane{1, 1}, grid{1, 1};
  CutPolicy cut = CutPolicy::Ceil;
  BlockOrder order = BlockOrder::KRS;
  HaloMode halo = HaloMode::Output;

  int64_t groups() const { return (outputs + groupSize - 1) / groupSize; }
};

/// The weights and windows of `quantized`, with the mapping and layouts of
/// `mapped`, which is the same convolution or a piece of it.
MappedConvolution describeMapping(Conv2DOp quantized, AccumulateOp mapped);

/// What follows from a convolution and the values that it reads.
struct ClosedForm {
  /// By PE, row-major: the sum over groups, phases and input channels of
  /// ceil(stored activations / I) * ceil(stored weights / F).
  std::vector<int64_t> busyCycles;
  /// Weight vectors of the longest block that a PE needs.
  int64_t longestBlock = 0;
  /// Stored elements of value zero, in weights and in activations.
  int64_t placeholders = 0;
};

/// `values` are i16 [1, C, H, W], one for each input; a piece's, too, are whole.
ClosedForm computeClosedForm(const MappedConvolution &convolution,
                             llvm::ArrayRef<const HostTensor *> values,
                             const Machine &machine);

/// How many hops the farthest partial sum travels to its owner.
int64_t haloHops(const MappedConvolution &convolution);

} // namespace scnn::test

#endif // SCNN_UNITTESTS_ENDTOEND_CLOSEDFORM_H
