//===- ScatterNetwork.cpp - The scatter network and its bank queues -------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScatterNetwork.h"
#include <algorithm>

using namespace scnn;
using namespace scnn::sim::cycle;

ScatterNetwork::ScatterNetwork(const Machine &machine)
    : depth(machine.bankQueueDepth), queues(machine.accumulatorBanks, 0) {}

void ScatterNetwork::elapse() {
  for (int64_t &queue : queues)
    queue = std::max<int64_t>(queue - 1, 0);
}

void ScatterNetwork::send(int64_t address) {
  // Without a limit there is no contention at all.
  if (depth != 0)
    ++queues[address % queues.size()];
}

int64_t ScatterNetwork::longestQueue() const {
  return *std::max_element(queues.begin(), queues.end());
}

bool ScatterNetwork::isReady() const {
  return depth == 0 || longestQueue() <= depth - 1;
}

bool ScatterNetwork::isEmpty() const { return longestQueue() == 0; }
