//===- HostLowering.cpp - From tensors to the LLVM dialect ----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostLowering.h"
#include "scnn/Conversion/Passes.h"
#include "scnn/Dialect/SCNN/IR/SCNN.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Conversion/TosaToLinalg/TosaToLinalg.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotModuleBufferize.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Transforms/Passes.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace scnn;

void scnn::registerHostDialects(DialectRegistry &registry) {
  registerAllDialects(registry);
  registerAllExtensions(registry);
  registry.insert<SCNNDialect>();
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
}

/// Whether the module has operations of that dialect.
static bool hasDialect(ModuleOp module, StringRef dialect) {
  return module
      .walk([&](Operation *op) {
        return op->getName().getDialectNamespace() == dialect
                   ? WalkResult::interrupt()
                   : WalkResult::advance();
      })
      .wasInterrupted();
}

/// Replaces operations that stand for several of linalg's (softmax).
static LogicalResult decomposeAggregates(ModuleOp module) {
  IRRewriter rewriter(module->getContext());
  SmallVector<linalg::AggregatedOpInterface> ops;
  module.walk([&](linalg::AggregatedOpInterface op) { ops.push_back(op); });
  for (linalg::AggregatedOpInterface op : ops) {
    rewriter.setInsertionPoint(op);
    FailureOr<SmallVector<Value>> results = op.decomposeOperation(rewriter);
    if (failed(results))
      return op.emitError("cannot decompose the operation");
    rewriter.replaceOp(op, *results);
  }
  return success();
}

LogicalResult scnn::lowerToLinalg(ModuleOp module) {
  if (failed(decomposeAggregates(module)))
    return failure();
  PassManager pm(module->getContext());
  pm.enableVerifier(false);
  pm.addPass(createConvertSCNNToLinalg());
  if (hasDialect(module, "tosa")) {
    tosa::addTosaToLinalgPasses(pm, TosaToLinalgOptions(),
                                TosaToLinalgNamedOptions(),
                                /*validationOptions=*/std::nullopt);
    OpPassManager &functions = pm.nest<func::FuncOp>();
    functions.addPass(createTosaToArithPass());
    functions.addPass(createTosaToTensorPass());
    functions.addPass(createTosaToSCFPass());
  }
  pm.addNestedPass<func::FuncOp>(createConvertElementwiseToLinalgPass());
  pm.addPass(createInlinerPass());
  pm.addPass(createSymbolDCEPass());
  return pm.run(module);
}

/// Moves the loop along the output's last dimension innermost where it is the
/// last dimension of an input too: contiguous, and a parallel loop, so that it
/// vectorizes. Upstream puts reductions innermost.
static LogicalResult makeInnermostLoopsParallel(ModuleOp module) {
  IRRewriter rewriter(module->getContext());
  SmallVector<linalg::LinalgOp> ops;
  module.walk([&](linalg::LinalgOp op) {
    if (op.getNumReductionLoops() > 0 && op.getNumDpsInits() == 1)
      ops.push_back(op);
  });
  for (linalg::LinalgOp op : ops) {
    AffineMap output = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
    if (output.getNumResults() == 0)
      continue;
    auto last = dyn_cast<AffineDimExpr>(output.getResults().back());
    unsigned loops = op.getNumLoops();
    if (!last || last.getPosition() == loops - 1 ||
        llvm::none_of(op.getDpsInputOperands(), [&](OpOperand *operand) {
          AffineMap map = op.getMatchingIndexingMap(operand);
          return map.getNumResults() > 0 &&
                 map.getResults().back().isFunctionOfDim(last.getPosition());
        }))
      continue;
    rewriter.setInsertionPoint(op);
    auto generic = dyn_cast<linalg::GenericOp>(op.getOperation());
    if (!generic) {
      FailureOr<linalg::GenericOp> named =
          linalg::generalizeNamedOp(rewriter, op);
      if (failed(named))
        continue;
      generic = *named;
    }
    SmallVector<unsigned> order;
    for (unsigned loop = 0; loop < loops; ++loop)
      if (loop != last.getPosition())
        order.push_back(loop);
    order.push_back(last.getPosition());
    if (failed(linalg::interchangeGenericOp(rewriter, generic, order)))
      return failure();
  }
  return success();
}

static LogicalResult bufferize(ModuleOp module) {
  using namespace bufferization;
  module->getContext()
      ->loadDialect<BufferizationDialect, memref::MemRefDialect,
                    linalg::LinalgDialect>();
  OneShotBufferizationOptions options;
  options.bufferizeFunctionBoundaries = true;
  options.setFunctionBoundaryTypeConversion(LayoutMapOption::InferLayoutMap);
  options.functionArgTypeConverterFn =
      [](TensorLikeType type, Attribute memorySpace, func::FuncOp,
         const BufferizationOptions &) -> BufferLikeType {
    auto tensor = cast<TensorType>(Type(type));
    return cast<BufferLikeType>(
        Type(getMemRefTypeWithStaticIdentityLayout(tensor, memorySpace)));
  };
  // Copies as loops: memref.copy of strided memory needs a runtime library.
  options.memCpyFn = [](OpBuilder &b, Location loc, Value from, Value to) {
    linalg::makeMemRefCopyOp(b, loc, from, to);
    return success();
  };
  // The caller's arguments are not ours to write to.
  module.walk([](func::FuncOp function) {
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      function.setArgAttr(i, BufferizationDialect::kWritableAttrName,
                          BoolAttr::get(function.getContext(), false));
  });
  BufferizationState state;
  if (failed(runOneShotModuleBufferize(module, options, state)))
    return failure();
  removeBufferizationAttributesInModule(module);
  module.walk([](memref::CopyOp copy) {
    OpBuilder b(copy);
    linalg::makeMemRefCopyOp(b, copy.getLoc(), copy.getSource(),
                             copy.getTarget());
    copy.erase();
  });
  return success();
}

LogicalResult scnn::lowerToLLVM(ModuleOp module) {
  if (failed(makeInnermostLoopsParallel(module)) || failed(bufferize(module)))
    return failure();
  module.walk([](func::FuncOp function) {
    if (function.isPublic())
      function->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(),
                        UnitAttr::get(function.getContext()));
  });

  PassManager pm(module->getContext());
  pm.enableVerifier(false);
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(createSCFToControlFlowPass());
  pm.addNestedPass<func::FuncOp>(arith::createArithExpandOpsPass());
  pm.addNestedPass<func::FuncOp>(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  // Allocation functions say that their result is new memory; LLVM loses sight
  // of that where the result is aligned by hand.
  FinalizeMemRefToLLVMConversionPassOptions memref;
  memref.useAlignedAlloc = true;
  pm.addPass(createFinalizeMemRefToLLVMConversionPass(memref));
  pm.addPass(createConvertFuncToLLVMPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createConvertIndexToLLVMPass());
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createUBToLLVMConversionPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  return pm.run(module);
}
