//===- RandomLayer.h - Layers of given shapes and densities ---------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Only shape and density tell how long a layer takes to simulate, so random
// masks stand for a trained network.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_BENCHMARKS_SIMULATOR_RANDOMLAYER_H
#define SCNN_BENCHMARKS_SIMULATOR_RANDOMLAYER_H

#include "../../unittests/Simulator/TestConvolution.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace scnn::benchmark {

struct LayerShape {
  std::string name;
  int64_t channels, height, width;
  int64_t outputs, filterRows, filterCols;
  int64_t stride = 1, pad = 0, groups = 1;
  /// Non-zeros / all.
  double weightDensity, activationDensity;
};

/// The layers of a table with the columns that `data/README.md` describes. A
/// density that was not published counts as 1.
llvm::Expected<std::vector<LayerShape>> readLayers(llvm::StringRef file);

/// The layer on `machine`, with as many output channels in a group as fit.
/// Non-zeros are at random places, and as many as the densities say.
test::TestConvolution makeRandomLayer(const LayerShape &shape,
                                      const Machine &machine, uint32_t seed);

} // namespace scnn::benchmark

#endif // SCNN_BENCHMARKS_SIMULATOR_RANDOMLAYER_H
