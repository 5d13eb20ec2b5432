//===- ISA.td - The SCNN instruction set, from one source -----------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every accelerator command, once: opcode, fields, widths and prose. From this
// file come the operations of the dialect's command level (mlir-tblgen), and
// the C++ structs, encoder, decoder, printer, verifier and reference page
// (generate-isa.py).
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_ISA_TD
#define SCNN_ISA_TD

include "mlir/IR/OpBase.td"
include "scnn/Dialect/SCNN/IR/SCNNDialect.td"

/// One field of a command: `width` bits, little-endian, two's complement if
/// `isSigned`.
class Field<string n, int w, string doc, bit sgn = 0> {
  string fieldName = n;
  int width = w;
  bit isSigned = sgn;
  string summary = doc;
}

/// A command: an 8-bit opcode, then its fields packed from the least
/// significant bit on in the order listed, zero-padded to whole 32-bit words.
class Command<int opcode, string mnemonic, list<Field> commandFields>
    : Op<SCNN_Dialect, "cmd." # mnemonic, [HasParent<"ProgramOp">]> {
  int opcodeValue = opcode;
  string commandName = mnemonic;
  list<Field> fields = commandFields;

  let arguments = !dag(ins, !foreach(f, commandFields, I64Attr),
                       !foreach(f, commandFields, f.fieldName));
  let assemblyFormat = !foldl("", commandFields, text, f,
      text # " `" # f.fieldName # "` `=` $" # f.fieldName) # " attr-dict";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Fields that several commands share
//===----------------------------------------------------------------------===//

def Slot : Field<"slot", 4, "activation descriptor register">;
def AccumulatorSet : Field<"set", 1, "which of the two accumulator sets">;
def Policy : Field<"policy", 1, "how the plane is cut over the PE grid: 0 `ceil`, 1 `balanced`">;
def Address : Field<"address", 40, "DRAM address in bytes">;

def HaloTop : Field<"halo_top", 16, "rows of the plane before the first one of the own tile">;
def HaloBottom : Field<"halo_bottom", 16, "rows of the plane after the last one of the own tile">;
def HaloLeft : Field<"halo_left", 16, "columns before the first one of the own tile">;
def HaloRight : Field<"halo_right", 16, "columns after the last one of the own tile">;
defvar Halo = [HaloTop, HaloBottom, HaloLeft, HaloRight];

//===----------------------------------------------------------------------===//
// Sequencing
//===----------------------------------------------------------------------===//

def CmdBeginLayer : Command<0x01, "begin_layer", [
    Field<"layer", 16, "index into the program's layer table">]> {
  let summary = "starts a layer: its cycle 0";
  let description = [{
    The units are idle here. Cycles, events and lost slots count towards this
    layer until its `end_layer`. Layers do not nest.

    Example: `scnn.cmd.begin_layer layer = 0`
  }];
}

def CmdEndLayer : Command<0x02, "end_layer", []> {
  let summary = "barrier: waits until every unit is idle, and ends the layer";
  let description = [{
    The layer's last cycle is the one in which the last of PPU and DRAM port
    finishes.

    Example: `scnn.cmd.end_layer`
  }];
}

def CmdCallHost : Command<0x03, "call_host", [
    Field<"call", 16, "index into the program's table of host calls">]> {
  let summary = "hands over to the host, between two layers";
  let description = [{
    The host reads its operands from DRAM (or from its own memory), runs one
    function and writes the results to DRAM. It costs no accelerator cycles.
    It is an error between `begin_layer` and `end_layer`.

    Example: `scnn.cmd.call_host call = 0`
  }];
}

def CmdHalt : Command<0x04, "halt", []> {
  let summary = "ends the program";
  let description = [{
    It is an error if a program's last command is another one, or if commands
    follow.

    Example: `scnn.cmd.halt`
  }];
}

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

def CmdSetActivations : Command<0x10, "set_activations", [
    Slot,
    Field<"ram", 1, "activation RAM of each PE that holds the tile: 0 or 1">,
    Field<"offset", 24, "first element of the region in that RAM">,
    Field<"capacity", 24, "elements that the region can hold">,
    Field<"channels", 16, "channels C of the tensor">,
    Field<"height", 16, "rows H of its plane">,
    Field<"width", 16, "columns W of its plane">,
    Policy,
    Field<"phase_rows", 8, "rows are split by y mod phase_rows">,
    Field<"phase_cols", 8, "columns are split by x mod phase_cols">]
    # Halo # [
    Field<"spill", 1, "1: blocks past `capacity` go to DRAM; 0: they are an error">,
    Field<"address", 40, "first byte of the tensor's own DRAM region, if `spill` is 1">]> {
  let summary = "describes an activation tensor: where it lies and how it is laid out";
  let description = [{
    Writes one of 16 descriptor registers. Each PE holds the tile of the plane
    that the cut gives it, widened by the halo (clipped to the plane; input
    halos only, all zero otherwise), as one block for each channel and phase,
    in the order channel, row phase, column phase. A block lists its non-zero
    elements in row-major order, each with the number of zeros before it.

    The elements of a tensor lie one after the other from `offset` on; the
    number of elements of each block stands beside the RAM. With `spill`, the
    tensor owns a region of DRAM for the worst case (one segment for each PE,
    see `docs/program-format.md`): from the first block on that `capacity` does
    not hold whole, the blocks of that PE are there, each at its place in the
    segment. The cut is recorded beside the RAM; consumers stream the spilled
    blocks in. Without `spill`, more elements than `capacity` are an error that
    names layer, PE and bytes, as a region that ends beyond the RAM always is.

    Example:
    ```
    scnn.cmd.set_activations slot = 0 ram = 0 offset = 0 capacity = 768
      channels = 3 height = 128 width = 128 policy = 0 phase_rows = 2
      phase_cols = 2 halo_top = 0 halo_bottom = 0 halo_left = 0 halo_right = 0
      spill = 0 address = 0
    ```
  }];
}

