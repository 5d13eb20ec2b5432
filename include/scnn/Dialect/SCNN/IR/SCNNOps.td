//===- SCNNOps.td - Tensor level of the scnn dialect ----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_OPS_TD
#define SCNN_OPS_TD

include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "scnn/Dialect/SCNN/IR/SCNNAttrs.td"

class SCNN_Op<string mnemonic, list<Trait> traits = []>
    : Op<SCNN_Dialect, mnemonic, traits>;

def SCNN_FixedPoint : Type<CPred<"::scnn::isFixedPoint($_self)">,
    "16-bit fixed point with zero point 0 (!quant.uniform<i16:f32, scale>)">;

/// [N, C, H, W], real or fixed point.
def SCNN_Activations : 4DTensorOf<[F32, SCNN_FixedPoint]>;
/// [N, C, H, W], fixed point.
def SCNN_FixedActivations : 4DTensorOf<[SCNN_FixedPoint]>;
/// [K, C / groups, R, S]: real, or the integers that the multipliers take.
def SCNN_Weights : 4DTensorOf<[F32, I16]>;
/// [K]: real, or in accumulator units.
def SCNN_Bias : 1DTensorOf<[F32, I32]>;
/// [N, K, H, W] in accumulator units.
def SCNN_Sums : 4DTensorOf<[I<24>]>;
/// A weight image: see docs/program-format.md.
def SCNN_Image : 1DTensorOf<[I8]>;

