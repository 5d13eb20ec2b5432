//===- SCNNAttrs.td - Attributes of the scnn dialect ----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_ATTRS_TD
#define SCNN_ATTRS_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/TensorEncoding.td"
include "scnn/Dialect/SCNN/IR/SCNNDialect.td"

class SCNN_Attr<string name, string mnemonic_, list<Trait> traits = []>
    : AttrDef<SCNN_Dialect, name, traits> {
  let mnemonic = mnemonic_;
}

class SCNN_Enum<string name, string doc, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, doc, cases> {
  let cppNamespace = "::scnn";
  let genSpecializedAttr = 0;
}

def SCNN_CutPolicy : SCNN_Enum<"CutPolicy", "how a plane is cut over the PE grid", [
    I32EnumAttrCase<"Ceil", 0, "ceil">,
    I32EnumAttrCase<"Balanced", 1, "balanced">]>;

def SCNN_BlockOrder : SCNN_Enum<"BlockOrder", "linearisation order of a weight block; the last letter runs fastest", [
    I32EnumAttrCase<"KRS", 0, "krs">,
    I32EnumAttrCase<"RSK", 1, "rsk">]>;

def SCNN_HaloMode : SCNN_Enum<"HaloMode", "which operand crosses tile borders", [
    I32EnumAttrCase<"Input", 0, "input">,
    I32EnumAttrCase<"Output", 1, "output">]>;

def SCNN_ExchangeKind : SCNN_Enum<"ExchangeKind", "what neighbouring PEs exchange", [
    I32EnumAttrCase<"Add", 0, "add">,
    I32EnumAttrCase<"Max", 1, "max">,
    I32EnumAttrCase<"Copy", 2, "copy">]>;
def SCNN_ExchangeKindAttr
    : EnumAttr<SCNN_Dialect, SCNN_ExchangeKind, "exchange_kind">;

