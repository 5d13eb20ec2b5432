//===- CompiledCase.h - A module through the whole way --------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The real pipeline in process: quantization once, with the fixed-point
// reference; then mapping and commands for as many machines and mappings as the
// test wants, each through the bytes of a program file.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_UNITTESTS_ENDTOEND_COMPILEDCASE_H
#define SCNN_UNITTESTS_ENDTOEND_COMPILEDCASE_H

#include "ClosedForm.h"
#include "scnn/Host/HostTensor.h"
#include "scnn/Pipelines/Pipelines.h"
#include "scnn/Target/Program.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/Error.h"
#include <vector>

namespace scnn::test {

/// A module in fixed point, and what it computes.
struct QuantizedCase {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  /// What the accelerator is given: i16 [1, C, H, W].
  std::vector<HostTensor> inputs;
  /// By layer: i16 [1, K, H, W], of upstream lowering.
  std::vector<HostTensor> results;
  /// By layer: indices into the values (inputs, then results) that it reads.
  std::vector<llvm::SmallVector<size_t, 2>> operands;
  /// By layer: largest difference from the f32 layer on the same inputs, as
  /// part of its largest magnitude.
  std::vector<double> floatErrors;

  const HostTensor &value(size_t index) const {
    return index < inputs.size() ? inputs[index]
                                 : results[index - inputs.size()];
  }
};

/// Quantizes an f32 module and runs the reference on `inputs` (f32).
llvm::Expected<QuantizedCase> quantizeCase(mlir::ModuleOp floatModule,
                                           llvm::ArrayRef<HostTensor> inputs);

/// A program, read back from its bytes, with the mapping that it was made of.
struct MappedCase {
  Program program;
  /// By layer: its pieces; one where it is computed as a whole.
  std::vector<std::vector<MappedConvolution>> layers;
};

/// The convolution does not fit the machine: accumulators or activation RAM.
class DoesNotFit : public llvm::ErrorInfo<DoesNotFit> {
public:
  static char ID;
  explicit DoesNotFit(std::string text) : text(std::move(text)) {}
  void log(llvm::raw_ostream &os) const override { os << text; }
  std::error_code convertToErrorCode() const override {
    return llvm::inconvertibleErrorCode();
  }

private:
  std::string text;
};

llvm::Expected<MappedCase> mapCase(const QuantizedCase &quantized,
                                   const Machine &machine,
                                   const MappingOptions &options);

} // namespace scnn::test

#endif // SCNN_UNITTESTS_ENDTOEND_COMPILEDCASE_H
