//===- LayerTable.h - Layers known by shape and density ------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_IMPORT_LAYERS_LAYERTABLE_H
#define SCNN_IMPORT_LAYERS_LAYERTABLE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace scnn {

/// Max pooling over square windows of a convolution's result.
struct LayerPool {
  int64_t size = 1, stride = 1, pad = 0;
};

/// A convolution, ReLU and perhaps max pooling, of which nothing is known but
/// shape and densities: a row of a layer table.
struct LayerRow {
  std::string name;
  /// Where it stands in the file.
  int64_t line = 0;
  /// Of the whole input, [C, H, W], and of the filters, K of [C / groups, R, S].
  int64_t channels = 1, height = 1, width = 1;
  int64_t outputs = 1, filterRows = 1, filterCols = 1;
  /// Along both axes; padding on all sides.
  int64_t stride = 1, pad = 0;
  int64_t groups = 1;
  std::optional<LayerPool> pool;
  /// Non-zeros / all, 0 ... 1; absent: not known. `outputDensity` is that after
  /// ReLU and pooling.
  std::optional<double> weightDensity, activationDensity, outputDensity;
  /// What the table calls its kind, `conv` if it does not say.
  std::string type = "conv";

  int64_t inputSize() const { return channels * height * width; }
  /// Weights of one output channel.
  int64_t weightsPerOutput() const {
    return channels / groups * filterRows * filterCols;
  }
  /// The result's plane, before pooling and after.
  int64_t convolvedHeight() const { return convolved(height, filterRows); }
  int64_t convolvedWidth() const { return convolved(width, filterCols); }
  int64_t outputHeight() const { return pooled(convolvedHeight()); }
  int64_t outputWidth() const { return pooled(convolvedWidth()); }
  int64_t macs() const {
    return convolvedHeight() * convolvedWidth() * outputs * weightsPerOutput();
  }

private:
  /// Windows that fit an extent; at most 0 if none does.
  static int64_t windows(int64_t extent, int64_t window, int64_t step) {
    return extent < window ? 0 : (extent - window) / step + 1;
  }
  int64_t convolved(int64_t extent, int64_t filter) const {
    return windows(extent + 2 * pad, filter, stride);
  }
  int64_t pooled(int64_t extent) const {
    return pool ? windows(extent + 2 * pool->pad, pool->size, pool->stride)
                : extent;
  }
};

/// A layer table: its rows have different names and shapes that are possible.
struct LayerTable {
  std::string file;
  std::vector<LayerRow> layers;
};

/// Parses a layer table. Columns `layer`, `C`, `H`, `W`, `K`, `R`, `S` must be
/// there; `stride` (1), `pad` (0), `groups` (1), `pool` (none), `pool_stride`
/// (pool), `pool_pad` (0), `weight_density`, `input_activation_density`,
/// `output_density`, `type` (conv) may be, their cells may be empty; `out_H`,
/// `out_W` and `macs` must agree with the shape where they are given; other
/// columns mean nothing here. The error names file, line and column, what was expected and
/// what is there.
llvm::Expected<LayerTable> parseLayerTable(llvm::StringRef text,
                                           llvm::StringRef file);

/// Reads a layer table from a file.
llvm::Expected<LayerTable> readLayerTable(llvm::StringRef file);

/// What of a table to use.
struct LayerSelection {
  /// All, if empty.
  std::vector<std::string> names;
  /// In the place of those of every row.
  std::optional<double> weightDensity;
  /// Of inputs and outputs, which are inputs of the layers around.
  std::optional<double> activationDensity;
};

/// The layers of a table that are selected, in its order, with densities of
/// weights and inputs. Rows that lack one, and those of another type than
/// `conv`, are left out, and `warn` is told. A row that is selected by its name
/// may be of any type. It is an error if that one lacks a density, if a name is
/// unknown, or if no row is left.
llvm::Expected<std::vector<LayerRow>>
selectLayers(const LayerTable &table, const LayerSelection &selection,
             llvm::function_ref<void(const llvm::Twine &)> warn);

} // namespace scnn

#endif // SCNN_IMPORT_LAYERS_LAYERTABLE_H
