//===- MovementOperators.cpp - ONNX operators that move elements ----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Movement.h"
#include "Operators.h"

#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace scnn;
using namespace scnn::onnx_import;

//===----------------------------------------------------------------------===//
// Concat and Split
//===----------------------------------------------------------------------===//

static bool isZero(const Tensor &tensor) {
  return tensor.constant && matchPattern(tensor.constant, m_AnyZeroFloat());
}

/// Concatenation of images along channels, where zeros are absent channels.
static LogicalResult concatenateChannels(Node &node) {
  OpBuilder &builder = node.getBuilder();
  auto withChannels = [](Value image, int64_t channels) {
    auto type = cast<RankedTensorType>(image.getType());
    SmallVector<int64_t> shape(type.getShape());
    shape[1] = channels;
    return type.clone(shape);
  };
  auto getChannels = [](Value image) {
    return cast<RankedTensorType>(image.getType()).getDimSize(1);
  };

  SmallVector<Value> parts;
  int64_t channels = 0;
  for (unsigned index = 0; index < node.getNumInputs(); ++index) {
    int64_t added = node.getInputType(index).getDimSize(1);
    channels += added;
    if (isZero(node.getTensorOfInput(index))) {
      Value &last = parts.back();
      last = ExtendChannelsOp::create(
          builder, node.getLoc(), withChannels(last, getChannels(last) + added),
          last);
      continue;
    }
    Value part = node.getInput(index);
    if (!part)
      return failure();
    parts.push_back(part);
  }
  if (parts.size() > 1)
    parts = {ConcatOp::create(builder, node.getLoc(),
                              withChannels(parts[0], channels), parts)};
  node.setResult(parts[0]);
  return success();
}

LogicalResult scnn::onnx_import::importConcat(Node &node) {
  RankedTensorType first = node.getInputType(0);
  // Up to operator set 3, the axis may be left out.
  std::optional<int64_t> defaultAxis;
  if (node.getOperatorSet() < 4)
    defaultAxis = 1;
  FailureOr<int64_t> axis =
      node.getAxis("axis", defaultAxis, first.getRank(), first.getRank());
  if (failed(axis))
    return failure();
  SmallVector<int64_t> shape(first.getShape());
  shape[*axis] = 0;
  for (unsigned index = 0; index < node.getNumInputs(); ++index) {
    if (!node.hasInput(index))
      return node.emitError() << "expected input #" << index;
    RankedTensorType type = node.getInputType(index);
    SmallVector<int64_t> other(type.getShape());
    if (type.getRank() == first.getRank()) {
      shape[*axis] += other[*axis];
      other[*axis] = shape[*axis];
    }
    if (other != shape || type.getElementType() != first.getElementType())
      return node.emitError() << "cannot join " << first << " and " << type
                              << " along axis " << *axis;
  }
  FailureOr<RankedTensorType> type =
      makeTensorType(shape, first.getElementType(), "the result",
                     [&] { return node.emitError(); });
  if (failed(type))
    return failure();

  // The accelerator has neither constants nor leading absent channels.
  auto fits = [&](unsigned index) {
    return !node.isConstant(index) ||
           (index > 0 && isZero(node.getTensorOfInput(index)));
  };
  if (first.getRank() == 4 && *axis == 1 && first.getElementType().isF32() &&
      type->getNumElements() > 0 &&
      llvm::all_of(llvm::seq(node.getNumInputs()), fits))
    return concatenateChannels(node);

  SmallVector<Tensor> inputs;
  for (unsigned index = 0; index < node.getNumInputs(); ++index)
    inputs.push_back(node.getTensorOfInput(index));
  node.setResult(concatenate(node, inputs, *axis));
  return success();
}

