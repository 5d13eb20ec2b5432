//===- DramPort.h - The DRAM port, cycle by cycle -------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Serves the layer's transfers in order (rules D1 to D4), and holds the
// staging buffer that weight vectors wait in for their broadcast.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_SIMULATOR_CYCLE_DRAMPORT_H
#define SCNN_LIB_SIMULATOR_CYCLE_DRAMPORT_H

#include "../Engine.h"
#include "../WeightStream.h"
#include <deque>

namespace scnn::sim::cycle {

/// Weight vectors between the DRAM port and the broadcast, numbered through
/// the layer in the order in which they come and leave.
class StagingBuffer {
public:
  explicit StagingBuffer(int64_t capacity) : capacity(capacity) {}

  bool hasRoom() const { return capacity == 0 || begun - left < capacity; }
  /// A vector's transfer begins: it takes its place.
  void begin() { ++begun; }
  /// The last bit of the oldest vector on its way is there from `cycle` on.
  void arrive(int64_t cycle) { arrivals.push_back(cycle); }
  bool has(int64_t vector, int64_t cycle) const {
    return vector < int64_t(arrivals.size()) && arrivals[vector] <= cycle;
  }
  /// The oldest vector leaves.
  void leave() { ++left; }

private:
  int64_t capacity;
  int64_t begun = 0;
  int64_t left = 0;
  std::vector<int64_t> arrivals;
};

class DramPort {
public:
  DramPort(LayerRun &run, const std::vector<std::vector<BlockStream>> &streams);

  /// Cycle begins: the port may move its bits.
  void beginCycle();
  /// Moves what it can in this cycle. May be called again within it, when
  /// something that a transfer waits for has happened.
  void move(int64_t cycle);

  StagingBuffer &staging() { return stagingBuffer; }
  /// Whether the first `count` loads are complete.
  bool loadsThere(int64_t count, int64_t cycle) const {
    return count == 0 || (count <= int64_t(loadArrivals.size()) &&
                          loadArrivals[count - 1] <= cycle);
  }
  /// Whether the spilled blocks for group `group` are complete.
  bool inputsStreamed(int64_t group, int64_t cycle) const {
    return streamedGroup == group && streamArrival <= cycle;
  }
  bool isIdle(int64_t cycle) const {
    return nextTransfer == run.work.transfers.size() && parts.empty() &&
           lastArrival <= cycle;
  }

private:
  /// What moves without interruption: a weight vector, a channel table, or the
  /// whole of any other transfer.
  struct Part {
    int64_t bits;
    bool isVector;
    /// Bits that do not pass the port's width.
    int64_t bitsBeside = 0;
    bool begun = false;
  };

  /// Whether what the transfer waits for has happened.
  bool canStart(const TransferWork &transfer, int64_t cycle) const;
  /// Makes the next transfer's parts; false if there is none or it must wait.
  bool openNextTransfer(int64_t cycle);
  void openWeights(size_t group);
  void addWeights(int64_t bits, bool isVector);
  void complete(const Part &part, int64_t arrival);

  LayerRun &run;
  const std::vector<std::vector<BlockStream>> &streams;
  StagingBuffer stagingBuffer;
  /// Parts of the present transfer that are not complete.
  std::deque<Part> parts;
  size_t nextTransfer = 0;
  int64_t budget = 0;
  std::vector<int64_t> loadArrivals;
  /// The last group whose inputs' spilled blocks are complete, and from when
  /// on.
  int64_t streamedGroup = -1, streamArrival = 0;
  int64_t lastArrival = 0;
};

} // namespace scnn::sim::cycle

#endif // SCNN_LIB_SIMULATOR_CYCLE_DRAMPORT_H
