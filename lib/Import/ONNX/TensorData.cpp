//===- TensorData.cpp - Constants of ONNX models --------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TensorData.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace scnn::onnx_import;

std::string scnn::onnx_import::quote(StringRef name) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << '\'';
  llvm::printEscapedString(name, stream);
  stream << '\'';
  return text;
}

Type scnn::onnx_import::convertElementType(int type, MLIRContext *context) {
  Builder builder(context);
  switch (type) {
  case onnx::TensorProto::FLOAT:
    return builder.getF32Type();
  case onnx::TensorProto::DOUBLE:
    return builder.getF64Type();
  case onnx::TensorProto::BOOL:
    return builder.getI1Type();
  case onnx::TensorProto::INT8:
    return builder.getI8Type();
  case onnx::TensorProto::UINT8:
    return builder.getIntegerType(8, /*isSigned=*/false);
  case onnx::TensorProto::INT16:
    return builder.getI16Type();
  case onnx::TensorProto::INT32:
    return builder.getI32Type();
  case onnx::TensorProto::INT64:
    return builder.getI64Type();
  default:
    return {};
  }
}

FailureOr<RankedTensorType>
scnn::onnx_import::makeTensorType(ArrayRef<int64_t> shape, Type elementType,
                                  StringRef what, EmitError emitError) {
  constexpr int64_t kMaxElements = INT32_MAX;
  int64_t elements = 1;
  for (auto [index, size] : llvm::enumerate(shape)) {
    if (size < 0)
      return emitError() << what << ": expected dimension #" << index
                         << " of at least 0, but got " << size;
    if (llvm::MulOverflow(elements, size, elements) || elements > kMaxElements)
      return emitError() << what << ": expected at most " << kMaxElements
                         << " elements, but dimension #" << index
                         << " makes them more";
  }
  return RankedTensorType::get(shape, elementType);
}

/// The bytes of `tensor`'s elements, little-endian. They are in `raw_data`, or
/// in the repeated field of the element type, which stores wider integers.
template <typename Element, typename Field>
static FailureOr<DenseElementsAttr>
readElements(const onnx::TensorProto &tensor, const Field &field,
             RankedTensorType type, StringRef what, EmitError emitError) {
  size_t count = type.getNumElements();
  SmallVector<Element> elements;
  elements.reserve(count);
  if (tensor.has_raw_data()) {
    StringRef bytes = tensor.raw_data();
    if (bytes.size() != count * sizeof(Element))
      return emitError() << what << ": expected " << count * sizeof(Element)
                         << " bytes of data for " << count
                         << " elements, but got " << bytes.size();
    using Stored =
        std::conditional_t<std::is_same_v<Element, bool>, uint8_t, Element>;
    for (size_t i = 0; i < count; ++i)
      elements.push_back(
          llvm::support::endian::read<Stored, llvm::endianness::little>(
              bytes.data() + i * sizeof(Stored)));
  } else {
    if (size_t(field.size()) != count)
      return emitError() << what << ": expected " << count
                         << " elements, but got " << field.size();
    elements.assign(field.begin(), field.end());
  }
  return DenseElementsAttr::get(type, ArrayRef<Element>(elements));
}

FailureOr<DenseElementsAttr>
scnn::onnx_import::readTensor(const onnx::TensorProto &tensor, StringRef what,
                              MLIRContext *context, EmitError emitError) {
  if (tensor.data_location() == onnx::TensorProto::EXTERNAL)
    return emitError() << what
                       << ": its data is in another file, which is "
                          "not supported; save the model as one file";
  if (tensor.has_segment())
    return emitError() << what << ": segmented tensors are not supported";

  Type elementType = convertElementType(tensor.data_type(), context);
  if (!elementType)
    return emitError() << what << ": elements of type "
                       << dataTypeName(tensor.data_type())
                       << " are not supported";
  SmallVector<int64_t> shape(tensor.dims().begin(), tensor.dims().end());
  FailureOr<RankedTensorType> type =
      makeTensorType(shape, elementType, what, emitError);
  if (failed(type))
    return failure();
  switch (tensor.data_type()) {
  case onnx::TensorProto::FLOAT:
    return readElements<float>(tensor, tensor.float_data(), *type, what,
                               emitError);
  case onnx::TensorProto::DOUBLE:
    return readElements<double>(tensor, tensor.double_data(), *type, what,
                                emitError);
  case onnx::TensorProto::BOOL:
    return readElements<bool>(tensor, tensor.int32_data(), *type, what,
                              emitError);
  case onnx::TensorProto::INT8:
    return readElements<int8_t>(tensor, tensor.int32_data(), *type, what,
                                emitError);
  case onnx::TensorProto::UINT8:
    return readElements<uint8_t>(tensor, tensor.int32_data(), *type, what,
                                 emitError);
  case onnx::TensorProto::INT16:
    return readElements<int16_t>(tensor, tensor.int32_data(), *type, what,
                                 emitError);
  case onnx::TensorProto::INT32:
    return readElements<int32_t>(tensor, tensor.int32_data(), *type, what,
                                 emitError);
  default:
    return readElements<int64_t>(tensor, tensor.int64_data(), *type, what,
                                 emitError);
  }
}

std::string scnn::onnx_import::dataTypeName(int type) {
  if (onnx::TensorProto::DataType_IsValid(type))
    return onnx::TensorProto::DataType_Name(onnx::TensorProto::DataType(type));
  return "unknown type " + std::to_string(type);
}
