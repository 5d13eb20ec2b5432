//===- Elementwise.cpp - Functions of single elements, with broadcast -----===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace scnn;
using namespace scnn::onnx_import;

/// Constants of more elements than this are left to the host.
static constexpr int64_t kMostFolded = 1 << 16;

static Type toSignless(Type type) {
  auto integer = dyn_cast<IntegerType>(type);
  return integer ? IntegerType::get(type.getContext(), integer.getWidth())
                 : type;
}

FailureOr<Type>
scnn::onnx_import::getCommonElementType(Node &node,
                                        ArrayRef<Operand> operands) {
  Type type = operands[0].tensor.getType().getElementType();
  for (const Operand &operand : operands)
    if (operand.tensor.getType().getElementType() != type)
      return node.emitError() << "expected inputs of one element type, but got "
                              << operands[0].tensor.getType() << " and "
                              << operand.tensor.getType();
  return type;
}

/// The axis of a result of that rank that the operand's first axis meets.
static int64_t firstAxisOf(const Operand &operand, int64_t rank) {
  return operand.firstAxis.value_or(rank - operand.tensor.getType().getRank());
}

/// The shape that the operands broadcast to.
static FailureOr<SmallVector<int64_t>> broadcast(Node &node,
                                                 ArrayRef<Operand> operands) {
  int64_t rank = 0;
  for (const Operand &operand : operands)
    rank = std::max(rank, operand.tensor.getType().getRank() +
                              operand.firstAxis.value_or(0));
  SmallVector<int64_t> shape(rank, 1);
  for (const Operand &operand : operands) {
    RankedTensorType type = operand.tensor.getType();
    int64_t first = firstAxisOf(operand, rank);
    for (auto [axis, size] : llvm::enumerate(type.getShape())) {
      int64_t &result = shape[first + axis];
      if (size != 1 && result != 1 && size != result)
        return node.emitError()
               << "shapes of " << operands[0].tensor.getType() << " and "
               << type << " do not broadcast";
      if (size != 1)
        result = size;
    }
  }
  return shape;
}

/// Evaluates the body of `op` by folding for each element of the result; null
/// if an operation does not fold.
static DenseElementsAttr fold(linalg::GenericOp op, RankedTensorType type,
                              ArrayRef<DenseElementsAttr> constants) {
  Block &body = op.getRegion().front();
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<Attribute> elements;
  SmallVector<SmallVector<Attribute>> values;
  for (DenseElementsAttr constant : constants)
    values.push_back(llvm::to_vector(constant.getValues<Attribute>()));

  SmallVector<int64_t> strides = computeStrides(type.getShape());
  for (int64_t i = 0; i < type.getNumElements(); ++i) {
    SmallVector<int64_t> index = delinearize(i, strides);
    DenseMap<Value, Attribute> known;
    for (auto [operand, constant] : llvm::enumerate(constants)) {
      SmallVector<int64_t> from = maps[operand].compose(index);
      known[body.getArgument(operand)] =
          values[operand][linearize(
              from, computeStrides(constant.getType().getShape()))];
    }
    for (Operation &inner : body.without_terminator()) {
      SmallVector<Attribute> operands;
      for (Value operand : inner.getOperands())
        operands.push_back(known.lookup(operand));
      Attribute result;
      SmallVector<OpFoldResult> folded;
      if (isa<UnrealizedConversionCastOp>(inner)) {
        // Of an integer, to another signedness.
        result = IntegerAttr::get(inner.getResult(0).getType(),
                                  cast<IntegerAttr>(operands[0]).getValue());
      } else if (matchPattern(&inner, m_Constant(&result))) {
      } else if (succeeded(inner.fold(operands, folded)) &&
                 folded.size() == 1) {
        result = dyn_cast<Attribute>(folded[0]);
        if (!result)
          result = known.lookup(cast<Value>(folded[0]));
      }
      if (!result)
        return {};
      known[inner.getResult(0)] = result;
    }
    elements.push_back(known.lookup(body.getTerminator()->getOperand(0)));
    if (!elements.back())
      return {};
  }
  return DenseElementsAttr::get(type, elements);
}

/// `body` on signless elements, and its result as `element`.
static Value callBody(ImplicitLocOpBuilder &b, ValueRange elements,
                      Type element, LinalgBuilder::Body body) {
  auto convert = [&](Value value, Type type) {
    return value.getType() == type
               ? value
               : UnrealizedConversionCastOp::create(b, type, value)
                     .getResult(0);
  };
  SmallVector<Value> signless;
  for (Value value : elements)
    signless.push_back(convert(value, toSignless(value.getType())));
  return convert(body(b, signless), element);
}

Tensor scnn::onnx_import::mapElements(Node &node, ArrayRef<Operand> operands,
                                      Type element, LinalgBuilder::Body body) {
  FailureOr<SmallVector<int64_t>> shape = broadcast(node, operands);
  if (failed(shape))
    return node.makeTensor(Value());
  FailureOr<RankedTensorType> type = makeTensorType(
      *shape, element, "the result", [&] { return node.emitError(); });
  if (failed(type))
    return node.makeTensor(Value());

  LinalgBuilder b(node.getLoc(), node.getBuilder());
  int64_t rank = shape->size();
  SmallVector<Value> values;
  SmallVector<AffineMap> maps;
  SmallVector<DenseElementsAttr> constants;
  for (const Operand &operand : operands) {
    RankedTensorType operandType = operand.tensor.getType();
    int64_t first = firstAxisOf(operand, rank);
    SmallVector<AffineExpr> axes;
    for (auto [axis, size] : llvm::enumerate(operandType.getShape()))
      axes.push_back((*shape)[first + axis] == size
                         ? b.dim(first + axis)
                         : b.getAffineConstantExpr(0));
    maps.push_back(b.map(rank, axes));
    values.push_back(node.materialize(operand.tensor));
    if (operand.tensor.constant)
      constants.push_back(operand.tensor.constant);
  }
  maps.push_back(b.getMultiDimIdentityMap(rank));
  Value result = b.generic(
      values, b.empty(*shape, element), maps,
      [&](ImplicitLocOpBuilder &in, ValueRange elements) {
        return callBody(in, elements.drop_back(), element, body);
      });

  auto generic = result.getDefiningOp<linalg::GenericOp>();
  if (constants.size() != operands.size() ||
      type->getNumElements() > kMostFolded)
    return node.makeTensor(result);
  DenseElementsAttr folded = fold(generic, *type, constants);
  if (!folded)
    return node.makeTensor(result);
  SmallVector<Operation *> dead;
  for (auto [operand, value] : llvm::zip(operands, values))
    if (!operand.tensor.value)
      dead.push_back(value.getDefiningOp());
  dead.push_back(generic.getOutputs()[0].getDefiningOp());
  generic.erase();
  for (Operation *op : dead)
    op->erase();
  return node.makeTensor(folded);
}
