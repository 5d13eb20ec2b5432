//===- LowerToCommands.cpp - Emits the command stream ---------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/IR/Constants.h"
#include "scnn/Dialect/SCNN/IR/InterfaceNames.h"
#include "scnn/Dialect/SCNN/Transforms/ConvolutionGeometry.h"
#include "scnn/Dialect/SCNN/Transforms/Passes.h"
#include "scnn/Layout/WeightImage.h"

#include "mlir/IR/AsmState.h"

namespace scnn {
#define GEN_PASS_DEF_LOWERTOCOMMANDS
#include "scnn/Dialect/SCNN/Transforms/Passes.h.inc"
} // namespace scnn

using namespace mlir;
using namespace scnn;

namespace {

/// Weight images and DRAM segments start at multiples of this many bytes.
constexpr int64_t kAlignment = 64;

/// Descriptor registers of the accelerator (field `slot` of the ISA).
constexpr int64_t kSlots = 16;

/// A convolution's steps, from accumulate to the tensor that readers see.
struct Layer {
  AccumulateOp accumulate;
  ExchangeOp exchangeSums;
  AddBiasOp addBias;
  PoolMaximaOp pool;
  ExchangeOp exchangeMaxima;
  RequantizeOp requantize;
  ExchangeOp exchangeActivations;
  /// The resident result, and where it goes in DRAM, if it does.
  Value result;
  StoreOp store;
};

/// A tensor that host or user can see, an entry of the value table.
struct HostValue {
  std::string name;
  RankedTensorType type;
  /// Fixed-point type with layout, where the accelerator reads or writes it.
  RankedTensorType fixed;
  int64_t address = 0;
};

/// Lowers one function; fails with all its errors emitted.
class Lowering {
public:
  Lowering(func::FuncOp function)
      : function(function), machine(getMachine(function)),
        builder(function) {}

  LogicalResult run();

private:
  func::FuncOp function;
  Machine machine;
  OpBuilder builder;

  SmallVector<HostValue, 0> values;
  /// f32 SSA values, and the fixed-point tensors in DRAM that stand for them.
  DenseMap<Value, int64_t> valueIds;
  int64_t hostCallCount = 0;
  SmallVector<uint8_t, 0> constants;
  DenseMap<Value, int64_t> imageAddress;
  int64_t dramBytes = 0;
  DenseSet<Value> loaded;
  int64_t layerCount = 0;
  ProgramOp program;
  /// Table entries go in front of the commands, in the order of the sections.
  OpBuilder::InsertPoint callsEnd, layersEnd, commandsEnd;

  int64_t addValue(Value value, const Twine &name);
  int64_t idOf(Value value);
  LogicalResult lowerOperation(Operation &op);
  LogicalResult lowerHostCall(func::CallOp call);
  LogicalResult bindToDram(int64_t id, RankedTensorType fixed, Operation *op);
  FailureOr<Layer> collectLayer(AccumulateOp accumulate);
  LogicalResult lowerLayer(Layer &layer);
  LogicalResult emitGroups(Layer &layer, int64_t outputSlot);
  void emitActivations(Operation *step, int64_t slot, Value value);
  void emitExchange(ExchangeOp exchange);
  void placeConstants();
  void emitTables(ArrayRef<int64_t> inputs, ArrayRef<int64_t> outputs);
};
} // namespace

int64_t Lowering::addValue(Value value, const Twine &name) {
  auto [entry, inserted] = valueIds.try_emplace(value, values.size());
  if (inserted)
    values.push_back(
        {name.str(), cast<RankedTensorType>(value.getType()), {}, 0});
  return entry->second;
}

int64_t Lowering::idOf(Value value) {
  return addValue(value, "value" + Twine(values.size()));
}

LogicalResult Lowering::bindToDram(int64_t id, RankedTensorType fixed,
                                   Operation *op) {
  HostValue &value = values[id];
  if (value.fixed && value.fixed != fixed)
    return op->emitError("tensor '")
           << value.name << "' would lie in DRAM in two layouts, " << value.fixed
           << " and " << fixed;
  if (value.fixed)
    return success();
  value.fixed = fixed;
  value.address = llvm::alignTo(dramBytes, kAlignment);
  dramBytes = value.address + getActivationLayout(fixed).imageBytes();
  return success();
}

