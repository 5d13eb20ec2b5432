// RUN: scnn-opt %s --canonicalize --split-input-file | FileCheck %s

// Channels that are absent lose their weights.

// CHECK-LABEL: func @absent_channels
// CHECK-SAME: %[[X:.*]]: tensor<1x2x4x4xf32>
// CHECK: %[[W:.*]] = arith.constant dense<{{\[\[\[\[}}1.000000e+00]], {{\[\[}}2.000000e+00]]], {{\[\[\[}}4.000000e+00]], {{\[\[}}5.000000e+00]]]]> : tensor<2x2x1x1xf32>
// CHECK: scnn.conv2d inputs(%[[X]] : tensor<1x2x4x4xf32>) weights(%[[W]] : tensor<2x2x1x1xf32>) windows [#scnn.window<stride = [2, 2]>] -> tensor<1x2x2x2xf32>
func.func @absent_channels(%x: tensor<1x2x4x4xf32>) -> tensor<1x2x2x2xf32> {
  %w = arith.constant dense<[[[[1.0]], [[2.0]], [[3.0]]], [[[4.0]], [[5.0]], [[6.0]]]]> : tensor<2x3x1x1xf32>
  %e = scnn.extend_channels %x : tensor<1x2x4x4xf32> -> tensor<1x3x4x4xf32>
  %y = scnn.conv2d inputs(%e : tensor<1x3x4x4xf32>) weights(%w : tensor<2x3x1x1xf32>) windows [#scnn.window<stride = [2, 2]>] -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// -----

// Parts are read in place, and what parts are made of, too.

// CHECK-LABEL: func @parts
// CHECK-SAME: %[[X:.*]]: tensor<1x1x4x4xf32>, %[[Z:.*]]: tensor<1x2x4x4xf32>
// CHECK-DAG: %[[W0:.*]] = arith.constant dense<1.000000e+00> : tensor<1x1x1x1xf32>
// CHECK-DAG: %[[W1:.*]] = arith.constant dense<{{.*}}3.000000e+00{{.*}}4.000000e+00{{.*}}> : tensor<1x2x1x1xf32>
// CHECK: scnn.conv2d inputs(%[[X]], %[[Z]], %[[Z]] : tensor<1x1x4x4xf32>, tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>)
// CHECK-SAME: weights(%[[W0]], %[[W1]], %{{.*}} : tensor<1x1x1x1xf32>, tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>)
// CHECK-SAME: windows [#scnn.window<>, #scnn.window<>, #scnn.window<>]
func.func @parts(%x: tensor<1x1x4x4xf32>, %z: tensor<1x2x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<[[[[1.0]], [[2.0]], [[3.0]], [[4.0]]]]> : tensor<1x4x1x1xf32>
  %v = arith.constant dense<7.0> : tensor<1x2x1x1xf32>
  %e = scnn.extend_channels %x : tensor<1x1x4x4xf32> -> tensor<1x2x4x4xf32>
  %c = scnn.concat %e, %z : tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32> -> tensor<1x4x4x4xf32>
  %y = scnn.conv2d inputs(%c, %z : tensor<1x4x4x4xf32>, tensor<1x2x4x4xf32>) weights(%w, %v : tensor<1x4x1x1xf32>, tensor<1x2x1x1xf32>) windows [#scnn.window<>, #scnn.window<>] -> tensor<1x1x4x4xf32>
  return %y : tensor<1x1x4x4xf32>
}

// -----

// A convolution in groups reads the whole tensor, unless its filters are 1x1.

// CHECK-LABEL: func @groups
// CHECK: %[[C:.*]] = scnn.concat
// CHECK: scnn.conv2d inputs(%[[C]]
func.func @groups(%x: tensor<1x1x4x4xf32>, %z: tensor<1x1x4x4xf32>) -> tensor<1x2x4x3xf32> {
  %w = arith.constant dense<2.0> : tensor<2x1x1x2xf32>
  %c = scnn.concat %x, %z : tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32> -> tensor<1x2x4x4xf32>
  %y = scnn.conv2d inputs(%c : tensor<1x2x4x4xf32>) weights(%w : tensor<2x1x1x2xf32>) windows [#scnn.window<groups = 2>] -> tensor<1x2x4x3xf32>
  return %y : tensor<1x2x4x3xf32>
}

// -----

// Weights that are not known cannot be divided.

// CHECK-LABEL: func @unknown_weights
// CHECK: %[[C:.*]] = scnn.concat
// CHECK: scnn.conv2d inputs(%[[C]]
func.func @unknown_weights(%x: tensor<1x1x4x4xf32>, %w: tensor<1x2x1x1xf32>) -> tensor<1x1x4x4xf32> {
  %c = scnn.concat %x, %x : tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32> -> tensor<1x2x4x4xf32>
  %y = scnn.conv2d inputs(%c : tensor<1x2x4x4xf32>) weights(%w : tensor<1x2x1x1xf32>) windows [#scnn.window<>] -> tensor<1x1x4x4xf32>
  return %y : tensor<1x1x4x4xf32>
}
