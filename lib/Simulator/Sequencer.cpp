//===- Sequencer.cpp - Takes the commands in order ------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sequencer.h"
#include "Errors.h"
#include "llvm/ADT/STLExtras.h"

using namespace scnn;
using namespace scnn::sim;

Sequencer::Sequencer(const Machine &machine, std::vector<isa::Command> commands,
                     std::vector<uint8_t> &dram, AcceleratorOptions options)
    : machine(machine), commands(std::move(commands)), dram(dram),
      options(std::move(options)), engine(Engine::create(this->options.engine)),
      rams(machine.numPEs()) {}

std::string Sequencer::layerName() const {
  size_t index = work.layer;
  if (index < options.layerNames.size())
    return llvm::formatv("layer {0} ({1})", index, options.layerNames[index]);
  return llvm::formatv("layer {0}", index);
}

llvm::Expected<Event> Sequencer::run() {
  if (over)
    return makeError("the program has ended");
  stopped.reset();
  while (!stopped) {
    if (next == commands.size()) {
      over = true;
      return makeError("the program ends without halt");
    }
    const isa::Command &command = commands[next];
    llvm::Error error = isa::verify(command);
    if (!error)
      error = std::visit([&](const auto &c) { return execute(c); }, command);
    if (error) {
      over = true;
      std::string where = inLayer ? layerName() + ": " : "";
      return makeError("{0}{1} (command {2}): {3}", where,
                       isa::mnemonic(command), next,
                       llvm::toString(std::move(error)));
    }
    ++next;
  }
  return *stopped;
}

//===----------------------------------------------------------------------===//
// What commands ask of those before them
//===----------------------------------------------------------------------===//

llvm::Error Sequencer::requireLayer() const {
  if (!inLayer)
    return makeError("expected to be between begin_layer and end_layer");
  if (stored)
    return makeError("only store_activations and end_layer can follow a "
                     "layer's first store_activations");
  return llvm::Error::success();
}

llvm::Error Sequencer::requireGroupDone() const {
  if (stage != Stage::Idle && stage != Stage::Written)
    return makeError("the group accumulated before is not written yet");
  return llvm::Error::success();
}

llvm::Error Sequencer::requireStage(Stage expected) const {
  static constexpr const char *names[] = {
      "no group is accumulated",  "the group is accumulated",
      "the group has its bias",   "the group is pooled",
      "the group is requantized", "the group is written"};
  if (llvm::Error error = requireLayer())
    return error;
  if (stage != expected)
    return makeError("expected that {0}, but {1}", names[size_t(expected)],
                     names[size_t(stage)]);
  return llvm::Error::success();
}

llvm::Expected<std::shared_ptr<Tensor>>
Sequencer::tensorOf(int64_t slot) const {
  if (!slots[slot])
    return makeError("slot {0} is not set", slot);
  return slots[slot];
}

llvm::Expected<llvm::MutableArrayRef<uint8_t>>
Sequencer::dramSlice(int64_t address, int64_t bytes) {
  if (address > int64_t(dram.size()) || bytes > int64_t(dram.size()) - address)
    return makeError("{0} bytes at DRAM address {1} are not within its {2} "
                     "bytes",
                     bytes, address, dram.size());
  return llvm::MutableArrayRef<uint8_t>(dram).slice(address, bytes);
}

bool Sequencer::isUsed(const Tensor *tensor) const {
  auto is = [&](const std::shared_ptr<Tensor> &t) { return t.get() == tensor; };
  return llvm::any_of(readTensors, is) || llvm::any_of(loaded, is) ||
         llvm::any_of(written,
                      [&](const WrittenRange &w) { return is(w.tensor); });
}

