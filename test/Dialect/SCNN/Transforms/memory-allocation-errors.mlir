// RUN: scnn-opt %s --scnn-memory-allocation=spill=false --verify-diagnostics --split-input-file

!q = !quant.uniform<i16:f32, 0.5>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>

func.func @no_steps(%x: !x, %i: tensor<8xi8>) {
  // expected-error @+1 {{layer 'scnn.conv2d': expected a convolution in its steps (run --scnn-halo-insertion first)}}
  %y = scnn.conv2d inputs(%x : !x) image(%i : tensor<8xi8>) windows [#scnn.window<>]
    {filters = array<i64: 1, 1>, mapping = #scnn.mapping<group_size = 1>, requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> !x
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
!s = tensor<1x1x4x4xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [2, 2]>>

func.func @no_accumulate(%s: !s) {
  // expected-error @+1 {{layer 'scnn.requantize': expected scnn.accumulate to begin the steps of a convolution}}
  %y = scnn.requantize %s <product_shifts = [0], multipliers = [1], shifts = [0]> : !s -> !x
  return
}

// -----

// A tile that fits no RAM, whatever else is there: 3 channels of up to 2 x 3
// positions are 18 elements of 20 bits, 45 bytes.

!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x3x4x5x!q>
!x = tensor<1x3x4x5x!q, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
!s = tensor<1x3x4x5xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [2, 3]>>

module attributes {scnn.machine = #scnn.machine<pe_rows = 2, pe_cols = 2, activation_ram_bytes = 44>} {
  func.func @large(%d: !d, %i: tensor<24xi8>) {
    // expected-error @unknown {{layer 'picture': the activation tile of PE (0, 0) needs 45 bytes (18 elements), but neither activation RAM of 44 bytes has that much free}}
    %x = scnn.load %d : !d -> !x loc("picture")
    %s = scnn.accumulate inputs(%x : !x) image(%i : tensor<24xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 3> -> !s
    return
  }
}

// -----

// The memory map says who is in the way: a residual in RAM 0, the input in
// RAM 1.

!q = !quant.uniform<i16:f32, 0.5>
!d = tensor<1x2x4x4x!q>
!x = tensor<1x2x4x4x!q, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
!s = tensor<1x2x4x4xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [2, 2]>>

module attributes {scnn.machine = #scnn.machine<pe_rows = 2, pe_cols = 2, activation_ram_bytes = 30>} {
  func.func @map(%d: !d, %i: tensor<16xi8>) {
    // expected-note @+1 {{RAM 0: 'scnn.load' at elements 0 ... 7 (20 bytes), layers 0 ... 2}}
    %x = scnn.load %d : !d -> !x
    %s0 = scnn.accumulate inputs(%x : !x) image(%i : tensor<16xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 2> -> !s
    %b0 = scnn.add_bias %s0 : !s
    // expected-note @unknown {{RAM 1: 'first' at elements 0 ... 7 (20 bytes), layers 0 ... 1}}
    %y0 = scnn.requantize %b0 <product_shifts = [0, 0], multipliers = [1, 1], shifts = [0, 0]> : !s -> !x loc("first")
    %s1 = scnn.accumulate inputs(%y0 : !x) image(%i : tensor<16xi8>) windows [#scnn.window<>] filters [1, 1] mapping <group_size = 2> -> !s
    %b1 = scnn.add_bias %s1 : !s
    // expected-error @unknown {{layer 'second': the activation tile of PE (0, 0) needs 20 bytes (8 elements), but neither activation RAM of 30 bytes has that much free}}
    %y1 = scnn.requantize %b1 <product_shifts = [0, 0], multipliers = [1, 1], shifts = [0, 0]> : !s -> !x loc("second")
    %s2 = scnn.accumulate inputs(%y1, %x : !x, !x) image(%i : tensor<16xi8>) windows [#scnn.window<>, #scnn.window<>] filters [1, 1, 1, 1] mapping <group_size = 2> -> !s
    return
  }
}
