//===- DramTiling.cpp - Computes large layers in pieces through DRAM ------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/IR/Constants.h"
#include "scnn/Dialect/SCNN/Transforms/ConvolutionGeometry.h"
#include "scnn/Dialect/SCNN/Transforms/Passes.h"
#include "scnn/Dialect/SCNN/Transforms/Remarks.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/MathExtras.h"

namespace scnn {
#define GEN_PASS_DEF_DRAMTILING
#include "scnn/Dialect/SCNN/Transforms/Passes.h.inc"
} // namespace scnn

using namespace mlir;
using namespace scnn;

//===----------------------------------------------------------------------===//
// The rows of a piece
//===----------------------------------------------------------------------===//

namespace {
/// The rows of an input that a piece reads, and the padding that takes the
/// place of those outside the plane.
struct InputRows {
  Range rows;
  int64_t padTop = 0, padBottom = 0;
};

/// A convolution for some rows of its result only.
struct Piece {
  /// Rows of the result, after pooling.
  Range result;
  /// The pooling of the piece's own plane.
  PoolAttr pool;
  SmallVector<InputRows> inputs;
};
} // namespace

/// Rows of the plane that windows need for `outputs`, and the padding in the
/// place of those outside.
static InputRows rowsFor(Range needed, int64_t extent) {
  Range inside = needed.intersect({0, extent});
  return {inside, inside.begin - needed.begin, needed.end - inside.end};
}

/// The piece of `op` that has rows `result`, or nothing if an input would have
/// no row in it.
static std::optional<Piece> makePiece(Conv2DOp op, Range result) {
  Piece piece;
  piece.result = result;
  Range rows = result;
  if (PoolAttr pool = op.getPoolAttr()) {
    int64_t begin = result.begin * pool.getStride()[0] - pool.getPadding()[0];
    int64_t end = (result.end - 1) * pool.getStride()[0] -
                  pool.getPadding()[0] + pool.getSize()[0];
    InputRows pooled = rowsFor({begin, end}, op.getConvolutionPlane()[0]);
    Sides padding = pool.getPadding();
    padding[0] = pooled.padTop;
    padding[1] = pooled.padBottom;
    piece.pool = PoolAttr::get(op.getContext(), pool.getSize(),
                               pool.getStride(), padding);
    rows = pooled.rows;
  }
  for (auto [t, input] : llvm::enumerate(op.getInputs())) {
    AxisWindow window = getAxisWindow(op.getWindow(t), op.getFilterSize(t), 0);
    InputRows needed =
        rowsFor(window.inputsOf(rows), getPlane(input.getType())[0]);
    if (needed.rows.empty())
      return std::nullopt;
    piece.inputs.push_back(needed);
  }
  return piece;
}

/// The pieces of `height` rows each, the last one perhaps smaller; none if one
/// of them cannot be made.
static SmallVector<Piece> makePieces(Conv2DOp op, int64_t height) {
  SmallVector<Piece> pieces;
  int64_t rows = getPlane(op.getResult().getType())[0];
  for (int64_t begin = 0; begin < rows; begin += height) {
    std::optional<Piece> piece =
        makePiece(op, {begin, std::min(begin + height, rows)});
    if (!piece)
      return {};
    pieces.push_back(*piece);
  }
  return pieces;
}

/// `type` with other rows.
static RankedTensorType withRows(Type type, int64_t rows) {
  auto tensor = cast<RankedTensorType>(type);
  SmallVector<int64_t> shape(tensor.getShape());
  shape[2] = rows;
  return RankedTensorType::get(shape, tensor.getElementType(),
                               tensor.getEncoding());
}

//===----------------------------------------------------------------------===//
// What it costs
//===----------------------------------------------------------------------===//

namespace {
/// Bits through the DRAM port that choices differ in.
class TrafficModel {
public:
  /// `margin`: of what calibration saw of the tensors' density; absent: they
  /// are dense.
  TrafficModel(Conv2DOp op, const Machine &machine,
               std::optional<double> margin)
      : op(op), machine(machine), margin(margin) {}

  /// Whether the layer's tensors, and the accumulators of one channel, fit.
  bool fits(ArrayRef<Piece> pieces) {
    return llvm::all_of(pieces, [&](const Piece &piece) {
      return fits(sizesOf(piece)) && accumulatorsFit(piece);
    });
  }
  bool accumulatorsFit(const Piece &piece) {
    return accumulators(piece) <= machine.accumulators();
  }

