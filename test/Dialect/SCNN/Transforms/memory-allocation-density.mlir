// RUN: scnn-opt %s --scnn-memory-allocation | FileCheck %s
// RUN: scnn-opt %s --scnn-memory-allocation=margin=0.5 | FileCheck %s --check-prefix=MARGIN
// RUN: scnn-opt %s --scnn-memory-allocation=assume-dense | FileCheck %s --check-prefix=DENSE
// RUN: scnn-opt %s --scnn-memory-allocation --remark-policy=all --remarks-filter=scnn-mapping -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: not scnn-opt %s --scnn-memory-allocation=margin=-1 2>&1 | FileCheck %s --check-prefix=RANGE
// RUN: not scnn-opt %s --scnn-memory-allocation=spill=false 2>&1 | FileCheck %s --check-prefix=FULL

!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x5x4x4x!q>
!x = tensor<1x5x4x4x!q, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
!wide = tensor<1x5x4x4x!q, #scnn.layout<grid = [2, 2], halo = [1, 1, 1, 1], zero_run_bits = 4>>
!s = tensor<1x5x4x4xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [2, 2]>>

// The worst case is 5 channels of a 2 x 2 tile, 20 elements. The quarter that
// calibration saw of the input is 5, and 5 % make it 6. What is computed says
// itself what calibration saw; replicas add to the positions: 0.1 of 45.
// Nothing is known of the last one: it gets a whole RAM, 16 elements, and spills.

// CHECK: scnn.load {{.*}}placement = #scnn.placement<ram = 0, offset = 0, capacity = 6>
// CHECK: scnn.requantize {{.*}}scnn.peak_density = 1.000000e-01
// CHECK: scnn.exchange copy {{.*}}placement = #scnn.placement<ram = 1, offset = 0, capacity = 5>
// CHECK: scnn.requantize {{.*}}placement = #scnn.placement<ram = 0, offset = 0, capacity = 16>

// MARGIN: scnn.load {{.*}}capacity = 8>
// MARGIN: scnn.exchange copy {{.*}}capacity = 7>

// Dense tensors spill where they do not fit.
// DENSE: scnn.load {{.*}}<ram = 0, offset = 0, capacity = 16>
// DENSE: scnn.exchange copy {{.*}}<ram = 1, offset = 0, capacity = 16>

// REMARK: memory-allocation | {{.*}}Capacity=6, Expected=6, {{.*}}Remark=fits, WorstCase=20
// REMARK: memory-allocation | {{.*}}Capacity=5, Expected=5, {{.*}}Remark=fits, WorstCase=45
// REMARK: memory-allocation | {{.*}}Capacity=16, Expected=20, {{.*}}Remark=spills, WorstCase=20

// RANGE: error: expected margin in 0 ... 10, but got -1
// FULL: error: layer 'scnn.load': the activation tile of PE (0, 0) needs 50 bytes (20 elements), but neither activation RAM of 40 bytes has that much free

module attributes {scnn.machine = #scnn.machine<pe_rows = 2, pe_cols = 2, activation_ram_bytes = 40>} {
  func.func @main(%f: tensor<1x5x4x4xf32>, %i: tensor<40xi8>) {
    %d = quant.qcast %f {scnn.peak_density = 0.25} : tensor<1x5x4x4xf32> to !d
    %x = scnn.load %d : !d -> !x
    %s0 = scnn.accumulate inputs(%x : !x) image(%i : tensor<40xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 5> -> !s
    %b0 = scnn.add_bias %s0 : !s
    %y0 = scnn.requantize %b0 <product_shifts = [0, 0, 0, 0, 0], multipliers = [1, 1, 1, 1, 1], shifts = [0, 0, 0, 0, 0]> {scnn.peak_density = 0.1} : !s -> !x
    %w0 = scnn.exchange copy %y0 halo [1, 1, 1, 1] : !x -> !wide
    %s1 = scnn.accumulate inputs(%w0 : !wide) image(%i : tensor<40xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 5, halo = input> -> !s
    %b1 = scnn.add_bias %s1 : !s
    %y1 = scnn.requantize %b1 <product_shifts = [0, 0, 0, 0, 0], multipliers = [1, 1, 1, 1, 1], shifts = [0, 0, 0, 0, 0]> : !s -> !x
    return
  }
}
