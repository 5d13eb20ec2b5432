// RUN: scnn-opt %s --scnn-halo-insertion --split-input-file | FileCheck %s
// RUN: scnn-opt %s --scnn-halo-insertion=halo=input --split-input-file | FileCheck %s --check-prefix=INPUT
// RUN: scnn-opt %s --scnn-halo-insertion=halo=output --split-input-file | FileCheck %s
// RUN: scnn-opt %s --scnn-halo-insertion --split-input-file --remark-policy=all --remarks-filter=scnn-mapping -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: scnn-opt %s --scnn-halo-insertion=halo=input --split-input-file --remark-policy=all --remarks-filter=scnn-mapping -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK-INPUT

// Two 3 x 3 layers on 2 x 2 PEs. With output halos, tiles of 3 x 3 reach one
// position of their neighbours: 4 x 4 accumulators. With input halos the first
// tensor is loaded with replicas, the second gets them by a copy.

!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x1x6x6x!q>
!x = tensor<1x1x6x6x!q, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
#same = #scnn.window<padding = [1, 1, 1, 1]>
#one = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0], minimum = 0>

// CHECK-LABEL: func @chain
// CHECK-NEXT: %[[X:.*]] = scnn.load %{{.*}}#scnn.layout<grid = [2, 2], zero_run_bits = 4>>
// CHECK-NEXT: %[[S:.*]] = scnn.accumulate inputs(%[[X]] : {{.*}} filters [3, 3] mapping <group_size = 1> -> tensor<1x1x6x6xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [4, 4], halo = [1, 1, 1, 1]>>
// CHECK-NEXT: %[[T:.*]] = scnn.exchange add %[[S]] halo [1, 1, 1, 1] : {{.*}} -> tensor<1x1x6x6xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [4, 4]>>
// CHECK-NEXT: %[[U:.*]] = scnn.add_bias %[[T]]
// CHECK-NEXT: %[[Y:.*]] = scnn.requantize %[[U]] <product_shifts = [0], multipliers = [1], shifts = [0], minimum = 0>
// CHECK-NEXT: scnn.accumulate inputs(%[[Y]]
// CHECK: %[[Z:.*]] = scnn.requantize
// CHECK-NEXT: scnn.store %[[Z]]

// INPUT-LABEL: func @chain
// INPUT-NEXT: %[[X:.*]] = scnn.load %{{.*}}#scnn.layout<grid = [2, 2], halo = [1, 1, 1, 1], zero_run_bits = 4>>
// INPUT-NEXT: %[[S:.*]] = scnn.accumulate inputs(%[[X]] : {{.*}} mapping <group_size = 1, halo = input> -> tensor<1x1x6x6xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [3, 3]>>
// INPUT-NEXT: %[[U:.*]] = scnn.add_bias %[[S]]
// INPUT-NEXT: %[[Y:.*]] = scnn.requantize %[[U]] {{.*}} -> tensor<{{.*}}#scnn.layout<grid = [2, 2], zero_run_bits = 4>>
// INPUT-NEXT: %[[C:.*]] = scnn.exchange copy %[[Y]] halo [1, 1, 1, 1] : {{.*}} -> tensor<{{.*}}#scnn.layout<grid = [2, 2], halo = [1, 1, 1, 1], zero_run_bits = 4>>
// INPUT-NEXT: scnn.accumulate inputs(%[[C]]
// INPUT-NOT: scnn.exchange

