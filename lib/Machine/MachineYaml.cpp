//===- MachineYaml.cpp - Machines as YAML text ----------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Machine/Machine.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLParser.h"

using namespace scnn;
using llvm::formatv;

static constexpr llvm::StringLiteral kModel = "model";
static constexpr llvm::StringLiteral kPrices = "energy_pj";
/// What a description describes that does not say so.
static constexpr llvm::StringLiteral kDefaultModel = "scnn";

/// A machine file is a page of text; what is larger is something else.
static constexpr size_t kMaxFileBytes = 1 << 20;

std::string scnn::toYaml(const Description &description) {
  std::string text = (kModel + ": " + description.model + "\n").str();
  for (auto [field, value] : description.fields)
    text += (field->name + ": " + field->format(*value) + "\n").str();
  if (!description.prices)
    return text;
  text += (kPrices + ":\n").str();
  for (const PriceField &field : priceFields())
    text += ("  " + field.name + ": " +
             formatPrice((*description.prices)[field.price]) + "\n")
                .str();
  return text;
}

namespace {
/// Reads one YAML buffer; every error has the form `name:line: what`.
class DescriptionReader {
public:
  DescriptionReader(llvm::StringRef yaml, llvm::StringRef bufferName)
      : bufferName(bufferName), stream(yaml, sourceManager, false) {
    sourceManager.setDiagHandler(
        [](const llvm::SMDiagnostic &diagnostic, void *reader) {
          static_cast<DescriptionReader *>(reader)->noteSyntaxError(diagnostic);
        },
        this);
  }

  llvm::Error read(const Description &description);
  llvm::Expected<std::string> readModel();

private:
  /// An entry of a mapping: its name, and where that stands.
  struct Key {
    llvm::SmallString<32> name;
    unsigned line;
  };
  using Entry = llvm::yaml::KeyValueNode;

  /// Calls `readEntry` for each line of the document.
  llvm::Error
  readDocument(llvm::function_ref<llvm::Error(const Key &, Entry &)> readEntry);
  llvm::Expected<Key> readKey(Entry &entry);
  llvm::Expected<std::string> readScalar(const Key &key, Entry &entry);
  llvm::Error readEntry(const Key &key, Entry &entry,
                        const Description &description);
  llvm::Error readPrices(const Key &key, Entry &entry, EnergyPrices &prices);
  /// Notes that a name was set; an error if it was before.
  llvm::Error noteSet(llvm::StringRef what, const Key &key);

  void noteSyntaxError(const llvm::SMDiagnostic &diagnostic) {
    if (syntaxError.empty())
      syntaxError =
          formatv("{0}:{1}: {2}", bufferName,
                  std::max(diagnostic.getLineNo(), 1), diagnostic.getMessage());
  }
  llvm::Error takeSyntaxError() {
    return llvm::createStringError(
        llvm::inconvertibleErrorCode(),
        syntaxError.empty() ? (bufferName + ": not YAML").str() : syntaxError);
  }
  llvm::Error error(unsigned line, const llvm::Twine &message) const {
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   bufferName + ":" + llvm::Twine(line) + ": " +
                                       message);
  }
  unsigned lineOf(const llvm::yaml::Node *node) const {
    llvm::SMLoc start = node->getSourceRange().Start;
    if (!start.isValid() || sourceManager.FindBufferContainingLoc(start) == 0)
      return 1;
    return sourceManager.getLineAndColumn(start).first;
  }

  llvm::StringRef bufferName;
  llvm::SourceMgr sourceManager;
  llvm::yaml::Stream stream;
  std::string syntaxError;
  /// Where each field and price was set.
  llvm::StringMap<unsigned> lines;
};
} // namespace

llvm::Expected<DescriptionReader::Key>
DescriptionReader::readKey(Entry &entry) {
  auto *node = llvm::dyn_cast_or_null<llvm::yaml::ScalarNode>(entry.getKey());
  if (stream.failed())
    return takeSyntaxError();
  if (!node)
    return error(lineOf(&entry), "expected a field name");
  llvm::SmallString<32> storage;
  return Key{node->getValue(storage), lineOf(node)};
}

llvm::Expected<std::string> DescriptionReader::readScalar(const Key &key,
                                                          Entry &entry) {
  auto *node = llvm::dyn_cast_or_null<llvm::yaml::ScalarNode>(entry.getValue());
  if (stream.failed())
    return takeSyntaxError();
  if (!node)
    return error(key.line, formatv("expected a value for {0}", key.name));
  llvm::SmallString<32> storage;
  return node->getValue(storage).str();
}

llvm::Error DescriptionReader::noteSet(llvm::StringRef what, const Key &key) {
  auto [first, isNew] =
      lines.try_emplace((what + " " + key.name).str(), key.line);
  if (isNew)
    return llvm::Error::success();
  return error(key.line, formatv("{0} '{1}' is set twice, first in line {2}",
                                 what, key.name, first->second));
}

llvm::Error DescriptionReader::readPrices(const Key &key, Entry &entry,
                                          EnergyPrices &prices) {
  auto *mapping =
      llvm::dyn_cast_or_null<llvm::yaml::MappingNode>(entry.getValue());
  if (stream.failed())
    return takeSyntaxError();
  if (!mapping)
    return error(key.line, formatv("expected lines of the form 'price: pJ' "
                                   "below {0}",
                                   kPrices));
  for (Entry &line : *mapping) {
    llvm::Expected<Key> priceKey = readKey(line);
    if (!priceKey)
      return priceKey.takeError();
    const PriceField *field = findPriceField(priceKey->name);
    if (!field)
      return error(priceKey->line,
                   formatv("unknown energy price '{0}'", priceKey->name));
    if (llvm::Error failure = noteSet("price", *priceKey))
      return failure;
    llvm::Expected<std::string> text = readScalar(*priceKey, line);
    if (!text)
      return text.takeError();
    std::optional<int64_t> price = parsePrice(*text);
    if (!price)
      return error(priceKey->line,
                   formatv("expected {0} to be 0 to {1} pJ with at most six "
                           "decimals, but got '{2}'",
                           field->name, formatPrice(kMaxPrice), *text));
    prices[field->price] = *price;
  }
  return stream.failed() ? takeSyntaxError() : llvm::Error::success();
}

