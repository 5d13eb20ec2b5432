// RUN: scnn-opt %s --scnn-dram-tiling --scnn-output-channel-grouping | FileCheck %s
// RUN: scnn-opt %s --scnn-dram-tiling | FileCheck %s --check-prefix=PIECES

// Pooling can give more values than there were sums: of 2 x 2 sums, 3 x 3
// maxima. 18 accumulators hold those of 2 channels.

!q = !quant.uniform<i16:f32, 0.5>
!x = tensor<1x1x2x2x!q, #scnn.layout<grid = [1, 1]>>
!y = tensor<1x4x3x3x!q, #scnn.layout<grid = [1, 1]>>
!four = tensor<1x1x4x4x!q, #scnn.layout<grid = [1, 1]>>
!z = tensor<1x1x5x4x!q, #scnn.layout<grid = [1, 1]>>

// CHECK-LABEL: func @pooled
// CHECK: mapping = #scnn.mapping<group_size = 2>
// PIECES-LABEL: func @pooled
// PIECES-NOT: rows from

// 4 x 4 sums fit, 5 x 4 maxima do not: two pieces have 3 x 4 and 2 x 4.
// PIECES-LABEL: func @cut
// PIECES: scnn.conv2d {{.*}} -> tensor<1x1x3x4x
// PIECES: scnn.conv2d {{.*}} -> tensor<1x1x2x4x
module attributes {scnn.machine = #scnn.machine<pe_rows = 1, pe_cols = 1, accumulator_banks = 2, entries_per_bank = 9>} {
  func.func @pooled(%d: tensor<1x1x2x2x!q>, %w: tensor<4x1x1x1xi16>) -> tensor<1x4x3x3x!q> {
    %t = scnn.load %d : tensor<1x1x2x2x!q> -> !x
    %y = scnn.conv2d inputs(%t : !x) weights(%w : tensor<4x1x1x1xi16>) windows [#scnn.window<>]
      {pool = #scnn.pool<size = [2, 2], padding = [1, 1, 1, 1]>, requantization = #scnn.requantization<product_shifts = [0], multipliers = [1, 1, 1, 1], shifts = [0, 0, 0, 0]>} -> !y
    %s = scnn.store %y : !y -> tensor<1x4x3x3x!q>
    return %s : tensor<1x4x3x3x!q>
  }
  func.func @cut(%d: tensor<1x1x4x4x!q>, %w: tensor<1x1x1x1xi16>) -> tensor<1x1x5x4x!q> {
    %t = scnn.load %d : tensor<1x1x4x4x!q> -> !four
    %y = scnn.conv2d inputs(%t : !four) weights(%w : tensor<1x1x1x1xi16>) windows [#scnn.window<>]
      {pool = #scnn.pool<size = [2, 1], padding = [1, 1, 0, 0]>, requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> !z
    %s = scnn.store %y : !z -> tensor<1x1x5x4x!q>
    return %s : tensor<1x1x5x4x!q>
  }
}
