// RUN: scnn-opt %s --scnn-dram-tiling=piece-rows=2 --split-input-file | FileCheck %s
// RUN: scnn-opt %s --scnn-dram-tiling --split-input-file | FileCheck %s --check-prefix=FITS
// RUN: not scnn-opt %s --scnn-dram-tiling=piece-rows=-1 --split-input-file 2>&1 | FileCheck %s --check-prefix=NEGATIVE

// NEGATIVE: error: expected piece-rows of at least 0, but got -1

// Two pooled rows need convolution rows -1 ... 3, of which row -1 is padding;
// these need input rows -1 ... 4. The next piece needs convolution rows 3 ... 7
// and input rows 2 ... 8, the last one rows 7 and 8, which need 6 ... 8.

!q = !quant.uniform<i16:f32, 0.5>
!l = tensor<1x2x9x8x!q, #scnn.layout<grid = [2, 2]>>

// CHECK-LABEL: func @pooled
// CHECK: %[[D:.*]] = quant.qcast
// CHECK: %[[X0:.*]] = scnn.load %[[D]] rows from 0 : {{.*}} -> tensor<1x2x5x8x{{.*}}, #scnn.layout<grid = [2, 2]>>
// CHECK: %[[Y0:.*]] = scnn.conv2d inputs(%[[X0]]
// CHECK-SAME: windows [#scnn.window<padding = [1, 0, 1, 1]>]
// CHECK-SAME: pool = #scnn.pool<size = [3, 3], stride = [2, 2], padding = [1, 0, 1, 1]>
// CHECK-SAME: -> tensor<1x4x2x4x
// CHECK: %[[X1:.*]] = scnn.load %[[D]] rows from 2 : {{.*}} -> tensor<1x2x7x8x
// CHECK: %[[Y1:.*]] = scnn.conv2d inputs(%[[X1]]
// CHECK-SAME: windows [#scnn.window<padding = [0, 0, 1, 1]>]
// CHECK-SAME: pool = #scnn.pool<size = [3, 3], stride = [2, 2], padding = [0, 0, 1, 1]>
// CHECK: %[[X2:.*]] = scnn.load %[[D]] rows from 6 : {{.*}} -> tensor<1x2x3x8x
// CHECK: %[[Y2:.*]] = scnn.conv2d inputs(%[[X2]]
// CHECK-SAME: windows [#scnn.window<padding = [0, 1, 1, 1]>]
// CHECK-SAME: pool = #scnn.pool<size = [3, 3], stride = [2, 2], padding = [0, 1, 1, 1]>
// CHECK-SAME: -> tensor<1x4x1x4x
// CHECK-NEXT: %[[S:.*]] = scnn.store %[[Y0]], %[[Y1]], %[[Y2]] : {{.*}} -> tensor<1x4x5x4x!quant.uniform<i16:f32, 5.000000e-01>>
// CHECK-NEXT: quant.dcast %[[S]]

