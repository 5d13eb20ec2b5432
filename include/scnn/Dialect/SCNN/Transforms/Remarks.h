//===- Remarks.h - Remarks of the mapping passes --------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_DIALECT_SCNN_TRANSFORMS_REMARKS_H
#define SCNN_DIALECT_SCNN_TRANSFORMS_REMARKS_H

#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "mlir/IR/Remarks.h"
#include "llvm/Support/Error.h"

namespace scnn {

/// A choice made for the layer of `op`, under category `scnn-mapping`:
/// `scnn-opt --remarks-filter=scnn-mapping` shows it. Stream `remark::add` and
/// `remark::metric` to it.
inline mlir::remark::detail::InFlightRemark choice(mlir::Operation *op,
                                                   llvm::StringRef pass) {
  mlir::remark::detail::InFlightRemark remark = mlir::remark::passed(
      op->getLoc(),
      mlir::remark::RemarkOpts::name(pass).category("scnn-mapping"));
  remark << mlir::remark::metric("Layer", getLayerName(op));
  return remark;
}

/// Says, under the same category, why the layer of `op` runs on the host.
inline void missed(mlir::Operation *op, llvm::StringRef pass,
                   llvm::Error reason) {
  mlir::remark::missed(
      op->getLoc(),
      mlir::remark::RemarkOpts::name(pass).category("scnn-mapping"))
      << mlir::remark::metric("Layer", getLayerName(op))
      << mlir::remark::reason("runs on the host: {0}",
                              llvm::toString(std::move(reason)));
}

} // namespace scnn

#endif // SCNN_DIALECT_SCNN_TRANSFORMS_REMARKS_H
