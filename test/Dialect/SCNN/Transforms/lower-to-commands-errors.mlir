// RUN: scnn-opt %s --scnn-lower-to-commands --verify-diagnostics --split-input-file

// expected-error @+1 {{expected a function @main}}
module {}

// -----

// expected-error @+1 {{expected arguments and results to be static tensors of f32, f64 or integers, but got 'tensor<?xf32>'}}
func.func @main(%x: tensor<?xf32>) {
  return
}

// -----

// expected-error @+1 {{expected a function of one block}}
func.func @main() {
  cf.br ^next
^next:
  return
}

// -----

// All that has no command form is named.

func.func @main(%x: tensor<1x1x4x4xf32>, %w: tensor<1x1x1x1xf32>) -> tensor<1x1x4x4xf32> {
  // expected-error @+1 {{'scnn.conv2d' has no command form; convolutions need the mapping passes, and what the host runs needs --scnn-partition}}
  %y = scnn.conv2d inputs(%x : tensor<1x1x4x4xf32>) weights(%w : tensor<1x1x1x1xf32>) windows [#scnn.window<>] -> tensor<1x1x4x4xf32>
  // expected-error @+1 {{'tosa.sigmoid' has no command form}}
  %z = tosa.sigmoid %y : (tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  return %z : tensor<1x1x4x4xf32>
}

// -----

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{expected @f to be a function with scnn.host (run --scnn-partition first)}}
  %y = func.call @f(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}
func.func private @f(tensor<4xf32>) -> tensor<4xf32>

// -----

!q = !quant.uniform<i16:f32, 0.5>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [1, 1], zero_run_bits = 4>>
!s = tensor<1x1x4x4xi24, #scnn.partial_sums<grid = [1, 1], accumulators = [4, 4]>>

func.func @main(%x: tensor<1x1x4x4xf32>) {
  %d = quant.qcast %x : tensor<1x1x4x4xf32> to tensor<1x1x4x4x!q>
  %l = scnn.load %d : tensor<1x1x4x4x!q> -> !x
  %i = scnn.compressed_weights offsets [0] blocks [0] dense<0> : tensor<8xi8>
  // expected-error @+1 {{layer 'scnn.accumulate': expected activations with a placement (run --scnn-memory-allocation first)}}
  %s = scnn.accumulate inputs(%l : !x) image(%i : tensor<8xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 1> -> !s
  %b = scnn.add_bias %s : !s
  %y = scnn.requantize %b <product_shifts = [0], multipliers = [1], shifts = [0]> : !s -> !x
  // expected-error @unknown {{layer 'incomplete': expected add_bias and requantize after accumulate}}
  %t = scnn.accumulate inputs(%l : !x) image(%i : tensor<8xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 1> -> !s loc("incomplete")
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [1, 1], zero_run_bits = 4>>
!s = tensor<1x1x4x4xi24, #scnn.partial_sums<grid = [1, 1], accumulators = [4, 4]>>

func.func @main(%x: tensor<1x1x4x4xf32>) {
  %d = quant.qcast %x : tensor<1x1x4x4xf32> to tensor<1x1x4x4x!q>
  %l = scnn.load %d {placement = #scnn.placement<ram = 0, offset = 0, capacity = 16>} : tensor<1x1x4x4x!q> -> !x
  // expected-error @+1 {{layer 'scnn.accumulate': expected weight images of 1 groups, but got 2}}
  %i = scnn.compressed_weights offsets [0, 8] blocks [0, 0] dense<0> : tensor<8xi8>
  %s = scnn.accumulate inputs(%l : !x) image(%i : tensor<8xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 1> -> !s
  %b = scnn.add_bias %s : !s
  %y = scnn.requantize %b <product_shifts = [0], multipliers = [1], shifts = [0]> {placement = #scnn.placement<ram = 0, offset = 0, capacity = 16>} : !s -> !x
  // expected-error @+1 {{layer 'scnn.accumulate', group 0: weight image is shorter than its tables say}}
  %j = scnn.compressed_weights offsets [0] blocks [1] dense<0> : tensor<8xi8>
  %t = scnn.accumulate inputs(%l : !x) image(%j : tensor<8xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 1> -> !s
  %c = scnn.add_bias %t : !s
  %z = scnn.requantize %c <product_shifts = [0], multipliers = [1], shifts = [0]> {placement = #scnn.placement<ram = 0, offset = 0, capacity = 16>} : !s -> !x
  return
}

// -----

// A step can't be read twice.

!q = !quant.uniform<i16:f32, 0.5>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [1, 1], zero_run_bits = 4>>
!s = tensor<1x1x4x4xi24, #scnn.partial_sums<grid = [1, 1], accumulators = [4, 4]>>

func.func @main(%x: tensor<1x1x4x4xf32>) {
  %d = quant.qcast %x : tensor<1x1x4x4xf32> to tensor<1x1x4x4x!q>
  %l = scnn.load %d : tensor<1x1x4x4x!q> -> !x
  %i = scnn.compressed_weights offsets [0] blocks [0] dense<0> : tensor<8xi8>
  %s = scnn.accumulate inputs(%l : !x) image(%i : tensor<8xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 1> -> !s loc("twice")
  // expected-error @+1 {{layer 'twice': a step between accumulate and requantize has two readers}}
  %b = scnn.add_bias %s : !s
  %c = scnn.add_bias %s : !s
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [1, 1], zero_run_bits = 4>>
!s = tensor<1x1x4x4xi24, #scnn.partial_sums<grid = [1, 1], accumulators = [4, 4]>>

func.func @main(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %d = quant.qcast %x : tensor<1x1x4x4xf32> to tensor<1x1x4x4x!q>
  %l = scnn.load %d {placement = #scnn.placement<ram = 0, offset = 0, capacity = 16>} : tensor<1x1x4x4x!q> -> !x
  %i = scnn.compressed_weights offsets [0] blocks [0] dense<0> : tensor<8xi8>
  // expected-error @+1 {{layer 'scnn.accumulate': has 16 inputs, but the accelerator binds at most 15}}
  %s = scnn.accumulate inputs(%l, %l, %l, %l, %l, %l, %l, %l, %l, %l, %l, %l, %l, %l, %l, %l : !x, !x, !x, !x, !x, !x, !x, !x, !x, !x, !x, !x, !x, !x, !x, !x) image(%i : tensor<8xi8>)
    windows [#scnn.window<>, #scnn.window<>, #scnn.window<>, #scnn.window<>, #scnn.window<>, #scnn.window<>, #scnn.window<>, #scnn.window<>, #scnn.window<>, #scnn.window<>, #scnn.window<>, #scnn.window<>, #scnn.window<>, #scnn.window<>, #scnn.window<>, #scnn.window<>]
    filters [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1] mapping <group_size = 1> -> !s
  %b = scnn.add_bias %s : !s
  %y = scnn.requantize %b <product_shifts = [0], multipliers = [1], shifts = [0]> {placement = #scnn.placement<ram = 0, offset = 0, capacity = 16>} : !s -> !x
  return %x : tensor<1x1x4x4xf32>
}

// -----

// The image comes from scnn.compressed_weights, the activations from a
// quant.qcast, and back by quant.dcast.

!q = !quant.uniform<i16:f32, 0.5>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [1, 1], zero_run_bits = 4>>
!s = tensor<1x1x4x4xi24, #scnn.partial_sums<grid = [1, 1], accumulators = [4, 4]>>

func.func @main(%x: tensor<1x1x4x4xf32>) {
  %d = quant.qcast %x : tensor<1x1x4x4xf32> to tensor<1x1x4x4x!q>
  %l = scnn.load %d {placement = #scnn.placement<ram = 0, offset = 0, capacity = 16>} : tensor<1x1x4x4x!q> -> !x
  // expected-error @+1 {{'arith.constant' has no command form}}
  %j = arith.constant dense<0> : tensor<8xi8>
  // expected-error @+1 {{layer 'scnn.accumulate': expected the image of scnn.compressed_weights}}
  %s = scnn.accumulate inputs(%l : !x) image(%j : tensor<8xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 1> -> !s
  %b = scnn.add_bias %s : !s
  %y = scnn.requantize %b <product_shifts = [0], multipliers = [1], shifts = [0]> {placement = #scnn.placement<ram = 1, offset = 0, capacity = 16>} : !s -> !x
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x1x4x4x!q>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [1, 1], zero_run_bits = 4>>
!s = tensor<1x1x4x4xi24, #scnn.partial_sums<grid = [1, 1], accumulators = [4, 4]>>

func.func @main(%x: tensor<1x1x4x4xf32>) {
  %d = quant.qcast %x : tensor<1x1x4x4xf32> to !d
  %l = scnn.load %d {placement = #scnn.placement<ram = 0, offset = 0, capacity = 16>} : !d -> !x
  %i = scnn.compressed_weights offsets [0] blocks [0] dense<0> : tensor<8xi8>
  %s = scnn.accumulate inputs(%l : !x) image(%i : tensor<8xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 1> -> !s
  %b = scnn.add_bias %s : !s
  %y = scnn.requantize %b <product_shifts = [0], multipliers = [1], shifts = [0]> {placement = #scnn.placement<ram = 1, offset = 0, capacity = 16>} : !s -> !x
  %o = scnn.store %y : !x -> !d
  // expected-error @+2 {{'tensor.extract_slice' has no command form}}
  // expected-error @+1 {{expected only quant.dcast and scnn.load to read a tensor that layer 'scnn.accumulate' stores}}
  %n = tensor.extract_slice %o[0, 0, 0, 0] [1, 1, 4, 4] [1, 1, 1, 1] : !d to !d
  // expected-error @+1 {{layer 'scnn.accumulate': expected scnn.load of a quant.qcast or of a scnn.store}}
  %m = scnn.load %n {placement = #scnn.placement<ram = 0, offset = 0, capacity = 16>} : !d -> !x
  %t = scnn.accumulate inputs(%m : !x) image(%i : tensor<8xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 1> -> !s
  %c = scnn.add_bias %t : !s
  %z = scnn.requantize %c <product_shifts = [0], multipliers = [1], shifts = [0]> {placement = #scnn.placement<ram = 1, offset = 0, capacity = 16>} : !s -> !x
  return
}

// -----

// One f32 tensor can lie in DRAM with one scale only.

!q = !quant.uniform<i16:f32, 0.5>
!q2 = !quant.uniform<i16:f32, 0.25>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [1, 1], zero_run_bits = 4>>
!x2 = tensor<1x1x4x4x!q2, #scnn.layout<grid = [1, 1], zero_run_bits = 4>>
!s = tensor<1x1x4x4xi24, #scnn.partial_sums<grid = [1, 1], accumulators = [4, 4]>>

func.func @main(%x: tensor<1x1x4x4xf32> {scnn.name = "picture"}) {
  %d = quant.qcast %x : tensor<1x1x4x4xf32> to tensor<1x1x4x4x!q>
  %e = quant.qcast %x : tensor<1x1x4x4xf32> to tensor<1x1x4x4x!q2>
  %l = scnn.load %d {placement = #scnn.placement<ram = 0, offset = 0, capacity = 16>} : tensor<1x1x4x4x!q> -> !x
  // expected-error @+1 {{tensor 'picture' would lie in DRAM twice}}
  %m = scnn.load %e {placement = #scnn.placement<ram = 0, offset = 16, capacity = 16>} : tensor<1x1x4x4x!q2> -> !x2
  %i = scnn.compressed_weights offsets [0] blocks [0] dense<0> : tensor<8xi8>
  %s = scnn.accumulate inputs(%l, %m : !x, !x2) image(%i : tensor<8xi8>) windows [#scnn.window<>, #scnn.window<>] filters [1, 1, 1, 1] mapping <group_size = 1> -> !s
  %b = scnn.add_bias %s : !s
  %y = scnn.requantize %b <product_shifts = [0], multipliers = [1], shifts = [0]> {placement = #scnn.placement<ram = 1, offset = 0, capacity = 16>} : !s -> !x
  return
}

// -----

// Readers cut a row in DRAM as their tensor is cut: 5 columns over 4 PEs are
// tiles of 2, 2, 1 and 0, or of 2, 1, 1 and 1.

!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x1x4x5x!q>
!x = tensor<1x1x4x5x!q, #scnn.layout<grid = [1, 4], zero_run_bits = 4>>
!balanced = tensor<1x1x4x5x!q, #scnn.layout<grid = [1, 4], cut = balanced, zero_run_bits = 4>>
!s = tensor<1x1x4x5xi24, #scnn.partial_sums<grid = [1, 4], accumulators = [4, 2]>>

func.func @main(%x: tensor<1x1x4x5xf32>) {
  %d = quant.qcast %x : tensor<1x1x4x5xf32> to !d
  // expected-error @+1 {{layer 'scnn.accumulate': expected the tiles of #scnn.row_image<parts = 4, cut = balanced, zero_run_bits = 4>, as the tensor lies in DRAM, but got #scnn.layout<grid = [1, 4], zero_run_bits = 4>}}
  %l = scnn.load %d {placement = #scnn.placement<ram = 0, offset = 0, capacity = 8>} : !d -> !x
  %m = scnn.load %d {placement = #scnn.placement<ram = 0, offset = 8, capacity = 8>} : !d -> !balanced
  %i = scnn.compressed_weights offsets [0] blocks [0] dense<0> : tensor<8xi8>
  %s = scnn.accumulate inputs(%l, %m : !x, !balanced) image(%i : tensor<8xi8>) windows [#scnn.window<>, #scnn.window<>] filters [1, 1, 1, 1] mapping <group_size = 1> -> !s
  %b = scnn.add_bias %s : !s
  %y = scnn.requantize %b <product_shifts = [0], multipliers = [1], shifts = [0]> {placement = #scnn.placement<ram = 1, offset = 0, capacity = 8>} : !s -> !x
  return
}

// -----

// As pieces of a tensor do, too.

!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x1x4x5x!q>
!two = tensor<1x1x2x5x!q, #scnn.layout<grid = [1, 4], zero_run_bits = 4>>
!balanced = tensor<1x1x2x5x!q, #scnn.layout<grid = [1, 4], cut = balanced, zero_run_bits = 4>>
!s = tensor<1x1x2x5xi24, #scnn.partial_sums<grid = [1, 4], accumulators = [2, 2]>>
!sb = tensor<1x1x2x5xi24, #scnn.partial_sums<grid = [1, 4], cut = balanced, accumulators = [2, 2]>>

func.func @main(%x: tensor<1x1x4x5xf32>) -> tensor<1x1x4x5xf32> {
  %d = quant.qcast %x : tensor<1x1x4x5xf32> to !d
  %l = scnn.load %d rows from 0 {placement = #scnn.placement<ram = 0, offset = 0, capacity = 8>} : !d -> !two
  %i = scnn.compressed_weights offsets [0] blocks [0] dense<0> : tensor<8xi8>
  %s = scnn.accumulate inputs(%l : !two) image(%i : tensor<8xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 1> -> !s
  %b = scnn.add_bias %s : !s
  %y = scnn.requantize %b <product_shifts = [0], multipliers = [1], shifts = [0]> {placement = #scnn.placement<ram = 1, offset = 0, capacity = 8>} : !s -> !two
  %t = scnn.accumulate inputs(%l : !two) image(%i : tensor<8xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 1> -> !sb
  %c = scnn.add_bias %t : !sb
  %z = scnn.requantize %c <product_shifts = [0], multipliers = [1], shifts = [0]> {placement = #scnn.placement<ram = 1, offset = 8, capacity = 8>} : !sb -> !balanced
  // expected-error @+1 {{layer 'scnn.accumulate': expected the tiles of #scnn.row_image<parts = 4, zero_run_bits = 4>, as the tensor lies in DRAM, but got #scnn.layout<grid = [1, 4], cut = balanced, zero_run_bits = 4>}}
  %o = scnn.store %y, %z : !two, !balanced -> !d
  %f = quant.dcast %o : !d to tensor<1x1x4x5xf32>
  return %f : tensor<1x1x4x5xf32>
}

// -----

// A result goes to one place.

!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x1x4x4x!q>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [1, 1], zero_run_bits = 4>>
!s = tensor<1x1x4x4xi24, #scnn.partial_sums<grid = [1, 1], accumulators = [4, 4]>>

func.func @main(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %d = quant.qcast %x : tensor<1x1x4x4xf32> to !d
  %l = scnn.load %d {placement = #scnn.placement<ram = 0, offset = 0, capacity = 16>} : !d -> !x
  %i = scnn.compressed_weights offsets [0] blocks [0] dense<0> : tensor<8xi8>
  %s = scnn.accumulate inputs(%l : !x) image(%i : tensor<8xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 1> -> !s
  %b = scnn.add_bias %s : !s
  %y = scnn.requantize %b <product_shifts = [0], multipliers = [1], shifts = [0]> {placement = #scnn.placement<ram = 1, offset = 0, capacity = 16>} : !s -> !x
  // expected-error @+1 {{layer 'scnn.accumulate': expected its result to be stored once}}
  %o = scnn.store %y : !x -> !d
  %p = scnn.store %y : !x -> !d
  %f = quant.dcast %p : !d to tensor<1x1x4x4xf32>
  return %f : tensor<1x1x4x4xf32>
}

// -----

// Not even to two places of one tensor.

!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x1x8x4x!q>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [1, 1], zero_run_bits = 4>>
!s = tensor<1x1x4x4xi24, #scnn.partial_sums<grid = [1, 1], accumulators = [4, 4]>>

func.func @main(%x: tensor<1x1x8x4xf32>) -> tensor<1x1x8x4xf32> {
  %d = quant.qcast %x : tensor<1x1x8x4xf32> to !d
  %l = scnn.load %d rows from 2 {placement = #scnn.placement<ram = 0, offset = 0, capacity = 16>} : !d -> !x
  %i = scnn.compressed_weights offsets [0] blocks [0] dense<0> : tensor<8xi8>
  %s = scnn.accumulate inputs(%l : !x) image(%i : tensor<8xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 1> -> !s
  %b = scnn.add_bias %s : !s
  %y = scnn.requantize %b <product_shifts = [0], multipliers = [1], shifts = [0]> {placement = #scnn.placement<ram = 1, offset = 0, capacity = 16>} : !s -> !x
  // expected-error @+1 {{layer 'scnn.accumulate': expected its result to be stored once}}
  %o = scnn.store %y, %y : !x, !x -> !d
  %f = quant.dcast %o : !d to tensor<1x1x8x4xf32>
  return %f : tensor<1x1x8x4xf32>
}

// -----

// The report puts the pieces of a layer below each other as they are computed.

!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x1x4x4x!q>
!x = tensor<1x1x2x4x!q, #scnn.layout<grid = [1, 1], zero_run_bits = 4>>
!s = tensor<1x1x2x4xi24, #scnn.partial_sums<grid = [1, 1], accumulators = [2, 4]>>

func.func @main(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %d = quant.qcast %x : tensor<1x1x4x4xf32> to !d
  %i = scnn.compressed_weights offsets [0] blocks [0] dense<0> : tensor<8xi8>
  %m = scnn.load %d rows from 2 {placement = #scnn.placement<ram = 0, offset = 8, capacity = 8>} : !d -> !x
  // expected-error @unknown {{layer 'conv': expected pieces from top to bottom, but row 2 comes before row 0}}
  %t = scnn.accumulate inputs(%m : !x) image(%i : tensor<8xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 1> -> !s loc("conv")
  %c = scnn.add_bias %t : !s
  %z = scnn.requantize %c <product_shifts = [0], multipliers = [1], shifts = [0]> {placement = #scnn.placement<ram = 1, offset = 8, capacity = 8>} : !s -> !x
  %l = scnn.load %d rows from 0 {placement = #scnn.placement<ram = 0, offset = 0, capacity = 8>} : !d -> !x
  %s = scnn.accumulate inputs(%l : !x) image(%i : tensor<8xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 1> -> !s loc("conv")
  %b = scnn.add_bias %s : !s
  %y = scnn.requantize %b <product_shifts = [0], multipliers = [1], shifts = [0]> {placement = #scnn.placement<ram = 1, offset = 0, capacity = 8>} : !s -> !x
  %o = scnn.store %y, %z : !x, !x -> !d
  %f = quant.dcast %o : !d to tensor<1x1x4x4xf32>
  return %f : tensor<1x1x4x4xf32>
}
