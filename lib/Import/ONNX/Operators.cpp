//===- Operators.cpp - The ONNX operators that are imported ---------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

using namespace scnn::onnx_import;

static constexpr unsigned kAny = ~0u;

static constexpr Operator kOperators[] = {
    {"Add", importAdd, 2, 2},
    {"Clip", importClip, 1, 3},
    {"Concat", importConcat, 1, kAny},
    {"Constant", importConstant, 0, 0},
    {"ConstantOfShape", importConstantOfShape, 1, 1},
    {"Conv", importConv, 2, 3},
    {"Flatten", importFlatten, 1, 1},
    {"Identity", importIdentity, 1, 1},
    {"MaxPool", importMaxPool, 1, 1},
    {"Mul", importMul, 2, 2},
    {"Relu", importRelu, 1, 1},
    {"Reshape", importReshape, 2, 2},
    {"Sigmoid", importSigmoid, 1, 1},
    {"Sub", importSub, 2, 2},
    {"Transpose", importTranspose, 1, 1},
};

const Operator *scnn::onnx_import::findOperator(llvm::StringRef name) {
  const Operator *found = llvm::find_if(
      kOperators, [&](const Operator &op) { return op.name == name; });
  return found == std::end(kOperators) ? nullptr : found;
}