llvm::Error DescriptionReader::readEntry(const Key &key, Entry &entry,
                                         const Description &description) {
  const FieldValue *found =
      llvm::find_if(description.fields, [&](const FieldValue &candidate) {
        return candidate.field->name == key.name;
      });
  bool isPrices = description.prices && key.name == kPrices;
  if (found == description.fields.end() && key.name != kModel && !isPrices)
    return error(key.line, formatv("unknown machine field '{0}'", key.name));
  if (llvm::Error failure = noteSet("field", key))
    return failure;
  if (isPrices)
    return readPrices(key, entry, *description.prices);

  llvm::Expected<std::string> text = readScalar(key, entry);
  if (!text)
    return text.takeError();
  if (key.name == kModel) {
    if (*text == description.model)
      return llvm::Error::success();
    return error(key.line, formatv("expected model to be {0}, but got '{1}'",
                                   description.model, *text));
  }
  std::optional<int64_t> value = found->field->parse(*text);
  if (!value)
    return error(key.line, formatv("expected {0} to be {1}, but got '{2}'",
                                   key.name, found->field->values(), *text));
  *found->value = *value;
  return llvm::Error::success();
}

llvm::Error DescriptionReader::readDocument(
    llvm::function_ref<llvm::Error(const Key &, Entry &)> readEntry) {
  llvm::yaml::document_iterator document = stream.begin();
  if (document == stream.end() || stream.failed())
    return takeSyntaxError();
  llvm::yaml::Node *root = document->getRoot();
  if (stream.failed() || !root)
    return takeSyntaxError();
  if (auto *mapping = llvm::dyn_cast<llvm::yaml::MappingNode>(root)) {
    for (Entry &entry : *mapping) {
      llvm::Expected<Key> key = readKey(entry);
      if (!key)
        return key.takeError();
      if (llvm::Error failure = readEntry(*key, entry))
        return failure;
    }
  } else if (!llvm::isa<llvm::yaml::NullNode>(root)) {
    return error(lineOf(root), "expected lines of the form 'field: value'");
  }
  if (stream.failed())
    return takeSyntaxError();
  if (++document != stream.end())
    return stream.failed() ? takeSyntaxError()
                           : error(1, "expected one YAML document");
  return llvm::Error::success();
}

llvm::Error DescriptionReader::read(const Description &description) {
  return readDocument([&](const Key &key, Entry &entry) {
    return readEntry(key, entry, description);
  });
}

llvm::Expected<std::string> DescriptionReader::readModel() {
  std::string model = kDefaultModel.str();
  auto readEntry = [&](const Key &key, Entry &entry) -> llvm::Error {
    if (key.name != kModel) {
      entry.skip();
      return llvm::Error::success();
    }
    llvm::Expected<std::string> text = readScalar(key, entry);
    if (text)
      model = *text;
    return text.takeError();
  };
  if (llvm::Error failure = readDocument(readEntry))
    return std::move(failure);
  return model;
}

static llvm::Error verifySize(llvm::StringRef yaml,
                              llvm::StringRef bufferName) {
  if (yaml.size() <= kMaxFileBytes)
    return llvm::Error::success();
  return llvm::createStringError(
      llvm::inconvertibleErrorCode(),
      bufferName + ": " + llvm::Twine(yaml.size()) +
          " bytes are too many for a machine description");
}

llvm::Error scnn::readDescription(llvm::StringRef yaml,
                                  llvm::StringRef bufferName,
                                  const Description &description) {
  if (llvm::Error error = verifySize(yaml, bufferName))
    return error;
  return DescriptionReader(yaml, bufferName).read(description);
}

llvm::Expected<std::string> scnn::modelOf(llvm::StringRef yaml,
                                          llvm::StringRef bufferName) {
  if (llvm::Error error = verifySize(yaml, bufferName))
    return std::move(error);
  return DescriptionReader(yaml, bufferName).readModel();
}

//===----------------------------------------------------------------------===//
// SCNN machines
//===----------------------------------------------------------------------===//

Description scnn::descriptionOf(Machine &machine) {
  return {kDefaultModel, fieldValues(machineFields(), machine),
          &machine.prices};
}

std::string scnn::toYaml(const Machine &machine) {
  Machine copy = machine;
  return toYaml(descriptionOf(copy));
}

llvm::Expected<Machine> scnn::parseMachine(llvm::StringRef yaml,
                                           llvm::StringRef bufferName,
                                           const Machine &base) {
  Machine machine = base;
  if (llvm::Error error =
          readDescription(yaml, bufferName, descriptionOf(machine)))
    return std::move(error);
  if (llvm::Error error = verify(machine))
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   bufferName + ": " +
                                       llvm::toString(std::move(error)));
  return machine;
}

llvm::Expected<Machine> scnn::loadMachine(llvm::StringRef nameOrFile,
                                          const Machine &base) {
  llvm::Expected<std::string> yaml = readMachineText(nameOrFile);
  if (!yaml)
    return yaml.takeError();
  return parseMachine(*yaml, nameOrFile, base);
}