LogicalResult Lowering::lowerHostCall(func::CallOp call) {
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      call, call.getCalleeAttr());
  if (!callee || !callee->hasAttr(SCNNDialect::kHostAttr))
    return call.emitError("expected @")
           << call.getCallee() << " to be a function with " <<
           SCNNDialect::kHostAttr << " (run --scnn-partition first)";
  SmallVector<int64_t> arguments, results;
  for (Value operand : call.getOperands())
    arguments.push_back(idOf(operand));
  for (Value result : call.getResults())
    results.push_back(idOf(result));
  builder.restoreInsertionPoint(callsEnd);
  HostCallOp::create(builder, call.getLoc(), call.getCallee(), arguments,
                     results);
  callsEnd = builder.saveInsertionPoint();
  builder.restoreInsertionPoint(commandsEnd);
  CmdCallHost::create(builder, call.getLoc(), hostCallCount++);
  commandsEnd = builder.saveInsertionPoint();
  return success();
}

FailureOr<Layer> Lowering::collectLayer(AccumulateOp accumulate) {
  Layer layer;
  layer.accumulate = accumulate;
  Value value = accumulate.getResult();
  while (true) {
    // Only the last step's result may have several readers.
    Operation *next = nullptr;
    for (Operation *user : value.getUsers())
      if (isa<ExchangeOp, AddBiasOp, PoolMaximaOp, RequantizeOp>(user))
        next = user;
    if (!next)
      break;
    if (!layer.requantize && !value.hasOneUse())
      return next->emitError("layer '")
             << getLayerName(accumulate)
             << "': a step between accumulate and requantize has two readers";
    if (auto exchange = dyn_cast<ExchangeOp>(next)) {
      ExchangeOp &place = exchange.getKind() == ExchangeKind::Add
                              ? layer.exchangeSums
                          : exchange.getKind() == ExchangeKind::Max
                              ? layer.exchangeMaxima
                              : layer.exchangeActivations;
      place = exchange;
    } else if (auto addBias = dyn_cast<AddBiasOp>(next)) {
      layer.addBias = addBias;
    } else if (auto pool = dyn_cast<PoolMaximaOp>(next)) {
      layer.pool = pool;
    } else {
      layer.requantize = cast<RequantizeOp>(next);
    }
    value = next->getResult(0);
  }
  if (!layer.addBias || !layer.requantize)
    return accumulate.emitError("layer '")
           << getLayerName(accumulate)
           << "': expected add_bias and requantize after accumulate";
  layer.result = value;
  for (Operation *user : value.getUsers())
    if (auto store = dyn_cast<StoreOp>(user))
      layer.store = store;
  return layer;
}

void Lowering::emitActivations(Operation *step, int64_t slot, Value value) {
  ActivationLayout layout = getActivationLayout(value.getType());
  auto placement =
      value.getDefiningOp()->getAttrOfType<PlacementAttr>("placement");
  CmdSetActivations::create(
      builder, step->getLoc(), slot, placement.getRam(), placement.getOffset(),
      placement.getCapacity(), layout.channels, layout.height, layout.width,
      int64_t(layout.policy), layout.phases[0], layout.phases[1],
      layout.halo[0], layout.halo[1], layout.halo[2], layout.halo[3]);
}

void Lowering::emitExchange(ExchangeOp exchange) {
  if (!exchange)
    return;
  ArrayRef<int64_t> halo = exchange.getHalo();
  CmdExchange::create(builder, exchange.getLoc(), int64_t(exchange.getKind()),
                      halo[0], halo[1], halo[2], halo[3]);
}

