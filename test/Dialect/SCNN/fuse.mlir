// RUN: scnn-opt %s --scnn-fuse --split-input-file | FileCheck %s
// RUN: scnn-opt %s --scnn-fuse --split-input-file --mlir-print-debuginfo | FileCheck %s --check-prefix=LOC

// A residual block: the sums of both meet in one convolution, which keeps its
// name.

// CHECK-LABEL: func @residual
// CHECK-SAME: %[[X:.*]]: tensor<1x2x4x4xf32>
// CHECK-DAG: %[[I:.*]] = arith.constant dense<1.000000e+00> : tensor<2x1x1x1xf32>
// CHECK: %[[Y:.*]] = scnn.conv2d inputs(%[[X]], %[[X]] : tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>) weights(%{{.*}}, %[[I]] : tensor<2x2x3x3xf32>, tensor<2x1x1x1xf32>)
// CHECK-SAME: windows [#scnn.window<padding = [1, 1, 1, 1]>, #scnn.window<groups = 2>]
// CHECK-SAME: clamp_min = 0.000000e+00 : f32, pool = #scnn.pool<size = [2, 2], stride = [2, 2]>
// CHECK-SAME: scnn.range = 4.000000e+00 : f64
// CHECK-SAME: -> tensor<1x2x2x2xf32>
// CHECK-NEXT: return %[[Y]]

