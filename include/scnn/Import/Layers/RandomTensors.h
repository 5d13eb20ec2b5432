//===- RandomTensors.h - Random masks and values -------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// The same seeds give the same bits on every machine and with every library:
// the generator and what is made of it are spelled out here.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_IMPORT_LAYERS_RANDOMTENSORS_H
#define SCNN_IMPORT_LAYERS_RANDOMTENSORS_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <vector>

namespace scnn {

/// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
class RandomSource {
public:
  /// A sequence of its own for each seed, layer and purpose: it stays when
  /// other layers come or go.
  RandomSource(uint64_t seed, llvm::StringRef layer, llvm::StringRef purpose);

  uint64_t next();
  /// In [0, 1), in steps of 2^-53.
  double nextUnit();

private:
  uint64_t state;
};

/// Non-zeros of a tensor of that density: density * size, rounded half away
/// from 0.
int64_t nonZeroCount(int64_t size, double density);

/// `count` of `size` places, all choices equally likely, in ascending order.
std::vector<int64_t> choosePlaces(int64_t size, int64_t count,
                                  RandomSource &random);

/// `size` elements with exactly `nonZeroCount` non-zeros at random places,
/// those uniform over the multiples of 2^-12 in (0, 1].
std::vector<float> randomActivations(int64_t size, double density,
                                     RandomSource &random);

/// [outputs][weightsPerOutput] weights with exactly `nonZeroCount` non-zeros at
/// random places. Their magnitudes are uniform over the multiples of 2^-12 in
/// [1/4, 1], so that none is lost to rounding. Those of an output channel come
/// in pairs of opposite signs, so that they add up to 0, if their number is odd
/// to one of them.
std::vector<float> randomWeights(int64_t outputs, int64_t weightsPerOutput,
                                 double density, RandomSource &random);

} // namespace scnn

#endif // SCNN_IMPORT_LAYERS_RANDOMTENSORS_H
