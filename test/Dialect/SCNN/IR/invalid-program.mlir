// RUN: scnn-opt %s --verify-diagnostics --split-input-file

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected a table entry or a command in scnn.program, but got 'arith.constant'}}
  %0 = arith.constant 1 : i32
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  scnn.layer "a" dense_macs 0 weights 0 nonzero 0 groups 1 group_size 1
  // expected-error @+1 {{expected values, host calls, layers, constants and commands in this order, but 'scnn.value' comes later}}
  scnn.value "x" : tensor<4xf32>
  scnn.cmd.halt
}

// -----

// expected-error @+1 {{expected at most one scnn.constants, but got 2}}
scnn.program @main dram 0 inputs [] outputs [] {
  scnn.constants at 0 dense<0> : tensor<2xi8>
  scnn.constants at 2 dense<0> : tensor<2xi8>
  scnn.cmd.halt
}

// -----

// expected-error @+1 {{expected the program to end with scnn.cmd.halt}}
scnn.program @main dram 0 inputs [] outputs [] {
  scnn.cmd.end_layer
}

// -----

// expected-error @+1 {{expected the program to end with scnn.cmd.halt}}
scnn.program @main dram 0 inputs [] outputs [] {
}

// -----

// expected-error @+1 {{value index 1 is outside of the 1 entries of the table}}
scnn.program @main dram 0 inputs [1] outputs [] {
  scnn.value "x" : tensor<4xf32>
  scnn.cmd.halt
}

// -----

// expected-error @+1 {{value index -1 is outside of the 0 entries of the table}}
scnn.program @main dram 0 inputs [] outputs [-1] {
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  scnn.value "x" : tensor<4xf32>
  // expected-error @+1 {{value index 1 is outside of the 1 entries of the table}}
  scnn.host_call @f operands [0] results [1]
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  scnn.value "x" : tensor<4xf32>
  // expected-error @+1 {{expected a reason for each operation, but got 2 operations and 1 reasons}}
  scnn.host_call @f operands [0] results [0] runs ["a", "b"] because ["c"]
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  scnn.value "x" : tensor<4xf32>
  // expected-error @+1 {{expected dense_macs of at least 0, but got -1}}
  scnn.host_call @f operands [0] results [0] dense_macs -1
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{host call index 0 is outside of the 0 entries of the table}}
  scnn.cmd.call_host call = 0
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  scnn.layer "a" dense_macs 0 weights 0 nonzero 0 groups 1 group_size 1
  // expected-error @+1 {{layer index 1 is outside of the 1 entries of the table}}
  scnn.cmd.begin_layer layer = 1
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected a sample of 'tensor<2xf32>', but got 'tensor<2xi16>'}}
  scnn.value "x" : tensor<2xf32> sample dense<1> : tensor<2xi16>
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected a static tensor type of f32, f64, i1, i8, ui8, i16, i32 or i64, but got 'tensor<?xf32>'}}
  scnn.value "x" : tensor<?xf32>
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected address, segment and fixed-point type together or not at all}}
  "scnn.value"() <{name = "x", type = tensor<4xf32>, address = 0 : i64}> : () -> ()
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected a fixed-point tensor type with a compressed layout, but got 'tensor<1x1x2x2x!quant.uniform<i16:f32, 5.000000e-01>, #scnn.layout<grid = [8, 8]>>'}}
  scnn.value "x" : tensor<1x1x2x2xf32> at 0 segment 64 as tensor<1x1x2x2x!quant.uniform<i16:f32, 0.5>, #scnn.layout<grid = [8, 8]>>
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected both types to have one shape, but got 'tensor<1x1x4x4xf32>' and 'tensor<1x1x2x2x}}
  scnn.value "x" : tensor<1x1x4x4xf32> at 0 segment 64 as tensor<1x1x2x2x!quant.uniform<i16:f32, 0.5>, #scnn.layout<grid = [8, 8], zero_run_bits = 4>>
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected both types to have one shape, but got 'tensor<1x1x4x4xf32>' and 'tensor<1x1x2x4x}}
  scnn.value "x" : tensor<1x1x4x4xf32> at 0 segment 64 as tensor<1x1x2x4x!quant.uniform<i16:f32, 0.5>, #scnn.row_image<parts = 8, zero_run_bits = 4>>
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected address and segment of at least 0}}
  scnn.value "x" : tensor<1x1x2x2xf32> at -1 segment 64 as tensor<1x1x2x2x!quant.uniform<i16:f32, 0.5>, #scnn.layout<grid = [8, 8], zero_run_bits = 4>>
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected a tensor of bytes, but got 'tensor<4xi16>'}}
  scnn.constants at 0 dense<0> : tensor<4xi16>
  scnn.cmd.halt
}

