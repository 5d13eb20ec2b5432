//===- Npy.cpp - Tensors in NumPy files -----------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// The format is described in NumPy's documentation, numpy.lib.format: a magic
// string, a version, the length of the header, the header (a Python dictionary
// of three entries), the elements.
//
//===----------------------------------------------------------------------===//

#include "scnn/Host/Npy.h"
#include "scnn/Support/WriteFile.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <cstring>

using namespace scnn;
using llvm::StringRef;
using llvm::Twine;

static constexpr char kMagicChars[] = "\x93NUMPY";
static constexpr StringRef kMagic(kMagicChars, 6);
/// NumPy itself refuses to read headers beyond this.
static constexpr size_t kMaxHeader = 10000;
static constexpr size_t kMaxRank = 32;

static llvm::Error error(StringRef name, const Twine &text) {
  return llvm::createStringError("'" + name + "': " + text);
}

namespace {
struct Header {
  std::optional<std::string> dtype;
  std::optional<bool> fortranOrder;
  std::optional<llvm::SmallVector<int64_t, 4>> shape;
};

/// Reads the dictionary: string keys; strings, booleans and tuples of
/// non-negative integers as values.
class HeaderParser {
public:
  HeaderParser(StringRef text, StringRef name) : rest(text), name(name) {}

  llvm::Expected<Header> parse() {
    Header header;
    if (!take("{"))
      return malformed("expected '{'");
    while (!take("}")) {
      std::string key;
      if (!takeString(key) || !take(":"))
        return malformed("expected a key");
      if (llvm::Error failed = parseValue(key, header))
        return failed;
      if (!take(",") && !startsWith("}"))
        return malformed("expected ',' or '}'");
    }
    if (!rest.trim(" \t\n").empty())
      return malformed("there is text after the dictionary");
    if (!header.dtype || !header.fortranOrder || !header.shape)
      return malformed("expected 'descr', 'fortran_order' and 'shape'");
    return header;
  }

private:
  StringRef rest, name;

  llvm::Error malformed(const Twine &text) {
    return error(name, "malformed header: " + text);
  }

  void skipSpace() { rest = rest.ltrim(" \t\n"); }
  bool startsWith(StringRef token) {
    skipSpace();
    return rest.starts_with(token);
  }
  bool take(StringRef token) {
    skipSpace();
    return rest.consume_front(token);
  }
  bool takeString(std::string &text) {
    skipSpace();
    if (rest.empty() || (rest[0] != '\'' && rest[0] != '"'))
      return false;
    size_t end = rest.find(rest[0], 1);
    if (end == StringRef::npos)
      return false;
    text = rest.slice(1, end).str();
    rest = rest.drop_front(end + 1);
    return true;
  }

  llvm::Error parseValue(StringRef key, Header &header) {
    if (key == "descr") {
      std::string dtype;
      if (startsWith("["))
        return error(name, "records are not supported");
      if (!takeString(dtype))
        return malformed("expected 'descr' to be a string");
      header.dtype = dtype;
      return llvm::Error::success();
    }
    if (key == "fortran_order") {
      if (take("True"))
        header.fortranOrder = true;
      else if (take("False"))
        header.fortranOrder = false;
      else
        return malformed("expected 'fortran_order' to be True or False");
      return llvm::Error::success();
    }
    if (key == "shape")
      return parseShape(header);
    return malformed("unknown key '" + printable(key) + "'");
  }

  llvm::Error parseShape(Header &header) {
    if (!take("("))
      return malformed("expected 'shape' to be a tuple");
    llvm::SmallVector<int64_t, 4> shape;
    while (!take(")")) {
      skipSpace();
      int64_t extent;
      if (rest.empty() || !llvm::isDigit(rest[0]) ||
          rest.consumeInteger(10, extent))
        return malformed("expected extents of the shape in 0 ... 2^63 - 1");
      if (shape.size() == kMaxRank)
        return error(name,
                     "expected at most " + Twine(kMaxRank) + " dimensions");
      shape.push_back(extent);
      if (!take(",") && !startsWith(")"))
        return malformed("expected ',' or ')'");
    }
    header.shape = shape;
    return llvm::Error::success();
  }

public:
  static std::string printable(StringRef text) {
    std::string result;
    llvm::raw_string_ostream stream(result);
    llvm::printEscapedString(text.take_front(40), stream);
    return result;
  }
};
} // namespace

static constexpr std::pair<StringRef, ElementKind> kDtypes[] = {
    {"<f4", ElementKind::F32}, {"<f8", ElementKind::F64},
    {"|b1", ElementKind::I1},  {"|i1", ElementKind::I8},
    {"|u1", ElementKind::UI8}, {"<i2", ElementKind::I16}, {"<i4", ElementKind::I32},
    {"<i8", ElementKind::I64}};

