//===- TranslateToProgram.cpp - MLIR to programs --------------------------===//
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

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace scnn {

/// Fails with a diagnostic if an operation of the program has attributes that
/// only it knows of: they would be lost.
static LogicalResult refuseOtherAttributes(Operation *op) {
  auto attributes = op->getDiscardableAttrs();
  if (attributes.empty())
    return success();
  return op->emitOpError() << "has attribute '"
                           << attributes.begin()->getName().getValue()
                           << "', which a program file cannot hold";
}

static std::vector<uint32_t> toIndices(ArrayRef<int64_t> indices) {
  return std::vector<uint32_t>(indices.begin(), indices.end());
}

static FailureOr<Program::Binding> getBinding(ValueOp op,
                                              const Machine &machine) {
  auto type = llvm::cast<RankedTensorType>(*op.getFixed());
  Program::Binding binding;
  binding.address = *op.getAddress();
  binding.segmentBytes = *op.getSegmentBytes();
  binding.scale = getScale(type);
  if (type.getRank() == 4) {
    binding.channels = type.getDimSize(1);
    binding.height = type.getDimSize(2);
    binding.width = type.getDimSize(3);
  }
  if (auto rows = dyn_cast<RowImageAttr>(type.getEncoding())) {
    binding.byRows = true;
    binding.policy = rows.getCut();
  } else {
    LayoutAttr layout = getLayout(type);
    binding.policy = layout.getCut();
    binding.phases = layout.getPhases();
    binding.halo = layout.getHalo();
  }
  RankedTensorType expected =
      getFixedPointType(op.getContext(), binding, machine);
  if (type != expected)
    return op.emitOpError() << "expected fixed-point type " << expected
                            << " on the module's machine, but got " << type;
  return binding;
}

/// The elements, of whole bytes each, in row-major order; nothing if they are
/// not dense.
static std::optional<std::vector<char>> getBytes(ElementsAttr elements) {
  Type type = elements.getElementType();
  if (!type.isIntOrFloat() || type.getIntOrFloatBitWidth() % 8 != 0)
    return std::nullopt;
  size_t width = type.getIntOrFloatBitWidth() / 8;
  size_t size = elements.getNumElements() * width;
  ArrayRef<char> bytes;
  if (auto dense = llvm::dyn_cast<DenseElementsAttr>(elements))
    bytes = dense.getRawData();
  else if (auto resource = llvm::dyn_cast<DenseResourceElementsAttr>(elements))
    if (AsmResourceBlob *blob = resource.getRawHandle().getBlob())
      bytes = blob->getData();
  if (bytes.size() == size)
    return std::vector<char>(bytes.begin(), bytes.end());
  if (!elements.isSplat() || bytes.size() != width)
    return std::nullopt;
  std::vector<char> repeated;
  for (size_t at = 0; at < size; at += width)
    llvm::append_range(repeated, bytes);
  return repeated;
}

static LogicalResult addValue(ValueOp op, Program &program) {
  Program::Value value;
  value.name = op.getName().str();
  auto type = llvm::cast<RankedTensorType>(op.getType());
  value.shape = type.getShape();
  // The operation's verifier has seen to it.
  value.kind = *getElementKind(type.getElementType());
  if (op.getFixed()) {
    FailureOr<Program::Binding> binding = getBinding(op, program.machine);
    if (failed(binding))
      return failure();
    value.binding = *binding;
  }
  if (ElementsAttr sample = op.getSampleAttr()) {
    std::optional<std::vector<char>> bytes = getBytes(sample);
    if (!bytes)
      return op.emitOpError() << "expected a sample of dense elements of "
                                 "whole bytes, but got "
                              << sample.getShapedType();
    value.sample = std::move(*bytes);
  }
  program.values.push_back(std::move(value));
  return success();
}

static LogicalResult addHostCall(HostCallOp op, Program &program) {
  auto module = op->getParentOfType<ModuleOp>();
  Operation *callee = module.lookupSymbol(op.getCalleeAttr().getAttr());
  if (!callee || !callee->hasAttr(SCNNDialect::kHostAttr))
    return op.emitOpError()
           << "expected " << op.getCalleeAttr() << " to be a function with '"
           << SCNNDialect::kHostAttr << "' beside the program";
  Program::HostCall &call = program.hostCalls.emplace_back();
  call.function = op.getCallee().str();
  call.operands = toIndices(op.getArguments());
  call.results = toIndices(op.getResults());
  call.denseMacs = op.getDenseMacs().value_or(0);
  if (op.getOperations())
    for (auto [name, reason] : llvm::zip_equal(
             op.getOperations()->getAsValueRange<StringAttr>(),
             op.getReasons()->getAsValueRange<StringAttr>()))
      call.operations.push_back({name.str(), reason.str()});
  return success();
}

static Program::Convolution toConvolution(LayerShapeAttr shape) {
  Program::Convolution result;
  for (auto input : shape.getInputs().getAsRange<LayerInputAttr>())
    result.inputs.push_back({input.getChannels(), input.getGroups(),
                             input.getPlane(), input.getFilter(),
                             input.getStride()});
  result.outputs = shape.getOutputs();
  result.plane = shape.getPlane();
  result.pooled = shape.getPooled();
  result.cut = shape.getCut();
  result.tile = shape.getTile();
  result.outputHalos = shape.getHalo() == HaloMode::Output;
  result.order = static_cast<int64_t>(shape.getOrder());
  return result;
}

static LogicalResult addLayer(LayerOp op, Program &program) {
  Program::Layer layer;
  layer.name = op.getName().str();
  layer.denseMacs = op.getDenseMacs();
  layer.weights = op.getWeights();
  layer.nonzeroWeights = op.getNonzeroWeights();
  layer.groups = op.getGroups();
  layer.groupSize = op.getGroupSize();
  layer.pieces = op.getPieces().value_or(1);
  if (LayerShapeAttr shape = op.getShapeAttr())
    layer.convolution = toConvolution(shape);
  layer.setup = op.getSetup();
  program.layers.push_back(std::move(layer));
  return success();
}

static LogicalResult addConstants(ConstantsOp op, Program &program) {
  ElementsAttr data = op.getData();
  std::optional<std::vector<char>> bytes = getBytes(data);
  if (!bytes || bytes->empty() || !data.getElementType().isSignlessInteger(8))
    return op.emitOpError() << "expected dense i8 data of at least one byte, "
                               "but got type "
                            << data.getType();
  program.constants.address = op.getAddress();
  program.constants.bytes.assign(bytes->begin(), bytes->end());
  return success();
}

/// Adds one operation of the program's body.
static LogicalResult addOperation(Operation *op, Program &program) {
  if (failed(refuseOtherAttributes(op)))
    return failure();
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](ValueOp value) { return addValue(value, program); })
      .Case([&](HostCallOp call) { return addHostCall(call, program); })
      .Case([&](LayerOp layer) { return addLayer(layer, program); })
      .Case([&](ConstantsOp data) { return addConstants(data, program); })
      .Default([&](Operation *other) -> LogicalResult {
        std::optional<isa::Command> command = getCommand(other);
        if (!command)
          return other->emitOpError() << "cannot be part of a program file";
        program.commands.push_back(*command);
        return success();
      });
}

