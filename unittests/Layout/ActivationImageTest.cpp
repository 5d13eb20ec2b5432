//===- ActivationImageTest.cpp - Activation tensors as DRAM segments ------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Layout/ActivationImage.h"
#include "gtest/gtest.h"
#include <random>

using namespace scnn;

namespace {

TEST(ActivationImage, PhasePositions) {
  for (int64_t begin = 0; begin < 7; ++begin)
    for (int64_t end = begin; end < 12; ++end)
      for (int64_t phases = 1; phases < 5; ++phases)
        for (int64_t phase = 0; phase < phases; ++phase) {
          PhasePositions positions =
              phasePositions({begin, end}, phase, phases);
          std::vector<int64_t> expected, actual;
          for (int64_t x = begin; x < end; ++x)
            if (x % phases == phase)
              expected.push_back(x);
          for (int64_t i = 0; i < positions.count; ++i)
            actual.push_back(positions[i]);
          EXPECT_EQ(actual, expected);
        }
}

TEST(ActivationImage, RoundTrip) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 500; ++trial) {
    auto in = [&](int64_t low, int64_t high) {
      return low + int64_t(random() % (high - low + 1));
    };
    ActivationLayout layout;
    layout.channels = in(1, 5);
    layout.height = in(1, 20);
    layout.width = in(1, 20);
    layout.policy = in(0, 1) ? kCutCeil : kCutBalanced;
    layout.grid = Pair{in(1, 4), in(1, 4)};
    layout.phases = Pair{in(1, 3), in(1, 3)};
    layout.halo = Sides{in(0, 3), in(0, 3), in(0, 3), in(0, 3)};
    layout.zeroRunBits = in(1, 8);
    ASSERT_FALSE(llvm::errorToBool(verify(layout)));
    std::vector<int16_t> values(layout.channels * layout.height * layout.width);
    int64_t density = in(0, 100);
    for (int16_t &value : values)
      value = in(1, 100) <= density ? int16_t(random()) : 0;

    std::vector<uint8_t> image(layout.imageBytes());
    encodeActivations(layout, values, image);
    std::vector<int16_t> decoded(values.size());
    ASSERT_FALSE(llvm::errorToBool(decodeActivations(layout, image, decoded)));
    EXPECT_EQ(decoded, values);

    // Damage gives an error or values, never a crash.
    for (int i = 0; i < 5; ++i)
      image[random() % image.size()] = random();
    llvm::consumeError(decodeActivations(layout, image, decoded));
  }
}

TEST(ActivationImage, WhatCannotBeStored) {
  auto error = [](const ActivationLayout &layout) {
    return llvm::toString(verify(layout));
  };
  ActivationLayout layout;
  layout.channels = 1;
  layout.height = layout.width = 256;
  EXPECT_EQ(error(layout), "a block of 65536 positions is too large: at most "
                           "65535 can be counted");
  layout.height = 0;
  EXPECT_EQ(error(layout),
            "expected a tensor of at least 1x1x1, but got 1x0x256");
  layout.height = 1;
  layout.phases = Pair{0, 1};
  EXPECT_EQ(error(layout), "expected at least 1x1 phases, but got 0x1");
  layout.phases = Pair{255, 255};
  layout.channels = 65535;
  EXPECT_NE(error(layout).find("blocks are supported"), std::string::npos);
}

} // namespace