def SCNN_MachineAttr : SCNN_Attr<"Machine", "machine"> {
  let summary = "the machine that is compiled for";
  let description = [{
    Every number of the machine that a pass, a cost model or the simulator
    reads; see `docs/machine.md` for the fields. `energy_price_aj` has prices in
    attojoules. What equals the paper's SCNN (the default) is not printed.

    Example: `#scnn.machine<pe_rows = 2, pe_cols = 3, energy_price_aj = {dram_bit = 4000000}>`
  }];
  let parameters = (ins "::scnn::Machine":$machine);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def SCNN_WindowAttr : SCNN_Attr<"Window", "window"> {
  let summary = "stride, padding, dilation and groups of one convolution input";
  let description = [{
    `stride` and `dilation` are (rows, columns), `padding` is (top, bottom,
    left, right), in elements; padding is zeros. Defaults are not printed.

    Example: `#scnn.window<stride = [2, 2], padding = [1, 1, 1, 1]>`
  }];
  let parameters = (ins
    DefaultValuedParameter<"::scnn::Pair", "::scnn::Pair({1, 1})">:$stride,
    DefaultValuedParameter<"::scnn::Sides", "::scnn::Sides({0, 0, 0, 0})">:$padding,
    DefaultValuedParameter<"::scnn::Pair", "::scnn::Pair({1, 1})">:$dilation,
    DefaultValuedParameter<"int64_t", "1">:$groups);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def SCNN_PoolAttr : SCNN_Attr<"Pool", "pool"> {
  let summary = "max pooling of a convolution's result in the PPU";
  let description = [{
    Window size and stride are (rows, columns), padding is (top, bottom, left,
    right); padding never wins.

    Example: `#scnn.pool<size = [2, 2], stride = [2, 2]>`
  }];
  let parameters = (ins "::scnn::Pair":$size,
    DefaultValuedParameter<"::scnn::Pair", "::scnn::Pair({1, 1})">:$stride,
    DefaultValuedParameter<"::scnn::Sides", "::scnn::Sides({0, 0, 0, 0})">:$padding);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def SCNN_RequantizationAttr : SCNN_Attr<"Requantization", "requantization"> {
  let summary = "the fixed-point arithmetic of a convolution";
  let description = [{
    Each 16x16-bit product of input channel c (channels of all inputs, one
    after the other) is rounded half up by a right shift of
    `product_shifts[c]` bits and added to the accumulator. The result of output
    channel k is `clamp(round_half_even(sum * multipliers[k] * 2^-shifts[k]),
    minimum, maximum)`. Multipliers are in 1 ... 32767, shifts in 0 ... 63,
    product shifts in 0 ... 31.

    Example: `#scnn.requantization<product_shifts = [7], multipliers = [17000], shifts = [20], minimum = 0, maximum = 32767>`
  }];
  let parameters = (ins
    ArrayRefParameter<"int64_t">:$product_shifts,
    ArrayRefParameter<"int64_t">:$multipliers,
    ArrayRefParameter<"int64_t">:$shifts,
    DefaultValuedParameter<"int64_t", "-32768">:$minimum,
    DefaultValuedParameter<"int64_t", "32767">:$maximum);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def SCNN_MappingAttr : SCNN_Attr<"Mapping", "mapping"> {
  let summary = "how a convolution is laid on the machine";
  let description = [{
    `group_size` is Kc, the output channels that are computed together;
    groups follow one another, the last one may be smaller. `halo` is the
    operand that crosses tile borders. `order` is the linearisation order of
    a weight block. `row_pad` is the number of accumulators that each row of a
    tile has beyond those that it needs, so that rows and channels start in
    other banks.

    Example: `#scnn.mapping<group_size = 8, halo = output, order = krs>`
  }];
  let parameters = (ins "int64_t":$group_size,
    DefaultValuedParameter<"::scnn::HaloMode", "::scnn::HaloMode::Output">:$halo,
    DefaultValuedParameter<"::scnn::BlockOrder", "::scnn::BlockOrder::KRS">:$order,
    DefaultValuedParameter<"int64_t", "0">:$row_pad);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def SCNN_LayoutAttr : SCNN_Attr<"Layout", "layout", [
    DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]> {
  let summary = "where the elements of an activation tensor lie: encoding of its type";
  let description = [{
    The plane (H, W) is cut over a `grid` of PEs (rows, columns) by `cut`.
    Each PE holds its tile, widened by `halo` (top, bottom, left, right;
    clipped to the plane) for consumers with input halos. Within a tile, the
    plane is split into `phases` (rows, columns) by the coordinates modulo
    the phase count: the least common multiple of its readers' strides. With
    `zero_run_bits` not 0, the block of each channel and phase is compressed:
    its non-zero elements in row-major order, each with the number of zeros
    before it (paper, section on the compressed-sparse encoding).

    Example: `tensor<1x24x64x64x!q, #scnn.layout<grid = [8, 8], phases = [2, 2], zero_run_bits = 4>>`
  }];
  let parameters = (ins "::scnn::Pair":$grid,
    DefaultValuedParameter<"::scnn::CutPolicy", "::scnn::CutPolicy::Ceil">:$cut,
    DefaultValuedParameter<"::scnn::Pair", "::scnn::Pair({1, 1})">:$phases,
    DefaultValuedParameter<"::scnn::Sides", "::scnn::Sides({0, 0, 0, 0})">:$halo,
    DefaultValuedParameter<"int64_t", "0">:$zero_run_bits);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def SCNN_RowImageAttr : SCNN_Attr<"RowImage", "row_image", [
    DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]> {
  let summary = "an activation tensor in DRAM row by row: encoding of its type";
  let description = [{
    Each row is cut in `parts` column tiles by `cut`, and each is compressed on
    its own, so that any rows can be read and written; see
    `docs/program-format.md`. How a tensor lies of which a program reads or
    writes pieces.

    Example: `tensor<1x24x64x64x!q, #scnn.row_image<parts = 8, zero_run_bits = 4>>`
  }];
  let parameters = (ins "int64_t":$parts,
    DefaultValuedParameter<"::scnn::CutPolicy", "::scnn::CutPolicy::Ceil">:$cut,
    "int64_t":$zero_run_bits);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def SCNN_PartialSumsAttr : SCNN_Attr<"PartialSums", "partial_sums", [
    DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]> {
  let summary = "sums in the accumulators of the PEs: encoding of an i24 tensor";
  let description = [{
    The output plane is cut over `grid` by `cut`. `accumulators` is the number
    of accumulator (rows, columns) that every PE sets aside for one channel.
    `halo` (top, bottom, left, right) is how far beyond its own tile a PE
    holds sums that other PEs own and still wait for; all zero where each sum
    is complete at its owner.

    Example: `tensor<1x8x64x64xi24, #scnn.partial_sums<grid = [8, 8], accumulators = [10, 10], halo = [1, 1, 1, 1]>>`
  }];
  let parameters = (ins "::scnn::Pair":$grid,
    DefaultValuedParameter<"::scnn::CutPolicy", "::scnn::CutPolicy::Ceil">:$cut,
    "::scnn::Pair":$accumulators,
    DefaultValuedParameter<"::scnn::Sides", "::scnn::Sides({0, 0, 0, 0})">:$halo);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def SCNN_PlacementAttr : SCNN_Attr<"Placement", "placement"> {
  let summary = "region of the activation RAMs that holds a tensor";
  let description = [{
    The same region in every PE: `ram` is 0 or 1, `offset` and `capacity` are
    in stored elements.

    Example: `#scnn.placement<ram = 0, offset = 0, capacity = 768>`
  }];
  let parameters = (ins "int64_t":$ram, "int64_t":$offset, "int64_t":$capacity);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def SCNN_LayerInputAttr : SCNN_Attr<"LayerInput", "layer_input"> {
  let summary = "the shape of one input of a layer's convolution, for the report";
  let description = [{
    `plane`, `filter` and `stride` are (rows, columns), all at least 1; `groups`
    divides `channels`.

    Example: `#scnn.layer_input<channels = 3, plane = [224, 224], filter = [3, 3]>`
  }];
  let parameters = (ins "int64_t":$channels,
    DefaultValuedParameter<"int64_t", "1">:$groups,
    "::scnn::Pair":$plane, "::scnn::Pair":$filter,
    DefaultValuedParameter<"::scnn::Pair", "::scnn::Pair({1, 1})">:$stride);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def SCNN_LayerShapeAttr : SCNN_Attr<"LayerShape", "layer_shape"> {
  let summary = "the shape and the mapping of a layer's convolution, for the report";
  let description = [{
    `inputs` are `#scnn.layer_input`s, `outputs` is the number of output channels,
    `plane` is the output plane before pooling, `pooled` after it. The rest says
    how it is laid on the machine: `cut` of the planes, the largest `tile` of a
    PE (before pooling), `halo` and block `order` as in `#scnn.mapping`.

    Example: `#scnn.layer_shape<inputs = [#scnn.layer_input<channels = 3, plane = [8, 8], filter = [3, 3]>], outputs = 16, plane = [8, 8], pooled = [4, 4], tile = [1, 1]>`
  }];
  let parameters = (ins "::mlir::ArrayAttr":$inputs, "int64_t":$outputs,
    "::scnn::Pair":$plane, "::scnn::Pair":$pooled,
    DefaultValuedParameter<"::scnn::CutPolicy", "::scnn::CutPolicy::Ceil">:$cut,
    "::scnn::Pair":$tile,
    DefaultValuedParameter<"::scnn::HaloMode", "::scnn::HaloMode::Output">:$halo,
    DefaultValuedParameter<"::scnn::BlockOrder", "::scnn::BlockOrder::KRS">:$order);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif // SCNN_ATTRS_TD
