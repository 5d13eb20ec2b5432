// RUN: scnn-opt %s --scnn-spread-channels | FileCheck %s
// RUN: scnn-opt %s --scnn-spread-channels --remarks-filter=scnn-mapping 2>&1 | FileCheck %s --check-prefix=REMARK

// 40 bytes hold 16 elements of 20 bits.
module attributes {scnn.machine = #scnn.machine<pe_rows = 2, pe_cols = 3, activation_ram_bytes = 40>} {

// The 2x2 part of the grid divides 20 channels; 6 PEs do not.

// CHECK-LABEL: func @divides
// CHECK-SAME: %[[X:.*]]: tensor<1x20x1x1xf32>
// CHECK: %[[Y:.*]] = tosa.reshape %[[X]], %{{.*}} {scnn.range = 2.000000e+00 : f64} : (tensor<1x20x1x1xf32>, !tosa.shape<4>) -> tensor<1x5x2x2xf32>
// CHECK: scnn.conv2d inputs(%[[Y]] : tensor<1x5x2x2xf32>) weights(%{{.*}} : tensor<3x5x2x2xf32>) windows [#scnn.window<stride = [2, 2]>] -> tensor<1x3x1x1xf32>

// REMARK: spread-channels{{.*}}ActivationRamElements=16, Channels=20{{.*}}PEs=4
func.func @divides(%x: tensor<1x20x1x1xf32>) -> tensor<1x3x1x1xf32> attributes {scnn.range = [2.0]} {
  %w = arith.constant dense<0.5> : tensor<3x20x1x1xf32>
  %y = scnn.conv2d inputs(%x : tensor<1x20x1x1xf32>) weights(%w : tensor<3x20x1x1xf32>) windows [#scnn.window<>] -> tensor<1x3x1x1xf32>
  return %y : tensor<1x3x1x1xf32>
}

// A prime number of channels is padded to a multiple of 6.

// CHECK-LABEL: func @padded
// CHECK-SAME: %[[X:.*]]: tensor<1x17x1x1xf32>
// CHECK: %[[P:.*]] = tosa.pad %[[X]]{{.*}} -> tensor<1x18x1x1xf32>
// CHECK: tosa.reshape %[[P]]{{.*}} -> tensor<1x3x2x3xf32>
// CHECK: scnn.conv2d {{.*}} weights(%{{.*}} : tensor<1x3x2x3xf32>) windows [#scnn.window<stride = [2, 3]>]
func.func @padded(%x: tensor<1x17x1x1xf32>) -> tensor<1x1x1x1xf32> {
  %w = arith.constant dense<[[[[1.0]], [[2.0]], [[3.0]], [[4.0]], [[5.0]], [[6.0]], [[7.0]], [[8.0]], [[9.0]], [[1.0]], [[2.0]], [[3.0]], [[4.0]], [[5.0]], [[6.0]], [[7.0]], [[8.0]]]]> : tensor<1x17x1x1xf32>
  %y = scnn.conv2d inputs(%x : tensor<1x17x1x1xf32>) weights(%w : tensor<1x17x1x1xf32>) windows [#scnn.window<>] -> tensor<1x1x1x1xf32>
  return %y : tensor<1x1x1x1xf32>
}

// What fits stays, and so does a plane, which is spread already.

// CHECK-LABEL: func @as_it_is
// CHECK-NOT: tosa.reshape
func.func @as_it_is(%x: tensor<1x16x1x1xf32>, %z: tensor<1x20x2x2xf32>) -> (tensor<1x1x1x1xf32>, tensor<1x1x2x2xf32>) {
  %w = arith.constant dense<0.5> : tensor<1x16x1x1xf32>
  %v = arith.constant dense<0.5> : tensor<1x20x1x1xf32>
  %y = scnn.conv2d inputs(%x : tensor<1x16x1x1xf32>) weights(%w : tensor<1x16x1x1xf32>) windows [#scnn.window<>] -> tensor<1x1x1x1xf32>
  %u = scnn.conv2d inputs(%z : tensor<1x20x2x2xf32>) weights(%v : tensor<1x20x1x1xf32>) windows [#scnn.window<>] -> tensor<1x1x2x2xf32>
  return %y, %u : tensor<1x1x1x1xf32>, tensor<1x1x2x2xf32>
}

}
