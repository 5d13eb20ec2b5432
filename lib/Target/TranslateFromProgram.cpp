//===- TranslateFromProgram.cpp - Programs to MLIR ------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FixedPointType.h"
#include "scnn/Dialect/SCNN/IR/ElementTypes.h"
#include "scnn/Dialect/SCNN/IR/SCNN.h"
#include "scnn/Target/CommandOps.h"
#include "scnn/Target/Translate.h"

#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;

namespace scnn {

/// Bytecode asks for the alignment of the largest resource in it; this is more
/// than what any of ours has.
static constexpr uint64_t kBytecodeAlignment = 4096;

RankedTensorType getFixedPointType(MLIRContext *context,
                                   const Program::Binding &binding,
                                   const Machine &machine) {
  auto element = quant::UniformQuantizedType::get(
      quant::QuantizationFlags::Signed, IntegerType::get(context, 16),
      Float32Type::get(context), binding.scale, /*zeroPoint=*/0,
      /*storageTypeMin=*/INT16_MIN, /*storageTypeMax=*/INT16_MAX);
  Attribute encoding;
  if (binding.byRows)
    encoding = RowImageAttr::get(context, machine.peCols, binding.policy,
                                 machine.zeroRunBits);
  else
    encoding = LayoutAttr::get(context, Pair{machine.peRows, machine.peCols},
                               binding.policy, binding.phases, binding.halo,
                               machine.zeroRunBits);
  return RankedTensorType::get(
      {1, binding.channels, binding.height, binding.width}, element, encoding);
}

OwningOpRef<ModuleOp> readModule(llvm::StringRef bytecode, llvm::StringRef name,
                                 MLIRContext *context) {
  auto buffer = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(
      bytecode.size(), name, llvm::Align(kBytecodeAlignment));
  llvm::copy(bytecode, buffer->getBufferStart());
  if (!isBytecode(buffer->getMemBufferRef())) {
    emitError(UnknownLoc::get(context))
        << "expected MLIR bytecode of the " << name;
    return nullptr;
  }
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  return parseSourceFile<ModuleOp>(sources, ParserConfig(context));
}

static SmallVector<int64_t> toAttribute(ArrayRef<uint32_t> indices) {
  return SmallVector<int64_t>(indices.begin(), indices.end());
}

static void createValue(OpBuilder &builder, Location loc,
                        const Program::Value &value, const Machine &machine) {
  auto type = RankedTensorType::get(
      value.shape, getElementType(builder.getContext(), value.kind));
  IntegerAttr address, segmentBytes;
  TypeAttr fixed;
  ElementsAttr sample;
  if (!value.sample.empty())
    sample = cast<ElementsAttr>(DenseElementsAttr::getFromRawBuffer(
        type.clone(getElementType(builder.getContext(), value.sampleKind())),
        value.sample));
  if (value.binding) {
    address = builder.getI64IntegerAttr(value.binding->address);
    segmentBytes = builder.getI64IntegerAttr(value.binding->segmentBytes);
    fixed = TypeAttr::get(
        getFixedPointType(builder.getContext(), *value.binding, machine));
  }
  ValueOp::create(builder, loc, builder.getStringAttr(value.name),
                  TypeAttr::get(type), address, segmentBytes, fixed, sample);
}

static void createConstants(OpBuilder &builder, Location loc,
                            const Program::Constants &constants) {
  int64_t size = constants.bytes.size();
  if (size == 0)
    return;
  auto type = RankedTensorType::get({size}, builder.getI8Type());
  auto data = DenseElementsAttr::getFromRawBuffer(
      type,
      llvm::ArrayRef(reinterpret_cast<const char *>(constants.bytes.data()),
                     constants.bytes.size()));
  ConstantsOp::create(builder, loc, constants.address,
                      llvm::cast<ElementsAttr>(data));
}

static void createHostCall(OpBuilder &builder, Location loc,
                           const Program::HostCall &call) {
  SmallVector<llvm::StringRef> operations, reasons;
  for (const Program::HostOperation &operation : call.operations) {
    operations.push_back(operation.name);
    reasons.push_back(operation.reason);
  }
  bool named = !operations.empty();
  HostCallOp::create(
      builder, loc, call.function, toAttribute(call.operands),
      toAttribute(call.results),
      call.denseMacs ? builder.getI64IntegerAttr(call.denseMacs)
                     : IntegerAttr(),
      named ? builder.getStrArrayAttr(operations) : ArrayAttr(),
      named ? builder.getStrArrayAttr(reasons) : ArrayAttr());
}

static LayerShapeAttr toShape(MLIRContext *context,
                              const Program::Convolution &convolution) {
  SmallVector<Attribute> inputs;
  for (const Program::LayerInput &input : convolution.inputs)
    inputs.push_back(LayerInputAttr::get(context, input.channels, input.groups,
                                         input.plane, input.filter,
                                         input.stride));
  return LayerShapeAttr::get(
      context, ArrayAttr::get(context, inputs), convolution.outputs,
      convolution.plane, convolution.pooled, convolution.cut,
      convolution.tile,
      convolution.outputHalos ? HaloMode::Output : HaloMode::Input,
      static_cast<BlockOrder>(convolution.order));
}

static void createProgram(OpBuilder &builder, const Program &program) {
  Location loc = builder.getUnknownLoc();
  auto op = ProgramOp::create(builder, loc, program.name, program.dramBytes,
                              toAttribute(program.inputs),
                              toAttribute(program.outputs));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&op.getBody().emplaceBlock());
  for (const Program::Value &value : program.values)
    createValue(builder, loc, value, program.machine);
  for (const Program::HostCall &call : program.hostCalls)
    createHostCall(builder, loc, call);
  for (const Program::Layer &layer : program.layers)
    LayerOp::create(
        builder, loc, builder.getStringAttr(layer.name),
        builder.getI64IntegerAttr(layer.denseMacs),
        builder.getI64IntegerAttr(layer.weights),
        builder.getI64IntegerAttr(layer.nonzeroWeights),
        builder.getI64IntegerAttr(layer.groups),
        builder.getI64IntegerAttr(layer.groupSize),
        layer.pieces > 1 ? builder.getI64IntegerAttr(layer.pieces)
                         : IntegerAttr(),
        layer.convolution
            ? toShape(builder.getContext(), *layer.convolution)
            : LayerShapeAttr(),
        layer.setup ? builder.getUnitAttr() : UnitAttr());
  createConstants(builder, loc, program.constants);
  for (const isa::Command &command : program.commands)
    createCommandOp(builder, loc, command);
}

OwningOpRef<ModuleOp> translateFromProgram(const Program &program,
                                           MLIRContext *context) {
  context->loadDialect<SCNNDialect, quant::QuantDialect>();
  // The host module is the whole but for program, machine and reference.
  OwningOpRef<ModuleOp> module =
      program.hostModule.empty()
          ? ModuleOp::create(UnknownLoc::get(context))
          : readModule(program.hostModule, "host functions", context);
  if (!module)
    return nullptr;
  module->getOperation()->setAttr(SCNNDialect::kMachineAttr,
                                  MachineAttr::get(context, program.machine));
  OpBuilder builder = OpBuilder::atBlockBegin(module->getBody());
  createProgram(builder, program);

  if (!program.reference.empty()) {
    OwningOpRef<ModuleOp> reference =
        readModule(program.reference, "reference", context);
    if (!reference)
      return nullptr;
    module->push_back(reference.release());
  }
  if (failed(verify(*module)))
    return nullptr;
  return module;
}

} // namespace scnn
