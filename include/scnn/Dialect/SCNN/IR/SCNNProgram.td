//===- SCNNProgram.td - Command level of the scnn dialect -----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The program operation and its tables. The commands themselves come from
// scnn/ISA/ISA.td.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_PROGRAM_TD
#define SCNN_PROGRAM_TD

include "mlir/IR/BuiltinAttributes.td"
include "mlir/IR/SymbolInterfaces.td"
include "scnn/Dialect/SCNN/IR/SCNNAttrs.td"

def SCNN_ProgramOp : Op<SCNN_Dialect, "program", [
    Symbol, NoTerminator, NoRegionArguments, SingleBlock, IsolatedFromAbove]> {
  let summary = "a command stream with its constants and tables";
  let description = [{
    The body has, in this order: `scnn.value`s, `scnn.host_call`s,
    `scnn.layer`s, at most one `scnn.constants`, then the commands, which end
    with `scnn.cmd.halt`. Tables are indexed by position. `inputs` and
    `outputs` are the indices of the values that the user gives and gets.

    Host functions are the `func.func`s with `scnn.host` beside the program;
    the fixed-point and float reference, if any, is the nested module
    `@reference`.

    Example:
    ```mlir
    scnn.program @main dram 0 inputs [] outputs [] {
      scnn.cmd.halt
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, I64Attr:$dram_bytes,
                       DenseI64ArrayAttr:$inputs, DenseI64ArrayAttr:$outputs);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $sym_name `dram` $dram_bytes `inputs` $inputs `outputs` $outputs
    attr-dict-with-keyword $body
  }];
  let hasRegionVerifier = 1;
}

class SCNN_TableOp<string mnemonic>
    : Op<SCNN_Dialect, mnemonic, [HasParent<"ProgramOp">]>;

def SCNN_ValueOp : SCNN_TableOp<"value"> {
  let summary = "a tensor that the host and the user can see";
  let description = [{
    `name` and `type` (of floats or integers) are what user or host function see.
    With `fixed`, its fixed-point type, f32 lies in DRAM at `address`, in
    segments of `segment_bytes`: one for each PE (`#scnn.layout`), or one for each
    row and column tile (`#scnn.row_image`). The host quantizes what it writes
    there and dequantizes what it reads. `sample` is what an input is where a
    run is given nothing else: i16 with `fixed`, else elements of `type`.

    Example:
    ```mlir
    scnn.value "input" : tensor<1x3x8x8xf32> at 0 segment 64
        as tensor<1x3x8x8x!quant.uniform<i16:f32, 0.5>, #scnn.layout<grid = [8, 8], zero_run_bits = 4>>
    ```
  }];
  let arguments = (ins StrAttr:$name, TypeAttrOf<AnyRankedTensor>:$type,
                       OptionalAttr<I64Attr>:$address,
                       OptionalAttr<I64Attr>:$segment_bytes,
                       OptionalAttr<TypeAttr>:$fixed,
                       OptionalAttr<ElementsAttr>:$sample);
  let assemblyFormat = [{
    $name `:` $type (`at` $address^ `segment` $segment_bytes `as` $fixed)?
    (`sample` $sample^)? attr-dict
  }];
  let hasVerifier = 1;
}

def SCNN_HostCallOp : SCNN_TableOp<"host_call"> {
  let summary = "a call of a host function, for `scnn.cmd.call_host`";
  let description = [{
    `operands` and `results` are indices of `scnn.value`s. For the report:
    `runs` names the kinds of operations in the function, each with the reason
    for which the accelerator does not run it (`because`), and `dense_macs` is
    what its convolutions and matrix products multiply.

    Example:
    ```mlir
    scnn.host_call @softmax operands [0] results [1]
        runs ["tosa.exp"] because ["no accelerator operation for tosa.exp"]
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee, DenseI64ArrayAttr:$arguments,
                       DenseI64ArrayAttr:$results,
                       OptionalAttr<I64Attr>:$dense_macs,
                       OptionalAttr<StrArrayAttr>:$operations,
                       OptionalAttr<StrArrayAttr>:$reasons);
  let assemblyFormat = [{
    $callee `operands` $arguments `results` $results
    (`dense_macs` $dense_macs^)? (`runs` $operations^ `because` $reasons)?
    attr-dict
  }];
  let hasVerifier = 1;
}

def SCNN_LayerOp : SCNN_TableOp<"layer"> {
  let summary = "a layer's name and what the report says of it beyond counters";
  let description = [{
    `dense_macs` is what a dense machine would multiply. `output` is the
    tensor that the reference compares. Host layers have no commands but their
    `call_host`. A layer that is computed in `pieces` through DRAM begins
    so many times. `shape` is that of its convolution. A `setup` layer only
    loads and stores, in the place of the network around the layer of that name;
    reports count it apart.

    Example: `scnn.layer "conv1" dense_macs 1000 weights 100 nonzero 35 groups 2 group_size 8`
  }];
  let arguments = (ins StrAttr:$name, I64Attr:$dense_macs, I64Attr:$weights,
                       I64Attr:$nonzero_weights, I64Attr:$groups,
                       I64Attr:$group_size, OptionalAttr<I64Attr>:$pieces,
                       OptionalAttr<SCNN_LayerShapeAttr>:$shape,
                       UnitAttr:$setup);
  let assemblyFormat = [{
    $name `dense_macs` $dense_macs `weights` $weights `nonzero` $nonzero_weights
    `groups` $groups `group_size` $group_size (`pieces` $pieces^)?
    (`shape` $shape^)? (`setup` $setup^)? attr-dict
  }];
}

def SCNN_ConstantsOp : SCNN_TableOp<"constants"> {
  let summary = "bytes that lie in DRAM before the program starts";
  let description = [{
    Example: `scnn.constants at 0 dense<0> : tensor<24xi8>`
  }];
  let arguments = (ins I64Attr:$address, ElementsAttr:$data);
  let assemblyFormat = "`at` $address $data attr-dict";
  let hasVerifier = 1;
}

#endif // SCNN_PROGRAM_TD
