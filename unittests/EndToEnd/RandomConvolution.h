//===- RandomConvolution.h - Random convolutions for the property test ----===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A case of the property test: one convolution, or two in a row, with their
// inputs, and the choices of machine and mapping that do not change the result.
// Everything follows from a seed.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_UNITTESTS_ENDTOEND_RANDOMCONVOLUTION_H
#define SCNN_UNITTESTS_ENDTOEND_RANDOMCONVOLUTION_H

#include "scnn/Dialect/SCNN/IR/SCNN.h"
#include "scnn/Host/HostTensor.h"

#include "mlir/IR/OwningOpRef.h"
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace scnn::test {

/// Numbers that are the same with every standard library.
class Random {
public:
  explicit Random(uint32_t seed) : engine(seed) {}

  /// Uniform in [low, high].
  int64_t in(int64_t low, int64_t high) {
    return low + int64_t(engine() % uint64_t(high - low + 1));
  }
  bool chance(int64_t percent) { return in(1, 100) <= percent; }
  template <typename T> T pick(std::initializer_list<T> from) {
    return from.begin()[in(0, int64_t(from.size()) - 1)];
  }
  /// In [-1, 1], of magnitude 1/1000 at least.
  float value() {
    float magnitude = float(in(1, 1000)) / 1000.0f;
    return chance(50) ? magnitude : -magnitude;
  }
  /// `value` in that part of `values`, 0 in the others.
  void fill(llvm::MutableArrayRef<float> values, double density) {
    for (float &element : values)
      element = in(0, 999999) < int64_t(density * 1e6) ? value() : 0.0f;
  }

private:
  std::mt19937 engine;
};

struct RandomPool {
  Pair size{1, 1}, stride{1, 1};
  Sides padding{0, 0, 0, 0};
};

/// One convolution.
struct RandomLayer {
  int64_t channels = 1, outputs = 1, groups = 1;
  Pair filter{1, 1}, stride{1, 1}, dilation{1, 1};
  Sides padding{0, 0, 0, 0};
  /// Planes: of the input, after the convolution, and after pooling.
  Pair plane{1, 1}, convolved{1, 1}, result{1, 1};
  /// [K][C / groups][R][S].
  std::vector<float> weights;
  /// [K], or empty.
  std::vector<float> bias;
  std::optional<float> clampMin, clampMax;
  std::optional<RandomPool> pool;
  /// Factors [K] of a second input that is added before the clamp, or empty.
  std::vector<float> residual;
  /// What calibration would have seen; results beyond it may saturate.
  double range = 1.0;

  /// Multiply-accumulates of a dense machine.
  int64_t macs() const {
    return outputs * (channels / groups) * filter[0] * filter[1] *
           convolved[0] * convolved[1];
  }
};

struct RandomCase {
  uint32_t seed = 0;
  std::vector<RandomLayer> layers;
  /// f32 [1, C, H, W]: the first layer's input, then the residuals in the
  /// order of the layers.
  std::vector<HostTensor> inputs;

  CutPolicy cut = CutPolicy::Ceil;
  BlockOrder order = BlockOrder::KRS;
  /// Largest output-channel group; 0: what the accumulators allow.
  int64_t groupSize = 0;
  /// What calibration would have seen of all tensors: denser ones spill.
  /// Absent: there is room for the worst case.
  std::optional<double> peakDensity;
  /// Rows of a piece of each layer's result; 0: what fits.
  int64_t pieceRows = 0;
  /// Timing fields are those of all the case's machines.
  Machine timing;

  /// One line on which everything but the values stands.
  std::string describe() const;
};

RandomCase makeRandomCase(uint32_t seed);

/// `@main` in f32, with calibrated ranges. Shapes come from the layers.
mlir::OwningOpRef<mlir::ModuleOp> buildModule(const RandomCase &randomCase,
                                              mlir::MLIRContext *context);

} // namespace scnn::test

#endif // SCNN_UNITTESTS_ENDTOEND_RANDOMCONVOLUTION_H
