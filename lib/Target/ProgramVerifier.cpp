//===- ProgramVerifier.cpp - Checks that a program is sound ---------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Target/Program.h"
#include "scnn/ISA/ActivationDescriptor.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>
#include <limits>

using llvm::Twine;

namespace scnn {

namespace {

/// What the ISA's address fields can reach.
constexpr int64_t kMaxDramBytes = int64_t(1) << 40;

/// More multiplications, or values, than a layer that can be simulated has.
constexpr int64_t kMaxCount = int64_t(1) << 40;

/// Checks one program; every method returns at the first thing that is wrong.
class ProgramVerifier {
public:
  explicit ProgramVerifier(const Program &program) : program(program) {}

  llvm::Error run() {
    if (llvm::Error error = verifyMemory())
      return error;
    for (size_t i = 0; i < program.values.size(); ++i)
      if (llvm::Error error = verifyValue(program.values[i]))
        return within("value", i, std::move(error));
    for (size_t i = 0; i < program.hostCalls.size(); ++i)
      if (llvm::Error error = verifyHostCall(program.hostCalls[i]))
        return within("host call", i, std::move(error));
    for (size_t i = 0; i < program.layers.size(); ++i)
      if (llvm::Error error = verifyLayer(program.layers[i]))
        return within("layer", i, std::move(error));
    if (llvm::Error error = verifyInterface(program.inputs, "inputs"))
      return error;
    if (llvm::Error error = verifyInterface(program.outputs, "outputs"))
      return error;
    return verifyCommands();
  }

private:
  static llvm::Error within(llvm::StringRef table, size_t index,
                            llvm::Error error) {
    return llvm::createStringError(table + " #" + Twine(index) + ": " +
                                   llvm::toString(std::move(error)));
  }

  static llvm::Error verifyRange(llvm::StringRef what, int64_t value,
                                 int64_t minimum, int64_t maximum) {
    if (minimum <= value && value <= maximum)
      return llvm::Error::success();
    return llvm::createStringError("expected " + what + " in " +
                                   Twine(minimum) + " ... " + Twine(maximum) +
                                   ", but got " + Twine(value));
  }

  static llvm::Error verifyNotNegative(llvm::StringRef what, int64_t value) {
    return verifyRange(what, value, 0, std::numeric_limits<int64_t>::max());
  }

  /// Checks that `count` times `bytes` bytes from `address` on lie in DRAM.
  llvm::Error verifyInDram(int64_t address, int64_t bytes,
                           int64_t count = 1) const {
    int64_t size, end;
    if (address < 0 || bytes < 0 || llvm::MulOverflow(bytes, count, size) ||
        llvm::AddOverflow(address, size, end) || end > program.dramBytes)
      return llvm::createStringError(
          "expected a place within " + Twine(program.dramBytes) +
          " bytes of DRAM, but got " + Twine(count) + " x " + Twine(bytes) +
          " bytes at " + Twine(address));
    return llvm::Error::success();
  }

  llvm::Error verifyMemory() const {
    if (program.name.empty())
      return llvm::createStringError("expected a program name");
    if (llvm::Error error = verify(program.machine))
      return error;
    if (llvm::Error error =
            verifyRange("dram_bytes", program.dramBytes, 0, kMaxDramBytes))
      return error;
    if (llvm::Error error = verifyInDram(program.constants.address,
                                         program.constants.bytes.size()))
      return llvm::createStringError("constants: " +
                                     llvm::toString(std::move(error)));
    return llvm::Error::success();
  }

  llvm::Error verifyValue(const Program::Value &value) const {
    if (value.name.empty())
      return llvm::createStringError("expected a name");
    int64_t elements = 1;
    for (int64_t dimension : value.shape)
      if (dimension < 0 || llvm::MulOverflow(elements, dimension, elements))
        return llvm::createStringError(
            "expected dimensions that can be multiplied, but got " +
            Twine(dimension) + " among them");
    if (uint8_t(value.kind) >= kNumElementKinds)
      return llvm::createStringError("expected a known type of elements, but "
                                     "got number " +
                                     Twine(unsigned(value.kind)));
    int64_t bytes;
    if (llvm::MulOverflow(elements, elementBytes(value.sampleKind()), bytes) ||
        (!value.sample.empty() && int64_t(value.sample.size()) != bytes))
      return llvm::createStringError(
          "expected a sample of " + Twine(elements) + " elements of " +
          elementName(value.sampleKind()) + ", but got " +
          Twine(value.sample.size()) + " bytes");
    return value.binding ? verifyBinding(value, *value.binding)
                         : llvm::Error::success();
  }

