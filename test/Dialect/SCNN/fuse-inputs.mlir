// RUN: scnn-opt %s --scnn-fuse --split-input-file | FileCheck %s

// Zeros around the plane are the window's padding.

// CHECK-LABEL: func @padded
// CHECK-SAME: %[[X:.*]]: tensor<1x2x4x5xf32>
// CHECK: scnn.conv2d inputs(%[[X]] : tensor<1x2x4x5xf32>) {{.*}} windows [#scnn.window<padding = [2, 2, 3, 5]>] -> tensor<1x1x6x11xf32>
// CHECK-NOT: tosa.pad
func.func @padded(%x: tensor<1x2x4x5xf32>) -> tensor<1x1x6x11xf32> {
  %w = arith.constant dense<0.5> : tensor<1x2x3x3xf32>
  %s = tosa.const_shape {values = dense<[0, 0, 0, 0, 1, 2, 3, 4]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %p = tosa.pad %x, %s, %z : (tensor<1x2x4x5xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x2x7x12xf32>
  %y = scnn.conv2d inputs(%p : tensor<1x2x7x12xf32>) weights(%w : tensor<1x2x3x3xf32>) windows [#scnn.window<padding = [1, 0, 0, 1]>] -> tensor<1x1x6x11xf32>
  return %y : tensor<1x1x6x11xf32>
}

// -----

// Ones are not, nor are zeros along channels.

// CHECK-LABEL: func @padded_otherwise
// CHECK: tosa.pad
// CHECK: tosa.pad
func.func @padded_otherwise(%x: tensor<1x1x4x4xf32>) -> (tensor<1x1x5x4xf32>, tensor<1x1x4x4xf32>) {
  %w = arith.constant dense<0.5> : tensor<1x1x1x1xf32>
  %v = arith.constant dense<0.5> : tensor<1x2x1x1xf32>
  %s = tosa.const_shape {values = dense<[0, 0, 0, 0, 1, 0, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %t = tosa.const_shape {values = dense<[0, 0, 1, 0, 0, 0, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %o = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %p = tosa.pad %x, %s, %o : (tensor<1x1x4x4xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x1x5x4xf32>
  %q = tosa.pad %x, %t, %z : (tensor<1x1x4x4xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x2x4x4xf32>
  %y = scnn.conv2d inputs(%p : tensor<1x1x5x4xf32>) weights(%w : tensor<1x1x1x1xf32>) windows [#scnn.window<>] -> tensor<1x1x5x4xf32>
  %u = scnn.conv2d inputs(%q : tensor<1x2x4x4xf32>) weights(%v : tensor<1x2x1x1xf32>) windows [#scnn.window<>] -> tensor<1x1x4x4xf32>
  return %y, %u : tensor<1x1x5x4xf32>, tensor<1x1x4x4xf32>
}

// -----

// A fully connected layer has filters of the whole plane, with that stride; the
// elements of each filter keep their order.

// CHECK-LABEL: func @flattened
// CHECK-SAME: %[[X:.*]]: tensor<3x1x2x2xf32>
// CHECK: %[[W:.*]] = arith.constant dense<{{\[\[\[\[}}1.000000e+00, 2.000000e+00], [3.000000e+00, 4.000000e+00]]]]> : tensor<1x1x2x2xf32>
// CHECK: scnn.conv2d inputs(%[[X]] : tensor<3x1x2x2xf32>) weights(%[[W]] : tensor<1x1x2x2xf32>) windows [#scnn.window<stride = [2, 2]>] -> tensor<3x1x1x1xf32>
func.func @flattened(%x: tensor<3x1x2x2xf32>) -> tensor<3x1x1x1xf32> {
  %w = arith.constant dense<[[[[1.0]], [[2.0]], [[3.0]], [[4.0]]]]> : tensor<1x4x1x1xf32>
  %s = tosa.const_shape {values = dense<[3, 4, 1, 1]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %f = tosa.reshape %x, %s : (tensor<3x1x2x2xf32>, !tosa.shape<4>) -> tensor<3x4x1x1xf32>
  %y = scnn.conv2d inputs(%f : tensor<3x4x1x1xf32>) weights(%w : tensor<1x4x1x1xf32>) windows [#scnn.window<>] -> tensor<3x1x1x1xf32>
  return %y : tensor<3x1x1x1xf32>
}

// -----

// Where channels came last, filters are transposed, too.

// CHECK-LABEL: func @flattened_channels_last
// CHECK-SAME: %[[X:.*]]: tensor<1x2x1x2xf32>
// CHECK: %[[W:.*]] = arith.constant dense<{{\[\[\[\[}}1.000000e+00, 3.000000e+00]], {{\[\[}}2.000000e+00, 4.000000e+00]]]]> : tensor<1x2x1x2xf32>
// CHECK: scnn.conv2d inputs(%[[X]] : {{.*}} weights(%[[W]] : {{.*}} windows [#scnn.window<stride = [1, 2]>]
func.func @flattened_channels_last(%x: tensor<1x2x1x2xf32>) -> tensor<1x1x1x1xf32> {
  %w = arith.constant dense<[[[[1.0]], [[2.0]], [[3.0]], [[4.0]]]]> : tensor<1x4x1x1xf32>
  %s = tosa.const_shape {values = dense<[1, 4, 1, 1]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %t = tosa.transpose %x {perms = array<i32: 0, 2, 3, 1>} : (tensor<1x2x1x2xf32>) -> tensor<1x1x2x2xf32>
  %f = tosa.reshape %t, %s : (tensor<1x1x2x2xf32>, !tosa.shape<4>) -> tensor<1x4x1x1xf32>
  %y = scnn.conv2d inputs(%f : tensor<1x4x1x1xf32>) weights(%w : tensor<1x4x1x1xf32>) windows [#scnn.window<>] -> tensor<1x1x1x1xf32>
  return %y : tensor<1x1x1x1xf32>
}

// -----

// A plane that is too large for a filter stays flattened, as does one that is
// flattened into the batch.

// CHECK-LABEL: func @flattened_otherwise
// CHECK: tosa.reshape
// CHECK: tosa.reshape
func.func @flattened_otherwise(%x: tensor<1x1x1x256xf32>, %z: tensor<1x2x1x2xf32>) -> (tensor<1x1x1x1xf32>, tensor<2x1x1x1xf32>) {
  %w = arith.constant dense<0.5> : tensor<1x256x1x1xf32>
  %v = arith.constant dense<0.5> : tensor<1x2x1x1xf32>
  %s = tosa.const_shape {values = dense<[1, 256, 1, 1]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %t = tosa.const_shape {values = dense<[2, 2, 1, 1]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %f = tosa.reshape %x, %s : (tensor<1x1x1x256xf32>, !tosa.shape<4>) -> tensor<1x256x1x1xf32>
  %g = tosa.reshape %z, %t : (tensor<1x2x1x2xf32>, !tosa.shape<4>) -> tensor<2x2x1x1xf32>
  %y = scnn.conv2d inputs(%f : tensor<1x256x1x1xf32>) weights(%w : tensor<1x256x1x1xf32>) windows [#scnn.window<>] -> tensor<1x1x1x1xf32>
  %u = scnn.conv2d inputs(%g : tensor<2x2x1x1xf32>) weights(%v : tensor<1x2x1x1xf32>) windows [#scnn.window<>] -> tensor<2x1x1x1xf32>
  return %y, %u : tensor<1x1x1x1xf32>, tensor<2x1x1x1xf32>
}

// -----

// tensor.pad says the same.

// CHECK-LABEL: func @padded_tensor
// CHECK-SAME: %[[X:.*]]: tensor<1x1x4x5xf32>
// CHECK: tensor.pad
// CHECK: tensor.pad
// CHECK: scnn.conv2d inputs(%[[X]] : {{.*}} windows [#scnn.window<padding = [1, 2, 3, 4]>] -> tensor<1x1x7x12xf32>
func.func @padded_tensor(%x: tensor<1x1x4x5xf32>, %v: f32) -> (tensor<1x1x7x12xf32>, tensor<1x1x5x5xf32>, tensor<1x1x5x5xf32>) {
  %w = arith.constant dense<0.5> : tensor<1x1x1x1xf32>
  %z = arith.constant 0.0 : f32
  %o = arith.constant 1.0 : f32
  %p = tensor.pad %x low[0, 0, 1, 3] high[0, 0, 2, 4] {
  ^bb0(%n: index, %c: index, %i: index, %j: index):
    tensor.yield %z : f32
  } : tensor<1x1x4x5xf32> to tensor<1x1x7x12xf32>
  %q = tensor.pad %x low[0, 0, 1, 0] high[0, 0, 0, 0] {
  ^bb0(%n: index, %c: index, %i: index, %j: index):
    tensor.yield %o : f32
  } : tensor<1x1x4x5xf32> to tensor<1x1x5x5xf32>
  %r = tensor.pad %x low[0, 0, 1, 0] high[0, 0, 0, 0] {
  ^bb0(%n: index, %c: index, %i: index, %j: index):
    tensor.yield %v : f32
  } : tensor<1x1x4x5xf32> to tensor<1x1x5x5xf32>
  %y = scnn.conv2d inputs(%p : tensor<1x1x7x12xf32>) weights(%w : tensor<1x1x1x1xf32>) windows [#scnn.window<>] -> tensor<1x1x7x12xf32>
  %s = scnn.conv2d inputs(%q : tensor<1x1x5x5xf32>) weights(%w : tensor<1x1x1x1xf32>) windows [#scnn.window<>] -> tensor<1x1x5x5xf32>
  %t = scnn.conv2d inputs(%r : tensor<1x1x5x5xf32>) weights(%w : tensor<1x1x1x1xf32>) windows [#scnn.window<>] -> tensor<1x1x5x5xf32>
  return %y, %s, %t : tensor<1x1x7x12xf32>, tensor<1x1x5x5xf32>, tensor<1x1x5x5xf32>
}
