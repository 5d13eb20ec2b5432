// RUN: scnn-opt %s --scnn-planar-tiling --verify-diagnostics --split-input-file
// RUN: not scnn-opt /dev/null --scnn-planar-tiling=cut=diagonal 2>&1 | FileCheck %s --check-prefix=OPTION

// OPTION: Cannot find option named 'diagonal'!

func.func @not_quantized(%x: tensor<1x1x8x8xf32>, %w: tensor<1x1x1x1xf32>) {
  // expected-error @+1 {{layer 'scnn.conv2d': expected fixed point (run --scnn-quantize first)}}
  %a = scnn.conv2d inputs(%x : tensor<1x1x8x8xf32>) weights(%w : tensor<1x1x1x1xf32>) windows [#scnn.window<>] -> tensor<1x1x8x8xf32>
  return
}

// -----

// All that is in the way is named, by the layers' names.

func.func @not_fused(%x: tensor<1x1x8x8xf32>) {
  // expected-error @+1 {{layer 'scnn.clamp': expected a convolution (run --scnn-fuse first), but got 'scnn.clamp'}}
  %a = scnn.clamp %x {clamp_min = 0.0 : f32} : tensor<1x1x8x8xf32>
  // expected-error @unknown {{layer 'sum': expected a convolution (run --scnn-fuse first), but got 'scnn.add'}}
  %b = scnn.add %x, %x : tensor<1x1x8x8xf32> loc("sum")
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>

func.func @batch(%x: tensor<2x1x8x8x!q>, %w: tensor<1x1x1x1xi16>) {
  // expected-error @+1 {{layer 'scnn.conv2d': expected batch size 1, but got 2}}
  %a = scnn.conv2d inputs(%x : tensor<2x1x8x8x!q>) weights(%w : tensor<1x1x1x1xi16>) windows [#scnn.window<>]
      {requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> tensor<2x1x8x8x!q>
  return
}