  /// The layer in pieces: each reads its rows and all weights.
  int64_t pieceBits(ArrayRef<Piece> pieces) {
    int64_t bits = (int64_t(pieces.size()) - 1) * weightBits();
    for (const Piece &piece : pieces)
      bits += machine.numPEs() * machine.elementBits() *
              llvm::sum_of(sizesOf(piece));
    return bits;
  }

  /// Dense multiplications, for one output channel, of the PEs with the largest
  /// tiles: a measure of how long the pieces take one after the other.
  int64_t criticalMultiplies(ArrayRef<Piece> pieces) {
    int64_t result = 0;
    for (const Piece &piece : pieces)
      for (auto [t, input] : llvm::enumerate(op.getInputs())) {
        auto type = withRows(input.getType(), piece.inputs[t].rows.size());
        ActivationLayout layout = getActivationLayout(type);
        result += layout.rowCut().largestTile() *
                  layout.colCut().largestTile() * type.getDimSize(1) /
                  op.getWindow(t).getGroups() * op.getFilterSize(t)[0] *
                  op.getFilterSize(t)[1];
      }
    return result;
  }

  /// The layer as a whole: what exceeds a RAM is written once, and read again
  /// for each output-channel group.
  int64_t spillBits(const Piece &whole) {
    SmallVector<int64_t> sizes = sizesOf(whole);
    int64_t ram = machine.activationRamElements();
    int64_t result = sizes.pop_back_val();
    int64_t spilledInputs = std::max<int64_t>(llvm::sum_of(sizes) - ram, 0);
    int64_t spilledResult = std::max<int64_t>(result - ram, 0);
    int64_t outputs =
        cast<RankedTensorType>(op.getResult().getType()).getDimSize(1);
    int64_t groupSize =
        std::min(outputs, machine.accumulators() / accumulators(whole));
    return machine.numPEs() * machine.elementBits() *
           (spilledInputs * (llvm::divideCeil(outputs, groupSize) + 1) +
            spilledResult);
  }

private:
  Conv2DOp op;
  const Machine &machine;
  std::optional<double> margin;

  /// Elements that a PE holds of each input, then of the result.
  SmallVector<int64_t> sizesOf(const Piece &piece) {
    SmallVector<int64_t> sizes;
    for (auto [input, rows] : llvm::zip(op.getInputs(), piece.inputs))
      sizes.push_back(expectedElements(input, rows.rows.size()));
    sizes.push_back(expectedElements(op.getResult(), piece.result.size()));
    return sizes;
  }

  int64_t expectedElements(Value value, int64_t rows) {
    ActivationLayout layout =
        getActivationLayout(withRows(value.getType(), rows));
    return margin ? getExpectedElements(value, layout, *margin)
                  : layout.maxElements();
  }

  /// Whether tensors fit the two RAMs, each tensor in one: the largest first.
  bool fits(SmallVector<int64_t> sizes) {
    llvm::sort(sizes, std::greater<int64_t>());
    int64_t free[2] = {machine.activationRamElements(),
                       machine.activationRamElements()};
    for (int64_t size : sizes) {
      int64_t *ram = llvm::find_if(free, [&](int64_t f) { return f >= size; });
      if (ram == std::end(free))
        return false;
      *ram -= size;
    }
    return true;
  }

  /// Accumulators of one output channel with output halos, the larger ones; or
  /// its pooled maxima, if they are more.
  int64_t accumulators(const Piece &piece) {
    int64_t product = 1;
    ActivationLayout pooled = getActivationLayout(
        withRows(op.getResult().getType(), piece.result.size()));
    LayoutAttr layout = getLayout(op.getResult().getType());
    for (unsigned axis : {0, 1}) {
      SmallVector<AxisInput> inputs;
      int64_t plane = op.getConvolutionPlane()[axis];
      for (auto [t, input] : llvm::enumerate(op.getInputs())) {
        AxisWindow window =
            getAxisWindow(op.getWindow(t), op.getFilterSize(t), axis);
        int64_t extent = getPlane(input.getType())[axis];
        if (axis == 0) {
          extent = piece.inputs[t].rows.size();
          window.padBefore = piece.inputs[t].padTop;
          plane = (extent + window.padBefore + piece.inputs[t].padBottom -
                   window.dilation * (window.filter - 1) - 1) /
                      window.stride +
                  1;
        }
        inputs.push_back(
            {AxisCut{layout.getCut(), extent, layout.getGrid()[axis]},
             AxisHalo{}, window});
      }
      product *=
          makeAccumulators(
              AxisCut{layout.getCut(), plane, layout.getGrid()[axis]}, inputs,
              /*outputHalos=*/true)
              .extent();
    }
    return std::max(product, pooled.rowCut().largestTile() *
                                 pooled.colCut().largestTile());
  }

