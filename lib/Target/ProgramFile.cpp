//===- ProgramFile.cpp - Programs to bytes and back -----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Target/Program.h"
#include "scnn/Support/WriteFile.h"
#include "scnn/Target/Program_generated.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"
#include <memory>

using llvm::Twine;

namespace scnn {

namespace {

constexpr uint32_t kProgramVersion = 4;

/// FlatBuffers stops the process beyond 2 GiB; this leaves room for what the
/// format adds to our bytes.
constexpr uint64_t kMaxFileBytes = FLATBUFFERS_MAX_BUFFER_SIZE - 1;
constexpr uint64_t kMaxContentBytes = kMaxFileBytes - (uint64_t(64) << 20);

/// What the format aligns to, relative to the start of a buffer.
constexpr llvm::Align kAlignment = llvm::Align::Constant<16>();

/// Where the identifier stands in a size-prefixed buffer.
constexpr size_t kIdentifierOffset = 8;

/// Bytes at an address at which FlatBuffers may read scalars: the given ones,
/// or a copy of them.
class AlignedBytes {
public:
  explicit AlignedBytes(llvm::ArrayRef<uint8_t> original) : bytes(original) {
    if (llvm::isAddrAligned(kAlignment, bytes.data()))
      return;
    copy = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(original.size(),
                                                             "", kAlignment);
    llvm::copy(original, copy->getBufferStart());
    bytes = llvm::arrayRefFromStringRef(copy->MemoryBuffer::getBuffer());
  }

