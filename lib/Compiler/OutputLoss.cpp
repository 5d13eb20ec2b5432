//===- OutputLoss.cpp - What pruning does to a network's outputs ----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Compiler/OutputLoss.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>
#include <limits>

using namespace scnn;

std::string OutputLoss::describe() const {
  return llvm::formatv("output '{0}': differs by up to {1:e2} and on average "
                       "{2:e2} of the largest magnitude; the largest element "
                       "has the same index in {3} of {4} runs",
                       name, largestError, meanError, sameLargest, runs)
      .str();
}

static void add(OutputLoss &loss, llvm::ArrayRef<float> original,
                llvm::ArrayRef<float> changed) {
  ++loss.runs;
  double magnitude = 0.0, largest = 0.0, sum = 0.0;
  for (auto [x, y] : llvm::zip_equal(original, changed)) {
    double difference = std::abs(double(y) - x);
    magnitude = std::max(magnitude, std::abs(double(x)));
    largest = std::max(largest, difference);
    sum += difference;
  }
  auto relative = [&](double error) {
    if (error == 0.0)
      return 0.0;
    return magnitude > 0.0 ? error / magnitude
                           : std::numeric_limits<double>::infinity();
  };
  loss.largestError = std::max(loss.largestError, relative(largest));
  if (!original.empty())
    loss.meanError += relative(sum / original.size());
  loss.sameLargest +=
      std::distance(original.begin(), llvm::max_element(original)) ==
      std::distance(changed.begin(), llvm::max_element(changed));
}

std::vector<OutputLoss>
scnn::compareOutputs(const std::vector<std::vector<HostTensor>> &original,
                     const std::vector<std::vector<HostTensor>> &changed,
                     const std::vector<std::string> &names) {
  std::vector<OutputLoss> losses;
  for (auto [output, name] : llvm::enumerate(names)) {
    if (original.empty() || original.front()[output].kind != ElementKind::F32)
      continue;
    OutputLoss &loss = losses.emplace_back();
    loss.name = name;
    for (auto [before, after] : llvm::zip_equal(original, changed))
      add(loss, before[output].data<float>(), after[output].data<float>());
    loss.meanError /= loss.runs;
  }
  return losses;
}