LogicalResult Lowering::emitGroups(Layer &layer, int64_t outputSlot) {
  auto image =
      layer.accumulate.getImage().getDefiningOp<CompressedWeightsOp>();
  int64_t k = cast<RankedTensorType>(layer.result.getType()).getDimSize(1);
  int64_t size = layer.accumulate.getMapping().getGroupSize();
  int64_t bytes = image.getData().getNumElements();
  ArrayRef<int64_t> offsets = image.getOffsets(), blocks = image.getBlocks();
  int64_t groups = llvm::divideCeil(k, size);
  if (int64_t(offsets.size()) != groups)
    return image.emitError("layer '")
           << getLayerName(layer.accumulate) << "': expected weight images of "
           << groups << " groups, but got " << offsets.size();

  auto elements = getElements<uint8_t>(image.getData());
  if (!elements)
    return image.emitError("expected the weight image's bytes");
  int64_t base = llvm::alignTo(constants.size(), kAlignment);
  constants.resize(base);
  constants.append(elements->begin(), elements->end());

  int64_t nonzero = 0;
  for (int64_t g = 0; g < groups; ++g) {
    int64_t end = g + 1 < groups ? offsets[g + 1] : bytes;
    int64_t channels = std::min(size, k - g * size);
    llvm::Expected<WeightImage> parsed = WeightImage::parse(
        ArrayRef(*elements).slice(offsets[g], end - offsets[g]), channels,
        blocks[g], machine.zeroRunBits);
    if (!parsed)
      return image.emitError("layer '")
             << getLayerName(layer.accumulate) << "', group " << g << ": "
             << toString(parsed.takeError());
    for (const WeightBlock &block : parsed->blocks)
      nonzero += llvm::count_if(
          block.elements, [](Element e) { return !e.isPlaceholder(); });

    CmdBroadcastWeights::create(builder, layer.accumulate.getLoc(),
                                base + offsets[g], end - offsets[g], blocks[g],
                                channels);
    CmdAccumulate::create(builder, layer.accumulate.getLoc(), g % 2);
    emitExchange(layer.exchangeSums);
    CmdAddBias::create(builder, layer.addBias.getLoc(), g % 2);
    if (layer.pool) {
      PoolAttr pool = layer.pool.getPool();
      Pair plane = getPlane(layer.pool.getResult().getType());
      CmdPool::create(builder, layer.pool.getLoc(), pool.getSize()[0],
                      pool.getSize()[1], pool.getStride()[0],
                      pool.getStride()[1], pool.getPadding()[0],
                      pool.getPadding()[2], plane[0], plane[1],
                      int64_t(getLayout(layer.result.getType()).getCut()));
    }
    emitExchange(layer.exchangeMaxima);
    RequantizationAttr requantization = layer.requantize.getRequantization();
    CmdRequantize::create(builder, layer.requantize.getLoc(),
                          requantization.getMinimum(),
                          requantization.getMaximum());
    emitExchange(layer.exchangeActivations);
    CmdWriteActivations::create(builder, layer.requantize.getLoc(), outputSlot,
                                g * size);
  }

  // The layer table, whose figures the constants have just given.
  commandsEnd = builder.saveInsertionPoint();
  builder.restoreInsertionPoint(layersEnd);
  int64_t weights = 0;
  for (auto [t, input] : llvm::enumerate(layer.accumulate.getInputs())) {
    auto window = cast<WindowAttr>(layer.accumulate.getWindows()[t]);
    weights += cast<RankedTensorType>(input.getType()).getDimSize(1) /
               window.getGroups() * layer.accumulate.getFilters()[2 * t] *
               layer.accumulate.getFilters()[2 * t + 1] * k;
  }
  Pair plane = getPlane(layer.accumulate.getResult().getType());
  LayerOp::create(builder, layer.accumulate.getLoc(),
                  getLayerName(layer.accumulate), weights * plane[0] * plane[1],
                  weights, nonzero, groups, size);
  layersEnd = builder.saveInsertionPoint();
  builder.restoreInsertionPoint(commandsEnd);
  return success();
}

