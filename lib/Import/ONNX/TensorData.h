//===- TensorData.h - Constants of ONNX models ----------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_IMPORT_ONNX_TENSORDATA_H
#define SCNN_LIB_IMPORT_ONNX_TENSORDATA_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"

#include <onnx/onnx_pb.h>

namespace scnn::onnx_import {

using EmitError = llvm::function_ref<mlir::InFlightDiagnostic()>;

/// `name` in quotes, with control characters escaped: names come from the
/// file, and a diagnostic is one line.
std::string quote(llvm::StringRef name);

/// ONNX's name of an element type.
std::string dataTypeName(int type);

/// The type of elements that the importer knows: FLOAT, DOUBLE, BOOL (i1),
/// INT8 ... INT64, which are signless, and UINT8; null for others.
mlir::Type convertElementType(int type, mlir::MLIRContext *context);

/// A tensor type of that shape, if its dimensions are not negative and its
/// elements can be counted in 31 bits. `what` names it in the error.
mlir::FailureOr<mlir::RankedTensorType>
makeTensorType(llvm::ArrayRef<int64_t> shape, mlir::Type elementType,
               llvm::StringRef what, EmitError emitError);

/// The elements of a tensor that the file itself holds.
mlir::FailureOr<mlir::DenseElementsAttr>
readTensor(const onnx::TensorProto &tensor, llvm::StringRef what,
           mlir::MLIRContext *context, EmitError emitError);

} // namespace scnn::onnx_import

#endif // SCNN_LIB_IMPORT_ONNX_TENSORDATA_H
