// The search mapper takes the group size with the fewest estimated cycles.

// RUN: scnn-opt %s --scnn-planar-tiling --scnn-output-channel-grouping -o /dev/null \
// RUN:   --remark-policy=all --remarks-filter=scnn-mapping 2>&1 | FileCheck %s --check-prefix=PAPER
// RUN: scnn-opt %s --scnn-planar-tiling --scnn-output-channel-grouping=mapper=search -o /dev/null \
// RUN:   --remark-policy=all --remarks-filter=scnn-mapping 2>&1 | FileCheck %s --check-prefix=SEARCH

!q = !quant.uniform<i16:f32, 1.0>

// A PE has 16 activations (4 vectors) and 9 weights (3 vectors) for each of the
// 16 channels: 12 cycles. Post-processing a channel takes 16 / 4 cycles to drain
// and 4 for the halo of the longest side. In one group it follows all products:
// 16 * 12 + 16 * 8; in groups of one channel all but the last one's is hidden:
// 16 * 12 + 8.
// PAPER: output-channel-grouping | {{.*}}EstimatedCycles=320, GroupSize=16, Groups=1, {{.*}}Remark="one group"
// SEARCH: output-channel-grouping | {{.*}}EstimatedCycles=200, GroupSize=1, Groups=16, {{.*}}Remark="fewest estimated cycles"
func.func @main(%x: tensor<1x16x32x32x!q>) -> tensor<1x16x32x32x!q> {
  %w = arith.constant dense<1> : tensor<16x1x3x3xi16>
  %y = scnn.conv2d inputs(%x : tensor<1x16x32x32x!q>) weights(%w : tensor<16x1x3x3xi16>)
      windows [#scnn.window<padding = [1, 1, 1, 1], groups = 16>]
      {requantization = #scnn.requantization<
         product_shifts = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
         multipliers = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
         shifts = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]>}
      -> tensor<1x16x32x32x!q>
  return %y : tensor<1x16x32x32x!q>
}
