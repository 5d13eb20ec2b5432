//===- Convolution.h - A convolution as the commands set it up ------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Output plane, reach of each PE, and the bound inputs with their windows:
// what set_convolution and bind_input say, and what follows from it.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_SIMULATOR_CONVOLUTION_H
#define SCNN_LIB_SIMULATOR_CONVOLUTION_H

#include "ActivationRam.h"

namespace scnn::sim {

/// A stored element with its place in the plane; a placeholder has value 0.
struct Activation {
  int16_t value;
  int32_t y, x;
};

/// A tensor bound to a convolution.
class BoundInput {
public:
  BoundInput(std::shared_ptr<Tensor> tensor, const isa::BindInput &command)
      : tensor(std::move(tensor)), command(command) {}

  const Tensor &boundTensor() const { return *tensor; }
  const isa::BindInput &bind() const { return command; }
  AxisInput rowInput() const;
  AxisInput colInput() const;
  /// Whether the convolution's input channel `channel` is one of this tensor.
  bool hasChannel(int64_t channel) const {
    return command.firstChannel <= channel &&
           channel < command.firstChannel + tensor->layout().channels;
  }

  /// Takes the elements from the RAMs, and the spilled ones from DRAM, with
  /// their places; without `skipZeros`, all positions. An error if those in
  /// DRAM are malformed.
  llvm::Error decode(const std::vector<ActivationRam> &rams, bool skipZeros);

  /// How many stored blocks of a PE a weight block meets.
  int64_t blocksMet() const {
    return tensor->layout().numPhases() /
           (command.strideRows * command.strideCols);
  }

  /// The stored blocks of PE `pe` that a weight block of (input channel, window
  /// phase) meets, in order: each tensor phase congruent to it (rule M1).
  /// Calls `visit(ArrayRef<Activation>)` for each.
  template <typename VisitorT>
  void forEachBlock(int64_t pe, int64_t channel, int64_t phaseRow,
                    int64_t phaseCol, VisitorT visit) const;

private:
  struct Tile {
    std::vector<Activation> activations;
    /// First element of each block, and the end of the last one.
    std::vector<uint32_t> blockBegin;

    /// Puts the positions between the elements, as zeros.
    void addZeros(const ActivationLayout &layout, int64_t pe);
  };

  std::shared_ptr<Tensor> tensor;
  isa::BindInput command;
  std::vector<Tile> tiles;
};

class Convolution {
public:
  Convolution(const isa::SetConvolution &command, const Machine &machine);

  /// Binds a further input; an error if its window does not fit the tensor or
  /// its channels are bound already.
  llvm::Error bind(std::shared_ptr<Tensor> tensor,
                   const isa::BindInput &command);

  /// To be called once all inputs are bound: finds each PE's reach, and checks
  /// that the accumulators of a channel hold it.
  llvm::Error complete();
  bool isComplete() const { return !rows.reach.empty(); }

  /// Takes the inputs' elements from the RAMs and DRAM.
  llvm::Error decodeInputs(const std::vector<ActivationRam> &rams,
                           bool skipZeros);

  const isa::SetConvolution &command() const { return description; }
  llvm::ArrayRef<BoundInput> inputs() const { return bound; }
  /// The input that has the channel, or null.
  const BoundInput *inputOf(int64_t channel) const;

  AxisCut rowCut() const { return rows.cut; }
  AxisCut colCut() const { return cols.cut; }
  /// Rows and columns of the output plane that a PE has accumulators for.
  Range reachRows(int64_t pe) const { return rows.reach[pe / gridCols]; }
  Range reachCols(int64_t pe) const { return cols.reach[pe % gridCols]; }
  Range ownedRows(int64_t pe) const { return rows.cut.owned(pe / gridCols); }
  Range ownedCols(int64_t pe) const { return cols.cut.owned(pe % gridCols); }
  const AxisAccumulators &rowAccumulators() const { return rows; }
  const AxisAccumulators &colAccumulators() const { return cols; }
  int64_t accumulatorsPerChannel() const {
    return description.accumulatorRows * description.accumulatorCols;
  }
  int64_t numPEs() const { return gridRows * gridCols; }

private:
  isa::SetConvolution description;
  int64_t gridRows, gridCols;
  std::vector<BoundInput> bound;
  AxisAccumulators rows, cols;
};

template <typename VisitorT>
void BoundInput::forEachBlock(int64_t pe, int64_t channel, int64_t phaseRow,
                              int64_t phaseCol, VisitorT visit) const {
  const ActivationLayout &layout = tensor->layout();
  const Tile &tile = tiles[pe];
  int64_t first = (channel - command.firstChannel) * layout.numPhases();
  for (int64_t i = phaseRow; i < layout.phases[0]; i += command.strideRows)
    for (int64_t j = phaseCol; j < layout.phases[1]; j += command.strideCols) {
      int64_t block = first + i * layout.phases[1] + j;
      visit(llvm::ArrayRef<Activation>(tile.activations)
                .slice(tile.blockBegin[block],
                       tile.blockBegin[block + 1] - tile.blockBegin[block]));
    }
}

} // namespace scnn::sim

#endif // SCNN_LIB_SIMULATOR_CONVOLUTION_H
