// RUN: not scnn-opt %s --scnn-halo-insertion=halo=both 2>&1 | FileCheck %s --check-prefix=BOTH
// RUN: not scnn-opt %s --scnn-halo-insertion=halo=output 2>&1 | FileCheck %s

// The group was chosen for 2 x 2 accumulators a channel; output halos need
// 3 x 3.

// BOTH: error: expected halo to be mapping, output or input, but got 'both'
// CHECK: error: layer 'scnn.conv2d': with output halos, 2 output channels need 18 accumulators, but an accumulator set has 16 (choose the halo in --scnn-output-channel-grouping)

!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x2x4x4x!q>
!x = tensor<1x2x4x4x!q, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
module attributes {scnn.machine = #scnn.machine<pe_rows = 2, pe_cols = 2, accumulator_banks = 4, entries_per_bank = 4>} {
  func.func @full(%d: !d, %i: tensor<16xi8>) {
    %x = scnn.load %d : !d -> !x
    %y = scnn.conv2d inputs(%x : !x) image(%i : tensor<16xi8>) windows [#scnn.window<padding = [1, 1, 1, 1]>]
      {filters = array<i64: 3, 3>, mapping = #scnn.mapping<group_size = 2, halo = input>, requantization = #scnn.requantization<product_shifts = [0, 0], multipliers = [1, 1], shifts = [0, 0]>} -> !x
    return
  }
}
