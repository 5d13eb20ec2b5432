//===- PartitionHost.cpp - Outlines what runs on the host -----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/IR/Legality.h"
#include "scnn/Dialect/SCNN/Transforms/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/SetVector.h"

namespace scnn {
#define GEN_PASS_DEF_PARTITIONHOST
#include "scnn/Dialect/SCNN/Transforms/Passes.h.inc"
} // namespace scnn

using namespace mlir;
using namespace scnn;

static bool isConstant(Operation *op) {
  return op->hasTrait<OpTrait::ConstantLike>();
}

/// Whether `op` is a convolution or pool that the accelerator cannot run.
static bool isIllegal(Operation *op) {
  if (auto convolution = dyn_cast<Conv2DOp>(op))
    return !convolution.getRequantization() && !isLegal(convolution);
  auto pool = dyn_cast<MaxPool2DOp>(op);
  return pool && !isLegal(pool);
}

/// Whether the accelerator, the program around it, or an earlier run of this
/// pass takes care of `op`.
static bool staysInMain(Operation *op) {
  return (isa<SCNNDialect>(op->getDialect()) && !isIllegal(op)) ||
         isa<quant::QuantizeCastOp, quant::DequantizeCastOp, func::CallOp>(
             op) ||
         op->hasTrait<OpTrait::IsTerminator>();
}

/// Whether a use of a constant needs it in a host function: the accelerator
/// has it as weights, but cannot give it as a result.
static bool needsHost(OpOperand &use) {
  return use.getOwner()->hasTrait<OpTrait::IsTerminator>();
}

/// Fixed point is the accelerator's alone.
static LogicalResult checkHostOperation(Operation *op) {
  for (Type type : llvm::concat<Type>(llvm::to_vector(op->getOperandTypes()),
                                      llvm::to_vector(op->getResultTypes())))
    if (isa<quant::QuantizedType>(getElementTypeOrSelf(type)))
      return op->emitError()
             << "the host computes in real numbers, but got " << type;
  return success();
}

namespace {
struct PartitionHost : scnn::impl::PartitionHostBase<PartitionHost> {
  void runOnOperation() override {
    auto main = getOperation().lookupSymbol<func::FuncOp>("main");
    if (!main || main.isExternal())
      return;
    if (!main.getBody().hasOneBlock()) {
      main.emitError() << "expected straight-line code in @main, but got "
                       << main.getBody().getBlocks().size() << " blocks";
      return signalPassFailure();
    }
    separateResults(main);
    SymbolTable symbols(getOperation());
    SmallVector<Operation *> run;
    for (Operation &op : llvm::make_early_inc_range(main.getBody().front())) {
      // Constants do not run; each user has its own copy, so to speak.
      if (isConstant(&op) && !llvm::any_of(op.getUses(), needsHost))
        continue;
      if (!staysInMain(&op)) {
        if (failed(checkHostOperation(&op)))
          return signalPassFailure();
        run.push_back(&op);
        continue;
      }
      outline(run, main, symbols);
      run.clear();
    }
    eraseDeadConstants(main);
  }

  /// Results are tensors of their own, with names of their own: one that is an
  /// argument, or another result, too, becomes a copy.
  static void separateResults(func::FuncOp main) {
    Operation *terminator = main.getBody().front().getTerminator();
    OpBuilder builder(terminator);
    llvm::SmallPtrSet<Value, 4> seen;
    for (OpOperand &use : terminator->getOpOperands()) {
      Value value = use.get();
      if (!isa<BlockArgument>(value) && seen.insert(value).second)
        continue;
      auto type = cast<RankedTensorType>(value.getType());
      Value empty = tensor::EmptyOp::create(
          builder, value.getLoc(), type.getShape(), type.getElementType());
      use.set(linalg::CopyOp::create(builder, value.getLoc(), value, empty)
                  .getResult(0));
    }
  }

  /// Moves `run` into a function of its own, and calls it in its place.
  void outline(ArrayRef<Operation *> run, func::FuncOp main,
               SymbolTable &symbols) {
    if (run.empty())
      return;
    llvm::SmallSetVector<Operation *, 8> constants;
    llvm::SmallSetVector<Value, 8> arguments, results;
    llvm::SmallPtrSet<Operation *, 8> inRun(run.begin(), run.end());
    auto isInside = [&](Operation *op) {
      Operation *ancestor = main.getBody().front().findAncestorOpInBlock(*op);
      return ancestor && inRun.contains(ancestor);
    };
    for (Operation *op : run) {
      op->walk([&](Operation *nested) {
        for (Value operand : nested->getOperands()) {
          Operation *definition = operand.getDefiningOp();
          if (operand.getParentRegion() != &main.getBody() ||
              (definition && isInside(definition)))
            continue;
          if (definition && isConstant(definition))
            constants.insert(definition);
          else
            arguments.insert(operand);
        }
      });
      for (Value result : op->getResults())
        if (llvm::any_of(result.getUsers(),
                         [&](Operation *user) { return !isInside(user); }))
          results.insert(result);
    }

    OpBuilder builder(run.front());
    Location loc = run.front()->getLoc();
    auto type =
        builder.getFunctionType(ValueRange(arguments.getArrayRef()).getTypes(),
                                ValueRange(results.getArrayRef()).getTypes());
    auto function = func::FuncOp::create(
        loc, ("host_" + Twine(numFunctions++)).str(), type);
    function.setPrivate();
    function->setDiscardableAttr(SCNNDialect::kHostAttr, builder.getUnitAttr());
    symbols.insert(function);
    builder.setInsertionPoint(run.back());
    auto call =
        func::CallOp::create(builder, loc, function, arguments.getArrayRef());

    Block *body = function.addEntryBlock();
    IRMapping mapping;
    mapping.map(arguments.getArrayRef(), body->getArguments());
    builder.setInsertionPointToEnd(body);
    for (Operation *constant : constants)
      builder.clone(*constant, mapping);
    for (Operation *op : run)
      builder.clone(*op, mapping);
    SmallVector<Value> returned;
    for (auto [result, replacement] :
         llvm::zip(results.takeVector(), call.getResults())) {
      returned.push_back(mapping.lookup(result));
      result.replaceUsesWithIf(replacement, [&](OpOperand &use) {
        return !isInside(use.getOwner());
      });
    }
    func::ReturnOp::create(builder, loc, returned);
    for (Operation *op : llvm::reverse(run))
      op->erase();
  }

  static void eraseDeadConstants(func::FuncOp main) {
    for (Operation &op :
         llvm::make_early_inc_range(llvm::reverse(main.getBody().front())))
      if (isConstant(&op) && op.use_empty())
        op.erase();
  }

  unsigned numFunctions = 0;
};
} // namespace
