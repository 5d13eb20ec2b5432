// RUN: scnn-opt %s --scnn-compressed-sparse-layout | FileCheck %s
// RUN: scnn-opt %s --scnn-compressed-sparse-layout | %python %S/Inputs/print-weight-images.py | FileCheck %s --check-prefix=IMAGE

// The zero-run field is the machine's: with 1 bit, every second zero of a run
// is a placeholder.

!q = !quant.uniform<i16:f32, 0.5>
!x = tensor<1x1x1x4x!q, #scnn.layout<grid = [1, 2]>>
!y = tensor<1x6x1x4x!q, #scnn.layout<grid = [1, 2]>>

// CHECK: #scnn.layout<grid = [1, 2], zero_run_bits = 1>
// IMAGE: block channel 0 outputs 0+6 phase 0,0 shift 0: 1:0 1:0 1:7{{$}}
module attributes {scnn.machine = #scnn.machine<pe_rows = 1, pe_cols = 2, zero_run_bits = 1>} {
  func.func @f(%d: tensor<1x1x1x4x!q>) {
    %x = scnn.load %d : tensor<1x1x1x4x!q> -> !x
    %w = arith.constant dense<[[[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[7]]]]> : tensor<6x1x1x1xi16>
    %y = scnn.conv2d inputs(%x : !x) weights(%w : tensor<6x1x1x1xi16>) windows [#scnn.window<>]
      {mapping = #scnn.mapping<group_size = 6>, requantization = #scnn.requantization<product_shifts = [0], multipliers = [1, 1, 1, 1, 1, 1], shifts = [0, 0, 0, 0, 0, 0]>} -> !y
    return
  }
}
