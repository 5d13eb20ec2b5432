// RUN: scnn-opt %s --scnn-memory-allocation | FileCheck %s

// Of a layer whose tensors fit, loads and stores can be set-up. Of the second
// one, the result does not fit: what it reads and writes goes through DRAM.

!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x5x4x4x!q>
!x = tensor<1x5x4x4x!q, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
!s = tensor<1x5x4x4xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [2, 2]>>

// CHECK: scnn.load setup
// CHECK: scnn.load %
// CHECK: scnn.store setup
// CHECK: scnn.store %
module attributes {scnn.machine = #scnn.machine<pe_rows = 2, pe_cols = 2, activation_ram_bytes = 40>} {
  func.func @main(%d0: !d, %d1: !d, %i: tensor<40xi8>) -> (!d, !d) {
    %q0 = quant.dcast %d0 : !d to tensor<1x5x4x4xf32>
    %c0 = quant.qcast %q0 {scnn.peak_density = 0.25} : tensor<1x5x4x4xf32> to !d
    %q1 = quant.dcast %d1 : !d to tensor<1x5x4x4xf32>
    %c1 = quant.qcast %q1 {scnn.peak_density = 0.25} : tensor<1x5x4x4xf32> to !d
    %x0 = scnn.load setup %c0 : !d -> !x
    %x1 = scnn.load setup %c1 : !d -> !x
    %s0 = scnn.accumulate inputs(%x0 : !x) image(%i : tensor<40xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 5> -> !s
    %b0 = scnn.add_bias %s0 : !s
    %y0 = scnn.requantize %b0 <product_shifts = [0, 0, 0, 0, 0], multipliers = [1, 1, 1, 1, 1], shifts = [0, 0, 0, 0, 0]> {scnn.peak_density = 0.1} : !s -> !x
    %o0 = scnn.store setup %y0 : !x -> !d
    %s1 = scnn.accumulate inputs(%x1 : !x) image(%i : tensor<40xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 5> -> !s
    %b1 = scnn.add_bias %s1 : !s
    %y1 = scnn.requantize %b1 <product_shifts = [0, 0, 0, 0, 0], multipliers = [1, 1, 1, 1, 1], shifts = [0, 0, 0, 0, 0]> {scnn.peak_density = 1.0} : !s -> !x
    %o1 = scnn.store setup %y1 : !x -> !d
    return %o0, %o1 : !d, !d
  }
}