llvm::Error Sequencer::claimRegion(const std::shared_ptr<Tensor> &tensor,
                                   bool mayWriteDram) {
  auto isInTheWay = [&](const std::shared_ptr<Tensor> &other) {
    return other == tensor || other->overlaps(*tensor) ||
           (mayWriteDram && other->overlapsInDram(*tensor));
  };
  const isa::SetActivations &wanted = tensor->descriptor();
  for (const std::shared_ptr<Tensor> &other : resident) {
    if (!isInTheWay(other) || !isUsed(other.get()))
      continue;
    const isa::SetActivations &there = other->descriptor();
    if (other != tensor && !other->overlaps(*tensor))
      return makeError("the region of slot {0} at DRAM address {1} overlaps "
                       "that of a tensor at {2}, which the layer uses",
                       wanted.slot, wanted.address, there.address);
    return makeError(
        "the region of slot {0} (RAM {1}, elements {2} to {3}) overlaps the "
        "tensor at elements {4} to {5}, which the layer uses",
        wanted.slot, wanted.ram, wanted.offset, wanted.offset + wanted.capacity,
        there.offset, there.offset + there.capacity);
  }
  llvm::erase_if(resident, isInTheWay);
  resident.push_back(tensor);
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Sequencing
//===----------------------------------------------------------------------===//

llvm::Error Sequencer::execute(const isa::BeginLayer &command) {
  if (inLayer)
    return makeError("layers do not nest");
  inLayer = true;
  if (lastLayer != command.layer)
    prefetchedBits = 0;
  lastLayer = command.layer;
  timeline = LayerTimeline();
  idleTransfers.clear();
  work = LayerWork();
  work.layer = command.layer;
  handsOver = machine.pipelinedPieces && machine.dramBitsPerCycle != 0 &&
              isFollowedByPiece();
  counters = LayerCounters();
  counters.layer = command.layer;
  counters.pes.resize(machine.numPEs());
  convolution.reset();
  pendingWeights.clear();
  stage = Stage::Idle;
  stored = false;
  stores.clear();
  written.clear();
  loaded.clear();
  readTensors.clear();
  return llvm::Error::success();
}

llvm::Error Sequencer::execute(const isa::EndLayer &) {
  if (!inLayer)
    return makeError("no layer has begun");
  if (llvm::Error error = requireGroupDone())
    return error;
  if (!pendingWeights.empty())
    return makeError("the weights of {0} groups are broadcast, but not "
                     "accumulated",
                     pendingWeights.size());
  if (!stored)
    queueEnd();
  if (llvm::Error error = countInputs())
    return error;
  LayerRun layerRun{machine,  work,     PostProcessingUnit(machine, rams),
                    counters, timeline, options.observer};
  if (llvm::Error error = engine->run(layerRun))
    return error;
  // Before a store may write over what they have spilled.
  auto tensors = writtenTensors();
  if (!tensors)
    return tensors.takeError();
  llvm::append_range(timeline.transfers, idleTransfers);
  lastPieceCycles = timeline.cycles;
  countTransfers();
  if (llvm::Error error = storeTensors())
    return error;
  inLayer = false;
  if (options.observer) {
    options.observer->layerEnded(counters, timeline);
    if (options.observer->wantsTensors())
      options.observer->tensorsWritten(counters.layer, *tensors);
  }
  work = LayerWork();
  return llvm::Error::success();
}

llvm::Error Sequencer::execute(const isa::CallHost &command) {
  if (inLayer)
    return makeError("the host can only be called between layers");
  lastLayer.reset();
  stopped = Event{Event::CallHost, command.call};
  return llvm::Error::success();
}

llvm::Error Sequencer::execute(const isa::Halt &) {
  if (inLayer)
    return makeError("expected end_layer before");
  if (next + 1 != commands.size())
    return makeError("commands follow");
  over = true;
  stopped = Event{Event::Halt};
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

llvm::Error Sequencer::execute(const isa::SetActivations &command) {
  if (llvm::Error error = scnn::verify(layoutOf(command, machine)))
    return error;
  int64_t elements = machine.activationRamElements();
  if (command.offset + command.capacity > elements)
    return makeError(
        "the region of elements {0} to {1} ends beyond RAM {2}, which has {3} "
        "elements ({4} bytes) in each PE",
        command.offset, command.offset + command.capacity, command.ram,
        elements, machine.activationRamBytes);
  llvm::MutableArrayRef<uint8_t> image;
  if (command.spill) {
    auto bytes =
        dramSlice(command.address, layoutOf(command, machine).imageBytes());
    if (!bytes)
      return bytes.takeError();
    image = *bytes;
  }
  auto tensor = std::make_shared<Tensor>(command, machine, image);
  // The same description finds the same content.
  for (const std::shared_ptr<Tensor> &other : resident)
    if (other->sameRegion(*tensor))
      tensor = other;
  slots[command.slot] = tensor;
  return llvm::Error::success();
}

llvm::Expected<std::shared_ptr<Tensor>> Sequencer::beginLoad(int64_t slot) {
  if (llvm::Error error = requireLayer())
    return std::move(error);
  // The port serves in order: a load behind weights that wait for it would
  // never come.
  if (!pendingWeights.empty())
    return makeError("expected to come before the broadcast_weights of the "
                     "groups that follow");
  return tensorOf(slot);
}

llvm::Error Sequencer::finishLoad(
    const std::shared_ptr<Tensor> &tensor, bool fromOwnImage,
    std::optional<int64_t> rowBits,
    llvm::function_ref<llvm::Expected<ActivationSegment>(int64_t)> segmentOf) {
  if (llvm::Error error = claimRegion(tensor, /*mayWriteDram=*/!fromOwnImage))
    return error;
  tensor->clear();
  for (int64_t pe = 0; pe < machine.numPEs(); ++pe) {
    auto segment = segmentOf(pe);
    if (!segment)
      return makeError("{0}: {1}", peName(pe, machine),
                       llvm::toString(segment.takeError()));
    if (llvm::Error error = tensor->append(pe, *segment, rams))
      return error;
    counters.events.ramElementWrites += tensor->numMovedElements(pe);
    counters.events.blockCountAccesses += tensor->counts(pe).size();
  }
  tensor->issuedChannels = tensor->layout().channels;
  counters.spilledElements += tensor->numSpilledElements();
  // Of blocks that stay in the tensor's own image, only the counts come.
  int64_t bits = rowBits        ? *rowBits
                 : fromOwnImage ? tensor->ramBits() + tensor->spilledCountBits()
                                : tensor->transferBits();
  int64_t ahead = std::min(bits, prefetchedBits);
  prefetchedBits -= ahead;
  bits -= ahead;
  int64_t slot = tensor->descriptor().slot;
  if (ahead > 0)
    idleTransfers.push_back({DramTransfer::LoadActivations, slot,
                             {-lastPieceCycles, 0}, ahead, true});
  work.transfers.push_back({DramTransfer::LoadActivations, slot,
                            TransferWork::AtOnce, [bits] { return bits; }});
  if (!fromOwnImage)
    work.transfers.push_back(
        {DramTransfer::SpillActivations, slot, TransferWork::AtOnce,
         [tensor] { return tensor->spilledBits(); }});
  loaded.push_back(tensor);
  return llvm::Error::success();
}

llvm::Error Sequencer::execute(const isa::LoadActivations &command) {
  auto tensor = beginLoad(command.slot);
  if (!tensor)
    return tensor.takeError();
  const ActivationLayout &layout = (*tensor)->layout();
  int64_t segmentBytes = layout.segmentBytes();
  auto bytes = dramSlice(command.address, layout.imageBytes());
  if (!bytes)
    return bytes.takeError();
  return finishLoad(*tensor, (*tensor)->ownsImage(command.address),
                    std::nullopt, [&](int64_t pe) {
                      return readSegment(
                          layout, pe / machine.peCols, pe % machine.peCols,
                          bytes->slice(pe * segmentBytes, segmentBytes));
                    });
}

llvm::Expected<std::pair<RowLayout, Range>>
Sequencer::rowsInDram(const Tensor &tensor, int64_t firstRow, int64_t height) {
  RowLayout layout = rowLayoutOf(tensor.layout(), height);
  if (llvm::Error error = scnn::verify(layout))
    return std::move(error);
  Range rows{firstRow, firstRow + tensor.layout().height};
  if (rows.end > height)
    return makeError("rows {0} to {1} are beyond the {2} of the tensor in DRAM",
                     rows.begin, rows.end - 1, height);
  return std::pair(layout, rows);
}

llvm::Error Sequencer::execute(const isa::LoadRows &command) {
  auto tensor = beginLoad(command.slot);
  if (!tensor)
    return tensor.takeError();
  auto place = rowsInDram(**tensor, command.firstRow, command.height);
  if (!place)
    return place.takeError();
  auto [dramLayout, rows] = *place;
  auto image = dramSlice(command.address, dramLayout.imageBytes());
  if (!image)
    return image.takeError();
  const ActivationLayout &layout = (*tensor)->layout();
  int64_t plane = layout.height * layout.width;
  std::vector<int16_t> values(layout.channels * plane);
  auto used = decodeRows(dramLayout, rows, *image, values);
  if (!used)
    return used.takeError();
  return finishLoad(*tensor, /*fromOwnImage=*/false, 8 * *used,
                    [&](int64_t pe) -> llvm::Expected<ActivationSegment> {
                      ActivationSegment segment;
                      for (int64_t c = 0; c < layout.channels; ++c)
                        appendChannel(
                            layout, pe / machine.peCols, pe % machine.peCols,
                            [&](int64_t y, int64_t x) {
                              return values[c * plane + y * layout.width + x];
                            },
                            segment);
                      return segment;
                    });
}

/// An error unless all channels of the tensor are there.
static llvm::Error
requireWhole(const Tensor &tensor,
             llvm::ArrayRef<std::shared_ptr<Tensor>> resident, int64_t slot) {
  bool isThere = llvm::any_of(
      resident, [&](const auto &other) { return other.get() == &tensor; });
  if (!isThere || tensor.issuedChannels == 0)
    return makeError("nothing has been loaded or written to slot {0}, or it "
                     "was overwritten",
                     slot);
  if (tensor.issuedChannels < tensor.layout().channels)
    return makeError("only {0} of the {1} channels of slot {2} are written",
                     tensor.issuedChannels, tensor.layout().channels, slot);
  return llvm::Error::success();
}

llvm::Expected<std::shared_ptr<Tensor>> Sequencer::beginStore(int64_t slot) {
  if (!inLayer)
    return requireLayer();
  if (llvm::Error error = requireGroupDone())
    return std::move(error);
  if (!pendingWeights.empty())
    return makeError("expected to come after the layer's last accumulate");
  auto tensor = tensorOf(slot);
  if (!tensor)
    return tensor.takeError();
  if (llvm::Error error = requireWhole(**tensor, resident, slot))
    return std::move(error);
  return *tensor;
}

void Sequencer::finishStore(StoreWork store) {
  if (!stored)
    queueEnd();
  stored = true;
  int64_t slot = store.tensor->descriptor().slot;
  bool toOwnImage = !store.layout && store.tensor->ownsImage(store.address);
  if (!toOwnImage)
    work.transfers.push_back(
        {DramTransfer::StreamActivations, slot, TransferWork::AtEnd,
         [tensor = store.tensor] { return tensor->spilledBits(); }});
  auto bits = [this, tensor = store.tensor, rows = store.layout,
               toOwnImage]() -> int64_t {
    if (!rows)
      return toOwnImage ? tensor->ramBits() : tensor->transferBits();
    if (auto values = tensor->values(rams))
      return 8 * usedRowBytes(*rows, *values);
    else
      // What is wrong will be said when the rows are written.
      llvm::consumeError(values.takeError());
    return 0;
  };
  work.transfers.push_back(
      {DramTransfer::StoreActivations, slot, TransferWork::AtEnd,
       [this, bits]() -> int64_t {
         if (!handsOver)
           return bits();
         storeBitsLeft += bits();
         return 0;
       }});
  stores.push_back(std::move(store));
}

llvm::Error Sequencer::execute(const isa::StoreActivations &command) {
  auto tensor = beginStore(command.slot);
  if (!tensor)
    return tensor.takeError();
  auto bytes = dramSlice(command.address, (*tensor)->layout().imageBytes());
  if (!bytes)
    return bytes.takeError();
  finishStore({*tensor, command.address, std::nullopt, {}});
  return llvm::Error::success();
}

llvm::Error Sequencer::execute(const isa::StoreRows &command) {
  auto tensor = beginStore(command.slot);
  if (!tensor)
    return tensor.takeError();
  auto place = rowsInDram(**tensor, command.firstRow, command.height);
  if (!place)
    return place.takeError();
  auto image = dramSlice(command.address, place->first.imageBytes());
  if (!image)
    return image.takeError();
  finishStore({*tensor, command.address, place->first, place->second});
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Convolution
//===----------------------------------------------------------------------===//

llvm::Error Sequencer::execute(const isa::SetConvolution &command) {
  if (llvm::Error error = requireLayer())
    return error;
  convolution = std::make_shared<Convolution>(command, machine);
  return llvm::Error::success();
}

llvm::Error Sequencer::execute(const isa::BindInput &command) {
  if (llvm::Error error = requireLayer())
    return error;
  if (!convolution || convolution->isComplete())
    return makeError("expected a set_convolution before");
  auto tensor = tensorOf(command.slot);
  if (!tensor)
    return tensor.takeError();
  if (llvm::Error error = requireWhole(**tensor, resident, command.slot))
    return error;
  if (llvm::any_of(written,
                   [&](const WrittenRange &w) { return w.tensor == *tensor; }))
    return makeError("slot {0} is written in the same layer", command.slot);
  if (llvm::Error error = convolution->bind(*tensor, command))
    return error;
  if (!llvm::is_contained(readTensors, *tensor))
    readTensors.push_back(*tensor);
  return llvm::Error::success();
}

llvm::Error Sequencer::execute(const isa::BroadcastWeights &command) {
  if (llvm::Error error = requireLayer())
    return error;
  if (command.channels < 1)
    return makeError("expected at least one output channel");
  auto bytes = dramSlice(command.address, command.bytes);
  if (!bytes)
    return bytes.takeError();
  int64_t group = work.groups.size() + pendingWeights.size();
  pendingWeights.push_back(command);
  work.transfers.push_back({DramTransfer::Weights, group});
  return llvm::Error::success();
}

llvm::Error Sequencer::execute(const isa::Accumulate &command) {
  if (llvm::Error error = requireLayer())
    return error;
  if (llvm::Error error = requireGroupDone())
    return error;
  if (!convolution)
    return makeError("expected a set_convolution before");
  if (pendingWeights.empty())
    return makeError("expected a broadcast_weights before");
  if (!convolution->isComplete()) {
    if (llvm::Error error = convolution->complete())
      return error;
    if (llvm::Error error =
            convolution->decodeInputs(rams, machine.skipZeroActivations))
      return error;
  }
  int64_t set = work.groups.size() % 2;
  if (command.set != set)
    return makeError("expected set {0}, since sets take turns, but got {1}",
                     set, command.set);
  isa::BroadcastWeights weights = pendingWeights.front();
  pendingWeights.erase(pendingWeights.begin());
  int64_t need = weights.channels * convolution->accumulatorsPerChannel();
  if (need > machine.accumulators())
    return makeError("{0} channels of {1}x{2} need {3} accumulators in a PE, "
                     "which has {4} in a set",
                     weights.channels, convolution->command().accumulatorRows,
                     convolution->command().accumulatorCols, need,
                     machine.accumulators());
  auto image = decodeWeights(
      llvm::ArrayRef<uint8_t>(dram).slice(weights.address, weights.bytes),
      weights.channels, weights.blocks, *convolution, machine);
  if (!image)
    return image.takeError();
  for (const GroupBlock &block : image->blocks) {
    counters.weightElements += block.weights.size();
    counters.weightNonZeros += llvm::count_if(
        block.weights, [](const Weight &w) { return w.value != 0; });
    // Each PE asks how long its lists are.
    counters.events.blockCountAccesses +=
        machine.numPEs() * block.input->blocksMet();
  }
  GroupWork group;
  group.convolution = convolution;
  group.weights = std::move(*image);
  group.set = set;
  group.loadsBefore = loaded.size();
  group.streamsInputs = queueStream(work.groups.size());
  work.groups.push_back(std::move(group));
  stage = Stage::Accumulated;
  return llvm::Error::success();
}

bool Sequencer::queueStream(int64_t group) {
  int64_t bits = 0;
  for (const BoundInput &input : convolution->inputs())
    bits += input.boundTensor().spilledBits();
  if (bits == 0)
    return false;
  auto weights =
      llvm::find_if(work.transfers, [&](const TransferWork &transfer) {
        return transfer.kind == DramTransfer::Weights &&
               transfer.index == group;
      });
  work.transfers.insert(weights,
                        {DramTransfer::StreamActivations, group,
                         TransferWork::AtBarrier, [bits] { return bits; }});
  return true;
}

llvm::Error Sequencer::execute(const isa::Exchange &command) {
  static constexpr Stage stages[] = {Stage::Accumulated, Stage::Pooled,
                                     Stage::Requantized};
  if (command.kind > 2)
    return makeError("expected kind 0 (add), 1 (max) or 2 (copy), but got {0}",
                     command.kind);
  if (llvm::Error error = requireStage(stages[command.kind]))
    return error;
  PpuProgram &ppu = work.groups.back().ppu;
  std::optional<isa::Exchange> *steps[] = {&ppu.add, &ppu.max, &ppu.copy};
  if (*steps[command.kind])
    return makeError("the group has had this exchange");
  *steps[command.kind] = command;
  return llvm::Error::success();
}

llvm::Error Sequencer::execute(const isa::AddBias &command) {
  if (llvm::Error error = requireStage(Stage::Accumulated))
    return error;
  if (command.set != work.groups.back().set)
    return makeError("expected set {0} of the last accumulate, but got {1}",
                     work.groups.back().set, command.set);
  stage = Stage::Biased;
  return llvm::Error::success();
}

llvm::Error Sequencer::execute(const isa::Pool &command) {
  if (llvm::Error error = requireStage(Stage::Biased))
    return error;
  for (auto [name, value] :
       {std::pair("rows", command.rows), std::pair("cols", command.cols),
        std::pair("stride_rows", command.strideRows),
        std::pair("stride_cols", command.strideCols),
        std::pair("height", command.height), std::pair("width", command.width)})
    if (value < 1)
      return makeError("expected {0} to be at least 1, but got {1}", name,
                       value);
  GroupWork &group = work.groups.back();
  AxisCut rows{CutPolicy(command.policy), command.height, machine.peRows};
  AxisCut cols{CutPolicy(command.policy), command.width, machine.peCols};
  int64_t need = rows.largestTile() * cols.largestTile() * group.channels();
  if (need > machine.accumulators())
    return makeError("{0} channels of a pooled tile of {1}x{2} are {3} values, "
                     "which {4} accumulators cannot give",
                     group.channels(), rows.largestTile(), cols.largestTile(),
                     need, machine.accumulators());
  group.ppu.pool = command;
  stage = Stage::Pooled;
  return llvm::Error::success();
}

llvm::Error Sequencer::execute(const isa::Requantize &command) {
  if (llvm::Error error =
          requireStage(stage == Stage::Pooled ? Stage::Pooled : Stage::Biased))
    return error;
  if (command.minimum > command.maximum)
    return makeError("expected a minimum of at most the maximum, but got {0} "
                     "and {1}",
                     command.minimum, command.maximum);
  work.groups.back().ppu.requantize = command;
  stage = Stage::Requantized;
  return llvm::Error::success();
}

std::pair<AxisCut, AxisCut>
Sequencer::resultCuts(const GroupWork &group) const {
  if (const auto &pool = group.ppu.pool)
    return {{CutPolicy(pool->policy), pool->height, machine.peRows},
            {CutPolicy(pool->policy), pool->width, machine.peCols}};
  return {group.convolution->rowCut(), group.convolution->colCut()};
}

llvm::Error Sequencer::execute(const isa::WriteActivations &command) {
  if (llvm::Error error = requireStage(
          stage == Stage::Written ? Stage::Written : Stage::Requantized))
    return error;
  auto found = tensorOf(command.slot);
  if (!found)
    return found.takeError();
  std::shared_ptr<Tensor> tensor = *found;
  const ActivationLayout &layout = tensor->layout();
  GroupWork &group = work.groups.back();

  auto [rows, cols] = resultCuts(group);
  if (layout.height != rows.extent || layout.width != cols.extent ||
      layout.policy != rows.policy)
    return makeError("expected slot {0} to have the group's plane of {1}x{2} "
                     "and policy {3}, but it has {4}x{5} and policy {6}",
                     command.slot, rows.extent, cols.extent,
                     uint32_t(rows.policy), layout.height, layout.width,
                     uint32_t(layout.policy));
  int64_t end = command.firstChannel + group.channels();
  if (end > layout.channels)
    return makeError("channels {0} to {1} are beyond the {2} of slot {3}",
                     command.firstChannel, end - 1, layout.channels,
                     command.slot);
  if (command.firstChannel == 0) {
    if (llvm::Error error = claimRegion(tensor, /*mayWriteDram=*/true))
      return error;
  } else if (!llvm::is_contained(resident, tensor) ||
             tensor->issuedChannels != command.firstChannel) {
    return makeError(
        "expected channel {0} of slot {1} to be written next, but "
        "got {2}",
        llvm::is_contained(resident, tensor) ? tensor->issuedChannels : 0,
        command.slot, command.firstChannel);
  } else if (llvm::is_contained(readTensors, tensor)) {
    return makeError("slot {0} is an input of the same layer", command.slot);
  }
  tensor->issuedChannels = end;
  auto known = llvm::find_if(
      written, [&](const WrittenRange &w) { return w.tensor == tensor; });
  if (known == written.end()) {
    bool begins = command.firstChannel == 0;
    written.push_back({command.slot, tensor, command.firstChannel, end,
                       begins ? 0 : tensor->spilledBits(),
                       begins ? 0 : tensor->numSpilledElements()});
  } else {
    known->endChannel = end;
  }
  group.ppu.writes.push_back({tensor, command});
  stage = Stage::Written;
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// End of a layer
//===----------------------------------------------------------------------===//

bool Sequencer::isFollowedByPiece() const {
  for (const isa::Command &command :
       llvm::ArrayRef(commands).drop_front(next + 1)) {
    if (auto *begin = std::get_if<isa::BeginLayer>(&command))
      return begin->layer == work.layer;
    if (std::holds_alternative<isa::CallHost>(command))
      return false;
  }
  return false;
}

int64_t Sequencer::useIdleTime() {
  int64_t ppuEnd = timeline.groups.empty() ? 0 : timeline.groups.back().ppuEnd;
  int64_t idle = ppuEnd * machine.dramBitsPerCycle;
  for (const DramTransfer &transfer : timeline.transfers)
    if (transfer.kind != DramTransfer::Weights || machine.weightsThroughDramPort)
      idle -= transfer.bits;
  idle = std::max<int64_t>(idle, 0);
  int64_t moved = std::min(storeBitsLeft, idle);
  storeBitsLeft -= moved;
  if (moved > 0)
    idleTransfers.push_back(
        {DramTransfer::StoreActivations, 0, {0, ppuEnd}, moved, true});
  prefetchedBits = handsOver ? idle - moved : 0;
  return handsOver ? 0 : std::exchange(storeBitsLeft, 0);
}

void Sequencer::queueEnd() {
  if (handsOver || storeBitsLeft > 0)
    work.transfers.push_back({DramTransfer::StoreActivations, 0,
                              TransferWork::AtEnd,
                              [this] { return useIdleTime(); }});
  for (const WrittenRange &range : written)
    work.transfers.push_back(
        {DramTransfer::SpillActivations, range.slot, TransferWork::AtEnd,
         [tensor = range.tensor, before = range.spilledBits] {
           return tensor->spilledBits() - before;
         }});
}

llvm::Error Sequencer::countInputs() {
  for (const std::shared_ptr<Tensor> &tensor : readTensors) {
    const ActivationLayout &layout = tensor->layout();
    counters.inputPositions += layout.channels * layout.height * layout.width;
    for (int64_t pe = 0; pe < machine.numPEs(); ++pe) {
      Range rows = layout.rowCut().owned(pe / machine.peCols);
      Range cols = layout.colCut().owned(pe % machine.peCols);
      if (llvm::Error error = tensor->forEachElement(
              pe, rams, [&](int64_t, int64_t y, int64_t x, int16_t value) {
                if (value != 0 && rows.contains(y) && cols.contains(x))
                  ++counters.inputNonZeros;
              }))
        return error;
      counters.pes[pe].inputElements += tensor->numElements(pe);
    }
  }
  return llvm::Error::success();
}

void Sequencer::countTransfers() {
  for (const DramTransfer &transfer : timeline.transfers)
    switch (transfer.kind) {
    case DramTransfer::Weights:
      break;
    case DramTransfer::StreamActivations:
      counters.spilledBitsRead += transfer.bits;
      [[fallthrough]];
    case DramTransfer::LoadActivations:
      counters.events.dramActivationBitsRead += transfer.bits;
      break;
    case DramTransfer::SpillActivations:
      counters.spilledBitsWritten += transfer.bits;
      [[fallthrough]];
    case DramTransfer::StoreActivations:
      counters.events.dramActivationBitsWritten += transfer.bits;
      break;
    }
  for (const WrittenRange &range : written)
    counters.spilledElements +=
        range.tensor->numSpilledElements() - range.spilledElements;
}

llvm::Error Sequencer::storeTensors() {
  for (const StoreWork &store : stores) {
    const Tensor &tensor = *store.tensor;
    for (int64_t pe = 0; pe < machine.numPEs(); ++pe) {
      counters.events.ramElementReads += tensor.numMovedElements(pe);
      counters.events.blockCountAccesses += tensor.counts(pe).size();
    }
    if (!store.layout)
      storeSegments(store);
    else if (llvm::Error error = storeRows(store))
      return error;
  }
  return llvm::Error::success();
}

llvm::Error Sequencer::storeRows(const StoreWork &store) {
  auto image =
      llvm::cantFail(dramSlice(store.address, store.layout->imageBytes()));
  auto values = store.tensor->values(rams);
  if (!values)
    return values.takeError();
  encodeRows(*store.layout, store.rows, *values, image);
  return llvm::Error::success();
}

void Sequencer::storeSegments(const StoreWork &store) {
  const Tensor &tensor = *store.tensor;
  int64_t segmentBytes = tensor.layout().segmentBytes();
  auto image =
      llvm::cantFail(dramSlice(store.address, tensor.layout().imageBytes()));
  for (int64_t pe = 0; pe < machine.numPEs(); ++pe) {
    ActivationSegment segment;
    llvm::append_range(segment.counts, tensor.counts(pe));
    segment.elements = tensor.elements(pe, rams);
    writeSegment(tensor.layout(), segment,
                 image.slice(pe * segmentBytes, segmentBytes));
  }
}

llvm::Expected<std::vector<WrittenTensor>> Sequencer::writtenTensors() const {
  std::vector<WrittenTensor> tensors;
  if (!options.observer || !options.observer->wantsTensors())
    return tensors;
  for (const WrittenRange &range : written) {
    auto values = range.tensor->values(rams);
    if (!values)
      return values.takeError();
    tensors.push_back({range.slot, range.tensor->layout(), range.firstChannel,
                       range.endChannel, std::move(*values)});
  }
  return tensors;
}
