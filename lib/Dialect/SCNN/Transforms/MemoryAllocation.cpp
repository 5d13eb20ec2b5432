//===- MemoryAllocation.cpp - Places activations in the RAMs --------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/Transforms/ConvolutionGeometry.h"
#include "scnn/Dialect/SCNN/Transforms/Passes.h"
#include "scnn/Dialect/SCNN/Transforms/Remarks.h"

#include "llvm/Support/Format.h"

namespace scnn {
#define GEN_PASS_DEF_MEMORYALLOCATION
#include "scnn/Dialect/SCNN/Transforms/Passes.h.inc"
} // namespace scnn

using namespace mlir;
using namespace scnn;

namespace {

/// A tensor that stays in the activation RAMs for some layers.
struct Resident {
  Value value;
  /// Layers (numbered by their accumulate) from which to which, inclusive.
  int64_t first, last;
  /// Position in the program, among tensors that begin with the same layer.
  int64_t order;
  /// Elements that the region holds.
  int64_t capacity;
  int64_t ram = 0, offset = 0;
  /// Less than was expected to be stored fits.
  bool spills = false;

  bool overlaps(const Resident &other) const {
    return first <= other.last && other.first <= last;
  }
};

struct MemoryAllocationPass
    : public scnn::impl::MemoryAllocationBase<MemoryAllocationPass> {
  using MemoryAllocationBase::MemoryAllocationBase;

  void runOnOperation() override {
    // The convolutions of the host are in no RAM.
    if (getOperation()->hasAttr(SCNNDialect::kHostAttr))
      return;
    if (!(margin >= 0.0 && margin <= 10.0)) {
      getOperation().emitError("expected margin in 0 ... 10, but got ")
          << std::to_string(margin);
      return signalPassFailure();
    }
    machine = getMachine(getOperation());
    if (failed(collect()))
      return signalPassFailure();
    for (size_t i = 0; i < residents.size(); ++i)
      if (failed(place(i)))
        return signalPassFailure();
    for (const Resident &resident : residents)
      resident.value.getDefiningOp()->setAttr(
          "placement",
          PlacementAttr::get(&getContext(), resident.ram, resident.offset,
                             resident.capacity));
    for (auto [number, layer] : llvm::enumerate(layers))
      keepSetupOnChip(layer, number);
  }

private:
  Machine machine;
  SmallVector<Resident, 0> residents;
  /// The accumulates, which number the layers.
  SmallVector<AccumulateOp> layers;
  DenseMap<Value, size_t> residentOf;

  /// The layer of a step of a convolution: that of the accumulate before it.
  static AccumulateOp accumulateOf(Operation *step) {
    while (step && !isa<AccumulateOp>(step))
      step = step->getOperand(0).getDefiningOp();
    return cast_or_null<AccumulateOp>(step);
  }

  LogicalResult collect() {
    DenseMap<Operation *, int64_t> number;
    WalkResult walked = getOperation().walk([&](Operation *op) {
      if (isa<Conv2DOp>(op)) {
        op->emitError("layer '")
            << getLayerName(op)
            << "': expected a convolution in its steps (run "
               "--scnn-halo-insertion first)";
        return WalkResult::interrupt();
      }
      if (auto accumulate = dyn_cast<AccumulateOp>(op)) {
        number[op] = layers.size();
        layers.push_back(accumulate);
      }
      return WalkResult::advance();
    });
    if (walked.wasInterrupted())
      return failure();

    walked = getOperation().walk([&](Operation *op) {
      if (op->getNumResults() != 1 || !isResident(op))
        return WalkResult::advance();
      Value value = op->getResult(0);
      Resident resident{value, int64_t(layers.size()), -1,
                        int64_t(residents.size()),
                        capacityFor(value)};
      // A computed tensor is there from its own layer on.
      if (!isa<LoadOp>(op)) {
        AccumulateOp producer = accumulateOf(op);
        if (!producer) {
          op->emitError("layer '") << getLayerName(op)
                                   << "': expected scnn.accumulate to begin "
                                      "the steps of a convolution";
          return WalkResult::interrupt();
        }
        resident.first = resident.last = number[producer];
      }
      for (Operation *user : value.getUsers()) {
        auto found = number.find(user);
        if (found == number.end())
          continue;
        resident.first = std::min(resident.first, found->second);
        resident.last = std::max(resident.last, found->second);
      }
      if (resident.last >= 0)
        residents.push_back(resident);
      return WalkResult::advance();
    });
    if (walked.wasInterrupted())
      return failure();
    llvm::sort(residents, [](const Resident &a, const Resident &b) {
      return std::pair(a.first, a.order) < std::pair(b.first, b.order);
    });
    for (auto [index, resident] : llvm::enumerate(residents))
      residentOf[resident.value] = index;
    return success();
  }

  int64_t capacityFor(Value value) const {
    ActivationLayout layout = getActivationLayout(value.getType());
    return assumeDense || !spill ? layout.maxElements()
                                 : getExpectedElements(value, layout, margin);
  }

  /// Whether the result of `op` is what consumers read from the RAMs: a
  /// computed tensor is first widened by its replicas, if it has any.
  static bool isResident(Operation *op) {
    if (isa<LoadOp>(op))
      return true;
    if (auto exchange = dyn_cast<ExchangeOp>(op))
      return exchange.getKind() == ExchangeKind::Copy;
    if (!isa<RequantizeOp>(op))
      return false;
    return llvm::none_of(op->getUsers(), [](Operation *user) {
      return isa<ExchangeOp>(user);
    });
  }

  LogicalResult place(size_t index) {
    Resident &resident = residents[index];
    int64_t preferred = preferredRam(resident);
    for (int64_t ram : {preferred, 1 - preferred})
      for (Range gap : gaps(index, ram))
        if (gap.size() >= resident.capacity) {
          setRegion(resident, ram, gap.begin, resident.capacity, "fits");
          return success();
        }
    if (!spill)
      return reportFull(index);
    // What the largest gap does not hold is spilled.
    int64_t largestRam = preferred;
    Range largest{0, 0};
    for (int64_t ram : {preferred, 1 - preferred})
      for (Range gap : gaps(index, ram))
        if (gap.size() > largest.size()) {
          largest = gap;
          largestRam = ram;
        }
    setRegion(resident, largestRam, largest.begin, largest.size(), "spills");
    resident.spills = true;
    return success();
  }

  void setRegion(Resident &resident, int64_t ram, int64_t offset,
                 int64_t capacity, StringRef how) {
    int64_t wanted = resident.capacity;
    resident.ram = ram;
    resident.offset = offset;
    resident.capacity = capacity;
    choice(resident.value.getDefiningOp(), "memory-allocation")
        << remark::add("{0}", how) << remark::metric("Ram", ram)
        << remark::metric("Offset", offset)
        << remark::metric("Capacity", capacity)
        << remark::metric("Bytes", bytes(capacity))
        << remark::metric("Expected", wanted)
        << remark::metric(
               "WorstCase",
               getActivationLayout(resident.value.getType()).maxElements())
        << remark::metric("FirstLayer", resident.first)
        << remark::metric("LastLayer", resident.last);
  }

  /// The RAM that the layer does not read from.
  int64_t preferredRam(const Resident &resident) {
    if (isa<LoadOp>(resident.value.getDefiningOp()))
      return 0;
    auto found = residentOf.find(layers[resident.first].getInputs()[0]);
    return found == residentOf.end() ? 0 : 1 - residents[found->second].ram;
  }

  /// What is free in a RAM while the tensor lives, in ascending order.
  SmallVector<Range> gaps(size_t index, int64_t ram) {
    const Resident &wanted = residents[index];
    SmallVector<Range> taken, free;
    for (const Resident &other : ArrayRef(residents).take_front(index))
      if (other.ram == ram && other.overlaps(wanted))
        taken.push_back({other.offset, other.offset + other.capacity});
    llvm::sort(taken, [](Range a, Range b) { return a.begin < b.begin; });
    int64_t offset = 0;
    for (Range range : taken) {
      if (offset < range.begin)
        free.push_back({offset, range.begin});
      offset = std::max(offset, range.end);
    }
    free.push_back({offset, machine.activationRamElements()});
    return free;
  }

  int64_t bytes(int64_t elements) const {
    return (elements * machine.elementBits() + 7) / 8;
  }

  /// The PE with the largest tile, which is what does not fit.
  static Pair largestPE(const ActivationLayout &layout) {
    Pair largest{0, 0};
    for (int64_t row = 0; row < layout.grid[0]; ++row)
      for (int64_t col = 0; col < layout.grid[1]; ++col)
        if (layout.maxElements(row, col) >
            layout.maxElements(largest[0], largest[1]))
          largest = Pair{row, col};
    return largest;
  }

  /// Where a layer's tensors do not fit the RAMs, the network around cannot
  /// have left them there: loading and storing them is the layer's own work.
  void keepSetupOnChip(AccumulateOp layer, int64_t number) {
    SmallVector<Resident *> own;
    for (Value input : layer.getInputs())
      if (auto found = residentOf.find(input); found != residentOf.end())
        own.push_back(&residents[found->second]);
    for (Resident &resident : residents)
      if (resident.first == number &&
          !isa<LoadOp>(resident.value.getDefiningOp()))
        own.push_back(&resident);
    if (llvm::none_of(own, [](Resident *tensor) { return tensor->spills; }))
      return;
    for (Resident *tensor : own) {
      if (auto load = tensor->value.getDefiningOp<LoadOp>())
        load.setSetup(false);
      for (Operation *user : tensor->value.getUsers())
        if (auto store = dyn_cast<StoreOp>(user))
          store.setSetup(false);
    }
  }

  LogicalResult reportFull(size_t index) {
    const Resident &wanted = residents[index];
    Operation *op = wanted.value.getDefiningOp();
    Pair pe = largestPE(getActivationLayout(wanted.value.getType()));
    InFlightDiagnostic error = op->emitError("layer '");
    error << getLayerName(op) << "': the activation tile of PE (" << pe[0]
          << ", " << pe[1] << ") needs " << bytes(wanted.capacity)
          << " bytes (" << wanted.capacity
          << " elements), but neither activation RAM of "
          << machine.activationRamBytes << " bytes has that much free";
    for (int64_t ram : {0, 1})
      for (const Resident &other : ArrayRef(residents).take_front(index))
        if (other.ram == ram && other.overlaps(wanted)) {
          Operation *owner = other.value.getDefiningOp();
          error.attachNote(owner->getLoc())
              << "RAM " << ram << ": '" << getLayerName(owner)
              << "' at elements " << other.offset << " ... "
              << other.offset + other.capacity - 1 << " ("
              << bytes(other.capacity) << " bytes), layers " << other.first
              << " ... " << other.last;
        }
    return error;
  }
};
} // namespace