  int64_t weightBits() {
    int64_t nonzero = 0;
    for (Value weights : op.getWeights())
      if (auto values = getConstantElements<int16_t>(weights))
        nonzero += llvm::count_if(*values, [](int16_t w) { return w != 0; });
    return nonzero * machine.elementBits();
  }
};
} // namespace

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

namespace {
struct DramTilingPass : public scnn::impl::DramTilingBase<DramTilingPass> {
  using DramTilingBase::DramTilingBase;

  LogicalResult initialize(MLIRContext *context) override {
    if (pieceRows >= 0)
      return success();
    return emitError(UnknownLoc::get(context),
                     "expected piece-rows of at least 0, but got ")
           << int64_t(pieceRows);
  }

  void runOnOperation() override {
    FailureOr<SmallVector<Conv2DOp>> convolutions =
        collectConvolutions(getOperation());
    if (failed(convolutions))
      return signalPassFailure();
    for (Conv2DOp op : *convolutions)
      if (failed(requireOnChip(op)))
        return signalPassFailure();
    Machine machine = getMachine(getOperation());
    for (Conv2DOp op : *convolutions) {
      SmallVector<Piece> pieces = choose(op, machine);
      if (pieces.size() > 1)
        split(op, pieces);
    }
  }

private:
  /// The pieces of a layer; a single one where it is computed as a whole.
  SmallVector<Piece> choose(Conv2DOp op, const Machine &machine) {
    int64_t rows = getPlane(op.getResult().getType())[0];
    SmallVector<Piece> whole = makePieces(op, rows);
    if (whole.empty())
      return {};
    if (pieceRows > 0) {
      SmallVector<Piece> pieces = makePieces(op, pieceRows);
      return pieces.empty() ? whole : pieces;
    }
    std::optional<double> known;
    if (!assumeDense)
      known = margin;
    TrafficModel traffic(op, machine, known);
    if (traffic.fits(whole))
      return whole;
    // Rows that divide by those of the grid, halos included, leave no PE idle.
    // Of equals, the fewest pieces read the fewest rows and weights twice, and
    // pieces of about the same height leave the most room.
    SmallVector<Piece> best;
    int64_t bestSteps = 0;
    for (int64_t height = rows - 1; height >= 1; --height) {
      SmallVector<Piece> pieces = makePieces(op, height);
      if (pieces.empty() || !traffic.fits(pieces))
        continue;
      int64_t steps = traffic.criticalMultiplies(pieces);
      if (best.empty() || steps < bestSteps ||
          (steps == bestSteps && pieces.size() == best.size())) {
        best = pieces;
        bestSteps = steps;
      }
    }
    bool canSpill = traffic.accumulatorsFit(whole.front());
    bool split = !best.empty() &&
                 (!canSpill || traffic.pieceBits(best) <
                                   traffic.spillBits(whole.front()));
    choice(op, "dram-tiling")
        << remark::add("{0}", split        ? "in pieces"
                              : best.empty() ? "even a row does not fit"
                                             : "spilling costs less")
        << remark::metric("Pieces", split ? int64_t(best.size()) : 1)
        << remark::metric("PieceRows",
                          split ? best.front().result.size() : rows)
        << remark::metric("PieceBits",
                          best.empty() ? 0 : traffic.pieceBits(best))
        << remark::metric("SpillBits",
                          canSpill ? traffic.spillBits(whole.front()) : 0);
    return split ? best : whole;
  }

  /// An input of a layer in DRAM.
  struct InDram {
    Value tensor;
    /// The row of `tensor` that is the input's row 0.
    int64_t firstRow;
  };