def CmdLoadActivations : Command<0x11, "load_activations", [Slot, Address]> {
  let summary = "reads a tensor from DRAM into the activation RAMs";
  let description = [{
    DRAM holds one segment for each PE, in row-major order of the grid; see
    `docs/program-format.md`. Only the bits that a segment uses cross the port.
    Blocks that spill stay where they are if `address` is the tensor's own
    region, else they are written there.

    Example: `scnn.cmd.load_activations slot = 0 address = 4096`
  }];
}

def CmdStoreActivations : Command<0x12, "store_activations", [Slot, Address]> {
  let summary = "writes a tensor from the activation RAMs to DRAM";
  let description = [{
    The inverse of `load_activations`. Begins when the layer's last
    `write_activations` is done. Spilled blocks are there already if `address`
    is the tensor's own region, else they are copied.

    Example: `scnn.cmd.store_activations slot = 1 address = 4096`
  }];
}

def FirstRow : Field<"first_row", 16, "row of the tensor in DRAM that is row 0 of the slot's">;
def DramHeight : Field<"height", 16, "rows of the tensor in DRAM">;

def CmdLoadRows : Command<0x13, "load_rows", [Slot, Address, FirstRow, DramHeight]> {
  let summary = "reads some rows of a tensor from DRAM into the activation RAMs";
  let description = [{
    The slot describes a piece of the tensor in DRAM: all its channels and
    columns, and as many rows as the slot's plane has, from `first_row` on. DRAM
    holds the tensor row by row; see `docs/program-format.md`. A row crosses the
    port once, however many PEs store a part of it.

    Example: `scnn.cmd.load_rows slot = 0 address = 4096 first_row = 27 height = 224`
  }];
}

def CmdStoreRows : Command<0x14, "store_rows", [Slot, Address, FirstRow, DramHeight]> {
  let summary = "writes a tensor from the activation RAMs to some rows of one in DRAM";
  let description = [{
    The inverse of `load_rows`. Begins when the layer's last
    `write_activations` is done.

    Example: `scnn.cmd.store_rows slot = 1 address = 4096 first_row = 28 height = 224`
  }];
}

//===----------------------------------------------------------------------===//
// Convolution
//===----------------------------------------------------------------------===//

def CmdSetConvolution : Command<0x20, "set_convolution", [
    Field<"height", 16, "rows of the output plane, before pooling">,
    Field<"width", 16, "columns of the output plane, before pooling">,
    Policy,
    Field<"accumulator_rows", 16, "rows of one channel's accumulators in a PE">,
    Field<"accumulator_cols", 16, "columns of one channel's accumulators in a PE">,
    Field<"output_halos", 1, "1: a PE keeps sums that a neighbour owns, 0: it drops them">,
    Field<"order", 1, "order of a weight block: 0 `krs`, 1 `rsk`; the last letter runs fastest">]> {
  let summary = "describes the convolution that the following commands compute";
  let description = [{
    Forgets the inputs bound before. Sums for output (k, y, x) of the group
    lie at accumulator address
    `(k * accumulator_rows + y - y0) * accumulator_cols + x - x0`, where
    (y0, x0) is the first position that the PE can reach; bank = address mod
    banks. With output halos, a PE reaches what its products touch and what it
    owns (the hull of both); without, what it owns.

    Example:
    ```
    scnn.cmd.set_convolution height = 64 width = 64 policy = 0
      accumulator_rows = 10 accumulator_cols = 10 output_halos = 1 order = 0
    ```
  }];
}

def CmdBindInput : Command<0x21, "bind_input", [
    Slot,
    Field<"first_channel", 16, "number of the tensor's channel 0 among the convolution's input channels">,
    Field<"filter_rows", 8, "R">, Field<"filter_cols", 8, "S">,
    Field<"stride_rows", 8, "row stride">, Field<"stride_cols", 8, "column stride">,
    Field<"dilation_rows", 8, "row dilation">, Field<"dilation_cols", 8, "column dilation">,
    Field<"pad_top", 16, "zero rows above the plane">,
    Field<"pad_left", 16, "zero columns left of the plane">]> {
  let summary = "adds an input tensor, with its window, to the convolution";
  let description = [{
    A convolution sums over all its inputs, each with a filter size, stride,
    dilation and padding of its own: that is how a residual (a 1x1 identity
    convolution) is added and how concatenated channels are read in place.
    Activation (y, x) meets weight (r, s) at output row
    `(y + pad_top - dilation_rows * r) / stride_rows`, if the division leaves
    no rest; columns likewise. The strides divide the tensor's phases.

    Example:
    ```
    scnn.cmd.bind_input slot = 0 first_channel = 0 filter_rows = 3
      filter_cols = 3 stride_rows = 1 stride_cols = 1 dilation_rows = 1
      dilation_cols = 1 pad_top = 1 pad_left = 1
    ```
  }];
}

