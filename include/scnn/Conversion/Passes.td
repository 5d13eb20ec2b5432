//===- Passes.td - Conversions to and from the scnn dialect ---------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_CONVERSION_PASSES_TD
#define SCNN_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertTosaToSCNN : Pass<"convert-tosa-to-scnn", "::mlir::func::FuncOp"> {
  let summary = "raises TOSA convolutional networks to scnn";
  let description = [{
    Converts f32 `tosa.conv2d` and `tosa.depthwise_conv2d` with constant
    weights, and `tosa.max_pool2d`, to scnn operations on [N, C, H, W], with a
    transpose on each side. `tosa.clamp`, `tosa.add` and `tosa.concat` along
    channels follow where an operand comes from an scnn operation. Transposes
    that cancel fold away, so that between two scnn operations none is left.

    What can't be converted stays, and a remark says why.

    Example: `tosa.conv2d` on `tensor<1x8x8x3xf32>` becomes a `tosa.transpose`
    to `tensor<1x3x8x8xf32>`, an `scnn.conv2d`, and a `tosa.transpose` back.
  }];
  let dependentDialects = ["::scnn::SCNNDialect", "::mlir::arith::ArithDialect",
                           "::mlir::tosa::TosaDialect"];
}

def ConvertLinalgToSCNN : Pass<"convert-linalg-to-scnn", "::mlir::func::FuncOp"> {
  let summary = "raises linalg convolutions to scnn";
  let description = [{
    Converts f32 `linalg.conv_2d_nchw_fchw` and `linalg.conv_2d_nhwc_hwcf`,
    and `linalg.generic` operations that compute the same, with constant
    weights. A `tensor.pad` of zeros that feeds the convolution becomes its
    padding; the initial value becomes the bias: zeros, a `linalg.broadcast`
    of a vector along channels, or a constant. [N, H, W, C] operands get a
    transpose on each side; transposes that cancel fold away.

    What can't be converted stays, and a remark says why.

    Example: `linalg.conv_2d_nchw_fchw ins(%x, %w) outs(%zeros)` becomes
    `scnn.conv2d inputs(%x) weights(%w) windows [#scnn.window<>]`.
  }];
  let dependentDialects = ["::scnn::SCNNDialect", "::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

def ConvertSCNNToLinalg : Pass<"convert-scnn-to-linalg", "::mlir::ModuleOp"> {
  let summary = "lowers scnn tensor operations to linalg: the reference semantics";
  let description = [{
    Says in upstream dialects what the scnn operations compute, so that any
    lowering of linalg can run them; it is what the simulator is held against.
    Convolutions become a gather of the windows and a contraction. In f32 the
    contraction is the plain one; in fixed point each product is rounded half up
    by its channel's shift, sums are 64 bits wide, pooled, scaled, rounded half
    to even and clamped, all exactly.

    `!quant.uniform<i16:f32, ...>` tensors become i16 tensors, in signatures
    too; `quant.qcast` divides by the scale, rounds half to even and saturates
    (NaN gives 0), `quant.dcast` multiplies. Layouts are dropped, so that
    `scnn.load` and `scnn.store` are the identity. A convolution whose weights
    have been compressed is an error.

    Example: `scnn.clamp %x {clamp_min = 0.0 : f32}` becomes a `linalg.generic`
    with `arith.maximumf`.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::math::MathDialect",
                           "::mlir::tensor::TensorDialect"];
}

#endif // SCNN_CONVERSION_PASSES_TD
