// RUN: scnn-opt %s --scnn-lower-to-commands | FileCheck %s

// A load or store that is set-up is in a layer of its own, around the layer that
// it is for: one entry of the table, which begins before and after. The sample of
// an argument is in the accelerator's numbers: 3 / 0.5, and what saturates.

!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x1x4x4x!q>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [1, 1], zero_run_bits = 4>>
!s = tensor<1x1x4x4xi24, #scnn.partial_sums<grid = [1, 1], accumulators = [4, 4]>>

// CHECK: scnn.value "input0" {{.*}} sample dense<6> : tensor<1x1x4x4xi16>
// CHECK: scnn.value "input1" {{.*}} sample dense<-32768> : tensor<1x1x4x4xi16>
// CHECK: scnn.value "input2" : tensor<2xf32> sample dense<3.000000e+00> : tensor<2xf32>
// CHECK: scnn.layer "conv" dense_macs 0 weights 0 nonzero 0 groups 0 group_size 0 pieces 2 setup
// CHECK-NEXT: scnn.layer "conv" dense_macs 32 weights 2 nonzero 1 groups 1 group_size 1
// CHECK-NEXT: scnn.constants
// CHECK-NEXT: scnn.cmd.begin_layer layer = 0
// CHECK-NEXT: scnn.cmd.set_activations slot = 0 ram = 0
// CHECK-NEXT: scnn.cmd.load_activations slot = 0
// CHECK-NEXT: scnn.cmd.end_layer
// CHECK-NEXT: scnn.cmd.begin_layer layer = 1
// CHECK-NEXT: scnn.cmd.set_activations slot = 0 ram = 0
// CHECK-NEXT: scnn.cmd.set_activations slot = 1 ram = 0
// The other input is the layer's own to load.
// CHECK-NEXT: scnn.cmd.load_activations slot = 1
// CHECK-NEXT: scnn.cmd.set_activations slot = 2 ram = 1
// CHECK-NEXT: scnn.cmd.set_convolution
// CHECK: scnn.cmd.write_activations
// CHECK-NEXT: scnn.cmd.end_layer
// CHECK-NEXT: scnn.cmd.begin_layer layer = 0
// CHECK-NEXT: scnn.cmd.set_activations slot = 2 ram = 1
// CHECK-NEXT: scnn.cmd.store_activations slot = 2
// CHECK-NEXT: scnn.cmd.end_layer
// CHECK-NEXT: scnn.cmd.halt
func.func @main(%f: tensor<1x1x4x4xf32> {scnn.sample = dense<3.0> : tensor<1x1x4x4xf32>},
                %g: tensor<1x1x4x4xf32> {scnn.sample = dense<-1.0e6> : tensor<1x1x4x4xf32>},
                %h: tensor<2xf32> {scnn.sample = dense<3.0> : tensor<2xf32>}) -> tensor<1x1x4x4xf32> {
  %i = scnn.compressed_weights offsets [0] blocks [1]
    dense<[0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0]> : tensor<23xi8>
  %d = quant.qcast %f : tensor<1x1x4x4xf32> to !d
  %x = scnn.load setup %d {placement = #scnn.placement<ram = 0, offset = 0, capacity = 16>} : !d -> !x
  %e = quant.qcast %g : tensor<1x1x4x4xf32> to !d
  %z = scnn.load %e {placement = #scnn.placement<ram = 0, offset = 16, capacity = 16>} : !d -> !x
  %s = scnn.accumulate inputs(%x, %z : !x, !x) image(%i : tensor<23xi8>) windows [#scnn.window<>, #scnn.window<>] filters [1, 1, 1, 1] mapping <group_size = 1> -> !s loc("conv")
  %b = scnn.add_bias %s : !s
  %y = scnn.requantize %b <product_shifts = [0, 0], multipliers = [1], shifts = [0]> {placement = #scnn.placement<ram = 1, offset = 0, capacity = 16>} : !s -> !x
  %o = scnn.store setup %y : !x -> !d
  %r = quant.dcast %o : !d to tensor<1x1x4x4xf32>
  return %r : tensor<1x1x4x4xf32>
}