/// Sizes of Split's outputs: given, or equal but for the last one, which may
/// be smaller.
static FailureOr<SmallVector<int64_t>> getSplit(Node &node, int64_t extent) {
  FailureOr<std::optional<SmallVector<int64_t>>> given =
      node.getIntegers("split", 1, 13);
  if (failed(given))
    return failure();
  // The second input was optional in operator set 1, too.
  int64_t parts = node.getInt("num_outputs", node.getNumOutputs());
  if (parts != int64_t(node.getNumOutputs()))
    return node.emitError() << "expected " << parts << " outputs, but got "
                            << node.getNumOutputs();
  SmallVector<int64_t> sizes;
  if (*given) {
    sizes = **given;
  } else {
    int64_t size = llvm::divideCeil(extent, parts), rest = extent;
    if (node.getOperatorSet() < 18 && extent % parts)
      return node.emitError() << "cannot split " << extent << " into " << parts
                              << " equal parts";
    for (int64_t part = 0; part < parts; ++part) {
      sizes.push_back(std::min(size, rest));
      rest -= sizes.back();
    }
  }
  int64_t sum = 0;
  for (int64_t size : sizes) {
    if (size < 0)
      return node.emitError() << "expected sizes of at least 0, but got "
                              << size;
    sum += std::min(size, extent + 1);
  }
  if (sum != extent || sizes.size() != node.getNumOutputs())
    return node.emitError() << "expected sizes for " << node.getNumOutputs()
                            << " outputs that add up to " << extent;
  return sizes;
}

