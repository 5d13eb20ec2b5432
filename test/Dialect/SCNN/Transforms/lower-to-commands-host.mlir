// RUN: scnn-opt %s --scnn-lower-to-commands | FileCheck %s

// A host call says what the host runs and why, each kind of operation once, and
// counts what a dense machine multiplies:
//   conv2d: 16 positions x 3 outputs x 2 x 2 x 2 weights       = 384
//   depthwise_conv2d: 16 positions x 2 channels x 2 x 2        = 128
//   transpose_conv2d: 16 inputs x 2 channels x 3 x 2 x 2       = 384
//   matmul: 4 x 5 results x 3                                  =  60
//   linalg.matmul: the same                                    =  60
//   scnn.conv2d: 4 positions x 2 outputs x 3 weights           =  24

// CHECK: scnn.host_call @host_0
// CHECK-SAME: dense_macs 1040
// CHECK-SAME: runs ["tosa.conv2d", "tosa.depthwise_conv2d", "tosa.transpose_conv2d", "tosa.matmul", "linalg.matmul", "arith.addf", "scnn.conv2d", "tosa.sigmoid"]
// CHECK-SAME: because ["expected the weights to be constant f32", "no accelerator operation for tosa.depthwise_conv2d", {{.*}}"expected weights #0 to be constant", "no accelerator operation for tosa.sigmoid"]
func.func @main(%x: tensor<1x4x4x2xf32>, %w: tensor<3x2x2x2xf32>, %d: tensor<2x2x2x1xf32>, %a: tensor<1x4x3xf32>, %b: tensor<1x3x5xf32>, %i: tensor<1x3x2x2xf32>) -> tensor<1x4x5xf32> {
  %y = func.call @host_0(%x, %w, %d, %a, %b, %i) : (tensor<1x4x4x2xf32>, tensor<3x2x2x2xf32>, tensor<2x2x2x1xf32>, tensor<1x4x3xf32>, tensor<1x3x5xf32>, tensor<1x3x2x2xf32>) -> tensor<1x4x5xf32>
  return %y : tensor<1x4x5xf32>
}
func.func private @host_0(%x: tensor<1x4x4x2xf32>, %w: tensor<3x2x2x2xf32>, %d: tensor<2x2x2x1xf32>, %a: tensor<1x4x3xf32>, %b: tensor<1x3x5xf32>, %i: tensor<1x3x2x2xf32>) -> tensor<1x4x5xf32> attributes {scnn.host} {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %c = tosa.conv2d %x, %w, %zero, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 0, 1, 0>, scnn.host_reason = "expected the weights to be constant f32", stride = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<3x2x2x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x3xf32>
  %e = tosa.depthwise_conv2d %x, %d, %zero, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 0, 1, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<2x2x2x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32>
  %t = tosa.transpose_conv2d %x, %w, %zero, %zero, %zero {acc_type = f32, out_pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<3x2x2x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x5x5x3xf32>
  %m = tosa.matmul %a, %b, %zero, %zero : (tensor<1x4x3xf32>, tensor<1x3x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x5xf32>
  %l = arith.constant dense<1.0> : tensor<4x3xf32>
  %r = arith.constant dense<1.0> : tensor<3x5xf32>
  %o = arith.constant dense<0.0> : tensor<4x5xf32>
  %n = linalg.matmul ins(%l, %r : tensor<4x3xf32>, tensor<3x5xf32>) outs(%o : tensor<4x5xf32>) -> tensor<4x5xf32>
  %ones = arith.constant dense<1.0> : tensor<2x3x1x1xf32>
  %k = arith.addf %ones, %ones : tensor<2x3x1x1xf32>
  %v = scnn.conv2d inputs(%i : tensor<1x3x2x2xf32>) weights(%k : tensor<2x3x1x1xf32>) windows [#scnn.window<>] -> tensor<1x2x2x2xf32>
  %s = tosa.sigmoid %m : (tensor<1x4x5xf32>) -> tensor<1x4x5xf32>
  %u = tosa.sigmoid %s : (tensor<1x4x5xf32>) -> tensor<1x4x5xf32>
  return %u : tensor<1x4x5xf32>
}
