//===- LowerToCommands.cpp - Emits the command stream ---------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostOperations.h"

#include "scnn/Dialect/SCNN/IR/Constants.h"
#include "scnn/Dialect/SCNN/IR/ElementTypes.h"
#include "scnn/Dialect/SCNN/IR/InterfaceNames.h"
#include "scnn/Dialect/SCNN/Transforms/ConvolutionGeometry.h"
#include "scnn/Dialect/SCNN/Transforms/Passes.h"
#include "scnn/Layout/WeightImage.h"
#include "scnn/Support/FixedPoint.h"

#include "mlir/IR/AsmState.h"
#include "llvm/ADT/Hashing.h"
#include <map>

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
  /// The resident result, and where it goes in DRAM, if it does: whole, or
  /// from `firstRow` on as one of several pieces.
  Value result;
  StoreOp store;
  int64_t firstRow = 0;

  /// Whether it is one of the pieces in which a convolution is computed.
  bool isPiece() { return store && store.getPieces().size() > 1; }
};

/// A fixed-point tensor in DRAM.
struct DramTensor {
  /// Its type, with the encoding that says how it lies there.
  RankedTensorType type;
  int64_t address;
  int64_t segmentBytes;

  bool isByRows() const { return isa<RowImageAttr>(type.getEncoding()); }
  int64_t height() const { return type.getDimSize(2); }
};

/// A tensor that host or user can see, an entry of the value table.
struct HostValue {
  std::string name;
  RankedTensorType type;
  /// Where it lies in DRAM, if the accelerator reads or writes it.
  std::optional<DramTensor> dram;
  /// What it is where a run is given nothing else.
  ElementsAttr sample;
};

/// Bytes of a segment, and of all segments, of a tensor in DRAM.
std::pair<int64_t, int64_t> getDramSize(RankedTensorType type) {
  if (isa<RowImageAttr>(type.getEncoding())) {
    RowLayout rows = getRowLayout(type);
    return {rows.segmentBytes(), rows.imageBytes()};
  }
  ActivationLayout tiles = getActivationLayout(type);
  return {tiles.segmentBytes(), tiles.imageBytes()};
}

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
  DenseMap<Value, int64_t> valueIds;
  /// Fixed-point tensors without layout: what loads read and stores give.
  DenseMap<Value, DramTensor> dramTensors;
  int64_t hostCallCount = 0;
  SmallVector<uint8_t, 0> constants;
  /// Of weight images, and of those to which tensors spill that lie nowhere
  /// else in DRAM.
  DenseMap<Value, int64_t> imageAddress;
  int64_t dramBytes = 0;
  /// A layer that is computed in pieces: its index, and the row at which the
  /// next piece begins.
  struct PieceLayer {
    int64_t index, nextRow;
  };
  /// By the store that joins the pieces.
  DenseMap<Operation *, PieceLayer> layerOfPieces;
  /// An entry of the layer table.
  struct LayerEntry {
    LayerOp op;
    int64_t index;
  };
  /// Of each layer's set-up, by its accumulate.
  DenseMap<Operation *, LayerEntry> setups;
  DenseSet<Value> loaded;
  int64_t layerCount = 0;
  ProgramOp program;
  /// Table entries go in front of the commands, in the order of the sections.
  OpBuilder::InsertPoint callsEnd, layersEnd, commandsEnd;

  int64_t addValue(Value value, const Twine &name);
  int64_t idOf(Value value);
  LogicalResult lowerOperation(Operation &op);
  LogicalResult lowerHostCall(func::CallOp call);
  const DramTensor &placeInDram(Value tensor);
  LogicalResult bindToDram(int64_t id, Value tensor, Operation *op);
  int64_t allocate(int64_t bytes);
  int64_t imageOf(Value value);
  FailureOr<Layer> collectLayer(AccumulateOp accumulate);
  LogicalResult lowerLayer(Layer &layer);
  LogicalResult lowerLoad(AccumulateOp reader, LoadOp load, int64_t slot);
  LogicalResult lowerStore(Layer &layer, int64_t slot);
  LogicalResult emitGroups(Layer &layer, int64_t outputSlot);
  LogicalResult addLayer(Layer &layer, int64_t nonzeroWeights);
  void beginSetup(AccumulateOp layer);
  LogicalResult setUpInputs(AccumulateOp layer);
  void collectImages();
  void emitActivations(Operation *step, int64_t slot, Value value);
  void emitExchange(ExchangeOp exchange);
  void placeConstants();
  LogicalResult emitTables(ArrayRef<int64_t> inputs,
                           ArrayRef<int64_t> outputs);
};
} // namespace

