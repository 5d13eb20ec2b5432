// RUN: scnn-opt %s --convert-scnn-to-linalg --split-input-file | FileCheck %s

// Windows are gathered, then contracted with a group's weights; the innermost
// loop runs along output positions.

// CHECK-DAG: #[[WINDOWS:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d4 * 2 + d2, d5 + d3 * 2)>
// CHECK-DAG: #[[COLUMNS:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d4, d5, d2, d6)>
// CHECK-DAG: #[[WEIGHTS:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d1, d3, d4, d5)>
// CHECK-DAG: #[[SUMS:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d3, d2, d6)>
// CHECK-LABEL: func.func @f32
// CHECK-SAME: %[[X:.*]]: tensor<1x4x7x6xf32>, %[[W:.*]]: tensor<6x2x3x3xf32>, %[[B:.*]]: tensor<6xf32>
// CHECK: %[[START:.*]] = linalg.generic {{.*}} ins(%[[B]] : tensor<6xf32>)
// CHECK: %[[PADDED:.*]] = tensor.insert_slice %[[X]] into %{{.*}}[0, 0, 1, 2] [1, 4, 7, 6] [1, 1, 1, 1]
// CHECK: linalg.generic {indexing_maps = [#[[WINDOWS]], {{.*}}ins(%[[PADDED]]
// CHECK: linalg.generic {indexing_maps = [#[[COLUMNS]], #[[WEIGHTS]], #[[SUMS]]]
// CHECK-SAME: ins(%{{.*}}, %{{.*}} : tensor<1x2x2x9x1x24xf32>, tensor<2x3x2x9xf32>)
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: arith.maximumf
// CHECK: arith.minimumf
func.func @f32(%x: tensor<1x4x7x6xf32>, %w: tensor<6x2x3x3xf32>, %b: tensor<6xf32>) -> tensor<1x6x4x6xf32> {
  %y = scnn.conv2d inputs(%x : tensor<1x4x7x6xf32>) weights(%w : tensor<6x2x3x3xf32>) bias(%b : tensor<6xf32>)
      windows [#scnn.window<stride = [2, 1], padding = [1, 1, 2, 2], dilation = [1, 2], groups = 2>]
      {clamp_min = 0.0 : f32, clamp_max = 6.0 : f32} -> tensor<1x6x4x6xf32>
  return %y : tensor<1x6x4x6xf32>
}

// -----

// Fixed point: products rounded half up in 32 bits, sums in 64, pooled, scaled,
// rounded half to even, clamped. Types lose scale and layout.

// CHECK-LABEL: func.func @fixed
// CHECK-SAME: %[[X:.*]]: tensor<1x2x4x4xi16>, %[[W:.*]]: tensor<3x2x1x1xi16>
// CHECK-SAME: -> tensor<1x3x2x2xi16>
// CHECK-NOT: quant
// CHECK: linalg.fill {{.*}} outs(%{{.*}} : tensor<1x3x4x4xi64>)
// CHECK-DAG: %[[HALVES:.*]] = arith.constant dense<[0, 64]> : tensor<2xi32>
// CHECK-DAG: %[[SHIFTS:.*]] = arith.constant dense<[0, 7]> : tensor<2xi32>
// CHECK: ^bb0(%[[XE:.*]]: i16, %[[WE:.*]]: i16, %[[HALF:.*]]: i32, %[[SHIFT:.*]]: i32, %[[SUM:.*]]: i64)
// CHECK: %[[XW:.*]] = arith.extsi %[[XE]] : i16 to i32
// CHECK: %[[WW:.*]] = arith.extsi %[[WE]] : i16 to i32
// CHECK: %[[P:.*]] = arith.muli %[[XW]], %[[WW]]
// CHECK: %[[H:.*]] = arith.addi %[[P]], %[[HALF]]
// CHECK: %[[S:.*]] = arith.shrsi %[[H]], %[[SHIFT]]
// CHECK: %[[L:.*]] = arith.extsi %[[S]] : i32 to i64
// CHECK: arith.addi %[[SUM]], %[[L]]
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<1x3x4x4xi64>, tensor<2x2xi64>)
// CHECK: arith.maxsi
// CHECK-DAG: arith.constant dense<[20000, 1, 32767]> : tensor<3xi64>
// CHECK-DAG: arith.constant dense<[20, 0, 63]> : tensor<3xi64>
// CHECK-DAG: arith.constant dense<[1048575, 0, 9223372036854775807]> : tensor<3xi64>
// CHECK-DAG: arith.constant dense<[524288, 1, 4611686018427387904]> : tensor<3xi64>
// CHECK: arith.trunci {{.*}} : i64 to i16
!q = !quant.uniform<i16:f32, 0.5>
func.func @fixed(%x: tensor<1x2x4x4x!q, #scnn.layout<grid = [2, 2]>>, %w: tensor<3x2x1x1xi16>) -> tensor<1x3x2x2x!q> {
  %y = scnn.conv2d inputs(%x : tensor<1x2x4x4x!q, #scnn.layout<grid = [2, 2]>>) weights(%w : tensor<3x2x1x1xi16>)
      windows [#scnn.window<>]
      {pool = #scnn.pool<size = [2, 2], stride = [2, 2]>,
       requantization = #scnn.requantization<product_shifts = [0, 7], multipliers = [20000, 1, 32767], shifts = [20, 0, 63], minimum = 0, maximum = 6000>}
      -> tensor<1x3x2x2x!q>
  return %y : tensor<1x3x2x2x!q>
}

// -----

// A product shift of 31 needs more than 32 bits.

// CHECK-LABEL: func.func @long_products
// CHECK: arith.muli %{{.*}} : i64
!q = !quant.uniform<i16:f32, 0.5>
func.func @long_products(%x: tensor<1x1x1x1x!q>, %w: tensor<1x1x1x1xi16>) -> tensor<1x1x1x1x!q> {
  %y = scnn.conv2d inputs(%x : tensor<1x1x1x1x!q>) weights(%w : tensor<1x1x1x1xi16>) windows [#scnn.window<>]
      {requantization = #scnn.requantization<product_shifts = [31], multipliers = [1], shifts = [0]>} -> tensor<1x1x1x1x!q>
  return %y : tensor<1x1x1x1x!q>
}

// -----

// The sums of the first input are where the second begins.

// CHECK-LABEL: func.func @two_inputs
// CHECK: %[[FIRST:.*]] = linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<1x1x2x1x1x16xf32>, tensor<1x2x2x1xf32>)
// CHECK: %[[FLAT:.*]] = tensor.collapse_shape %[[FIRST]]
// CHECK: %[[SUMS:.*]] = tensor.expand_shape %[[FLAT]]
// CHECK: tensor.collapse_shape %[[SUMS]]
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<1x2x1x1x1x16xf32>, tensor<2x1x1x1xf32>)
func.func @two_inputs(%x: tensor<1x2x4x4xf32>, %w: tensor<2x2x1x1xf32>, %i: tensor<2x1x1x1xf32>) -> tensor<1x2x4x4xf32> {
  %y = scnn.conv2d inputs(%x, %x : tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>)
      weights(%w, %i : tensor<2x2x1x1xf32>, tensor<2x1x1x1xf32>)
      windows [#scnn.window<>, #scnn.window<groups = 2>] -> tensor<1x2x4x4xf32>
  return %y : tensor<1x2x4x4xf32>
}

// -----

// CHECK-LABEL: func.func @others
// CHECK: arith.addf
// CHECK: arith.maximumf
// CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[0, 2, 0, 0]
// CHECK: linalg.fill
// CHECK: tensor.insert_slice {{.*}} into tensor<1x5x2x2xf32>
// CHECK: arith.constant 0xFF800000 : f32
func.func @others(%a: tensor<1x2x2x2xf32>, %b: tensor<1x2x2x2xf32>) -> tensor<1x5x1x1xf32> {
  %0 = scnn.add %a, %b : tensor<1x2x2x2xf32>
  %1 = scnn.clamp %0 {clamp_min = 0.0 : f32} : tensor<1x2x2x2xf32>
  %2 = scnn.concat %1, %b : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32> -> tensor<1x4x2x2xf32>
  %3 = scnn.extend_channels %2 : tensor<1x4x2x2xf32> -> tensor<1x5x2x2xf32>
  %4 = scnn.max_pool2d %3 <size = [2, 2]> : tensor<1x5x2x2xf32> -> tensor<1x5x1x1xf32>
  return %4 : tensor<1x5x1x1xf32>
}

// -----

// Casts, transfers, calls, and tensor operations in between.

// CHECK-LABEL: func.func @casts
// CHECK: math.roundeven
// CHECK-NOT: scnn.
// CHECK: %[[C:.*]] = call @callee(%{{.*}}) : (tensor<1x1x2x2xi16>) -> tensor<4xi16>
// CHECK: arith.sitofp %{{.*}} : i16 to f64
// CHECK: func.func private @callee(%{{.*}}: tensor<1x1x2x2xi16>) -> tensor<4xi16>
// CHECK: tensor.collapse_shape %{{.*}} : tensor<1x1x2x2xi16> into tensor<4xi16>
!q = !quant.uniform<i16:f32, 0.5>
func.func @casts(%x: tensor<1x1x2x2xf32>) -> tensor<4xf32> {
  %q = quant.qcast %x : tensor<1x1x2x2xf32> to tensor<1x1x2x2x!q>
  %l = scnn.load %q : tensor<1x1x2x2x!q> -> tensor<1x1x2x2x!q, #scnn.layout<grid = [2, 2]>>
  %s = scnn.store %l : tensor<1x1x2x2x!q, #scnn.layout<grid = [2, 2]>> -> tensor<1x1x2x2x!q>
  %c = call @callee(%s) : (tensor<1x1x2x2x!q>) -> tensor<4x!q>
  %d = quant.dcast %c : tensor<4x!q> to tensor<4xf32>
  return %d : tensor<4xf32>
}
func.func private @callee(%x: tensor<1x1x2x2x!q>) -> tensor<4x!q> {
  %y = tensor.collapse_shape %x [[0, 1, 2, 3]] : tensor<1x1x2x2x!q> into tensor<4x!q>
  return %y : tensor<4x!q>
}

// -----

// Rows are a slice, pieces are put together; a load of all rows, and a store of
// one piece, are nothing.

// CHECK-LABEL: func.func @pieces
// CHECK-SAME: %[[X:.*]]: tensor<1x2x5x4xi16>
// CHECK-NEXT: %[[TOP:.*]] = tensor.extract_slice %[[X]][0, 0, 0, 0] [1, 2, 3, 4] [1, 1, 1, 1] : tensor<1x2x5x4xi16> to tensor<1x2x3x4xi16>
// CHECK-NEXT: %[[BOTTOM:.*]] = tensor.extract_slice %[[X]][0, 0, 3, 0] [1, 2, 2, 4] [1, 1, 1, 1] : tensor<1x2x5x4xi16> to tensor<1x2x2x4xi16>
// CHECK-NEXT: %[[E:.*]] = tensor.empty() : tensor<1x2x5x4xi16>
// CHECK-NEXT: %[[I:.*]] = tensor.insert_slice %[[TOP]] into %[[E]][0, 0, 0, 0] [1, 2, 3, 4] [1, 1, 1, 1]
// CHECK-NEXT: %[[J:.*]] = tensor.insert_slice %[[BOTTOM]] into %[[I]][0, 0, 3, 0] [1, 2, 2, 4] [1, 1, 1, 1]
// CHECK-NEXT: return %[[J]], %[[X]]
!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x2x5x4x!q>
!whole = tensor<1x2x5x4x!q, #scnn.layout<grid = [2, 2]>>
!three = tensor<1x2x3x4x!q, #scnn.layout<grid = [2, 2]>>
!two = tensor<1x2x2x4x!q, #scnn.layout<grid = [2, 2]>>
func.func @pieces(%x: !d) -> (!d, !d) {
  %top = scnn.load %x rows from 0 : !d -> !three
  %bottom = scnn.load %x rows from 3 : !d -> !two
  %joined = scnn.store %top, %bottom : !three, !two -> !d
  %all = scnn.load %x rows from 0 : !d -> !whole
  %same = scnn.store %all : !whole -> !d
  return %joined, %same : !d, !d
}