// LOC: scnn.conv2d {{.*}} loc(#[[CONV:.*]])
// LOC: #[[CONV]] = loc("the convolution")
func.func @residual(%x: tensor<1x2x4x4xf32>) -> tensor<1x2x2x2xf32> {
  %w = arith.constant dense<0.5> : tensor<2x2x3x3xf32>
  %c = scnn.conv2d inputs(%x : tensor<1x2x4x4xf32>) weights(%w : tensor<2x2x3x3xf32>) windows [#scnn.window<padding = [1, 1, 1, 1]>] {scnn.range = 9.0} -> tensor<1x2x4x4xf32> loc("the convolution")
  %a = scnn.add %x, %c {scnn.range = 7.0} : tensor<1x2x4x4xf32> loc("the addition")
  %r = scnn.clamp %a {clamp_min = 0.0 : f32, scnn.range = 5.0} : tensor<1x2x4x4xf32>
  %p = scnn.max_pool2d %r <size = [2, 2], stride = [2, 2]> {scnn.range = 4.0} : tensor<1x2x4x4xf32> -> tensor<1x2x2x2xf32>
  return %p : tensor<1x2x2x2xf32>
}

// -----

// The identity of absent channels is absent, too.

// CHECK-LABEL: func @extended_skip
// CHECK-SAME: %[[X:.*]]: tensor<1x2x4x4xf32>
// CHECK-DAG: %[[I:.*]] = arith.constant dense<{{\[\[\[\[}}1.000000e+00]], {{\[\[}}0.000000e+00]]], {{\[\[\[}}0.000000e+00]], {{\[\[}}1.000000e+00]]], {{\[\[\[}}0.000000e+00]], {{\[\[}}0.000000e+00]]]]> : tensor<3x2x1x1xf32>
// CHECK: %[[Y:.*]] = scnn.conv2d inputs(%[[X]], %[[X]] : {{.*}}) weights(%{{.*}}, %[[I]] : tensor<3x2x1x1xf32>, tensor<3x2x1x1xf32>) windows [#scnn.window<>, #scnn.window<>] -> tensor<1x3x4x4xf32>
// CHECK-NEXT: return %[[Y]]
func.func @extended_skip(%x: tensor<1x2x4x4xf32>) -> tensor<1x3x4x4xf32> {
  %w = arith.constant dense<0.5> : tensor<3x2x1x1xf32>
  %e = scnn.extend_channels %x : tensor<1x2x4x4xf32> -> tensor<1x3x4x4xf32>
  %c = scnn.conv2d inputs(%x : tensor<1x2x4x4xf32>) weights(%w : tensor<3x2x1x1xf32>) windows [#scnn.window<>] -> tensor<1x3x4x4xf32>
  %a = scnn.add %c, %e : tensor<1x3x4x4xf32>
  return %a : tensor<1x3x4x4xf32>
}

// -----

// Two convolutions that are only added are one, with both biases.

// CHECK-LABEL: func @projection
// CHECK: %[[B:.*]] = arith.constant dense<[1.100000e+01, 2.200000e+01]> : tensor<2xf32>
// CHECK: %[[Y:.*]] = scnn.conv2d inputs(%arg1, %arg0 : tensor<1x2x4x4xf32>, tensor<1x3x8x8xf32>) weights(%{{.*}}, %{{.*}} : tensor<2x2x3x3xf32>, tensor<2x3x1x1xf32>) bias(%[[B]] : tensor<2xf32>)
// CHECK-SAME: windows [#scnn.window<padding = [1, 1, 1, 1]>, #scnn.window<stride = [2, 2]>] -> tensor<1x2x4x4xf32>
// CHECK-NEXT: return %[[Y]]
func.func @projection(%x: tensor<1x3x8x8xf32>, %z: tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %v = arith.constant dense<0.5> : tensor<2x3x1x1xf32>
  %w = arith.constant dense<0.5> : tensor<2x2x3x3xf32>
  %b = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %c = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %0 = scnn.conv2d inputs(%x : tensor<1x3x8x8xf32>) weights(%v : tensor<2x3x1x1xf32>) bias(%b : tensor<2xf32>) windows [#scnn.window<stride = [2, 2]>] -> tensor<1x2x4x4xf32>
  %1 = scnn.conv2d inputs(%z : tensor<1x2x4x4xf32>) weights(%w : tensor<2x2x3x3xf32>) bias(%c : tensor<2xf32>) windows [#scnn.window<padding = [1, 1, 1, 1]>] -> tensor<1x2x4x4xf32>
  %2 = scnn.add %0, %1 : tensor<1x2x4x4xf32>
  return %2 : tensor<1x2x4x4xf32>
}

// -----

// What a convolution reads now may be computed after it was.

// CHECK-LABEL: func @late_skip
// CHECK: %[[L:.*]] = scnn.conv2d {{.*}} {clamp_max = 1.000000e+00 : f32}
// CHECK: %[[Y:.*]] = scnn.conv2d inputs(%arg0, %[[L]]
// CHECK: return %[[Y]], %[[L]]
func.func @late_skip(%x: tensor<1x2x4x4xf32>) -> (tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>) {
  %w = arith.constant dense<0.5> : tensor<2x2x1x1xf32>
  %c = scnn.conv2d inputs(%x : tensor<1x2x4x4xf32>) weights(%w : tensor<2x2x1x1xf32>) windows [#scnn.window<>] -> tensor<1x2x4x4xf32>
  %l = scnn.conv2d inputs(%x : tensor<1x2x4x4xf32>) weights(%w : tensor<2x2x1x1xf32>) windows [#scnn.window<>] {clamp_max = 1.0 : f32} -> tensor<1x2x4x4xf32>
  %a = scnn.add %c, %l : tensor<1x2x4x4xf32>
  return %a, %l : tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>
}

// -----

// A clamped convolution can take no further sums, nor one that others read.

// CHECK-LABEL: func @no_convolution_to_join
// CHECK: %[[C:.*]] = scnn.conv2d {{.*}} {clamp_min = 0.000000e+00 : f32}
// CHECK: %[[Y:.*]] = scnn.conv2d inputs(%[[C]], %arg0 : {{.*}}) weights(%{{.*}}, %{{.*}} : tensor<2x1x1x1xf32>, tensor<2x1x1x1xf32>) windows [#scnn.window<groups = 2>, #scnn.window<groups = 2>] {clamp_max = 6.000000e+00 : f32, clamp_min = 0.000000e+00 : f32}
// CHECK: return %[[Y]]
func.func @no_convolution_to_join(%x: tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %w = arith.constant dense<0.5> : tensor<2x2x1x1xf32>
  %c = scnn.conv2d inputs(%x : tensor<1x2x4x4xf32>) weights(%w : tensor<2x2x1x1xf32>) windows [#scnn.window<>] {clamp_min = 0.0 : f32} -> tensor<1x2x4x4xf32>
  %a = scnn.add %c, %x : tensor<1x2x4x4xf32>
  %r = scnn.clamp %a {clamp_min = 0.0 : f32, clamp_max = 6.0 : f32} : tensor<1x2x4x4xf32>
  return %r : tensor<1x2x4x4xf32>
}

// -----

// Clamps of clamps: [0, 8], then [-1, 6], then [7, 9].

// CHECK-LABEL: func @clamps
// CHECK: scnn.conv2d {{.*}} {clamp_max = 7.000000e+00 : f32, clamp_min = 7.000000e+00 : f32}
// CHECK-NEXT: return
func.func @clamps(%x: tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %0 = scnn.clamp %x {clamp_min = 0.0 : f32, clamp_max = 8.0 : f32} : tensor<1x2x4x4xf32>
  %1 = scnn.clamp %0 {clamp_min = -1.0 : f32, clamp_max = 6.0 : f32} : tensor<1x2x4x4xf32>
  %2 = scnn.clamp %1 {clamp_min = 7.0 : f32, clamp_max = 9.0 : f32} : tensor<1x2x4x4xf32>
  return %2 : tensor<1x2x4x4xf32>
}

// -----

// A result that others read is pooled by an identity of its own, which has the
// pool's name. So is one that is pooled already.

// CHECK-LABEL: func @pools
// CHECK: %[[C:.*]] = scnn.conv2d inputs(%arg0
// CHECK: %[[P:.*]] = scnn.conv2d inputs(%[[C]] : tensor<1x2x4x4xf32>) weights(%{{.*}} : tensor<2x1x1x1xf32>) windows [#scnn.window<groups = 2>] {pool = #scnn.pool<size = [2, 2], stride = [2, 2]>} -> tensor<1x2x2x2xf32>
// CHECK: %[[Q:.*]] = scnn.conv2d inputs(%[[P]] : tensor<1x2x2x2xf32>) {{.*}} {pool = #scnn.pool<size = [2, 2]>} -> tensor<1x2x1x1xf32>
// CHECK: return %[[C]], %[[Q]]

// LOC-LABEL: func @pools
// LOC: pool = {{.*}} loc(#[[POOL:.*]])
// LOC: #[[POOL]] = loc("the pool")
func.func @pools(%x: tensor<1x2x4x4xf32>) -> (tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>) {
  %w = arith.constant dense<0.5> : tensor<2x2x1x1xf32>
  %c = scnn.conv2d inputs(%x : tensor<1x2x4x4xf32>) weights(%w : tensor<2x2x1x1xf32>) windows [#scnn.window<>] -> tensor<1x2x4x4xf32>
  %p = scnn.max_pool2d %c <size = [2, 2], stride = [2, 2]> : tensor<1x2x4x4xf32> -> tensor<1x2x2x2xf32> loc("the pool")
  %q = scnn.max_pool2d %p <size = [2, 2]> : tensor<1x2x2x2xf32> -> tensor<1x2x1x1xf32>
  return %c, %q : tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>
}

// -----

// A concatenation is read in place by a convolution of one group, and made by
// an identity for other readers: each part has its own rows.

// CHECK-LABEL: func @concatenation
// CHECK-SAME: %[[X:.*]]: tensor<1x1x4x4xf32>, %[[Z:.*]]: tensor<1x2x4x4xf32>
// CHECK-DAG: %[[IX:.*]] = arith.constant dense<{{\[\[\[\[}}1.000000e+00]]], {{\[\[\[}}0.000000e+00]]], {{\[\[\[}}0.000000e+00]]], {{\[\[\[}}0.000000e+00]]]]> : tensor<4x1x1x1xf32>
// CHECK-DAG: %[[IZ:.*]] = arith.constant dense<{{\[\[\[\[}}0.000000e+00]], {{\[\[}}0.000000e+00]]], {{\[\[\[}}1.000000e+00]], {{\[\[}}0.000000e+00]]], {{\[\[\[}}0.000000e+00]], {{\[\[}}1.000000e+00]]], {{\[\[\[}}0.000000e+00]], {{\[\[}}0.000000e+00]]]]> : tensor<4x2x1x1xf32>
// CHECK-DAG: %[[J:.*]] = scnn.conv2d inputs(%[[X]], %[[Z]] : {{.*}}) weights(%[[IX]], %[[IZ]] : {{.*}}) windows [#scnn.window<>, #scnn.window<>] -> tensor<1x4x4x4xf32>
// CHECK-DAG: %[[Y:.*]] = scnn.conv2d inputs(%[[X]], %[[Z]] : {{.*}} -> tensor<1x1x4x4xf32>
// CHECK: return %[[Y]], %[[J]]
// CHECK-NOT: scnn.concat
func.func @concatenation(%x: tensor<1x1x4x4xf32>, %z: tensor<1x2x4x4xf32>) -> (tensor<1x1x4x4xf32>, tensor<1x4x4x4xf32>) {
  %w = arith.constant dense<0.5> : tensor<1x4x1x1xf32>
  %c = scnn.concat %x, %z : tensor<1x1x4x4xf32>, tensor<1x2x4x4xf32> -> tensor<1x3x4x4xf32>
  %e = scnn.extend_channels %c : tensor<1x3x4x4xf32> -> tensor<1x4x4x4xf32>
  %y = scnn.conv2d inputs(%e : tensor<1x4x4x4xf32>) weights(%w : tensor<1x4x1x1xf32>) windows [#scnn.window<>] -> tensor<1x1x4x4xf32>
  return %y, %e : tensor<1x1x4x4xf32>, tensor<1x4x4x4xf32>
}

// -----

// A clamp of a concatenation reads its parts.

// CHECK-LABEL: func @clamped_concatenation
// CHECK: %[[Y:.*]] = scnn.conv2d inputs(%arg0, %arg0 : {{.*}} {clamp_min = 0.000000e+00 : f32} -> tensor<1x2x4x4xf32>
// CHECK-NEXT: return %[[Y]]
func.func @clamped_concatenation(%x: tensor<1x1x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %c = scnn.concat %x, %x : tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32> -> tensor<1x2x4x4xf32>
  %r = scnn.clamp %c {clamp_min = 0.0 : f32} : tensor<1x2x4x4xf32>
  return %r : tensor<1x2x4x4xf32>
}

// -----

// Fixed point stays as it is.

!q = !quant.uniform<i16:f32, 0.5>

// CHECK-LABEL: func @fixed_point
// CHECK: scnn.max_pool2d
func.func @fixed_point(%x: tensor<1x2x4x4x!q>) -> tensor<1x2x2x2x!q> {
  %y = scnn.max_pool2d %x <size = [2, 2], stride = [2, 2]> : tensor<1x2x4x4x!q> -> tensor<1x2x2x2x!q>
  return %y : tensor<1x2x2x2x!q>
}

// -----

// A convolution reads 15 tensors at most. Growing concatenations (DenseNet)
// share a tensor of their first parts.

// CHECK-LABEL: func @long_concatenations
// CHECK-SAME: %[[X:.*]]: tensor<1x1x1x1xf32>
// CHECK: %[[P:.*]] = scnn.conv2d inputs(%[[X]], {{.*}} -> tensor<1x15x1x1xf32>
// CHECK: %[[Y:.*]] = scnn.conv2d inputs(%[[P]], %[[X]] : tensor<1x15x1x1xf32>, tensor<1x1x1x1xf32>) {{.*}} -> tensor<1x1x1x1xf32>
// CHECK: %[[Z:.*]] = scnn.conv2d inputs(%[[P]], %[[X]], %[[X]] : tensor<1x15x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) {{.*}} -> tensor<1x1x1x1xf32>
// CHECK: return %[[Y]], %[[Z]]
func.func @long_concatenations(%x: tensor<1x1x1x1xf32>) -> (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) {
  %w = arith.constant dense<0.5> : tensor<1x16x1x1xf32>
  %v = arith.constant dense<0.5> : tensor<1x17x1x1xf32>
  %c = scnn.concat %x, %x, %x, %x, %x, %x, %x, %x, %x, %x, %x, %x, %x, %x, %x, %x : tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x16x1x1xf32>
  %d = scnn.concat %c, %x : tensor<1x16x1x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x17x1x1xf32>
  %y = scnn.conv2d inputs(%c : tensor<1x16x1x1xf32>) weights(%w : tensor<1x16x1x1xf32>) windows [#scnn.window<>] -> tensor<1x1x1x1xf32>
  %z = scnn.conv2d inputs(%d : tensor<1x17x1x1xf32>) weights(%v : tensor<1x17x1x1xf32>) windows [#scnn.window<>] -> tensor<1x1x1x1xf32>
  return %y, %z : tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>
}

// -----

// The host reads a concatenation, one of that, and the sum of this and another
// tensor: each becomes an identity.

// CHECK-LABEL: func @nested_concatenations
// CHECK-NOT: scnn.concat
// CHECK-COUNT-3: scnn.conv2d
// CHECK-NOT: scnn.conv2d
// CHECK: return
func.func @nested_concatenations(%x: tensor<1x1x1x1xf32>, %z: tensor<1x3x1x1xf32>) -> (tensor<1x2x1x1xf32>, tensor<1x3x1x1xf32>, tensor<1x3x1x1xf32>) {
  %c = scnn.concat %x, %x : tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x1x1xf32>
  %d = scnn.concat %c, %x : tensor<1x2x1x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x3x1x1xf32>
  %s = scnn.add %d, %z : tensor<1x3x1x1xf32>
  return %c, %d, %s : tensor<1x2x1x1xf32>, tensor<1x3x1x1xf32>, tensor<1x3x1x1xf32>
}