LogicalResult Lowering::lowerLayer(Layer &layer) {
  AccumulateOp accumulate = layer.accumulate;
  Location loc = accumulate.getLoc();
  auto name = getLayerName(accumulate);
  auto inputs = accumulate.getInputs();
  if (int64_t(inputs.size()) >= kSlots)
    return accumulate.emitError("layer '")
           << name << "': has " << inputs.size()
           << " inputs, but the accelerator binds at most " << kSlots - 1;
  for (Value value : llvm::concat<Value>(llvm::to_vector(inputs),
                                         SmallVector<Value>{layer.result})) {
    Operation *producer = value.getDefiningOp();
    if (!producer || !producer->hasAttr("placement"))
      return accumulate.emitError("layer '")
             << name << "': expected activations with a placement (run "
             << "--scnn-memory-allocation first)";
  }
  if (!accumulate.getImage().getDefiningOp<CompressedWeightsOp>())
    return accumulate.emitError("layer '")
           << name << "': expected the image of scnn.compressed_weights";

  builder.restoreInsertionPoint(commandsEnd);
  CmdBeginLayer::create(builder, loc, layerCount++);
  for (auto [slot, input] : llvm::enumerate(inputs)) {
    emitActivations(accumulate, slot, input);
    auto load = input.getDefiningOp<LoadOp>();
    if (!load || !loaded.insert(input).second)
      continue;
    auto quantize = load.getInput().getDefiningOp<quant::QuantizeCastOp>();
    if (!quantize)
      return load.emitError("layer '")
             << name << "': expected scnn.load of a quant.qcast";
    int64_t id = idOf(quantize.getInput());
    if (failed(bindToDram(id, cast<RankedTensorType>(input.getType()), load)))
      return failure();
    CmdLoadActivations::create(builder, load.getLoc(), slot,
                               values[id].address);
  }
  int64_t outputSlot = inputs.size();
  emitActivations(accumulate, outputSlot, layer.result);

  auto sums = cast<PartialSumsAttr>(
      cast<RankedTensorType>(accumulate.getResult().getType()).getEncoding());
  Pair plane = getPlane(accumulate.getResult().getType());
  MappingAttr mapping = accumulate.getMapping();
  CmdSetConvolution::create(builder, loc, plane[0], plane[1],
                            int64_t(sums.getCut()), sums.getAccumulators()[0],
                            sums.getAccumulators()[1],
                            mapping.getHalo() == HaloMode::Output,
                            int64_t(mapping.getOrder()));
  int64_t firstChannel = 0;
  for (auto [t, input] : llvm::enumerate(inputs)) {
    auto window = cast<WindowAttr>(accumulate.getWindows()[t]);
    ArrayRef<int64_t> filter = accumulate.getFilters().slice(2 * t, 2);
    CmdBindInput::create(builder, loc, t, firstChannel, filter[0], filter[1],
                         window.getStride()[0], window.getStride()[1],
                         window.getDilation()[0], window.getDilation()[1],
                         window.getPadding()[0], window.getPadding()[2]);
    firstChannel += cast<RankedTensorType>(input.getType()).getDimSize(1);
  }
  if (failed(emitGroups(layer, outputSlot)))
    return failure();

  if (layer.store) {
    // All casts of a stored tensor are one value.
    std::optional<int64_t> id;
    for (Operation *user : layer.store.getResult().getUsers()) {
      auto dequantize = dyn_cast<quant::DequantizeCastOp>(user);
      if (!dequantize)
        return user->emitError(
                   "expected only quant.dcast to read a tensor that layer '")
               << name << "' stores";
      if (!id)
        id = idOf(dequantize.getResult());
      valueIds[dequantize.getResult()] = *id;
    }
    if (id) {
      if (failed(bindToDram(
              *id, cast<RankedTensorType>(layer.result.getType()), layer.store)))
        return failure();
      CmdStoreActivations::create(builder, layer.store.getLoc(), outputSlot,
                                  values[*id].address);
    }
  }
  CmdEndLayer::create(builder, loc);
  commandsEnd = builder.saveInsertionPoint();
  return success();
}

LogicalResult Lowering::lowerOperation(Operation &op) {
  if (auto call = dyn_cast<func::CallOp>(op))
    return lowerHostCall(call);
  if (auto accumulate = dyn_cast<AccumulateOp>(op)) {
    FailureOr<Layer> layer = collectLayer(accumulate);
    return failed(layer) ? failure() : lowerLayer(*layer);
  }
  // Part of a layer, or of a table.
  if (isa<LoadOp, StoreOp, ExchangeOp, AddBiasOp, PoolMaximaOp, RequantizeOp,
          CompressedWeightsOp, quant::QuantizeCastOp, quant::DequantizeCastOp,
          func::ReturnOp>(op))
    return success();
  if (op.hasTrait<OpTrait::ConstantLike>() && op.use_empty())
    return success();
  return op.emitError("'")
         << op.getName()
         << "' has no command form; convolutions need the mapping passes, and "
            "what the host runs needs --scnn-partition";
}

