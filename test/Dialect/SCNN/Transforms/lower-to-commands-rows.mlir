// RUN: scnn-opt %s --scnn-lower-to-commands --split-input-file | FileCheck %s

// A layer in two pieces. The picture is read in pieces, so it lies row by row:
// 2 tiles of 2 columns a row, 2 + 2 * 20 / 8 = 7 bytes each. The result is
// stored in pieces; the host reads it, and the second layer, as a whole. Both
// pieces, and the second layer, have the same weights, which lie in DRAM once.

!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x1x4x4x!q>
!whole = tensor<1x1x4x4x!q, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
!piece = tensor<1x1x2x4x!q, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
!wholesum = tensor<1x1x4x4xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [2, 2]>>
!piecesum = tensor<1x1x2x4xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [1, 2]>>

// CHECK-LABEL: scnn.program @main dram 240 inputs [0] outputs [1, 2]
// CHECK-NEXT: scnn.value "picture" : tensor<1x1x4x4xf32> at 64 segment 7 as tensor<1x1x4x4x{{.*}}, #scnn.row_image<parts = 2, zero_run_bits = 4>>
// CHECK-NEXT: scnn.value "a" : tensor<1x1x4x4xf32> at 128 segment 7 as tensor<1x1x4x4x{{.*}}, #scnn.row_image<parts = 2, zero_run_bits = 4>>
// CHECK-NEXT: scnn.value "b" : tensor<1x1x4x4xf32> at 192 segment 12 as tensor<1x1x4x4x{{.*}}, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
// 16 positions, though no piece has as many.
// CHECK-NEXT: scnn.layer "first" dense_macs 16 weights 1 nonzero 1 groups 1 group_size 1 pieces 2
// CHECK-NEXT: scnn.layer "second" dense_macs 16 weights 1 nonzero 1 groups 1 group_size 1 shape
// CHECK-NEXT: scnn.constants at 0 dense_resource<{{.*}}> : tensor<23xi8>
// CHECK-NEXT: scnn.cmd.begin_layer layer = 0
// CHECK-NEXT: scnn.cmd.set_activations slot = 0 ram = 0 offset = 0 capacity = 2 channels = 1 height = 2 width = 4
// CHECK-NEXT: scnn.cmd.load_rows slot = 0 address = 64 first_row = 0 height = 4
// CHECK-NEXT: scnn.cmd.set_activations slot = 1
// CHECK-NEXT: scnn.cmd.set_convolution height = 2
// CHECK-NEXT: scnn.cmd.bind_input
// CHECK-NEXT: scnn.cmd.broadcast_weights address = 0 bytes = 23
// CHECK: scnn.cmd.store_rows slot = 1 address = 128 first_row = 0 height = 4
// CHECK-NEXT: scnn.cmd.end_layer
// CHECK-NEXT: scnn.cmd.begin_layer layer = 0
// CHECK-NEXT: scnn.cmd.set_activations slot = 0
// CHECK-NEXT: scnn.cmd.load_rows slot = 0 address = 64 first_row = 2 height = 4
// CHECK: scnn.cmd.broadcast_weights address = 0 bytes = 23
// CHECK: scnn.cmd.store_rows slot = 1 address = 128 first_row = 2 height = 4
// CHECK-NEXT: scnn.cmd.end_layer
// CHECK-NEXT: scnn.cmd.begin_layer layer = 1
// CHECK-NEXT: scnn.cmd.set_activations slot = 0 ram = 0 offset = 0 capacity = 4 channels = 1 height = 4
// CHECK-NEXT: scnn.cmd.load_rows slot = 0 address = 128 first_row = 0 height = 4
// CHECK: scnn.cmd.broadcast_weights address = 0 bytes = 23
// CHECK: scnn.cmd.store_activations slot = 1 address = 192
// CHECK-NEXT: scnn.cmd.end_layer
// CHECK-NEXT: scnn.cmd.halt
func.func @main(%x: tensor<1x1x4x4xf32> {scnn.name = "picture"}) -> (tensor<1x1x4x4xf32> {scnn.name = "a"}, tensor<1x1x4x4xf32> {scnn.name = "b"}) {
  %d = quant.qcast %x : tensor<1x1x4x4xf32> to !d
  %i = scnn.compressed_weights offsets [0] blocks [1]
    dense<[0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0]> : tensor<23xi8>
  %l0 = scnn.load %d rows from 0 {placement = #scnn.placement<ram = 0, offset = 0, capacity = 2>} : !d -> !piece
  %s0 = scnn.accumulate inputs(%l0 : !piece) image(%i : tensor<23xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 1> -> !piecesum loc("first")
  %b0 = scnn.add_bias %s0 : !piecesum
  %r0 = scnn.requantize %b0 <product_shifts = [0], multipliers = [1], shifts = [0]> {placement = #scnn.placement<ram = 1, offset = 0, capacity = 2>} : !piecesum -> !piece
  // As each pass makes one, an image of its own.
  %j = scnn.compressed_weights offsets [0] blocks [1]
    dense<[0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0]> : tensor<23xi8>
  %l1 = scnn.load %d rows from 2 {placement = #scnn.placement<ram = 0, offset = 0, capacity = 2>} : !d -> !piece
  %s1 = scnn.accumulate inputs(%l1 : !piece) image(%j : tensor<23xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 1> -> !piecesum loc("first")
  %b1 = scnn.add_bias %s1 : !piecesum
  %r1 = scnn.requantize %b1 <product_shifts = [0], multipliers = [1], shifts = [0]> {placement = #scnn.placement<ram = 1, offset = 0, capacity = 2>} : !piecesum -> !piece
  %o = scnn.store %r0, %r1 : !piece, !piece -> !d
  %l2 = scnn.load %o {placement = #scnn.placement<ram = 0, offset = 0, capacity = 4>} : !d -> !whole
  %s2 = scnn.accumulate inputs(%l2 : !whole) image(%i : tensor<23xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 1> -> !wholesum loc("second")
  %b2 = scnn.add_bias %s2 : !wholesum
  %r2 = scnn.requantize %b2 <product_shifts = [0], multipliers = [1], shifts = [0]> {placement = #scnn.placement<ram = 1, offset = 0, capacity = 4>} : !wholesum -> !whole
  %p = scnn.store %r2 : !whole -> !d
  %f = quant.dcast %o : !d to tensor<1x1x4x4xf32>
  %g = quant.dcast %p : !d to tensor<1x1x4x4xf32>
  return %f, %g : tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32>
}

// -----

// Two readers want the whole picture in two layouts: row by row, it has both.
// Nobody reads the second layer's result, so that it is not stored.

!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x1x4x4x!q>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [1, 1], zero_run_bits = 4>>
!phased = tensor<1x1x4x4x!q, #scnn.layout<grid = [1, 1], phases = [2, 2], zero_run_bits = 4>>
!s = tensor<1x1x4x4xi24, #scnn.partial_sums<grid = [1, 1], accumulators = [4, 4]>>

// CHECK-LABEL: scnn.program @main
// CHECK-NEXT: scnn.value "x" {{.*}}#scnn.row_image<parts = 1, zero_run_bits = 4>>
// CHECK: scnn.cmd.begin_layer layer = 0
// CHECK: scnn.cmd.load_rows slot = 0 address = 64 first_row = 0 height = 4
// CHECK: scnn.cmd.set_activations slot = 1 {{.*}} phase_rows = 2 phase_cols = 2
// CHECK-NEXT: scnn.cmd.load_rows slot = 1 address = 64 first_row = 0 height = 4
// CHECK-NOT: scnn.cmd.store
func.func @main(%x: tensor<1x1x4x4xf32> {scnn.name = "x"}) {
  %d = quant.qcast %x : tensor<1x1x4x4xf32> to !d
  %l = scnn.load %d {placement = #scnn.placement<ram = 0, offset = 0, capacity = 16>} : !d -> !x
  %m = scnn.load %d {placement = #scnn.placement<ram = 0, offset = 16, capacity = 16>} : !d -> !phased
  %i = scnn.compressed_weights offsets [0] blocks [0] dense<0> : tensor<8xi8>
  %s = scnn.accumulate inputs(%l, %m : !x, !phased) image(%i : tensor<8xi8>) windows [#scnn.window<>, #scnn.window<>] filters [1, 1, 1, 1] mapping <group_size = 1> -> !s
  %b = scnn.add_bias %s : !s
  %y = scnn.requantize %b <product_shifts = [0], multipliers = [1], shifts = [0]> {placement = #scnn.placement<ram = 1, offset = 0, capacity = 16>} : !s -> !x
  %o = scnn.store %y : !x -> !d
  return
}
