//===- NormalizationOperators.cpp - ONNX BatchNormalization ---------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With the statistics of training, a normalization is one factor and one
// addend per channel: a 1x1 depthwise convolution with bias, which `scnn-fuse`
// folds into the convolution before it where that has no other reader.
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <cmath>

using namespace mlir;
using namespace scnn;
using namespace scnn::onnx_import;

LogicalResult scnn::onnx_import::importBatchNormalization(Node &node) {
  RankedTensorType type = node.getInputType(0);
  if (type.getRank() < 2 || type.getNumElements() == 0)
    return node.emitError() << "expected input #0 of rank 2 or more, [N, C, "
                               "...], with elements, but got "
                            << type;
  if (node.getInt("training_mode", 0))
    return node.emitError() << "with 'training_mode', it depends on its batch, "
                               "which is not supported";
  if (!node.getInt("spatial", 1))
    return node.emitError() << "statistics for each element ('spatial' = 0) "
                               "are not supported";
  // What only training uses, or says how a framework has allocated memory.
  node.getFloat("momentum", 0.9f);
  node.getInt("is_test", 1);
  node.getInts("consumed_inputs", {});

  int64_t channels = type.getDimSize(1);
  static constexpr StringLiteral kRoles[] = {"the scale", "the bias",
                                             "the mean", "the variance"};
  SmallVector<float> parameters[4];
  for (auto [index, role] : llvm::enumerate(kRoles)) {
    DenseElementsAttr constant = node.getConstant(index + 1, role);
    if (!constant)
      return failure();
    if (constant.getType().getShape() != ArrayRef<int64_t>(channels))
      return node.emitError() << "expected " << role << " of " << channels
                              << " elements, but got " << constant.getType();
    llvm::append_range(parameters[index], constant.getValues<float>());
  }
  double epsilon = node.getFloat("epsilon", 1e-5f);
  SmallVector<float> factors, addends;
  for (int64_t c = 0; c < channels; ++c) {
    double variance = parameters[3][c] + epsilon;
    if (!(variance > 0.0))
      return node.emitError() << "expected variances above 0, but channel " << c
                              << " has " << parameters[3][c];
    double factor = parameters[0][c] / std::sqrt(variance);
    factors.push_back(float(factor));
    addends.push_back(float(parameters[1][c] - parameters[2][c] * factor));
  }

  int64_t columns = type.getRank() < 4 ? 1 : type.getShape().back();
  int64_t rows =
      type.getNumElements() / (type.getDimSize(0) * channels * columns);
  Value x = getInputAs(node, 0, {type.getDimSize(0), channels, rows, columns});
  if (!x)
    return failure();
  OpBuilder &builder = node.getBuilder();
  auto makeConstant = [&](ArrayRef<float> values, ArrayRef<int64_t> shape) {
    return arith::ConstantOp::create(
        builder, node.getLoc(),
        DenseElementsAttr::get(
            RankedTensorType::get(shape, builder.getF32Type()), values));
  };
  Value weights = makeConstant(factors, {channels, 1, 1, 1}),
        bias = makeConstant(addends, channels);
  Value result = Conv2DOp::create(
      builder, node.getLoc(), x, weights, bias,
      WindowAttr::get(builder.getContext(), Pair{1, 1}, Sides{}, Pair{1, 1},
                      channels));
  node.setResult(reshape(node, result, type.getShape()));
  return success();
}
