//===- LayerTable.cpp - Layers known by shape and density ----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Import/Layers/LayerTable.h"

#include "scnn/Import/Layers/Csv.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace scnn;
using llvm::Error;
using llvm::Expected;
using llvm::formatv;
using llvm::StringRef;

namespace {

/// Elements of a tensor; more would be a slip of the pen.
constexpr int64_t kMaxElements = int64_t(1) << 28;

/// Field widths of the instruction set.
constexpr int64_t kMaxExtent = 0xffff, kMaxStep = 0xff;

/// Reads the cells of one record.
class RowReader {
public:
  RowReader(const llvm::StringMap<size_t> &columns,
            const CsvTable::Record &record, StringRef file)
      : columns(columns), record(record), file(file) {}

  Expected<LayerRow> read() {
    LayerRow row;
    row.line = record.line;
    row.name = cell("layer").str();
    if (row.name.empty())
      return fail("layer", "a name", "nothing");
    const struct {
      StringRef column;
      int64_t *value;
      int64_t minimum, maximum;
    } integers[] = {
        {"C", &row.channels, 1, kMaxExtent},
        {"H", &row.height, 1, kMaxExtent},
        {"W", &row.width, 1, kMaxExtent},
        {"K", &row.outputs, 1, kMaxExtent},
        {"R", &row.filterRows, 1, kMaxStep},
        {"S", &row.filterCols, 1, kMaxStep},
    };
    for (const auto &integer : integers)
      if (Error error = readInteger(integer.column, *integer.value,
                                    integer.minimum, integer.maximum,
                                    /*mayBeEmpty=*/false))
        return std::move(error);
    if (Error error = readInteger("stride", row.stride, 1, kMaxStep))
      return std::move(error);
    if (Error error = readInteger("pad", row.pad, 0, kMaxStep))
      return std::move(error);
    if (Error error = readInteger("groups", row.groups, 1, kMaxExtent))
      return std::move(error);
    if (StringRef type = cell("type"); !type.empty())
      row.type = type.str();
    if (Error error = readPool(row))
      return std::move(error);
    if (Error error = readDensity("weight_density", row.weightDensity))
      return std::move(error);
    if (Error error =
            readDensity("input_activation_density", row.activationDensity))
      return std::move(error);
    if (Error error = readDensity("output_density", row.outputDensity))
      return std::move(error);
    if (Error error = checkShape(row))
      return std::move(error);
    return row;
  }

private:
  const llvm::StringMap<size_t> &columns;
  const CsvTable::Record &record;
  StringRef file;

  /// Empty if there is no such column.
  StringRef cell(StringRef column) const {
    auto found = columns.find(column);
    return found == columns.end() ? StringRef()
                                  : StringRef(record.cells[found->second]);
  }

  Error fail(StringRef column, const llvm::Twine &expected,
             const llvm::Twine &got) const {
    return llvm::createStringError(file + ":" + llvm::Twine(record.line) +
                                   ": column '" + column + "': expected " +
                                   expected + ", but got " + got);
  }

  Error fail(StringRef column, const llvm::Twine &expected) const {
    return fail(column, expected, "'" + cell(column) + "'");
  }

  /// Leaves the default where the cell may be empty and is.
  Error readInteger(StringRef column, int64_t &value, int64_t minimum,
                    int64_t maximum, bool mayBeEmpty = true) const {
    StringRef text = cell(column);
    if (mayBeEmpty && text.empty())
      return Error::success();
    int64_t number;
    if (text.getAsInteger(10, number) || number < minimum || number > maximum)
      return fail(column, formatv("an integer in {0} ... {1}", minimum, maximum));
    value = number;
    return Error::success();
  }

  Error readDensity(StringRef column, std::optional<double> &value) const {
    StringRef text = cell(column);
    if (text.empty())
      return Error::success();
    double number;
    // Infinities and the like are no densities either.
    if (text.getAsDouble(number) || !(number >= 0.0 && number <= 1.0))
      return fail(column, "a density in 0 ... 1");
    value = number;
    return Error::success();
  }

  Error readPool(LayerRow &row) const {
    if (cell("pool").empty()) {
      for (StringRef column : {"pool_stride", "pool_pad"})
        if (!cell(column).empty())
          return fail(column, "nothing, since there is no pool");
      return Error::success();
    }
    LayerPool pool;
    if (Error error = readInteger("pool", pool.size, 1, kMaxStep))
      return error;
    pool.stride = pool.size;
    if (Error error = readInteger("pool_stride", pool.stride, 1, kMaxStep))
      return error;
    // Each window meets a value.
    if (Error error = readInteger("pool_pad", pool.pad, 0, pool.size - 1))
      return error;
    row.pool = pool;
    return Error::success();
  }

  /// What a column says of the shape must be true.
  Error checkGiven(StringRef column, int64_t expected) const {
    StringRef text = cell(column);
    int64_t number;
    if (text.empty() ||
        (!text.getAsInteger(10, number) && number == expected))
      return Error::success();
    return fail(column, formatv("{0}, as follows from the shape", expected));
  }

