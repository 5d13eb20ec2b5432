//===- WeightFifo.h - A PE's weight FIFO ----------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Vectors wait here from the broadcast to their last use (rules B2 to B4).
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_SIMULATOR_CYCLE_WEIGHTFIFO_H
#define SCNN_LIB_SIMULATOR_CYCLE_WEIGHTFIFO_H

#include <cstdint>
#include <deque>

namespace scnn::sim::cycle {

class WeightFifo {
public:
  /// `entries` = 0: unlimited.
  explicit WeightFifo(int64_t entries) : entries(entries) {}

  bool isFull() const {
    return entries != 0 && int64_t(usableFrom.size()) >= entries;
  }
  /// A vector broadcast in `cycle`.
  void push(int64_t cycle) { usableFrom.push_back(cycle + 1); }
  /// Whether the `index`-th oldest vector is there and can be used.
  bool has(int64_t index, int64_t cycle) const {
    return index < int64_t(usableFrom.size()) && usableFrom[index] <= cycle;
  }
  /// The oldest vector has had its last use.
  void pop() { usableFrom.pop_front(); }

private:
  int64_t entries;
  std::deque<int64_t> usableFrom;
};

} // namespace scnn::sim::cycle

#endif // SCNN_LIB_SIMULATOR_CYCLE_WEIGHTFIFO_H
