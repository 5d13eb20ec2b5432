//===- SCNN.h - The scnn dialect ------------------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_DIALECT_SCNN_IR_SCNN_H
#define SCNN_DIALECT_SCNN_IR_SCNN_H

#include "scnn/Layout/Geometry.h"
#include "scnn/Machine/Machine.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/IR/TensorEncoding.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/Hashing.h"

namespace scnn {

inline llvm::hash_code hash_value(const Pair &pair) {
  return llvm::hash_combine_range(pair.begin(), pair.end());
}
inline llvm::hash_code hash_value(const Sides &sides) {
  return llvm::hash_combine_range(sides.begin(), sides.end());
}
llvm::hash_code hash_value(const Machine &machine);

mlir::AsmPrinter &operator<<(mlir::AsmPrinter &printer, const Pair &pair);
mlir::AsmPrinter &operator<<(mlir::AsmPrinter &printer, const Sides &sides);

/// Whether `type` is 16-bit fixed point with zero point 0: the only element
/// type that the accelerator computes with.
bool isFixedPoint(mlir::Type type);

} // namespace scnn

template <>
struct mlir::FieldParser<scnn::Pair> {
  static FailureOr<scnn::Pair> parse(AsmParser &parser);
};
template <>
struct mlir::FieldParser<scnn::Sides> {
  static FailureOr<scnn::Sides> parse(AsmParser &parser);
};

#include "scnn/Dialect/SCNN/IR/SCNNDialect.h.inc"
#include "scnn/Dialect/SCNN/IR/SCNNEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "scnn/Dialect/SCNN/IR/SCNNAttrs.h.inc"

#define GET_OP_CLASSES
#include "scnn/Dialect/SCNN/IR/SCNNOps.h.inc"

namespace scnn {

/// The machine of the module around `op`; the paper's if the module names none.
Machine getMachine(mlir::Operation *op);

/// Scale of a fixed-point tensor: real value = integer * scale.
double getScale(mlir::Type tensorType);

/// The layout in the type of an activation tensor, or null.
LayoutAttr getLayout(mlir::Type tensorType);

/// `type` with another encoding.
mlir::RankedTensorType withEncoding(mlir::RankedTensorType type,
                                    mlir::Attribute encoding);

/// The name that reports call `op` by: its outermost NameLoc, or the
/// operation's own name where there is none.
std::string getLayerName(mlir::Operation *op);

/// The phases into which the readers' strides split an activation tensor: their
/// least common multiple along each axis.
Pair getReaderPhases(mlir::Value activations);

/// The cuts of a plane's rows and columns.
std::array<AxisCut, 2> getCuts(CutPolicy policy, Pair grid, Pair plane);

/// Rows and columns of [N, C, H, W].
Pair getPlane(mlir::Type tensorType);

/// The plane that a filter gives under a window; 0 along an axis on which the
/// filter does not fit once.
Pair convolvedPlane(Pair plane, WindowAttr window, Pair filter);

/// The plane that max pooling gives; 0 as above.
Pair pooledPlane(Pair plane, PoolAttr pool);

/// One axis (0: rows, 1: columns) of a window with a filter of that size.
AxisWindow getAxisWindow(WindowAttr window, Pair filter, unsigned axis);

} // namespace scnn

#endif // SCNN_DIALECT_SCNN_IR_SCNN_H
