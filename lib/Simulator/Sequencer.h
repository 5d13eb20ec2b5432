//===- Sequencer.h - Takes the commands in order --------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checks each command against the ones before it, keeps descriptor registers
// and the bound convolution, and hands a layer's work to the engine at its
// end.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_SIMULATOR_SEQUENCER_H
#define SCNN_LIB_SIMULATOR_SEQUENCER_H

#include "Engine.h"
#include <array>

namespace scnn::sim {

class Sequencer {
public:
  Sequencer(const Machine &machine, std::vector<isa::Command> commands,
            std::vector<uint8_t> &dram, AcceleratorOptions options);

  llvm::Expected<Event> run();

private:
  /// How far the last accumulated group is.
  enum class Stage { Idle, Accumulated, Biased, Pooled, Requantized, Written };

  llvm::Error execute(const isa::BeginLayer &command);
  llvm::Error execute(const isa::EndLayer &command);
  llvm::Error execute(const isa::CallHost &command);
  llvm::Error execute(const isa::Halt &command);
  llvm::Error execute(const isa::SetActivations &command);
  llvm::Error execute(const isa::LoadActivations &command);
  llvm::Error execute(const isa::StoreActivations &command);
  llvm::Error execute(const isa::LoadRows &command);
  llvm::Error execute(const isa::StoreRows &command);
  llvm::Error execute(const isa::SetConvolution &command);
  llvm::Error execute(const isa::BindInput &command);
  llvm::Error execute(const isa::BroadcastWeights &command);
  llvm::Error execute(const isa::Accumulate &command);
  llvm::Error execute(const isa::Exchange &command);
  llvm::Error execute(const isa::AddBias &command);
  llvm::Error execute(const isa::Pool &command);
  llvm::Error execute(const isa::Requantize &command);
  llvm::Error execute(const isa::WriteActivations &command);

  llvm::Error requireLayer() const;
  /// The stage must be `stage`.
  llvm::Error requireStage(Stage stage) const;
  /// The last group, if any, must be written.
  llvm::Error requireGroupDone() const;
  llvm::Expected<std::shared_ptr<Tensor>> tensorOf(int64_t slot) const;
  /// A slice of DRAM; an error if it is not inside.
  llvm::Expected<llvm::MutableArrayRef<uint8_t>> dramSlice(int64_t address,
                                                           int64_t bytes);
  /// Makes room for a tensor that is about to be loaded or written: forgets
  /// what lies in its region of the RAMs and, with `mayWriteDram`, of DRAM; an
  /// error if the layer uses that.
  llvm::Error claimRegion(const std::shared_ptr<Tensor> &tensor,
                          bool mayWriteDram);
  bool isUsed(const Tensor *tensor) const;
  /// The plane and cut that a `write_activations` of the group must have.
  std::pair<AxisCut, AxisCut> resultCuts(const GroupWork &group) const;

  /// Checks that a load may come now; the tensor that it fills.
  llvm::Expected<std::shared_ptr<Tensor>> beginLoad(int64_t slot);
  /// Fills the tensor with what `segmentOf` gives for each PE. `rowBits`: what
  /// crosses the DRAM port, if the tensor lies there row by row.
  llvm::Error finishLoad(
      const std::shared_ptr<Tensor> &tensor, bool fromOwnImage,
      std::optional<int64_t> rowBits,
      llvm::function_ref<llvm::Expected<ActivationSegment>(int64_t)> segmentOf);
  /// Checks that a store may come now; the tensor that it takes.
  llvm::Expected<std::shared_ptr<Tensor>> beginStore(int64_t slot);
  struct StoreWork {
    std::shared_ptr<Tensor> tensor;
    int64_t address;
    /// Where DRAM holds it row by row: the tensor there, and which rows.
    std::optional<RowLayout> layout;
    Range rows;
  };
  void finishStore(StoreWork store);
  /// The tensor of `height` rows in DRAM, and the rows of it that are the
  /// tensor's from `firstRow` on; an error if they are not inside.
  llvm::Expected<std::pair<RowLayout, Range>>
  rowsInDram(const Tensor &tensor, int64_t firstRow, int64_t height);

  /// Puts what moves after the layer's last group and before its first store
  /// into the port's queue: what pieces before have left to store, and what the
  /// PPUs spill.
  void queueEnd();
  /// Whether the next layer in the stream is a further piece of this one.
  bool isFollowedByPiece() const;
  /// Gives the port's idle time up to the PPUs' end to stores of pieces before,
  /// then to loads of the next piece (rule O6). The bits of those stores that
  /// nobody else will move.
  int64_t useIdleTime();
  /// Puts the spilled blocks that the convolution's inputs have into the port's
  /// queue, before the weights of `group`; false if there are none.
  bool queueStream(int64_t group);
  llvm::Error countInputs();
  void countTransfers();
  llvm::Error storeTensors();
  llvm::Error storeRows(const StoreWork &store);
  void storeSegments(const StoreWork &store);
  /// The tensors that the layer wrote; none if the observer wants none.
  llvm::Expected<std::vector<WrittenTensor>> writtenTensors() const;
  std::string layerName() const;

  const Machine machine;
  std::vector<isa::Command> commands;
  std::vector<uint8_t> &dram;
  AcceleratorOptions options;
  std::unique_ptr<Engine> engine;

  size_t next = 0;
  std::optional<Event> stopped;
  bool over = false;

  std::vector<ActivationRam> rams;
  std::array<std::shared_ptr<Tensor>, 16> slots;
  /// Tensors whose content lies in the RAMs.
  std::vector<std::shared_ptr<Tensor>> resident;

  // The layer that is being collected.
  bool inLayer = false;
  LayerWork work;
  LayerCounters counters;
  LayerTimeline timeline;
  /// What the port moves for it in the idle time of other pieces, and for
  /// pieces before in its own.
  std::vector<DramTransfer> idleTransfers;
  /// Whether a further piece of the same layer follows, so that it can take
  /// over what is to be stored.
  bool handsOver = false;
  std::shared_ptr<Convolution> convolution;
  std::vector<isa::BroadcastWeights> pendingWeights;
  Stage stage = Stage::Idle;
  bool stored = false;
  std::vector<StoreWork> stores;
  struct WrittenRange {
    int64_t slot;
    std::shared_ptr<Tensor> tensor;
    int64_t firstChannel, endChannel;
    /// What of it earlier layers have spilled.
    int64_t spilledBits, spilledElements;
  };
  std::vector<WrittenRange> written;
  std::vector<std::shared_ptr<Tensor>> loaded;
  std::vector<std::shared_ptr<Tensor>> readTensors;

  // From piece to piece of a layer.
  std::optional<int64_t> lastLayer;
  /// Bits of the next piece's loads that the port has moved ahead, in the
  /// cycles of the piece before.
  int64_t prefetchedBits = 0;
  int64_t lastPieceCycles = 0;
  /// Bits of stores that the port has still to move.
  int64_t storeBitsLeft = 0;
};

} // namespace scnn::sim

#endif // SCNN_LIB_SIMULATOR_SEQUENCER_H
