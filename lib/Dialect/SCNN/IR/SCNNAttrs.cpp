//===- SCNNAttrs.cpp - Attributes of the scnn dialect -----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace scnn;

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

/// Parses `[a, b, …]` with exactly as many integers as `array` has.
template <typename Array>
static ParseResult parseIntegers(AsmParser &parser, Array &array) {
  llvm::SMLoc loc = parser.getCurrentLocation();
  SmallVector<int64_t> values;
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
        return parser.parseInteger(values.emplace_back());
      }))
    return failure();
  if (values.size() != array.size())
    return parser.emitError(loc) << "expected " << array.size()
                                 << " integers, but got " << values.size();
  llvm::copy(values, array.begin());
  return success();
}

FailureOr<Pair> FieldParser<Pair>::parse(AsmParser &parser) {
  Pair pair;
  if (parseIntegers(parser, pair))
    return failure();
  return pair;
}

FailureOr<Sides> FieldParser<Sides>::parse(AsmParser &parser) {
  Sides sides;
  if (parseIntegers(parser, sides))
    return failure();
  return sides;
}

template <typename Range>
static void printIntegers(AsmPrinter &printer, const Range &values) {
  printer << '[';
  llvm::interleaveComma(values, printer.getStream());
  printer << ']';
}

AsmPrinter &scnn::operator<<(AsmPrinter &printer, const Pair &pair) {
  printIntegers(printer, pair);
  return printer;
}

AsmPrinter &scnn::operator<<(AsmPrinter &printer, const Sides &sides) {
  printIntegers(printer, sides);
  return printer;
}

llvm::hash_code scnn::hash_value(const Machine &machine) {
  llvm::hash_code hash = 0;
  for (const MachineField &field : machineFields())
    hash = llvm::hash_combine(hash, machine.*field.member);
  return llvm::hash_combine(
      hash, llvm::hash_combine_range(machine.prices.attojoules));
}

#include "scnn/Dialect/SCNN/IR/SCNNEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "scnn/Dialect/SCNN/IR/SCNNAttrs.cpp.inc"

void SCNNDialect::registerSCNNAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "scnn/Dialect/SCNN/IR/SCNNAttrs.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// Machine
//===----------------------------------------------------------------------===//

/// The prices of a machine, in attojoules.
static constexpr StringLiteral kPrices = "energy_price_aj";

static ParseResult parsePrices(AsmParser &parser, EnergyPrices &prices) {
  auto parsePrice = [&]() -> ParseResult {
    llvm::SMLoc loc = parser.getCurrentLocation();
    StringRef name;
    if (parser.parseKeyword(&name))
      return failure();
    const PriceField *field = findPriceField(name);
    if (!field)
      return parser.emitError(loc)
             << "expected an energy price, but got '" << name << "'";
    return failure(parser.parseEqual() ||
                   parser.parseInteger(prices[field->price]));
  };
  return parser.parseCommaSeparatedList(AsmParser::Delimiter::Braces,
                                        parsePrice);
}

static ParseResult parseFieldValue(AsmParser &parser, const MachineField &field,
                                   int64_t &value) {
  llvm::SMLoc loc = parser.getCurrentLocation();
  StringRef keyword;
  if (failed(parser.parseOptionalKeyword(&keyword)))
    return parser.parseInteger(value);
  std::optional<int64_t> parsed = field.parse(keyword);
  if (!parsed)
    return parser.emitError(loc)
           << "expected " << field.name << " to be " << field.values()
           << ", but got '" << keyword << "'";
  value = *parsed;
  return success();
}

Attribute MachineAttr::parse(AsmParser &parser, Type) {
  llvm::SMLoc loc = parser.getCurrentLocation();
  Machine machine;
  auto parseField = [&]() -> ParseResult {
    llvm::SMLoc fieldLoc = parser.getCurrentLocation();
    StringRef name;
    if (parser.parseKeyword(&name) || parser.parseEqual())
      return failure();
    if (name == kPrices)
      return parsePrices(parser, machine.prices);
    const MachineField *field = findMachineField(name);
    if (!field)
      return parser.emitError(fieldLoc)
             << "expected a field of the machine, but got '" << name << "'";
    return parseFieldValue(parser, *field, machine.*field->member);
  };
  if (parser.parseCommaSeparatedList(
          AsmParser::Delimiter::OptionalLessGreater, parseField))
    return {};
  return getChecked([&] { return parser.emitError(loc); },
                    parser.getContext(), machine);
}

