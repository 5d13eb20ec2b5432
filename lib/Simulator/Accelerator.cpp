//===- Accelerator.cpp - The simulated accelerator ------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Simulator/Accelerator.h"
#include "Sequencer.h"

using namespace scnn;
using namespace scnn::sim;

class Accelerator::Implementation {
public:
  Implementation(const Machine &machine, std::vector<isa::Command> commands,
                 std::vector<uint8_t> image, AcceleratorOptions options)
      : dram(std::move(image)),
        sequencer(machine, std::move(commands), dram, std::move(options)) {}

  std::vector<uint8_t> dram;
  Sequencer sequencer;
};

Accelerator::Accelerator(const Machine &machine,
                         std::vector<isa::Command> commands,
                         std::vector<uint8_t> dram, AcceleratorOptions options)
    : implementation(std::make_unique<Implementation>(
          machine, std::move(commands), std::move(dram), std::move(options))) {}

Accelerator::~Accelerator() = default;
Accelerator::Accelerator(Accelerator &&) noexcept = default;

llvm::Expected<Event> Accelerator::run() {
  return implementation->sequencer.run();
}

llvm::MutableArrayRef<uint8_t> Accelerator::dram() {
  return implementation->dram;
}

std::unique_ptr<Engine> Engine::create(EngineKind kind) {
  return kind == EngineKind::Cycle ? createCycleEngine() : createFastEngine();
}

llvm::Error LayerRun::postProcess(size_t index, const AccumulatorSet &sums) {
  auto costs = ppu.process(work.groups[index], sums, counters);
  if (!costs)
    return llvm::createStringError("group " + llvm::Twine(index) + ", " +
                                   llvm::toString(costs.takeError()));
  GroupTimes &times = timeline.groups[index];
  int64_t time = std::max(times.multiply.end, ppuEnd(int64_t(index) - 1));
  for (PpuCost cost : *costs) {
    times.ppu.push_back({cost.kind, {time, time + cost.cycles}});
    time += cost.cycles;
  }
  times.ppuEnd = time;
  if (observer)
    observer->progress({work.layer, int64_t(index) + 1,
                        int64_t(work.groups.size()), times.multiply.end});
  return llvm::Error::success();
}
