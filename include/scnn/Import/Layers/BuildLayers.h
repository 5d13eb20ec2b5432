//===- BuildLayers.h - A module from a layer table -----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_IMPORT_LAYERS_BUILDLAYERS_H
#define SCNN_IMPORT_LAYERS_BUILDLAYERS_H

#include "scnn/Import/Layers/LayerTable.h"
#include "scnn/Machine/Machine.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace scnn {

/// Builds `@main` with an f32 `scnn.conv2d` for each layer, with argument and
/// result of its own, named as the layer: random weights and, as sample of the
/// argument, inputs of the layer's densities from `seed`, a bias that gives its
/// output density, and ReLU. Ranges and peak densities are there, as
/// calibration for `machine` would have left them; arguments and results are
/// resident. Null after a diagnostic, which names `file` and the layer.
mlir::OwningOpRef<mlir::ModuleOp>
buildLayers(llvm::ArrayRef<LayerRow> layers, llvm::StringRef file,
            uint64_t seed, const Machine &machine, mlir::MLIRContext *context);

} // namespace scnn

#endif // SCNN_IMPORT_LAYERS_BUILDLAYERS_H
