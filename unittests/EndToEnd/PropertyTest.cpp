//===- PropertyTest.cpp - Random convolutions from f32 to bits ------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every case runs on two machines, with both halo modes, through both engines;
// many in pieces through DRAM.
// Each run equals the fixed-point reference in every bit, the engines agree in
// every counter, and with the machine's limits lifted each PE is busy for as
// many cycles as the closed form says.
//
// A failure names its seed; `SCNN_SEED=<seed>` in the environment runs that
// case alone, without the demands on coverage.
//
//===----------------------------------------------------------------------===//

#include "CompiledCase.h"
#include "RandomConvolution.h"
#include "scnn/Compiler/Compiler.h"
#include "scnn/Runtime/Runtime.h"

#include "gtest/gtest.h"
#include <cstdlib>
#include <map>
#include <set>

using namespace scnn;
using namespace scnn::test;

namespace {

constexpr int kCases = 500;

/// What the cases must reach, each in 5 % of them.
const char *const kRequired[] = {
    "two groups or more",         "smaller last group",
    "block longer than FIFO",     "placeholders",
    "halo over two hops or more", "bank conflicts",
    "spilled blocks",             "spilled blocks streamed in",
    "pieces through DRAM",        "pieces that share input rows",
    "pieces of strided layers",   "pieces of dilated layers",
    "pieces with pooling",        "pieces with two inputs",
    "pieces with input halos",    "pieces of a layer's result"};

/// The paper's machine.
Machine largeMachine() { return Machine(); }

/// A machine on which nothing is a power of two.
Machine smallMachine() {
  Machine machine;
  machine.peRows = 2;
  machine.peCols = 3;
  machine.weightsPerVector = 3;
  machine.activationsPerVector = 5;
  machine.accumulatorBanks = 31;
  machine.entriesPerBank = 100;
  machine.activationRamBytes = 50000;
  machine.zeroRunBits = 3;
  return machine;
}

Machine withTiming(Machine machine, const Machine &timing) {
  for (const MachineField &field : machineFields())
    if (field.timingOnly)
      machine.*field.member = timing.*field.member;
  return machine;
}

/// No contention, and everything at once.
Machine withoutLimits(Machine machine) {
  for (const MachineField &field : machineFields())
    if (field.mayBeUnlimited)
      machine.*field.member = 0;
  return machine;
}

using Coverage = std::set<std::string>;

/// The first difference as text; empty if there is none.
std::string firstDifference(const HostTensor &expected, const HostTensor &got) {
  if (expected.shape != got.shape)
    return "expected " + expected.describe() + ", but got " + got.describe();
  llvm::ArrayRef<int16_t> e = expected.data<int16_t>(), g = got.data<int16_t>();
  int64_t plane = expected.shape[2] * expected.shape[3];
  for (size_t i = 0; i < e.size(); ++i)
    if (e[i] != g[i])
      return "output channel " + std::to_string(i / plane) + ", row " +
             std::to_string(i % plane / expected.shape[3]) + ", column " +
             std::to_string(i % expected.shape[3]) + ": expected " +
             std::to_string(e[i]) + ", but got " + std::to_string(g[i]);
  return "";
}

void expectSlotsAddUp(const sim::LayerCounters &layer, const Machine &machine) {
  for (auto [pe, counters] : llvm::enumerate(layer.pes)) {
    int64_t sum = 0;
    for (int64_t slots : counters.slots) {
      EXPECT_GE(slots, 0) << "PE " << pe;
      sum += slots;
    }
    ASSERT_EQ(sum, layer.cycles * machine.multipliers()) << "PE " << pe;
  }
}

/// A case on one machine with one halo mode.
class MappedRun {
public:
  MappedRun(const RandomCase &randomCase, const QuantizedCase &quantized,
            const MappedCase &mapped, Coverage &coverage)
      : randomCase(randomCase), quantized(quantized), mapped(mapped),
        coverage(coverage) {}

