//===- WeightStream.h - How a weight block is streamed --------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Vectors, passes and bits of a block on its way from DRAM over the broadcast
// to the PEs (rules D3, B1, B4).
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_SIMULATOR_WEIGHTSTREAM_H
#define SCNN_LIB_SIMULATOR_WEIGHTSTREAM_H

#include "LayerWork.h"

namespace scnn::sim {

struct BlockStream {
  enum Kind {
    /// Fits the FIFO: broadcast once.
    Resident,
    /// Longer than the FIFO: broadcast for each activation vector, from the
    /// staging buffer.
    Replayed,
    /// Longer than the staging buffer too: read from DRAM for each pass.
    Reread,
  };

  BlockStream(const GroupBlock &block, const Machine &machine);

  const GroupBlock *block;
  Kind kind;
  /// F-vectors of the block.
  int64_t vectors;
  /// Per PE: activation vectors that the block meets there.
  std::vector<int32_t> activationVectors;
  /// The largest of them.
  int64_t mostActivationVectors = 0;
  /// Bits on the DRAM port of all vectors but the first and the last one.
  int64_t vectorBits;
  int64_t firstVectorBits, lastVectorBits;

  /// Whether any PE takes it.
  bool isNeeded() const { return mostActivationVectors > 0; }
  /// How often its vectors are sent (or, if no PE needs them, passed over).
  int64_t passes() const {
    return kind == Resident ? 1 : std::max<int64_t>(mostActivationVectors, 1);
  }
  /// How often it is read from DRAM.
  int64_t reads() const { return kind == Reread ? passes() : 1; }
  /// Whether PE `pe` takes the vectors of pass `pass`.
  bool takenBy(int64_t pe, int64_t pass) const {
    return pass < activationVectors[pe];
  }
  int64_t bitsOf(int64_t vector) const {
    if (vectors == 1)
      return firstVectorBits + lastVectorBits - vectorBits;
    return vector == 0             ? firstVectorBits
           : vector == vectors - 1 ? lastVectorBits
                                   : vectorBits;
  }
};

/// Bits of a group's channel table on the DRAM port.
inline int64_t channelTableBits(const GroupWork &group) {
  return group.channels() * WeightImage::kChannelBytes * 8;
}

} // namespace scnn::sim

#endif // SCNN_LIB_SIMULATOR_WEIGHTSTREAM_H