  llvm::Error verifyBinding(const Program::Value &value,
                            const Program::Binding &binding) const {
    // The bounds are those of the fields of `set_activations`.
    const struct {
      llvm::StringLiteral name;
      int64_t value, minimum, maximum;
    } bounds[] = {
        {"channels", binding.channels, 1, 0xffff},
        {"height", binding.height, 1, 0xffff},
        {"width", binding.width, 1, 0xffff},
        {"policy", static_cast<int64_t>(binding.policy), 0, 1},
        {"phase_rows", binding.phases[0], 1, 0xff},
        {"phase_cols", binding.phases[1], 1, 0xff},
        {"halo_top", binding.halo[0], 0, 0xffff},
        {"halo_bottom", binding.halo[1], 0, 0xffff},
        {"halo_left", binding.halo[2], 0, 0xffff},
        {"halo_right", binding.halo[3], 0, 0xffff},
    };
    for (const auto &bound : bounds)
      if (llvm::Error error = verifyRange(bound.name, bound.value,
                                          bound.minimum, bound.maximum))
        return error;
    if (value.kind != ElementKind::F32)
      return llvm::createStringError(
          "expected f32 elements of a tensor in fixed point, but got " +
          elementName(value.kind));
    if (!std::isfinite(binding.scale) || binding.scale <= 0)
      return llvm::createStringError("expected a positive scale, but got " +
                                     Twine(std::to_string(binding.scale)));
    if (value.shape != std::vector<int64_t>{1, binding.channels, binding.height,
                                            binding.width})
      return llvm::createStringError(
          "expected the shape 1 x " + Twine(binding.channels) + " x " +
          Twine(binding.height) + " x " + Twine(binding.width) +
          " that the tensor has in DRAM, but got " +
          llvm::join(
              llvm::map_range(value.shape,
                              [](int64_t d) { return std::to_string(d); }),
              " x "));
    if (binding.byRows) {
      RowLayout rows = program.rowLayout(binding);
      if (llvm::Error error = verify(rows))
        return error;
      return verifySegments(binding, rows.segmentBytes(),
                            rows.height * rows.parts);
    }
    ActivationLayout layout = program.layout(binding);
    if (llvm::Error error = verify(layout))
      return error;
    return verifySegments(binding, layout.segmentBytes(), layout.numPEs());
  }

  llvm::Error verifySegments(const Program::Binding &binding, int64_t bytes,
                             int64_t count) const {
    if (binding.segmentBytes < bytes)
      return llvm::createStringError(
          "expected segments of at least " + Twine(bytes) + " bytes, but got " +
          Twine(binding.segmentBytes));
    return verifyInDram(binding.address, binding.segmentBytes, count);
  }

  llvm::Error verifyIndices(llvm::StringRef what,
                            llvm::ArrayRef<uint32_t> indices) const {
    for (uint32_t index : indices)
      if (index >= program.values.size())
        return llvm::createStringError("expected " + what + " among " +
                                       Twine(program.values.size()) +
                                       " values, but got " + Twine(index));
    return llvm::Error::success();
  }

  llvm::Error verifyHostCall(const Program::HostCall &call) const {
    if (call.function.empty())
      return llvm::createStringError("expected the name of a function");
    if (llvm::Error error = verifyIndices("operands", call.operands))
      return error;
    if (llvm::Error error = verifyIndices("results", call.results))
      return error;
    return verifyNotNegative("dense_macs", call.denseMacs);
  }

  llvm::Error verifyLayer(const Program::Layer &layer) const {
    if (layer.name.empty())
      return llvm::createStringError("expected a name");
    if (llvm::Error error = verifyNotNegative("dense_macs", layer.denseMacs))
      return error;
    if (llvm::Error error = verifyNotNegative("weights", layer.weights))
      return error;
    if (llvm::Error error = verifyRange("nonzero_weights", layer.nonzeroWeights,
                                        0, layer.weights))
      return error;
    if (llvm::Error error = verifyNotNegative("groups", layer.groups))
      return error;
    if (llvm::Error error = verifyNotNegative("group_size", layer.groupSize))
      return error;
    if (llvm::Error error = verifyRange("pieces", layer.pieces, 1, 0xffff))
      return error;
    if (layer.convolution)
      return verifyConvolution(*layer.convolution, layer);
    return llvm::Error::success();
  }

