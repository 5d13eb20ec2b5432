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
    {"AveragePool", importAveragePool, 1, 1},
    {"BatchNormalization", importBatchNormalization, 5, 5},
    {"Cast", importCast, 1, 1},
    {"Clip", importClip, 1, 3},
    {"Concat", importConcat, 1, kAny},
    {"Constant", importConstant, 0, 0},
    {"ConstantOfShape", importConstantOfShape, 1, 1, 1, 9},
    {"Conv", importConv, 2, 3},
    {"ConvTranspose", importConvTranspose, 2, 3},
    {"DequantizeLinear", importDequantizeLinear, 2, 3, 1, 10},
    {"Div", importDiv, 2, 2},
    {"Dropout", importDropout, 1, 3, 2},
    {"Exp", importExp, 1, 1},
    {"Expand", importExpand, 2, 2, 1, 8},
    {"Flatten", importFlatten, 1, 1},
    {"Gather", importGather, 2, 2},
    {"Gemm", importGemm, 2, 3},
    {"GlobalAveragePool", importGlobalAveragePool, 1, 1},
    {"GlobalMaxPool", importGlobalMaxPool, 1, 1},
    {"HardSigmoid", importHardSigmoid, 1, 1},
    {"HardSwish", importHardSwish, 1, 1, 1, 14},
    {"Identity", importIdentity, 1, 1},
    {"LeakyRelu", importLeakyRelu, 1, 1},
    {"LRN", importLRN, 1, 1},
    {"MatMul", importMatMul, 2, 2},
    {"Max", importMax, 1, kAny},
    {"MaxPool", importMaxPool, 1, 1},
    {"Min", importMin, 1, kAny},
    {"Mul", importMul, 2, 2},
    {"Pad", importPad, 1, 4},
    {"Pow", importPow, 2, 2},
    {"PRelu", importPRelu, 2, 2},
    {"QLinearConv", importQLinearConv, 8, 9, 1, 10},
    {"QuantizeLinear", importQuantizeLinear, 2, 3, 1, 10},
    {"ReduceMean", importReduceMean, 1, 2},
    {"Relu", importRelu, 1, 1},
    {"Reshape", importReshape, 1, 2},
    {"Resize", importResize, 1, 4, 1, 10},
    {"Shape", importShape, 1, 1},
    {"Sigmoid", importSigmoid, 1, 1},
    {"Slice", importSlice, 1, 5},
    {"Softmax", importSoftmax, 1, 1},
    {"Split", importSplit, 1, 2, kAny},
    {"Sqrt", importSqrt, 1, 1},
    {"Squeeze", importSqueeze, 1, 2},
    {"Sub", importSub, 2, 2},
    {"Sum", importSum, 1, kAny},
    {"Tanh", importTanh, 1, 1},
    {"Transpose", importTranspose, 1, 1},
    {"Unsqueeze", importUnsqueeze, 1, 2},
};

const Operator *scnn::onnx_import::findOperator(llvm::StringRef name) {
  const Operator *found = llvm::find_if(
      kOperators, [&](const Operator &op) { return op.name == name; });
  return found == std::end(kOperators) ? nullptr : found;
}
