// RUN: scnn-opt %s --scnn-quantize --scnn-partition | FileCheck %s
// RUN: scnn-opt %s --scnn-quantize --scnn-partition | FileCheck %s --check-prefix=HOST
// RUN: scnn-opt %s --scnn-quantize --remark-policy=all --remarks-filter=scnn-mapping -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// What the accelerator cannot run stays on f32 and goes to the host, with a
// reason; its neighbours do not.

// CHECK-LABEL: func @main
// CHECK: quant.qcast
// CHECK: scnn.conv2d {{.*}} -> tensor<1x1x1x300x!quant.uniform
// CHECK: %[[D:.*]] = quant.dcast
// CHECK: %[[H:.*]] = call @host_0(%[[D]], %{{.*}})
// CHECK: %[[Q:.*]] = quant.qcast %[[H]]
// CHECK: scnn.conv2d inputs(%[[Q]]
// HOST: func private @host_0(
// HOST: scnn.conv2d {{.*}} weights(%arg1
// HOST: scnn.conv2d {{.*}} bias(%arg2
// HOST: scnn.conv2d {{.*}} weights(%{{.*}} : tensor<1x1x1x256xf32>)
// HOST: scnn.max_pool2d {{.*}} <size = [1, 1], stride = [1, 256]>
// HOST: return

// REMARK-DAG: remark: {{.*}}[Missed] scnn-quantize | {{.*}}Layer=weights, Reason="runs on the host: expected weights #0 to be constant"
// REMARK-DAG: remark: {{.*}}[Missed] scnn-quantize | {{.*}}Layer=bias, Reason="runs on the host: expected the bias to be constant"
// REMARK-DAG: remark: {{.*}}[Missed] scnn-quantize | {{.*}}Layer=filter, Reason="runs on the host: expected filters of at most 255x255, but got 1x256"
// REMARK-DAG: remark: {{.*}}[Missed] scnn-quantize | {{.*}}Layer=pool, Reason="runs on the host: expected a pooling stride of at most 255x255, but got 1x256"
func.func @main(%x: tensor<1x1x1x300xf32>, %u: tensor<1x1x1x1xf32>, %b: tensor<1xf32>) -> tensor<1x1x1x1xf32> attributes {scnn.range = [1.0, 1.0, 1.0]} {
  %w = arith.constant dense<2.0> : tensor<1x1x1x1xf32>
  %v = arith.constant dense<2.0> : tensor<1x1x1x256xf32>
  %0 = scnn.conv2d inputs(%x : tensor<1x1x1x300xf32>) weights(%w : tensor<1x1x1x1xf32>) windows [#scnn.window<>] {scnn.range = 2.0} -> tensor<1x1x1x300xf32> loc("first")
  %1 = scnn.conv2d inputs(%0 : tensor<1x1x1x300xf32>) weights(%u : tensor<1x1x1x1xf32>) windows [#scnn.window<>] {scnn.range = 2.0} -> tensor<1x1x1x300xf32> loc("weights")
  %2 = scnn.conv2d inputs(%1 : tensor<1x1x1x300xf32>) weights(%w : tensor<1x1x1x1xf32>) bias(%b : tensor<1xf32>) windows [#scnn.window<>] {scnn.range = 2.0} -> tensor<1x1x1x300xf32> loc("bias")
  %3 = scnn.conv2d inputs(%2 : tensor<1x1x1x300xf32>) weights(%v : tensor<1x1x1x256xf32>) windows [#scnn.window<>] {scnn.range = 2.0} -> tensor<1x1x1x45xf32> loc("filter")
  %4 = scnn.max_pool2d %3 <size = [1, 1], stride = [1, 256]> {scnn.range = 2.0} : tensor<1x1x1x45xf32> -> tensor<1x1x1x1xf32> loc("pool")
  %5 = scnn.conv2d inputs(%4 : tensor<1x1x1x1xf32>) weights(%w : tensor<1x1x1x1xf32>) windows [#scnn.window<>] {scnn.range = 4.0} -> tensor<1x1x1x1xf32> loc("last")
  return %5 : tensor<1x1x1x1xf32>
}

// An output channel without weights does not make the others coarser: the scale
// is that of the range, 0.001 * 1.05 / 32767, not that of the channel's unit.

// CHECK-LABEL: func @pruned_channel
// CHECK: scnn.conv2d {{.*}} -> tensor<1x2x1x1x!quant.uniform<i16:f32, 3.204
func.func @pruned_channel(%x: tensor<1x1x1x1xf32>) -> tensor<1x2x1x1xf32> attributes {scnn.range = [0.001]} {
  %w = arith.constant dense<[[[[1.0]]], [[[0.0]]]]> : tensor<2x1x1x1xf32>
  %y = scnn.conv2d inputs(%x : tensor<1x1x1x1xf32>) weights(%w : tensor<2x1x1x1xf32>) windows [#scnn.window<>] {scnn.range = 0.001} -> tensor<1x2x1x1xf32>
  return %y : tensor<1x2x1x1xf32>
}