  /// Its numbers are for reports only, but must not overflow there.
  llvm::Error verifyConvolution(const Program::Convolution &convolution,
                                const Program::Layer &layer) const {
    constexpr int64_t kMax = std::numeric_limits<int32_t>::max();
    auto verifyPair = [](llvm::StringRef what, const Pair &pair) {
      if (llvm::Error error = verifyRange(what, pair[0], 1, kMax))
        return error;
      return verifyRange(what, pair[1], 1, kMax);
    };
    if (convolution.inputs.empty())
      return llvm::createStringError("expected a convolution to have inputs");
    int64_t outputs = convolution.outputs, order = convolution.order;
    int64_t cut = static_cast<int64_t>(convolution.cut);
    if (llvm::Error error = verifyRange("outputs", outputs, 1, kMax))
      return error;
    for (auto [what, pair] : {std::pair("plane", convolution.plane),
                              std::pair("pooled", convolution.pooled),
                              std::pair("tile", convolution.tile)})
      if (llvm::Error error = verifyPair(what, pair))
        return error;
    if (llvm::Error error = verifyRange("cut", cut, 0, 1))
      return error;
    if (llvm::Error error = verifyRange("order", order, 0, 1))
      return error;
    std::optional<int64_t> weights = 0, values = 0;
    for (const Program::LayerInput &input : convolution.inputs) {
      if (llvm::Error error = verifyRange("channels", input.channels, 1, kMax))
        return error;
      if (llvm::Error error =
              verifyRange("groups", input.groups, 1, input.channels))
        return error;
      for (auto [what, pair] : {std::pair("input plane", input.plane),
                                std::pair("filter", input.filter),
                                std::pair("stride", input.stride)})
        if (llvm::Error error = verifyPair(what, pair))
          return error;
      weights = sum(weights, product({outputs, input.channels / input.groups,
                                      input.filter[0], input.filter[1]}));
      values = sum(values, product({input.channels, input.plane[0],
                                    input.plane[1]}));
    }
    std::optional<int64_t> macs;
    if (weights)
      macs = product({*weights, convolution.plane[0], convolution.plane[1]});
    std::optional<int64_t> results = product(
        {outputs, convolution.pooled[0], convolution.pooled[1]});
    if (!macs || !values || !results || weights != layer.weights ||
        macs != layer.denseMacs)
      return llvm::createStringError(
          "expected the convolution to have the layer's " +
          Twine(layer.weights) + " weights and " + Twine(layer.denseMacs) +
          " dense multiplications");
    return llvm::Error::success();
  }

  /// A product, and a sum; nothing if it exceeds `kMaxCount`.
  static std::optional<int64_t> product(llvm::ArrayRef<int64_t> factors) {
    int64_t result = 1;
    for (int64_t factor : factors)
      if (llvm::MulOverflow(result, factor, result) || result > kMaxCount)
        return std::nullopt;
    return result;
  }
  static std::optional<int64_t> sum(std::optional<int64_t> a,
                                    std::optional<int64_t> b) {
    if (!a || !b || *a + *b > kMaxCount)
      return std::nullopt;
    return *a + *b;
  }

  /// The user names inputs and outputs: the names must tell them apart.
  llvm::Error verifyInterface(llvm::ArrayRef<uint32_t> indices,
                              llvm::StringRef what) const {
    if (llvm::Error error = verifyIndices(what, indices))
      return error;
    llvm::StringSet<> names;
    for (uint32_t index : indices)
      if (!names.insert(program.values[index].name).second)
        return llvm::createStringError("expected different names of " + what +
                                       ", but got '" +
                                       program.values[index].name + "' twice");
    return llvm::Error::success();
  }