int64_t Lowering::addValue(Value value, const Twine &name) {
  auto [entry, inserted] = valueIds.try_emplace(value, values.size());
  if (inserted)
    values.push_back(
        {name.str(), cast<RankedTensorType>(value.getType()), {}, {}});
  return entry->second;
}

int64_t Lowering::idOf(Value value) {
  return addValue(value, "value" + Twine(values.size()));
}

/// How a tensor lies in DRAM: a segment for each PE where all who read or write
/// it there see the whole tensor in one layout, else row by row.
static RankedTensorType getDramType(Value tensor) {
  SmallVector<Type> types;
  bool byRows = false;
  for (Operation *user : tensor.getUsers())
    if (auto load = dyn_cast<LoadOp>(user)) {
      types.push_back(load.getResult().getType());
      byRows |= load.isPiece();
    }
  if (auto store = tensor.getDefiningOp<StoreOp>()) {
    llvm::append_range(types, store.getPieces().getTypes());
    byRows |= store.getPieces().size() > 1;
  }
  auto first = cast<RankedTensorType>(types.front());
  if (!byRows && llvm::all_equal(types))
    return first;
  LayoutAttr layout = getLayout(first);
  return withEncoding(
      cast<RankedTensorType>(tensor.getType()),
      RowImageAttr::get(tensor.getContext(), layout.getGrid()[1],
                        layout.getCut(), layout.getZeroRunBits()));
}

const DramTensor &Lowering::placeInDram(Value tensor) {
  auto [entry, inserted] = dramTensors.try_emplace(tensor);
  if (!inserted)
    return entry->second;
  RankedTensorType type = getDramType(tensor);
  auto [segmentBytes, imageBytes] = getDramSize(type);
  return entry->second = {type, allocate(imageBytes), segmentBytes};
}

/// Sets aside bytes of DRAM.
int64_t Lowering::allocate(int64_t bytes) {
  int64_t address = llvm::alignTo(dramBytes, kAlignment);
  dramBytes = address + bytes;
  return address;
}

/// The DRAM image that a tensor in the RAMs spills to: the one that it is
/// loaded from or stored to, if there is one, else one of its own.
int64_t Lowering::imageOf(Value value) {
  SmallVector<Value> inDram;
  if (auto load = value.getDefiningOp<LoadOp>())
    inDram.push_back(load.getInput());
  for (Operation *user : value.getUsers())
    if (auto store = dyn_cast<StoreOp>(user); store && !store->use_empty())
      inDram.push_back(store.getResult());
  for (Value tensor : inDram)
    if (const DramTensor &place = placeInDram(tensor); !place.isByRows())
      return place.address;
  auto [image, inserted] = imageAddress.try_emplace(value, 0);
  if (inserted)
    image->second =
        allocate(getActivationLayout(value.getType()).imageBytes());
  return image->second;
}

