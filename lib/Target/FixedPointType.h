//===- FixedPointType.h - The type of a value in DRAM -----------*- C++ -*-===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_TARGET_FIXEDPOINTTYPE_H
#define SCNN_LIB_TARGET_FIXEDPOINTTYPE_H

#include "scnn/Target/Program.h"

#include "mlir/IR/BuiltinTypes.h"

namespace scnn {

/// The fixed-point tensor type with the layout that `binding` describes on
/// `machine`: the one type that a program file can hold for it.
mlir::RankedTensorType getFixedPointType(mlir::MLIRContext *context,
                                         const Program::Binding &binding,
                                         const Machine &machine);

} // namespace scnn

#endif // SCNN_LIB_TARGET_FIXEDPOINTTYPE_H
