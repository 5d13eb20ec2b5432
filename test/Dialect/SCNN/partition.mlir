// RUN: scnn-opt %s --scnn-partition --split-input-file | FileCheck %s
// RUN: scnn-opt %s --scnn-partition --scnn-partition --split-input-file | FileCheck %s

!q = !quant.uniform<i16:f32, 0.5>

// CHECK-LABEL: func @main
// CHECK-SAME: %[[X:.*]]: tensor<1x4x4x2xf32> {scnn.name = "x"}
// CHECK: %[[H:.*]] = call @host_0(%[[X]]) : (tensor<1x4x4x2xf32>) -> tensor<1x2x4x4xf32>
// CHECK: %[[Q:.*]] = quant.qcast %[[H]]
// CHECK: %[[P:.*]] = scnn.max_pool2d %[[Q]]
// CHECK: %[[D:.*]] = quant.dcast %[[P]]
// CHECK: %[[R:.*]]:2 = call @host_1(%[[D]], %[[H]]) : (tensor<1x2x2x2xf32>, tensor<1x2x4x4xf32>) -> (tensor<1x8xf32>, tensor<1x2x4x4xf32>)
// CHECK: return %[[R]]#0, %[[R]]#1

// The constant shape goes along; the transposed tensor is not computed twice.
// CHECK: func private @host_0(%[[A:.*]]: tensor<1x4x4x2xf32>) -> tensor<1x2x4x4xf32> attributes {scnn.host}
// CHECK-NEXT: %[[T:.*]] = tosa.transpose %[[A]]
// CHECK-NEXT: return %[[T]]
// CHECK: func private @host_1(%[[A:.*]]: tensor<1x2x2x2xf32>, %[[B:.*]]: tensor<1x2x4x4xf32>) -> (tensor<1x8xf32>, tensor<1x2x4x4xf32>) attributes {scnn.host}
// CHECK-NEXT: %[[S:.*]] = tosa.const_shape
// CHECK-NEXT: %[[F:.*]] = tosa.reshape %[[A]], %[[S]]
// CHECK-NEXT: %[[N:.*]] = tosa.sigmoid %[[F]]
// CHECK-NEXT: %[[G:.*]] = tosa.sigmoid %[[B]]
// CHECK-NEXT: return %[[N]], %[[G]]
// CHECK-NOT: func private
func.func @main(%x: tensor<1x4x4x2xf32> {scnn.name = "x"}) -> (tensor<1x8xf32>, tensor<1x2x4x4xf32>) {
  %shape = tosa.const_shape {values = dense<[1, 8]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %t = tosa.transpose %x {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x4x4xf32>
  %q = quant.qcast %t : tensor<1x2x4x4xf32> to tensor<1x2x4x4x!q>
  %p = scnn.max_pool2d %q <size = [2, 2], stride = [2, 2]> : tensor<1x2x4x4x!q> -> tensor<1x2x2x2x!q>
  %d = quant.dcast %p : tensor<1x2x2x2x!q> to tensor<1x2x2x2xf32>
  %f = tosa.reshape %d, %shape : (tensor<1x2x2x2xf32>, !tosa.shape<2>) -> tensor<1x8xf32>
  %n = tosa.sigmoid %f : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %g = tosa.sigmoid %t : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  return %n, %g : tensor<1x8xf32>, tensor<1x2x4x4xf32>
}

// -----

// The weights of a convolution stay where they are; host functions have their
// own copy of a constant. A constant that is a result comes from the host.

// CHECK-LABEL: func @main
// CHECK-NEXT: call @host_0()
// CHECK-NEXT: %[[W:.*]] = arith.constant dense<1.000000e+00> : tensor<1x1x1x1xf32>
// CHECK-NEXT: scnn.conv2d inputs(%{{.*}}) weights(%[[W]]
// CHECK: call @host_1(
// CHECK: return
// CHECK: func private @host_0() -> tensor<2xf32>
// CHECK-NEXT: %[[C:.*]] = arith.constant dense<2.000000e+00>
// CHECK-NEXT: return %[[C]]
// CHECK: func private @host_1(
// CHECK-NEXT: arith.constant dense<1.000000e+00> : tensor<1x1x1x1xf32>
// CHECK-NEXT: tosa.add
func.func @main(%x: tensor<1x1x1x1xf32>) -> (tensor<1x1x1x1xf32>, tensor<2xf32>) {
  %c = arith.constant dense<2.0> : tensor<2xf32>
  %w = arith.constant dense<1.0> : tensor<1x1x1x1xf32>
  %y = scnn.conv2d inputs(%x : tensor<1x1x1x1xf32>) weights(%w : tensor<1x1x1x1xf32>) windows [#scnn.window<>] -> tensor<1x1x1x1xf32>
  %a = tosa.add %y, %w : (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
  return %a, %c : tensor<1x1x1x1xf32>, tensor<2xf32>
}

// -----

// Without @main there is nothing to do.

// CHECK-LABEL: func @other
// CHECK-NEXT: tosa.sigmoid
func.func @other(%x: tensor<8xf32>) -> tensor<8xf32> {
  %y = tosa.sigmoid %x : (tensor<8xf32>) -> tensor<8xf32>
  return %y : tensor<8xf32>
}

// -----

// Results that are arguments, or each other, are copies.

// CHECK-LABEL: func @main
// CHECK-SAME: %[[X:.*]]: tensor<2xf32>
// CHECK: %[[R:.*]]:3 = call @host_0(%[[X]])
// CHECK: return %{{.*}}, %{{.*}}, %{{.*}} : tensor<2xf32>
// CHECK: func private @host_0(%[[A:.*]]: tensor<2xf32>)
// CHECK-NEXT: %[[S:.*]] = tosa.sigmoid %[[A]]
// CHECK: %[[I:.*]] = linalg.copy ins(%[[A]]
// CHECK: %[[J:.*]] = linalg.copy ins(%[[S]]
// CHECK-NEXT: return %[[S]], %[[I]], %[[J]]
func.func @main(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %s = tosa.sigmoid %x : (tensor<2xf32>) -> tensor<2xf32>
  return %x, %s, %s : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}