void MachineAttr::print(AsmPrinter &printer) const {
  const Machine machine = getMachine(), paper;
  SmallVector<std::string> changed;
  for (const MachineField &field : machineFields())
    if (machine.*field.member != paper.*field.member)
      changed.push_back(
          (field.name + " = " + field.format(machine.*field.member)).str());
  SmallVector<std::string> prices;
  for (const PriceField &field : priceFields())
    if (machine.prices[field.price] != paper.prices[field.price])
      prices.push_back((field.name + " = " +
                        llvm::Twine(machine.prices[field.price]))
                           .str());
  if (!prices.empty())
    changed.push_back(
        (kPrices + " = {" + llvm::join(prices, ", ") + "}").str());
  if (!changed.empty())
    printer << '<' << llvm::join(changed, ", ") << '>';
}

LogicalResult
MachineAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                    Machine machine) {
  if (llvm::Error error = scnn::verify(machine))
    return emitError() << toString(std::move(error));
  return success();
}

//===----------------------------------------------------------------------===//
// Convolution
//===----------------------------------------------------------------------===//

/// Bounds every element of `values`, and says which one is outside.
template <typename Values>
static LogicalResult
verifyBounds(function_ref<InFlightDiagnostic()> emitError, StringRef name,
             const Values &values, int64_t minimum, int64_t maximum) {
  for (auto [index, value] : llvm::enumerate(values))
    if (value < minimum || value > maximum)
      return emitError() << "expected " << name << "[" << index << "] in "
                         << minimum << " ... " << maximum << ", but got "
                         << value;
  return success();
}

/// Field widths of the instruction set. What the accelerator has fewer bits for
/// can still run on the host (see Legality.h).
static constexpr int64_t kMaxStep = 255, kMaxSide = 65535;

LogicalResult WindowAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 Pair stride, Sides padding, Pair dilation,
                                 int64_t groups) {
  if (groups < 1)
    return emitError() << "expected groups of at least 1, but got " << groups;
  return success(
      succeeded(verifyBounds(emitError, "stride", stride, 1, kMaxSide)) &&
      succeeded(verifyBounds(emitError, "padding", padding, 0, kMaxSide)) &&
      succeeded(verifyBounds(emitError, "dilation", dilation, 1, kMaxSide)));
}

LogicalResult PoolAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                               Pair size, Pair stride, Sides padding) {
  if (failed(verifyBounds(emitError, "size", size, 1, kMaxSide)) ||
      failed(verifyBounds(emitError, "stride", stride, 1, kMaxSide)) ||
      failed(verifyBounds(emitError, "padding", padding, 0, kMaxSide)))
    return failure();
  // A window that holds nothing but padding would have no maximum.
  for (unsigned side = 0; side < 4; ++side)
    if (padding[side] >= size[side / 2])
      return emitError() << "expected padding[" << side
                         << "] below the window's size "
                         << size[side / 2] << ", but got " << padding[side];
  return success();
}

LogicalResult
MappingAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                    int64_t groupSize, HaloMode, BlockOrder, int64_t rowPad) {
  if (groupSize < 1)
    return emitError() << "expected group_size of at least 1, but got "
                       << groupSize;
  if (rowPad < 0)
    return emitError() << "expected row_pad of at least 0, but got " << rowPad;
  return success();
}

