//===- TileOperands.h - Activations, laid out for the inner loops ---------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where a product is summed is linear in both operands' places: with stride t
// and phase i, activation y counts as row (y - i) / t, filter row r as
// (dilation * r - pad - i) / t, and the output row is the difference of both;
// columns likewise. So an activation has a place of its own, once for all
// groups and weights of a convolution:
//
// - for the bank queues, an address that a weight's address is added to;
// - for the values, a place in a dense image of the tile. Images and sums have
//   rows of the same pitch, so that a weight's products with the whole tile are
//   the image times the weight, moved by a constant. The pitch is large enough
//   that a product beyond the PE's columns lands between two rows of sums.
//
// Zeros (placeholders) are left out, only counted.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_SIMULATOR_FAST_TILEOPERANDS_H
#define SCNN_LIB_SIMULATOR_FAST_TILEOPERANDS_H

#include "../LayerWork.h"
#include "Kernels.h"

namespace scnn::sim::fast {

/// An input's activations in one PE, by the blocks that weight blocks meet.
struct TileOperands {
  /// By non-zero.
  std::vector<int16_t> values;
  /// In the image, or negative if no sum takes it.
  std::vector<int32_t> lanes;

  /// As `BatchRun` has them. Vectors have a non-zero or a placeholder (rule M1).
  std::vector<int16_t> banks;
  std::vector<int32_t> firstPlaces;
  std::vector<Place> places;

  struct Block {
    uint32_t firstVector, firstNonZero;
    /// Placeholders included.
    uint32_t elements;
    /// In `dropped`; negative if nothing is dropped.
    int32_t dropped;
  };
  /// And one behind the last.
  std::vector<Block> blocks;
  /// For each block that has some, by clip class: the non-zeros whose products
  /// are dropped (rule V2).
  std::vector<uint32_t> dropped;

  size_t numVectors(size_t block) const {
    return blocks[block + 1].firstVector - blocks[block].firstVector;
  }
  size_t numNonZeros(size_t block) const {
    return blocks[block + 1].firstNonZero - blocks[block].firstNonZero;
  }
};

/// Filter positions are of one class if, of any activations in a PE's tile, the
/// products with both are dropped or neither. In the middle of the plane all
/// positions are; a PE at an edge has few classes.
struct ClipClasses {
  /// By filter position (row-major).
  std::vector<int32_t> classOf;
  /// For each class, the place of one of its positions.
  std::vector<Place> places;
};

/// An input bound to a convolution.
class InputOperands {
public:
  InputOperands(const Convolution &convolution, const BoundInput &input,
                int64_t pitch, int64_t sumLanes, const Machine &machine);

  /// Index of the block that weights of (input channel, phase) meet.
  size_t blockIndex(int64_t channel, int64_t phaseRow, int64_t phaseCol) const;
  const TileOperands &tile(int64_t pe) const { return tiles[pe]; }
  /// What a filter position adds to a weight's address, mod banks.
  int64_t filterBank(int64_t position) const { return filterBanks[position]; }
  /// Place of filter position (r, s), as weights of its phase have it.
  Place filterPlace(int64_t r, int64_t s) const {
    return {filterRows[r], filterCols[s]};
  }
  int64_t numFilterPositions() const { return filterBanks.size(); }
  int64_t filterPosition(int64_t r, int64_t s) const {
    return r * filterCols.size() + s;
  }
  /// PEs share them: there are few different ones.
  llvm::ArrayRef<ClipClasses> clipClasses() const { return clips; }
  /// Index of PE `pe`'s clip classes.
  size_t clipIndex(int64_t pe) const { return clipOf[pe]; }
  /// Lanes of a block's image.
  int64_t imageLanes() const { return lanes; }
  /// The lane of the image that goes to sum 0 for weights of that place.
  int64_t imageOffset(Place place) const {
    return place.row * pitch + place.col - firstOffset;
  }
  /// Largest magnitude of an activation.
  int64_t largest() const { return largestValue; }

private:
  void findClipClasses(const Convolution &convolution);
  void addBlock(const Convolution &convolution, int64_t pe, int64_t channel,
                int64_t phaseRow, int64_t phaseCol, const Machine &machine);

  const BoundInput &input;
  int64_t pitch;
  /// By row and column of the filter, and of the tensor.
  std::vector<int32_t> filterRows, filterCols, tensorRows, tensorCols;
  int64_t firstOffset, lanes;
  int64_t largestValue = 0;
  std::vector<uint16_t> filterBanks;
  std::vector<TileOperands> tiles;
  std::vector<ClipClasses> clips;
  std::vector<size_t> clipOf;
};

class ConvolutionOperands {
public:
  /// The inputs must be decoded.
  ConvolutionOperands(const Convolution &convolution, const Machine &machine);

  const Convolution &of() const { return convolution; }
  /// Address of a group's output channel mod banks, for its first accumulator.
  int64_t channelBank(int64_t k) const { return channelBanks[k]; }
  const InputOperands &operandsOf(const BoundInput &input) const {
    return inputs[&input - convolution.inputs().data()];
  }
  /// Distance of two rows of a channel's sums.
  int64_t sumPitch() const { return pitch; }
  /// Lanes of a channel's sums.
  int64_t sumLanes() const { return lanes; }

private:
  const Convolution &convolution;
  int64_t pitch, lanes;
  std::vector<uint16_t> channelBanks;
  std::vector<InputOperands> inputs;
};

} // namespace scnn::sim::fast

#endif // SCNN_LIB_SIMULATOR_FAST_TILEOPERANDS_H
