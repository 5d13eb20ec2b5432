//===- Recurrences.h - Times of DRAM port, staging buffer and broadcast ---===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The same rules as the cycle engine's units, as recurrences: when a transfer
// ends, given when it may begin; when a vector is sent, given when its
// receivers have room.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_SIMULATOR_FAST_RECURRENCES_H
#define SCNN_LIB_SIMULATOR_FAST_RECURRENCES_H

#include "scnn/Simulator/Timeline.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cassert>
#include <vector>

namespace scnn::sim::fast {

/// The last `capacity` of a sequence of times. With capacity 0 (unlimited)
/// nothing is kept: no one has to wait for room.
class RecentTimes {
public:
  explicit RecentTimes(int64_t capacity) : times(capacity, -1) {}

  /// The time of entry n - capacity, where n is the number of entries so far,
  /// plus 1: from then on, entry n has room. 0 if it needn't wait.
  int64_t roomFrom(int64_t ahead = 0) const {
    return times.empty() ? 0 : times[place(ahead)] + 1;
  }
  /// Raises each of `rooms` to the room of an entry: the first to that of the
  /// one `ahead` places ahead, and so on. Both ascend.
  void awaitRoom(int64_t ahead, llvm::MutableArrayRef<int64_t> rooms) const {
    if (times.empty() || roomFrom(ahead + rooms.size() - 1) <= rooms.front())
      return;
    size_t first = place(ahead);
    size_t toEnd = std::min(rooms.size(), times.size() - first);
    for (size_t i = 0; i < toEnd; ++i)
      rooms[i] = std::max(rooms[i], times[first + i] + 1);
    for (size_t i = toEnd; i < rooms.size(); ++i)
      rooms[i] = std::max(rooms[i], times[i - toEnd] + 1);
  }
  /// Notes the time of the next entry.
  void push(int64_t time) {
    if (times.empty())
      return;
    times[next] = time;
    next = next + 1 == times.size() ? 0 : next + 1;
  }
  /// Notes the times of the next entries, not more than there is capacity.
  void push(llvm::ArrayRef<int64_t> entries) {
    if (times.empty())
      return;
    size_t toEnd = std::min(entries.size(), times.size() - next);
    llvm::copy(entries.take_front(toEnd), times.begin() + next);
    llvm::copy(entries.drop_front(toEnd), times.begin());
    next += entries.size();
    if (next >= times.size())
      next -= times.size();
  }

private:
  size_t place(size_t ahead) const {
    assert(ahead < times.size() && "would wait for an entry yet to come");
    size_t place = next + ahead;
    return place < times.size() ? place : place - times.size();
  }

  std::vector<int64_t> times;
  size_t next = 0;
};

/// The DRAM port (rule D1).
class DramTimeline {
public:
  explicit DramTimeline(int64_t bitsPerCycle) : bitsPerCycle(bitsPerCycle) {}

  /// Moves `bits`, from cycle `earliest` on at the earliest. Returns the cycle
  /// in which the first bit is moved, and the one from which on all are there.
  Span move(int64_t earliest, int64_t bits);
  /// When everything moved so far is there.
  int64_t end() const { return lastEnd; }

private:
  int64_t bitsPerCycle;
  /// Bits moved or idle so far; cycles if the port is unlimited.
  int64_t position = 0;
  int64_t lastEnd = 0;
};

/// The broadcast's slots (rule B1).
class SendTimeline {
public:
  /// `perCycle` = 0: unlimited.
  explicit SendTimeline(int64_t perCycle) : perCycle(perCycle) {}

  /// No vector is sent before it any more.
  int64_t now() const { return cycle; }
  /// The cycle in which the next vector is sent, not before `earliest`.
  int64_t send(int64_t earliest) {
    if (std::max(earliest, cycle) == cycle && perCycle != 0 && used == perCycle)
      earliest = cycle + 1;
    pass(earliest);
    ++used;
    return cycle;
  }
  /// The same for a vector that no PE takes: it uses no slot.
  int64_t pass(int64_t earliest) {
    if (earliest > cycle) {
      cycle = earliest;
      used = 0;
    }
    return cycle;
  }

private:
  int64_t perCycle;
  /// Cycle of the last vector, and slots used in it.
  int64_t cycle = 0;
  int64_t used = 0;
};

} // namespace scnn::sim::fast

#endif // SCNN_LIB_SIMULATOR_FAST_RECURRENCES_H