  Error checkShape(const LayerRow &row) const {
    for (auto [column, value] : {std::pair(StringRef("C"), row.channels),
                                 std::pair(StringRef("K"), row.outputs)})
      if (value % row.groups != 0)
        return fail(column,
                    formatv("a multiple of the {0} groups", row.groups));
    for (auto [column, filter, extent] :
         {std::tuple(StringRef("R"), row.filterRows, row.height),
          std::tuple(StringRef("S"), row.filterCols, row.width)})
      if (filter > extent + 2 * row.pad)
        return fail(column, formatv("a filter that fits the padded plane's {0}",
                                    extent + 2 * row.pad));
    if (row.outputHeight() < 1 || row.outputWidth() < 1)
      return fail("pool", formatv("a window that fits the plane of {0}x{1}",
                                  row.convolvedHeight(), row.convolvedWidth()));
    for (auto [column, elements, what] :
         {std::tuple(StringRef("C"), row.inputSize(), StringRef("inputs")),
          std::tuple(StringRef("K"), row.outputs * row.weightsPerOutput(),
                     StringRef("weights")),
          std::tuple(StringRef("K"),
                     row.outputs * row.convolvedHeight() * row.convolvedWidth(),
                     StringRef("outputs"))})
      if (elements > kMaxElements)
        return fail(column, formatv("at most {0} {1}", kMaxElements, what),
                    llvm::Twine(elements));
    if (Error error = checkGiven("out_H", row.convolvedHeight()))
      return error;
    if (Error error = checkGiven("out_W", row.convolvedWidth()))
      return error;
    return checkGiven("macs", row.macs());
  }
};

} // namespace

Expected<LayerTable> scnn::parseLayerTable(StringRef text, StringRef file) {
  Expected<CsvTable> csv = parseCsv(text, file);
  if (!csv)
    return csv.takeError();
  llvm::StringMap<size_t> columns;
  for (auto [index, name] : llvm::enumerate(csv->columns))
    columns[name] = index;
  for (StringRef column : {"layer", "C", "H", "W", "K", "R", "S"})
    if (!columns.contains(column))
      return llvm::createStringError(file + ": expected a column '" + column +
                                     "'; the columns are: " +
                                     llvm::join(csv->columns, ", "));
  LayerTable table;
  table.file = file.str();
  llvm::StringMap<int64_t> lines;
  for (const CsvTable::Record &record : csv->records) {
    Expected<LayerRow> row = RowReader(columns, record, file).read();
    if (!row)
      return row.takeError();
    auto [first, isNew] = lines.try_emplace(row->name, row->line);
    if (!isNew)
      return llvm::createStringError(
          formatv("{0}:{1}: column 'layer': expected different names, but got "
                  "'{2}' again, first in line {3}",
                  file, row->line, row->name, first->second));
    table.layers.push_back(std::move(*row));
  }
  if (table.layers.empty())
    return llvm::createStringError(file + ": expected at least one layer");
  return table;
}

Expected<LayerTable> scnn::readLayerTable(StringRef file) {
  auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/true);
  if (!buffer)
    return llvm::createStringError(file + ": " + buffer.getError().message());
  return parseLayerTable((*buffer)->getBuffer(), file);
}

Expected<std::vector<LayerRow>>
scnn::selectLayers(const LayerTable &table, const LayerSelection &selection,
                   llvm::function_ref<void(const llvm::Twine &)> warn) {
  for (StringRef name : selection.names)
    if (llvm::none_of(table.layers, [&](const LayerRow &row) {
          return row.name == name;
        })) {
      std::vector<StringRef> names;
      for (const LayerRow &row : table.layers)
        names.push_back(row.name);
      return llvm::createStringError(table.file + ": has no layer '" + name +
                                     "'; its layers are: " +
                                     llvm::join(names, ", "));
    }
  std::vector<LayerRow> layers;
  for (LayerRow row : table.layers) {
    bool isNamed = llvm::is_contained(selection.names, row.name);
    if (!selection.names.empty() && !isNamed)
      continue;
    if (selection.weightDensity)
      row.weightDensity = selection.weightDensity;
    if (selection.activationDensity)
      row.activationDensity = row.outputDensity = selection.activationDensity;
    std::string where =
        formatv("{0}:{1}: layer '{2}'", table.file, row.line, row.name);
    if (!isNamed && row.type != "conv") {
      warn(where + " is of type '" + row.type +
           "', not conv, and is left out");
      continue;
    }
    if (row.weightDensity && row.activationDensity) {
      layers.push_back(std::move(row));
      continue;
    }
    StringRef column =
        row.weightDensity ? "input_activation_density" : "weight_density";
    StringRef option =
        row.weightDensity ? "--activation-density" : "--weight-density";
    std::string lacks = where + " has no " + column.str();
    if (isNamed)
      return llvm::createStringError(lacks + " (give it in the table or with " +
                                     option + ")");
    warn(lacks + ", and is left out");
  }
  if (layers.empty())
    return llvm::createStringError(
        table.file + ": expected a layer with weight_density and "
                     "input_activation_density (give them in the table or with "
                     "--weight-density and --activation-density)");
  return layers;
}
