//===- ConstantWeights.cpp - Constant tensors, rearranged -----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/IR/ConstantWeights.h"

#include "scnn/Dialect/SCNN/IR/Constants.h"

#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;

DenseElementsAttr scnn::getConstantF32(Value value) {
  ElementsAttr constant;
  if (!matchPattern(value, m_Constant(&constant)) ||
      !constant.getElementType().isF32())
    return {};
  if (auto dense = dyn_cast<DenseElementsAttr>(constant))
    return dense;
  auto elements = getElements<float>(constant);
  return elements ? DenseElementsAttr::get(constant.getShapedType(),
                                           ArrayRef<float>(*elements))
                  : DenseElementsAttr();
}

DenseElementsAttr scnn::sliceInputChannels(DenseElementsAttr weights,
                                           int64_t begin, int64_t size) {
  auto type = cast<RankedTensorType>(weights.getType());
  SmallVector<int64_t> shape(type.getShape());
  int64_t outputs = shape[0], channels = shape[1], filter = shape[2] * shape[3];
  shape[1] = size;
  auto slicedType = type.clone(shape);
  if (weights.isSplat())
    return weights.resizeSplat(slicedType);
  std::vector<float> elements;
  elements.reserve(slicedType.getNumElements());
  auto values = weights.getValues<float>();
  for (int64_t k = 0; k < outputs; ++k) {
    auto first = values.begin() + (k * channels + begin) * filter;
    elements.insert(elements.end(), first, first + size * filter);
  }
  return DenseElementsAttr::get(slicedType, ArrayRef<float>(elements));
}

DenseElementsAttr scnn::ungroupWeights(DenseElementsAttr weights,
                                       int64_t groups) {
  if (groups == 1)
    return weights;
  auto type = cast<RankedTensorType>(weights.getType());
  SmallVector<int64_t> shape(type.getShape());
  int64_t outputs = shape[0], filter = shape[2] * shape[3],
          perGroup = shape[1] * filter;
  shape[1] *= groups;
  auto ungroupedType = type.clone(shape);
  std::vector<float> elements(ungroupedType.getNumElements(), 0.0f);
  auto values = weights.getValues<float>();
  for (int64_t k = 0; k < outputs; ++k) {
    int64_t group = k / (outputs / groups);
    std::copy_n(values.begin() + k * perGroup, perGroup,
                elements.begin() + (k * groups + group) * perGroup);
  }
  return DenseElementsAttr::get(ungroupedType, ArrayRef<float>(elements));
}

DenseElementsAttr scnn::transposeConstant(DenseElementsAttr constant,
                                          ArrayRef<int64_t> order) {
  auto type = cast<RankedTensorType>(constant.getType());
  SmallVector<int64_t> strides = computeStrides(type.getShape());
  auto transposedType = type.clone(applyPermutation(type.getShape(), order));
  if (constant.isSplat())
    return constant.resizeSplat(transposedType);
  SmallVector<int64_t> steps = applyPermutation(strides, order);
  ArrayRef<int64_t> shape = transposedType.getShape();
  auto values = constant.getValues<float>().begin();
  std::vector<float> elements(transposedType.getNumElements());
  // A counter of the result's axes, and where it stands in the source: fully
  // connected layers have 10^8 weights.
  SmallVector<int64_t> index(shape.size(), 0);
  int64_t source = 0;
  for (float &element : elements) {
    element = *(values + source);
    for (size_t axis = shape.size(); axis-- > 0;) {
      source += steps[axis];
      if (++index[axis] < shape[axis])
        break;
      source -= steps[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return DenseElementsAttr::get(transposedType, ArrayRef<float>(elements));
}

DenseElementsAttr scnn::broadcastConstant(DenseElementsAttr constant,
                                          ArrayRef<int64_t> shape) {
  auto type = cast<RankedTensorType>(constant.getType());
  if (type.getShape() == shape)
    return constant;
  auto broadcastType = type.clone(shape);
  if (constant.isSplat())
    return constant.resizeSplat(broadcastType);
  SmallVector<int64_t> strides = computeStrides(type.getShape()),
                       resultStrides = computeStrides(shape);
  for (auto [axis, size] : llvm::enumerate(type.getShape()))
    if (size == 1)
      strides[axis] = 0;
  auto values = constant.getValues<float>();
  std::vector<float> elements(broadcastType.getNumElements());
  for (size_t i = 0; i < elements.size(); ++i)
    elements[i] = values[linearize(delinearize(i, resultStrides), strides)];
  return DenseElementsAttr::get(broadcastType, ArrayRef<float>(elements));
}

DenseElementsAttr scnn::makeIdentityWeights(MLIRContext *context,
                                            int64_t outputs, int64_t channels,
                                            int64_t offset) {
  auto type = RankedTensorType::get({outputs, channels, 1, 1},
                                    Float32Type::get(context));
  std::vector<float> elements(type.getNumElements(), 0.0f);
  for (int64_t c = 0; c < channels; ++c)
    elements[(offset + c) * channels + c] = 1.0f;
  return DenseElementsAttr::get(type, ArrayRef<float>(elements));
}
