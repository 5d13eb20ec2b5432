//===- SCNNDialect.td - The scnn dialect ----------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_DIALECT_TD
#define SCNN_DIALECT_TD

include "mlir/IR/OpBase.td"

def SCNN_Dialect : Dialect {
  let name = "scnn";
  let cppNamespace = "::scnn";
  let summary = "Convolutional networks on the SCNN sparse accelerator";
  let description = [{
    SCNN (Parashar et al., ISCA 2017) keeps weights and activations compressed
    and multiplies only non-zeros. The dialect has two levels.

    The *tensor level* has value semantics on `tensor<NxCxHxW>`, with `f32` or
    16-bit fixed-point elements (`!quant.uniform<i16:f32, scale>`). The
    mapping to the machine lives in types and attributes: the tile cut, phases
    and compression of a tensor as the encoding of its type, the mapping of a
    convolution as its attribute, halos as operations, the machine as the
    module's attribute `scnn.machine`.

    The *command level*, inside `scnn.program`, has one operation `scnn.cmd.*`
    for each command of the accelerator, generated from the instruction set.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::quant::QuantDialect", "::mlir::tensor::TensorDialect"
  ];
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let extraClassDeclaration = [{
    /// Module attribute that holds the machine (`#scnn.machine`).
    static constexpr ::llvm::StringLiteral kMachineAttr = "scnn.machine";
    /// On an f32 operation or function argument: the largest magnitude seen
    /// in calibration (F64Attr; array of them on a function, one per argument).
    static constexpr ::llvm::StringLiteral kRangeAttr = "scnn.range";
    /// On an operation or function argument: the largest part of a PE's tile
    /// that calibration saw stored, as part of the largest tile's positions
    /// (F64Attr, 0 ... 1; array of them on a function, one per argument).
    static constexpr ::llvm::StringLiteral kPeakDensityAttr = "scnn.peak_density";
    /// On an argument or result of a function: the name by which the user
    /// gives or gets that tensor (StringAttr).
    static constexpr ::llvm::StringLiteral kNameAttr = "scnn.name";
    /// On an argument of a function: values for it that a program carries, for
    /// runs that are given none (ElementsAttr of the argument's type).
    static constexpr ::llvm::StringLiteral kSampleAttr = "scnn.sample";
    /// On an argument or result of a function (unit attribute): in the network
    /// around, the tensor is in the RAMs before, or stays there. Loading or
    /// storing it is `setup`.
    static constexpr ::llvm::StringLiteral kResidentAttr = "scnn.resident";
    /// On an operation that is left to the host: why the accelerator does not
    /// run it (StringAttr), for the report.
    static constexpr ::llvm::StringLiteral kHostReasonAttr = "scnn.host_reason";
    /// Unit attribute of a function that runs on the host.
    static constexpr ::llvm::StringLiteral kHostAttr = "scnn.host";

    void registerSCNNAttributes();
  }];
}

#endif // SCNN_DIALECT_TD
