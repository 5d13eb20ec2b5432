//===- BankShare.cpp - How products spread over accumulator banks ---------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BankShare.h"
#include "llvm/ADT/STLExtras.h"
#include <vector>

double scnn::getPeakBankShare(const Machine &machine, int64_t rows,
                              int64_t cols, Pair filter, int64_t channels) {
  int64_t banks = machine.accumulatorBanks;
  // A narrow tile's neighbours are in its next row.
  int64_t width = std::max<int64_t>(cols - filter[1] + 1, 1);
  std::vector<int64_t> products(banks, 0);
  int64_t total = 0;
  for (int64_t k = 0; k < std::max<int64_t>(channels, 1); ++k)
    for (int64_t r = 0; r < std::min(filter[0], rows); ++r)
      for (int64_t s = 0; s < std::min(filter[1], cols); ++s)
        for (int64_t i = 0; i < machine.activationsPerVector; ++i) {
          int64_t row = r + i / width, col = s + i % width;
          ++products[((k * rows + row) * cols + col) % banks];
          ++total;
        }
  return double(*llvm::max_element(products)) * banks / total;
}
