//===- simulator.cpp - Speed of the fast engine ---------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Useful products per second, values and cycles together, from `begin_layer`
// to `end_layer`: loads, weights, post-processing and stores included. Without
// arguments, two layers beside the bare loop; with tables of layers, all of
// these, and their total.
//
//===----------------------------------------------------------------------===//

#include "BareLoop.h"
#include "RandomLayer.h"
#include "../../unittests/Simulator/ProgramBuilder.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"
#include <ctime>

using namespace scnn;
using namespace scnn::benchmark;
namespace cl = llvm::cl;

static cl::list<std::string> tables(cl::Positional,
                                    cl::desc("[TABLE.csv ...]"));
static cl::opt<unsigned> repetitions("repetitions", cl::init(7),
                                     cl::desc("Runs; the fastest counts"));
static cl::opt<sim::EngineKind>
    engine("engine", cl::init(sim::EngineKind::Fast),
           cl::values(clEnumValN(sim::EngineKind::Fast, "fast", ""),
                      clEnumValN(sim::EngineKind::Cycle, "cycle", "")));

/// Processor seconds of the fastest of several calls: what else the machine
/// does only ever adds.
template <typename FunctionT> static double fastest(FunctionT function) {
  double best = 0;
  for (unsigned i = 0; i < repetitions; ++i) {
    std::clock_t begin = std::clock();
    function();
    double seconds = double(std::clock() - begin) / CLOCKS_PER_SEC;
    best = i == 0 ? seconds : std::min(best, seconds);
  }
  return best;
}

namespace {
struct Measurement {
  double seconds = 0;
  int64_t products = 0, cycles = 0;

  void print(llvm::StringRef name) const {
    llvm::outs() << llvm::format("%-28s %11lld %10lld %9.4f %8.0f",
                                 name.str().c_str(), (long long)(cycles),
                                 (long long)(products), seconds,
                                 products / seconds / 1e6);
  }
};

struct CountingObserver : sim::Observer {
  Measurement &measurement;
  explicit CountingObserver(Measurement &m) : measurement(m) {}
  void layerEnded(const sim::LayerCounters &counters,
                  const sim::LayerTimeline &) override {
    measurement.products = counters.slotsOf(sim::Cause::Useful);
    measurement.cycles = counters.cycles;
  }
};
} // namespace

static llvm::Expected<Measurement>
measure(const test::TestConvolution &layer) {
  test::ProgramBuilder builder(layer.machine);
  builder.addLayer(layer);
  builder.addHalt();
  Measurement measurement;
  CountingObserver observer(measurement);
  sim::AcceleratorOptions options;
  options.engine = engine;
  options.observer = &observer;
  std::vector<sim::Accelerator> accelerators;
  for (unsigned i = 0; i < repetitions; ++i)
    accelerators.emplace_back(layer.machine, builder.commands, builder.dram,
                              options);
  llvm::Error error = llvm::Error::success();
  measurement.seconds = fastest([&] {
    llvm::Expected<sim::Event> event = accelerators.back().run();
    if (!event)
      error = llvm::joinErrors(std::move(error), event.takeError());
    accelerators.pop_back();
  });
  if (error)
    return std::move(error);
  return measurement;
}

static void printHeader(const char *more = "") {
  llvm::outs() << llvm::format("%-28s %11s %10s %9s %8s%s\n", "layer",
                               "cycles", "products", "seconds", "M/s", more);
}

static llvm::Error compareWithBareLoop() {
  printHeader("   bare loop: values banks (ns)    M/s   ratio");
  for (const LayerShape &shape :
       {LayerShape{"AlexNet conv3", 256, 13, 13, 384, 3, 3, 1, 1, 1, 0.35,
                   0.40},
        LayerShape{"VGG-16 conv3_2", 256, 56, 56, 256, 3, 3, 1, 1, 1, 0.24,
                   0.60}}) {
    test::TestConvolution layer = makeRandomLayer(shape, Machine(), 1);
    llvm::Expected<Measurement> engine = measure(layer);
    if (!engine)
      return engine.takeError();
    BareLoop bare(layer);
    volatile uint32_t check = 0;
    double values = fastest([&] { check = check + bare.runValues(); });
    double banks = fastest([&] { check = check + bare.runBanks(); });
    engine->print(shape.name);
    double products = engine->products;
    llvm::outs() << llvm::format("%20.3f %5.3f %13.0f %7.2f\n",
                                 values / products * 1e9,
                                 banks / products * 1e9,
                                 products / (values + banks) / 1e6,
                                 (values + banks) / engine->seconds);
  }
  return llvm::Error::success();
}

static llvm::Error measureTables() {
  printHeader();
  Measurement all;
  for (const std::string &table : tables) {
    auto shapes = readLayers(table);
    if (!shapes)
      return shapes.takeError();
    Measurement sum;
    for (const LayerShape &shape : *shapes) {
      auto layer = measure(makeRandomLayer(shape, Machine(), 1));
      if (!layer)
        return llvm::createStringError(table + ": layer '" + shape.name +
                                       "': " + toString(layer.takeError()));
      layer->print(shape.name);
      llvm::outs() << '\n';
      for (Measurement *to : {&sum, &all}) {
        to->seconds += layer->seconds;
        to->products += layer->products;
        to->cycles += layer->cycles;
      }
    }
    sum.print(table);
    llvm::outs() << '\n';
  }
  all.print("total");
  llvm::outs() << '\n';
  return llvm::Error::success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ParseCommandLineOptions(argc, argv, "Speed of the fast engine\n");
  if (llvm::Error error =
          tables.empty() ? compareWithBareLoop() : measureTables()) {
    llvm::WithColor::error(llvm::errs(), "simulator")
        << toString(std::move(error)) << '\n';
    return 1;
  }
  return 0;
}