  InDram getInDram(Value value) {
    if (auto load = value.getDefiningOp<LoadOp>())
      return {load.getInput(), load.getRows().begin};
    for (Operation *user : value.getUsers())
      if (auto store = dyn_cast<StoreOp>(user);
          store && store.getPieces().size() == 1) {
        // The pieces may be read before the place where it was.
        if (Operation *producer = value.getDefiningOp())
          store->moveAfter(producer);
        store.setSetup(false);
        return {store.getResult(), 0};
      }
    OpBuilder builder(value.getContext());
    builder.setInsertionPointAfterValue(value);
    auto store = StoreOp::create(
        builder, value.getLoc(),
        withEncoding(cast<RankedTensorType>(value.getType()), {}), value,
        /*setup=*/UnitAttr());
    return {store.getResult(), 0};
  }

  Value load(OpBuilder &builder, Value whole, const InDram &dram, Range rows) {
    auto load = LoadOp::create(
        builder, whole.getLoc(), withRows(whole.getType(), rows.size()),
        dram.tensor, builder.getI64IntegerAttr(dram.firstRow + rows.begin),
        PlacementAttr(), /*setup=*/UnitAttr());
    return load;
  }

  Conv2DOp makeConvolution(OpBuilder &builder, Conv2DOp op, const Piece &piece,
                           ArrayRef<InDram> dram) {
    SmallVector<Value> inputs;
    SmallVector<Attribute> windows;
    for (auto [t, input] : llvm::enumerate(op.getInputs())) {
      const InputRows &rows = piece.inputs[t];
      inputs.push_back(load(builder, input, dram[t], rows.rows));
      WindowAttr window = op.getWindow(t);
      Sides padding = window.getPadding();
      padding[0] = rows.padTop;
      padding[1] = rows.padBottom;
      windows.push_back(WindowAttr::get(op.getContext(), window.getStride(),
                                        padding, window.getDilation(),
                                        window.getGroups()));
    }
    auto clone = cast<Conv2DOp>(builder.clone(*op));
    clone.getInputsMutable().assign(inputs);
    clone.setWindowsAttr(builder.getArrayAttr(windows));
    if (piece.pool)
      clone.setPoolAttr(piece.pool);
    clone.getResult().setType(
        withRows(op.getResult().getType(), piece.result.size()));
    return clone;
  }

  /// Replaces the result of `op` by its pieces, wherever it is read.
  void replaceByPieces(OpBuilder &builder, Conv2DOp op,
                       ArrayRef<Value> pieces) {
    bool wasPiece = false;
    SmallVector<StoreOp> stores;
    llvm::SmallSetVector<Operation *, 4> users(op->user_begin(),
                                               op->user_end());
    for (Operation *user : users) {
      auto store = dyn_cast<StoreOp>(user);
      if (!store)
        continue;
      if (store.getPieces().size() == 1) {
        stores.push_back(store);
        continue;
      }
      SmallVector<Value> others;
      for (Value piece : store.getPieces())
        if (piece == op.getResult())
          llvm::append_range(others, pieces);
        else
          others.push_back(piece);
      store.getPiecesMutable().assign(others);
      wasPiece = true;
    }
    if (wasPiece && op->use_empty())
      return;
    auto type = cast<RankedTensorType>(op.getResult().getType());
    Value joined = StoreOp::create(builder, op.getLoc(), withEncoding(type, {}),
                                   pieces, /*setup=*/UnitAttr());
    for (StoreOp store : stores) {
      store.replaceAllUsesWith(joined);
      store.erase();
    }
    if (!op->use_empty())
      op.replaceAllUsesWith(LoadOp::create(builder, op.getLoc(), type, joined,
                                           IntegerAttr(), PlacementAttr(),
                                           /*setup=*/UnitAttr())
                                .getResult());
  }

  void split(Conv2DOp op, ArrayRef<Piece> pieces) {
    OpBuilder builder(op);
    SmallVector<InDram> dram;
    SmallVector<Value> results;
    for (Value input : op.getInputs())
      dram.push_back(getInDram(input));
    for (const Piece &piece : pieces)
      results.push_back(makeConvolution(builder, op, piece, dram).getResult());
    replaceByPieces(builder, op, results);
    // A tensor may be several inputs.
    llvm::SmallSetVector<Value, 4> inputs(op.getInputs().begin(),
                                          op.getInputs().end());
    op.erase();
    for (Value input : inputs)
      if (auto load = input.getDefiningOp<LoadOp>())
        if (load->use_empty())
          load.erase();
  }
};
} // namespace
