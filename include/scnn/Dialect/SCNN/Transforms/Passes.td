//===- Passes.td - Passes on the scnn dialect -----------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_TRANSFORMS_PASSES_TD
#define SCNN_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def FuseOperations : Pass<"scnn-fuse", "::mlir::func::FuncOp"> {
  let summary = "makes every scnn operation a convolution";
  let description = [{
    What the accelerator runs is convolutions with bias, clamp and max pooling.
    This pass fuses clamps, pools and residual additions into the convolution
    that produces their operand, if that has no other use, and makes identity
    convolutions of the others. A residual joins the convolution as an input
    with a 1x1 identity filter, so that both sums meet in the same
    accumulators; zero channels of it are absent. Concatenations that
    convolutions read are read in place. A 1x1 depthwise convolution (batch
    normalization) is folded into the convolution that it alone reads.

    Zeros that `tosa.pad` puts around a plane become the window's padding. A
    fully connected layer (1x1 convolution of a `tosa.reshape` to one element)
    becomes a convolution with a filter of the whole plane.

    Does nothing to fixed-point operations, nor to what the accelerator cannot
    run.

    Example: `%y = scnn.clamp (scnn.add (scnn.conv2d %x, %w), %s)` becomes
    `%y = scnn.conv2d inputs(%x, %s) weights(%w, %identity) {clamp_min = 0.0}`.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def SpreadChannels : Pass<"scnn-spread-channels", "::mlir::func::FuncOp"> {
  let summary = "spreads a long vector of channels over the PEs";
  let description = [{
    A plane of one element lies on one PE, with all its channels. Where they are
    more than that PE's activation RAM has elements, the tensor [N, C, 1, 1]
    that a 1x1 convolution reads is reshaped to [N, C / (h * w), h, w], and its
    weights to filters of h x w with a stride of h x w, so that h * w PEs share
    the channels. `h` x `w` is the largest part of the PE grid that divides C;
    a C for which none is small enough is padded to a multiple of the grid.

    Example: with the paper's machine, `scnn.conv2d inputs(%x :
    tensor<1x8192x1x1xf32>) weights(%w : tensor<10x8192x1x1xf32>)` becomes
    `scnn.conv2d inputs(%y : tensor<1x128x8x8xf32>) weights(%v :
    tensor<10x128x8x8xf32>)` with stride [8, 8].
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::tosa::TosaDialect"];
}

def UnrollBatch : Pass<"scnn-unroll-batch", "::mlir::func::FuncOp"> {
  let summary = "one convolution for each image of a batch";
  let description = [{
    The accelerator has one image at a time. A convolution of N > 1 images
    becomes N convolutions with the same weights, image after image, whose
    names get the image's number. Convolutions read one another's images
    directly; slices and concatenations are left at the border to the host
    only.

    Where all planes have one element (fully connected layers), the images
    become the positions of one plane instead: [N, C, 1, 1] is transposed to
    [1, C, h, w] with h * w = N, so that weights are used N times.

    Does nothing to fixed-point operations, nor to what the accelerator cannot
    run.

    Example: `scnn.conv2d … -> tensor<2x8x6x6xf32>` of layer `a` becomes `a[0]`
    and `a[1]`, both `-> tensor<1x8x6x6xf32>`.
  }];
  let dependentDialects = ["::mlir::tensor::TensorDialect", "::mlir::tosa::TosaDialect"];
}

def Prune : Pass<"scnn-prune", "::mlir::func::FuncOp"> {
  let summary = "sets the smallest weights of each f32 convolution to zero";
  let description = [{
    Magnitude pruning by layer (Han et al., NeurIPS 2015, the networks of the
    SCNN paper; here without retraining): of the weights of each input of each
    f32 convolution the `density` largest magnitudes stay, at least one; of
    equal magnitudes those that come first. Weights that are sparser already
    are left as they are.

    Left out are weights that are computed, and those that magnitudes do not
    rank: one weight for each output channel, which scales and does not filter,
    and weights whose non-zeros all have one magnitude, as identities and
    averages.

    Does nothing to fixed-point operations. Run it before `scnn-fuse`, which
    may make one convolution of two layers. An error names a layer that has
    weights that are not finite. A remark for each convolution gives its
    weights that were ranked, and those kept.

    Example: with `density=0.5`, `dense<[[[[1.0, -3.0, 2.0, 0.5]]]]>` becomes
    `dense<[[[[0.0, -3.0, 2.0, 0.0]]]]>`.
  }];
  let options = [
    Option<"density", "density", "double", "1.0",
           "Part of the weights that stays, above 0 and up to 1">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def Quantize : Pass<"scnn-quantize", "::mlir::func::FuncOp"> {
  let summary = "f32 convolutions to 16-bit fixed point";
  let description = [{
    Scales activations so that the calibrated range (`scnn.range`) and the
    `headroom` above it fill 16 bits. The accumulator unit of each output
    channel is the smallest with which no activations whatsoever can overflow
    the accumulator: the proof takes every product, its rounding and the bias
    at their largest, and does not rest on the calibration. Weights of each
    input channel use 16 bits; their product shift brings the products to the
    accumulator unit.

    Values cross into and out of fixed point through `quant.qcast` and
    `quant.dcast`. An error names every operation that has no range, or that
    is no convolution (run `scnn-fuse` before). A convolution or pool that the
    accelerator cannot run stays on f32, for the host; a remark says why.

    Example: `%y = scnn.conv2d inputs(%x : tensor<1x3x8x8xf32>) …` becomes a
    convolution on `tensor<1x3x8x8x!quant.uniform<i16:f32, …>>` with a
    `requantization`.
  }];
  let options = [
    Option<"headroom", "headroom", "double", "0.05",
           "Part of the calibrated range that is kept above it">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::quant::QuantDialect"];
}

def PartitionHost : Pass<"scnn-partition", "::mlir::ModuleOp"> {
  let summary = "outlines what runs on the host into functions";
  let description = [{
    Consecutive operations of `@main` that are neither scnn operations nor
    casts to or from fixed point become one private function with `scnn.host`;
    so do f32 convolutions and pools that the accelerator cannot run.
    A result of `@main` that is an argument, or another result, too, becomes a
    copy of it (`linalg.copy`): each result has a name of its own.

    Example: a `tosa.reshape` at the end of `@main` becomes
    `func.call @host_0`.
  }];
  let dependentDialects = ["::mlir::func::FuncDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

def PlanarTiling : Pass<"scnn-planar-tiling", "::mlir::func::FuncOp"> {
  let summary = "cuts each activation plane over the PE grid";
  let description = [{
    Gives every activation tensor of the accelerator a `#scnn.layout`: its
    plane (H, W) is cut in tiles, one for each PE (PT in the paper's
    PT-IS-CP-sparse), rows of the plane along rows of the grid. The cut depends
    on the plane and the policy only, never on the operation that reads it.
    `ceil` gives tiles of ceil(H / rows), as the paper's simulators do: the
    last ones are smaller or empty where the plane does not divide, and a plane
    smaller than the grid leaves PEs without work. `balanced` lets tiles differ
    by one at most. Tensors come onto the PEs by `scnn.load` and leave by
    `scnn.store`.

    A remark for each tensor gives tile, PEs with work, and the share of the
    largest tile that the average PE has.

    Example: `tensor<1x8x16x16x!q>` becomes
    `tensor<1x8x16x16x!q, #scnn.layout<grid = [8, 8]>>`.
  }];
  let options = [
    Option<"cut", "cut", "::scnn::CutPolicy", "::scnn::CutPolicy::Ceil",
           "How planes are cut",
           [{::llvm::cl::values(
             clEnumValN(::scnn::CutPolicy::Ceil, "ceil", "tiles of ceil(extent / PEs)"),
             clEnumValN(::scnn::CutPolicy::Balanced, "balanced", "tiles differ by one at most"))}]>
  ];
}

def DramTiling : Pass<"scnn-dram-tiling", "::mlir::func::FuncOp"> {
  let summary = "computes layers in pieces through DRAM that do not fit the RAMs";
  let description = [{
    A layer whose inputs and result (see `scnn-memory-allocation` for what is
    expected of their size) do not fit the two activation RAMs together,
    or whose tile does not fit the accumulators, is computed in pieces of some
    rows of its result (the paper's temporal tiling). Each piece loads the rows
    that it needs from DRAM, those that two pieces need twice (input halos: partial
    sums never go to DRAM), and its result is stored; the weights are broadcast
    again for each piece. Of the heights that fit, the one is taken whose pieces
    cost the PE with the largest tile the fewest multiplications, then the fewest
    pieces. A layer stays
    whole where the bits that would be spilled past its RAM, again for each
    output-channel group, are fewer than those that pieces move.

    A remark for each layer that does not fit gives the pieces and the bits of
    both choices.

    Example: `%y = scnn.conv2d inputs(%x) …` becomes
    ```mlir
    %x0 = scnn.load %d rows from 0 : … -> tensor<1x8x17x32x!q, #layout>
    %y0 = scnn.conv2d inputs(%x0) … -> tensor<1x8x16x32x!q, #layout>
    %x1 = scnn.load %d rows from 15 : … -> tensor<1x8x17x32x!q, #layout>
    %y1 = scnn.conv2d inputs(%x1) … -> tensor<1x8x16x32x!q, #layout>
    %y = scnn.store %y0, %y1 : … -> tensor<1x8x32x32x!q>
    ```
  }];
  let options = [
    Option<"pieceRows", "piece-rows", "int64_t", "0",
           "Rows of a piece's result, for every layer; 0: what fits">,
    Option<"margin", "margin", "double", "0.05",
           "Part of the calibrated density that regions hold above it">,
    Option<"assumeDense", "assume-dense", "bool", "false",
           "Size regions for the worst case">
  ];
}

def OutputChannelGrouping : Pass<"scnn-output-channel-grouping", "::mlir::func::FuncOp"> {
  let summary = "chooses how many output channels are computed together";
  let description = [{
    Output-channel group size Kc: the largest for which the accumulators of the
    tile and its halo fit one accumulator set, or `group-size` if that is
    smaller (the paper: K is split into K/Kc groups so that accumulators scale
    with Kc). With `mapper=search`, the group size up to that for which the
    cost model (`CostModel.h`) estimates the fewest cycles: smaller groups
    overlap post-processing with the next group's products, larger ones leave
    fewer multipliers idle at the ends of blocks. The choice is the convolution's `#scnn.mapping`, together with
    halo side, block order and row padding; a mapping that is already there is checked, and
    kept. An error names the layer, the accumulators that one channel needs and
    those that there are.

    The paper gives the accumulators twice as many banks as there are products
    in a cycle, so that a bank keeps up with up to twice its share of them. Where
    rows and channels of a tile start at multiples of the number of banks, a
    few banks get more than that; then each row of accumulators gets one more
    (`row_pad`), if that spreads them better.

    A remark for each convolution gives group size, groups and accumulators in
    use.

    Example: `scnn.conv2d … -> tensor<1x64x…>` gets
    `mapping = #scnn.mapping<group_size = 28>`.
  }];
  let options = [
    Option<"mapper", "mapper", "::scnn::MapperKind", "::scnn::MapperKind::Paper",
           "Who chooses the group size",
           [{::llvm::cl::values(
             clEnumValN(::scnn::MapperKind::Paper, "paper", "as large as the accumulators allow"),
             clEnumValN(::scnn::MapperKind::Search, "search", "fewest cycles by the cost model"))}]>,
    Option<"groupSize", "group-size", "int64_t", "0",
           "Largest group size; 0: what the accumulators allow">,
    Option<"halo", "halo", "::scnn::HaloMode", "::scnn::HaloMode::Output",
           "Which operand crosses tile borders",
           [{::llvm::cl::values(
             clEnumValN(::scnn::HaloMode::Output, "output", "partial sums (the paper's choice)"),
             clEnumValN(::scnn::HaloMode::Input, "input", "replicated activations"))}]>,
    Option<"order", "order", "::scnn::BlockOrder", "::scnn::BlockOrder::KRS",
           "Linearisation order of weight blocks; the last letter runs fastest",
           [{::llvm::cl::values(
             clEnumValN(::scnn::BlockOrder::KRS, "krs", "output channel, filter row, filter column"),
             clEnumValN(::scnn::BlockOrder::RSK, "rsk", "filter row, filter column, output channel"))}]>,
    Option<"rowPad", "row-pad", "int64_t", "-1",
           "Accumulators that each row has beyond those that it needs; -1: 1 where banks would be overloaded">
  ];
}

def CompressedSparseLayout : Pass<"scnn-compressed-sparse-layout", "::mlir::func::FuncOp"> {
  let summary = "gives weights and activations their compressed form";
  let description = [{
    Activations: the layout gets the machine's zero-run field and the phases
    that its readers' strides need (their least common multiple): block (c, i,
    j) of a PE holds channel c at rows = i and columns = j modulo the phases.
    With them every product of a strided convolution is wanted.

    Weights: the constants of each convolution become one
    `scnn.compressed_weights`, with the image of each output-channel group:
    bias, multiplier and shift of its channels, then a block for each input
    channel and phase: the non-zeros of the filters that the channel feeds,
    each with the number of zeros before it; longer runs are split by
    placeholders. Empty blocks are absent, so that grouped and depthwise
    convolutions need no special case.

    A remark for each convolution gives density, stored elements, placeholders,
    blocks and bytes.

    Example: `scnn.conv2d … weights(%w) bias(%b)` becomes
    `scnn.conv2d … image(%i)`.
  }];
}

def HaloInsertion : Pass<"scnn-halo-insertion", "::mlir::func::FuncOp"> {
  let summary = "makes the exchange between neighbouring PEs explicit";
  let description = [{
    A convolution becomes its steps. With output halos (the paper's choice) the
    sums that a PE computed for positions of its neighbours travel there:
    `accumulate`, `exchange add`, `add_bias`, `requantize`. With input halos
    (`halo=input`, or as the mapping says), activations are replicated to the
    PEs that need them when they are loaded or by `exchange copy` after they
    are computed, and sums stay. Pooling windows that cross tiles exchange
    their maxima before requantization, which is monotone.

    An exchange that would move nothing is absent. A remark for each exchange
    gives its halo, values and hops.

    Example: see `docs/walkthrough.md`.
  }];
  let options = [
    Option<"halo", "halo", "::std::string", "\"mapping\"",
           "`mapping` (each convolution's own), or for all: `output` or `input`">
  ];
}

def MemoryAllocation : Pass<"scnn-memory-allocation", "::mlir::func::FuncOp"> {
  let summary = "places activation tensors in the activation RAMs";
  let description = [{
    A tensor lives from the layer that loads or computes it to its last reader.
    Each gets a region of one of the two RAMs, the same in every PE: as many
    elements as the calibrated density (`scnn.peak_density`) of the largest
    tile's positions, and `margin` above it; as many as positions with
    `assume-dense`, or where no density is known. The RAM that does not hold the
    layer's first input is tried first, so that plain chains swap IARAM and
    OARAM as the paper's do.

    Data that exceed a region are spilled to DRAM when the program runs. A
    tensor for which neither RAM has enough room gets the largest free region,
    and is sure to spill; a remark says so. With `spill=false`, regions are for
    the worst case, and such a tensor is an error that names the layer and the
    bytes, and prints the memory map: every tensor with RAM, range and bytes.

    Example: `scnn.requantize …` gets
    `placement = #scnn.placement<ram = 1, offset = 0, capacity = 1536>`.
  }];
  let options = [
    Option<"margin", "margin", "double", "0.05",
           "Part of the calibrated density that regions hold above it">,
    Option<"assumeDense", "assume-dense", "bool", "false",
           "Size regions for the worst case">,
    Option<"spill", "spill", "bool", "true",
           "Whether tensors may be larger than their regions">
  ];
}

def LowerToCommands : Pass<"scnn-lower-to-commands", "::mlir::ModuleOp"> {
  let summary = "emits the command stream";
  let description = [{
    Turns `@main` into `scnn.program @main`: the tables of what host and user
    see, the constants in DRAM, and the commands: for each layer the
    descriptors, then for each output-channel group broadcast, accumulate,
    exchange, bias, pooling, requantization and write. Host functions stay.

    An error names every operation that has no command form.

    Example: see `docs/walkthrough.md`.
  }];
  // A module of host functions alone has no scnn operation yet.
  let dependentDialects = ["::scnn::SCNNDialect"];
}

#endif // SCNN_TRANSFORMS_PASSES_TD
