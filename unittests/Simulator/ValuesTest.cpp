//===- ValuesTest.cpp - Sums at the ends of their ranges ------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramBuilder.h"
#include "gtest/gtest.h"

using namespace scnn;
using namespace scnn::test;

namespace {

/// 1x1 weights on a 3x3 plane: an output for each of `weights`, over channels
/// that have one value each and one product shift each.
TestConvolution pointwise(llvm::ArrayRef<int16_t> weights,
                          llvm::ArrayRef<int16_t> channels,
                          llvm::ArrayRef<int64_t> shifts) {
  TestConvolution conv;
  conv.machine.peRows = conv.machine.peCols = 2;
  conv.machine.accumulatorBits = 32;
  conv.outputs = weights.size();
  conv.height = conv.width = 3;
  conv.groupSize = 1;
  conv.biases.assign(weights.size(), 0);
  conv.multipliers.assign(weights.size(), 1);
  conv.shifts.assign(weights.size(), 16);
  TestInput &input = conv.inputs.emplace_back();
  input.tensor = DenseTensor(channels.size(), 3, 3);
  for (size_t c = 0; c < channels.size(); ++c)
    for (int64_t i = 0; i < 9; ++i)
      input.tensor.at(c, i / 3, i % 3) = channels[c];
  for (int16_t weight : weights)
    input.weights.insert(input.weights.end(), channels.size(), weight);
  input.productShifts = shifts.vec();
  return conv;
}

const int16_t kExtremes[] = {-32768, -32767, -1, 1, 32767};

// Shift 31 rounds everything but the square of the smallest number to 0.
TEST(Values, EveryShiftOfExtremeProducts) {
  for (int64_t shift = 0; shift < 32; ++shift)
    for (int16_t activation : kExtremes) {
      SCOPED_TRACE("shift " + std::to_string(shift) + ", activation " +
                   std::to_string(activation));
      checkConvolution(pointwise(kExtremes, {activation}, {shift}));
      ASSERT_FALSE(HasFailure());
    }
}

// Together with what is before, none of these blocks is sure to fit 32 bits,
// though the sums do; and the sum of the last ones is not sure to fit alone.
TEST(Values, SumsThatMayNotFit32Bits) {
  const int16_t a = 32767;
  checkConvolution(pointwise({32767, -32767, -32768}, {a, a, int16_t(-a)},
                             {1, 2, 2}));
  checkConvolution(
      pointwise({32767, -32767, -32768},
                {a, int16_t(-a), a, a, int16_t(-a), int16_t(-a), a, 5},
                {1, 1, 1, 2, 2, 2, 2, 9}));
  checkConvolution(pointwise({32767, -32767, -32768},
                             {a, a, int16_t(-a), int16_t(-a), 3},
                             {0, 0, 0, 0, 31}));
}

// Sums wrap around in no engine.
TEST(Values, OverflowsAreExact) {
  TestConvolution conv =
      pointwise({32767, -32768}, std::vector<int16_t>(9, 32767),
                std::vector<int64_t>(9, 0));
  ProgramBuilder builder(conv.machine);
  builder.addLayer(conv);
  builder.addHalt();
  for (sim::EngineKind engine :
       {sim::EngineKind::Fast, sim::EngineKind::Cycle})
    EXPECT_NE(runProgram(builder, conv.machine, engine)
                  .error.find("the sum 9663086601 of output channel 0"),
              std::string::npos);
}

} // namespace
