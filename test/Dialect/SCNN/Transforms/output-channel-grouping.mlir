// RUN: scnn-opt %s --scnn-output-channel-grouping | FileCheck %s
// RUN: scnn-opt %s --scnn-output-channel-grouping="group-size=5 halo=input order=rsk" | FileCheck %s --check-prefix=OPTIONS
// RUN: scnn-opt %s --scnn-output-channel-grouping --remark-policy=all --remarks-filter=scnn-mapping -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: scnn-opt %s --scnn-output-channel-grouping="group-size=5 halo=input order=rsk" --remark-policy=all --remarks-filter=scnn-mapping -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK-OPTIONS

!q = !quant.uniform<i16:f32, 0.5>
!x = tensor<1x1x8x8x!q, #scnn.layout<grid = [2, 2]>>
!y = tensor<1x8x8x8x!q, #scnn.layout<grid = [2, 2]>>
!valid = tensor<1x8x6x6x!q, #scnn.layout<grid = [2, 2]>>
!pooled = tensor<1x8x4x4x!q, #scnn.layout<grid = [2, 2]>>
#requantization = #scnn.requantization<product_shifts = [0], multipliers = [1, 1, 1, 1, 1, 1, 1, 1], shifts = [0, 0, 0, 0, 0, 0, 0, 0]>

// 100 accumulators a set.
module attributes {scnn.machine = #scnn.machine<pe_rows = 2, pe_cols = 2, accumulator_banks = 4, entries_per_bank = 25>} {

// A 4 x 4 tile whose products also reach one row and one column of the
// neighbour: 5 x 5 accumulators a channel, 4 channels in 100. With input halos
// 4 x 4 are enough, and group-size is the limit.

// CHECK-LABEL: func @same
// CHECK: mapping = #scnn.mapping<group_size = 4>
// REMARK: remark: [Passed] output-channel-grouping
// REMARK-SAME: AccumulatorCols=5, AccumulatorRows=5, Accumulators=100, AccumulatorsUsed=100,
// REMARK-SAME: GroupSize=4, Groups=2, LastGroupSize=4, Layer=scnn.conv2d, Remark="limited by accumulators"
// OPTIONS-LABEL: func @same
// OPTIONS: mapping = #scnn.mapping<group_size = 5, halo = input, order = rsk>
// REMARK-OPTIONS: AccumulatorCols=4, AccumulatorRows=4, Accumulators=100, AccumulatorsUsed=80,
// REMARK-OPTIONS-SAME: GroupSize=5, Groups=2, LastGroupSize=3, Layer=scnn.conv2d, Remark="limited by group-size"
func.func @same(%x: !x, %w: tensor<8x1x3x3xi16>) -> !y {
  %y = scnn.conv2d inputs(%x : !x) weights(%w : tensor<8x1x3x3xi16>) windows [#scnn.window<padding = [1, 1, 1, 1]>] {requantization = #requantization} -> !y
  return %y : !y
}

// No halo: all 8 channels would take 128; 6 take 96, and the last group is
// smaller.

// CHECK-LABEL: func @pointwise
// CHECK: mapping = #scnn.mapping<group_size = 6>
// REMARK: AccumulatorsUsed=96, {{.*}}GroupSize=6, Groups=2, LastGroupSize=2
func.func @pointwise(%x: !x, %w: tensor<8x1x1x1xi16>) -> !y {
  %y = scnn.conv2d inputs(%x : !x) weights(%w : tensor<8x1x1x1xi16>) windows [#scnn.window<>] {requantization = #requantization} -> !y
  return %y : !y
}

// Accumulators are for the plane before pooling.

// CHECK-LABEL: func @pooled
// CHECK: mapping = #scnn.mapping<group_size = 6>
func.func @pooled(%x: !x, %w: tensor<8x1x1x1xi16>) -> !pooled {
  %y = scnn.conv2d inputs(%x : !x) weights(%w : tensor<8x1x1x1xi16>) windows [#scnn.window<>] {pool = #scnn.pool<size = [2, 2], stride = [2, 2]>, requantization = #requantization} -> !pooled
  return %y : !pooled
}

// Without padding the input tiles 0..3 and 4..7 reach outputs 0..3 and 2..5,
// of which a PE owns 3: 4 x 4 accumulators, 6 channels.

// CHECK-LABEL: func @valid
// CHECK: mapping = #scnn.mapping<group_size = 6>
func.func @valid(%x: !x, %w: tensor<8x1x3x3xi16>) -> !valid {
  %y = scnn.conv2d inputs(%x : !x) weights(%w : tensor<8x1x3x3xi16>) windows [#scnn.window<>] {requantization = #requantization} -> !valid
  return %y : !valid
}

// A mapping that is there is kept, whatever the options say.

// CHECK-LABEL: func @given
// CHECK: mapping = #scnn.mapping<group_size = 3, order = rsk>
// REMARK: AccumulatorsUsed=75, {{.*}}GroupSize=3, Groups=3, LastGroupSize=2, Layer=scnn.conv2d, Remark="mapping was given"
// OPTIONS-LABEL: func @given
// OPTIONS: mapping = #scnn.mapping<group_size = 3, order = rsk>
func.func @given(%x: !x, %w: tensor<8x1x3x3xi16>) -> !y {
  %y = scnn.conv2d inputs(%x : !x) weights(%w : tensor<8x1x3x3xi16>) windows [#scnn.window<padding = [1, 1, 1, 1]>] {mapping = #scnn.mapping<group_size = 3, order = rsk>, requantization = #requantization} -> !y
  return %y : !y
}

// Fewer channels than would fit are one group.

// CHECK-LABEL: func @one_group
// CHECK: mapping = #scnn.mapping<group_size = 1>
// REMARK: GroupSize=1, Groups=1, LastGroupSize=1, {{.*}}"one group"
func.func @one_group(%x: !x, %w: tensor<1x1x3x3xi16>) -> !x {
  %y = scnn.conv2d inputs(%x : !x) weights(%w : tensor<1x1x3x3xi16>) windows [#scnn.window<padding = [1, 1, 1, 1]>] {requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> !x
  return %y : !x
}
}
