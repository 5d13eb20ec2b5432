//===- RandomLayer.cpp - Layers of given shapes and densities -------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomLayer.h"
#include "../../unittests/Simulator/ProgramBuilder.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include <random>

using namespace scnn;
using namespace scnn::benchmark;

llvm::Expected<std::vector<LayerShape>>
benchmark::readLayers(llvm::StringRef file) {
  auto buffer = llvm::MemoryBuffer::getFile(file);
  if (!buffer)
    return llvm::createStringError(file + ": " + buffer.getError().message());
  llvm::SmallVector<llvm::StringRef> lines, names;
  (*buffer)->getBuffer().split(lines, '\n', -1, /*KeepEmpty=*/false);
  if (lines.empty())
    return llvm::createStringError(file + ": expected a line of column names");
  lines.front().split(names, ',');

  std::vector<LayerShape> layers;
  for (llvm::StringRef line : llvm::ArrayRef(lines).drop_front()) {
    llvm::SmallVector<llvm::StringRef> cells;
    line.split(cells, ',');
    // Texts, which may have commas of their own, come after the numbers.
    auto cell = [&](llvm::StringRef name) -> llvm::StringRef {
      size_t column = llvm::find(names, name) - names.begin();
      return column < cells.size() ? cells[column] : "";
    };
    auto density = [&](llvm::StringRef name) {
      double value = 1.0;
      cell(name).getAsDouble(value);
      return value;
    };
    LayerShape layer;
    layer.name = cell("layer").str();
    for (auto [name, field] : {std::pair("C", &layer.channels),
                               std::pair("H", &layer.height),
                               std::pair("W", &layer.width),
                               std::pair("K", &layer.outputs),
                               std::pair("R", &layer.filterRows),
                               std::pair("S", &layer.filterCols),
                               std::pair("stride", &layer.stride),
                               std::pair("pad", &layer.pad),
                               std::pair("groups", &layer.groups)})
      if (cell(name).getAsInteger(10, *field))
        return llvm::createStringError(file + ": layer '" + layer.name +
                                       "': expected a number in column " +
                                       name + ", but got '" + cell(name) + "'");
    layer.weightDensity = density("weight_density");
    layer.activationDensity = density("input_activation_density");
    layers.push_back(std::move(layer));
  }
  return layers;
}

/// Makes `density` of the values non-zero: Knuth's selection sampling (The Art
/// of Computer Programming 2, algorithm 3.4.2S).
static void fill(std::vector<int16_t> &values, double density, bool isSigned,
                 std::mt19937 &random) {
  size_t left = std::llround(density * values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    if (random() % (values.size() - i) >= left)
      continue;
    --left;
    int16_t magnitude = 1 + random() % 255;
    values[i] = isSigned && random() % 2 ? -magnitude : magnitude;
  }
}

test::TestConvolution benchmark::makeRandomLayer(const LayerShape &shape,
                                                 const Machine &machine,
                                                 uint32_t seed) {
  std::mt19937 random(seed);
  test::TestConvolution layer;
  layer.machine = machine;
  layer.outputs = shape.outputs;
  layer.height =
      (shape.height + 2 * shape.pad - shape.filterRows) / shape.stride + 1;
  layer.width =
      (shape.width + 2 * shape.pad - shape.filterCols) / shape.stride + 1;
  layer.minimum = 0;
  layer.biases.assign(shape.outputs, 0);
  layer.multipliers.assign(shape.outputs, 1);
  layer.shifts.assign(shape.outputs, 4);

  test::TestInput &input = layer.inputs.emplace_back();
  input.tensor = test::DenseTensor(shape.channels, shape.height, shape.width);
  fill(input.tensor.values, shape.activationDensity, false, random);
  input.filterRows = shape.filterRows;
  input.filterCols = shape.filterCols;
  input.stride = input.phases = Pair{shape.stride, shape.stride};
  input.padTop = input.padLeft = shape.pad;
  input.groups = shape.groups;
  input.weights.resize(shape.outputs * input.channelsPerGroup() *
                       shape.filterRows * shape.filterCols);
  fill(input.weights, shape.weightDensity, true, random);
  input.productShifts.assign(shape.channels, 4);

  auto [rows, cols] = test::accumulatorsOf(layer);
  layer.groupSize = std::min(layer.outputs, machine.accumulators() /
                                                (rows.extent() * cols.extent()));
  // What the RAMs don't hold spills.
  layer.inputCapacity = layer.outputCapacity = machine.activationRamElements();
  return layer;
}
