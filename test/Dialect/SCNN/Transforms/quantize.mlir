// RUN: scnn-opt %s --scnn-quantize | FileCheck %s
// RUN: scnn-opt %s --scnn-quantize=headroom=1 | FileCheck %s --check-prefix=HEADROOM
// RUN: scnn-opt %s --scnn-quantize --remark-policy=all --remarks-filter=scnn-mapping -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// The range and 5 % above it fill 16 bits: 32767 * 1.05 / 32767. Weights and
// bias are integers, bounds are in the result's units, and the value crosses
// into and out of fixed point once.

// CHECK-LABEL: func @main
// CHECK-SAME: %[[X:.*]]: tensor<1x1x4x4xf32>
// CHECK-NEXT: %[[Q:.*]] = quant.qcast %[[X]] : {{.*}} to tensor<1x1x4x4x!quant.uniform<i16:f32, 1.050000e+00>>
// CHECK-NEXT: %[[W:.*]] = arith.constant dense<{{.*}}> : tensor<1x1x1x1xi16>
// CHECK-NEXT: %[[B:.*]] = arith.constant dense<{{.*}}> : tensor<1xi32>
// CHECK-NEXT: %[[A:.*]] = scnn.conv2d inputs(%[[Q]] : {{.*}}) weights(%[[W]] : tensor<1x1x1x1xi16>) bias(%[[B]] : tensor<1xi32>)
// CHECK-SAME: requantization = #scnn.requantization<product_shifts = [{{[0-9]+}}], multipliers = [{{[0-9]+}}], shifts = [{{[0-9]+}}], minimum = 0>
// CHECK-SAME: -> tensor<1x1x4x4x!quant.uniform<i16:f32, 2.100000e+00>>
// CHECK: scnn.conv2d inputs(%[[A]]
// CHECK-NOT: f32>)
// CHECK: %[[D:.*]] = quant.dcast %{{.*}} to tensor<1x1x2x2xf32>
// CHECK-NEXT: return %[[D]]

// HEADROOM: quant.qcast {{.*}}!quant.uniform<i16:f32, 2.000000e+00>

// The proof: no activations whatsoever reach beyond 24 bits, and the first
// layer's sums come near.
// REMARK: remark: [Passed] quantize | {{.*}}AccumulatorBits=24, LargestSum=838{{[0-9]+}}, Layer=scnn.conv2d, ScaleOfResult=2.100000e+00
// REMARK: remark: [Passed] quantize
func.func @main(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x2x2xf32> attributes {scnn.range = [32767.0]} {
  %w = arith.constant dense<2.0> : tensor<1x1x1x1xf32>
  %b = arith.constant dense<-3.0> : tensor<1xf32>
  %y = scnn.conv2d inputs(%x : tensor<1x1x4x4xf32>) weights(%w : tensor<1x1x1x1xf32>) bias(%b : tensor<1xf32>) windows [#scnn.window<>]
    {clamp_min = 0.0 : f32, scnn.range = 65534.0} -> tensor<1x1x4x4xf32>
  %v = arith.constant dense<1.0> : tensor<1x1x3x3xf32>
  %z = scnn.conv2d inputs(%y : tensor<1x1x4x4xf32>) weights(%v : tensor<1x1x3x3xf32>) windows [#scnn.window<>]
    {scnn.range = 65534.0} -> tensor<1x1x2x2xf32>
  return %z : tensor<1x1x2x2xf32>
}

// What was in fixed point before stays as it is.

// CHECK-LABEL: func @fixed_before
// CHECK-NEXT: arith.constant
// CHECK-NEXT: scnn.conv2d
// CHECK-NEXT: return
func.func @fixed_before(%x: tensor<1x1x4x4x!quant.uniform<i16:f32, 0.5>>) -> tensor<1x1x4x4x!quant.uniform<i16:f32, 0.5>> {
  %w = arith.constant dense<2> : tensor<1x1x1x1xi16>
  %y = scnn.conv2d inputs(%x : tensor<1x1x4x4x!quant.uniform<i16:f32, 0.5>>) weights(%w : tensor<1x1x1x1xi16>) windows [#scnn.window<>]
    {requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> tensor<1x1x4x4x!quant.uniform<i16:f32, 0.5>>
  return %y : tensor<1x1x4x4x!quant.uniform<i16:f32, 0.5>>
}
