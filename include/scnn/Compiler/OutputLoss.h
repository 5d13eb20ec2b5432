//===- OutputLoss.h - What pruning does to a network's outputs ------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_COMPILER_OUTPUTLOSS_H
#define SCNN_COMPILER_OUTPUTLOSS_H

#include "scnn/Host/HostTensor.h"

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace scnn {

/// How an output of a changed network differs from the original's, over all
/// runs.
struct OutputLoss {
  std::string name;
  /// Largest and mean difference of an element, as part of the largest
  /// magnitude of the original output in the same run.
  double largestError = 0.0;
  double meanError = 0.0;
  int64_t runs = 0;
  /// Runs in which the largest element (the first of equal ones) has the same
  /// index: for a classifier, those whose answer stays.
  int64_t sameLargest = 0;

  /// One line for people.
  std::string describe() const;
};

/// Compares the f32 outputs (others are left out) of two networks:
/// `original[run][output]`, named by `names`, and `changed`, of the same shapes.
std::vector<OutputLoss>
compareOutputs(const std::vector<std::vector<HostTensor>> &original,
               const std::vector<std::vector<HostTensor>> &changed,
               const std::vector<std::string> &names);

} // namespace scnn

#endif // SCNN_COMPILER_OUTPUTLOSS_H
