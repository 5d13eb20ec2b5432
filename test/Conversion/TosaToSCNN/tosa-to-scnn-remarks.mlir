// RUN: scnn-opt %s --convert-tosa-to-scnn --remarks-filter=scnn-import --split-input-file 2>&1 | FileCheck %s

// CHECK: remark: {{.*}}convert-tosa-to-scnn{{.*}}tosa.conv2d{{.*}}expected the weights to be constant f32
// CHECK: tosa.conv2d
func.func @weights(%x: tensor<1x4x4x2xf32>, %w: tensor<3x1x1x2xf32>) -> tensor<1x4x4x3xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %y = tosa.conv2d %x, %w, %zero, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<3x1x1x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x3xf32>
  return %y : tensor<1x4x4x3xf32>
}

// -----

// CHECK: remark: {{.*}}tosa.max_pool2d{{.*}}expected a static f32 tensor of rank 4, but got tensor<1x4x4x2xi8>
// CHECK: tosa.max_pool2d
func.func @type(%x: tensor<1x4x4x2xi8>) -> tensor<1x2x2x2xi8> {
  %y = tosa.max_pool2d %x {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x2xi8>) -> tensor<1x2x2x2xi8>
  return %y : tensor<1x2x2x2xi8>
}

// -----

// CHECK: remark: {{.*}}tosa.max_pool2d{{.*}}expected a pooling window of at most 255x255, but got 300x4
// CHECK: tosa.max_pool2d
func.func @size(%x: tensor<1x300x4x2xf32>) -> tensor<1x1x1x2xf32> {
  %y = tosa.max_pool2d %x {kernel = array<i64: 300, 4>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x300x4x2xf32>) -> tensor<1x1x1x2xf32>
  return %y : tensor<1x1x1x2xf32>
}

// -----

// CHECK: remark: {{.*}}tosa.add{{.*}}addition of a constant is not supported
// CHECK: tosa.add
func.func @constant(%x: tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32> {
  %c = "tosa.const"() <{values = dense<1.0> : tensor<1x2x2x2xf32>}> : () -> tensor<1x2x2x2xf32>
  %p = tosa.max_pool2d %x {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  %y = tosa.add %p, %c : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}
