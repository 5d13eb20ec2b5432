//===- Pipelines.h - The way from a model to commands ---------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_PIPELINES_PIPELINES_H
#define SCNN_PIPELINES_PIPELINES_H

#include "scnn/Dialect/SCNN/Transforms/Passes.h"

#include "mlir/Pass/PassOptions.h"

namespace scnn {

/// Options of the mapping: those of the passes, by the same names.
struct MappingOptions : mlir::PassPipelineOptions<MappingOptions> {
  Option<CutPolicy> cut{
      *this, "cut", llvm::cl::desc("How planes are cut over the PE grid"),
      llvm::cl::values(clEnumValN(CutPolicy::Ceil, "ceil",
                                  "tiles of ceil(extent / PEs)"),
                       clEnumValN(CutPolicy::Balanced, "balanced",
                                  "tiles differ by one at most")),
      llvm::cl::init(CutPolicy::Ceil)};
  Option<MapperKind> mapper{
      *this, "mapper", llvm::cl::desc("Who chooses the mapping"),
      llvm::cl::values(clEnumValN(MapperKind::Paper, "paper",
                                  "the paper's choice"),
                       clEnumValN(MapperKind::Search, "search",
                                  "fewest cycles by the cost model")),
      llvm::cl::init(MapperKind::Paper)};
  Option<int64_t> pieceRows{
      *this, "piece-rows",
      llvm::cl::desc("Rows of a piece of every layer's result, computed "
                     "through DRAM; 0: what fits the RAMs"),
      llvm::cl::init(0)};
  Option<double> margin{
      *this, "margin",
      llvm::cl::desc("Part of the calibrated density that regions of the "
                     "activation RAMs hold above it"),
      llvm::cl::init(0.05)};
  Option<bool> assumeDense{
      *this, "assume-dense",
      llvm::cl::desc("Size regions of the activation RAMs for the worst case"),
      llvm::cl::init(false)};
  Option<int64_t> groupSize{
      *this, "group-size",
      llvm::cl::desc("Largest output-channel group; 0: what the accumulators "
                     "allow"),
      llvm::cl::init(0)};
  Option<HaloMode> halo{
      *this, "halo", llvm::cl::desc("Which operand crosses tile borders"),
      llvm::cl::values(
          clEnumValN(HaloMode::Output, "output", "partial sums"),
          clEnumValN(HaloMode::Input, "input", "replicated activations")),
      llvm::cl::init(HaloMode::Output)};
  Option<BlockOrder> order{
      *this, "order", llvm::cl::desc("Linearisation order of weight blocks"),
      llvm::cl::values(
          clEnumValN(BlockOrder::KRS, "krs",
                     "output channel, filter row, filter column"),
          clEnumValN(BlockOrder::RSK, "rsk",
                     "filter row, filter column, output channel")),
      llvm::cl::init(BlockOrder::KRS)};
  Option<int64_t> rowPad{
      *this, "row-pad",
      llvm::cl::desc("Accumulators that each row has beyond those that it "
                     "needs; -1: 1 where banks would be overloaded"),
      llvm::cl::init(-1)};
};

/// TOSA and linalg convolutions become scnn convolutions on f32, and all scnn
/// operations fuse into convolutions. `pruneDensity`, if given: see
/// `scnn-prune`.
void buildRaisingPipeline(mlir::OpPassManager &manager,
                          std::optional<double> pruneDensity = std::nullopt);

/// f32 convolutions, with ranges, become those of one image each, whose inputs
/// the activation RAMs can hold.
void buildSplittingPipeline(mlir::OpPassManager &manager);

/// f32 convolutions, with ranges, to fixed point; what is left to the host is
/// outlined. `headroom`: see `scnn-quantize`.
void buildQuantizationPipeline(mlir::OpPassManager &manager,
                               double headroom = 0.05);

/// Tiling, grouping, layout, halos, memory.
void buildMappingPipeline(mlir::OpPassManager &manager,
                          const MappingOptions &options);

/// The whole way, `--scnn-pipeline`: from f32 with ranges to commands.
void buildPipeline(mlir::OpPassManager &manager, const MappingOptions &options);

/// Registers `--scnn-pipeline`.
void registerPipelines();

} // namespace scnn

#endif // SCNN_PIPELINES_PIPELINES_H
