// RUN: scnn-opt %s --scnn-lower-to-commands | FileCheck %s

// A tensor with less room than its worst case, 16 elements, owns an image in
// DRAM: the one that it is loaded from or stored to, or else one of its own,
// which only the accelerator knows. The last one has room for all.

!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x1x4x4x!q>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [1, 1], zero_run_bits = 4>>
!s = tensor<1x1x4x4xi24, #scnn.partial_sums<grid = [1, 1], accumulators = [4, 4]>>

// CHECK: scnn.program @main dram 298
// CHECK: scnn.value "input0" {{.*}} at 64 segment 42
// CHECK: scnn.value "output0" {{.*}} at 192 segment 42
// CHECK: scnn.value "output1" {{.*}} at 256 segment 42
// CHECK: set_activations slot = 0 ram = 0 offset = 0 capacity = 10 {{.*}} spill = 1 address = 64
// CHECK: load_activations slot = 0 address = 64
// CHECK: set_activations slot = 1 ram = 1 offset = 0 capacity = 0 {{.*}} spill = 1 address = 128
// CHECK: set_activations slot = 0 ram = 1 offset = 0 capacity = 0 {{.*}} spill = 1 address = 128
// CHECK: set_activations slot = 1 ram = 0 offset = 0 capacity = 15 {{.*}} spill = 1 address = 192
// CHECK: store_activations slot = 1 address = 192
// CHECK: set_activations slot = 0 ram = 0 offset = 0 capacity = 15 {{.*}} spill = 1 address = 192
// CHECK: set_activations slot = 1 ram = 1 offset = 0 capacity = 16 {{.*}} spill = 0 address = 0
// CHECK: store_activations slot = 1 address = 256
func.func @main(%f: tensor<1x1x4x4xf32>) -> (tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32>) {
  %i = scnn.compressed_weights offsets [0] blocks [1]
    dense<[0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0]> : tensor<23xi8>
  %d = quant.qcast %f : tensor<1x1x4x4xf32> to !d
  %x = scnn.load %d {placement = #scnn.placement<ram = 0, offset = 0, capacity = 10>} : !d -> !x
  %s0 = scnn.accumulate inputs(%x : !x) image(%i : tensor<23xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 1> -> !s
  %b0 = scnn.add_bias %s0 : !s
  %y0 = scnn.requantize %b0 <product_shifts = [0], multipliers = [1], shifts = [0]> {placement = #scnn.placement<ram = 1, offset = 0, capacity = 0>} : !s -> !x
  %s1 = scnn.accumulate inputs(%y0 : !x) image(%i : tensor<23xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 1> -> !s
  %b1 = scnn.add_bias %s1 : !s
  %y1 = scnn.requantize %b1 <product_shifts = [0], multipliers = [1], shifts = [0]> {placement = #scnn.placement<ram = 0, offset = 0, capacity = 15>} : !s -> !x
  %o1 = scnn.store %y1 : !x -> !d
  %f1 = quant.dcast %o1 : !d to tensor<1x1x4x4xf32>
  %s2 = scnn.accumulate inputs(%y1 : !x) image(%i : tensor<23xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 1> -> !s
  %b2 = scnn.add_bias %s2 : !s
  %y2 = scnn.requantize %b2 <product_shifts = [0], multipliers = [1], shifts = [0]> {placement = #scnn.placement<ram = 1, offset = 0, capacity = 16>} : !s -> !x
  %o2 = scnn.store %y2 : !x -> !d
  %f2 = quant.dcast %o2 : !d to tensor<1x1x4x4xf32>
  return %f1, %f2 : tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32>
}