def CmdBroadcastWeights : Command<0x22, "broadcast_weights", [
    Address,
    Field<"bytes", 32, "size of the group's weight image in DRAM">,
    Field<"blocks", 24, "weight blocks in it">,
    Field<"channels", 16, "output channels Kc of the group">]> {
  let summary = "streams a group's weights from DRAM to all PEs";
  let description = [{
    The image (see `docs/program-format.md`) holds bias, multiplier and shift
    of each output channel, then the non-empty weight blocks in the order in
    which the PEs consume them. Streaming runs ahead of `accumulate`, as far
    as staging buffer and weight FIFOs allow, and no further than the spilled
    blocks of the group's inputs, which come before them.

    Example: `scnn.cmd.broadcast_weights address = 0 bytes = 512 blocks = 3 channels = 24`
  }];
}

def CmdAccumulate : Command<0x23, "accumulate", [AccumulatorSet]> {
  let summary = "multiplies the bound inputs with the group's weights";
  let description = [{
    Clears the accumulator set, then each PE takes weight block after weight
    block: it holds an I-vector of activations of the block's channel and
    phase while all F-vectors of the block pass, for each of its I-vectors.
    Each product is rounded half up by the block's right shift. Ends with a
    barrier over all PEs. An error if Kc channels do not fit the set.

    Example: `scnn.cmd.accumulate set = 0`
  }];
}

def CmdExchange : Command<0x24, "exchange", [
    Field<"kind", 2, "0 `add` partial sums, 1 `max` of partial maxima, 2 `copy` activations">]
    # Halo> {
  let summary = "moves halos between PEs, hop by hop";
  let description = [{
    `add` and `max` send what a PE computed for positions that other PEs own
    to these owners, which combine it with their own values. `copy` sends
    replicas of owned activations to the PEs whose tile the halo widens.
    `halo_*` say how far beyond the own tile positions take part: a value
    farther away is lost.

    Example: `scnn.cmd.exchange kind = 0 halo_top = 1 halo_bottom = 1 halo_left = 1 halo_right = 1`
  }];
}

def CmdAddBias : Command<0x25, "add_bias", [AccumulatorSet]> {
  let summary = "adds the bias to the sums that a PE owns; checks for overflow";
  let description = [{
    Takes the sums of the set from the accumulators into the PPU. A final sum
    outside the accumulator's range stops the run with an error that names
    layer, PE and output.

    Example: `scnn.cmd.add_bias set = 0`
  }];
}

def CmdPool : Command<0x26, "pool", [
    Field<"rows", 8, "rows of the window">, Field<"cols", 8, "columns of the window">,
    Field<"stride_rows", 8, "row stride">, Field<"stride_cols", 8, "column stride">,
    Field<"pad_top", 16, "rows above the plane">, Field<"pad_left", 16, "columns left of the plane">,
    Field<"height", 16, "rows of the pooled plane">, Field<"width", 16, "columns of the pooled plane">,
    Policy]> {
  let summary = "max pooling over the sums in the PPU";
  let description = [{
    Each PE takes, for every window that meets its own tile, the maximum over
    the window's positions in the tile; `exchange kind = 1` joins the parts.
    Padding never wins. The pooled plane is cut anew.

    Example:
    ```
    scnn.cmd.pool rows = 2 cols = 2 stride_rows = 2 stride_cols = 2
      pad_top = 0 pad_left = 0 height = 32 width = 32 policy = 0
    ```
  }];
}

def CmdRequantize : Command<0x27, "requantize", [
    Field<"minimum", 16, "lower bound of the result", 1>,
    Field<"maximum", 16, "upper bound of the result", 1>]> {
  let summary = "scales the sums in the PPU to 16 bits";
  let description = [{
    `clamp(round_half_even(sum * multiplier[k] * 2^-shift[k]), minimum,
    maximum)`. ReLU is `minimum = 0`. A value that a 16-bit limit (not a
    tighter bound) cuts counts as a saturation.

    Example: `scnn.cmd.requantize minimum = 0 maximum = 32767`
  }];
}

def CmdWriteActivations : Command<0x28, "write_activations", [
    Slot, Field<"first_channel", 16, "channel of the tensor that the group's first one becomes">]> {
  let summary = "compresses the group's outputs and appends them to a tensor";
  let description = [{
    Channels must be written in ascending order without gaps.

    Example: `scnn.cmd.write_activations slot = 1 first_channel = 0`
  }];
}

#endif // SCNN_ISA_TD
