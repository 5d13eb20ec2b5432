// RUN: scnn-opt %s --scnn-pipeline | FileCheck %s
// RUN: scnn-opt %s --scnn-pipeline="cut=balanced group-size=3 halo=input order=rsk" | FileCheck %s --check-prefix=OPTIONS
// RUN: scnn-opt %s --scnn-pipeline --remark-policy=all --remarks-filter=scnn-mapping -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: not scnn-opt %s --scnn-pipeline=halo=both 2>&1 | FileCheck %s --check-prefix=OPTION

// OPTION: Cannot find option named 'both'!

// A convolution with ReLU, then a reshape, which the host runs.

// CHECK-LABEL: scnn.program @main
// CHECK-SAME: inputs [0] outputs [2]
// CHECK: scnn.value "picture" : tensor<1x1x9x9xf32> at
// CHECK: scnn.value "scores" : tensor<1x324xf32>
// CHECK: scnn.host_call @host_0 operands [1] results [2] runs ["tosa.reshape"] because ["no accelerator operation for tosa.reshape"]
// 4 x 81 outputs, 9 weights each. 3 x 3 tiles reach 5 x 5 sums; 4 channels fit
// the 128 accumulators.
// CHECK: scnn.layer "conv" dense_macs 2916 weights 36 nonzero 36 groups 1 group_size 4
// CHECK: scnn.constants
// CHECK: scnn.cmd.begin_layer layer = 0
// CHECK: scnn.cmd.set_convolution height = 9 width = 9 policy = 0 accumulator_rows = 5 accumulator_cols = 5 output_halos = 1 order = 0
// CHECK: scnn.cmd.broadcast_weights
// CHECK-NEXT: scnn.cmd.accumulate set = 0
// CHECK-NEXT: scnn.cmd.exchange kind = 0 halo_top = 1 halo_bottom = 1 halo_left = 1 halo_right = 1
// CHECK-NEXT: scnn.cmd.add_bias set = 0
// CHECK-NEXT: scnn.cmd.requantize minimum = 0 maximum = 32767
// CHECK-NEXT: scnn.cmd.write_activations
// CHECK-NOT: accumulate
// CHECK: scnn.cmd.end_layer
// CHECK-NEXT: scnn.cmd.call_host call = 0
// CHECK-NEXT: scnn.cmd.halt
// CHECK: func.func private @host_0{{.*}} attributes {scnn.host}
// CHECK-NEXT: tosa.const_shape
// CHECK-NEXT: tosa.reshape

// OPTIONS: scnn.layer "conv" {{.*}} groups 2 group_size 3
// OPTIONS: scnn.cmd.set_activations {{.*}} policy = 1 {{.*}} halo_top = 1 halo_bottom = 1 halo_left = 1 halo_right = 1
// OPTIONS: scnn.cmd.set_convolution height = 9 width = 9 policy = 1 accumulator_rows = 3 accumulator_cols = 3 output_halos = 0 order = 1
// OPTIONS: scnn.cmd.accumulate set = 0
// OPTIONS-NOT: scnn.cmd.exchange
// OPTIONS: scnn.cmd.accumulate set = 1

// REMARK: [Passed] quantize
// REMARK: [Passed] planar-tiling
// REMARK: [Passed] output-channel-grouping
// REMARK: [Passed] compressed-sparse-layout
// REMARK: [Passed] halo-insertion
// REMARK: [Passed] memory-allocation
module attributes {scnn.machine = #scnn.machine<pe_rows = 3, pe_cols = 3, accumulator_banks = 4, entries_per_bank = 32>} {
  func.func @main(%x: tensor<1x1x9x9xf32> {scnn.name = "picture"}) -> (tensor<1x324xf32> {scnn.name = "scores"}) attributes {scnn.range = [1.0]} {
    %w = arith.constant dense<0.5> : tensor<4x1x3x3xf32>
    %y = scnn.conv2d inputs(%x : tensor<1x1x9x9xf32>) weights(%w : tensor<4x1x3x3xf32>) windows [#scnn.window<padding = [1, 1, 1, 1]>] {scnn.range = 4.5} -> tensor<1x4x9x9xf32> loc("conv")
    %r = scnn.clamp %y {clamp_min = 0.0 : f32, scnn.range = 4.5} : tensor<1x4x9x9xf32> loc("relu")
    %shape = tosa.const_shape {values = dense<[1, 324]> : tensor<2xindex>} : () -> !tosa.shape<2>
    %f = tosa.reshape %r, %shape : (tensor<1x4x9x9xf32>, !tosa.shape<2>) -> tensor<1x324xf32>
    return %f : tensor<1x324xf32>
  }
}
