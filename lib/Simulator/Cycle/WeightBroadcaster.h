//===- WeightBroadcaster.h - Sends weight vectors to the PEs --------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One vector after the other from the staging buffer to the FIFOs of all PEs
// that have activations for it (rules B1 to B5).
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_SIMULATOR_CYCLE_WEIGHTBROADCASTER_H
#define SCNN_LIB_SIMULATOR_CYCLE_WEIGHTBROADCASTER_H

#include "DramPort.h"
#include "ProcessingElement.h"

namespace scnn::sim::cycle {

class WeightBroadcaster {
public:
  WeightBroadcaster(LayerRun &run,
                    const std::vector<std::vector<BlockStream>> &streams,
                    StagingBuffer &staging,
                    std::vector<ProcessingElement> &pes);

  /// Sends what can be sent in this cycle.
  void step(int64_t cycle);

private:
  /// Whether all PEs that take the present vector have room for it.
  bool hasRoom() const;
  void send(int64_t cycle);
  /// Goes on to the next vector, pass, block, group.
  void advance();
  void skipEmptyGroups();
  const BlockStream &stream() const { return streams[group][block]; }

  LayerRun &run;
  const std::vector<std::vector<BlockStream>> &streams;
  StagingBuffer &staging;
  std::vector<ProcessingElement> &pes;

  // The vector that is to be sent next.
  size_t group = 0, block = 0;
  int64_t pass = 0, vector = 0;
  /// Number of the block's first vector in the staging buffer; of the pass's
  /// first one if each pass is read anew.
  int64_t firstStaged = 0;
};

} // namespace scnn::sim::cycle

#endif // SCNN_LIB_SIMULATOR_CYCLE_WEIGHTBROADCASTER_H