def SCNN_Conv2DOp : SCNN_Op<"conv2d", [Pure, AttrSizedOperandSegments]> {
  let summary = "sum of 2-D convolutions, with bias, clamp and max pooling";
  let description = [{
    Input t, `[N, Ct, Ht, Wt]`, is convolved with weights t, `[K, Ct / groups,
    R, S]`, under window t; the results, all `[N, K, H, W]`, are added, then
    the bias `[K]`. Then the result is clamped to [`clamp_min`, `clamp_max`]
    (ReLU: `clamp_min` = 0) and max-pooled. Several inputs stand for a
    concatenation along channels, or for a residual, whose weights are a 1x1
    identity.

    In fixed point, `requantization` takes the place of the clamp: it gives
    every shift, multiplier and bound, and the result's scale is that of its
    type. The operation is then exact: every bit is defined.

    `mapping` is the choice of the mapper. After compression, the constant
    weights and bias are in `image`, and the operands `weights` and `bias` are
    absent.

    On f32 it may be more than the accelerator can run (larger filters, say, or
    weights that are computed); it then runs on the host. `checkLegality`
    (`Legality.h`) says which, and why.

    Semantics of each convolution: ONNX Conv (operator set 11).

    Example:
    ```mlir
    %y = scnn.conv2d inputs(%x, %skip : tensor<1x8x6x6xf32>, tensor<1x4x6x6xf32>)
        weights(%w, %identity : tensor<4x8x3x3xf32>, tensor<4x4x1x1xf32>)
        bias(%b : tensor<4xf32>)
        windows [#scnn.window<padding = [1, 1, 1, 1]>, #scnn.window<>]
        {clamp_min = 0.0 : f32} -> tensor<1x4x6x6xf32>
    ```
  }];
  let arguments = (ins
    Variadic<SCNN_Activations>:$inputs,
    Variadic<SCNN_Weights>:$weights,
    Optional<SCNN_Bias>:$bias,
    Optional<SCNN_Image>:$image,
    TypedArrayAttrBase<SCNN_WindowAttr, "windows">:$windows,
    OptionalAttr<F32Attr>:$clamp_min,
    OptionalAttr<F32Attr>:$clamp_max,
    OptionalAttr<SCNN_PoolAttr>:$pool,
    OptionalAttr<SCNN_RequantizationAttr>:$requantization,
    OptionalAttr<SCNN_MappingAttr>:$mapping,
    // Filter sizes (R, S of each input in turn): only once `image` has taken
    // the weights' place, whose types said it before.
    OptionalAttr<DenseI64ArrayAttr>:$filters);
  let results = (outs SCNN_Activations:$result);
  let assemblyFormat = [{
    `inputs` `(` $inputs `:` type($inputs) `)`
    (`weights` `(` $weights^ `:` type($weights) `)`)?
    (`bias` `(` $bias^ `:` type($bias) `)`)?
    (`image` `(` $image^ `:` type($image) `)`)?
    `windows` $windows attr-dict `->` type($result)
  }];
  let builders = [
    // One input; `bias` may be null. The result's type follows from the others.
    OpBuilder<(ins "::mlir::Value":$input, "::mlir::Value":$weights,
                   "::mlir::Value":$bias, "::scnn::WindowAttr":$window)>
  ];
  let extraClassDeclaration = [{
    ::scnn::WindowAttr getWindow(unsigned t) {
      return ::llvm::cast<::scnn::WindowAttr>(getWindows()[t]);
    }
    /// Rows and columns of input t's filter.
    ::scnn::Pair getFilterSize(unsigned t);
    /// Rows and columns of the output plane before pooling.
    ::scnn::Pair getConvolutionPlane();
    /// Multiply-accumulates that a dense machine spends, for the whole batch.
    int64_t getDenseMacs();
  }];
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

def SCNN_MaxPool2DOp : SCNN_Op<"max_pool2d", [Pure]> {
  let summary = "2-D max pooling";
  let description = [{
    Semantics: ONNX MaxPool (operator set 12), NaN excluded. Fused into the
    convolution that feeds it, or made an identity convolution with pooling.
    A pool that the accelerator can't run stays, for the host.

    Example:
    ```mlir
    %y = scnn.max_pool2d %x <size = [2, 2], stride = [2, 2]>
        : tensor<1x8x6x6xf32> -> tensor<1x8x3x3xf32>
    ```
  }];
  let arguments = (ins SCNN_Activations:$input, SCNN_PoolAttr:$pool);
  let results = (outs SCNN_Activations:$result);
  let assemblyFormat = "$input $pool attr-dict `:` type($input) `->` type($result)";
  let builders = [
    // The result's type follows.
    OpBuilder<(ins "::mlir::Value":$input, "::scnn::PoolAttr":$pool)>
  ];
  let hasVerifier = 1;
}

def SCNN_AddOp : SCNN_Op<"add", [Pure, Commutative, SameOperandsAndResultType]> {
  let summary = "element-wise addition of two activation tensors";
  let description = [{
    Becomes an input of the convolution that produces one of the operands
    (see `scnn-fuse`), or a convolution with two identity filters.

    Example: `%y = scnn.add %a, %b : tensor<1x8x6x6xf32>`
  }];
  let arguments = (ins 4DTensorOf<[F32]>:$lhs, 4DTensorOf<[F32]>:$rhs);
  let results = (outs 4DTensorOf<[F32]>:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($result)";
}

def SCNN_ClampOp : SCNN_Op<"clamp", [Pure, SameOperandsAndResultType]> {
  let summary = "element-wise clamp; ReLU is a clamp from 0";
  let description = [{
    An absent bound does not bound.

    Example: `%y = scnn.clamp %x {clamp_min = 0.0 : f32} : tensor<1x8x6x6xf32>`
  }];
  let arguments = (ins 4DTensorOf<[F32]>:$input, OptionalAttr<F32Attr>:$clamp_min,
                       OptionalAttr<F32Attr>:$clamp_max);
  let results = (outs 4DTensorOf<[F32]>:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def SCNN_ConcatOp : SCNN_Op<"concat", [Pure]> {
  let summary = "concatenation along channels";
  let description = [{
    Convolutions read the parts in place (see `scnn-fuse`).

    Example: `%y = scnn.concat %a, %b : tensor<1x8x6x6xf32>, tensor<1x4x6x6xf32> -> tensor<1x12x6x6xf32>`
  }];
  let arguments = (ins Variadic<4DTensorOf<[F32]>>:$inputs);
  let results = (outs 4DTensorOf<[F32]>:$result);
  let assemblyFormat = "$inputs attr-dict `:` type($inputs) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def SCNN_ExtendChannelsOp : SCNN_Op<"extend_channels", [Pure]> {
  let summary = "appends channels that are zero";
  let description = [{
    The new channels are absent: no value of them is ever stored, and
    convolutions that read the tensor lose the weights that would meet them.

    Example: `%y = scnn.extend_channels %x : tensor<1x24x8x8xf32> -> tensor<1x28x8x8xf32>`
  }];
  let arguments = (ins 4DTensorOf<[F32]>:$input);
  let results = (outs 4DTensorOf<[F32]>:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

//===----------------------------------------------------------------------===//
// Layout
//===----------------------------------------------------------------------===//

def SCNN_LoadOp : SCNN_Op<"load", [Pure]> {
  let summary = "brings a tensor, or some rows of it, from DRAM onto the PEs";
  let description = [{
    The result's encoding says how it is laid out there. With `rows from` r, the
    result is rows r … of the plane, as many as it has: a piece of a tensor that
    does not fit the activation RAMs.

    A load that is `setup` stands for what the network around would have done:
    it becomes an accelerator layer of its own, which reports count apart.

    Example:
    ```mlir
    %t = scnn.load %x : tensor<1x3x16x16x!quant.uniform<i16:f32, 0.5>>
        -> tensor<1x3x16x16x!quant.uniform<i16:f32, 0.5>, #scnn.layout<grid = [8, 8]>>
    %p = scnn.load %x rows from 7 : tensor<1x3x16x16x!quant.uniform<i16:f32, 0.5>>
        -> tensor<1x3x9x16x!quant.uniform<i16:f32, 0.5>, #scnn.layout<grid = [8, 8]>>
    ```
  }];
  let arguments = (ins SCNN_FixedActivations:$input,
                       OptionalAttr<I64Attr>:$first_row,
                       OptionalAttr<SCNN_PlacementAttr>:$placement,
                       UnitAttr:$setup);
  let results = (outs SCNN_FixedActivations:$result);
  let assemblyFormat = [{
    (`setup` $setup^)? $input (`rows` `from` $first_row^)? attr-dict
    `:` type($input) `->` type($result)
  }];
  let extraClassDeclaration = [{
    /// The rows of the input that the result has.
    ::scnn::Range getRows();
    /// Whether that is not all of them.
    bool isPiece();
  }];
  let hasVerifier = 1;
}

def SCNN_StoreOp : SCNN_Op<"store", [Pure]> {
  let summary = "brings a tensor, whole or in pieces, from the PEs to DRAM";
  let description = [{
    The inverse of `scnn.load`. Several operands are pieces of the plane, one
    below the other. As a load, the store of a whole tensor can be `setup`.

    Example:
    ```mlir
    %x = scnn.store %t
        : tensor<1x3x16x16x!quant.uniform<i16:f32, 0.5>, #scnn.layout<grid = [8, 8]>>
        -> tensor<1x3x16x16x!quant.uniform<i16:f32, 0.5>>
    ```
  }];
  let arguments = (ins Variadic<SCNN_FixedActivations>:$pieces,
                       UnitAttr:$setup);
  let results = (outs SCNN_FixedActivations:$result);
  let assemblyFormat = [{
    (`setup` $setup^)? $pieces attr-dict `:` type($pieces) `->` type($result)
  }];
  let hasVerifier = 1;
}

// Not ConstantLike: constants of the same data would become one, whatever their
// offsets.
def SCNN_CompressedWeightsOp : SCNN_Op<"compressed_weights", [
    Pure, AllTypesMatch<["data", "result"]>]> {
  let summary = "the compressed weights of a convolution, group by group";
  let description = [{
    `data` is the weight images of the output-channel groups, one after the
    other; group g begins at byte `offsets[g]` and has `blocks[g]` weight
    blocks.

    Example:
    ```mlir
    %w = scnn.compressed_weights offsets [0] blocks [1]
        dense<0> : tensor<24xi8>
    ```
  }];
  let arguments = (ins DenseI64ArrayAttr:$offsets, DenseI64ArrayAttr:$blocks,
                       ElementsAttr:$data);
  let results = (outs SCNN_Image:$result);
  let assemblyFormat = "`offsets` $offsets `blocks` $blocks $data attr-dict";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// A convolution in its steps, once the halos are explicit
//===----------------------------------------------------------------------===//

def SCNN_AccumulateOp : SCNN_Op<"accumulate", [Pure]> {
  let summary = "the products of a convolution, added up where they fall";
  let description = [{
    As `scnn.conv2d` with an image, without bias, pooling and requantization.
    With output halos the sums that cross tile borders are partial until
    `scnn.exchange` has joined them.

    Example:
    ```mlir
    %s = scnn.accumulate inputs(%x : !x) image(%w : tensor<96xi8>)
        windows [#scnn.window<padding = [1, 1, 1, 1]>] filters [3, 3]
        mapping <group_size = 8> -> tensor<1x8x16x16xi24, #sums>
    ```
  }];
  let arguments = (ins
    Variadic<SCNN_FixedActivations>:$inputs, SCNN_Image:$image,
    TypedArrayAttrBase<SCNN_WindowAttr, "windows">:$windows,
    DenseI64ArrayAttr:$filters, SCNN_MappingAttr:$mapping);
  let results = (outs SCNN_Sums:$result);
  let assemblyFormat = [{
    `inputs` `(` $inputs `:` type($inputs) `)` `image` `(` $image `:` type($image) `)`
    `windows` $windows `filters` $filters `mapping` $mapping attr-dict
    `->` type($result)
  }];
  let hasVerifier = 1;
}

def SCNN_ExchangeOp : SCNN_Op<"exchange", [Pure]> {
  let summary = "moves halos between PEs, hop by hop";
  let description = [{
    `add` joins partial sums at the PE that owns the position, `max` partial
    maxima, `copy` sends replicas of owned activations to the PEs whose tile
    the result's layout widens. `halo` (top, bottom, left, right) is how far
    beyond the own tile positions take part.

    Example: `%t = scnn.exchange add %s halo [1, 1, 1, 1] : !partial -> !complete`
  }];
  let arguments = (ins SCNN_ExchangeKindAttr:$kind, AnyRankedTensor:$input,
                       DenseI64ArrayAttr:$halo,
                       OptionalAttr<SCNN_PlacementAttr>:$placement);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = "$kind $input `halo` $halo attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
}

def SCNN_AddBiasOp : SCNN_Op<"add_bias", [Pure, SameOperandsAndResultType]> {
  let summary = "adds the bias at the PE that owns the output";
  let description = [{
    The bias is in the weight image that the sums were computed with.

    Example: `%t = scnn.add_bias %s : !sums`
  }];
  let arguments = (ins SCNN_Sums:$input);
  let results = (outs SCNN_Sums:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def SCNN_PoolMaximaOp : SCNN_Op<"pool_maxima", [Pure]> {
  let summary = "maxima of each pooling window over the part that a PE owns";
  let description = [{
    Windows that cross tile borders are partial until `scnn.exchange max` has
    joined them.

    Example: `%t = scnn.pool_maxima %s <size = [2, 2], stride = [2, 2]> : !sums -> !pooled`
  }];
  let arguments = (ins SCNN_Sums:$input, SCNN_PoolAttr:$pool);
  let results = (outs SCNN_Sums:$result);
  let assemblyFormat = "$input $pool attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
}

def SCNN_RequantizeOp : SCNN_Op<"requantize", [Pure]> {
  let summary = "scales complete sums to 16 bits and compresses them";
  let description = [{
    Multipliers and shifts are in the weight image that the sums were
    computed with; the attribute gives the bounds.

    Example:
    ```mlir
    %y = scnn.requantize %s <product_shifts = [7], multipliers = [17000], shifts = [20]>
        : !sums -> !activations
    ```
  }];
  let arguments = (ins SCNN_Sums:$input, SCNN_RequantizationAttr:$requantization,
                       OptionalAttr<SCNN_PlacementAttr>:$placement);
  let results = (outs SCNN_FixedActivations:$result);
  let assemblyFormat = "$input $requantization attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
}

#endif // SCNN_OPS_TD
