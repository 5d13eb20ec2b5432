// RUN: scnn-opt %s --scnn-memory-allocation --split-input-file | FileCheck %s
// RUN: scnn-opt %s --scnn-memory-allocation --split-input-file --remark-policy=all --remarks-filter=scnn-mapping -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x2x4x4x!q>
!x = tensor<1x2x4x4x!q, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
!wide = tensor<1x2x4x4x!q, #scnn.layout<grid = [2, 2], halo = [1, 1, 1, 1], zero_run_bits = 4>>
!s = tensor<1x2x4x4xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [2, 2]>>

// A chain swaps the RAMs. Each region holds the worst case: 2 channels of a
// 2 x 2 tile, 8 elements of 20 bits.

// CHECK-LABEL: func @chain
// CHECK: scnn.load {{.*}}placement = #scnn.placement<ram = 0, offset = 0, capacity = 8>
// CHECK: scnn.requantize {{.*}}placement = #scnn.placement<ram = 1, offset = 0, capacity = 8>
// CHECK: scnn.requantize {{.*}}placement = #scnn.placement<ram = 0, offset = 0, capacity = 8>
// CHECK: scnn.requantize {{.*}}placement = #scnn.placement<ram = 1, offset = 0, capacity = 8>
// REMARK: remark: [Passed] memory-allocation | {{.*}}Bytes=20, Capacity=8, Expected=8, FirstLayer=0, LastLayer=0, Layer=scnn.load, Offset=0, Ram=0, Remark=fits, WorstCase=8
// REMARK: Bytes=20, Capacity=8, Expected=8, FirstLayer=0, LastLayer=1, Layer=scnn.requantize, Offset=0, Ram=1
func.func @chain(%d: !d, %i: tensor<16xi8>) {
  %x = scnn.load %d : !d -> !x
  %s0 = scnn.accumulate inputs(%x : !x) image(%i : tensor<16xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 2> -> !s
  %b0 = scnn.add_bias %s0 : !s
  %y0 = scnn.requantize %b0 <product_shifts = [0, 0], multipliers = [1, 1], shifts = [0, 0]> : !s -> !x
  %s1 = scnn.accumulate inputs(%y0 : !x) image(%i : tensor<16xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 2> -> !s
  %b1 = scnn.add_bias %s1 : !s
  %y1 = scnn.requantize %b1 <product_shifts = [0, 0], multipliers = [1, 1], shifts = [0, 0]> : !s -> !x
  %s2 = scnn.accumulate inputs(%y1 : !x) image(%i : tensor<16xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 2> -> !s
  %b2 = scnn.add_bias %s2 : !s
  %y2 = scnn.requantize %b2 <product_shifts = [0, 0], multipliers = [1, 1], shifts = [0, 0]> : !s -> !x
  return
}

// A residual lives on while the chain swaps past it: the second layer's result
// goes behind it. It is a tensor of both layers. The third reads both.

// CHECK-LABEL: func @residual
// CHECK: scnn.load {{.*}}<ram = 0, offset = 0, capacity = 8>
// CHECK: scnn.requantize {{.*}}<ram = 1, offset = 0, capacity = 8>
// CHECK: scnn.requantize {{.*}}<ram = 0, offset = 8, capacity = 8>
// CHECK: scnn.requantize {{.*}}<ram = 1, offset = 0, capacity = 8>
func.func @residual(%d: !d, %i: tensor<16xi8>) {
  %x = scnn.load %d : !d -> !x
  %s0 = scnn.accumulate inputs(%x : !x) image(%i : tensor<16xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 2> -> !s
  %b0 = scnn.add_bias %s0 : !s
  %y0 = scnn.requantize %b0 <product_shifts = [0, 0], multipliers = [1, 1], shifts = [0, 0]> : !s -> !x
  %s1 = scnn.accumulate inputs(%y0 : !x) image(%i : tensor<16xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 2> -> !s
  %b1 = scnn.add_bias %s1 : !s
  %y1 = scnn.requantize %b1 <product_shifts = [0, 0], multipliers = [1, 1], shifts = [0, 0]> : !s -> !x
  %s2 = scnn.accumulate inputs(%y1, %x : !x, !x) image(%i : tensor<16xi8>) windows [#scnn.window<>, #scnn.window<>] filters [1, 1, 1, 1] mapping <group_size = 2> -> !s
  %b2 = scnn.add_bias %s2 : !s
  %y2 = scnn.requantize %b2 <product_shifts = [0, 0], multipliers = [1, 1], shifts = [0, 0]> : !s -> !x
  return
}

// A tensor with replicas is placed once, widened: 3 x 3 positions a channel in
// the PEs of a 2 x 2 grid. A load that nobody reads has no place.

// CHECK-LABEL: func @replicas
// CHECK: scnn.load %{{.*}} : tensor
// CHECK: scnn.load {{.*}}<ram = 0, offset = 0, capacity = 8>
// CHECK: scnn.requantize %{{[0-9]+}} <product_shifts = [0, 0], multipliers = [1, 1], shifts = [0, 0]> : tensor
// CHECK: scnn.exchange copy {{.*}}<ram = 1, offset = 0, capacity = 18>
func.func @replicas(%d: !d, %i: tensor<16xi8>) {
  %dead = scnn.load %d : !d -> !x
  %x = scnn.load %d : !d -> !x
  %s0 = scnn.accumulate inputs(%x : !x) image(%i : tensor<16xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 2> -> !s
  %b0 = scnn.add_bias %s0 : !s
  %y0 = scnn.requantize %b0 <product_shifts = [0, 0], multipliers = [1, 1], shifts = [0, 0]> : !s -> !x
  %c0 = scnn.exchange copy %y0 halo [1, 1, 1, 1] : !x -> !wide
  %s1 = scnn.accumulate inputs(%c0 : !wide) image(%i : tensor<16xi8>) windows [#scnn.window<padding = [1, 1, 1, 1]>] filters [3, 3] mapping <group_size = 2> -> !s
  %b1 = scnn.add_bias %s1 : !s
  %y1 = scnn.requantize %b1 <product_shifts = [0, 0], multipliers = [1, 1], shifts = [0, 0]> : !s -> !x
  return
}

// -----

// The RAM that is not wanted is taken where the wanted one is full: 12 elements
// each.

!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x2x4x4x!q>
!x = tensor<1x2x4x4x!q, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
!small = tensor<1x1x4x4x!q, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
!s = tensor<1x1x4x4xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [2, 2]>>

// CHECK-LABEL: func @together
// CHECK: scnn.load {{.*}}<ram = 0, offset = 0, capacity = 8>
// CHECK: scnn.load {{.*}}<ram = 1, offset = 0, capacity = 8>
// CHECK: scnn.requantize {{.*}}<ram = 1, offset = 8, capacity = 4>
module attributes {scnn.machine = #scnn.machine<pe_rows = 2, pe_cols = 2, activation_ram_bytes = 30>} {
  func.func @together(%d: !d, %e: !d, %i: tensor<8xi8>) {
    %x = scnn.load %d : !d -> !x
    %y = scnn.load %e : !d -> !x
    %s = scnn.accumulate inputs(%x, %y : !x, !x) image(%i : tensor<8xi8>) windows [#scnn.window<>, #scnn.window<>] filters [1, 1, 1, 1] mapping <group_size = 1> -> !s
    %b = scnn.add_bias %s : !s
    %z = scnn.requantize %b <product_shifts = [0, 0, 0, 0], multipliers = [1], shifts = [0]> : !s -> !small
    return
  }
}
