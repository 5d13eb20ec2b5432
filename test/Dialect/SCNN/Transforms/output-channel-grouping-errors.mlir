// RUN: scnn-opt %s --scnn-output-channel-grouping --verify-diagnostics --split-input-file
// RUN: not scnn-opt /dev/null --scnn-output-channel-grouping=group-size=-1 2>&1 | FileCheck %s --check-prefix=GROUP-SIZE
// RUN: not scnn-opt /dev/null --scnn-output-channel-grouping=halo=both 2>&1 | FileCheck %s --check-prefix=HALO
// RUN: not scnn-opt /dev/null --scnn-output-channel-grouping=order=skr 2>&1 | FileCheck %s --check-prefix=ORDER

// GROUP-SIZE: error: expected group-size of at least 0, but got -1
// RUN: not scnn-opt /dev/null --scnn-output-channel-grouping=row-pad=-2 2>&1 | FileCheck %s --check-prefix=ROW-PAD
// ROW-PAD: error: expected row-pad of at least -1, but got -2
// HALO: Cannot find option named 'both'!
// ORDER: Cannot find option named 'skr'!

!q = !quant.uniform<i16:f32, 0.5>

func.func @not_tiled(%x: tensor<1x1x8x8x!q>, %w: tensor<1x1x3x3xi16>) {
  // expected-error @+1 {{layer 'scnn.conv2d': expected activations with #scnn.layout (run --scnn-planar-tiling first), but got 'tensor<1x1x8x8x!quant.uniform<i16:f32, 5.000000e-01>>'}}
  %y = scnn.conv2d inputs(%x : tensor<1x1x8x8x!q>) weights(%w : tensor<1x1x3x3xi16>) windows [#scnn.window<padding = [1, 1, 1, 1]>]
      {requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> tensor<1x1x8x8x!q>
  return
}

// -----

// Every layer that does not fit is named, not only the first.

!q = !quant.uniform<i16:f32, 0.5>
!x = tensor<1x1x8x8x!q, #scnn.layout<grid = [2, 2]>>
!y = tensor<1x4x8x8x!q, #scnn.layout<grid = [2, 2]>>
module attributes {scnn.machine = #scnn.machine<pe_rows = 2, pe_cols = 2, accumulator_banks = 4, entries_per_bank = 5>} {
  func.func @too_small(%x: !x, %w: tensor<1x1x3x3xi16>) {
    // expected-error @+2 {{layer 'scnn.conv2d': 1 output channel needs 25 accumulators (5 rows x 5 columns each, halo included), but an accumulator set has 20}}
    // expected-note @+1 {{more PEs would make the tile smaller; more banks or entries per bank would hold it}}
    %a = scnn.conv2d inputs(%x : !x) weights(%w : tensor<1x1x3x3xi16>) windows [#scnn.window<padding = [1, 1, 1, 1]>]
        {requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> !x
    // expected-error @unknown {{layer 'second': 1 output channel needs 25 accumulators}}
    // expected-note @unknown {{more PEs}}
    %b = scnn.conv2d inputs(%a : !x) weights(%w : tensor<1x1x3x3xi16>) windows [#scnn.window<padding = [1, 1, 1, 1]>]
        {requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> !x loc("second")
    return
  }

  // A mapping that is there is checked.
  func.func @given(%x: !x, %w: tensor<4x1x1x1xi16>) {
    // expected-error @+1 {{layer 'scnn.conv2d': 2 output channels need 32 accumulators (4 rows x 4 columns each, halo included), but an accumulator set has 20}}
    %a = scnn.conv2d inputs(%x : !x) weights(%w : tensor<4x1x1x1xi16>) windows [#scnn.window<>]
        {mapping = #scnn.mapping<group_size = 2>, requantization = #scnn.requantization<product_shifts = [0], multipliers = [1, 1, 1, 1], shifts = [0, 0, 0, 0]>} -> !y
    return
  }
}

// -----

!q = !quant.uniform<i16:f32, 0.5>

func.func @two_grids(%x: tensor<1x1x8x8x!q, #scnn.layout<grid = [2, 2]>>, %w: tensor<1x1x3x3xi16>) {
  // expected-error @+1 {{layer 'scnn.conv2d': expected activations on one PE grid, but got 'tensor<1x1x8x8x!quant.uniform<i16:f32, 5.000000e-01>, #scnn.layout<grid = [2, 2]>>' and 'tensor<1x1x8x8x!quant.uniform<i16:f32, 5.000000e-01>, #scnn.layout<grid = [4, 4]>>'}}
  %y = scnn.conv2d inputs(%x : tensor<1x1x8x8x!q, #scnn.layout<grid = [2, 2]>>) weights(%w : tensor<1x1x3x3xi16>) windows [#scnn.window<padding = [1, 1, 1, 1]>]
      {requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> tensor<1x1x8x8x!q, #scnn.layout<grid = [4, 4]>>
  return
}
