//===- Raising.cpp - What conversions to scnn share -----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Raising.h"

#include "scnn/Dialect/SCNN/IR/ConstantWeights.h"
#include "scnn/Dialect/SCNN/IR/Legality.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Iterators.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace scnn;

void scnn::remarkMissed(Operation *op, StringRef pass, llvm::Error error) {
  std::string reason = toString(std::move(error));
  op->setDiscardableAttr(SCNNDialect::kHostReasonAttr,
                         StringAttr::get(op->getContext(), reason));
  remark::missed(op->getLoc(),
                 remark::RemarkOpts::name(pass).category("scnn-import"))
      << remark::metric("Operation", op->getName().getStringRef())
      << remark::reason("{0}", reason);
}

llvm::Expected<DenseElementsAttr> scnn::getConstantOperand(Value value,
                                                           StringRef what) {
  if (DenseElementsAttr constant = getConstantF32(value))
    return constant;
  return becauseOf("expected %s to be constant f32", what.str().c_str());
}

bool scnn::isActivations(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape() && tensor.getRank() == 4 &&
         tensor.getElementType().isF32() && !tensor.getEncoding();
}

llvm::Error scnn::checkActivations(Type type) {
  if (isActivations(type))
    return llvm::Error::success();
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return becauseOf("expected a static f32 tensor of rank 4, but got %s",
                   text.c_str());
}

llvm::Expected<Value> scnn::createConvolution(OpBuilder &builder, Location loc,
                                              const RaisedConvolution &conv,
                                              Pair resultPlane) {
  MLIRContext *context = builder.getContext();
  auto window = captureError<WindowAttr>(context, [&](auto emitError) {
    return WindowAttr::getChecked(emitError, context, conv.stride, conv.padding,
                                  conv.dilation, conv.groups);
  });
  if (!window)
    return window.takeError();
  Pair filter = getPlane(conv.weights.getType());
  if (llvm::Error reason = checkLegality(*window, filter))
    return reason;
  auto inputType = cast<RankedTensorType>(conv.input.getType());
  if (convolvedPlane(getPlane(inputType), *window, filter) != resultPlane)
    return becauseOf("the window does not give the result's plane of %ldx%ld",
                     resultPlane[0], resultPlane[1]);

  Value weights = arith::ConstantOp::create(builder, loc, conv.weights), bias;
  if (conv.bias)
    bias = arith::ConstantOp::create(builder, loc, conv.bias);
  return Conv2DOp::create(builder, loc, conv.input, weights, bias, *window)
      .getResult();
}

void scnn::eraseDead(Operation *root) {
  root->walk<WalkOrder::PostOrder, ReverseIterator>([&](Operation *op) {
    if (op != root && isOpTriviallyDead(op))
      op->erase();
  });
}