  void check() {
    const Machine &machine = mapped.program.machine;
    std::optional<RunResult> fast = simulate(sim::EngineKind::Fast, machine),
                             cycle = simulate(sim::EngineKind::Cycle, machine),
                             free = simulate(sim::EngineKind::Fast,
                                             withoutLimits(machine));
    if (!fast || !cycle || !free)
      return;
    for (size_t i = 0; i < mapped.layers.size(); ++i) {
      SCOPED_TRACE("layer " + std::to_string(i));
      const LayerReport &fastLayer = fast->report.layers.at(i),
                        &cycleLayer = cycle->report.layers.at(i);
      EXPECT_TRUE(*fastLayer.counters == *cycleLayer.counters)
          << "the engines' counters differ; cycles: fast "
          << fastLayer.counters->cycles << ", cycle "
          << cycleLayer.counters->cycles;
      EXPECT_TRUE(fastLayer.timeline == cycleLayer.timeline)
          << "the engines' timelines differ";
      checkClosedForm(i, *fastLayer.counters,
                      *free->report.layers.at(i).counters);
    }
  }

private:
  const RandomCase &randomCase;
  const QuantizedCase &quantized;
  const MappedCase &mapped;
  Coverage &coverage;

  /// Runs and compares bits; nothing after a failure.
  std::optional<RunResult> simulate(sim::EngineKind engine,
                                    const Machine &machine) {
    RunOptions options;
    options.engine = engine;
    options.machine = machine;
    options.keepLayerOutputs = true;
    llvm::Expected<RunResult> result =
        run(mapped.program, randomCase.inputs, options);
    if (!result) {
      ADD_FAILURE() << toString(result.takeError());
      return std::nullopt;
    }
    SCOPED_TRACE(result->report.engine + " engine");
    if (result->report.layers.size() != quantized.results.size()) {
      ADD_FAILURE() << "the report has " << result->report.layers.size()
                    << " layers";
      return std::nullopt;
    }
    for (auto [i, expected] : llvm::enumerate(quantized.results)) {
      auto found = result->layerOutputs.find(i);
      if (found == result->layerOutputs.end()) {
        ADD_FAILURE() << "layer " << i << " wrote nothing";
        return std::nullopt;
      }
      EXPECT_EQ(firstDifference(expected, found->second), "") << "layer " << i;
      expectSlotsAddUp(*result->report.layers[i].counters, machine);
    }
    return std::move(*result);
  }

  /// The sum over a layer's pieces, which PEs compute one after the other.
  static ClosedForm closedFormOf(llvm::ArrayRef<MappedConvolution> pieces,
                                 llvm::ArrayRef<const HostTensor *> values,
                                 const Machine &machine) {
    ClosedForm sum;
    sum.busyCycles.assign(machine.numPEs(), 0);
    for (const MappedConvolution &piece : pieces) {
      ClosedForm part = computeClosedForm(piece, values, machine);
      for (auto [total, cycles] : llvm::zip(sum.busyCycles, part.busyCycles))
        total += cycles;
      sum.longestBlock = std::max(sum.longestBlock, part.longestBlock);
      sum.placeholders += part.placeholders;
    }
    return sum;
  }

  /// Pieces do not change what a dense machine would multiply. (But they leave
  /// out rows that no pooling window meets.)
  void checkDenseMacs(size_t index) const {
    const RandomLayer &layer = randomCase.layers[index];
    if (layer.pool)
      return;
    int64_t macs = layer.macs();
    if (!layer.residual.empty())
      macs += layer.outputs * layer.convolved[0] * layer.convolved[1];
    EXPECT_EQ(mapped.program.layers[index].denseMacs, macs);
  }