// -----

// expected-error @+1 {{expects parent op 'scnn.program'}}
scnn.constants at 0 dense<0> : tensor<4xi8>

// -----

// expected-error @+1 {{expects parent op 'scnn.program'}}
scnn.cmd.halt

// -----

// Each field has the bounds of its width in the instruction set.

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected layer in 0 ... 65535, but got 65536}}
  scnn.cmd.begin_layer layer = 65536
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected call in 0 ... 65535, but got -1}}
  scnn.cmd.call_host call = -1
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected slot in 0 ... 15, but got 16}}
  scnn.cmd.set_activations slot = 16 ram = 0 offset = 0 capacity = 1
    channels = 1 height = 1 width = 1 policy = 0 phase_rows = 1
    phase_cols = 1 halo_top = 0 halo_bottom = 0 halo_left = 0 halo_right = 0 spill = 0 address = 0
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected capacity in 0 ... 16777215, but got 16777216}}
  scnn.cmd.set_activations slot = 0 ram = 0 offset = 0 capacity = 16777216
    channels = 1 height = 1 width = 1 policy = 0 phase_rows = 1
    phase_cols = 1 halo_top = 0 halo_bottom = 0 halo_left = 0 halo_right = 0 spill = 0 address = 0
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected address in 0 ... 1099511627775, but got 1099511627776}}
  scnn.cmd.load_activations slot = 0 address = 1099511627776
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected slot in 0 ... 15, but got -1}}
  scnn.cmd.store_activations slot = -1 address = 0
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected first_row in 0 ... 65535, but got 65536}}
  scnn.cmd.load_rows slot = 0 address = 0 first_row = 65536 height = 1
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected height in 0 ... 65535, but got -1}}
  scnn.cmd.store_rows slot = 0 address = 0 first_row = 0 height = -1
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected output_halos in 0 ... 1, but got 2}}
  scnn.cmd.set_convolution height = 1 width = 1 policy = 0
    accumulator_rows = 1 accumulator_cols = 1 output_halos = 2 order = 0
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected filter_rows in 0 ... 255, but got 256}}
  scnn.cmd.bind_input slot = 0 first_channel = 0 filter_rows = 256
    filter_cols = 1 stride_rows = 1 stride_cols = 1 dilation_rows = 1
    dilation_cols = 1 pad_top = 0 pad_left = 0
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected bytes in 0 ... 4294967295, but got 4294967296}}
  scnn.cmd.broadcast_weights address = 0 bytes = 4294967296 blocks = 0 channels = 1
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected set in 0 ... 1, but got 2}}
  scnn.cmd.accumulate set = 2
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected kind in 0 ... 3, but got 4}}
  scnn.cmd.exchange kind = 4 halo_top = 0 halo_bottom = 0 halo_left = 0 halo_right = 0
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected set in 0 ... 1, but got 2}}
  scnn.cmd.add_bias set = 2
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected policy in 0 ... 1, but got 2}}
  scnn.cmd.pool rows = 2 cols = 2 stride_rows = 2 stride_cols = 2
    pad_top = 0 pad_left = 0 height = 1 width = 1 policy = 2
  scnn.cmd.halt
}

// -----

// A signed field.

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected minimum in -32768 ... 32767, but got -32769}}
  scnn.cmd.requantize minimum = -32769 maximum = 32767
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected first_channel in 0 ... 65535, but got 65536}}
  scnn.cmd.write_activations slot = 0 first_channel = 65536
  scnn.cmd.halt
}

// -----

scnn.program @main dram 0 inputs [] outputs [] {
  // expected-error @+1 {{expected an address of at least 0, but got -1}}
  scnn.constants at -1 dense<0> : tensor<4xi8>
  scnn.cmd.halt
}
