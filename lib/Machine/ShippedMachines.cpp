//===- ShippedMachines.cpp - The machines of machines/ --------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Their files are in the library, so that tools find them wherever they are
// installed.
//
//===----------------------------------------------------------------------===//

#include "scnn/Machine/Field.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"

namespace {
struct ShippedMachine {
  llvm::StringLiteral name;
  llvm::StringLiteral yaml;
};
} // namespace

/// In the order of their names.
static constexpr ShippedMachine kShippedMachines[] = {
#include "ShippedMachines.inc"
};

llvm::Expected<std::string> scnn::readMachineText(llvm::StringRef nameOrFile) {
  for (const ShippedMachine &machine : kShippedMachines)
    if (machine.name == nameOrFile)
      return machine.yaml.str();
  auto file = llvm::MemoryBuffer::getFile(nameOrFile, /*IsText=*/true);
  if (file)
    return (*file)->getBuffer().str();
  std::string names = llvm::join(
      llvm::map_range(kShippedMachines,
                      [](const ShippedMachine &m) { return m.name.str(); }),
      ", ");
  return llvm::createStringError(
      file.getError(), "cannot read machine '" + nameOrFile +
                           "': " + file.getError().message() +
                           " (the machines with a name are: " + names + ")");
}
