// RUN: scnn-opt %s --scnn-output-channel-grouping | FileCheck %s
// RUN: scnn-opt %s --scnn-output-channel-grouping=row-pad=0 | FileCheck %s --check-prefix=NONE
// RUN: scnn-opt %s --scnn-output-channel-grouping=row-pad=3 | FileCheck %s --check-prefix=THREE
// RUN: scnn-opt %s --scnn-output-channel-grouping --remark-policy=all --remarks-filter=scnn-mapping -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// Rows of accumulators that start at multiples of the number of banks, 32.

!q = !quant.uniform<i16:f32, 0.5>
!w = tensor<16x1x3x3xi16>
#requantization = #scnn.requantization<product_shifts = [0], multipliers = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], shifts = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]>

// Tiles of 2 x 14, with halos 4 x 16: of every channel, rows 0 and 2 start in
// bank 0, rows 1 and 3 in bank 16. One accumulator more a row spreads them; 15
// channels of 4 x 17 fit 1024.

!x = tensor<1x1x16x112x!q, #scnn.layout<grid = [8, 8]>>
!y = tensor<1x16x16x112x!q, #scnn.layout<grid = [8, 8]>>
// CHECK-LABEL: func @even
// CHECK: mapping = #scnn.mapping<group_size = 15, row_pad = 1>
// NONE-LABEL: func @even
// NONE: mapping = #scnn.mapping<group_size = 16>
// THREE-LABEL: func @even
// THREE: mapping = #scnn.mapping<group_size = 13, row_pad = 3>
// REMARK: AccumulatorCols=17, AccumulatorRows=4, {{.*}}RowPad=1
func.func @even(%x: !x, %w: !w) -> !y {
  %y = scnn.conv2d inputs(%x : !x) weights(%w : !w) windows [#scnn.window<padding = [1, 1, 1, 1]>] {requantization = #requantization} -> !y
  return %y : !y
}

// Tiles of 2 x 7, with halos 4 x 9: the banks are even enough.

!x7 = tensor<1x1x16x56x!q, #scnn.layout<grid = [8, 8]>>
!y7 = tensor<1x16x16x56x!q, #scnn.layout<grid = [8, 8]>>
// CHECK-LABEL: func @odd
// CHECK: mapping = #scnn.mapping<group_size = 16>
// REMARK: AccumulatorCols=9, AccumulatorRows=4, {{.*}}RowPad=0
func.func @odd(%x: !x7, %w: !w) -> !y7 {
  %y = scnn.conv2d inputs(%x : !x7) weights(%w : !w) windows [#scnn.window<padding = [1, 1, 1, 1]>] {requantization = #requantization} -> !y7
  return %y : !y7
}

// A mapping that is there is kept.

// CHECK-LABEL: func @given
// CHECK: mapping = #scnn.mapping<group_size = 4, row_pad = 2>
func.func @given(%x: !x, %w: !w) -> !y {
  %y = scnn.conv2d inputs(%x : !x) weights(%w : !w) windows [#scnn.window<padding = [1, 1, 1, 1]>] {mapping = #scnn.mapping<group_size = 4, row_pad = 2>, requantization = #requantization} -> !y
  return %y : !y
}
