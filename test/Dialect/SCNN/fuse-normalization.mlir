// RUN: scnn-opt %s --scnn-fuse --split-input-file | FileCheck %s

// Factors scale weights and bias of the convolution before; its name stays, and
// what follows joins it.

// CHECK-LABEL: func @folded
// CHECK-DAG: %[[W:.*]] = arith.constant dense<{{\[\[\[\[}}1.000000e+01]]], {{\[\[\[}}-4.000000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<[6.500000e+01, -1.410000e+02]> : tensor<2xf32>
// CHECK: scnn.conv2d inputs(%arg0 : {{.*}} weights(%[[W]] : {{.*}} bias(%[[B]] : tensor<2xf32>) {{.*}} {clamp_min = 0.000000e+00 : f32, scnn.range = 3.000000e+00 : f64} -> tensor<1x2x4x4xf32>
// CHECK-NEXT: return
func.func @folded(%x: tensor<1x1x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %w = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<[6.0, 7.0]> : tensor<2xf32>
  %f = arith.constant dense<[[[[10.0]]], [[[-20.0]]]]> : tensor<2x1x1x1xf32>
  %a = arith.constant dense<[5.0, -1.0]> : tensor<2xf32>
  %c = scnn.conv2d inputs(%x : tensor<1x1x4x4xf32>) weights(%w : tensor<2x1x1x1xf32>) bias(%b : tensor<2xf32>) windows [#scnn.window<>] -> tensor<1x2x4x4xf32>
  %n = scnn.conv2d inputs(%c : tensor<1x2x4x4xf32>) weights(%f : tensor<2x1x1x1xf32>) bias(%a : tensor<2xf32>) windows [#scnn.window<groups = 2>] {scnn.range = 9.0} -> tensor<1x2x4x4xf32>
  %r = scnn.clamp %n {clamp_min = 0.0 : f32, scnn.range = 3.0} : tensor<1x2x4x4xf32>
  return %r : tensor<1x2x4x4xf32>
}

// -----

// Not into a convolution that others read, nor behind a clamp.

// CHECK-LABEL: func @not_folded
// CHECK-COUNT-4: scnn.conv2d
// CHECK-NOT: scnn.conv2d
func.func @not_folded(%x: tensor<1x2x4x4xf32>) -> (tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>) {
  %w = arith.constant dense<0.5> : tensor<2x2x3x3xf32>
  %f = arith.constant dense<3.0> : tensor<2x1x1x1xf32>
  %c = scnn.conv2d inputs(%x : tensor<1x2x4x4xf32>) weights(%w : tensor<2x2x3x3xf32>) windows [#scnn.window<padding = [1, 1, 1, 1]>] -> tensor<1x2x4x4xf32>
  %n = scnn.conv2d inputs(%c : tensor<1x2x4x4xf32>) weights(%f : tensor<2x1x1x1xf32>) windows [#scnn.window<groups = 2>] -> tensor<1x2x4x4xf32>
  %d = scnn.conv2d inputs(%x : tensor<1x2x4x4xf32>) weights(%w : tensor<2x2x3x3xf32>) windows [#scnn.window<padding = [1, 1, 1, 1]>] {clamp_min = 0.0 : f32} -> tensor<1x2x4x4xf32>
  %m = scnn.conv2d inputs(%d : tensor<1x2x4x4xf32>) weights(%f : tensor<2x1x1x1xf32>) windows [#scnn.window<groups = 2>] -> tensor<1x2x4x4xf32>
  return %c, %n, %m : tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>
}

// -----

// Of a concatenation (DenseNet), the parts are read in place: each gives its own
// channels.

// CHECK-LABEL: func @concatenation
// CHECK-SAME: %[[X:.*]]: tensor<1x1x4x4xf32>, %[[Z:.*]]: tensor<1x1x4x4xf32>
// CHECK-DAG: %[[U:.*]] = arith.constant dense<{{\[\[\[\[}}2.000000e+00]]], {{\[\[\[}}0.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[V:.*]] = arith.constant dense<{{\[\[\[\[}}0.000000e+00]]], {{\[\[\[}}3.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK: scnn.conv2d inputs(%[[X]], %[[Z]] : {{.*}} weights(%[[U]], %[[V]] : {{.*}} windows [#scnn.window<>, #scnn.window<>] {clamp_min
// CHECK-NEXT: return
func.func @concatenation(%x: tensor<1x1x4x4xf32>, %z: tensor<1x1x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %f = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %c = scnn.concat %x, %z : tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32> -> tensor<1x2x4x4xf32>
  %n = scnn.conv2d inputs(%c : tensor<1x2x4x4xf32>) weights(%f : tensor<2x1x1x1xf32>) windows [#scnn.window<groups = 2>] -> tensor<1x2x4x4xf32>
  %r = scnn.clamp %n {clamp_min = 0.0 : f32} : tensor<1x2x4x4xf32>
  return %r : tensor<1x2x4x4xf32>
}

// -----

// What the accelerator cannot run stays as it is.

// CHECK-LABEL: func @host
// CHECK: scnn.conv2d inputs(%arg0 : {{.*}} weights(%arg1 : {{.*}}) windows [#scnn.window<>] -> tensor<1x1x1x300xf32>
// CHECK: scnn.max_pool2d
func.func @host(%x: tensor<1x1x1x300xf32>, %w: tensor<1x1x1x1xf32>) -> tensor<1x1x1x2xf32> {
  %c = scnn.conv2d inputs(%x : tensor<1x1x1x300xf32>) weights(%w : tensor<1x1x1x1xf32>) windows [#scnn.window<>] -> tensor<1x1x1x300xf32>
  %p = scnn.max_pool2d %c <size = [1, 299]> : tensor<1x1x1x300xf32> -> tensor<1x1x1x2xf32>
  return %p : tensor<1x1x1x2xf32>
}
