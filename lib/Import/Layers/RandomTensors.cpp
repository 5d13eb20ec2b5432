//===- RandomTensors.cpp - Random masks and values -----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Import/Layers/RandomTensors.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/xxhash.h"
#include <algorithm>
#include <cmath>

using namespace scnn;

RandomSource::RandomSource(uint64_t seed, llvm::StringRef layer,
                           llvm::StringRef purpose)
    : state(seed) {
  state = next() ^ llvm::xxh3_64bits(layer);
  state = next() ^ llvm::xxh3_64bits(purpose);
}

uint64_t RandomSource::next() {
  uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

double RandomSource::nextUnit() { return double(next() >> 11) * 0x1p-53; }

int64_t scnn::nonZeroCount(int64_t size, double density) {
  return std::llround(density * double(size));
}

std::vector<int64_t> scnn::choosePlaces(int64_t size, int64_t count,
                                        RandomSource &random) {
  // Selection sampling (Knuth, The Art of Computer Programming 3.4.2, S).
  std::vector<int64_t> places;
  places.reserve(count);
  for (int64_t place = 0; int64_t(places.size()) < count; ++place)
    if (random.nextUnit() * double(size - place) <
        double(count - int64_t(places.size())))
      places.push_back(place);
  return places;
}

/// Uniform over the multiples of 2^-12 in (low, 1].
static float nextMagnitude(RandomSource &random, int64_t low) {
  constexpr int64_t kSteps = 1 << 12;
  int64_t steps = kSteps - int64_t(random.nextUnit() * double(kSteps - low));
  return float(steps) / float(kSteps);
}

std::vector<float> scnn::randomActivations(int64_t size, double density,
                                           RandomSource &random) {
  std::vector<float> values(size, 0.0f);
  for (int64_t place : choosePlaces(size, nonZeroCount(size, density), random))
    values[place] = nextMagnitude(random, 0);
  return values;
}

/// Gives the places of one output channel their values.
static void fillPairs(llvm::ArrayRef<int64_t> places,
                      std::vector<float> &values, RandomSource &random) {
  int64_t count = places.size();
  // Which of them are positive: one half; one more or less if they are odd.
  int64_t positive = (count + int64_t(random.next() >> 63)) / 2;
  std::vector<float> magnitudes;
  for (int64_t pair = 0; pair < (count + 1) / 2; ++pair)
    magnitudes.push_back(nextMagnitude(random, (1 << 10) - 1));
  std::vector<int64_t> chosen = choosePlaces(count, positive, random);
  int64_t numPositive = 0, numNegative = 0;
  for (int64_t index = 0; index < count; ++index) {
    bool isPositive = numPositive < positive && chosen[numPositive] == index;
    values[places[index]] = isPositive ? magnitudes[numPositive++]
                                       : -magnitudes[numNegative++];
  }
}

std::vector<float> scnn::randomWeights(int64_t outputs,
                                       int64_t weightsPerOutput, double density,
                                       RandomSource &random) {
  int64_t size = outputs * weightsPerOutput;
  std::vector<int64_t> places =
      choosePlaces(size, nonZeroCount(size, density), random);
  std::vector<float> values(size, 0.0f);
  llvm::ArrayRef<int64_t> rest(places);
  for (int64_t k = 0; k < outputs; ++k) {
    int64_t end = (k + 1) * weightsPerOutput;
    auto own = rest.take_while([end](int64_t place) { return place < end; });
    fillPairs(own, values, random);
    rest = rest.drop_front(own.size());
  }
  return values;
}
