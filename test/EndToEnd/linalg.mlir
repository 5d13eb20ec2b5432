// A linalg model from the text to verified outputs.

// RUN: mkdir -p %t
// RUN: %python -c "import numpy as np; np.save('%t/x.npy', np.random.default_rng(0).uniform(-1, 1, (1, 3, 12, 12)).astype(np.float32))"
// RUN: scnn-compile %s -o %t/p.scnn --calibrate input0=%t/x.npy
// RUN: scnn-sim %t/p.scnn --input input0=%t/x.npy --output output0=%t/y.npy --verify | FileCheck %s
// CHECK: 1 layers verified: every bit equals the fixed-point reference

func.func @main(%x: tensor<1x3x12x12xf32>) -> tensor<1x8x10x10xf32> {
  %w = arith.constant dense<0.1> : tensor<8x3x3x3xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x8x10x10xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x8x10x10xf32>) -> tensor<1x8x10x10xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x12x12xf32>, tensor<8x3x3x3xf32>) outs(%f : tensor<1x8x10x10xf32>) -> tensor<1x8x10x10xf32>
  return %y : tensor<1x8x10x10xf32>
}
