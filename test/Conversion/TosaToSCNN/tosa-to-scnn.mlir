// RUN: scnn-opt %s --convert-tosa-to-scnn --split-input-file | FileCheck %s

// Weights [O, H, W, I] become [K, C, R, S]; zeros in front of the convolution
// and its own padding (top, bottom, left, right) add up.

// CHECK-LABEL: func @conv
// CHECK-SAME: %[[X:.*]]: tensor<1x8x6x2xf32>
// CHECK: %[[T:.*]] = tosa.transpose %[[X]] {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x8x6x2xf32>) -> tensor<1x2x8x6xf32>
// CHECK-DAG: %[[W:.*]] = arith.constant dense<{{\[\[\[\[}}1.000000e+00, 2.000000e+00]], {{\[\[}}3.000000e+00, 4.000000e+00]]]]> : tensor<1x2x1x2xf32>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<5.000000e-01> : tensor<1xf32>
// CHECK: %[[Y:.*]] = scnn.conv2d inputs(%[[T]] : tensor<1x2x8x6xf32>) weights(%[[W]] : tensor<1x2x1x2xf32>) bias(%[[B]] : tensor<1xf32>)
// CHECK-SAME: windows [#scnn.window<stride = [1, 2], padding = [1, 0, 2, 1], dilation = [1, 2]>] -> tensor<1x1x9x4xf32>
// CHECK: %[[R:.*]] = tosa.transpose %[[Y]] {perms = array<i32: 0, 2, 3, 1>}
// CHECK: return %[[R]] : tensor<1x9x4x1xf32>
func.func @conv(%x: tensor<1x8x6x2xf32>) -> tensor<1x9x4x1xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %padding = tosa.const_shape {values = dense<[0, 0, 1, 0, 0, 1, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %p = tosa.pad %x, %padding, %zero : (tensor<1x8x6x2xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x9x7x2xf32>
  %w = "tosa.const"() <{values = dense<[[[[1.0, 3.0], [2.0, 4.0]]]]> : tensor<1x1x2x2xf32>}> : () -> tensor<1x1x2x2xf32>
  %b = "tosa.const"() <{values = dense<0.5> : tensor<1xf32>}> : () -> tensor<1xf32>
  %y = tosa.conv2d %p, %w, %b, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 2>, pad = array<i64: 0, 0, 2, 0>, stride = array<i64: 1, 2>} : (tensor<1x9x7x2xf32>, tensor<1x1x2x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x9x4x1xf32>
  return %y : tensor<1x9x4x1xf32>
}

// -----

// Channel multiplier 2: output channel 2 * c + m reads input channel c, with
// weights [0, 0, c, m]. A bias of one element is for all; one of zeros is none.

// CHECK-LABEL: func @depthwise
// CHECK: %[[W:.*]] = arith.constant dense<{{\[\[\[\[}}1.000000e+00]]], {{\[\[\[}}2.000000e+00]]], {{\[\[\[}}3.000000e+00]]], {{\[\[\[}}4.000000e+00]]]]> : tensor<4x1x1x1xf32>
// CHECK: scnn.conv2d inputs(%{{.*}}) weights(%[[W]] : tensor<4x1x1x1xf32>) windows [#scnn.window<groups = 2>] -> tensor<1x4x4x4xf32>
func.func @depthwise(%x: tensor<1x4x4x2xf32>) -> tensor<1x4x4x4xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[[1.0, 2.0], [3.0, 4.0]]]]> : tensor<1x1x2x2xf32>}> : () -> tensor<1x1x2x2xf32>
  %y = tosa.depthwise_conv2d %x, %w, %zero, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<1x1x2x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x4xf32>
  return %y : tensor<1x4x4x4xf32>
}

// -----

// A network: transposes are left at its borders only.

// CHECK-LABEL: func @network
// CHECK: %[[X:.*]] = tosa.transpose
// CHECK: %[[C:.*]] = scnn.conv2d inputs(%[[X]]
// CHECK: %[[R:.*]] = scnn.clamp %[[C]] {clamp_min = 0.000000e+00 : f32} : tensor<1x2x4x4xf32>
// CHECK: %[[A:.*]] = scnn.add %[[R]], %[[X]] : tensor<1x2x4x4xf32>
// CHECK: %[[P:.*]] = scnn.max_pool2d %[[A]] <size = [2, 2], stride = [2, 2]> : tensor<1x2x4x4xf32> -> tensor<1x2x2x2xf32>
// CHECK: %[[J:.*]] = scnn.concat %[[P]], %[[P]] : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32> -> tensor<1x4x2x2xf32>
// CHECK: %[[E:.*]] = scnn.extend_channels %[[J]] : tensor<1x4x2x2xf32> -> tensor<1x7x2x2xf32>
// CHECK: %[[Y:.*]] = tosa.transpose %[[E]]
// CHECK: return %[[Y]]
// CHECK-NOT: tosa.transpose
func.func @network(%x: tensor<1x4x4x2xf32>) -> tensor<1x2x2x7xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<1.0> : tensor<2x1x1x2xf32>}> : () -> tensor<2x1x1x2xf32>
  %c = tosa.conv2d %x, %w, %zero, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<2x1x1x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32>
  %r = tosa.clamp %c {min_val = 0.0 : f32, max_val = 3.40282347E+38 : f32} : (tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32>
  %a = tosa.add %r, %x : (tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32>
  %p = tosa.max_pool2d %a {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  %j = tosa.concat %p, %p {axis = 3 : i32} : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x2x2x4xf32>
  %padding = tosa.const_shape {values = dense<[0, 0, 0, 0, 0, 0, 0, 3]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %y = tosa.pad %j, %padding, %zero : (tensor<1x2x2x4xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x2x2x7xf32>
  return %y : tensor<1x2x2x7xf32>
}

// -----

// Far from the accelerator, an operation stays as it is.

// CHECK-LABEL: func @alone
// CHECK-NEXT: tosa.clamp
// CHECK-NEXT: tosa.add
// CHECK-NEXT: return
func.func @alone(%x: tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32> {
  %r = tosa.clamp %x {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32>
  %a = tosa.add %r, %x : (tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32>
  return %a : tensor<1x4x4x2xf32>
}
