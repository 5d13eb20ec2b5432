//===- WeightImage.h - Weights of an output-channel group in DRAM ---------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LAYOUT_WEIGHTIMAGE_H
#define SCNN_LAYOUT_WEIGHTIMAGE_H

#include "scnn/Layout/CompressedSparse.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <vector>

namespace scnn {

/// What the post-processing unit needs of an output channel.
struct WeightChannel {
  /// In accumulator units.
  int32_t bias = 0;
  uint16_t multiplier = 1;
  uint8_t shift = 0;
};

/// The non-zero weights of one input channel and phase for the output channels
/// of a group that it reaches.
struct WeightBlock {
  uint16_t inputChannel = 0;
  /// First output channel, counted within the group, and how many.
  uint16_t firstOutput = 0;
  uint16_t outputs = 0;
  uint8_t rowPhase = 0;
  uint8_t colPhase = 0;
  /// Right shift of this block's products.
  uint8_t productShift = 0;
  llvm::SmallVector<Element, 0> elements;
};

/// The weights of one output-channel group; `docs/program-format.md` has the
/// bytes.
struct WeightImage {
  std::vector<WeightChannel> channels;
  std::vector<WeightBlock> blocks;

  static constexpr int64_t kChannelBytes = 8, kBlockHeaderBytes = 12;

  /// Appends the image's bytes. Elements per block must fit 16 bits.
  void serialize(int64_t zeroRunBits,
                 llvm::SmallVectorImpl<uint8_t> &bytes) const;

  /// Reads an image of so many channels and blocks, which must use up `bytes`.
  static llvm::Expected<WeightImage> parse(llvm::ArrayRef<uint8_t> bytes,
                                           int64_t channels, int64_t blocks,
                                           int64_t zeroRunBits);
};

} // namespace scnn

#endif // SCNN_LAYOUT_WEIGHTIMAGE_H
