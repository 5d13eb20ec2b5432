// A tosa model from the text to verified outputs.

// RUN: mkdir -p %t
// RUN: %python -c "import numpy as np; np.save('%t/x.npy', np.random.default_rng(0).uniform(-1, 1, (1, 12, 12, 3)).astype(np.float32))"
// RUN: scnn-compile %s -o %t/p.scnn --calibrate input0=%t/x.npy
// RUN: scnn-sim %t/p.scnn --input input0=%t/x.npy --output output0=%t/y.npy --verify | FileCheck %s
// CHECK: 1 layers verified: every bit equals the fixed-point reference

func.func @main(%x: tensor<1x12x12x3xf32>) -> tensor<1x6x6x8xf32> {
  %w = "tosa.const"() <{values = dense<0.1> : tensor<8x3x3x3xf32>}> : () -> tensor<8x3x3x3xf32>
  %b = "tosa.const"() <{values = dense<-0.2> : tensor<8xf32>}> : () -> tensor<8xf32>
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %y = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x12x12x3xf32>, tensor<8x3x3x3xf32>, tensor<8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x12x12x8xf32>
  %c = tosa.clamp %y {min_val = 0.0 : f32, max_val = 3.4e38 : f32} : (tensor<1x12x12x8xf32>) -> tensor<1x12x12x8xf32>
  %p = tosa.max_pool2d %c {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>} : (tensor<1x12x12x8xf32>) -> tensor<1x6x6x8xf32>
  %s = tosa.sigmoid %p : (tensor<1x6x6x8xf32>) -> tensor<1x6x6x8xf32>
  return %s : tensor<1x6x6x8xf32>
}