/// Splits off the header's text by version and length.
static llvm::Expected<StringRef> takeHeader(StringRef &bytes, StringRef name) {
  if (!bytes.consume_front(kMagic))
    return error(name, "not a .npy file");
  if (bytes.size() < 2)
    return error(name, "truncated in the header");
  unsigned version = uint8_t(bytes[0]);
  if (version < 1 || version > 3 || bytes[1] != 0)
    return error(name, "expected format version 1.0, 2.0 or 3.0, but got " +
                           Twine(version) + "." +
                           Twine(unsigned(uint8_t(bytes[1]))));
  bytes = bytes.drop_front(2);
  size_t lengthBytes = version == 1 ? 2 : 4;
  if (bytes.size() < lengthBytes)
    return error(name, "truncated in the header");
  size_t length = version == 1 ? llvm::support::endian::read16le(bytes.data())
                               : llvm::support::endian::read32le(bytes.data());
  bytes = bytes.drop_front(lengthBytes);
  if (length > kMaxHeader)
    return error(name, "expected a header of at most " + Twine(kMaxHeader) +
                           " bytes, but got " + Twine(length));
  if (bytes.size() < length)
    return error(name, "truncated in the header");
  StringRef header = bytes.take_front(length);
  bytes = bytes.drop_front(length);
  return header;
}

llvm::Expected<HostTensor> scnn::parseNpy(StringRef bytes, StringRef name) {
  llvm::Expected<StringRef> text = takeHeader(bytes, name);
  if (!text)
    return text.takeError();
  llvm::Expected<Header> header = HeaderParser(*text, name).parse();
  if (!header)
    return header.takeError();

  const auto *dtype = llvm::find_if(kDtypes, [&](const auto &entry) {
    return entry.first == *header->dtype;
  });
  if (dtype == std::end(kDtypes))
    return error(name, "expected elements of '<f4', '<f8', '|b1', '|i1', "
                       "'|u1', '<i2', '<i4' or '<i8', but got '" +
                           HeaderParser::printable(*header->dtype) + "'");
  ElementKind kind = dtype->second;
  std::string description = describeShape(*header->shape, kind);
  if (*header->fortranOrder && header->shape->size() > 1)
    return error(name, "expected C order, but the array is in Fortran order "
                       "(numpy.ascontiguousarray converts it)");
  std::optional<int64_t> count = elementCount(*header->shape);
  int64_t size;
  if (!count || llvm::MulOverflow(*count, elementBytes(kind), size))
    return error(name, "the size of " + description + " overflows");
  if (int64_t(bytes.size()) != size)
    return error(name,
                 Twine(int64_t(bytes.size()) < size ? "truncated: " : "") +
                     "expected " + Twine(size) + " bytes for " + description +
                     ", but got " + Twine(bytes.size()));
  HostTensor tensor(kind, *header->shape);
  std::memcpy(tensor.bytes.data(), bytes.data(), bytes.size());
  if (kind == ElementKind::I1)
    for (char &value : tensor.bytes)
      value = value != 0;
  return tensor;
}

llvm::Expected<HostTensor> scnn::readNpy(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return error(path, buffer.getError().message());
  return parseNpy((*buffer)->getBuffer(), path);
}

llvm::Expected<HostTensor> scnn::toF32(HostTensor tensor, StringRef name) {
  if (tensor.kind == ElementKind::F32)
    return tensor;
  if (tensor.kind != ElementKind::F64)
    return error(name, "expected elements of f32 or f64, but got " +
                           elementName(tensor.kind));
  HostTensor result(ElementKind::F32, tensor.shape);
  llvm::transform(tensor.data<double>(), result.data<float>().begin(),
                  [](double value) { return float(value); });
  return result;
}

std::string scnn::formatNpy(const HostTensor &tensor) {
  static_assert(llvm::endianness::native == llvm::endianness::little,
                "elements are written as they are");
  StringRef dtype;
  for (const auto &[name, kind] : kDtypes)
    if (kind == tensor.kind)
      dtype = name;
  std::string header =
      "{'descr': '" + dtype.str() + "', 'fortran_order': False, 'shape': (";
  for (int64_t extent : tensor.shape)
    header += llvm::itostr(extent) + ", ";
  header += "), }";
  // Elements start at a multiple of 64 bytes, after a newline.
  size_t before = kMagic.size() + 4;
  header.append(63 - (before + header.size()) % 64, ' ');
  header += '\n';

  std::string file = kMagic.str();
  file +=
      {'\x01', '\x00', char(header.size() & 0xff), char(header.size() >> 8)};
  file += header;
  file.append(tensor.bytes.begin(), tensor.bytes.end());
  return file;
}

llvm::Error scnn::writeNpy(StringRef path, const HostTensor &tensor) {
  return writeFile(path, [&](llvm::raw_ostream &out) {
    out << formatNpy(tensor);
    return llvm::Error::success();
  });
}
