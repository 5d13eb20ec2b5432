// RUN: scnn-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @clamp_without_bounds
// CHECK-SAME: %[[X:.*]]: tensor<1x8x6x6xf32>
// CHECK-NEXT: return %[[X]]
func.func @clamp_without_bounds(%x: tensor<1x8x6x6xf32>) -> tensor<1x8x6x6xf32> {
  %y = scnn.clamp %x : tensor<1x8x6x6xf32>
  return %y : tensor<1x8x6x6xf32>
}

// One bound is enough to stay.

// CHECK-LABEL: func @clamp_with_a_bound
// CHECK-COUNT-2: scnn.clamp
func.func @clamp_with_a_bound(%x: tensor<1x8x6x6xf32>) -> (tensor<1x8x6x6xf32>, tensor<1x8x6x6xf32>) {
  %y = scnn.clamp %x {clamp_min = 0.0 : f32} : tensor<1x8x6x6xf32>
  %z = scnn.clamp %x {clamp_max = 0.0 : f32} : tensor<1x8x6x6xf32>
  return %y, %z : tensor<1x8x6x6xf32>, tensor<1x8x6x6xf32>
}

// CHECK-LABEL: func @concat_of_one
// CHECK-SAME: %[[X:.*]]: tensor<1x8x6x6xf32>
// CHECK-NEXT: return %[[X]]
func.func @concat_of_one(%x: tensor<1x8x6x6xf32>) -> tensor<1x8x6x6xf32> {
  %y = scnn.concat %x : tensor<1x8x6x6xf32> -> tensor<1x8x6x6xf32>
  return %y : tensor<1x8x6x6xf32>
}

// CHECK-LABEL: func @concat_of_two
// CHECK: scnn.concat
func.func @concat_of_two(%x: tensor<1x8x6x6xf32>) -> tensor<1x16x6x6xf32> {
  %y = scnn.concat %x, %x : tensor<1x8x6x6xf32>, tensor<1x8x6x6xf32> -> tensor<1x16x6x6xf32>
  return %y : tensor<1x16x6x6xf32>
}

// CHECK-LABEL: func @extend_to_the_same
// CHECK-SAME: %[[X:.*]]: tensor<1x8x6x6xf32>
// CHECK-NEXT: return %[[X]]
func.func @extend_to_the_same(%x: tensor<1x8x6x6xf32>) -> tensor<1x8x6x6xf32> {
  %y = scnn.extend_channels %x : tensor<1x8x6x6xf32> -> tensor<1x8x6x6xf32>
  return %y : tensor<1x8x6x6xf32>
}

// CHECK-LABEL: func @extend
// CHECK: scnn.extend_channels
func.func @extend(%x: tensor<1x8x6x6xf32>) -> tensor<1x12x6x6xf32> {
  %y = scnn.extend_channels %x : tensor<1x8x6x6xf32> -> tensor<1x12x6x6xf32>
  return %y : tensor<1x12x6x6xf32>
}

// The same bytes under other tables are other weights.

// CHECK-LABEL: func @images
// CHECK: offsets [0] blocks [1]
// CHECK: offsets [0, 8] blocks [0, 1]
func.func @images() -> (tensor<24xi8>, tensor<24xi8>) {
  %i = scnn.compressed_weights offsets [0] blocks [1] dense<7> : tensor<24xi8>
  %j = scnn.compressed_weights offsets [0, 8] blocks [0, 1] dense<7> : tensor<24xi8>
  return %i, %j : tensor<24xi8>, tensor<24xi8>
}