// What fits stays whole.
// FITS-LABEL: func @pooled
// FITS-NOT: rows from
func.func @pooled(%x: tensor<1x2x9x8xf32>) -> tensor<1x4x5x4xf32> {
  %d = quant.qcast %x : tensor<1x2x9x8xf32> to tensor<1x2x9x8x!q>
  %t = scnn.load %d : tensor<1x2x9x8x!q> -> !l
  %w = arith.constant dense<1> : tensor<4x2x3x3xi16>
  %y = scnn.conv2d inputs(%t : !l) weights(%w : tensor<4x2x3x3xi16>) windows [#scnn.window<padding = [1, 1, 1, 1]>]
    {pool = #scnn.pool<size = [3, 3], stride = [2, 2], padding = [1, 1, 1, 1]>, requantization = #scnn.requantization<product_shifts = [0, 0], multipliers = [1, 1, 1, 1], shifts = [0, 0, 0, 0]>}
    -> tensor<1x4x5x4x!q, #scnn.layout<grid = [2, 2]>>
  %s = scnn.store %y : tensor<1x4x5x4x!q, #scnn.layout<grid = [2, 2]>> -> tensor<1x4x5x4x!q>
  %r = quant.dcast %s : tensor<1x4x5x4x!q> to tensor<1x4x5x4xf32>
  return %r : tensor<1x4x5x4xf32>
}

// -----

// Strides and dilations; an input that is a layer's result goes through DRAM.
// Row o of the second layer's result needs rows 2 o - 1, 2 o + 1 and 2 o + 3.

!q = !quant.uniform<i16:f32, 0.5>
!l = tensor<1x1x8x4x!q, #scnn.layout<grid = [2, 2]>>

// CHECK-LABEL: func @chain
// CHECK-COUNT-4: scnn.conv2d {{.*}} -> tensor<1x1x2x4x
// CHECK: %[[A:.*]] = scnn.store %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : {{.*}} -> tensor<1x1x8x4x!quant.uniform<i16:f32, 5.000000e-01>>
// CHECK: %[[B0:.*]] = scnn.load %[[A]] rows from 0 : {{.*}} -> tensor<1x1x6x4x
// CHECK: scnn.conv2d inputs(%[[B0]]
// CHECK-SAME: windows [#scnn.window<stride = [2, 1], padding = [1, 0, 0, 0], dilation = [2, 1]>]
// CHECK: %[[B1:.*]] = scnn.load %[[A]] rows from 3 : {{.*}} -> tensor<1x1x5x4x
// CHECK: scnn.conv2d inputs(%[[B1]]
// CHECK-SAME: windows [#scnn.window<stride = [2, 1], dilation = [2, 1]>]
// CHECK-SAME: -> tensor<1x1x1x4x
func.func @chain(%x: tensor<1x1x8x4xf32>) -> tensor<1x1x3x4xf32> {
  %d = quant.qcast %x : tensor<1x1x8x4xf32> to tensor<1x1x8x4x!q>
  %t = scnn.load %d : tensor<1x1x8x4x!q> -> !l
  %w = arith.constant dense<1> : tensor<1x1x1x1xi16>
  %v = arith.constant dense<1> : tensor<1x1x3x1xi16>
  %a = scnn.conv2d inputs(%t : !l) weights(%w : tensor<1x1x1x1xi16>) windows [#scnn.window<>]
    {requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> !l
  %y = scnn.conv2d inputs(%a : !l) weights(%v : tensor<1x1x3x1xi16>) windows [#scnn.window<stride = [2, 1], padding = [1, 0, 0, 0], dilation = [2, 1]>]
    {requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> tensor<1x1x3x4x!q, #scnn.layout<grid = [2, 2]>>
  %s = scnn.store %y : tensor<1x1x3x4x!q, #scnn.layout<grid = [2, 2]>> -> tensor<1x1x3x4x!q>
  %r = quant.dcast %s : tensor<1x1x3x4x!q> to tensor<1x1x3x4xf32>
  return %r : tensor<1x1x3x4xf32>
}

// -----

// A layer that does not fit is cut in the fewest pieces that do: a RAM of 40
// bytes has 16 elements of 20 bits, and a PE would hold 4 x 8 of 8 x 8 inputs.
// Two pieces of 4 rows hold 2 x 8 each. Spilling is no choice: the 32
// accumulators of one channel of the whole layer do not fit the 16 either.

!q = !quant.uniform<i16:f32, 0.5>
!l = tensor<1x1x8x16x!q, #scnn.layout<grid = [2, 2]>>

// FITS-LABEL: func @fewest
// FITS: %[[P0:.*]] = scnn.load %{{.*}} rows from 0 : {{.*}} -> tensor<1x1x4x16x
// FITS: %[[P1:.*]] = scnn.load %{{.*}} rows from 4 : {{.*}} -> tensor<1x1x4x16x
// FITS-NOT: scnn.load
// FITS: scnn.store %{{.*}}, %{{.*}} :
module attributes {scnn.machine = #scnn.machine<pe_rows = 2, pe_cols = 2, activation_ram_bytes = 40, accumulator_banks = 4, entries_per_bank = 4>} {
  func.func @fewest(%x: tensor<1x1x8x16xf32>) -> tensor<1x1x8x16xf32> {
    %d = quant.qcast %x : tensor<1x1x8x16xf32> to tensor<1x1x8x16x!q>
    %t = scnn.load %d : tensor<1x1x8x16x!q> -> !l
    %w = arith.constant dense<1> : tensor<1x1x1x1xi16>
    %y = scnn.conv2d inputs(%t : !l) weights(%w : tensor<1x1x1x1xi16>) windows [#scnn.window<>]
      {requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> !l
    %s = scnn.store %y : !l -> tensor<1x1x8x16x!q>
    %r = quant.dcast %s : tensor<1x1x8x16x!q> to tensor<1x1x8x16xf32>
    return %r : tensor<1x1x8x16xf32>
  }
}

// -----

// One tensor as two inputs.

!q = !quant.uniform<i16:f32, 0.5>
!l = tensor<1x1x4x4x!q, #scnn.layout<grid = [2, 2]>>

// CHECK-LABEL: func @twice
// CHECK-COUNT-2: scnn.load %{{.*}} rows from 0 : {{.*}} -> tensor<1x1x2x4x
// CHECK-NEXT: scnn.conv2d
// CHECK-COUNT-2: scnn.load %{{.*}} rows from 2 : {{.*}} -> tensor<1x1x2x4x
// CHECK-NEXT: scnn.conv2d
// CHECK-NOT: scnn.load
func.func @twice(%d: tensor<1x1x4x4x!q>) -> tensor<1x1x4x4x!q> {
  %t = scnn.load %d : tensor<1x1x4x4x!q> -> !l
  %w = arith.constant dense<1> : tensor<1x1x1x1xi16>
  %y = scnn.conv2d inputs(%t, %t : !l, !l) weights(%w, %w : tensor<1x1x1x1xi16>, tensor<1x1x1x1xi16>) windows [#scnn.window<>, #scnn.window<>]
    {requantization = #scnn.requantization<product_shifts = [0, 0], multipliers = [1], shifts = [0]>} -> !l
  %s = scnn.store %y : !l -> tensor<1x1x4x4x!q>
  return %s : tensor<1x1x4x4x!q>
}

// -----

// Pieces that are there are cut further. The second one has rows 3 ... 7 of
// the tensor; the first half of its result needs the first 4 of them, the
// second half the last 3. All are pieces of the one layer.

!q = !quant.uniform<i16:f32, 0.5>
!in = tensor<1x1x5x4x!q, #scnn.layout<grid = [2, 2]>>
!out = tensor<1x1x4x4x!q, #scnn.layout<grid = [2, 2]>>
#r = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>

// CHECK-LABEL: func @pieces_of_pieces
// CHECK: scnn.load %{{.*}} rows from 0 : {{.*}} -> tensor<1x1x3x4x
// CHECK: %[[A:.*]] = scnn.conv2d {{.*}}padding = [1, 0, 0, 0]
// CHECK: scnn.load %{{.*}} rows from 1 : {{.*}} -> tensor<1x1x4x4x
// CHECK: %[[B:.*]] = scnn.conv2d {{.*}}windows [#scnn.window<>]
// CHECK: scnn.load %{{.*}} rows from 3 : {{.*}} -> tensor<1x1x4x4x
// CHECK: %[[C:.*]] = scnn.conv2d {{.*}}windows [#scnn.window<>]
// CHECK: scnn.load %{{.*}} rows from 5 : {{.*}} -> tensor<1x1x3x4x
// CHECK: %[[D:.*]] = scnn.conv2d {{.*}}padding = [0, 1, 0, 0]
// CHECK-NEXT: %[[S:.*]] = scnn.store %[[A]], %[[B]], %[[C]], %[[D]] :
// CHECK-NEXT: return %[[S]]
func.func @pieces_of_pieces(%d: tensor<1x1x8x4x!q>) -> tensor<1x1x8x4x!q> {
  %w = arith.constant dense<1> : tensor<1x1x3x1xi16>
  %t0 = scnn.load %d rows from 0 : tensor<1x1x8x4x!q> -> !in
  %y0 = scnn.conv2d inputs(%t0 : !in) weights(%w : tensor<1x1x3x1xi16>) windows [#scnn.window<padding = [1, 0, 0, 0]>] {requantization = #r} -> !out
  %t1 = scnn.load %d rows from 3 : tensor<1x1x8x4x!q> -> !in
  %y1 = scnn.conv2d inputs(%t1 : !in) weights(%w : tensor<1x1x3x1xi16>) windows [#scnn.window<padding = [0, 1, 0, 0]>] {requantization = #r} -> !out
  %s = scnn.store %y0, %y1 : !out, !out -> tensor<1x1x8x4x!q>
  return %s : tensor<1x1x8x4x!q>
}

// -----

// A result that a layer reads in pieces is stored before them, though its store
// comes later. The first layer stays whole: two rows are one piece.

!q = !quant.uniform<i16:f32, 0.5>
!two = tensor<1x1x2x4x!q, #scnn.layout<grid = [2, 2]>>
!four = tensor<1x1x4x4x!q, #scnn.layout<grid = [2, 2]>>
#r = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>

// CHECK-LABEL: func @late_store
// CHECK: %[[Y:.*]] = scnn.conv2d
// CHECK-NEXT: %[[S:.*]] = scnn.store %[[Y]] :
// CHECK: scnn.load %[[S]] rows from 0 : {{.*}} -> tensor<1x1x2x4x
// CHECK: scnn.load %[[S]] rows from 0 : {{.*}} -> tensor<1x1x2x4x
// CHECK: %[[Z:.*]] = scnn.store
// CHECK-NEXT: return %[[S]], %[[Z]]
func.func @late_store(%d: tensor<1x1x2x4x!q>) -> (tensor<1x1x2x4x!q>, tensor<1x1x4x4x!q>) {
  %w = arith.constant dense<1> : tensor<1x1x1x1xi16>
  %v = arith.constant dense<1> : tensor<1x1x4x1xi16>
  %t = scnn.load %d : tensor<1x1x2x4x!q> -> !two
  %y = scnn.conv2d inputs(%t : !two) weights(%w : tensor<1x1x1x1xi16>) windows [#scnn.window<>] {requantization = #r} -> !two
  %z = scnn.conv2d inputs(%y : !two) weights(%v : tensor<1x1x4x1xi16>) windows [#scnn.window<padding = [3, 2, 0, 0]>] {requantization = #r} -> !four
  %s = scnn.store %y : !two -> tensor<1x1x2x4x!q>
  %u = scnn.store %z : !four -> tensor<1x1x4x4x!q>
  return %s, %u : tensor<1x1x2x4x!q>, tensor<1x1x4x4x!q>
}

// -----

// A piece that would read nothing but padding can't be made: row 4 of the
// result needs rows 4 and 5 of a plane of 4. The layer stays whole.

!q = !quant.uniform<i16:f32, 0.5>
!four = tensor<1x1x4x4x!q, #scnn.layout<grid = [2, 2]>>
!five = tensor<1x1x5x4x!q, #scnn.layout<grid = [2, 2]>>

// CHECK-LABEL: func @padding_only
// CHECK-NOT: rows from
// CHECK: scnn.conv2d {{.*}} -> tensor<1x1x5x4x
func.func @padding_only(%d: tensor<1x1x4x4x!q>) -> tensor<1x1x5x4x!q> {
  %w = arith.constant dense<1> : tensor<1x1x2x1xi16>
  %t = scnn.load %d : tensor<1x1x4x4x!q> -> !four
  %y = scnn.conv2d inputs(%t : !four) weights(%w : tensor<1x1x2x1xi16>) windows [#scnn.window<padding = [0, 2, 0, 0]>]
    {requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> !five
  %s = scnn.store %y : !five -> tensor<1x1x5x4x!q>
  return %s : tensor<1x1x5x4x!q>
}