  void coverPieces(size_t index) {
    const std::vector<MappedConvolution> &pieces = mapped.layers[index];
    const RandomLayer &layer = randomCase.layers[index];
    if (pieces.size() < 2)
      return;
    coverage.insert("pieces through DRAM");
    if (layer.stride[0] > 1)
      coverage.insert("pieces of strided layers");
    if (layer.dilation[0] > 1)
      coverage.insert("pieces of dilated layers");
    if (layer.pool)
      coverage.insert("pieces with pooling");
    if (layer.groups > 1)
      coverage.insert("pieces of grouped layers");
    if (pieces.front().inputs.size() > 1)
      coverage.insert("pieces with two inputs");
    if (pieces.front().halo == HaloMode::Input)
      coverage.insert("pieces with input halos");
    if (index > 0)
      coverage.insert("pieces of a layer's result");
    const MappedInput &first = pieces[0].inputs.front(),
                      &second = pieces[1].inputs.front();
    if (second.firstRow < first.firstRow + first.plane[0])
      coverage.insert("pieces that share input rows");
  }

  void checkClosedForm(size_t index, const sim::LayerCounters &limited,
                       const sim::LayerCounters &unlimited) {
    const std::vector<MappedConvolution> &pieces = mapped.layers[index];
    const MappedConvolution &layer = pieces.front();
    const Machine &machine = mapped.program.machine;
    std::vector<const HostTensor *> values;
    for (size_t operand : quantized.operands[index])
      values.push_back(&quantized.value(operand));
    ClosedForm expected = closedFormOf(pieces, values, machine);
    EXPECT_EQ(mapped.program.layers[index].pieces, int64_t(pieces.size()));
    checkDenseMacs(index);
    coverPieces(index);
    for (auto [pe, counters] : llvm::enumerate(unlimited.pes)) {
      int64_t issued = counters[sim::Cause::Useful] +
                       counters[sim::Cause::Border] +
                       counters[sim::Cause::Placeholder] +
                       counters[sim::Cause::Fragmentation];
      ASSERT_EQ(issued, expected.busyCycles[pe] * machine.multipliers())
          << "PE " << pe << ": slots against the closed form's";
    }

    auto cover = [&](const char *what, bool reached) {
      if (reached)
        coverage.insert(what);
    };
    cover("two groups or more", layer.groups() > 1);
    cover("smaller last group",
          layer.groups() > 1 && layer.outputs % layer.groupSize != 0);
    cover("block longer than FIFO",
          expected.longestBlock > machine.weightFifoEntries);
    cover("placeholders", expected.placeholders > 0);
    cover("halo over two hops or more", haloHops(layer) >= 2);
    cover("bank conflicts", limited.slotsOf(sim::Cause::BankConflict) > 0);
    cover("waiting for weights", limited.slotsOf(sim::Cause::Weights) > 0);
    cover("products beyond the border",
          limited.slotsOf(sim::Cause::Border) > 0);
    cover("saturations", limited.saturations > 0);
    cover("no product at all", limited.products() == 0);
    cover("spilled blocks", limited.spilledElements > 0);
    cover("spilled blocks streamed in", limited.spilledBitsRead > 0);
  }
};

/// What the shapes alone say.
void coverShapes(const RandomCase &randomCase, Coverage &coverage) {
  for (const RandomLayer &layer : randomCase.layers) {
    if (layer.stride[0] > 1 || layer.stride[1] > 1)
      coverage.insert("strides");
    if (layer.dilation[0] > 1 || layer.dilation[1] > 1)
      coverage.insert("dilation");
    if (layer.groups > 1)
      coverage.insert(layer.groups == layer.channels ? "depthwise" : "groups");
    if (layer.padding[0] != layer.padding[1] ||
        layer.padding[2] != layer.padding[3])
      coverage.insert("asymmetric padding");
    if (layer.plane[0] > 20 && layer.plane[1] > 20)
      coverage.insert("planes beyond 20x20");
    if (layer.plane == Pair{1, 1})
      coverage.insert("planes of 1x1");
    if (layer.pool)
      coverage.insert("max pooling");
    if (!layer.residual.empty())
      coverage.insert("residual");
  }
  const HostTensor &input = randomCase.inputs.front();
  llvm::ArrayRef<float> values = input.data<float>();
  size_t plane = input.shape[2] * input.shape[3];
  for (; !values.empty(); values = values.drop_front(plane))
    if (llvm::all_of(values.take_front(plane),
                     [](float value) { return value == 0.0f; }))
      coverage.insert("all-zero input channels");
  if (randomCase.layers.size() > 1)
    coverage.insert("two layers");
}

enum class Outcome { Ran, DidNotFit };

Outcome runCase(const RandomCase &randomCase,
                const mlir::DialectRegistry &registry, Coverage &coverage) {
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  context.loadAllAvailableDialects();
  mlir::OwningOpRef<mlir::ModuleOp> module = buildModule(randomCase, &context);
  llvm::Expected<QuantizedCase> quantized =
      quantizeCase(*module, randomCase.inputs);
  if (!quantized) {
    ADD_FAILURE() << toString(quantized.takeError());
    return Outcome::Ran;
  }
  coverShapes(randomCase, coverage);
  struct Variant {
    std::string name;
    MappedCase mapped;
  };
  std::vector<Variant> variants;
  for (const Machine &layout : {largeMachine(), smallMachine()})
    for (HaloMode halo : {HaloMode::Output, HaloMode::Input}) {
      MappingOptions options;
      options.cut = randomCase.cut;
      options.groupSize = randomCase.groupSize;
      options.order = randomCase.order;
      options.halo = halo;
      options.pieceRows = randomCase.pieceRows;
      std::string name = std::to_string(layout.peRows) + "x" +
                         std::to_string(layout.peCols) + " machine, " +
                         stringifyHaloMode(halo).str() + " halos";
      llvm::Expected<MappedCase> mapped =
          mapCase(*quantized, withTiming(layout, randomCase.timing), options);
      if (!mapped) {
        llvm::Error rest =
            llvm::handleErrors(mapped.takeError(), [](const DoesNotFit &) {});
        if (!rest)
          return Outcome::DidNotFit;
        ADD_FAILURE() << name << ": " << toString(std::move(rest));
        return Outcome::Ran;
      }
      variants.push_back({name, std::move(*mapped)});
    }
  for (const Variant &variant : variants) {
    SCOPED_TRACE(variant.name);
    MappedRun(randomCase, *quantized, variant.mapped, coverage).check();
  }
  return Outcome::Ran;
}

TEST(EndToEndProperty, RandomConvolutions) {
  mlir::DialectRegistry registry;
  registerCompilerDialects(registry);
  if (const char *seed = std::getenv("SCNN_SEED")) {
    RandomCase randomCase =
        makeRandomCase(uint32_t(std::strtoul(seed, nullptr, 10)));
    SCOPED_TRACE(randomCase.describe());
    Coverage coverage;
    EXPECT_TRUE(runCase(randomCase, registry, coverage) == Outcome::Ran)
        << "the case does not fit the machines";
    return;
  }

  std::map<std::string, int> coverage;
  for (const char *what : kRequired)
    coverage[what] = 0;
  int cases = 0, misfits = 0;
  for (uint32_t seed = 1; cases < kCases; ++seed) {
    RandomCase randomCase = makeRandomCase(seed);
    SCOPED_TRACE(randomCase.describe() + "\nSCNN_SEED=" + std::to_string(seed) +
                 " repeats this case");
    Coverage reached;
    if (runCase(randomCase, registry, reached) == Outcome::DidNotFit) {
      ASSERT_LT(++misfits, kCases / 10) << "too many cases do not fit";
      continue;
    }
    ASSERT_FALSE(HasFailure());
    ++cases;
    for (const std::string &what : reached)
      ++coverage[what];
  }
  std::printf("%d cases on two machines, with both halo modes and engines; %d "
              "others did not fit\n",
              cases, misfits);
  for (const auto &[what, count] : coverage)
    std::printf("  %-28s %4d (%.1f %%)\n", what.c_str(), count,
                100.0 * count / cases);
  for (const char *what : kRequired)
    EXPECT_GE(coverage[what] * 20, cases)
        << what << " is under 5 % of the cases";
}

} // namespace
