//===- Runtime.cpp - Runs a program: accelerator and host -----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Runtime/Runtime.h"

#include "scnn/Host/HostModule.h"

#include "llvm/Support/FormatVariadic.h"

using namespace scnn;
using llvm::Error;
using llvm::Expected;

namespace {

/// Collects the report as layers end.
class Recorder : public sim::Observer {
public:
  Recorder(const Program &program, const RunOptions &options, RunResult &result)
      : program(program), options(options), result(result) {}

  void progress(const sim::Progress &progress) override {
    if (options.progress)
      options.progress(program.layers[progress.layer], progress.group,
                       progress.groups);
  }

  void layerEnded(const sim::LayerCounters &counters,
                  const sim::LayerTimeline &timeline) override {
    const Program::Layer &layer = program.layers[counters.layer];
    std::vector<LayerReport> &layers =
        layer.setup ? result.report.setup : result.report.layers;
    // The pieces of a layer are one layer of the report.
    auto [known, isNew] = reported.try_emplace(counters.layer, layers.size());
    if (isNew)
      layers.push_back({layer, counters, timeline, {}, {}});
    else
      layers[known->second].add(counters, timeline);
  }

  bool wantsTensors() const override { return options.keepLayerOutputs; }

  void tensorsWritten(int64_t layer,
                      llvm::ArrayRef<sim::WrittenTensor> tensors) override {
    // A layer of the compiler writes one tensor.
    for (const sim::WrittenTensor &tensor : tensors)
      appendRows(result.layerOutputs[layer],
                 HostTensor({1, tensor.layout.channels, tensor.layout.height,
                             tensor.layout.width},
                            llvm::ArrayRef<int16_t>(tensor.values)));
  }

private:
  const Program &program;
  const RunOptions &options;
  RunResult &result;
  /// Where the report has a layer.
  std::map<int64_t, size_t> reported;

  /// Puts the next piece of a plane below those that are there.
  static void appendRows(HostTensor &whole, HostTensor piece) {
    if (whole.shape.empty()) {
      whole = std::move(piece);
      return;
    }
    HostTensor joined(ElementKind::I16, {1, whole.shape[1],
                                         whole.shape[2] + piece.shape[2],
                                         whole.shape[3]});
    auto target = joined.data<int16_t>().begin();
    for (int64_t c = 0; c < whole.shape[1]; ++c)
      for (const HostTensor *part : {&whole, &piece}) {
        int64_t plane = part->shape[2] * part->shape[3];
        target = llvm::copy(part->data<int16_t>().slice(c * plane, plane),
                            target);
      }
    whole = std::move(joined);
  }
};

/// The values of the program as the host holds them, and their images in DRAM.
class HostMemory {
public:
  HostMemory(const Program &program, sim::Accelerator &accelerator,
             RunResult &result)
      : program(program), accelerator(accelerator), result(result),
        tensors(program.values.size()) {}

  /// Keeps a value, and quantizes it into DRAM if the accelerator reads it.
  void write(uint32_t index, HostTensor tensor) {
    const Program::Value &value = program.values[index];
    if (value.binding) {
      HostTensor fixed = quantize(tensor, value.binding->scale);
      if (value.binding->byRows)
        encodeRows(program.rowLayout(*value.binding),
                   {0, value.binding->height}, fixed.data<int16_t>(),
                   image(*value.binding));
      else
        encodeActivations(program.layout(*value.binding),
                          fixed.data<int16_t>(), image(*value.binding));
      result.acceleratorInputs[index] = std::move(fixed);
    }
    tensors[index] = std::move(tensor);
  }

  /// A value: what the host wrote, or what the accelerator left in DRAM.
  Expected<HostTensor> read(uint32_t index) {
    if (tensors[index])
      return *tensors[index];
    const Program::Value &value = program.values[index];
    if (!value.binding)
      return llvm::createStringError(
          llvm::formatv("tensor '{0}' is read before anything wrote it",
                        value.name));
    HostTensor fixed(ElementKind::I16, value.shape);
    if (Error error = decode(*value.binding, fixed.data<int16_t>()))
      return llvm::createStringError("tensor '" + value.name +
                                     "': " + toString(std::move(error)));
    return dequantize(fixed, value.binding->scale);
  }

private:
  const Program &program;
  sim::Accelerator &accelerator;
  RunResult &result;
  std::vector<std::optional<HostTensor>> tensors;

  Error decode(const Program::Binding &binding,
               llvm::MutableArrayRef<int16_t> values) {
    if (!binding.byRows)
      return decodeActivations(program.layout(binding), image(binding), values);
    return decodeRows(program.rowLayout(binding), {0, binding.height},
                      image(binding), values)
        .takeError();
  }

  llvm::MutableArrayRef<uint8_t> image(const Program::Binding &binding) {
    return accelerator.dram().slice(
        binding.address, binding.byRows
                             ? program.rowLayout(binding).imageBytes()
                             : program.layout(binding).imageBytes());
  }
};

} // namespace

HostTensor scnn::sampleOf(const Program::Value &value) {
  HostTensor sample(value.sampleKind(), value.shape);
  sample.bytes = value.sample;
  return value.binding ? dequantize(sample, value.binding->scale) : sample;
}