LogicalResult Lowering::bindToDram(int64_t id, Value tensor, Operation *op) {
  const DramTensor &place = placeInDram(tensor);
  std::optional<DramTensor> &bound = values[id].dram;
  if (bound && bound->address != place.address)
    return op->emitError("tensor '")
           << values[id].name << "' would lie in DRAM twice, as "
           << bound->type << " and " << place.type;
  bound = place;
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
  HostFunctionSummary summary = summarizeHostFunction(callee);
  auto strings = [&](ArrayRef<std::string> values) {
    if (values.empty())
      return ArrayAttr();
    return builder.getStrArrayAttr(
        llvm::map_to_vector(values, [](const std::string &value) {
          return StringRef(value);
        }));
  };
  HostCallOp::create(
      builder, call.getLoc(), call.getCallee(), arguments, results,
      summary.denseMacs ? builder.getI64IntegerAttr(summary.denseMacs)
                        : IntegerAttr(),
      strings(summary.operations), strings(summary.reasons));
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
    if (auto store = dyn_cast<StoreOp>(user)) {
      if (layer.store)
        return store.emitError("layer '")
               << getLayerName(accumulate)
               << "': expected its result to be stored once";
      layer.store = store;
    }
  if (layer.store)
    for (Value piece : layer.store.getPieces()) {
      if (piece == value)
        break;
      layer.firstRow += getPlane(piece.getType())[0];
    }
  return layer;
}

void Lowering::emitActivations(Operation *step, int64_t slot, Value value) {
  ActivationLayout layout = getActivationLayout(value.getType());
  auto placement =
      value.getDefiningOp()->getAttrOfType<PlacementAttr>("placement");
  bool spills = placement.getCapacity() < layout.maxElements();
  CmdSetActivations::create(
      builder, step->getLoc(), slot, placement.getRam(), placement.getOffset(),
      placement.getCapacity(), layout.channels, layout.height, layout.width,
      int64_t(layout.policy), layout.phases[0], layout.phases[1],
      layout.halo[0], layout.halo[1], layout.halo[2], layout.halo[3], spills,
      spills ? imageOf(value) : 0);
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
  int64_t base = imageAddress.lookup(image.getResult());
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

  return addLayer(layer, nonzero);
}

/// Rows of the convolution's plane, before pooling, over all its pieces.
static int64_t convolutionRows(Layer &first, Layer &last) {
  if (!last.isPiece() || !last.pool)
    return last.firstRow + getPlane(last.accumulate.getResult().getType())[0];
  PoolAttr pool = last.pool.getPool();
  // The first row that the last piece's windows meet.
  int64_t begin = std::max<int64_t>(
      last.firstRow * pool.getStride()[0] -
          first.pool.getPool().getPadding()[0],
      0);
  return begin + getPlane(last.accumulate.getResult().getType())[0];
}

/// The accumulate from which a step of a convolution follows.
static AccumulateOp accumulateOf(Value step) {
  Operation *op = step.getDefiningOp();
  while (op && !isa<AccumulateOp>(op))
    op = op->getOperand(0).getDefiningOp();
  return cast_or_null<AccumulateOp>(op);
}

/// The shape of a layer's convolution, whose plane has so many rows.
static LayerShapeAttr getShape(Layer &layer, int64_t rows) {
  AccumulateOp accumulate = layer.accumulate;
  MLIRContext *context = accumulate.getContext();
  SmallVector<Attribute> inputs;
  for (auto [t, input] : llvm::enumerate(accumulate.getInputs())) {
    auto window = cast<WindowAttr>(accumulate.getWindows()[t]);
    // A piece speaks for the tensor that it is loaded from.
    auto load = input.getDefiningOp<LoadOp>();
    Type whole = load ? load.getInput().getType() : input.getType();
    inputs.push_back(LayerInputAttr::get(
        context, cast<RankedTensorType>(whole).getDimSize(1),
        window.getGroups(), getPlane(whole),
        {accumulate.getFilters()[2 * t], accumulate.getFilters()[2 * t + 1]},
        window.getStride()));
  }
  Type sums = accumulate.getResult().getType();
  auto encoding =
      cast<PartialSumsAttr>(cast<RankedTensorType>(sums).getEncoding());
  Pair plane = getPlane(sums);
  auto [rowCut, colCut] =
      getCuts(encoding.getCut(), encoding.getGrid(), plane);
  MappingAttr mapping = accumulate.getMapping();
  Type result = layer.isPiece() ? layer.store.getResult().getType()
                                : layer.result.getType();
  return LayerShapeAttr::get(
      context, ArrayAttr::get(context, inputs),
      cast<RankedTensorType>(result).getDimSize(1), {rows, plane[1]},
      getPlane(result), encoding.getCut(),
      {rowCut.largestTile(), colCut.largestTile()}, mapping.getHalo(),
      mapping.getOrder());
}