  llvm::Error verifyCommands() {
    piecesBegun.resize(program.layers.size());
    for (size_t i = 0; i < program.commands.size(); ++i) {
      const isa::Command &command = program.commands[i];
      llvm::Error error = isa::verify(command);
      if (!error)
        error = std::visit([this](const auto &c) { return verifyCommand(c); },
                           command);
      if (!error && std::holds_alternative<isa::Halt>(command) &&
          i + 1 != program.commands.size())
        error = llvm::createStringError("expected no commands after it");
      if (error)
        return llvm::createStringError(
            "command #" + Twine(i) + " (" + isa::mnemonic(command) +
            "): " + llvm::toString(std::move(error)));
    }
    if (program.commands.empty() ||
        !std::holds_alternative<isa::Halt>(program.commands.back()))
      return llvm::createStringError("expected halt as the last command");
    for (size_t i = 0; i < program.layers.size(); ++i)
      if (program.layers[i].pieces > 1 &&
          piecesBegun[i] != program.layers[i].pieces)
        return llvm::createStringError(
            "layer #" + Twine(i) + ": expected to begin " +
            Twine(program.layers[i].pieces) + " times, but it begins " +
            Twine(piecesBegun[i]) + " times");
    return llvm::Error::success();
  }

  llvm::Error verifyOutsideLayer() const {
    if (inLayer)
      return llvm::createStringError("expected end_layer before it");
    return llvm::Error::success();
  }

  llvm::Error verifyCommand(const isa::BeginLayer &command) {
    if (llvm::Error error = verifyOutsideLayer())
      return error;
    if (static_cast<size_t>(command.layer) >= program.layers.size())
      return llvm::createStringError(
          "expected one of " + Twine(program.layers.size()) +
          " layers, but got " + Twine(command.layer));
    int64_t pieces = program.layers[command.layer].pieces;
    if (++piecesBegun[command.layer] > pieces)
      return llvm::createStringError("expected layer " + Twine(command.layer) +
                                     " to begin only " +
                                     (pieces == 1 ? Twine("once")
                                                  : Twine(pieces) + " times"));
    inLayer = true;
    return llvm::Error::success();
  }

  llvm::Error verifyCommand(const isa::EndLayer &) {
    if (!inLayer)
      return llvm::createStringError("expected begin_layer before it");
    inLayer = false;
    return llvm::Error::success();
  }

  llvm::Error verifyCommand(const isa::CallHost &command) {
    if (llvm::Error error = verifyOutsideLayer())
      return error;
    if (static_cast<size_t>(command.call) >= program.hostCalls.size())
      return llvm::createStringError(
          "expected one of " + Twine(program.hostCalls.size()) +
          " host calls, but got " + Twine(command.call));
    return llvm::Error::success();
  }

  llvm::Error verifyCommand(const isa::Halt &) { return verifyOutsideLayer(); }

  llvm::Error verifyCommand(const isa::SetActivations &command) {
    if (!command.spill)
      return llvm::Error::success();
    ActivationLayout layout = layoutOf(command, program.machine);
    if (llvm::Error error = verify(layout))
      return error;
    return verifyInDram(command.address, layout.segmentBytes(),
                        layout.numPEs());
  }

  llvm::Error verifyCommand(const isa::LoadActivations &command) {
    return verifyInDram(command.address, 0);
  }

  llvm::Error verifyCommand(const isa::StoreActivations &command) {
    return verifyInDram(command.address, 0);
  }

  llvm::Error verifyCommand(const isa::LoadRows &command) {
    return verifyInDram(command.address, 0);
  }

  llvm::Error verifyCommand(const isa::StoreRows &command) {
    return verifyInDram(command.address, 0);
  }

  llvm::Error verifyCommand(const isa::BroadcastWeights &command) {
    return verifyInDram(command.address, command.bytes);
  }

  /// The other commands refer to nothing outside the machine.
  template <typename CommandT> llvm::Error verifyCommand(const CommandT &) {
    return llvm::Error::success();
  }

  const Program &program;
  /// While the commands are walked through: between begin_layer and end_layer.
  bool inLayer = false;
  std::vector<int64_t> piecesBegun;
};

} // namespace

ActivationLayout Program::layout(const Binding &binding) const {
  ActivationLayout layout;
  layout.channels = binding.channels;
  layout.height = binding.height;
  layout.width = binding.width;
  layout.policy = binding.policy;
  layout.grid = {machine.peRows, machine.peCols};
  layout.phases = binding.phases;
  layout.halo = binding.halo;
  layout.zeroRunBits = machine.zeroRunBits;
  return layout;
}

RowLayout Program::rowLayout(const Binding &binding) const {
  return {binding.channels, binding.height, binding.width,
          binding.policy,   machine.peCols, machine.zeroRunBits};
}

llvm::Error verify(const Program &program) {
  return ProgramVerifier(program).run();
}

} // namespace scnn
