// What runs on the host, and why, in the table and in the stats file.

// RUN: rm -rf %t && mkdir %t
// RUN: %python -c "import numpy as np; np.save('%t/x.npy', np.random.default_rng(0).uniform(-1, 1, (1, 4, 4, 2)).astype(np.float32))"
// RUN: scnn-compile %s -o %t/p.scnn --calibrate input0=%t/x.npy
// RUN: scnn-sim %t/p.scnn --input input0=%t/x.npy --stats %t/stats.json | FileCheck %s
// RUN: FileCheck %s --check-prefix=STATS --input-file %t/stats.json

// The accelerator multiplies 16 positions x 3 outputs x 2 inputs = 96, the host
// 16 x 16 results x 3 = 768.
// CHECK: 11.1 % of the multiplies of convolutions and matrix products ran on the accelerator
// CHECK-DAG: on the host: host_1: tosa.matmul (no accelerator operation for tosa.matmul)
// CHECK-DAG: on the host: host_1: tosa.sigmoid (no accelerator operation for tosa.sigmoid)

// STATS: "layers": [
// STATS: "dense_macs": 96,
// STATS: "engine": "scnn"
// STATS: "dense_macs": 768,
// STATS: "engine": "host"
// STATS: "host_operations": [
// STATS: "operation": "tosa.matmul",
// STATS-NEXT: "reason": "no accelerator operation for tosa.matmul"
// STATS: "totals":
// STATS: "accelerator_mac_share": 0.1111
// STATS: "dense_macs": 864,

func.func @main(%x: tensor<1x4x4x2xf32>) -> tensor<1x16x16xf32> {
  %w = "tosa.const"() <{values = dense<[[[[0.5, -0.25]]], [[[1.0, 0.125]]], [[[0.75, 0.5]]]]> : tensor<3x1x1x2xf32>}> : () -> tensor<3x1x1x2xf32>
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %y = tosa.conv2d %x, %w, %z, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<3x1x1x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x3xf32>
  %rows = tosa.const_shape {values = dense<[1, 16, 3]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %a = tosa.reshape %y, %rows : (tensor<1x4x4x3xf32>, !tosa.shape<3>) -> tensor<1x16x3xf32>
  %b = tosa.transpose %a {perms = array<i32: 0, 2, 1>} : (tensor<1x16x3xf32>) -> tensor<1x3x16xf32>
  %p = tosa.matmul %a, %b, %z, %z : (tensor<1x16x3xf32>, tensor<1x3x16xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x16x16xf32>
  %s = tosa.sigmoid %p : (tensor<1x16x16xf32>) -> tensor<1x16x16xf32>
  return %s : tensor<1x16x16xf32>
}
