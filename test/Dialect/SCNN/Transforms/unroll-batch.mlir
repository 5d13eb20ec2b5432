// RUN: scnn-opt %s --scnn-unroll-batch --canonicalize --cse --split-input-file | FileCheck %s
// RUN: scnn-opt %s --scnn-unroll-batch --split-input-file --mlir-print-debuginfo | FileCheck %s --check-prefix=LOC

// Images are sliced where they come in, and joined where they leave; between
// convolutions they stay apart. Weights are shared.

// CHECK-LABEL: func @images
// CHECK-SAME: %[[X:.*]]: tensor<2x1x4x4xf32>
// CHECK-DAG: %[[W:.*]] = arith.constant dense<5.000000e-01> : tensor<1x1x3x3xf32>
// CHECK-DAG: %[[X0:.*]] = tensor.extract_slice %[[X]][0, 0, 0, 0] [1, 1, 4, 4] [1, 1, 1, 1] {scnn.range = 2.000000e+00 : f64}
// CHECK-DAG: %[[X1:.*]] = tensor.extract_slice %[[X]][1, 0, 0, 0] [1, 1, 4, 4] [1, 1, 1, 1] {scnn.range = 2.000000e+00 : f64}
// CHECK: %[[A0:.*]] = scnn.conv2d inputs(%[[X0]] : {{.*}} weights(%[[W]] : {{.*}}scnn.range = 3.000000e+00
// CHECK: %[[A1:.*]] = scnn.conv2d inputs(%[[X1]] : {{.*}} weights(%[[W]] : {{.*}}scnn.range = 3.000000e+00
// CHECK: %[[B0:.*]] = scnn.conv2d inputs(%[[A0]], %[[X0]] :
// CHECK: %[[B1:.*]] = scnn.conv2d inputs(%[[A1]], %[[X1]] :
// CHECK: %[[Y:.*]] = tosa.concat %[[B0]], %[[B1]] {axis = 0 : i32}
// CHECK: return %[[Y]]

// LOC-LABEL: func @images
// LOC-DAG: loc("a[0]")
// LOC-DAG: loc("a[1]")
// LOC-DAG: loc("b[0]")
// LOC-DAG: loc("b[1]")
func.func @images(%x: tensor<2x1x4x4xf32>) -> tensor<2x1x2x2xf32> attributes {scnn.range = [2.0]} {
  %w = arith.constant dense<0.5> : tensor<1x1x3x3xf32>
  %a = scnn.conv2d inputs(%x : tensor<2x1x4x4xf32>) weights(%w : tensor<1x1x3x3xf32>) windows [#scnn.window<padding = [1, 1, 1, 1]>] {scnn.range = 3.0} -> tensor<2x1x4x4xf32> loc("a")
  %b = scnn.conv2d inputs(%a, %x : tensor<2x1x4x4xf32>, tensor<2x1x4x4xf32>) weights(%w, %w : tensor<1x1x3x3xf32>, tensor<1x1x3x3xf32>) windows [#scnn.window<padding = [1, 1, 1, 1]>, #scnn.window<padding = [1, 1, 1, 1]>] {pool = #scnn.pool<size = [2, 2], stride = [2, 2]>} -> tensor<2x1x2x2xf32> loc("b")
  return %b : tensor<2x1x2x2xf32>
}

// -----

// Fully connected layers have the images as positions.

// CHECK-LABEL: func @vectors
// CHECK-SAME: %[[X:.*]]: tensor<6x5x1x1xf32>
// CHECK: tosa.transpose {{.*}} : (tensor<6x5xf32>) -> tensor<5x6xf32>
// CHECK: %[[P:.*]] = tosa.reshape {{.*}} {scnn.range = 2.000000e+00 : f64} : {{.*}} -> tensor<1x5x3x2xf32>
// CHECK: %[[A:.*]] = scnn.conv2d inputs(%[[P]] : tensor<1x5x3x2xf32>) {{.*}} -> tensor<1x7x3x2xf32>
// CHECK: %[[B:.*]] = scnn.conv2d inputs(%[[A]] : tensor<1x7x3x2xf32>) {{.*}} -> tensor<1x4x3x2xf32>
// CHECK: tosa.transpose {{.*}} : (tensor<4x6xf32>) -> tensor<6x4xf32>
// CHECK: return {{.*}} : tensor<6x4x1x1xf32>
func.func @vectors(%x: tensor<6x5x1x1xf32>) -> tensor<6x4x1x1xf32> attributes {scnn.range = [2.0]} {
  %w = arith.constant dense<0.5> : tensor<7x5x1x1xf32>
  %v = arith.constant dense<0.5> : tensor<4x7x1x1xf32>
  %a = scnn.conv2d inputs(%x : tensor<6x5x1x1xf32>) weights(%w : tensor<7x5x1x1xf32>) windows [#scnn.window<>] -> tensor<6x7x1x1xf32>
  %b = scnn.conv2d inputs(%a : tensor<6x7x1x1xf32>) weights(%v : tensor<4x7x1x1xf32>) windows [#scnn.window<stride = [2, 2]>] -> tensor<6x4x1x1xf32>
  return %b : tensor<6x4x1x1xf32>
}

// -----

// One image is what it was, and so is what the host runs.

// CHECK-LABEL: func @as_it_is
// CHECK: scnn.conv2d {{.*}} -> tensor<1x1x4x4xf32>
// CHECK: scnn.conv2d {{.*}} -> tensor<2x1x4x4xf32>

// LOC-LABEL: func @as_it_is
// LOC-DAG: loc("one")
func.func @as_it_is(%x: tensor<1x1x4x4xf32>, %z: tensor<2x1x4x4xf32>, %v: tensor<1x1x1x1xf32>) -> (tensor<1x1x4x4xf32>, tensor<2x1x4x4xf32>) {
  %w = arith.constant dense<0.5> : tensor<1x1x1x1xf32>
  %a = scnn.conv2d inputs(%x : tensor<1x1x4x4xf32>) weights(%w : tensor<1x1x1x1xf32>) windows [#scnn.window<>] -> tensor<1x1x4x4xf32> loc("one")
  %b = scnn.conv2d inputs(%z : tensor<2x1x4x4xf32>) weights(%v : tensor<1x1x1x1xf32>) windows [#scnn.window<>] -> tensor<2x1x4x4xf32>
  return %a, %b : tensor<1x1x4x4xf32>, tensor<2x1x4x4xf32>
}
