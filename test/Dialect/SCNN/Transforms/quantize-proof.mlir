// RUN: scnn-opt %s --scnn-quantize --remark-policy=all --remarks-filter=scnn-mapping -o /dev/null 2>&1 | FileCheck %s

// The proof that no accumulator overflows does not rest on calibration: with the
// same weights, the largest sum that any activations can produce is the same,
// whatever ranges and densities were seen, and is within 24 bits.

// CHECK: remark: [Passed] quantize | {{.*}}LargestSum=[[SUM:83[0-9]+]],
// CHECK: remark: [Passed] quantize | {{.*}}LargestSum=[[SUM]],

func.func @small_and_sparse(%x: tensor<1x2x4x4xf32>) -> tensor<1x1x2x2xf32> attributes {scnn.range = [0.5], scnn.peak_density = [0.0]} {
  %w = arith.constant dense<[[[[1.0, -2.0, 3.0], [0.5, 0.0, 1.0], [2.0, 2.0, -1.0]], [[1.0, 2.0, -3.0], [0.5, 4.0, 1.0], [2.0, 0.0, 1.0]]]]> : tensor<1x2x3x3xf32>
  %y = scnn.conv2d inputs(%x : tensor<1x2x4x4xf32>) weights(%w : tensor<1x2x3x3xf32>) windows [#scnn.window<>]
    {scnn.range = 2.0, scnn.peak_density = 0.0} -> tensor<1x1x2x2xf32>
  return %y : tensor<1x1x2x2xf32>
}

func.func @large_and_dense(%x: tensor<1x2x4x4xf32>) -> tensor<1x1x2x2xf32> attributes {scnn.range = [1024.0], scnn.peak_density = [1.0]} {
  %w = arith.constant dense<[[[[1.0, -2.0, 3.0], [0.5, 0.0, 1.0], [2.0, 2.0, -1.0]], [[1.0, 2.0, -3.0], [0.5, 4.0, 1.0], [2.0, 0.0, 1.0]]]]> : tensor<1x2x3x3xf32>
  %y = scnn.conv2d inputs(%x : tensor<1x2x4x4xf32>) weights(%w : tensor<1x2x3x3xf32>) windows [#scnn.window<>]
    {scnn.range = 4096.0, scnn.peak_density = 1.0} -> tensor<1x1x2x2xf32>
  return %y : tensor<1x1x2x2xf32>
}
