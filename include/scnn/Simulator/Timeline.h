//===- Timeline.h - When things happened in a layer -----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The times from which traces are drawn, in cycles of the layer.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_SIMULATOR_TIMELINE_H
#define SCNN_SIMULATOR_TIMELINE_H

#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <vector>

namespace scnn::sim {

/// A half-open interval of cycles.
struct Span {
  int64_t begin = 0;
  int64_t end = 0;

  bool operator==(Span other) const {
    return begin == other.begin && end == other.end;
  }
};

/// A step of the post-processing units on a group.
struct PpuStep {
  enum Kind { ExchangeAdd, Drain, ExchangeMax, ExchangeCopy };
  Kind kind;
  Span span;

  bool operator==(const PpuStep &other) const {
    return kind == other.kind && span == other.span;
  }
};

/// An output-channel group.
struct GroupTimes {
  /// From the first cycle in which PEs may multiply to the barrier.
  Span multiply;
  /// Per PE (row-major): when it was done (rule X3).
  std::vector<int64_t> done;
  /// Per PE: whether it had anything to multiply.
  std::vector<bool> hasWork;
  llvm::SmallVector<PpuStep, 4> ppu;
  int64_t ppuEnd = 0;

  bool operator==(const GroupTimes &other) const {
    return multiply == other.multiply && done == other.done &&
           hasWork == other.hasWork && ppu == other.ppu &&
           ppuEnd == other.ppuEnd;
  }
};

/// What the DRAM port moved for one command, or for spilled blocks; `span`
/// holds its first and its last bit.
struct DramTransfer {
  enum Kind {
    LoadActivations,
    Weights,
    StoreActivations,
    /// Blocks that the RAMs do not hold go to DRAM.
    SpillActivations,
    /// They come back: for a group of output channels, or to be stored.
    StreamActivations
  };
  Kind kind;
  /// Descriptor register, or number of the group.
  int64_t index;
  Span span;
  int64_t bits;
  /// Moved in the port's idle time while another piece of the layer computes
  /// (rule O6), somewhere in `span`.
  bool inIdleTime = false;

  bool operator==(const DramTransfer &other) const {
    return kind == other.kind && index == other.index && span == other.span &&
           bits == other.bits && inIdleTime == other.inIdleTime;
  }
};

struct LayerTimeline {
  int64_t cycles = 0;
  std::vector<GroupTimes> groups;
  /// By group: from the first to the last weight vector that was sent to PEs;
  /// empty if none was. Runs ahead of the group (rule B5).
  std::vector<Span> broadcasts;
  std::vector<DramTransfer> transfers;

  /// Puts the times of a further piece of the layer behind these.
  void append(const LayerTimeline &piece);
  /// A weight vector of group `group` was sent in that cycle.
  void addBroadcast(size_t group, int64_t cycle);

  bool operator==(const LayerTimeline &other) const {
    return cycles == other.cycles && groups == other.groups &&
           broadcasts == other.broadcasts && transfers == other.transfers;
  }
};

} // namespace scnn::sim

#endif // SCNN_SIMULATOR_TIMELINE_H