// Each of 4 PEs sends 3 values down or up, 3 sideways, 1 diagonally: 28 of one
// hop each. The busiest link has 3.
// REMARK-COUNT-2: remark: [Passed] halo-insertion | {{.*}}Bottom=1, CyclesPerGroup=3, Hops=1, Kind=add, Layer=scnn.conv2d, Left=1, Right=1, Top=1, ValueHopsPerGroup=28
// REMARK-INPUT: remark: [Passed] halo-insertion | {{.*}}Bottom=1, CyclesPerGroup=3, Hops=1, Kind=copy, {{.*}}ValueHopsPerGroup=28
module attributes {scnn.machine = #scnn.machine<pe_rows = 2, pe_cols = 2>} {
  func.func @chain(%d: !d, %i: tensor<8xi8>) -> !d {
    %x = scnn.load %d : !d -> !x
    %y = scnn.conv2d inputs(%x : !x) image(%i : tensor<8xi8>) windows [#same]
      {filters = array<i64: 3, 3>, mapping = #scnn.mapping<group_size = 1>, requantization = #one} -> !x
    %z = scnn.conv2d inputs(%y : !x) image(%i : tensor<8xi8>) windows [#same]
      {filters = array<i64: 3, 3>, mapping = #scnn.mapping<group_size = 1>, requantization = #one} -> !x
    %s = scnn.store %z : !x -> !d
    return %s : !d
  }
}

// -----

// Nothing to exchange: a 1 x 1 filter, whose pooling windows lie within tiles.

!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x1x8x8x!q>
!x = tensor<1x1x8x8x!q, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
!y = tensor<1x1x4x4x!q, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
#one = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>

// CHECK-LABEL: func @nothing
// CHECK-NOT: scnn.exchange
// CHECK: scnn.accumulate {{.*}} -> tensor<1x1x8x8xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [4, 4]>>
// CHECK-NEXT: scnn.add_bias
// CHECK-NEXT: scnn.pool_maxima %{{.*}} <size = [2, 2], stride = [2, 2]> : {{.*}} -> tensor<1x1x4x4xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [2, 2]>>
// CHECK-NEXT: scnn.requantize
// CHECK-NEXT: return
// INPUT-LABEL: func @nothing
// INPUT-NOT: scnn.exchange
// INPUT: return
func.func @nothing(%d: !d, %i: tensor<8xi8>) {
  %x = scnn.load %d : !d -> !x
  %y = scnn.conv2d inputs(%x : !x) image(%i : tensor<8xi8>) windows [#scnn.window<>]
    {filters = array<i64: 1, 1>, mapping = #scnn.mapping<group_size = 1>, pool = #scnn.pool<size = [2, 2], stride = [2, 2]>, requantization = #one} -> !y
  return
}

// -----

// Pooling across tiles. 6 rows and columns in tiles of 3, 3 pooled in tiles of
// 2 and 1: window 1 (positions 2, 3) lies in both tiles, and PE 0 owns it. PE 1
// sends a row and a column up and left; nothing goes the other way. With input
// halos the maxima travel all the same.

!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x1x6x6x!q>
!x = tensor<1x1x6x6x!q, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
!y = tensor<1x1x3x3x!q, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
#one = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>

// CHECK-LABEL: func @pooled
// CHECK: %[[B:.*]] = scnn.add_bias
// CHECK-NEXT: %[[P:.*]] = scnn.pool_maxima %[[B]] {{.*}} -> tensor<1x1x3x3xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [2, 2], halo = [1, 0, 1, 0]>>
// CHECK-NEXT: %[[M:.*]] = scnn.exchange max %[[P]] halo [1, 0, 1, 0] : {{.*}} -> tensor<1x1x3x3xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [2, 2]>>
// CHECK-NEXT: scnn.requantize %[[M]]
// INPUT-LABEL: func @pooled
// INPUT: scnn.exchange max
// 2 rows x 1 column from PE (0, 1), 1 x 2 from (1, 0); (1, 1) sends 1 up, 1
// left, 1 diagonally.
// REMARK: Bottom=0, {{.*}}Hops=1, Kind=max, {{.*}}Left=1, Right=0, Top=1, ValueHopsPerGroup=7
func.func @pooled(%d: !d, %i: tensor<8xi8>) {
  %x = scnn.load %d : !d -> !x
  %y = scnn.conv2d inputs(%x : !x) image(%i : tensor<8xi8>) windows [#scnn.window<>]
    {filters = array<i64: 1, 1>, mapping = #scnn.mapping<group_size = 1>, pool = #scnn.pool<size = [2, 2], stride = [2, 2]>, requantization = #one} -> !y
  return
}

// -----

// One position a PE: a 5-wide filter reaches over two, in two hops.

!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x1x1x4x!q>
!x = tensor<1x1x1x4x!q, #scnn.layout<grid = [1, 4], zero_run_bits = 4>>
#one = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>

// CHECK-LABEL: func @far
// CHECK: accumulators = [1, 4], halo = [0, 0, 2, 2]
// CHECK: scnn.exchange add %{{.*}} halo [0, 0, 2, 2]
// INPUT-LABEL: func @far
// INPUT: scnn.load {{.*}}halo = [0, 0, 2, 2]
// 3 pairs of neighbours and 2 pairs two apart, both ways: 2 * (3 + 2 * 2).
// REMARK: Hops=2, Kind=add, Layer=scnn.conv2d, Left=2, Right=2, Top=0, ValueHopsPerGroup=14
func.func @far(%d: !d, %i: tensor<8xi8>) {
  %x = scnn.load %d : !d -> !x
  %y = scnn.conv2d inputs(%x : !x) image(%i : tensor<8xi8>) windows [#scnn.window<padding = [0, 0, 2, 2]>]
    {filters = array<i64: 1, 5>, mapping = #scnn.mapping<group_size = 1>, requantization = #one} -> !x
  return
}

// -----

// Two readers with input halos: the widest of both.

!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x1x1x8x!q>
!x = tensor<1x1x1x8x!q, #scnn.layout<grid = [1, 2], zero_run_bits = 4>>
#one = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>

// INPUT-LABEL: func @widest
// INPUT: scnn.load {{.*}}halo = [0, 0, 2, 1]
func.func @widest(%d: !d, %i: tensor<8xi8>) {
  %x = scnn.load %d : !d -> !x
  %y = scnn.conv2d inputs(%x : !x) image(%i : tensor<8xi8>) windows [#scnn.window<padding = [0, 0, 2, 0]>]
    {filters = array<i64: 1, 3>, mapping = #scnn.mapping<group_size = 1>, requantization = #one} -> !x
  %z = scnn.conv2d inputs(%x : !x) image(%i : tensor<8xi8>) windows [#scnn.window<padding = [0, 0, 0, 1]>]
    {filters = array<i64: 1, 2>, mapping = #scnn.mapping<group_size = 1>, requantization = #one} -> !x
  return
}