/// Compiles the host functions that the program calls; null if it calls none.
static Expected<std::unique_ptr<HostModule>>
compileHost(const Program &program) {
  HostModuleOptions options;
  for (const Program::HostCall &call : program.hostCalls)
    if (!llvm::is_contained(options.functions, call.function))
      options.functions.push_back(call.function);
  if (options.functions.empty())
    return nullptr;
  return HostModule::compile(program.hostModule, options);
}

static bool fits(const HostTensor &tensor, const Program::Value &value) {
  return tensor.kind == value.kind && llvm::ArrayRef<int64_t>(tensor.shape) ==
                                          llvm::ArrayRef<int64_t>(value.shape);
}

static Error runHostCall(const Program &program, const Program::HostCall &call,
                         HostModule &host, HostMemory &memory) {
  std::vector<HostTensor> arguments;
  for (uint32_t operand : call.operands) {
    Expected<HostTensor> tensor = memory.read(operand);
    if (!tensor)
      return tensor.takeError();
    arguments.push_back(std::move(*tensor));
  }
  Expected<std::vector<HostTensor>> results =
      host.call(call.function, arguments);
  if (!results)
    return results.takeError();
  if (results->size() != call.results.size())
    return llvm::createStringError(
        llvm::formatv("host function '{0}' has {1} results, expected {2}",
                      call.function, results->size(), call.results.size()));
  for (auto [index, tensor] : llvm::zip(call.results, *results)) {
    const Program::Value &value = program.values[index];
    if (!fits(tensor, value))
      return llvm::createStringError(llvm::formatv(
          "host function '{0}' gives {1} for tensor '{2}', expected {3}",
          call.function, tensor.describe(), value.name,
          describeShape(value.shape, value.kind)));
    memory.write(index, std::move(tensor));
  }
  return Error::success();
}

/// Fills the report's comparisons.
static Error compareWithOthers(const Program &program,
                               llvm::ArrayRef<HostTensor> inputs,
                               const RunOptions &options, RunReport &report) {
  auto rerun =
      [&](const Machine &machine) -> Expected<std::vector<sim::LayerCounters>> {
    RunOptions other;
    other.engine = options.engine;
    other.machine = machine;
    Expected<RunResult> result = run(program, inputs, other);
    if (!result)
      return result.takeError();
    std::vector<sim::LayerCounters> counters;
    for (const RunLayer &layer : result->report.acceleratorLayers())
      counters.push_back(layer.counters);
    return counters;
  };
  for (const auto &machine : options.comparisons) {
    Expected<Comparison> comparison =
        compare(*machine, {report.acceleratorLayers(), rerun});
    if (!comparison)
      return comparison.takeError();
    report.comparisons.push_back(std::move(*comparison));
  }
  return Error::success();
}

Expected<RunResult> scnn::run(const Program &program,
                              llvm::ArrayRef<HostTensor> inputs,
                              const RunOptions &options) {
  if (Error error = verifyTimingOverride(program.machine, options.machine))
    return error;
  if (inputs.size() != program.inputs.size())
    return llvm::createStringError(
        llvm::formatv("the program has {0} inputs, but {1} were given",
                      program.inputs.size(), inputs.size()));
  Expected<std::unique_ptr<HostModule>> host = compileHost(program);
  if (!host)
    return host.takeError();

  RunResult result;
  result.report.program = program.name;
  result.report.engine =
      options.engine == sim::EngineKind::Fast ? "fast" : "cycle";
  result.report.machine = options.machine;
  Recorder recorder(program, options, result);
  sim::AcceleratorOptions acceleratorOptions;
  acceleratorOptions.engine = options.engine;
  acceleratorOptions.observer = &recorder;
  for (const Program::Layer &layer : program.layers)
    acceleratorOptions.layerNames.push_back(layer.name);
  std::vector<uint8_t> dram(program.dramBytes, 0);
  llvm::copy(program.constants.bytes,
             dram.begin() + program.constants.address);
  sim::Accelerator accelerator(options.machine, program.commands,
                               std::move(dram), std::move(acceleratorOptions));
  HostMemory memory(program, accelerator, result);
  for (auto [index, tensor] : llvm::zip(program.inputs, inputs)) {
    const Program::Value &value = program.values[index];
    if (!fits(tensor, value))
      return llvm::createStringError(llvm::formatv(
          "input '{0}': expected {1}, but got {2}", value.name,
          describeShape(value.shape, value.kind), tensor.describe()));
    memory.write(index, tensor);
  }

  while (true) {
    Expected<sim::Event> event = accelerator.run();
    if (!event)
      return event.takeError();
    if (event->kind == sim::Event::Halt)
      break;
    const Program::HostCall &call = program.hostCalls[event->call];
    if (Error error = runHostCall(program, call, **host, memory))
      return error;
    Program::Layer layer;
    layer.name = call.function;
    layer.denseMacs = call.denseMacs;
    result.report.layers.push_back(
        {layer, std::nullopt, {}, call.operations, {}});
  }
  for (uint32_t index : program.outputs) {
    Expected<HostTensor> tensor = memory.read(index);
    if (!tensor)
      return tensor.takeError();
    result.outputs.push_back(std::move(*tensor));
  }
  if (Error error = result.report.countEnergy())
    return error;
  if (Error error =
          compareWithOthers(program, inputs, options, result.report))
    return error;
  return result;
}
