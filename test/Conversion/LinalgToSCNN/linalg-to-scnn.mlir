// RUN: scnn-opt %s --convert-linalg-to-scnn --split-input-file | FileCheck %s
// RUN: scnn-opt %s --linalg-generalize-named-ops --convert-linalg-to-scnn --split-input-file | FileCheck %s --check-prefix=GENERIC

// Zeros around the plane are padding, the broadcast vector is the bias.

// CHECK-LABEL: func @nchw
// CHECK-SAME: %[[X:.*]]: tensor<1x2x6x6xf32>
// CHECK-DAG: %[[W:.*]] = arith.constant dense<2.000000e+00> : tensor<4x2x3x3xf32>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00]> : tensor<4xf32>
// CHECK: %[[Y:.*]] = scnn.conv2d inputs(%[[X]] : tensor<1x2x6x6xf32>) weights(%[[W]] : tensor<4x2x3x3xf32>) bias(%[[B]] : tensor<4xf32>) windows [#scnn.window<stride = [2, 1], padding = [1, 1, 0, 1]>] -> tensor<1x4x3x5xf32>
// CHECK-NEXT: return %[[Y]]

// Generic operations that compute the same are raised, too; but not a
// broadcast that became one.
// GENERIC-LABEL: func @nchw
// GENERIC-NOT: scnn.conv2d
func.func @nchw(%x: tensor<1x2x6x6xf32>) -> tensor<1x4x3x5xf32> {
  %zero = arith.constant 0.0 : f32
  %w = arith.constant dense<2.0> : tensor<4x2x3x3xf32>
  %b = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %p = tensor.pad %x low[0, 0, 1, 0] high[0, 0, 1, 1] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x2x6x6xf32> to tensor<1x2x8x7xf32>
  %e = tensor.empty() : tensor<1x4x3x5xf32>
  %init = linalg.broadcast ins(%b : tensor<4xf32>) outs(%e : tensor<1x4x3x5xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%p, %w : tensor<1x2x8x7xf32>, tensor<4x2x3x3xf32>) outs(%init : tensor<1x4x3x5xf32>) -> tensor<1x4x3x5xf32>
  return %y : tensor<1x4x3x5xf32>
}

// -----

// Two convolutions on [N, H, W, C]: no transposes between them.

// CHECK-LABEL: func @nhwc
// CHECK: %[[T:.*]] = linalg.transpose ins(%{{.*}} : tensor<1x4x4x1xf32>) {{.*}} permutation = [0, 3, 1, 2]
// CHECK-DAG: %[[W:.*]] = arith.constant dense<{{\[\[\[\[}}1.000000e+00, 3.000000e+00]]], {{\[\[\[}}2.000000e+00, 4.000000e+00]]]]> : tensor<2x1x1x2xf32>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<5.000000e-01> : tensor<2xf32>
// CHECK: %[[C:.*]] = scnn.conv2d inputs(%[[T]] : tensor<1x1x4x4xf32>) weights(%[[W]] : tensor<2x1x1x2xf32>) bias(%[[B]] : tensor<2xf32>) windows [#scnn.window<dilation = [1, 2]>] -> tensor<1x2x4x2xf32>
// CHECK-NOT: linalg.transpose
// CHECK: %[[D:.*]] = scnn.conv2d inputs(%[[C]] : tensor<1x2x4x2xf32>) weights(%{{.*}} : tensor<1x2x1x1xf32>) windows [#scnn.window<>] -> tensor<1x1x4x2xf32>
// CHECK: linalg.transpose ins(%[[D]] : tensor<1x1x4x2xf32>) {{.*}} permutation = [0, 2, 3, 1]

// GENERIC-LABEL: func @nhwc
// GENERIC: scnn.conv2d {{.*}} windows [#scnn.window<dilation = [1, 2]>] -> tensor<1x2x4x2xf32>
// GENERIC: scnn.conv2d {{.*}} windows [#scnn.window<>] -> tensor<1x1x4x2xf32>
func.func @nhwc(%x: tensor<1x4x4x1xf32>) -> tensor<1x4x2x1xf32> {
  %w = arith.constant dense<[[[[1.0, 2.0]], [[3.0, 4.0]]]]> : tensor<1x2x1x2xf32>
  %v = arith.constant dense<1.0> : tensor<1x1x2x1xf32>
  %half = arith.constant dense<0.5> : tensor<1x4x2x2xf32>
  %c = linalg.conv_2d_nhwc_hwcf {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%x, %w : tensor<1x4x4x1xf32>, tensor<1x2x1x2xf32>) outs(%half : tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %zeros = arith.constant dense<0.0> : tensor<1x4x2x1xf32>
  %y = linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%c, %v : tensor<1x4x2x2xf32>, tensor<1x1x2x1xf32>) outs(%zeros : tensor<1x4x2x1xf32>) -> tensor<1x4x2x1xf32>
  return %y : tensor<1x4x2x1xf32>
}

// -----

// CHECK-LABEL: func @fill
// CHECK: scnn.conv2d
// CHECK-NOT: bias
// CHECK-SAME: windows
func.func @fill(%x: tensor<1x2x6x6xf32>) -> tensor<1x4x6x6xf32> {
  %zero = arith.constant 0.0 : f32
  %w = arith.constant dense<2.0> : tensor<4x2x1x1xf32>
  %e = tensor.empty() : tensor<1x4x6x6xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<1x4x6x6xf32>) -> tensor<1x4x6x6xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x6x6xf32>, tensor<4x2x1x1xf32>) outs(%init : tensor<1x4x6x6xf32>) -> tensor<1x4x6x6xf32>
  return %y : tensor<1x4x6x6xf32>
}

// -----

// Padding with ones is not the convolution's padding.

// CHECK-LABEL: func @ones
// CHECK: %[[P:.*]] = tensor.pad
// CHECK: scnn.conv2d inputs(%[[P]] : {{.*}}) {{.*}} windows [#scnn.window<>]
func.func @ones(%x: tensor<1x2x6x6xf32>) -> tensor<1x4x6x6xf32> {
  %one = arith.constant 1.0 : f32
  %w = arith.constant dense<2.0> : tensor<4x2x2x2xf32>
  %zeros = arith.constant dense<0.0> : tensor<1x4x6x6xf32>
  %p = tensor.pad %x low[0, 0, 1, 1] high[0, 0, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %one : f32
  } : tensor<1x2x6x6xf32> to tensor<1x2x7x7xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %w : tensor<1x2x7x7xf32>, tensor<4x2x2x2xf32>) outs(%zeros : tensor<1x4x6x6xf32>) -> tensor<1x4x6x6xf32>
  return %y : tensor<1x4x6x6xf32>
}
