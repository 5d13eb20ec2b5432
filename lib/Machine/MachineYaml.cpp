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

static constexpr llvm::StringLiteral kUnlimited = "unlimited";

/// A machine file is a page of text; what is larger is something else.
static constexpr size_t kMaxFileBytes = 1 << 20;

std::string scnn::toYaml(const Machine &machine) {
  std::string text;
  for (const MachineField &field : machineFields()) {
    int64_t value = machine.*field.member;
    bool unlimited = field.mayBeUnlimited && value == 0;
    text += (field.name + ": " +
             (unlimited ? kUnlimited.str() : std::to_string(value)) + "\n")
                .str();
  }
  return text;
}

namespace {
/// Reads one YAML buffer; every error has the form `name:line: what`.
class MachineReader {
public:
  MachineReader(llvm::StringRef yaml, llvm::StringRef bufferName)
      : bufferName(bufferName), stream(yaml, sourceManager, false) {
    sourceManager.setDiagHandler(
        [](const llvm::SMDiagnostic &diagnostic, void *reader) {
          static_cast<MachineReader *>(reader)->noteSyntaxError(diagnostic);
        },
        this);
  }

  llvm::Expected<Machine> read(const Machine &base);

private:
  llvm::Error readField(llvm::yaml::KeyValueNode &entry, Machine &machine);
  llvm::Expected<int64_t> readValue(const MachineField &field,
                                    llvm::StringRef text, unsigned line) const;

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
  /// Where each field was set.
  llvm::StringMap<unsigned> lines;
};
} // namespace

llvm::Expected<int64_t> MachineReader::readValue(const MachineField &field,
                                                 llvm::StringRef text,
                                                 unsigned line) const {
  if (field.mayBeUnlimited && text == kUnlimited)
    return 0;
  int64_t value;
  if (text.getAsInteger(10, value) || value < field.minimum ||
      value > field.maximum)
    return error(line,
                 formatv("expected {0} to be {1} to {2}{3}, but got '{4}'",
                         field.name, field.minimum, field.maximum,
                         field.mayBeUnlimited ? " or 'unlimited'" : "", text));
  return value;
}

llvm::Error MachineReader::readField(llvm::yaml::KeyValueNode &entry,
                                     Machine &machine) {
  auto *key = llvm::dyn_cast_or_null<llvm::yaml::ScalarNode>(entry.getKey());
  if (stream.failed())
    return takeSyntaxError();
  if (!key)
    return error(lineOf(&entry), "expected a field name");
  unsigned line = lineOf(key);
  llvm::SmallString<32> keyStorage, valueStorage;
  llvm::StringRef name = key->getValue(keyStorage);

  const MachineField *field = findMachineField(name);
  if (!field)
    return error(line, formatv("unknown machine field '{0}'", name));
  auto [first, isNew] = lines.try_emplace(name, line);
  if (!isNew)
    return error(line, formatv("field '{0}' is set twice, first in line {1}",
                               name, first->second));

  auto *value =
      llvm::dyn_cast_or_null<llvm::yaml::ScalarNode>(entry.getValue());
  if (stream.failed())
    return takeSyntaxError();
  if (!value)
    return error(line, formatv("expected a value for {0}", name));
  llvm::Expected<int64_t> number =
      readValue(*field, value->getValue(valueStorage), lineOf(value));
  if (!number)
    return number.takeError();
  machine.*field->member = *number;
  return llvm::Error::success();
}

llvm::Expected<Machine> MachineReader::read(const Machine &base) {
  Machine machine = base;
  llvm::yaml::document_iterator document = stream.begin();
  if (document == stream.end() || stream.failed())
    return takeSyntaxError();
  llvm::yaml::Node *root = document->getRoot();
  if (stream.failed() || !root)
    return takeSyntaxError();
  if (auto *mapping = llvm::dyn_cast<llvm::yaml::MappingNode>(root)) {
    for (llvm::yaml::KeyValueNode &entry : *mapping)
      if (llvm::Error failure = readField(entry, machine))
        return failure;
  } else if (!llvm::isa<llvm::yaml::NullNode>(root)) {
    return error(lineOf(root), "expected lines of the form 'field: value'");
  }
  if (stream.failed())
    return takeSyntaxError();
  if (++document != stream.end())
    return stream.failed() ? takeSyntaxError()
                           : error(1, "expected one YAML document");
  if (llvm::Error failure = verify(machine))
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   bufferName + ": " +
                                       llvm::toString(std::move(failure)));
  return machine;
}

llvm::Expected<Machine> scnn::parseMachine(llvm::StringRef yaml,
                                           llvm::StringRef bufferName,
                                           const Machine &base) {
  if (yaml.size() > kMaxFileBytes)
    return llvm::createStringError(
        llvm::inconvertibleErrorCode(),
        bufferName + ": " + llvm::Twine(yaml.size()) +
            " bytes are too many for a machine description");
  return MachineReader(yaml, bufferName).read(base);
}

llvm::Expected<Machine> scnn::loadMachine(llvm::StringRef nameOrFile,
                                          const Machine &base) {
  if (nameOrFile == "scnn")
    return Machine();
  auto file = llvm::MemoryBuffer::getFile(nameOrFile, /*IsText=*/true);
  if (!file)
    return llvm::createStringError(
        file.getError(), "cannot read machine '" + nameOrFile +
                             "': " + file.getError().message() +
                             " (and the only built-in machine is 'scnn')");
  return parseMachine((*file)->getBuffer(), nameOrFile, base);
}
