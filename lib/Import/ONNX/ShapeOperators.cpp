//===- ShapeOperators.cpp - ONNX operators that change the shape ----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Movement.h"
#include "Operators.h"

#include "mlir/Dialect/Traits.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;
using namespace scnn::onnx_import;

/// Gives the node's first input another shape.
static LogicalResult importReshapeTo(Node &node, ArrayRef<int64_t> shape) {
  auto emitError = [&] { return node.emitError(); };
  RankedTensorType input = node.getInputType(0);
  FailureOr<RankedTensorType> type =
      makeTensorType(shape, input.getElementType(), "the result", emitError);
  if (failed(type))
    return failure();
  if (type->getNumElements() != input.getNumElements())
    return node.emitError()
           << "cannot give the " << input.getNumElements() << " elements of "
           << input << " the shape of " << *type;
  node.setResult(reshape(node, node.getTensorOfInput(0), shape));
  return success();
}

LogicalResult scnn::onnx_import::importReshape(Node &node) {
  FailureOr<std::optional<SmallVector<int64_t>>> given =
      node.getIntegers("shape", 1, 5);
  if (failed(given))
    return failure();
  if (!*given)
    return node.emitError() << "expected a shape";
  SmallVector<int64_t> shape = **given;
  RankedTensorType input = node.getInputType(0);
  bool zeroIsZero = node.getInt("allowzero", 0);
  int64_t inferred = -1, known = 1;
  for (auto [index, size] : llvm::enumerate(shape)) {
    if (size == 0 && !zeroIsZero) {
      if (int64_t(index) >= input.getRank())
        return node.emitError()
               << "dimension #" << index << " of the shape copies one that "
               << input << " does not have";
      size = input.getDimSize(index);
    }
    if (size == -1) {
      if (inferred >= 0)
        return node.emitError() << "the shape has more than one -1";
      inferred = index;
      continue;
    }
    if (size < 0)
      return node.emitError()
             << "expected dimensions of at least -1, but got " << size;
    if (llvm::MulOverflow(known, size, known))
      return node.emitError() << "the shape has too many elements";
  }
  if (inferred >= 0) {
    if (known == 0 || input.getNumElements() % known)
      return node.emitError()
             << "cannot infer the -1 of the shape: " << input.getNumElements()
             << " elements do not divide by " << known;
    shape[inferred] = input.getNumElements() / known;
  }
  return importReshapeTo(node, shape);
}

LogicalResult scnn::onnx_import::importFlatten(Node &node) {
  RankedTensorType input = node.getInputType(0);
  FailureOr<int64_t> axis =
      node.getAxis("axis", 1, input.getRank(), input.getRank() + 1);
  if (failed(axis))
    return failure();
  int64_t outer = 1, inner = 1;
  for (auto [index, size] : llvm::enumerate(input.getShape()))
    (int64_t(index) < *axis ? outer : inner) *= size;
  return importReshapeTo(node, {outer, inner});
}

/// The axes that Squeeze and Unsqueeze name (an attribute up to operator set
/// 12), of a tensor of that rank; nothing if they are left out.
static FailureOr<std::optional<SmallVector<int64_t>>> getAxes(Node &node,
                                                              int64_t rank) {
  FailureOr<std::optional<SmallVector<int64_t>>> axes =
      node.getIntegers("axes", 1, 13);
  if (failed(axes) || !*axes)
    return axes;
  for (int64_t &axis : **axes) {
    if (axis < -rank || axis >= rank)
      return node.emitError() << "expected axes in " << -rank << " ... "
                              << rank - 1 << ", but got " << axis;
    axis += axis < 0 ? rank : 0;
  }
  llvm::sort(**axes);
  if (std::adjacent_find((*axes)->begin(), (*axes)->end()) != (*axes)->end())
    return node.emitError() << "names an axis twice";
  return axes;
}

LogicalResult scnn::onnx_import::importSqueeze(Node &node) {
  RankedTensorType input = node.getInputType(0);
  FailureOr<std::optional<SmallVector<int64_t>>> axes =
      getAxes(node, input.getRank());
  if (failed(axes))
    return failure();
  SmallVector<int64_t> shape;
  for (auto [axis, size] : llvm::enumerate(input.getShape())) {
    bool named = *axes && llvm::is_contained(**axes, int64_t(axis));
    if (named && size != 1)
      return node.emitError() << "expected dimension #" << axis << " of "
                              << input << " to be 1";
    if (!named && (*axes || size != 1))
      shape.push_back(size);
  }
  return importReshapeTo(node, shape);
}

LogicalResult scnn::onnx_import::importUnsqueeze(Node &node) {
  // The axes are those of the result, whose rank depends on their number.
  FailureOr<std::optional<SmallVector<int64_t>>> given =
      node.getIntegers("axes", 1, 13);
  if (failed(given))
    return failure();
  if (!*given)
    return node.emitError() << "expected axes";
  RankedTensorType input = node.getInputType(0);
  int64_t rank = input.getRank() + (*given)->size();
  FailureOr<std::optional<SmallVector<int64_t>>> axes = getAxes(node, rank);
  if (failed(axes))
    return failure();
  SmallVector<int64_t> shape(input.getShape());
  for (int64_t axis : **axes)
    shape.insert(shape.begin() + axis, 1);
  return importReshapeTo(node, shape);
}

LogicalResult scnn::onnx_import::importExpand(Node &node) {
  FailureOr<SmallVector<int64_t>> wanted =
      node.getConstantIntegers(1, "the shape");
  if (failed(wanted))
    return failure();
  RankedTensorType input = node.getInputType(0);
  SmallVector<int64_t> shape;
  if (!OpTrait::util::getBroadcastedShape(input.getShape(), *wanted, shape))
    return node.emitError() << "cannot expand " << input << " to the shape";
  if (failed(makeTensorType(shape, input.getElementType(), "the result",
                            [&] { return node.emitError(); })))
    return failure();
  SmallVector<int64_t> padded(shape.size() - input.getRank(), 1);
  llvm::append_range(padded, input.getShape());
  node.setResult(
      expand(node, reshape(node, node.getTensorOfInput(0), padded), shape));
  return success();
}

LogicalResult scnn::onnx_import::importShape(Node &node) {
  ArrayRef<int64_t> shape = node.getInputType(0).getShape();
  int64_t rank = shape.size();
  auto getBound = [&](StringRef name, int64_t none) {
    int64_t bound = node.getInt(name, none);
    return std::clamp<int64_t>(bound < 0 ? bound + rank : bound, 0, rank);
  };
  int64_t start = getBound("start", 0), end = getBound("end", rank);
  shape = shape.slice(start, std::max<int64_t>(end - start, 0));
  auto type =
      RankedTensorType::get(shape.size(), node.getBuilder().getI64Type());
  node.setResult(DenseElementsAttr::get(type, shape));
  return success();
}

LogicalResult scnn::onnx_import::importTranspose(Node &node) {
  RankedTensorType input = node.getInputType(0);
  int64_t rank = input.getRank();
  SmallVector<int64_t> reversed(llvm::reverse(llvm::seq(rank)));
  SmallVector<int64_t> order = node.getInts("perm", reversed);
  if (order.size() != size_t(rank) || !isPermutationVector(order))
    return node.emitError() << "expected attribute 'perm' to be a permutation "
                               "of the axes of "
                            << input;
  node.setResult(transpose(node, node.getTensorOfInput(0), order));
  return success();
}