LogicalResult
LayerInputAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                       int64_t channels, int64_t groups, Pair plane,
                       Pair filter, Pair stride) {
  if (channels < 1 || groups < 1 || channels % groups != 0)
    return emitError() << "expected groups that divide the channels, but got "
                       << groups << " and " << channels;
  constexpr int64_t kMax = std::numeric_limits<int32_t>::max();
  return success(
      succeeded(verifyBounds(emitError, "plane", plane, 1, kMax)) &&
      succeeded(verifyBounds(emitError, "filter", filter, 1, kMax)) &&
      succeeded(verifyBounds(emitError, "stride", stride, 1, kMax)));
}

LogicalResult
LayerShapeAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                       ArrayAttr inputs, int64_t outputs, Pair plane,
                       Pair pooled, CutPolicy, Pair tile, HaloMode,
                       BlockOrder) {
  for (Attribute input : inputs)
    if (!isa<LayerInputAttr>(input))
      return emitError() << "expected inputs to be #scnn.layer_input, but got "
                         << input;
  if (inputs.empty())
    return emitError() << "expected at least one input";
  if (outputs < 1)
    return emitError() << "expected outputs of at least 1, but got " << outputs;
  constexpr int64_t kMax = std::numeric_limits<int32_t>::max();
  return success(
      succeeded(verifyBounds(emitError, "plane", plane, 1, kMax)) &&
      succeeded(verifyBounds(emitError, "pooled", pooled, 1, kMax)) &&
      succeeded(verifyBounds(emitError, "tile", tile, 1, kMax)));
}

Attribute RequantizationAttr::parse(AsmParser &parser, Type) {
  SmallVector<int64_t> productShifts, multipliers, shifts;
  int64_t minimum = -32768, maximum = 32767;
  auto parseArray = [&](StringRef name,
                        SmallVector<int64_t> &values) -> ParseResult {
    if (parser.parseKeyword(name) || parser.parseEqual())
      return failure();
    return parser.parseCommaSeparatedList(
        AsmParser::Delimiter::Square,
        [&] { return parser.parseInteger(values.emplace_back()); });
  };
  llvm::SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess() || parseArray("product_shifts", productShifts) ||
      parser.parseComma() || parseArray("multipliers", multipliers) ||
      parser.parseComma() || parseArray("shifts", shifts))
    return {};
  while (succeeded(parser.parseOptionalComma())) {
    StringRef name;
    llvm::SMLoc fieldLoc = parser.getCurrentLocation();
    if (parser.parseKeyword(&name) || parser.parseEqual())
      return {};
    int64_t *bound = llvm::StringSwitch<int64_t *>(name)
                         .Case("minimum", &minimum)
                         .Case("maximum", &maximum)
                         .Default(nullptr);
    if (!bound) {
      parser.emitError(fieldLoc)
          << "expected 'minimum' or 'maximum', but got '" << name << "'";
      return {};
    }
    if (parser.parseInteger(*bound))
      return {};
  }
  if (parser.parseGreater())
    return {};
  return getChecked([&] { return parser.emitError(loc); },
                    parser.getContext(), productShifts, multipliers, shifts,
                    minimum, maximum);
}

void RequantizationAttr::print(AsmPrinter &printer) const {
  printer << "<product_shifts = ";
  printIntegers(printer, getProductShifts());
  printer << ", multipliers = ";
  printIntegers(printer, getMultipliers());
  printer << ", shifts = ";
  printIntegers(printer, getShifts());
  if (getMinimum() != -32768)
    printer << ", minimum = " << getMinimum();
  if (getMaximum() != 32767)
    printer << ", maximum = " << getMaximum();
  printer << '>';
}

LogicalResult RequantizationAttr::verify(
    function_ref<InFlightDiagnostic()> emitError,
    ArrayRef<int64_t> productShifts, ArrayRef<int64_t> multipliers,
    ArrayRef<int64_t> shifts, int64_t minimum, int64_t maximum) {
  if (failed(verifyBounds(emitError, "product_shifts", productShifts, 0, 31)) ||
      failed(verifyBounds(emitError, "multipliers", multipliers, 1, 32767)) ||
      failed(verifyBounds(emitError, "shifts", shifts, 0, 63)))
    return failure();
  if (multipliers.size() != shifts.size())
    return emitError() << "expected as many multipliers as shifts, but got "
                       << multipliers.size() << " and " << shifts.size();
  if (minimum < -32768 || maximum > 32767 || minimum > maximum)
    return emitError() << "expected -32768 <= minimum <= maximum <= 32767, "
                          "but got "
                       << minimum << " and " << maximum;
  return success();
}

