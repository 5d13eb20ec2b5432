// A module to a program file and back is the same module, and that to a file
// again the same bytes.

// RUN: scnn-translate --scnn-to-program %s -o %t.scnn
// RUN: scnn-translate --program-to-scnn %t.scnn -o %t.mlir
// RUN: scnn-translate --scnn-to-program %t.mlir -o %t.again.scnn
// RUN: cmp %t.scnn %t.again.scnn
// RUN: scnn-opt %s -o %t.canonical.mlir
// RUN: scnn-opt %t.mlir -o %t.back.mlir
// RUN: diff %t.canonical.mlir %t.back.mlir
// RUN: FileCheck %s < %t.back.mlir

!input = tensor<1x2x4x4x!quant.uniform<i16:f32, 1.000000e-01>, #scnn.layout<grid = [1, 2], cut = balanced, phases = [2, 1], halo = [1, 0, 1, 0], zero_run_bits = 4>>

// CHECK: module @network attributes {scnn.machine = #scnn.machine<pe_rows = 1, pe_cols = 2>}
module @network attributes {scnn.machine = #scnn.machine<pe_rows = 1, pe_cols = 2>} {

// CHECK: scnn.program @main dram 4096 inputs [0] outputs [1]
scnn.program @main dram 4096 inputs [0] outputs [1] {
  // CHECK-NEXT: scnn.value "input" : tensor<1x2x4x4xf32> at 0 segment 256 as {{.*}} sample dense<-7> : tensor<1x2x4x4xi16>
  scnn.value "input" : tensor<1x2x4x4xf32> at 0 segment 256 as !input sample dense<-7> : tensor<1x2x4x4xi16>
  // CHECK-NEXT: scnn.value "output" : tensor<1x10xf32>
  scnn.value "output" : tensor<1x10xf32>
  // CHECK-NEXT: scnn.value "weights" : tensor<3xf64> sample dense<[1.000000e+00, -2.000000e+00, 0.000000e+00]> : tensor<3xf64>
  scnn.value "weights" : tensor<3xf64> sample dense<[1.0, -2.0, 0.0]> : tensor<3xf64>
  // CHECK-NEXT: scnn.host_call @classify operands [0] results [1] dense_macs 70 runs ["tosa.exp"] because ["no accelerator operation for tosa.exp"]
  scnn.host_call @classify operands [0] results [1] dense_macs 70
      runs ["tosa.exp"] because ["no accelerator operation for tosa.exp"]
  // CHECK-NEXT: scnn.layer "conv" dense_macs 1000 weights 100 nonzero 35 groups 2 group_size 8
  // CHECK-SAME: shape <inputs = [#scnn.layer_input<channels = 8, groups = 2, plane = [4, 9], filter = [5, 2], stride = [1, 2]>, #scnn.layer_input<channels = 10, plane = [2, 5], filter = [1, 1]>], outputs = 2, plane = [2, 5], pooled = [1, 3], cut = balanced, tile = [2, 3], halo = input, order = rsk>
  scnn.layer "conv" dense_macs 1000 weights 100 nonzero 35 groups 2 group_size 8
      shape <inputs = [#scnn.layer_input<channels = 8, groups = 2, plane = [4, 9], filter = [5, 2], stride = [1, 2]>, #scnn.layer_input<channels = 10, plane = [2, 5], filter = [1, 1]>], outputs = 2, plane = [2, 5], pooled = [1, 3], cut = balanced, tile = [2, 3], halo = input, order = rsk>
  // CHECK-NEXT: scnn.layer "conv" dense_macs 0 weights 0 nonzero 0 groups 0 group_size 0 setup
  scnn.layer "conv" dense_macs 0 weights 0 nonzero 0 groups 0 group_size 0 setup
  // CHECK-NEXT: scnn.constants at 1024 dense<[1, -2, 3]> : tensor<3xi8>
  scnn.constants at 1024 dense<[1, -2, 3]> : tensor<3xi8>
  // CHECK-NEXT: scnn.cmd.begin_layer layer = 0
  scnn.cmd.begin_layer layer = 0
  scnn.cmd.set_activations slot = 0 ram = 0 offset = 0 capacity = 768 channels = 2 height = 4 width = 4 policy = 1 phase_rows = 2 phase_cols = 1 halo_top = 1 halo_bottom = 0 halo_left = 1 halo_right = 0 spill = 0 address = 0
  scnn.cmd.load_activations slot = 0 address = 0
  scnn.cmd.set_convolution height = 4 width = 4 policy = 0 accumulator_rows = 10 accumulator_cols = 10 output_halos = 1 order = 1
  scnn.cmd.bind_input slot = 0 first_channel = 0 filter_rows = 3 filter_cols = 3 stride_rows = 1 stride_cols = 1 dilation_rows = 1 dilation_cols = 1 pad_top = 1 pad_left = 1
  scnn.cmd.broadcast_weights address = 1024 bytes = 3 blocks = 0 channels = 8
  scnn.cmd.accumulate set = 0
  scnn.cmd.exchange kind = 0 halo_top = 1 halo_bottom = 1 halo_left = 1 halo_right = 1
  scnn.cmd.add_bias set = 0
  scnn.cmd.pool rows = 2 cols = 2 stride_rows = 2 stride_cols = 2 pad_top = 0 pad_left = 0 height = 2 width = 2 policy = 0
  // CHECK: scnn.cmd.requantize minimum = -32768 maximum = 32767
  scnn.cmd.requantize minimum = -32768 maximum = 32767
  scnn.cmd.write_activations slot = 1 first_channel = 0
  scnn.cmd.store_activations slot = 1 address = 2048
  scnn.cmd.end_layer
  scnn.cmd.call_host call = 0
  // CHECK: scnn.cmd.halt
  scnn.cmd.halt
}

// CHECK: func.func @classify(%{{.*}}: tensor<1x2x4x4xf32>) -> tensor<1x10xf32> attributes {scnn.host}
func.func @classify(%input: tensor<1x2x4x4xf32>) -> tensor<1x10xf32> attributes {scnn.host} {
  %zero = arith.constant dense<0.0> : tensor<1x10xf32>
  return %zero : tensor<1x10xf32>
}

// CHECK: module @reference
module @reference {
  // CHECK: func.func @float(
  func.func @float(%input: tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32> {
    return %input : tensor<1x2x4x4xf32>
  }
}

}
