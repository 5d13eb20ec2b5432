//===- HalveGroups.cpp - A pass of one's own between the compiler's -------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Tools/Plugins/PassPlugin.h"

using namespace scnn;

namespace {
/// Halves the output-channel group of every convolution. It runs after
/// `scnn-output-channel-grouping`, which wrote the mapping that it changes, and
/// before `scnn-compressed-sparse-layout`, which cuts the weights by it: no
/// other pass needs to know.
struct HalveGroups
    : mlir::PassWrapper<HalveGroups, mlir::OperationPass<mlir::func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(HalveGroups)

  llvm::StringRef getArgument() const override { return "halve-groups"; }
  llvm::StringRef getDescription() const override {
    return "halves the output-channel group of every convolution";
  }

  void runOnOperation() override {
    getOperation()->walk([](Conv2DOp convolution) {
      MappingAttr mapping = convolution.getMappingAttr();
      // Not mapped, or one channel at a time: nothing to halve.
      if (!mapping || mapping.getGroupSize() == 1)
        return;
      convolution.setMappingAttr(MappingAttr::get(
          mapping.getContext(), (mapping.getGroupSize() + 1) / 2,
          mapping.getHalo(), mapping.getOrder(), mapping.getRowPad()));
    });
  }
};
} // namespace

/// What scnn-opt looks for in a pass plugin.
extern "C" LLVM_ATTRIBUTE_WEAK mlir::PassPluginLibraryInfo
mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "HalveGroups", "0.1",
          [] { mlir::PassRegistration<HalveGroups>(); }};
}
