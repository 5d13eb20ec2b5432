// RUN: scnn-opt %s --scnn-lower-to-commands | FileCheck %s

// Constants first in DRAM, then tensors, at multiples of 64 bytes. A segment
// has room for 2 bytes a block and for all elements: 2 * 4 + 16 * 20 / 8 = 48.
// Each output-channel group has its own image, accumulator set and channels.

!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x1x4x4x!q>
!e = tensor<1x2x2x2x!q>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [1, 1], phases = [2, 2], zero_run_bits = 4>>
!y = tensor<1x2x2x2x!q, #scnn.layout<grid = [1, 1], zero_run_bits = 4>>
!partial = tensor<1x2x4x4xi24, #scnn.partial_sums<grid = [1, 1], accumulators = [4, 4], halo = [1, 0, 1, 0]>>
!s = tensor<1x2x4x4xi24, #scnn.partial_sums<grid = [1, 1], accumulators = [4, 4]>>
!p = tensor<1x2x2x2xi24, #scnn.partial_sums<grid = [1, 1], accumulators = [2, 2]>>

// CHECK-LABEL: scnn.program @main dram 152 inputs [0] outputs [1, 2]
// CHECK-NEXT: scnn.value "picture" : tensor<1x1x4x4xf32> at 64 segment 48 as tensor<1x1x4x4x{{.*}}phases = [2, 2], zero_run_bits = 4>>
// CHECK-NEXT: scnn.value "face" : tensor<1x2x2x2xf32> at 128 segment 24 as
// CHECK-NEXT: scnn.value "output1" : tensor<1x2x2x2xf32>{{$}}
// CHECK-NEXT: scnn.host_call @soften operands [1] results [2]
// 2 outputs x 16 positions x 9 weights, 18 of them, 2 of which are not zero.
// CHECK-NEXT: scnn.layer "conv" dense_macs 288 weights 18 nonzero 2 groups 2 group_size 1
// CHECK-NEXT: scnn.constants at 0
// CHECK-NEXT: scnn.cmd.begin_layer layer = 0
// CHECK-NEXT: scnn.cmd.set_activations slot = 0 ram = 0 offset = 0 capacity = 16 channels = 1 height = 4 width = 4 policy = 0 phase_rows = 2 phase_cols = 2 halo_top = 0
// CHECK-NEXT: scnn.cmd.load_activations slot = 0 address = 64
// CHECK-NEXT: scnn.cmd.set_activations slot = 1 ram = 1 offset = 0 capacity = 8 channels = 2 height = 2 width = 2
// CHECK-NEXT: scnn.cmd.set_convolution height = 4 width = 4 policy = 0 accumulator_rows = 4 accumulator_cols = 4 output_halos = 1 order = 0
// CHECK-NEXT: scnn.cmd.bind_input slot = 0 first_channel = 0 filter_rows = 3 filter_cols = 3 stride_rows = 1 stride_cols = 1 dilation_rows = 1 dilation_cols = 1 pad_top = 1 pad_left = 1
// CHECK-NEXT: scnn.cmd.broadcast_weights address = 0 bytes = 23 blocks = 1 channels = 1
// CHECK-NEXT: scnn.cmd.accumulate set = 0
// CHECK-NEXT: scnn.cmd.exchange kind = 0 halo_top = 1 halo_bottom = 0 halo_left = 1 halo_right = 0
// CHECK-NEXT: scnn.cmd.add_bias set = 0
// CHECK-NEXT: scnn.cmd.pool rows = 2 cols = 2 stride_rows = 2 stride_cols = 2 pad_top = 0 pad_left = 0 height = 2 width = 2 policy = 0
// CHECK-NEXT: scnn.cmd.requantize minimum = 0 maximum = 32767
// CHECK-NEXT: scnn.cmd.write_activations slot = 1 first_channel = 0
// CHECK-NEXT: scnn.cmd.broadcast_weights address = 23 bytes = 23 blocks = 1 channels = 1
// CHECK-NEXT: scnn.cmd.accumulate set = 1
// CHECK-NEXT: scnn.cmd.exchange kind = 0
// CHECK-NEXT: scnn.cmd.add_bias set = 1
// CHECK-NEXT: scnn.cmd.pool
// CHECK-NEXT: scnn.cmd.requantize
// CHECK-NEXT: scnn.cmd.write_activations slot = 1 first_channel = 1
// CHECK-NEXT: scnn.cmd.store_activations slot = 1 address = 128
// CHECK-NEXT: scnn.cmd.end_layer
// CHECK-NEXT: scnn.cmd.call_host call = 0
// CHECK-NEXT: scnn.cmd.halt
// CHECK-NEXT: }
// Host functions stay.
// CHECK: func.func private @soften
func.func @main(%x: tensor<1x1x4x4xf32> {scnn.name = "picture"}) -> (tensor<1x2x2x2xf32> {scnn.name = "face"}, tensor<1x2x2x2xf32>) {
  %d = quant.qcast %x : tensor<1x1x4x4xf32> to !d
  %l = scnn.load %d {placement = #scnn.placement<ram = 0, offset = 0, capacity = 16>} : !d -> !x
  // Bias 0, multiplier 1, shift 0; one block of one element, 1.
  %i = scnn.compressed_weights offsets [0, 23] blocks [1, 1]
    dense<[0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0,
           0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0]> : tensor<46xi8>
  %s = scnn.accumulate inputs(%l : !x) image(%i : tensor<46xi8>) windows [#scnn.window<padding = [1, 1, 1, 1]>] filters [3, 3] mapping <group_size = 1> -> !partial loc("conv")
  %t = scnn.exchange add %s halo [1, 0, 1, 0] : !partial -> !s
  %b = scnn.add_bias %t : !s
  %m = scnn.pool_maxima %b <size = [2, 2], stride = [2, 2]> : !s -> !p
  %r = scnn.requantize %m <product_shifts = [0], multipliers = [1, 1], shifts = [0, 0], minimum = 0> {placement = #scnn.placement<ram = 1, offset = 0, capacity = 8>} : !p -> !y
  %o = scnn.store %r : !y -> !e
  %f = quant.dcast %o : !e to tensor<1x2x2x2xf32>
  %h = func.call @soften(%f) : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %f, %h : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}
func.func private @soften(tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> attributes {scnn.host}
