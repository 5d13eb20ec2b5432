//===- GroupSums.h - The values of a group's accumulators -----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sums do not depend on the order of their products, so a PE's values are
// computed output channel by output channel: its sums stay in registers while
// the weights of many input channels pass. They have 32 bits as long as a bound
// on their magnitude proves that enough, and are exact in any case (rule V3).
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_SIMULATOR_FAST_GROUPSUMS_H
#define SCNN_LIB_SIMULATOR_FAST_GROUPSUMS_H

#include "TileOperands.h"

namespace scnn::sim::fast {

class GroupSums {
public:
  GroupSums(const GroupWork &group, const ConvolutionOperands &operands);

  /// What a thread needs to compute sums, reused from PE to PE.
  struct Scratch {
    std::vector<int32_t> images, narrow;
    std::vector<int64_t> wide;
  };
  /// Computes PE `pe`'s sums. Addresses are those of `set_convolution`.
  void compute(int64_t pe, AccumulateFn accumulate, Scratch &scratch,
               std::vector<int64_t> &sums) const;

private:
  struct Block {
    const GroupBlock *weights;
    const InputOperands *input;
    /// Of the activation block that it meets.
    size_t index;
    /// Where its image begins.
    int64_t firstLane;
  };
  /// Blocks with the same shift whose images stay in the processor's cache.
  struct Chunk {
    size_t firstBlock, endBlock;
    int64_t shift;
    int64_t imageLanes;
    /// In `channelTerms`: channels + 1 numbers of terms.
    size_t firstChannelTerm;
    /// Whether the sums so far must be put aside before it.
    bool flushes = false;
    /// Whether its products may overflow 32 bits all alone.
    bool isWide = false;
  };

  void addChunk(size_t firstBlock);
  /// Writes the images of a chunk's blocks; false if all are empty.
  bool writeImages(const Chunk &chunk, int64_t pe, Scratch &scratch) const;
  void accumulateWide(const Chunk &chunk, Scratch &scratch) const;
  /// Adds the narrow sums to the wide ones, and clears them.
  static void flush(Scratch &scratch);
  /// From the lanes of the PE's sums to their addresses.
  template <typename T>
  void copySums(int64_t pe, const T *from, std::vector<int64_t> &sums) const;

  const ConvolutionOperands &operands;
  int64_t channels, lanes;
  std::vector<Block> blocks;
  std::vector<Chunk> chunks;
  /// By chunk and output channel.
  std::vector<uint32_t> channelTerms;
  std::vector<Term> terms;
  /// Most that a narrow sum can have reached.
  int64_t bound = 0;
};

} // namespace scnn::sim::fast

#endif // SCNN_LIB_SIMULATOR_FAST_GROUPSUMS_H