void Lowering::emitTables(ArrayRef<int64_t> inputs,
                          ArrayRef<int64_t> outputs) {
  program.setInputs(inputs);
  program.setOutputs(outputs);
  program.setDramBytes(dramBytes);
  builder.setInsertionPointToStart(&program.getBody().front());
  for (const HostValue &value : values) {
    IntegerAttr address, segment;
    TypeAttr fixed;
    if (value.fixed) {
      address = builder.getI64IntegerAttr(value.address);
      segment = builder.getI64IntegerAttr(
          getActivationLayout(value.fixed).segmentBytes());
      fixed = TypeAttr::get(value.fixed);
    }
    ValueOp::create(builder, function.getLoc(), builder.getStringAttr(value.name),
                    TypeAttr::get(value.type), address, segment, fixed);
  }
}

void Lowering::placeConstants() {
  if (constants.empty())
    return;
  builder.restoreInsertionPoint(layersEnd);
  auto type =
      RankedTensorType::get({int64_t(constants.size())}, builder.getI8Type());
  auto data = DenseResourceElementsAttr::get(
      type, "constants",
      HeapAsmResourceBlob::allocateAndCopyInferAlign(
          ArrayRef<char>(reinterpret_cast<const char *>(constants.data()),
                         constants.size())));
  ConstantsOp::create(builder, function.getLoc(), 0, data);
}

LogicalResult Lowering::run() {
  if (!function.getBody().hasOneBlock())
    return function.emitError("expected a function of one block");
  for (Type type : llvm::concat<const Type>(function.getArgumentTypes(),
                                            function.getResultTypes())) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || !tensor.hasStaticShape() ||
        !tensor.getElementType().isF32())
      return function.emitError("expected arguments and results to be static "
                                "f32 tensors, but got ")
             << type;
  }
  // Constants come first in DRAM; tensors follow.
  for (auto image : function.getOps<CompressedWeightsOp>())
    dramBytes = llvm::alignTo(dramBytes, kAlignment) +
                image.getData().getNumElements() * llvm::range_size(
                    llvm::make_filter_range(image->getUsers(), [](Operation *op) {
                      return isa<AccumulateOp>(op);
                    }));

  program = ProgramOp::create(builder, function.getLoc(),
                              function.getSymName(), 0,
                              ArrayRef<int64_t>{}, ArrayRef<int64_t>{});
  Block *body = builder.createBlock(&program.getBody());
  // Markers keep the sections apart while they grow.
  builder.setInsertionPointToEnd(body);
  auto halt = CmdHalt::create(builder, function.getLoc());
  builder.setInsertionPoint(halt);
  commandsEnd = builder.saveInsertionPoint();
  Operation *callsMark = CmdEndLayer::create(builder, function.getLoc());
  Operation *layersMark = CmdEndLayer::create(builder, function.getLoc());
  callsEnd = {body, Block::iterator(callsMark)};
  layersEnd = {body, Block::iterator(layersMark)};

  SmallVector<int64_t> inputs, outputs;
  for (BlockArgument argument : function.getArguments())
    inputs.push_back(
        addValue(argument, getArgumentName(function, argument.getArgNumber())));
  LogicalResult result = success();
  for (Operation &op : function.getBody().front())
    if (failed(lowerOperation(op)))
      result = failure();
  if (failed(result)) {
    program.erase();
    return failure();
  }
  Operation *terminator = function.getBody().front().getTerminator();
  for (auto [index, value] : llvm::enumerate(terminator->getOperands())) {
    int64_t id = idOf(value);
    if (!llvm::is_contained(inputs, id) && !llvm::is_contained(outputs, id))
      values[id].name = getResultName(function, index);
    outputs.push_back(id);
  }
  placeConstants();
  emitTables(inputs, outputs);
  callsMark->erase();
  layersMark->erase();
  function.erase();
  return success();
}

namespace {
struct LowerToCommandsPass
    : public scnn::impl::LowerToCommandsBase<LowerToCommandsPass> {
  using LowerToCommandsBase::LowerToCommandsBase;

  void runOnOperation() override {
    auto main = getOperation().lookupSymbol<func::FuncOp>("main");
    if (!main) {
      getOperation().emitError("expected a function @main");
      return signalPassFailure();
    }
    if (failed(Lowering(main).run()))
      signalPassFailure();
  }
};
} // namespace
