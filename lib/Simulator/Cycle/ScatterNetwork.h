//===- ScatterNetwork.h - The scatter network and its bank queues ---------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Products on their way from the multipliers to the accumulator banks. The
// queue rule (X2) lives here and nowhere else in the cycle engine.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_SIMULATOR_CYCLE_SCATTERNETWORK_H
#define SCNN_LIB_SIMULATOR_CYCLE_SCATTERNETWORK_H

#include "scnn/Machine/Machine.h"
#include <vector>

namespace scnn::sim::cycle {

class ScatterNetwork {
public:
  explicit ScatterNetwork(const Machine &machine);

  /// A cycle has elapsed: each bank retires a product.
  void elapse();
  /// A product for an accumulator enters its bank's queue.
  void send(int64_t address);
  /// Whether a further batch can be issued.
  bool isReady() const;
  bool isEmpty() const;

private:
  int64_t longestQueue() const;

  int64_t depth;
  std::vector<int64_t> queues;
};

} // namespace scnn::sim::cycle

#endif // SCNN_LIB_SIMULATOR_CYCLE_SCATTERNETWORK_H
