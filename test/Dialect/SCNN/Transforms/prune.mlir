// RUN: scnn-opt %s --scnn-prune=density=0.5 | FileCheck %s
// RUN: scnn-opt %s --scnn-prune=density=0.5 --remark-policy=all --remarks-filter=scnn-mapping -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: scnn-opt %s --scnn-prune | FileCheck %s --check-prefix=ALL

// The documented example.
// CHECK-LABEL: @half
// CHECK: %[[W:.*]] = arith.constant dense<{{\[\[\[\[}}0.000000e+00, -3.000000e+00, 2.000000e+00, 0.000000e+00]]]]> : tensor<1x1x1x4xf32>
// CHECK: scnn.conv2d {{.*}} weights(%[[W]] : tensor<1x1x1x4xf32>)
// REMARK: loc("half"): [Passed] prune | Category:scnn-mapping | Kept=2, Layer=half, Weights=4
// ALL-LABEL: @half
// ALL: dense<{{\[\[\[\[}}1.000000e+00, -3.000000e+00, 2.000000e+00, 5.000000e-01]]]]>
func.func @half(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x1xf32> {
  %w = arith.constant dense<[[[[1.0, -3.0, 2.0, 0.5]]]]> : tensor<1x1x1x4xf32>
  %y = scnn.conv2d inputs(%x : tensor<1x1x4x4xf32>) weights(%w : tensor<1x1x1x4xf32>) windows [#scnn.window<>] -> tensor<1x1x4x1xf32> loc("half")
  return %y : tensor<1x1x4x1xf32>
}

// Of equal magnitudes those that come first stay; another reader of the
// constant still has it whole.
// CHECK-LABEL: @ties
// CHECK-DAG: %[[WHOLE:.*]] = arith.constant dense<{{\[\[\[\[}}1.000000e+00, -2.000000e+00, 2.000000e+00, 2.000000e+00]]]]>
// CHECK-DAG: %[[W:.*]] = arith.constant dense<{{\[\[\[\[}}0.000000e+00, -2.000000e+00, 2.000000e+00, 0.000000e+00]]]]>
// CHECK: scnn.conv2d {{.*}} weights(%[[W]] :
// CHECK: return %{{.*}}, %[[WHOLE]]
func.func @ties(%x: tensor<1x1x4x4xf32>) -> (tensor<1x1x4x1xf32>, tensor<1x1x1x4xf32>) {
  %w = arith.constant dense<[[[[1.0, -2.0, 2.0, 2.0]]]]> : tensor<1x1x1x4xf32>
  %y = scnn.conv2d inputs(%x : tensor<1x1x4x4xf32>) weights(%w : tensor<1x1x1x4xf32>) windows [#scnn.window<>] -> tensor<1x1x4x1xf32>
  return %y, %w : tensor<1x1x4x1xf32>, tensor<1x1x1x4xf32>
}

// Sparser already.
// CHECK-LABEL: @sparse
// CHECK: arith.constant dense<{{\[\[\[\[}}0.000000e+00, 0.000000e+00, 7.000000e+00], [0.000000e+00, 1.000000e-01, 0.000000e+00]]]]>
func.func @sparse(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x3x2xf32> {
  %w = arith.constant dense<[[[[0.0, 0.0, 7.0], [0.0, 0.1, 0.0]]]]> : tensor<1x1x2x3xf32>
  %y = scnn.conv2d inputs(%x : tensor<1x1x4x4xf32>) weights(%w : tensor<1x1x2x3xf32>) windows [#scnn.window<>] -> tensor<1x1x3x2xf32>
  return %y : tensor<1x1x3x2xf32>
}

// An identity, an average and a scale by channel are no layers that a network
// has learnt: they stay.
// CHECK-LABEL: @not_ranked
// CHECK-DAG: arith.constant dense<{{\[\[\[\[}}1.000000e+00]], {{\[\[}}0.000000e+00]]], {{\[\[\[}}0.000000e+00]], {{\[\[}}1.000000e+00]]]]> : tensor<2x2x1x1xf32>
// CHECK-DAG: arith.constant dense<2.500000e-01> : tensor<2x1x2x2xf32>
// CHECK-DAG: arith.constant dense<{{\[\[\[\[}}1.000000e+00]]], {{\[\[\[}}-4.000000e+00]]]]> : tensor<2x1x1x1xf32>
func.func @not_ranked(%x: tensor<1x2x4x4xf32>) -> tensor<1x2x3x3xf32> {
  %identity = arith.constant dense<[[[[1.0]], [[0.0]]], [[[0.0]], [[1.0]]]]> : tensor<2x2x1x1xf32>
  %average = arith.constant dense<0.25> : tensor<2x1x2x2xf32>
  %scale = arith.constant dense<[[[[1.0]]], [[[-4.0]]]]> : tensor<2x1x1x1xf32>
  %a = scnn.conv2d inputs(%x : tensor<1x2x4x4xf32>) weights(%identity : tensor<2x2x1x1xf32>) windows [#scnn.window<>] -> tensor<1x2x4x4xf32>
  %b = scnn.conv2d inputs(%a : tensor<1x2x4x4xf32>) weights(%average : tensor<2x1x2x2xf32>) windows [#scnn.window<groups = 2>] -> tensor<1x2x3x3xf32>
  %c = scnn.conv2d inputs(%b : tensor<1x2x3x3xf32>) weights(%scale : tensor<2x1x1x1xf32>) windows [#scnn.window<groups = 2>] -> tensor<1x2x3x3xf32>
  return %c : tensor<1x2x3x3xf32>
}

// One weight stays, however low the density.
// CHECK-LABEL: @at_least_one
// CHECK: arith.constant dense<{{\[\[\[\[}}0.000000e+00, -3.000000e+00]]]]>
func.func @at_least_one(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x3xf32> {
  %w = arith.constant dense<[[[[1.0, -3.0]]]]> : tensor<1x1x1x2xf32>
  %y = scnn.conv2d inputs(%x : tensor<1x1x4x4xf32>) weights(%w : tensor<1x1x1x2xf32>) windows [#scnn.window<>] -> tensor<1x1x4x3xf32>
  return %y : tensor<1x1x4x3xf32>
}
