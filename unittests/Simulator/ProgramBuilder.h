//===- ProgramBuilder.h - From a test's convolution to a program ----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lays tensors and weights out in DRAM and writes the commands, by the
// program format's rules. A test can add layers to one builder, change a
// command, and run it through both engines.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_UNITTESTS_SIMULATOR_PROGRAMBUILDER_H
#define SCNN_UNITTESTS_SIMULATOR_PROGRAMBUILDER_H

#include "TestConvolution.h"
#include "scnn/Layout/ActivationImage.h"
#include "scnn/Layout/RowImage.h"
#include "scnn/Simulator/Accelerator.h"

namespace scnn::test {

class ProgramBuilder {
public:
  explicit ProgramBuilder(const Machine &machine) : machine(machine) {}

  std::vector<isa::Command> commands;
  std::vector<uint8_t> dram;

  /// Appends a layer that loads its inputs and stores its result. Region
  /// capacities are the RAM's, shared out. Returns the result's place.
  struct Result {
    int64_t address;
    ActivationLayout layout;
    /// If DRAM holds it row by row: the tensor there, and the result's rows.
    std::optional<RowLayout> rowLayout;
    Range rows;

    /// What `dram` holds, [K][H][W].
    llvm::Expected<std::vector<int16_t>>
    read(llvm::ArrayRef<uint8_t> dram) const;
  };
  Result addLayer(const TestConvolution &convolution);
  void addHalt() { commands.push_back(isa::Halt{}); }

  /// The first command of that kind, to change it.
  template <typename T> T &first() {
    for (isa::Command &command : commands)
      if (T *found = std::get_if<T>(&command))
        return *found;
    std::abort();
  }

  /// New bytes in DRAM, all 0.
  int64_t allocate(int64_t bytes);

private:
  /// Gives a tensor a region of `capacity`, and one in DRAM: its image, or if
  /// `copied` another place.
  void letSpill(isa::SetActivations &set, int64_t capacity, int64_t image,
                int64_t imageBytes, bool copied);
  int64_t placeWeights(const TestConvolution &convolution, int64_t firstOutput,
                       int64_t outputs, isa::BroadcastWeights &command);

  Machine machine;
  int64_t layers = 0;
};

/// What a run gave.
struct RunResult : sim::Observer {
  std::vector<sim::LayerCounters> layers;
  std::vector<sim::LayerTimeline> timelines;
  std::vector<std::vector<sim::WrittenTensor>> tensors;
  std::vector<uint8_t> dram;
  /// Empty if the run was without error.
  std::string error;

  void layerEnded(const sim::LayerCounters &counters,
                  const sim::LayerTimeline &timeline) override {
    layers.push_back(counters);
    timelines.push_back(timeline);
  }
  bool wantsTensors() const override { return true; }
  void tensorsWritten(int64_t,
                      llvm::ArrayRef<sim::WrittenTensor> written) override {
    tensors.push_back(written.vec());
  }
};

/// What each PE accumulates, rows and columns.
std::pair<AxisAccumulators, AxisAccumulators>
accumulatorsOf(const TestConvolution &convolution);

/// How DRAM holds a tensor of `height` rows of which `piece` has some.
RowLayout rowLayoutOf(const ActivationLayout &piece, int64_t height);

RunResult runProgram(const ProgramBuilder &builder, const Machine &machine,
                     sim::EngineKind engine);

/// Runs both engines, expects them to agree in everything, expects the slots
/// to add up, and returns the result.
RunResult runBoth(const ProgramBuilder &builder, const Machine &machine);

/// Builds, runs both engines, and expects the reference's values.
RunResult checkConvolution(const TestConvolution &convolution);

} // namespace scnn::test

#endif // SCNN_UNITTESTS_SIMULATOR_PROGRAMBUILDER_H
