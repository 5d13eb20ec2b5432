//===- InterfaceNames.cpp - Names of a network's inputs and outputs -------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/IR/InterfaceNames.h"

#include "scnn/Dialect/SCNN/IR/SCNN.h"

using namespace mlir;
using namespace scnn;

static std::string nameOf(DictionaryAttr attributes, StringRef fallback,
                          unsigned index) {
  if (attributes)
    if (auto name = attributes.getAs<StringAttr>(SCNNDialect::kNameAttr))
      return name.str();
  return (fallback + Twine(index)).str();
}

std::string scnn::getArgumentName(func::FuncOp function, unsigned index) {
  return nameOf(function.getArgAttrDict(index), "input", index);
}

std::string scnn::getResultName(func::FuncOp function, unsigned index) {
  return nameOf(function.getResultAttrDict(index), "output", index);
}