  llvm::ArrayRef<uint8_t> get() const { return bytes; }

private:
  llvm::ArrayRef<uint8_t> bytes;
  std::unique_ptr<llvm::WritableMemoryBuffer> copy;
};

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

flatbuffers::Offset<fb::Value> write(flatbuffers::FlatBufferBuilder &builder,
                                     const Program::Value &value) {
  auto name = builder.CreateString(value.name);
  auto shape = builder.CreateVector(value.shape);
  flatbuffers::Offset<fb::Binding> binding = 0;
  if (value.binding) {
    const Program::Binding &b = *value.binding;
    binding = fb::CreateBinding(
        builder, b.address, b.segmentBytes, b.scale, b.channels, b.height,
        b.width, static_cast<uint32_t>(b.policy), b.phases[0], b.phases[1],
        b.halo[0], b.halo[1], b.halo[2], b.halo[3], b.byRows);
  }
  flatbuffers::Offset<flatbuffers::Vector<uint8_t>> sample = 0;
  if (!value.sample.empty())
    sample = builder.CreateVector(
        reinterpret_cast<const uint8_t *>(value.sample.data()),
        value.sample.size());
  return fb::CreateValue(builder, name, shape, binding,
                         static_cast<fb::ElementKind>(value.kind), sample);
}

flatbuffers::Offset<fb::HostOperation>
write(flatbuffers::FlatBufferBuilder &builder,
      const Program::HostOperation &operation) {
  auto name = builder.CreateString(operation.name);
  auto reason = builder.CreateString(operation.reason);
  return fb::CreateHostOperation(builder, name, reason);
}

flatbuffers::Offset<fb::HostCall> write(flatbuffers::FlatBufferBuilder &builder,
                                        const Program::HostCall &call) {
  auto function = builder.CreateString(call.function);
  auto operands = builder.CreateVector(call.operands);
  auto results = builder.CreateVector(call.results);
  std::vector<flatbuffers::Offset<fb::HostOperation>> operations;
  for (const Program::HostOperation &operation : call.operations)
    operations.push_back(write(builder, operation));
  return fb::CreateHostCall(builder, function, operands, results,
                            call.denseMacs, builder.CreateVector(operations));
}

flatbuffers::Offset<fb::LayerInput>
write(flatbuffers::FlatBufferBuilder &builder,
      const Program::LayerInput &input) {
  return fb::CreateLayerInput(
      builder, input.channels, input.groups, input.plane[0], input.plane[1],
      input.filter[0], input.filter[1], input.stride[0], input.stride[1]);
}

flatbuffers::Offset<fb::Convolution>
write(flatbuffers::FlatBufferBuilder &builder,
      const Program::Convolution &convolution) {
  std::vector<flatbuffers::Offset<fb::LayerInput>> inputs;
  for (const Program::LayerInput &input : convolution.inputs)
    inputs.push_back(write(builder, input));
  return fb::CreateConvolution(
      builder, builder.CreateVector(inputs), convolution.outputs,
      convolution.plane[0], convolution.plane[1], convolution.pooled[0],
      convolution.pooled[1], static_cast<uint32_t>(convolution.cut),
      convolution.tile[0], convolution.tile[1], convolution.outputHalos,
      convolution.order);
}

flatbuffers::Offset<fb::Layer> write(flatbuffers::FlatBufferBuilder &builder,
                                     const Program::Layer &layer) {
  auto name = builder.CreateString(layer.name);
  flatbuffers::Offset<fb::Convolution> convolution = 0;
  if (layer.convolution)
    convolution = write(builder, *layer.convolution);
  return fb::CreateLayer(builder, name, layer.denseMacs, layer.weights,
                         layer.nonzeroWeights, layer.groups, layer.groupSize,
                         layer.pieces, convolution, layer.setup);
}

/// A table of `entries`.
template <typename EntryT>
auto writeTable(flatbuffers::FlatBufferBuilder &builder,
                const std::vector<EntryT> &entries) {
  std::vector<decltype(write(builder, entries.front()))> offsets;
  for (const EntryT &entry : entries)
    offsets.push_back(write(builder, entry));
  return builder.CreateVector(offsets);
}

auto writeBytes(flatbuffers::FlatBufferBuilder &builder,
                llvm::ArrayRef<uint8_t> bytes) {
  return builder.CreateVector(bytes.data(), bytes.size());
}

auto writeBytes(flatbuffers::FlatBufferBuilder &builder,
                llvm::StringRef bytes) {
  return writeBytes(builder, llvm::arrayRefFromStringRef(bytes));
}

void writePayload(flatbuffers::FlatBufferBuilder &builder,
                  const Program &program,
                  llvm::ArrayRef<uint8_t> commandBytes) {
  auto name = builder.CreateString(program.name);
  auto machine = builder.CreateString(toYaml(program.machine));
  auto commands = writeBytes(builder, commandBytes);
  auto constants = writeBytes(builder, program.constants.bytes);
  auto values = writeTable(builder, program.values);
  auto hostCalls = writeTable(builder, program.hostCalls);
  auto layers = writeTable(builder, program.layers);
  auto inputs = builder.CreateVector(program.inputs);
  auto outputs = builder.CreateVector(program.outputs);
  auto hostModule = writeBytes(builder, llvm::StringRef(program.hostModule));
  auto reference = writeBytes(builder, llvm::StringRef(program.reference));
  builder.Finish(fb::CreatePayload(builder, name, machine, program.dramBytes,
                                   commands, program.constants.address,
                                   constants, values, hostCalls, layers, inputs,
                                   outputs, hostModule, reference));
}

/// Puts the container around a payload.
void writeContainer(flatbuffers::FlatBufferBuilder &builder,
                    llvm::ArrayRef<uint8_t> payload) {
  builder.ForceVectorAlignment(payload.size(), sizeof(uint8_t),
                               kAlignment.value());
  auto bytes = writeBytes(builder, payload);
  fb::FinishSizePrefixedContainerBuffer(
      builder, fb::CreateContainer(builder, kProgramVersion,
                                   llvm::xxh3_64bits(payload), bytes));
}

llvm::ArrayRef<uint8_t> bytesOf(const flatbuffers::FlatBufferBuilder &builder) {
  return {builder.GetBufferPointer(), builder.GetSize()};
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

// FlatBuffers leaves out vectors that a writer did not set: null is empty.

/// The verifier does not ask that vectors of wide scalars are aligned.
template <typename T>
std::vector<T> read(const flatbuffers::Vector<T> *vector) {
  std::vector<T> result;
  if (!vector)
    return result;
  result.reserve(vector->size());
  for (size_t i = 0; i < vector->size(); ++i)
    result.push_back(llvm::support::endian::read<T, llvm::endianness::little>(
        vector->Data() + i * sizeof(T)));
  return result;
}

std::vector<uint8_t> read(const flatbuffers::Vector<uint8_t> *vector) {
  return vector ? std::vector<uint8_t>(vector->data(),
                                       vector->data() + vector->size())
                : std::vector<uint8_t>();
}

std::string readString(const flatbuffers::Vector<uint8_t> *vector) {
  return vector ? std::string(vector->data(), vector->data() + vector->size())
                : std::string();
}

Program::Value read(const fb::Value &value) {
  Program::Value result;
  result.name = value.name()->str();
  result.shape = read(value.shape());
  result.kind = static_cast<ElementKind>(value.kind());
  if (const flatbuffers::Vector<uint8_t> *sample = value.sample())
    result.sample.assign(sample->begin(), sample->end());
  if (const fb::Binding *binding = value.binding()) {
    Program::Binding &b = result.binding.emplace();
    b.address = binding->address();
    b.segmentBytes = binding->segment_bytes();
    b.scale = binding->scale();
    b.channels = binding->channels();
    b.height = binding->height();
    b.width = binding->width();
    b.policy = static_cast<CutPolicy>(binding->policy());
    b.phases[0] = binding->phase_rows();
    b.phases[1] = binding->phase_cols();
    b.halo[0] = binding->halo_top();
    b.halo[1] = binding->halo_bottom();
    b.halo[2] = binding->halo_left();
    b.halo[3] = binding->halo_right();
    b.byRows = binding->by_rows();
  }
  return result;
}

Program::HostOperation read(const fb::HostOperation &operation) {
  return {operation.name()->str(), operation.reason()->str()};
}

Program::HostCall read(const fb::HostCall &call) {
  Program::HostCall result{call.function()->str(), read(call.operands()),
                           read(call.results()), call.dense_macs(), {}};
  if (call.operations())
    for (const fb::HostOperation *operation : *call.operations())
      result.operations.push_back(read(*operation));
  return result;
}

Program::Convolution read(const fb::Convolution &convolution) {
  Program::Convolution result;
  if (convolution.inputs())
    for (const fb::LayerInput *input : *convolution.inputs())
      result.inputs.push_back({input->channels(),
                               input->groups(),
                               {input->rows(), input->cols()},
                               {input->filter_rows(), input->filter_cols()},
                               {input->stride_rows(), input->stride_cols()}});
  result.outputs = convolution.outputs();
  result.plane = {convolution.rows(), convolution.cols()};
  result.pooled = {convolution.pooled_rows(), convolution.pooled_cols()};
  result.cut = static_cast<CutPolicy>(convolution.policy());
  result.tile = {convolution.tile_rows(), convolution.tile_cols()};
  result.outputHalos = convolution.output_halos();
  result.order = convolution.order();
  return result;
}

Program::Layer read(const fb::Layer &layer) {
  Program::Layer result{layer.name()->str(), layer.dense_macs(),
                        layer.weights(),     layer.nonzero_weights(),
                        layer.groups(),      layer.group_size(),
                        layer.pieces(),      std::nullopt,
                        layer.setup()};
  if (layer.convolution())
    result.convolution = read(*layer.convolution());
  return result;
}

template <typename EntryT, typename TableT>
void readTable(const flatbuffers::Vector<flatbuffers::Offset<TableT>> *table,
               std::vector<EntryT> &entries) {
  if (!table)
    return;
  for (const TableT *entry : *table)
    entries.push_back(read(*entry));
}

/// Returns the payload of a container in which every bit is as it was written.
llvm::Expected<llvm::ArrayRef<uint8_t>>
readContainer(llvm::ArrayRef<uint8_t> file) {
  llvm::StringRef identifier = fb::ContainerIdentifier();
  llvm::StringRef text = llvm::toStringRef(file);
  if (text.substr(kIdentifierOffset, identifier.size()) != identifier)
    return llvm::createStringError(
        "expected an SCNN program, but got a file without its identifier");
  uint64_t expectedSize =
      sizeof(uint32_t) + uint64_t(llvm::support::endian::read32le(file.data()));
  if (file.size() < expectedSize)
    return llvm::createStringError("truncated: expected " +
                                   Twine(expectedSize) + " bytes, but got " +
                                   Twine(file.size()));
  if (file.size() > expectedSize || expectedSize > kMaxFileBytes)
    return llvm::createStringError("expected a file of " + Twine(expectedSize) +
                                   " bytes, at most " + Twine(kMaxFileBytes) +
                                   ", but got " + Twine(file.size()));

  flatbuffers::Verifier verifier(file.data(), file.size());
  if (!fb::VerifySizePrefixedContainerBuffer(verifier))
    return llvm::createStringError("malformed container");
  const fb::Container &container = *fb::GetSizePrefixedContainer(file.data());
  if (container.version() != kProgramVersion)
    return llvm::createStringError("expected format version " +
                                   Twine(kProgramVersion) + ", but got " +
                                   Twine(container.version()));
  llvm::ArrayRef<uint8_t> payload(container.payload()->data(),
                                  container.payload()->size());
  uint64_t hash = llvm::xxh3_64bits(payload);
  if (container.hash() != hash)
    return llvm::createStringError("checksum mismatch: expected 0x" +
                                   llvm::utohexstr(container.hash(), true, 16) +
                                   ", but got 0x" +
                                   llvm::utohexstr(hash, true, 16));

  // The hash does not cover the container itself, whose padding and offsets
  // FlatBuffers' verifier lets differ.
  flatbuffers::FlatBufferBuilder builder(file.size());
  writeContainer(builder, payload);
  if (bytesOf(builder) != file)
    return llvm::createStringError("malformed container");
  return payload;
}

llvm::Expected<Program> readPayload(llvm::ArrayRef<uint8_t> unaligned) {
  AlignedBytes bytes(unaligned);
  flatbuffers::Verifier verifier(bytes.get().data(), bytes.get().size());
  if (!verifier.VerifyBuffer<fb::Payload>())
    return llvm::createStringError("malformed payload");
  const fb::Payload &payload =
      *flatbuffers::GetRoot<fb::Payload>(bytes.get().data());

  Program program;
  program.name = payload.name()->str();
  llvm::Expected<Machine> machine =
      parseMachine(payload.machine()->str(), "machine");
  if (!machine)
    return machine.takeError();
  program.machine = *machine;
  program.dramBytes = payload.dram_bytes();
  llvm::Expected<std::vector<isa::Command>> commands =
      isa::decode(read(payload.commands()));
  if (!commands)
    return llvm::createStringError("commands: " +
                                   llvm::toString(commands.takeError()));
  program.commands = std::move(*commands);
  program.constants.address = payload.constants_address();
  program.constants.bytes = read(payload.constants());
  readTable(payload.values(), program.values);
  readTable(payload.host_calls(), program.hostCalls);
  readTable(payload.layers(), program.layers);
  program.inputs = read(payload.inputs());
  program.outputs = read(payload.outputs());
  program.hostModule = readString(payload.host_module());
  program.reference = readString(payload.reference());
  if (llvm::Error error = verify(program))
    return error;
  return program;
}

} // namespace

/// The bytes of the file; a network's reference may be most of a GiB, so that
/// every copy counts.
static llvm::Expected<flatbuffers::DetachedBuffer>
buildFile(const Program &program) {
  if (llvm::Error error = verify(program))
    return error;
  llvm::SmallVector<uint8_t> commands;
  for (const isa::Command &command : program.commands)
    isa::encode(command, commands);
  uint64_t contentBytes = uint64_t(commands.size()) +
                          program.constants.bytes.size() +
                          program.hostModule.size() + program.reference.size();
  for (const Program::Value &value : program.values)
    contentBytes += value.sample.size();
  if (contentBytes > kMaxContentBytes)
    return llvm::createStringError(
        "expected commands, constants, samples, host functions and reference "
        "of at most " +
        Twine(kMaxContentBytes) + " bytes, but got " + Twine(contentBytes));

  flatbuffers::FlatBufferBuilder payload(contentBytes + 4096);
  writePayload(payload, program, commands);
  flatbuffers::FlatBufferBuilder container(payload.GetSize() + 256);
  writeContainer(container, bytesOf(payload));
  return container.Release();
}

llvm::Expected<std::vector<uint8_t>> serialize(const Program &program) {
  llvm::Expected<flatbuffers::DetachedBuffer> file = buildFile(program);
  if (!file)
    return file.takeError();
  return std::vector<uint8_t>(file->data(), file->data() + file->size());
}

llvm::Error writeProgram(const Program &program, llvm::StringRef path) {
  llvm::Expected<flatbuffers::DetachedBuffer> file = buildFile(program);
  if (!file)
    return file.takeError();
  return writeFile(path, [&](llvm::raw_ostream &os) {
    os.write(reinterpret_cast<const char *>(file->data()), file->size());
    return llvm::Error::success();
  });
}

llvm::Expected<Program> readProgram(llvm::StringRef path) {
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> buffer =
      llvm::MemoryBuffer::getFileOrSTDIN(path, /*IsText=*/false,
                                         /*RequiresNullTerminator=*/false);
  if (!buffer)
    return llvm::createStringError(path + ": " + buffer.getError().message());
  return readProgram((*buffer)->getMemBufferRef());
}

llvm::Expected<Program> readProgram(llvm::MemoryBufferRef buffer) {
  auto inBuffer = [&](llvm::Error error) {
    return llvm::createStringError(buffer.getBufferIdentifier() + ": " +
                                   llvm::toString(std::move(error)));
  };
  AlignedBytes file(llvm::arrayRefFromStringRef(buffer.getBuffer()));
  llvm::Expected<llvm::ArrayRef<uint8_t>> payload = readContainer(file.get());
  if (!payload)
    return inBuffer(payload.takeError());
  llvm::Expected<Program> program = readPayload(*payload);
  if (!program)
    return inBuffer(program.takeError());
  return program;
}

} // namespace scnn