/// Adds an entry of the layer table, whose figures the constants have given.
LogicalResult Lowering::addLayer(Layer &layer, int64_t nonzeroWeights) {
  AccumulateOp accumulate = layer.accumulate;
  Layer last = layer;
  IntegerAttr pieces;
  if (layer.isPiece()) {
    // The first piece speaks for all.
    if (layer.firstRow > 0)
      return success();
    FailureOr<Layer> collected =
        collectLayer(accumulateOf(layer.store.getPieces().back()));
    if (failed(collected))
      return failure();
    last = *collected;
    pieces = builder.getI64IntegerAttr(layer.store.getPieces().size());
  }
  commandsEnd = builder.saveInsertionPoint();
  builder.restoreInsertionPoint(layersEnd);
  int64_t k = cast<RankedTensorType>(layer.result.getType()).getDimSize(1);
  int64_t weights = 0;
  for (auto [t, input] : llvm::enumerate(accumulate.getInputs())) {
    auto window = cast<WindowAttr>(accumulate.getWindows()[t]);
    weights += cast<RankedTensorType>(input.getType()).getDimSize(1) /
               window.getGroups() * accumulate.getFilters()[2 * t] *
               accumulate.getFilters()[2 * t + 1] * k;
  }
  int64_t rows = convolutionRows(layer, last);
  int64_t positions = rows * getPlane(accumulate.getResult().getType())[1];
  int64_t size = accumulate.getMapping().getGroupSize();
  LayerOp::create(builder, accumulate.getLoc(),
                  builder.getStringAttr(getLayerName(accumulate)),
                  builder.getI64IntegerAttr(weights * positions),
                  builder.getI64IntegerAttr(weights),
                  builder.getI64IntegerAttr(nonzeroWeights),
                  builder.getI64IntegerAttr(llvm::divideCeil(k, size)),
                  builder.getI64IntegerAttr(size), pieces,
                  getShape(layer, rows), /*setup=*/nullptr);
  layersEnd = builder.saveInsertionPoint();
  builder.restoreInsertionPoint(commandsEnd);
  return success();
}

/// Begins a layer that does what the network around `layer` would have done.
/// Before and after it, that is one entry of the table, which begins twice.
void Lowering::beginSetup(AccumulateOp layer) {
  LayerEntry &entry = setups[layer];
  if (entry.op) {
    entry.op.setPieces(entry.op.getPieces().value_or(1) + 1);
  } else {
    OpBuilder::InsertionGuard guard(builder);
    builder.restoreInsertionPoint(layersEnd);
    IntegerAttr none = builder.getI64IntegerAttr(0);
    auto op = LayerOp::create(builder, layer.getLoc(),
                              builder.getStringAttr(getLayerName(layer)), none,
                              none, none, none, none, /*pieces=*/nullptr,
                              /*shape=*/nullptr,
                              builder.getUnitAttr());
    entry = {op, layerCount++};
    layersEnd = builder.saveInsertionPoint();
  }
  CmdBeginLayer::create(builder, layer.getLoc(), entry.index);
}

/// Places the inputs that the network around would have left in the RAMs.
LogicalResult Lowering::setUpInputs(AccumulateOp layer) {
  bool begun = false;
  for (auto [slot, input] : llvm::enumerate(layer.getInputs())) {
    auto load = input.getDefiningOp<LoadOp>();
    if (!load || !load.getSetup() || loaded.contains(input))
      continue;
    if (!begun)
      beginSetup(layer);
    begun = true;
    emitActivations(layer, slot, input);
    if (failed(lowerLoad(layer, load, slot)))
      return failure();
  }
  if (begun)
    CmdEndLayer::create(builder, layer.getLoc());
  return success();
}

