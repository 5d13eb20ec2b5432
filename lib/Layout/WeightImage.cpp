//===- WeightImage.cpp - Weights of an output-channel group in DRAM -------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Layout/WeightImage.h"

#include "llvm/Support/Endian.h"

using namespace llvm;
using namespace scnn;

namespace {
/// Appends little-endian integers.
struct Writer {
  SmallVectorImpl<uint8_t> &bytes;

  template <typename T>
  void write(T value) {
    size_t offset = bytes.size();
    bytes.resize(offset + sizeof(T));
    support::endian::write<T, endianness::little>(bytes.data() + offset, value);
  }
};

/// Takes little-endian integers off the front; the caller checks the size.
struct Reader {
  ArrayRef<uint8_t> bytes;

  template <typename T>
  T read() {
    T value = support::endian::read<T, endianness::little>(bytes.data());
    bytes = bytes.drop_front(sizeof(T));
    return value;
  }
};
} // namespace

void WeightImage::serialize(int64_t zeroRunBits,
                            SmallVectorImpl<uint8_t> &bytes) const {
  Writer writer{bytes};
  for (const WeightChannel &channel : channels) {
    writer.write<int32_t>(channel.bias);
    writer.write<uint16_t>(channel.multiplier);
    writer.write<uint8_t>(channel.shift);
    writer.write<uint8_t>(0);
  }
  for (const WeightBlock &block : blocks) {
    writer.write<uint16_t>(block.inputChannel);
    writer.write<uint16_t>(block.firstOutput);
    writer.write<uint16_t>(block.outputs);
    writer.write<uint16_t>(block.elements.size());
    writer.write<uint8_t>(block.rowPhase);
    writer.write<uint8_t>(block.colPhase);
    writer.write<uint8_t>(block.productShift);
    writer.write<uint8_t>(0);
    packElements(block.elements, zeroRunBits, bytes);
  }
}

Expected<WeightImage> WeightImage::parse(ArrayRef<uint8_t> bytes,
                                         int64_t channels, int64_t blocks,
                                         int64_t zeroRunBits) {
  auto truncated = [] {
    return createStringError("weight image is shorter than its tables say");
  };
  // Before anything is allocated: counts may come from a hostile file.
  if (channels < 0 || blocks < 0 ||
      channels > int64_t(bytes.size()) / kChannelBytes ||
      blocks > int64_t(bytes.size()) / kBlockHeaderBytes)
    return truncated();
  WeightImage image;
  Reader reader{bytes};
  image.channels.resize(channels);
  for (WeightChannel &channel : image.channels) {
    channel.bias = reader.read<int32_t>();
    channel.multiplier = reader.read<uint16_t>();
    channel.shift = reader.read<uint8_t>();
    reader.read<uint8_t>();
  }
  image.blocks.resize(blocks);
  for (WeightBlock &block : image.blocks) {
    if (int64_t(reader.bytes.size()) < kBlockHeaderBytes)
      return truncated();
    block.inputChannel = reader.read<uint16_t>();
    block.firstOutput = reader.read<uint16_t>();
    block.outputs = reader.read<uint16_t>();
    int64_t count = reader.read<uint16_t>();
    block.rowPhase = reader.read<uint8_t>();
    block.colPhase = reader.read<uint8_t>();
    block.productShift = reader.read<uint8_t>();
    reader.read<uint8_t>();
    int64_t size = packedBytes(count, zeroRunBits);
    if (int64_t(reader.bytes.size()) < size ||
        !unpackElements(reader.bytes.take_front(size), count, zeroRunBits,
                        block.elements))
      return truncated();
    reader.bytes = reader.bytes.drop_front(size);
  }
  if (!reader.bytes.empty())
    return createStringError("weight image has " +
                             Twine(reader.bytes.size()) +
                             " bytes beyond its last block");
  return image;
}
