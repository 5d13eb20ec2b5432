//===- SCNNDialect.cpp - The scnn dialect -----------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <numeric>

using namespace mlir;
using namespace scnn;

#include "scnn/Dialect/SCNN/IR/SCNNDialect.cpp.inc"


void SCNNDialect::initialize() {
  registerSCNNAttributes();
  addOperations<
#define GET_OP_LIST
#include "scnn/Dialect/SCNN/IR/SCNNOps.cpp.inc"
      >();
}

Operation *SCNNDialect::materializeConstant(OpBuilder &builder,
                                            Attribute value, Type type,
                                            Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}

LogicalResult
SCNNDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  StringRef name = attribute.getName();
  if (name == kMachineAttr) {
    if (!isa<ModuleOp>(op))
      return op->emitError() << "attribute '" << name
                             << "' belongs on a module";
    if (!isa<MachineAttr>(attribute.getValue()))
      return op->emitError()
             << "expected attribute '" << name
             << "' to be #scnn.machine, but got " << attribute.getValue();
    return success();
  }
  if (name == kHostAttr) {
    if (!isa<FunctionOpInterface>(op) || !isa<UnitAttr>(attribute.getValue()))
      return op->emitError() << "attribute '" << name
                             << "' is a unit attribute of a function";
    return success();
  }
  if (name == kHostReasonAttr) {
    if (!isa<StringAttr>(attribute.getValue()))
      return op->emitError() << "expected attribute '" << name
                             << "' to be a string, but got "
                             << attribute.getValue();
    return success();
  }
  if (name == kRangeAttr) {
    Attribute value = attribute.getValue();
    auto isMagnitude = [](Attribute element) {
      auto range = dyn_cast<FloatAttr>(element);
      return range && !range.getValue().isNegative() &&
             range.getValue().isFinite();
    };
    auto ranges = dyn_cast<ArrayAttr>(value);
    if (ranges ? llvm::all_of(ranges, isMagnitude) : isMagnitude(value))
      return success();
    return op->emitError()
           << "expected attribute '" << name
           << "' to be the largest magnitude, a finite number of at least 0 "
              "(on a function: one for each argument), but got "
           << value;
  }
  if (name == kPeakDensityAttr) {
    Attribute value = attribute.getValue();
    auto isDensity = [](Attribute element) {
      auto density = dyn_cast<FloatAttr>(element);
      return density && density.getValueAsDouble() >= 0.0 &&
             density.getValueAsDouble() <= 1.0;
    };
    auto densities = dyn_cast<ArrayAttr>(value);
    if (densities ? llvm::all_of(densities, isDensity) : isDensity(value))
      return success();
    return op->emitError()
           << "expected attribute '" << name
           << "' to be a number in 0 ... 1 (on a function: one for each "
              "argument), but got "
           << value;
  }
  return op->emitError() << "unknown attribute '" << name
                         << "' of the scnn dialect";
}

/// An attribute that both arguments and results may have.
static LogicalResult verifyInterfaceAttribute(Operation *op,
                                              NamedAttribute attribute) {
  StringRef name = attribute.getName();
  Attribute value = attribute.getValue();
  if (name == SCNNDialect::kNameAttr) {
    if (isa<StringAttr>(value))
      return success();
    return op->emitError() << "expected attribute '" << name
                           << "' to be a string, but got " << value;
  }
  if (name == SCNNDialect::kResidentAttr) {
    if (isa<UnitAttr>(value))
      return success();
    return op->emitError() << "expected attribute '" << name
                           << "' to be a unit attribute, but got " << value;
  }
  return op->emitError() << "attribute '" << name
                         << "' is unknown on arguments and results";
}

LogicalResult SCNNDialect::verifyRegionArgAttribute(Operation *op, unsigned,
                                                    unsigned index,
                                                    NamedAttribute attribute) {
  if (attribute.getName() != kSampleAttr)
    return verifyInterfaceAttribute(op, attribute);
  auto sample = dyn_cast<ElementsAttr>(attribute.getValue());
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (!function || index >= function.getNumArguments())
    return success();
  Type type = function.getArgumentTypes()[index];
  if (sample && sample.getShapedType() == type)
    return success();
  InFlightDiagnostic error = op->emitError();
  error << "expected attribute '" << kSampleAttr << "' of argument #" << index
        << " to be elements of " << type;
  // Of elements, the type says enough.
  if (sample)
    error << ", but got " << sample.getShapedType();
  else
    error << ", but got " << attribute.getValue();
  return error;
}

LogicalResult
SCNNDialect::verifyRegionResultAttribute(Operation *op, unsigned, unsigned,
                                         NamedAttribute attribute) {
  return verifyInterfaceAttribute(op, attribute);
}

//===----------------------------------------------------------------------===//
// Helpers
//===----------------------------------------------------------------------===//

bool scnn::isFixedPoint(Type type) {
  auto quantized = dyn_cast<quant::UniformQuantizedType>(type);
  return quantized && quantized.isSigned() &&
         quantized.getStorageTypeIntegralWidth() == 16 &&
         quantized.getZeroPoint() == 0;
}

Machine scnn::getMachine(Operation *op) {
  for (Operation *parent = op; parent; parent = parent->getParentOp())
    if (auto machine =
            parent->getAttrOfType<MachineAttr>(SCNNDialect::kMachineAttr))
      return machine.getMachine();
  return Machine();
}

Pair scnn::getReaderPhases(Value activations) {
  Pair phases{1, 1};
  for (OpOperand &use : activations.getUses()) {
    auto reader = dyn_cast<Conv2DOp>(use.getOwner());
    if (!reader || !llvm::is_contained(reader.getInputs(), activations))
      continue;
    Pair stride = reader.getWindow(use.getOperandNumber()).getStride();
    for (unsigned axis : {0, 1})
      phases[axis] = std::lcm(phases[axis], stride[axis]);
  }
  return phases;
}

double scnn::getScale(Type tensorType) {
  Type element = cast<RankedTensorType>(tensorType).getElementType();
  return cast<quant::UniformQuantizedType>(element).getScale();
}

LayoutAttr scnn::getLayout(Type tensorType) {
  return dyn_cast_or_null<LayoutAttr>(
      cast<RankedTensorType>(tensorType).getEncoding());
}

RankedTensorType scnn::withEncoding(RankedTensorType type,
                                    Attribute encoding) {
  return RankedTensorType::get(type.getShape(), type.getElementType(),
                               encoding);
}

std::string scnn::getLayerName(Operation *op) {
  if (auto name = op->getLoc()->findInstanceOf<NameLoc>())
    return name.getName().str();
  return op->getName().getStringRef().str();
}

std::array<AxisCut, 2> scnn::getCuts(CutPolicy policy, Pair grid, Pair plane) {
  return {AxisCut{policy, plane[0], grid[0]},
          AxisCut{policy, plane[1], grid[1]}};
}

Pair scnn::getPlane(Type tensorType) {
  auto type = cast<RankedTensorType>(tensorType);
  return Pair{type.getDimSize(2), type.getDimSize(3)};
}

AxisWindow scnn::getAxisWindow(WindowAttr window, Pair filter, unsigned axis) {
  return AxisWindow{filter[axis], window.getStride()[axis],
                    window.getDilation()[axis], window.getPadding()[2 * axis]};
}
