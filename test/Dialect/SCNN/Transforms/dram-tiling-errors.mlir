// RUN: scnn-opt %s --scnn-dram-tiling --verify-diagnostics --split-input-file

!q = !quant.uniform<i16:f32, 0.5>

func.func @no_layout(%x: tensor<1x1x8x8x!q>, %w: tensor<1x1x1x1xi16>) {
  // expected-error @+1 {{layer 'scnn.conv2d': expected activations with #scnn.layout (run --scnn-planar-tiling first), but got 'tensor<1x1x8x8x}}
  %y = scnn.conv2d inputs(%x : tensor<1x1x8x8x!q>) weights(%w : tensor<1x1x1x1xi16>) windows [#scnn.window<>]
    {requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> tensor<1x1x8x8x!q>
  return
}

// -----

// What another operation reads on the PEs, DRAM could not hold instead.

!q = !quant.uniform<i16:f32, 0.5>
!l = tensor<1x1x8x8x!q, #scnn.layout<grid = [2, 2]>>

func.func @seen(%x: tensor<1x1x8x8x!q>, %w: tensor<1x1x1x1xi16>) -> !l {
  %t = scnn.load %x : tensor<1x1x8x8x!q> -> !l
  // expected-error @+1 {{layer 'scnn.conv2d': }}
  %y = scnn.conv2d inputs(%t : !l) weights(%w : tensor<1x1x1x1xi16>) windows [#scnn.window<>]
    {requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> !l
  return %y : !l
}

// -----

func.func @real(%x: tensor<1x1x8x8xf32>, %w: tensor<1x1x1x1xf32>) {
  // expected-error @+1 {{layer 'scnn.conv2d': expected fixed point (run --scnn-quantize first)}}
  %a = scnn.conv2d inputs(%x : tensor<1x1x8x8xf32>) weights(%w : tensor<1x1x1x1xf32>) windows [#scnn.window<>] -> tensor<1x1x8x8xf32>
  return
}