//===----------------------------------------------------------------------===//
// Encodings
//===----------------------------------------------------------------------===//

LogicalResult LayoutAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 Pair grid, CutPolicy, Pair phases, Sides halo,
                                 int64_t zeroRunBits) {
  if (zeroRunBits < 0 || zeroRunBits > 16)
    return emitError() << "expected zero_run_bits in 0 ... 16, but got "
                       << zeroRunBits;
  return success(
      succeeded(verifyBounds(emitError, "grid", grid, 1, kMaxSide)) &&
      succeeded(verifyBounds(emitError, "phases", phases, 1, kMaxStep)) &&
      succeeded(verifyBounds(emitError, "halo", halo, 0, kMaxSide)));
}

/// `encoding` belongs on 16-bit fixed-point activations [N, C, H, W].
static LogicalResult
verifyActivationEncoding(StringRef encoding, ArrayRef<int64_t> shape,
                         Type elementType,
                         function_ref<InFlightDiagnostic()> emitError) {
  if (shape.size() != 4)
    return emitError() << "expected " << encoding
                       << " on a tensor [N, C, H, W], but got rank "
                       << shape.size();
  if (!isFixedPoint(elementType))
    return emitError() << "expected " << encoding
                       << " on a 16-bit fixed-point tensor, but got elements "
                          "of type "
                       << elementType;
  return success();
}

LogicalResult LayoutAttr::verifyEncoding(
    ArrayRef<int64_t> shape, Type elementType,
    function_ref<InFlightDiagnostic()> emitError) const {
  return verifyActivationEncoding("#scnn.layout", shape, elementType,
                                  emitError);
}

LogicalResult
RowImageAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                     int64_t parts, CutPolicy, int64_t zeroRunBits) {
  if (parts < 1 || parts > kMaxSide)
    return emitError() << "expected parts in 1 ... " << kMaxSide << ", but got "
                       << parts;
  if (zeroRunBits < 1 || zeroRunBits > 16)
    return emitError() << "expected zero_run_bits in 1 ... 16, but got "
                       << zeroRunBits;
  return success();
}

LogicalResult RowImageAttr::verifyEncoding(
    ArrayRef<int64_t> shape, Type elementType,
    function_ref<InFlightDiagnostic()> emitError) const {
  return verifyActivationEncoding("#scnn.row_image", shape, elementType,
                                  emitError);
}

LogicalResult
PartialSumsAttr::verify(function_ref<InFlightDiagnostic()> emitError, Pair grid,
                        CutPolicy, Pair accumulators, Sides halo) {
  return success(
      succeeded(verifyBounds(emitError, "grid", grid, 1, kMaxSide)) &&
      succeeded(
          verifyBounds(emitError, "accumulators", accumulators, 1, kMaxSide)) &&
      succeeded(verifyBounds(emitError, "halo", halo, 0, kMaxSide)));
}

LogicalResult PartialSumsAttr::verifyEncoding(
    ArrayRef<int64_t> shape, Type elementType,
    function_ref<InFlightDiagnostic()> emitError) const {
  if (shape.size() != 4 || !elementType.isInteger(24))
    return emitError() << "expected #scnn.partial_sums on an i24 tensor "
                          "[N, K, H, W], but got rank "
                       << shape.size() << " and elements of type "
                       << elementType;
  return success();
}

LogicalResult
PlacementAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                      int64_t ram, int64_t offset, int64_t capacity) {
  if (ram < 0 || ram > 1)
    return emitError() << "expected ram 0 or 1, but got " << ram;
  if (offset < 0 || capacity < 0)
    return emitError()
           << "expected offset and capacity of at least 0, but got " << offset
           << " and " << capacity;
  return success();
}
