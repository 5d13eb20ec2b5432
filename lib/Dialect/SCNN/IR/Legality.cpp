//===- Legality.cpp - What the accelerator can run ------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/IR/Legality.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace scnn;

/// Field widths of the instruction set: 8 bits for what filters and windows
/// are made of, 16 for planes and channels.
static constexpr int64_t kMaxStep = 255, kMaxExtent = 65535;

static llvm::Error checkPair(const char *what, Pair pair, int64_t maximum) {
  if (pair[0] <= maximum && pair[1] <= maximum)
    return llvm::Error::success();
  return llvm::createStringError(
      "expected %s of at most %ldx%ld, but got %ldx%ld", what, long(maximum),
      long(maximum), long(pair[0]), long(pair[1]));
}

static llvm::Error checkTensor(RankedTensorType type) {
  if (type.getDimSize(1) > kMaxExtent)
    return llvm::createStringError(
        "expected at most %ld channels of a tensor, but got %ld",
        long(kMaxExtent), long(type.getDimSize(1)));
  return checkPair("a plane", getPlane(type), kMaxExtent);
}

llvm::Error scnn::checkLegality(WindowAttr window, Pair filter) {
  if (llvm::Error error = checkPair("filters", filter, kMaxStep))
    return error;
  if (llvm::Error error = checkPair("a stride", window.getStride(), kMaxStep))
    return error;
  return checkPair("a dilation", window.getDilation(), kMaxStep);
}

llvm::Error scnn::checkLegality(PoolAttr pool) {
  if (llvm::Error error =
          checkPair("a pooling window", pool.getSize(), kMaxStep))
    return error;
  return checkPair("a pooling stride", pool.getStride(), kMaxStep);
}

llvm::Error scnn::checkGeometry(Conv2DOp op) {
  if (int64_t(op.getInputs().size()) > kMaxConvolutionInputs)
    return llvm::createStringError("expected at most %ld inputs, but got %zu",
                                   long(kMaxConvolutionInputs),
                                   size_t(op.getInputs().size()));
  int64_t channels = 0;
  for (auto [t, input] : llvm::enumerate(op.getInputs())) {
    auto type = cast<RankedTensorType>(input.getType());
    if (llvm::Error error =
            checkLegality(op.getWindow(t), op.getFilterSize(t)))
      return error;
    if (llvm::Error error = checkTensor(type))
      return error;
    channels += type.getDimSize(1);
  }
  if (channels > kMaxExtent)
    return llvm::createStringError(
        "expected at most %ld input channels, but got %ld", long(kMaxExtent),
        long(channels));
  if (PoolAttr pool = op.getPoolAttr())
    if (llvm::Error error = checkLegality(pool))
      return error;
  if (llvm::Error error =
          checkPair("a plane", op.getConvolutionPlane(), kMaxExtent))
    return error;
  return checkTensor(cast<RankedTensorType>(op.getResult().getType()));
}

llvm::Error scnn::checkLegality(Conv2DOp op) {
  for (auto [t, weights] : llvm::enumerate(op.getWeights()))
    if (!matchPattern(weights, m_Constant()))
      return llvm::createStringError("expected weights #%zu to be constant", t);
  if (op.getBias() && !matchPattern(op.getBias(), m_Constant()))
    return llvm::createStringError("expected the bias to be constant");
  return checkGeometry(op);
}

llvm::Error scnn::checkLegality(MaxPool2DOp op) {
  if (llvm::Error error = checkLegality(op.getPool()))
    return error;
  if (llvm::Error error =
          checkTensor(cast<RankedTensorType>(op.getInput().getType())))
    return error;
  return checkTensor(cast<RankedTensorType>(op.getResult().getType()));
}
