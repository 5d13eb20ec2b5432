// RUN: scnn-opt %s --scnn-halo-insertion --verify-diagnostics --split-input-file

!q = !quant.uniform<i16:f32, 0.5>

func.func @not_tiled(%d: tensor<1x1x4x4x!q>, %w: tensor<1x1x1x1xi16>) {
  // expected-error @+1 {{layer 'scnn.conv2d': expected activations with #scnn.layout (run --scnn-planar-tiling first)}}
  %y = scnn.conv2d inputs(%d : tensor<1x1x4x4x!q>) weights(%w : tensor<1x1x1x1xi16>) windows [#scnn.window<>]
    {mapping = #scnn.mapping<group_size = 1>, requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> tensor<1x1x4x4x!q>
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [2, 2]>>

func.func @not_compressed(%d: tensor<1x1x4x4x!q>, %w: tensor<1x1x1x1xi16>) {
  %x = scnn.load %d : tensor<1x1x4x4x!q> -> !x
  // expected-error @+1 {{layer 'scnn.conv2d': expected a weight image (run --scnn-compressed-sparse-layout first)}}
  %y = scnn.conv2d inputs(%x : !x) weights(%w : tensor<1x1x1x1xi16>) windows [#scnn.window<>]
    {mapping = #scnn.mapping<group_size = 1>, requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> !x
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>

func.func @argument(%x: !x, %i: tensor<8xi8>) {
  // expected-error @+1 {{layer 'scnn.conv2d': expected scnn.load or a convolution to give input #0}}
  %y = scnn.conv2d inputs(%x : !x) image(%i : tensor<8xi8>) windows [#scnn.window<>]
    {filters = array<i64: 1, 1>, mapping = #scnn.mapping<group_size = 1>, requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> !x
  return
}

// -----

// Replicas would be multiplied twice by a reader with output halos.

!q = !quant.uniform<i16:f32, 0.5>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>

func.func @mixed(%d: tensor<1x1x4x4x!q>, %i: tensor<8xi8>) {
  %x = scnn.load %d : tensor<1x1x4x4x!q> -> !x
  // expected-error @+1 {{layer 'scnn.conv2d': reads with input halos what another layer reads with output halos}}
  %y = scnn.conv2d inputs(%x : !x) image(%i : tensor<8xi8>) windows [#scnn.window<padding = [1, 1, 1, 1]>]
    {filters = array<i64: 3, 3>, mapping = #scnn.mapping<group_size = 1, halo = input>, requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> !x
  // expected-note @unknown {{layer 'other' is here}}
  %z = scnn.conv2d inputs(%x : !x) image(%i : tensor<8xi8>) windows [#scnn.window<>]
    {filters = array<i64: 1, 1>, mapping = #scnn.mapping<group_size = 1>, requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> !x loc("other")
  return
}
