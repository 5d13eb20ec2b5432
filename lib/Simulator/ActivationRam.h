//===- ActivationRam.h - The activation RAMs and the tensors in them ------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each PE has two RAMs of elements. A tensor's descriptor names a RAM and a
// region in it, the same in every PE; how many elements each block has stands
// beside the RAM.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_SIMULATOR_ACTIVATIONRAM_H
#define SCNN_LIB_SIMULATOR_ACTIVATIONRAM_H

#include "scnn/ISA/ISA.h"
#include "scnn/Layout/ActivationImage.h"
#include "scnn/Layout/RowImage.h"
#include "scnn/Machine/Machine.h"
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
  Tensor(const isa::SetActivations &descriptor, const Machine &machine);

  const ActivationLayout &layout() const { return tensorLayout; }
  const isa::SetActivations &descriptor() const { return command; }

  /// Whether both name the same region, laid out the same way.
  bool sameRegion(const Tensor &other) const;
  bool overlaps(const Tensor &other) const;

  /// Channels that commands issued so far have loaded or written.
  int64_t issuedChannels = 0;

  /// Forgets the content.
  void clear();
  /// Appends whole channels to what PE `pe` holds; an error gives need and
  /// capacity in elements and bytes if the region is too small.
  llvm::Error append(int64_t pe, const ActivationSegment &segment,
                     std::vector<ActivationRam> &rams);
  /// What PE `pe` holds.
  llvm::ArrayRef<uint16_t> counts(int64_t pe) const { return tiles[pe].counts; }
  llvm::ArrayRef<Element>
  elements(int64_t pe, const std::vector<ActivationRam> &rams) const;
  int64_t numElements(int64_t pe) const { return tiles[pe].elements; }
  /// Bits that the tensor takes on the DRAM port (rule D2).
  int64_t transferBits() const;
  /// Calls `visit` for each element of PE `pe`, placeholders included.
  void forEachElement(
      int64_t pe, const std::vector<ActivationRam> &rams,
      llvm::function_ref<void(int64_t, int64_t, int64_t, int16_t)> visit) const;
  /// [C][H][W], what each PE owns; channels not yet written are 0.
  std::vector<int16_t> values(const std::vector<ActivationRam> &rams) const;

private:
  struct Tile {
    llvm::SmallVector<uint16_t, 0> counts;
    int64_t elements = 0;
  };

  isa::SetActivations command;
  ActivationLayout tensorLayout;
  std::vector<Tile> tiles;
};

/// The layout that a descriptor gives on a machine.
ActivationLayout layoutOf(const isa::SetActivations &descriptor,
                          const Machine &machine);

/// The DRAM tensor of `height` rows of which the descriptor's is a piece.
RowLayout rowLayoutOf(const ActivationLayout &piece, int64_t height);

} // namespace scnn::sim

#endif // SCNN_LIB_SIMULATOR_ACTIVATIONRAM_H
