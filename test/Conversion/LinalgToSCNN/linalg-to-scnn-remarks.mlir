// RUN: scnn-opt %s --convert-linalg-to-scnn --remarks-filter=scnn-import --split-input-file 2>&1 | FileCheck %s

// CHECK: remark: {{.*}}convert-linalg-to-scnn{{.*}}linalg.conv_2d_nchw_fchw{{.*}}expected the weights to be constant f32
// CHECK: linalg.conv_2d_nchw_fchw
func.func @weights(%x: tensor<1x2x6x6xf32>, %w: tensor<4x2x1x1xf32>) -> tensor<1x4x6x6xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4x6x6xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x6x6xf32>, tensor<4x2x1x1xf32>) outs(%zeros : tensor<1x4x6x6xf32>) -> tensor<1x4x6x6xf32>
  return %y : tensor<1x4x6x6xf32>
}

// -----

// CHECK: remark: {{.*}}expected the initial value to be a constant number or a bias that is broadcast along channels
// CHECK: linalg.conv_2d_nchw_fchw
func.func @init(%x: tensor<1x2x6x6xf32>, %init: tensor<1x4x6x6xf32>) -> tensor<1x4x6x6xf32> {
  %w = arith.constant dense<2.0> : tensor<4x2x1x1xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x6x6xf32>, tensor<4x2x1x1xf32>) outs(%init : tensor<1x4x6x6xf32>) -> tensor<1x4x6x6xf32>
  return %y : tensor<1x4x6x6xf32>
}

// -----

// CHECK: remark: {{.*}}linalg.pooling_nchw_max{{.*}}expected what conv_2d_nchw_fchw or conv_2d_nhwc_hwcf computes
// CHECK: linalg.pooling_nchw_max
func.func @pooling(%x: tensor<1x2x6x6xf32>, %init: tensor<1x2x5x5xf32>) -> tensor<1x2x5x5xf32> {
  %window = tensor.empty() : tensor<2x2xf32>
  %y = linalg.pooling_nchw_max ins(%x, %window : tensor<1x2x6x6xf32>, tensor<2x2xf32>) outs(%init : tensor<1x2x5x5xf32>) -> tensor<1x2x5x5xf32>
  return %y : tensor<1x2x5x5xf32>
}

// -----

// CHECK: remark: {{.*}}expected a static f32 tensor of rank 4, but got tensor<?x2x6x6xf32>
// CHECK: linalg.conv_2d_nchw_fchw
func.func @dynamic(%x: tensor<?x2x6x6xf32>, %init: tensor<?x4x6x6xf32>) -> tensor<?x4x6x6xf32> {
  %w = arith.constant dense<2.0> : tensor<4x2x1x1xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<?x2x6x6xf32>, tensor<4x2x1x1xf32>) outs(%init : tensor<?x4x6x6xf32>) -> tensor<?x4x6x6xf32>
  return %y : tensor<?x4x6x6xf32>
}
