//===- ActivationRam.h - The activation RAMs and the tensors in them ------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each PE has two RAMs of elements. A tensor's descriptor names a RAM and a
// region in it, the same in every PE; how many elements each block has stands
// beside the RAM. Blocks that the region does not hold are in the tensor's own
// region of DRAM, if it has one: they are *spilled*.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_SIMULATOR_ACTIVATIONRAM_H
#define SCNN_LIB_SIMULATOR_ACTIVATIONRAM_H

#include "scnn/ISA/ActivationDescriptor.h"
#include "scnn/Layout/RowImage.h"
#include <memory>
#include <vector>

namespace scnn::sim {

/// The two activation RAMs of one PE.
class ActivationRam {
public:
  /// `elements` from `begin` on.
  llvm::ArrayRef<Element> read(int64_t ram, int64_t begin,
                               int64_t elements) const;
  void write(int64_t ram, int64_t begin, llvm::ArrayRef<Element> elements);

private:
  /// Grown to the last element written.
  std::vector<Element> rams[2];
};

/// A tensor in the RAMs, as `set_activations` describes it.
class Tensor {
public:
  /// `image` is the tensor's own region of DRAM; empty if it must not spill.
  Tensor(const isa::SetActivations &descriptor, const Machine &machine,
         llvm::MutableArrayRef<uint8_t> image);

  const ActivationLayout &layout() const { return tensorLayout; }
  const isa::SetActivations &descriptor() const { return command; }

  /// Whether both name the same region, laid out the same way.
  bool sameRegion(const Tensor &other) const;
  /// Whether their regions of the RAMs, or of DRAM, overlap.
  bool overlaps(const Tensor &other) const;
  bool overlapsInDram(const Tensor &other) const;
  /// Whether DRAM address `address` is the tensor's own region.
  bool ownsImage(int64_t address) const {
    return !image.empty() && command.address == address;
  }

  /// Channels that commands issued so far have loaded or written.
  int64_t issuedChannels = 0;

  /// Forgets the content.
  void clear();
  /// Appends whole channels to what PE `pe` holds: block by block to the RAM,
  /// as long as they fit, then to DRAM. An error gives need and capacity in
  /// elements and bytes if the region is too small and there is none in DRAM.
  llvm::Error append(int64_t pe, const ActivationSegment &segment,
                     std::vector<ActivationRam> &rams);
  /// What PE `pe` holds, spilled blocks included.
  llvm::ArrayRef<uint16_t> counts(int64_t pe) const { return tiles[pe].counts; }
  llvm::SmallVector<Element, 0>
  elements(int64_t pe, const std::vector<ActivationRam> &rams) const;
  int64_t numElements(int64_t pe) const { return tiles[pe].elements; }
  /// Elements in the RAM of PE `pe`.
  int64_t numRamElements(int64_t pe) const { return tiles[pe].ramElements; }
  /// Elements that a PE has written to its RAM, or reads to store the tensor:
  /// those in the RAM, or, on a machine that keeps zeros, all positions.
  int64_t numMovedElements(int64_t pe) const;
  /// Elements in DRAM only, over all PEs.
  int64_t numSpilledElements() const;

  /// Bits on the DRAM port (rule D2): of the whole tensor, of the part in the
  /// RAMs, of the spilled part.
  int64_t transferBits() const;
  int64_t ramBits() const;
  int64_t spilledBits() const;
  /// Bits of the spilled blocks' counts.
  int64_t spilledCountBits() const;

  /// Calls `visit` for each element of PE `pe`, placeholders included. An
  /// error if the spilled blocks in DRAM are malformed.
  llvm::Error forEachElement(
      int64_t pe, const std::vector<ActivationRam> &rams,
      llvm::function_ref<void(int64_t, int64_t, int64_t, int16_t)> visit) const;
  /// [C][H][W], what each PE owns; channels not yet written are 0.
  /// An error if the spilled blocks in DRAM are malformed.
  llvm::Expected<std::vector<int16_t>>
  values(const std::vector<ActivationRam> &rams) const;

private:
  /// The first `ramBlocks` blocks, `ramElements` elements, are in the RAM.
  struct Tile {
    llvm::SmallVector<uint16_t, 0> counts;
    int64_t elements = 0;
    int64_t ramBlocks = 0, ramElements = 0;

    int64_t spilledBlocks() const { return counts.size() - ramBlocks; }
    int64_t spilledElements() const { return elements - ramElements; }
  };

  /// Bits on the DRAM port of a part of each tile: so many blocks, with so
  /// many elements.
  int64_t bitsOf(llvm::function_ref<std::pair<int64_t, int64_t>(const Tile &)>
                     part) const;

  llvm::MutableArrayRef<uint8_t> segment(int64_t pe) const {
    int64_t bytes = tensorLayout.segmentBytes();
    return image.slice(pe * bytes, bytes);
  }

  isa::SetActivations command;
  ActivationLayout tensorLayout;
  bool skipsZeros;
  llvm::MutableArrayRef<uint8_t> image;
  std::vector<Tile> tiles;
};

/// The DRAM tensor of `height` rows of which the descriptor's is a piece.
RowLayout rowLayoutOf(const ActivationLayout &piece, int64_t height);

} // namespace scnn::sim

#endif // SCNN_LIB_SIMULATOR_ACTIVATIONRAM_H
