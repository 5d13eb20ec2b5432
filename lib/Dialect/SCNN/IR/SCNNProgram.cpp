//===- SCNNProgram.cpp - Command level of the scnn dialect ------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/IR/ElementTypes.h"
#include "scnn/Dialect/SCNN/IR/SCNN.h"
#include "scnn/ISA/ISA.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace scnn;

// `verify` of every command: generated from the instruction set.
#include "scnn/ISA/CommandOpVerifiers.cpp.inc"

/// Position of an operation among the sections of a program.
static int section(Operation &op) {
  if (llvm::isa<ValueOp>(op))
    return 0;
  if (llvm::isa<HostCallOp>(op))
    return 1;
  if (llvm::isa<LayerOp>(op))
    return 2;
  if (llvm::isa<ConstantsOp>(op))
    return 3;
  return op.getName().getStringRef().starts_with("scnn.cmd.") ? 4 : -1;
}

LogicalResult ProgramOp::verifyRegions() {
  int current = 0;
  int64_t counts[5] = {};
  for (Operation &op : *getBody().begin()) {
    int next = section(op);
    if (next < 0)
      return op.emitError() << "expected a table entry or a command in "
                               "scnn.program, but got '"
                            << op.getName() << "'";
    if (next < current)
      return op.emitError()
             << "expected values, host calls, layers, constants and commands "
                "in this order, but '"
             << op.getName() << "' comes later";
    current = next;
    ++counts[next];
  }
  if (counts[3] > 1)
    return emitError() << "expected at most one scnn.constants, but got "
                       << counts[3];
  if (counts[4] == 0 || !llvm::isa<CmdHalt>(getBody().front().back()))
    return emitError() << "expected the program to end with scnn.cmd.halt";

  auto checkIndices = [&](Operation *op, ArrayRef<int64_t> indices,
                          int64_t count, StringRef what) -> LogicalResult {
    for (int64_t index : indices)
      if (index < 0 || index >= count)
        return op->emitError() << what << " index " << index
                               << " is outside of the " << count
                               << " entries of the table";
    return success();
  };
  if (failed(checkIndices(*this, getInputs(), counts[0], "value")) ||
      failed(checkIndices(*this, getOutputs(), counts[0], "value")))
    return failure();
  for (Operation &op : getBody().front()) {
    if (auto call = dyn_cast<HostCallOp>(op))
      if (failed(checkIndices(call, call.getArguments(), counts[0], "value")) ||
          failed(checkIndices(call, call.getResults(), counts[0], "value")))
        return failure();
    if (auto call = dyn_cast<CmdCallHost>(op))
      if (failed(checkIndices(call, int64_t(call.getCall()), counts[1],
                              "host call")))
        return failure();
    if (auto layer = dyn_cast<CmdBeginLayer>(op))
      if (failed(checkIndices(layer, int64_t(layer.getLayer()), counts[2],
                              "layer")))
        return failure();
  }
  return success();
}

LogicalResult HostCallOp::verify() {
  size_t operations = getOperations() ? getOperations()->size() : 0,
         reasons = getReasons() ? getReasons()->size() : 0;
  if (operations != reasons)
    return emitOpError() << "expected a reason for each operation, but got "
                         << operations << " operations and " << reasons
                         << " reasons";
  if (int64_t(getDenseMacs().value_or(0)) < 0)
    return emitOpError() << "expected dense_macs of at least 0, but got "
                         << int64_t(*getDenseMacs());
  return success();
}

LogicalResult ValueOp::verify() {
  auto type = cast<RankedTensorType>(getType());
  if (!type.hasStaticShape() || !getElementKind(type.getElementType()))
    return emitOpError() << "expected a static tensor type of f32, f64, i1, "
                            "i8, ui8, i16, i32 or i64, but got "
                         << type;
  if (getAddress().has_value() != getSegmentBytes().has_value() ||
      getAddress().has_value() != getFixed().has_value())
    return emitOpError() << "expected address, segment and fixed-point type "
                            "together or not at all";
  if (ElementsAttr sample = getSampleAttr()) {
    auto expected = getFixed() ? type.clone(IntegerType::get(getContext(), 16))
                               : type;
    if (sample.getShapedType() != expected)
      return emitOpError() << "expected a sample of " << expected
                           << ", but got " << sample.getShapedType();
  }
  if (!getFixed())
    return success();
  if (!type.getElementType().isF32())
    return emitOpError() << "expected f32 elements of a tensor in fixed point, "
                            "but got "
                         << type;
  auto fixed = dyn_cast<RankedTensorType>(*getFixed());
  LayoutAttr layout = fixed ? getLayout(fixed) : LayoutAttr();
  bool byRows = fixed && isa_and_nonnull<RowImageAttr>(fixed.getEncoding());
  if (!byRows && (!layout || layout.getZeroRunBits() == 0))
    return emitOpError()
           << "expected a fixed-point tensor type with a compressed layout, "
              "but got "
           << *getFixed();
  if (fixed.getShape() != type.getShape())
    return emitOpError() << "expected both types to have one shape, but got "
                         << type << " and " << fixed;
  if (int64_t(*getAddress()) < 0 || int64_t(*getSegmentBytes()) < 0)
    return emitOpError() << "expected address and segment of at least 0";
  return success();
}

LogicalResult ConstantsOp::verify() {
  if (!getData().getElementType().isInteger(8) ||
      getData().getShapedType().getRank() != 1)
    return emitOpError() << "expected a tensor of bytes, but got "
                         << getData().getType();
  if (int64_t(getAddress()) < 0)
    return emitOpError() << "expected an address of at least 0, but got "
                         << int64_t(getAddress());
  return success();
}