/// Commands cut rows in DRAM as the tensor on the PEs is cut, so that all who
/// read and write it must agree.
static LogicalResult requireTilesOf(const DramTensor &place, Value onChip,
                                    Operation *op, StringRef layer) {
  auto rows = dyn_cast<RowImageAttr>(place.type.getEncoding());
  LayoutAttr layout = getLayout(onChip.getType());
  if (!rows || (rows.getParts() == layout.getGrid()[1] &&
                rows.getCut() == layout.getCut() &&
                rows.getZeroRunBits() == layout.getZeroRunBits()))
    return success();
  return op->emitError("layer '")
         << layer << "': expected the tiles of " << rows
         << ", as the tensor lies in DRAM, but got " << layout;
}

LogicalResult Lowering::lowerLoad(AccumulateOp reader, LoadOp load,
                                  int64_t slot) {
  if (!loaded.insert(load.getResult()).second)
    return success();
  Value source = load.getInput();
  if (auto quantize = source.getDefiningOp<quant::QuantizeCastOp>()) {
    if (failed(bindToDram(idOf(quantize.getInput()), source, load)))
      return failure();
  } else if (!source.getDefiningOp<StoreOp>()) {
    return load.emitError("layer '")
           << getLayerName(reader)
           << "': expected scnn.load of a quant.qcast or of a scnn.store";
  }
  const DramTensor &place = placeInDram(source);
  if (failed(requireTilesOf(place, load.getResult(), load,
                            getLayerName(reader))))
    return failure();
  if (place.isByRows())
    CmdLoadRows::create(builder, load.getLoc(), slot, place.address,
                        load.getRows().begin, place.height());
  else
    CmdLoadActivations::create(builder, load.getLoc(), slot, place.address);
  return success();
}

