// RUN: scnn-opt %s --scnn-dram-tiling --split-input-file | FileCheck %s
// RUN: scnn-opt %s --scnn-dram-tiling --split-input-file --remark-policy=all --remarks-filter=scnn-mapping -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// One PE, elements of 20 bits, 16 accumulators, so one of a plane's 16
// positions for one output channel.

// 4 of 4 x 4 inputs and as many outputs, 64 elements each; a RAM has 32. As a
// whole, 32 inputs would be written once and read for each of 4 groups, 32
// outputs written: 192 elements. In two pieces, 128 elements move, and the 16
// weights once more.

!q = !quant.uniform<i16:f32, 0.5>
!l = tensor<1x4x4x4x!q, #scnn.layout<grid = [1, 1]>>
#r = #scnn.requantization<product_shifts = [0, 0, 0, 0], multipliers = [1, 1, 1, 1], shifts = [0, 0, 0, 0]>

// REMARK: remark: [Passed] dram-tiling
// REMARK-SAME: Layer=scnn.conv2d, PieceBits=2880, PieceRows=2, Pieces=2, Remark="in pieces", SpillBits=3840
// CHECK-LABEL: func @pieces
// CHECK-COUNT-2: scnn.conv2d {{.*}} -> tensor<1x4x2x4x
// CHECK-NOT: scnn.conv2d
module attributes {scnn.machine = #scnn.machine<pe_rows = 1, pe_cols = 1, activation_ram_bytes = 80, accumulator_banks = 4, entries_per_bank = 4>} {
  func.func @pieces(%d: tensor<1x4x4x4x!q>) -> tensor<1x4x4x4x!q> {
    %t = scnn.load %d : tensor<1x4x4x4x!q> -> !l
    %w = arith.constant dense<1> : tensor<4x4x1x1xi16>
    %y = scnn.conv2d inputs(%t : !l) weights(%w : tensor<4x4x1x1xi16>) windows [#scnn.window<>] {requantization = #r} -> !l
    %s = scnn.store %y : !l -> tensor<1x4x4x4x!q>
    return %s : tensor<1x4x4x4x!q>
  }
}

// -----

// One input channel fits: only 32 outputs would be spilled, 640 bits. Pieces
// would move 16 + 64 elements, and the 4 weights once more.

!q = !quant.uniform<i16:f32, 0.5>
!l = tensor<1x1x4x4x!q, #scnn.layout<grid = [1, 1]>>
!m = tensor<1x4x4x4x!q, #scnn.layout<grid = [1, 1]>>
#r = #scnn.requantization<product_shifts = [0], multipliers = [1, 1, 1, 1], shifts = [0, 0, 0, 0]>

// REMARK: remark: [Passed] dram-tiling
// REMARK-SAME: PieceBits=1680, PieceRows=4, Pieces=1, Remark="spilling costs less", SpillBits=640
// CHECK-LABEL: func @whole
// CHECK-NOT: rows from
// CHECK: scnn.conv2d {{.*}} -> tensor<1x4x4x4x
module attributes {scnn.machine = #scnn.machine<pe_rows = 1, pe_cols = 1, activation_ram_bytes = 80, accumulator_banks = 4, entries_per_bank = 4>} {
  func.func @whole(%d: tensor<1x1x4x4x!q>) -> tensor<1x4x4x4x!q> {
    %t = scnn.load %d : tensor<1x1x4x4x!q> -> !l
    %w = arith.constant dense<1> : tensor<4x1x1x1xi16>
    %y = scnn.conv2d inputs(%t : !l) weights(%w : tensor<4x1x1x1xi16>) windows [#scnn.window<>] {requantization = #r} -> !m
    %s = scnn.store %y : !m -> tensor<1x4x4x4x!q>
    return %s : tensor<1x4x4x4x!q>
  }
}

// -----

// A row of 4 channels and columns has 16 elements, a RAM 10.

!q = !quant.uniform<i16:f32, 0.5>
!l = tensor<1x4x4x4x!q, #scnn.layout<grid = [1, 1]>>
#r = #scnn.requantization<product_shifts = [0, 0, 0, 0], multipliers = [1, 1, 1, 1], shifts = [0, 0, 0, 0]>

// REMARK: remark: [Passed] dram-tiling
// REMARK-SAME: PieceBits=0, PieceRows=4, Pieces=1, Remark="even a row does not fit"
// CHECK-LABEL: func @row
// CHECK-NOT: rows from
module attributes {scnn.machine = #scnn.machine<pe_rows = 1, pe_cols = 1, activation_ram_bytes = 25, accumulator_banks = 4, entries_per_bank = 4>} {
  func.func @row(%d: tensor<1x4x4x4x!q>) -> tensor<1x4x4x4x!q> {
    %t = scnn.load %d : tensor<1x4x4x4x!q> -> !l
    %w = arith.constant dense<1> : tensor<4x4x1x1xi16>
    %y = scnn.conv2d inputs(%t : !l) weights(%w : tensor<4x4x1x1xi16>) windows [#scnn.window<>] {requantization = #r} -> !l
    %s = scnn.store %y : !l -> tensor<1x4x4x4x!q>
    return %s : tensor<1x4x4x4x!q>
  }
}

// -----

// Everything fits but the accumulators, of which a PE has 8: no more than two
// rows of 4 at a time. A layer that has not the accumulators for a channel
// can't spill.

!q = !quant.uniform<i16:f32, 0.5>
!l = tensor<1x1x5x4x!q, #scnn.layout<grid = [1, 1]>>
#r = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>

// REMARK: remark: [Passed] dram-tiling
// REMARK-SAME: PieceRows=2, Pieces=3, Remark="in pieces", SpillBits=0
// CHECK-LABEL: func @accumulators
// CHECK-COUNT-2: scnn.conv2d {{.*}} -> tensor<1x1x2x4x
// CHECK: scnn.conv2d {{.*}} -> tensor<1x1x1x4x
module attributes {scnn.machine = #scnn.machine<pe_rows = 1, pe_cols = 1, accumulator_banks = 4, entries_per_bank = 2>} {
  func.func @accumulators(%d: tensor<1x1x5x4x!q>) -> tensor<1x1x5x4x!q> {
    %t = scnn.load %d : tensor<1x1x5x4x!q> -> !l
    %w = arith.constant dense<1> : tensor<1x1x3x1xi16>
    %y = scnn.conv2d inputs(%t : !l) weights(%w : tensor<1x1x3x1xi16>) windows [#scnn.window<padding = [1, 1, 0, 0]>] {requantization = #r} -> !l
    %s = scnn.store %y : !l -> tensor<1x1x5x4x!q>
    return %s : tensor<1x1x5x4x!q>
  }
}

// -----

// What fits needs no choice, and no remark.

!q = !quant.uniform<i16:f32, 0.5>
!l = tensor<1x1x5x4x!q, #scnn.layout<grid = [1, 1]>>
#r = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>

// REMARK-NOT: remark:
// CHECK-LABEL: func @fits
module attributes {scnn.machine = #scnn.machine<pe_rows = 1, pe_cols = 1>} {
  func.func @fits(%d: tensor<1x1x5x4x!q>) -> tensor<1x1x5x4x!q> {
    %t = scnn.load %d : tensor<1x1x5x4x!q> -> !l
    %w = arith.constant dense<1> : tensor<1x1x3x1xi16>
    %y = scnn.conv2d inputs(%t : !l) weights(%w : tensor<1x1x3x1xi16>) windows [#scnn.window<padding = [1, 1, 0, 0]>] {requantization = #r} -> !l
    %s = scnn.store %y : !l -> tensor<1x1x5x4x!q>
    return %s : tensor<1x1x5x4x!q>
  }
}
