//===- EnergyTest.cpp - Events times prices -------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Comparison/Energy.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <random>

using namespace scnn;
using testing::HasSubstr;

namespace {

// By hand: the paper's machine has 64 PEs (21 nodes of the tree) and vectors of
// 4 x 20 bits.
TEST(Energy, PricedEvents) {
  sim::EventCounters events;
  events.dramWeightBitsRead = 1000;
  events.dramActivationBitsRead = 200;
  events.dramActivationBitsWritten = 30;
  events.vectorsBroadcast = 2;
  events.fifoWrites = 3;
  events.fifoReads = 5;
  events.ramElementReads = 7;
  events.ramElementWrites = 11;
  events.blockCountAccesses = 13;
  events.multiplies = 17;
  events.accumulations = 19;
  events.haloValueHops = 23;
  events.ppuElements = 29;
  PricedEvents counts = pricedEvents(events, Machine());
  PricedEvents expected = {1230,    2 * 80 * 21, 5 * 80, 3 * 80, 7 * 20,
                           11 * 20, 13,          17,     0,      17,
                           19,      19,          38,     23,     29};
  EXPECT_EQ(counts, expected);

  // Without zero runs, 16 bits an element.
  Machine dense;
  dense.skipZeroWeights = dense.skipZeroActivations = 0;
  counts = pricedEvents(events, dense);
  EXPECT_EQ(counts[size_t(Price::FifoReadBit)], 5 * 64);
  EXPECT_EQ(counts[size_t(Price::NocBit)], 2 * 64 * 21);
  EXPECT_EQ(counts[size_t(Price::ActivationRamReadBit)], 7 * 16);
}

TEST(Energy, BroadcastNodes) {
  EXPECT_EQ(broadcastNodes(1), 0);
  EXPECT_EQ(broadcastNodes(4), 1);
  EXPECT_EQ(broadcastNodes(5), 2);
  EXPECT_EQ(broadcastNodes(16), 5);
  EXPECT_EQ(broadcastNodes(64), 21);
}

// Whatever was counted, units and prices have the same total.
TEST(Energy, PartsAddUp) {
  std::mt19937_64 random(1);
  for (int trial = 0; trial < 1000; ++trial) {
    PricedEvents events;
    EnergyPrices prices;
    int64_t expected = 0;
    for (size_t price = 0; price < kNumPrices; ++price) {
      events[price] = random() % 1'000'000'000;
      prices.attojoules[price] = random() % 100'000'000;
      expected += events[price] * prices.attojoules[price];
    }
    llvm::Expected<Energy> energy = energyOf(events, prices);
    ASSERT_TRUE(bool(energy));
    int64_t units = 0;
    for (size_t unit = 0; unit < kNumEnergyUnits; ++unit)
      units += energy->of(EnergyUnit(unit));
    EXPECT_EQ(units, expected);
    EXPECT_EQ(energy->total(), expected);
  }
}

TEST(Energy, WhatCannotBeCountedIsAnError) {
  PricedEvents events{};
  events[size_t(Price::Multiply)] = int64_t(1) << 40;
  EnergyPrices prices;
  prices[Price::Multiply] = kMaxPrice;
  EXPECT_THAT(llvm::toString(energyOf(events, prices).takeError()),
              HasSubstr("the energy exceeds 9.2 J"));
  // Each fits, but not their sum.
  events[size_t(Price::Multiply)] = 5'000'000;
  events[size_t(Price::Add)] = 5'000'000;
  prices[Price::Add] = kMaxPrice;
  EXPECT_THAT(llvm::toString(energyOf(events, prices).takeError()),
              HasSubstr("the energy exceeds 9.2 J"));
  events[size_t(Price::Add)] = 0;
  llvm::Expected<Energy> half = energyOf(events, prices);
  ASSERT_TRUE(bool(half));
  Energy sum = *half;
  EXPECT_THAT(llvm::toString(sum.add(*half)),
              HasSubstr("the energy exceeds 9.2 J"));
}

} // namespace