/// Forgets places in source files, which differ from one user to the next; the
/// names of layers stay.
static void removeFileLocations(ModuleOp module) {
  AttrTypeReplacer replacer;
  replacer.addReplacement([](FileLineColRange range) -> Attribute {
    return UnknownLoc::get(range.getContext());
  });
  replacer.recursivelyReplaceElementsIn(module, /*replaceAttrs=*/false,
                                        /*replaceLocs=*/true);
}

/// Bytecode of a module that is ours to change: the same for equal modules.
static FailureOr<std::string> toBytecode(ModuleOp module) {
  removeFileLocations(module);
  std::string bytes;
  llvm::raw_string_ostream os(bytes);
  if (failed(writeBytecodeToFile(module, os)))
    return module.emitError() << "cannot be written as bytecode";
  return bytes;
}

/// Bytecode of the module without program, machine and reference; empty if
/// nothing remains.
static FailureOr<std::string> getHostModule(ModuleOp module, Operation *program,
                                            Operation *reference) {
  OwningOpRef<ModuleOp> host = ModuleOp::create(module.getLoc());
  host->getOperation()->setAttrs(module->getAttrDictionary());
  host->getOperation()->removeAttr(SCNNDialect::kMachineAttr);
  OpBuilder builder = OpBuilder::atBlockBegin(host->getBody());
  for (Operation &op : *module.getBody())
    if (&op != program && &op != reference)
      builder.clone(op);
  if (host->getBody()->empty() && host->getOperation()->getAttrs().empty())
    return std::string();
  return toBytecode(*host);
}

/// Bytecode of the nested module with the references; empty if there is none.
static FailureOr<std::string> getReference(ModuleOp reference) {
  if (!reference)
    return std::string();
  OwningOpRef<ModuleOp> copy(reference.clone());
  return toBytecode(*copy);
}

static FailureOr<ProgramOp> getProgramOp(ModuleOp module) {
  auto programs = llvm::to_vector(module.getOps<ProgramOp>());
  if (programs.size() == 1)
    return programs.front();
  InFlightDiagnostic diagnostic = module.emitError()
                                  << "expected one scnn.program, but got "
                                  << programs.size();
  for (ProgramOp program : programs)
    diagnostic.attachNote(program.getLoc()) << "see this program";
  return failure();
}

FailureOr<Program> translateToProgram(ModuleOp module) {
  FailureOr<ProgramOp> programOp = getProgramOp(module);
  if (failed(programOp) || failed(refuseOtherAttributes(*programOp)))
    return failure();
  Program program;
  program.name = programOp->getSymName().str();
  program.machine = getMachine(*programOp);
  program.dramBytes = programOp->getDramBytes();
  program.inputs = toIndices(programOp->getInputs());
  program.outputs = toIndices(programOp->getOutputs());
  for (Operation &op : programOp->getBody().getOps())
    if (failed(addOperation(&op, program)))
      return failure();

  auto reference = module.lookupSymbol<ModuleOp>(kReferenceModule);
  FailureOr<std::string> hostModule =
      getHostModule(module, *programOp, reference);
  FailureOr<std::string> referenceModule = getReference(reference);
  if (failed(hostModule) || failed(referenceModule))
    return failure();
  program.hostModule = std::move(*hostModule);
  program.reference = std::move(*referenceModule);

  if (llvm::Error error = verify(program))
    return programOp->emitError() << llvm::toString(std::move(error));
  return program;
}

} // namespace scnn
