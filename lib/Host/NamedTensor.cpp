//===- NamedTensor.cpp - Tensors for the inputs of a network --------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Host/NamedTensor.h"

#include "scnn/Host/Npy.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace scnn;
using llvm::Expected;
using llvm::StringRef;

Expected<std::pair<std::string, std::string>>
scnn::splitNameAndFile(StringRef argument) {
  auto [name, file] = argument.rsplit('=');
  if (name.empty() || file.empty())
    return llvm::createStringError("expected NAME=FILE.npy, but got '" +
                                   argument + "'");
  return std::pair(name.str(), file.str());
}

Expected<NamedTensor> scnn::readNamedTensor(StringRef argument) {
  auto split = splitNameAndFile(argument);
  if (!split)
    return split.takeError();
  Expected<HostTensor> read = readNpy(split->second);
  if (!read)
    return read.takeError();
  return NamedTensor{split->first, split->second, std::move(*read)};
}

Expected<NamedShape> scnn::parseNamedShape(StringRef argument) {
  auto [name, text] = argument.rsplit('=');
  NamedShape result{name.str(), {}};
  llvm::SmallVector<StringRef> extents;
  text.split(extents, 'x');
  for (StringRef extent : extents) {
    int64_t value;
    if (name.empty() || extent.getAsInteger(10, value) || value < 0)
      return llvm::createStringError(
          "expected NAME=1x3x224x224, or other extents, but got '" + argument +
          "'");
    result.shape.push_back(value);
  }
  return result;
}

Expected<std::vector<std::vector<HostTensor>>>
scnn::groupIntoRuns(llvm::ArrayRef<NamedTensor> tensors,
                    llvm::ArrayRef<std::string> inputs,
                    llvm::ArrayRef<ElementKind> kinds) {
  for (const NamedTensor &tensor : tensors)
    if (!llvm::is_contained(inputs, tensor.name))
      return llvm::createStringError(llvm::formatv(
          "{0}: the network has no input '{1}'; its inputs are: {2}",
          tensor.file, tensor.name, llvm::join(inputs, ", ")));
  std::vector<std::vector<HostTensor>> runs;
  for (auto [input, kind] : llvm::zip_equal(inputs, kinds)) {
    size_t count = 0;
    for (const NamedTensor &tensor : tensors) {
      if (tensor.name != input)
        continue;
      if (runs.size() == count)
        runs.emplace_back();
      Expected<HostTensor> converted = kind == ElementKind::F32
                                           ? toF32(tensor.tensor, tensor.file)
                                           : tensor.tensor;
      if (!converted)
        return converted.takeError();
      runs[count++].push_back(std::move(*converted));
    }
    if (count == 0)
      return llvm::createStringError(
          llvm::formatv("no tensor for input '{0}'", input));
  }
  for (const std::vector<HostTensor> &run : runs)
    if (run.size() != inputs.size())
      return llvm::createStringError(
          "expected as many tensors for each input as for the others");
  return runs;
}

std::string scnn::fileNameFor(StringRef tensorName) {
  std::string name = tensorName.str();
  for (char &c : name)
    if (!llvm::isAlnum(c) && !StringRef("-_.").contains(c))
      c = '_';
  return name;
}
