// RUN: scnn-opt %s --scnn-quantize --verify-diagnostics --split-input-file
// RUN: echo 'func.func private @f()' | not scnn-opt --scnn-quantize=headroom=-1 2>&1 | FileCheck %s --check-prefix=HEADROOM
// RUN: echo 'func.func private @f()' | not scnn-opt --scnn-quantize=headroom=11 2>&1 | FileCheck %s --check-prefix=HEADROOM

// HEADROOM: error: expected headroom in 0 ... 10, but got {{-1|11}}

// All layers without a range are named.

func.func @no_range(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<2.0> : tensor<1x1x1x1xf32>
  // expected-error @+2 {{layer 'scnn.conv2d': expected a calibrated range (scnn.range) of its input}}
  // expected-error @+1 {{layer 'scnn.conv2d': expected a calibrated range (scnn.range) of its result}}
  %y = scnn.conv2d inputs(%x : tensor<1x1x4x4xf32>) weights(%w : tensor<1x1x1x1xf32>) windows [#scnn.window<>] -> tensor<1x1x4x4xf32>
  // expected-error @unknown {{layer 'second': expected a calibrated range (scnn.range) of its input}}
  %z = scnn.conv2d inputs(%y : tensor<1x1x4x4xf32>) weights(%w : tensor<1x1x1x1xf32>) windows [#scnn.window<>] {scnn.range = 1.0} -> tensor<1x1x4x4xf32> loc("second")
  return %z : tensor<1x1x4x4xf32>
}

// -----

func.func @not_fused(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> attributes {scnn.range = [1.0]} {
  // expected-error @+1 {{layer 'scnn.clamp': expected a convolution (run --scnn-fuse first), but got 'scnn.clamp'}}
  %y = scnn.clamp %x {clamp_min = 0.0 : f32, scnn.range = 1.0} : tensor<1x1x4x4xf32>
  return %y : tensor<1x1x4x4xf32>
}

// -----

func.func @infinite(%x: tensor<1x1x4x4xf32>) attributes {scnn.range = [1.0]} {
  %w = arith.constant dense<0x7F800000> : tensor<1x1x1x1xf32>
  // expected-error @+1 {{layer 'scnn.conv2d': has weights or bias values that are not finite}}
  %y = scnn.conv2d inputs(%x : tensor<1x1x4x4xf32>) weights(%w : tensor<1x1x1x1xf32>) windows [#scnn.window<>] {scnn.range = 1.0} -> tensor<1x1x4x4xf32>
  return
}
