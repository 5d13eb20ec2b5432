//===- CompiledCase.cpp - A module through the whole way ------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompiledCase.h"

#include "scnn/Host/HostModule.h"
#include "scnn/Host/Reference.h"
#include "scnn/Target/Translate.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include <cmath>

using namespace mlir;
using namespace scnn;
using namespace scnn::test;

char DoesNotFit::ID = 0;

static bool runPasses(ModuleOp module,
                      llvm::function_ref<void(OpPassManager &)> build) {
  PassManager manager(module.getContext());
  build(manager);
  return succeeded(manager.run(module));
}

/// Collects diagnostics as text for as long as it lives.
namespace {
class Diagnostics {
public:
  explicit Diagnostics(MLIRContext *context)
      : handler(context, [this](Diagnostic &diagnostic) {
          text += (text.empty() ? "" : "; ") + diagnostic.str();
          return success();
        }) {}
  std::string text;

private:
  ScopedDiagnosticHandler handler;
};
} // namespace

static double relativeError(const HostTensor &fixed, double scale,
                            const HostTensor &real) {
  double largest = 0.0, difference = 0.0;
  for (auto [q, r] : llvm::zip(fixed.data<int16_t>(), real.data<float>())) {
    largest = std::max(largest, std::abs(double(r)));
    difference = std::max(difference, std::abs(q * scale - double(r)));
  }
  return largest > 0.0 ? difference / largest : difference;
}

llvm::Expected<QuantizedCase>
scnn::test::quantizeCase(ModuleOp floatModule, ArrayRef<HostTensor> inputs) {
  Diagnostics diagnostics(floatModule.getContext());
  QuantizedCase result;
  result.module = floatModule.clone();
  if (!runPasses(*result.module, [](OpPassManager &manager) {
        buildQuantizationPipeline(manager);
      }))
    return llvm::createStringError("quantization: " + diagnostics.text);
  auto reference = buildReference(floatModule, *result.module);
  if (!reference)
    return reference.takeError();
  auto network = (*reference)->lookupSymbol<func::FuncOp>("network");
  llvm::DenseMap<Value, size_t> numbers;
  for (auto [argument, input] : llvm::zip(network.getArguments(), inputs)) {
    numbers[argument] = numbers.size();
    result.inputs.push_back(quantize(input, getScale(argument.getType())));
  }

  HostModuleOptions options;
  SmallVector<func::CallOp> calls(network.getOps<func::CallOp>());
  for (func::CallOp call : calls)
    options.functions.push_back(call.getCallee().str());
  auto host = HostModule::compile(**reference, options);
  if (!host)
    return host.takeError();
  for (func::CallOp call : calls) {
    std::vector<HostTensor> operands;
    auto &indices = result.operands.emplace_back();
    for (Value operand : call.getOperands()) {
      indices.push_back(numbers.lookup(operand));
      operands.push_back(result.value(indices.back()));
    }
    auto results = (*host)->call(call.getCallee(), operands);
    if (!results)
      return results.takeError();
    result.floatErrors.push_back(
        relativeError(results->front(), getScale(call.getResult(0).getType()),
                      results->back()));
    numbers[call.getResult(0)] = numbers.size();
    result.results.push_back(std::move(results->front()));
  }
  return result;
}

/// The program as a reader of its file sees it.
static llvm::Expected<Program> throughBytes(const Program &program) {
  llvm::Expected<std::vector<uint8_t>> bytes = serialize(program);
  if (!bytes)
    return bytes.takeError();
  return readProgram(llvm::MemoryBufferRef(
      StringRef(reinterpret_cast<const char *>(bytes->data()), bytes->size()),
      "program"));
}

llvm::Expected<MappedCase> scnn::test::mapCase(const QuantizedCase &quantized,
                                               const Machine &machine,
                                               const MappingOptions &options) {
  ModuleOp fixedModule = quantized.module.get();
  MLIRContext *context = fixedModule.getContext();
  Diagnostics diagnostics(context);
  OwningOpRef<ModuleOp> module = fixedModule.clone();
  (*module)->setAttr(SCNNDialect::kMachineAttr,
                     MachineAttr::get(context, machine));
  if (!runPasses(*module, [&](OpPassManager &manager) {
        buildMappingPipeline(manager, options);
      })) {
    StringRef text = diagnostics.text;
    if (text.contains("but an accumulator set has") ||
        text.contains("but neither activation RAM"))
      return llvm::make_error<DoesNotFit>(diagnostics.text);
    return llvm::createStringError("mapping: " + diagnostics.text);
  }

  MappedCase result;
  SmallVector<Conv2DOp> convolutions;
  fixedModule.walk([&](Conv2DOp op) { convolutions.push_back(op); });
  // Pieces of a layer follow one another and have its name.
  size_t done = 0;
  module->walk([&](AccumulateOp op) {
    if (done == 0 ||
        getLayerName(op) != getLayerName(convolutions[done - 1])) {
      if (done == convolutions.size())
        return WalkResult::interrupt();
      result.layers.emplace_back();
      ++done;
    }
    result.layers.back().push_back(describeMapping(convolutions[done - 1], op));
    return WalkResult::advance();
  });
  if (done != convolutions.size())
    return llvm::createStringError(
        "expected an scnn.accumulate for each scnn.conv2d");

  if (!runPasses(*module, [](OpPassManager &manager) {
        manager.addPass(createLowerToCommands());
      }))
    return llvm::createStringError("commands: " + diagnostics.text);
  FailureOr<Program> program = translateToProgram(*module);
  if (failed(program))
    return llvm::createStringError("program: " + diagnostics.text);
  llvm::Expected<Program> read = throughBytes(*program);
  if (!read)
    return read.takeError();
  result.program = std::move(*read);
  return result;
}
