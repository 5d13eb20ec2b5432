// RUN: scnn-opt %s --scnn-compressed-sparse-layout --verify-diagnostics --split-input-file

!q = !quant.uniform<i16:f32, 0.5>

func.func @not_tiled(%x: tensor<1x1x4x4x!q>, %w: tensor<1x1x1x1xi16>) {
  // expected-error @+1 {{layer 'scnn.conv2d': expected activations with #scnn.layout (run --scnn-planar-tiling first)}}
  %y = scnn.conv2d inputs(%x : tensor<1x1x4x4x!q>) weights(%w : tensor<1x1x1x1xi16>) windows [#scnn.window<>]
    {mapping = #scnn.mapping<group_size = 1>, requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> tensor<1x1x4x4x!q>
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [2, 2]>>

func.func @not_grouped(%d: tensor<1x1x4x4x!q>, %w: tensor<1x1x1x1xi16>) {
  %x = scnn.load %d : tensor<1x1x4x4x!q> -> !x
  // expected-error @+1 {{layer 'scnn.conv2d': expected a mapping (run --scnn-output-channel-grouping first)}}
  %y = scnn.conv2d inputs(%x : !x) weights(%w : tensor<1x1x1x1xi16>) windows [#scnn.window<>]
    {requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> !x
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [2, 2]>>

func.func @weights_unknown(%d: tensor<1x1x4x4x!q>, %w: tensor<1x1x1x1xi16>) {
  %x = scnn.load %d : tensor<1x1x4x4x!q> -> !x
  // expected-error @+1 {{layer 'scnn.conv2d': expected weights #0 to be a constant}}
  %y = scnn.conv2d inputs(%x : !x) weights(%w : tensor<1x1x1x1xi16>) windows [#scnn.window<>]
    {mapping = #scnn.mapping<group_size = 1>, requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> !x
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [2, 2]>>

func.func @bias_unknown(%d: tensor<1x1x4x4x!q>, %b: tensor<1xi32>) {
  %x = scnn.load %d : tensor<1x1x4x4x!q> -> !x
  %w = arith.constant dense<1> : tensor<1x1x1x1xi16>
  // expected-error @+1 {{layer 'scnn.conv2d': expected the bias to be a constant}}
  %y = scnn.conv2d inputs(%x : !x) weights(%w : tensor<1x1x1x1xi16>) bias(%b : tensor<1xi32>) windows [#scnn.window<>]
    {mapping = #scnn.mapping<group_size = 1>, requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> !x
  return
}

// -----

// 255 x 255 weights of two channels make a block of 130050.

!q = !quant.uniform<i16:f32, 0.5>
!x = tensor<1x1x255x255x!q, #scnn.layout<grid = [2, 2]>>
!y = tensor<1x2x1x1x!q, #scnn.layout<grid = [2, 2]>>

func.func @long_block(%d: tensor<1x1x255x255x!q>) {
  %x = scnn.load %d : tensor<1x1x255x255x!q> -> !x
  %w = arith.constant dense<1> : tensor<2x1x255x255xi16>
  // expected-error @+1 {{layer 'scnn.conv2d': a weight block has 130050 elements, but the format's limit is 65535}}
  %y = scnn.conv2d inputs(%x : !x) weights(%w : tensor<2x1x255x255xi16>) windows [#scnn.window<>]
    {mapping = #scnn.mapping<group_size = 2>, requantization = #scnn.requantization<product_shifts = [0], multipliers = [1, 1], shifts = [0, 0]>} -> !y
  return
}

// -----

// A layout can't change where others see it: in a function's type.

!q = !quant.uniform<i16:f32, 0.5>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [2, 2]>>

func.func @argument(%x: !x) {
  %w = arith.constant dense<1> : tensor<1x1x1x1xi16>
  // expected-error @+1 {{layer 'scnn.conv2d': expected scnn.load or a convolution to give input #0 (leave layouts to --scnn-planar-tiling)}}
  %y = scnn.conv2d inputs(%x : !x) weights(%w : tensor<1x1x1x1xi16>) windows [#scnn.window<>]
    {mapping = #scnn.mapping<group_size = 1>, requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> !x
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [2, 2]>>

func.func @result(%d: tensor<1x1x4x4x!q>) -> !x {
  %x = scnn.load %d : tensor<1x1x4x4x!q> -> !x
  %w = arith.constant dense<1> : tensor<1x1x1x1xi16>
  // expected-error @+1 {{layer 'scnn.conv2d': expected convolutions or scnn.store to read the result, but got 'func.return' (leave layouts to --scnn-planar-tiling)}}
  %y = scnn.conv2d inputs(%x : !x) weights(%w : tensor<1x1x1x1xi16>) windows [#scnn.window<>]
    {mapping = #scnn.mapping<group_size = 1>, requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> !x
  return %y : !x
}