LogicalResult scnn::onnx_import::importSplit(Node &node) {
  RankedTensorType input = node.getInputType(0);
  FailureOr<int64_t> axis =
      node.getAxis("axis", 0, input.getRank(), input.getRank());
  if (failed(axis))
    return failure();
  FailureOr<SmallVector<int64_t>> sizes =
      getSplit(node, input.getDimSize(*axis));
  if (failed(sizes))
    return failure();
  int64_t start = 0;
  for (auto [index, size] : llvm::enumerate(*sizes)) {
    if (node.hasOutput(index))
      node.setResult(index, slice(node, node.getTensorOfInput(0), *axis, start,
                                  size));
    start += size;
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Slice and Gather
//===----------------------------------------------------------------------===//

LogicalResult scnn::onnx_import::importSlice(Node &node) {
  // Attributes up to operator set 9.
  FailureOr<std::optional<SmallVector<int64_t>>> starts =
      node.getIntegers("starts", 1, 10);
  FailureOr<std::optional<SmallVector<int64_t>>> ends =
      node.getIntegers("ends", 2, 10);
  FailureOr<std::optional<SmallVector<int64_t>>> axes =
      node.getIntegers("axes", 3, 10);
  FailureOr<std::optional<SmallVector<int64_t>>> steps =
      node.getIntegers("steps", 4, 10);
  if (failed(starts) || failed(ends) || failed(axes) || failed(steps))
    return failure();
  if (!*starts || !*ends)
    return node.emitError() << "expected starts and ends";
  size_t count = (*starts)->size();
  if (!*axes)
    *axes = llvm::to_vector(llvm::seq<int64_t>(count));
  if (!*steps)
    *steps = SmallVector<int64_t>(count, 1);
  if ((*ends)->size() != count || (*axes)->size() != count ||
      (*steps)->size() != count)
    return node.emitError()
           << "expected as many starts as ends, axes and steps";

  Tensor tensor = node.getTensorOfInput(0);
  int64_t rank = tensor.getType().getRank();
  for (auto [start, end, axis, step] :
       llvm::zip(**starts, **ends, **axes, **steps)) {
    if (axis < -rank || axis >= rank)
      return node.emitError() << "expected axes in " << -rank << " ... "
                              << rank - 1 << ", but got " << axis;
    axis += axis < 0 ? rank : 0;
    int64_t extent = tensor.getType().getDimSize(axis);
    if (step == 0 || step < -INT32_MAX)
      return node.emitError() << "expected steps that are not 0";
    // Backwards, the bound before the first element is -1.
    int64_t lowest = step < 0 ? -1 : 0, highest = step < 0 ? extent - 1 : extent;
    auto toPosition = [&](int64_t position) {
      return std::clamp(position < 0 ? position + extent : position, lowest,
                        highest);
    };
    int64_t first = toPosition(start), last = toPosition(end);
    if (step == 1) {
      tensor =
          slice(node, tensor, axis, first, std::max<int64_t>(last - first, 0));
      continue;
    }
    SmallVector<int64_t> positions;
    for (int64_t position = first; step > 0 ? position < last : position > last;
         position += std::min(step, extent + 1))
      positions.push_back(position);
    tensor = gather(node, tensor, axis, positions);
  }
  node.setResult(tensor);
  return success();
}

LogicalResult scnn::onnx_import::importGather(Node &node) {
  RankedTensorType data = node.getInputType(0), indices = node.getInputType(1);
  FailureOr<int64_t> axis =
      node.getAxis("axis", 0, data.getRank(), data.getRank());
  if (failed(axis))
    return failure();
  if (!node.isConstant(1))
    return node.emitError() << "expected the indices (input #1) to be constant";
  if (!indices.getElementType().isSignlessInteger())
    return node.emitError() << "expected indices (input #1) of integers, but "
                               "got "
                            << indices;
  int64_t extent = data.getDimSize(*axis);
  SmallVector<int64_t> positions;
  for (const APInt &index :
       node.getTensorOfInput(1).constant.getValues<APInt>()) {
    int64_t position = index.getSExtValue();
    if (position < -extent || position >= extent)
      return node.emitError() << "expected indices in " << -extent << " ... "
                              << extent - 1 << ", but got " << position;
    positions.push_back(position < 0 ? position + extent : position);
  }
  ArrayRef<int64_t> dataShape = data.getShape();
  SmallVector<int64_t> shape(dataShape.take_front(*axis));
  llvm::append_range(shape, indices.getShape());
  llvm::append_range(shape, dataShape.drop_front(*axis + 1));
  if (failed(makeTensorType(shape, data.getElementType(), "the result",
                            [&] { return node.emitError(); })))
    return failure();
  node.setResult(reshape(
      node, gather(node, node.getTensorOfInput(0), *axis, positions), shape));
  return success();
}

//===----------------------------------------------------------------------===//
// Pad
//===----------------------------------------------------------------------===//

/// The position of an axis of that extent that stands at `position` of a
/// padded one.
static int64_t sourceOf(StringRef mode, int64_t position, int64_t extent) {
  if (mode == "edge")
    return std::clamp<int64_t>(position, 0, extent - 1);
  if (mode == "wrap")
    return ((position % extent) + extent) % extent;
  // Reflected at the first and last element, which are not repeated.
  int64_t period = std::max<int64_t>(2 * (extent - 1), 1);
  int64_t folded = ((position % period) + period) % period;
  return std::min(folded, period - folded);
}

/// Puts `value` before and behind each axis.
static Tensor padWith(Node &node, const Tensor &tensor,
                      ArrayRef<int64_t> before, ArrayRef<int64_t> after,
                      float value) {
  OpBuilder &builder = node.getBuilder();
  RankedTensorType type = tensor.getType();
  SmallVector<int64_t> shape, padding;
  for (auto [extent, first, last] :
       llvm::zip(type.getShape(), before, after)) {
    shape.push_back(extent + first + last);
    padding.append({first, last});
  }
  if (type.getNumElements() == 0)
    return node.makeTensor(DenseElementsAttr::get(type.clone(shape), value));
  Value paddingValue = tosa::ConstShapeOp::create(
      builder, node.getLoc(),
      tosa::shapeType::get(builder.getContext(), padding.size()),
      builder.getIndexTensorAttr(padding));
  auto fillingType = RankedTensorType::get(1, builder.getF32Type());
  Value filling =
      tosa::ConstOp::create(builder, node.getLoc(), fillingType,
                            DenseElementsAttr::get(fillingType, value));
  return node.makeTensor(
      tosa::PadOp::create(builder, node.getLoc(), type.clone(shape),
                          node.materialize(tensor), paddingValue, filling));
}

/// What is put before and behind each axis of the input; negative numbers take
/// away.
static FailureOr<SmallVector<int64_t>> getPads(Node &node, int64_t rank) {
  FailureOr<std::optional<SmallVector<int64_t>>> pads = node.getIntegers(
      node.getOperatorSet() < 2 ? "paddings" : "pads", 1, 11);
  if (failed(pads))
    return failure();
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq(rank));
  if (node.hasInput(3)) {
    FailureOr<SmallVector<int64_t>> given =
        node.getConstantIntegers(3, "the axes");
    if (failed(given))
      return failure();
    axes = *given;
  }
  if (!*pads || (*pads)->size() != 2 * axes.size())
    return node.emitError() << "expected " << 2 * axes.size() << " pads";
  SmallVector<int64_t> all(2 * rank, 0);
  for (auto [index, axis] : llvm::enumerate(axes)) {
    if (axis < -rank || axis >= rank)
      return node.emitError() << "expected axes in " << -rank << " ... "
                              << rank - 1 << ", but got " << axis;
    axis += axis < 0 ? rank : 0;
    all[axis] = (**pads)[index];
    all[rank + axis] = (**pads)[axes.size() + index];
  }
  return all;
}

LogicalResult scnn::onnx_import::importPad(Node &node) {
  Tensor tensor = node.getTensorOfInput(0);
  RankedTensorType input = tensor.getType();
  int64_t rank = input.getRank();
  FailureOr<SmallVector<int64_t>> pads = getPads(node, rank);
  FailureOr<std::optional<float>> value = node.getNumber("value", 2, 11);
  std::string mode = node.getString("mode", "constant");
  if (failed(pads) || failed(value))
    return failure();
  if (mode != "constant" && mode != "edge" && mode != "reflect" &&
      mode != "wrap")
    return node.emitError() << "expected attribute 'mode' to be constant, "
                               "edge, reflect or wrap, but got "
                            << quote(mode);
  if (!input.getElementType().isF32())
    return node.emitError() << "expected f32 elements of input #0, but got "
                            << input;
  SmallVector<int64_t> before(*pads), shape(input.getShape());
  SmallVector<int64_t> after(before.begin() + rank, before.end());
  before.resize(rank);
  for (int64_t axis = 0; axis < rank; ++axis) {
    int64_t extent = shape[axis];
    for (int64_t pad : {before[axis], after[axis]})
      if (pad < -extent || pad > INT32_MAX ||
          (mode != "constant" && pad > 0 && extent == 0))
        return node.emitError() << "cannot pad axis " << axis << " of " << input
                                << " by " << pad;
    shape[axis] += before[axis] + after[axis];
  }
  if (failed(makeTensorType(shape, input.getElementType(), "the result",
                            [&] { return node.emitError(); })))
    return failure();

  // What is taken away, then what is put there.
  for (int64_t axis = 0; axis < rank; ++axis) {
    int64_t &first = before[axis], &last = after[axis];
    int64_t extent = input.getDimSize(axis), cut = std::max<int64_t>(-first, 0);
    tensor = slice(node, tensor, axis, cut,
                   extent - cut - std::max<int64_t>(-last, 0));
    first = std::max<int64_t>(first, 0);
    last = std::max<int64_t>(last, 0);
    if (mode == "constant" || (first == 0 && last == 0))
      continue;
    extent = tensor.getType().getDimSize(axis);
    SmallVector<int64_t> positions;
    for (int64_t position = -first; position < extent + last; ++position)
      positions.push_back(sourceOf(mode, position, extent));
    tensor = gather(node, tensor, axis, positions);
  }
  if (tensor.getType().getShape() != ArrayRef<int64_t>(shape))
    tensor = padWith(node, tensor, before, after, value->value_or(0.0f));
  node.setResult(tensor);
  return success();
}
