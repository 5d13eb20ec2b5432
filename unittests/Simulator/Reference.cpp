//===- Reference.cpp - Convolution by definition --------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestConvolution.h"

using namespace scnn;
using namespace scnn::test;

static int64_t sumOf(const TestConvolution &conv, int64_t k, int64_t y,
                     int64_t x) {
  int64_t sum = conv.biases[k];
  for (const TestInput &input : conv.inputs) {
    int64_t perGroup = input.channelsPerGroup();
    int64_t group = k / (conv.outputs / input.groups);
    for (int64_t c = 0; c < perGroup; ++c)
      for (int64_t r = 0; r < input.filterRows; ++r)
        for (int64_t s = 0; s < input.filterCols; ++s) {
          int64_t iy =
              y * input.stride[0] + input.dilation[0] * r - input.padTop;
          int64_t ix =
              x * input.stride[1] + input.dilation[1] * s - input.padLeft;
          if (iy < 0 || iy >= input.tensor.height || ix < 0 ||
              ix >= input.tensor.width)
            continue;
          int64_t channel = group * perGroup + c;
          int64_t product = int64_t(input.weight(k, c, r, s)) *
                            input.tensor.at(channel, iy, ix);
          // Half up: floor(product / 2^shift + 1/2).
          int64_t unit = int64_t(1) << input.productShifts[channel];
          int64_t twice = 2 * product + unit;
          int64_t quotient = twice / (2 * unit);
          if (twice % (2 * unit) < 0)
            --quotient;
          sum += quotient;
        }
  }
  return sum;
}

static int16_t requantize(const TestConvolution &conv, int64_t k, int64_t sum) {
  __int128 product = __int128(sum) * conv.multipliers[k];
  __int128 unit = __int128(1) << conv.shifts[k];
  __int128 quotient = product / unit, rest = product % unit;
  if (rest < 0) {
    rest += unit;
    --quotient;
  }
  if (2 * rest > unit || (2 * rest == unit && quotient % 2 != 0))
    ++quotient;
  if (quotient < conv.minimum)
    return conv.minimum;
  return quotient > conv.maximum ? conv.maximum : int64_t(quotient);
}

DenseTensor test::computeReference(const TestConvolution &conv) {
  DenseTensor result(conv.outputs, conv.resultHeight(), conv.resultWidth());
  for (int64_t k = 0; k < conv.outputs; ++k)
    for (int64_t y = 0; y < result.height; ++y)
      for (int64_t x = 0; x < result.width; ++x) {
        if (!conv.pool) {
          result.at(k, y, x) = requantize(conv, k, sumOf(conv, k, y, x));
          continue;
        }
        const TestPool &pool = *conv.pool;
        std::optional<int64_t> maximum;
        for (int64_t r = 0; r < pool.size[0]; ++r)
          for (int64_t s = 0; s < pool.size[1]; ++s) {
            int64_t py = y * pool.stride[0] - pool.padTop + r;
            int64_t px = x * pool.stride[1] - pool.padLeft + s;
            if (py < 0 || py >= conv.height || px < 0 || px >= conv.width)
              continue;
            int64_t sum = sumOf(conv, k, py, px);
            maximum = maximum ? std::max(*maximum, sum) : sum;
          }
        result.at(k, y, x) = requantize(conv, k, maximum.value_or(0));
      }
  return result;
}
