//===- HostOperations.cpp - What the report says of the host --------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostOperations.h"

#include "scnn/Dialect/SCNN/IR/Legality.h"
#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace scnn;

/// Elements of a static tensor, 0 if it is not static.
static int64_t elementsOf(Value tensor) {
  auto type = dyn_cast<RankedTensorType>(tensor.getType());
  return type && type.hasStaticShape() ? type.getNumElements() : 0;
}

static int64_t extentOf(Value tensor, unsigned axis) {
  return cast<ShapedType>(tensor.getType()).getDimSize(axis);
}

/// The weights that `per` positions of their axis share meet every element of
/// `positions`.
static int64_t multiplied(Value positions, Value weights, int64_t per) {
  return per > 0 ? elementsOf(positions) * (elementsOf(weights) / per) : 0;
}

static int64_t linalgMacs(linalg::LinalgOp op) {
  if (!linalg::isaConvolutionOpInterface(op) &&
      !linalg::isaContractionOpInterface(op))
    return 0;
  int64_t macs = 1;
  for (int64_t extent : op.getStaticLoopRanges()) {
    if (ShapedType::isDynamic(extent))
      return 0;
    macs *= extent;
  }
  return macs;
}

int64_t scnn::getDenseMacs(Operation *op) {
  return llvm::TypeSwitch<Operation *, int64_t>(op)
      .Case([](Conv2DOp conv) { return conv.getDenseMacs(); })
      // Weights [K, R, S, C] and [R, S, C, M].
      .Case([](tosa::Conv2DOp conv) {
        return multiplied(conv.getOutput(), conv.getWeight(),
                          extentOf(conv.getWeight(), 0));
      })
      .Case([](tosa::Conv3DOp conv) {
        return multiplied(conv.getOutput(), conv.getWeight(),
                          extentOf(conv.getWeight(), 0));
      })
      .Case([](tosa::DepthwiseConv2DOp conv) {
        Value weights = conv.getWeight();
        return multiplied(conv.getOutput(), weights,
                          extentOf(weights, 2) * extentOf(weights, 3));
      })
      .Case([](tosa::TransposeConv2DOp conv) {
        return multiplied(conv.getInput(), conv.getWeight(),
                          extentOf(conv.getWeight(), 3));
      })
      // [N, H, C] by [N, C, W].
      .Case([](tosa::MatMulOp product) {
        return elementsOf(product.getOutput()) *
               std::max<int64_t>(extentOf(product.getA(), 2), 0);
      })
      .Case([](linalg::LinalgOp structured) { return linalgMacs(structured); })
      .Default(int64_t(0));
}

/// Why `op` is not on the accelerator: what raising or legality say of it.
static std::string getHostReason(Operation &op) {
  if (auto given = op.getAttrOfType<StringAttr>(SCNNDialect::kHostReasonAttr))
    return given.str();
  llvm::Error reason =
      llvm::TypeSwitch<Operation *, llvm::Error>(&op)
          .Case<Conv2DOp, MaxPool2DOp>([](auto op) { return checkLegality(op); })
          .Default([](Operation *) { return llvm::Error::success(); });
  if (reason)
    return llvm::toString(std::move(reason));
  return "no accelerator operation for " +
         op.getName().getStringRef().str();
}

HostFunctionSummary scnn::summarizeHostFunction(func::FuncOp function) {
  HostFunctionSummary summary;
  for (Operation &op : function.getBody().getOps()) {
    if (op.hasTrait<OpTrait::ConstantLike>() ||
        op.hasTrait<OpTrait::IsTerminator>())
      continue;
    summary.denseMacs += getDenseMacs(&op);
    std::string name = op.getName().getStringRef().str();
    std::string reason = getHostReason(op);
    bool known = llvm::any_of(
        llvm::zip(summary.operations, summary.reasons), [&](auto entry) {
          return std::get<0>(entry) == name && std::get<1>(entry) == reason;
        });
    if (known)
      continue;
    summary.operations.push_back(std::move(name));
    summary.reasons.push_back(std::move(reason));
  }
  return summary;
}
