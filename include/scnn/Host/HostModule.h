//===- HostModule.h - Functions compiled for the host ---------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// Runs functions on tensors that scnn, TOSA, linalg, tensor and arith
// operations make up, on the host: lowered by upstream passes and compiled in
// process. Nothing of the simulator is in it.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_HOST_HOSTMODULE_H
#define SCNN_HOST_HOSTMODULE_H

#include "scnn/Host/HostTensor.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>
#include <vector>

namespace mlir {
class ModuleOp;
} // namespace mlir

namespace scnn {

struct HostModuleOptions {
  /// LLVM's optimization level, 0 to 3.
  unsigned optLevel = 2;
  /// The functions that will be called; if empty, all public ones.
  std::vector<std::string> functions;
};

/// Type of an argument or result; dynamic extents are negative.
struct HostTensorType {
  ElementKind kind;
  llvm::SmallVector<int64_t, 4> shape;
};

struct HostSignature {
  std::vector<HostTensorType> arguments, results;
};

/// Compiled functions. Fixed-point tensors are passed as i16, layouts do not
/// matter. Calls of one object may come from one thread at a time.
class HostModule {
public:
  /// Compiles functions of `module`, which is left as it is. Other operations
  /// of the module (programs, nested modules) are ignored. Errors carry the
  /// text of the diagnostics.
  static llvm::Expected<std::unique_ptr<HostModule>>
  compile(mlir::ModuleOp module, const HostModuleOptions &options = {});

  /// The same for a module as MLIR bytecode (or text).
  static llvm::Expected<std::unique_ptr<HostModule>>
  compile(llvm::StringRef bytecode, const HostModuleOptions &options = {});

  ~HostModule();

  /// The signature of a function, or null if it was not compiled.
  const HostSignature *getSignature(llvm::StringRef function) const;

  /// Calls a function. An error says which argument does not fit.
  llvm::Expected<std::vector<HostTensor>>
  call(llvm::StringRef function, llvm::ArrayRef<HostTensor> arguments);

private:
  struct State;
  explicit HostModule(std::unique_ptr<State> state);
  std::unique_ptr<State> state;
};

} // namespace scnn

#endif // SCNN_HOST_HOSTMODULE_H