LogicalResult Lowering::lowerStore(Layer &layer, int64_t slot) {
  StoreOp store = layer.store;
  if (!store || store->use_empty())
    return success();
  // All casts of a stored tensor are one value.
  std::optional<int64_t> id;
  for (Operation *user : store.getResult().getUsers()) {
    if (isa<LoadOp>(user))
      continue;
    auto dequantize = dyn_cast<quant::DequantizeCastOp>(user);
    if (!dequantize)
      return user->emitError("expected only quant.dcast and scnn.load to read "
                             "a tensor that layer '")
             << getLayerName(layer.accumulate) << "' stores";
    if (!id)
      id = idOf(dequantize.getResult());
    valueIds[dequantize.getResult()] = *id;
  }
  if (id && failed(bindToDram(*id, store.getResult(), store)))
    return failure();
  const DramTensor &place = placeInDram(store.getResult());
  if (failed(requireTilesOf(place, layer.result, store,
                            getLayerName(layer.accumulate))))
    return failure();
  if (place.isByRows())
    CmdStoreRows::create(builder, store.getLoc(), slot, place.address,
                         layer.firstRow, place.height());
  else
    CmdStoreActivations::create(builder, store.getLoc(), slot, place.address);
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
  if (failed(setUpInputs(accumulate)))
    return failure();
  int64_t index = layerCount;
  if (layer.isPiece()) {
    PieceLayer &pieces =
        layerOfPieces.try_emplace(layer.store, PieceLayer{layerCount, 0})
            .first->second;
    // Reports and references put pieces below each other as they come.
    if (layer.firstRow != pieces.nextRow)
      return accumulate.emitError("layer '")
             << name << "': expected pieces from top to bottom, but row "
             << layer.firstRow << " comes before row " << pieces.nextRow;
    pieces.nextRow += getPlane(layer.result.getType())[0];
    index = pieces.index;
  }
  layerCount += index == layerCount;
  CmdBeginLayer::create(builder, loc, index);
  for (auto [slot, input] : llvm::enumerate(inputs)) {
    emitActivations(accumulate, slot, input);
    if (auto load = input.getDefiningOp<LoadOp>())
      if (failed(lowerLoad(accumulate, load, slot)))
        return failure();
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

  if (layer.store && layer.store.getSetup() && !layer.store->use_empty()) {
    CmdEndLayer::create(builder, loc);
    beginSetup(accumulate);
    emitActivations(accumulate, outputSlot, layer.result);
  }
  if (failed(lowerStore(layer, outputSlot)))
    return failure();
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

/// f32 elements as the accelerator takes them: rule V7 of the simulation model.
/// Null if they are not dense.
static ElementsAttr quantizeSample(ElementsAttr real, double scale) {
  std::optional<SmallVector<float, 0>> values = getElements<float>(real);
  if (!values)
    return {};
  SmallVector<int16_t, 0> fixed;
  for (float value : *values)
    fixed.push_back(toFixedPoint(value, scale));
  auto type = cast<RankedTensorType>(real.getType());
  return DenseElementsAttr::get(
      type.clone(IntegerType::get(real.getContext(), 16)),
      ArrayRef<int16_t>(fixed));
}

LogicalResult Lowering::emitTables(ArrayRef<int64_t> inputs,
                                   ArrayRef<int64_t> outputs) {
  program.setInputs(inputs);
  program.setOutputs(outputs);
  program.setDramBytes(dramBytes);
  builder.setInsertionPointToStart(&program.getBody().front());
  for (const HostValue &value : values) {
    IntegerAttr address, segment;
    TypeAttr fixed;
    if (value.dram) {
      address = builder.getI64IntegerAttr(value.dram->address);
      segment = builder.getI64IntegerAttr(value.dram->segmentBytes);
      fixed = TypeAttr::get(value.dram->type);
    }
    ElementsAttr sample = value.sample;
    if (sample && value.dram &&
        !(sample = quantizeSample(sample, getScale(value.dram->type))))
      return function.emitError("expected the sample of input '")
             << value.name << "' to be dense elements";
    ValueOp::create(builder, function.getLoc(), builder.getStringAttr(value.name),
                    TypeAttr::get(value.type), address, segment, fixed, sample);
  }
  return success();
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

/// Gives each weight image its place at the begin of DRAM. Pieces and images
/// of one convolution have the same bytes, which lie there once.
void Lowering::collectImages() {
  std::multimap<llvm::hash_code, Range> known;
  for (auto accumulate : function.getOps<AccumulateOp>()) {
    auto image = accumulate.getImage().getDefiningOp<CompressedWeightsOp>();
    auto elements = image ? getElements<uint8_t>(image.getData())
                          : std::nullopt;
    // The layer's own lowering says what is wrong.
    if (!elements)
      continue;
    llvm::hash_code hash =
        llvm::hash_combine_range(elements->begin(), elements->end());
    auto [first, last] = known.equal_range(hash);
    auto same = std::find_if(first, last, [&](const auto &entry) {
      Range range = entry.second;
      return ArrayRef(constants).slice(range.begin, range.size()) ==
             ArrayRef(*elements);
    });
    int64_t address;
    if (same != last) {
      address = same->second.begin;
    } else {
      address = llvm::alignTo(constants.size(), kAlignment);
      constants.resize(address);
      llvm::append_range(constants, *elements);
      known.emplace(hash, Range{address, int64_t(constants.size())});
    }
    imageAddress[image.getResult()] = address;
  }
  dramBytes = constants.size();
}

LogicalResult Lowering::run() {
  if (!function.getBody().hasOneBlock())
    return function.emitError("expected a function of one block");
  for (Type type : llvm::concat<const Type>(function.getArgumentTypes(),
                                            function.getResultTypes())) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || !tensor.hasStaticShape() ||
        !getElementKind(tensor.getElementType()))
      return function.emitError("expected arguments and results to be static "
                                "tensors of f32, f64 or integers, but got ")
             << type;
  }
  collectImages();

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
  for (BlockArgument argument : function.getArguments()) {
    unsigned number = argument.getArgNumber();
    int64_t id = addValue(argument, getArgumentName(function, number));
    values[id].sample = function.getArgAttrOfType<ElementsAttr>(
        number, SCNNDialect::kSampleAttr);
    inputs.push_back(id);
  }
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
  if (failed(emitTables(inputs, outputs))) {
    program.erase();
    return failure();
  }
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
