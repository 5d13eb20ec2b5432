// RUN: scnn-opt %s --verify-roundtrip --split-input-file | FileCheck %s

// Attributes: defaults are not printed, everything else is.

// CHECK: module attributes {scnn.machine = #scnn.machine}
module attributes {scnn.machine = #scnn.machine<pe_rows = 8, zero_run_bits = 4>} {}

// -----

// CHECK: scnn.machine = #scnn.machine<pe_rows = 2, pe_cols = 3, weights_per_vector = 2, activations_per_vector = 5, accumulator_banks = 16, entries_per_bank = 64, accumulator_bits = 20, activation_ram_bytes = 2048, zero_run_bits = 5, weight_fifo_entries = unlimited, weight_staging_vectors = 64, broadcast_vectors_per_cycle = 2, bank_queue_depth = unlimited, ppu_elements_per_cycle = 1, halo_values_per_link_cycle = 2, dram_bits_per_cycle = unlimited, pipelined_pieces = no, clock_mhz = 500>
module attributes {scnn.machine = #scnn.machine<
    clock_mhz = 500, pipelined_pieces = no, dram_bits_per_cycle = unlimited,
    halo_values_per_link_cycle = 2, ppu_elements_per_cycle = 1,
    bank_queue_depth = unlimited, broadcast_vectors_per_cycle = 2,
    weight_staging_vectors = 64, weight_fifo_entries = unlimited,
    zero_run_bits = 5, activation_ram_bytes = 2048, accumulator_bits = 20,
    entries_per_bank = 64, accumulator_banks = 16, activations_per_vector = 5,
    weights_per_vector = 2, pe_cols = 3, pe_rows = 2>} {}

// -----

// Prices are in attojoules; those of the paper's machine are not printed.

// CHECK: scnn.machine = #scnn.machine<clock_mhz = 500, energy_price_aj = {dram_bit = 20000000, add = 0}>
module attributes {scnn.machine = #scnn.machine<
    energy_price_aj = {add = 0, dram_bit = 20000000, noc_bit = 3698},
    clock_mhz = 500>} {}

// -----

// CHECK-LABEL: func private @windows
// CHECK-SAME: test.all = #scnn.window<stride = [2, 3], padding = [1, 2, 3, 4], dilation = [5, 6], groups = 7>
// CHECK-SAME: test.defaults = #scnn.window<>
// CHECK-SAME: test.given = #scnn.window<>
func.func private @windows() attributes {
  test.all = #scnn.window<groups = 7, dilation = [5, 6], padding = [1, 2, 3, 4], stride = [2, 3]>,
  test.defaults = #scnn.window<>,
  test.given = #scnn.window<stride = [1, 1], padding = [0, 0, 0, 0], dilation = [1, 1], groups = 1>
}

// CHECK-LABEL: func private @pools
// CHECK-SAME: test.all = #scnn.pool<size = [3, 2], stride = [2, 1], padding = [2, 1, 1, 0]>
// CHECK-SAME: test.defaults = #scnn.pool<size = [3, 2]>
func.func private @pools() attributes {
  test.all = #scnn.pool<size = [3, 2], stride = [2, 1], padding = [2, 1, 1, 0]>,
  test.defaults = #scnn.pool<size = [3, 2], stride = [1, 1]>
}

// CHECK-LABEL: func private @requantizations
// CHECK-SAME: test.all = #scnn.requantization<product_shifts = [7, 0], multipliers = [32767], shifts = [63], minimum = -5, maximum = 9>
// CHECK-SAME: test.defaults = #scnn.requantization<product_shifts = [31], multipliers = [1, 2], shifts = [0, 1]>
func.func private @requantizations() attributes {
  test.all = #scnn.requantization<product_shifts = [7, 0], multipliers = [32767], shifts = [63], maximum = 9, minimum = -5>,
  test.defaults = #scnn.requantization<product_shifts = [31], multipliers = [1, 2], shifts = [0, 1], minimum = -32768, maximum = 32767>
}

// CHECK-LABEL: func private @mappings
// CHECK-SAME: test.all = #scnn.mapping<group_size = 8, halo = input, order = rsk>
// CHECK-SAME: test.defaults = #scnn.mapping<group_size = 8>
func.func private @mappings() attributes {
  test.all = #scnn.mapping<group_size = 8, halo = input, order = rsk>,
  test.defaults = #scnn.mapping<group_size = 8, halo = output, order = krs>
}

// CHECK-LABEL: func private @encodings
// CHECK-SAME: #scnn.layout<grid = [2, 3], cut = balanced, phases = [2, 1], halo = [1, 2, 3, 4], zero_run_bits = 4>
// CHECK-SAME: #scnn.layout<grid = [8, 8]>
// CHECK-SAME: #scnn.partial_sums<grid = [2, 3], cut = balanced, accumulators = [5, 6], halo = [1, 2, 3, 4]>
// CHECK-SAME: #scnn.partial_sums<grid = [8, 8], accumulators = [1, 1]>
// CHECK-SAME: #scnn.placement<ram = 1, offset = 2, capacity = 3>
// CHECK-SAME: tensor<1x24x64x64x{{.*}}, #scnn.row_image<parts = 8, zero_run_bits = 4>>
// CHECK-SAME: tensor<1x1x2x2x{{.*}}, #scnn.row_image<parts = 3, cut = balanced, zero_run_bits = 16>>
func.func private @encodings() attributes {
  test.a = tensor<1x1x2x2x!quant.uniform<i16:f32, 0.5>, #scnn.layout<grid = [2, 3], cut = balanced, phases = [2, 1], halo = [1, 2, 3, 4], zero_run_bits = 4>>,
  test.b = tensor<1x1x2x2x!quant.uniform<i16:f32, 0.5>, #scnn.layout<grid = [8, 8], cut = ceil, phases = [1, 1], halo = [0, 0, 0, 0], zero_run_bits = 0>>,
  test.c = tensor<1x1x2x2xi24, #scnn.partial_sums<grid = [2, 3], cut = balanced, accumulators = [5, 6], halo = [1, 2, 3, 4]>>,
  test.d = tensor<1x1x2x2xi24, #scnn.partial_sums<grid = [8, 8], accumulators = [1, 1]>>,
  test.e = #scnn.placement<ram = 1, offset = 2, capacity = 3>,
  test.f = tensor<1x24x64x64x!quant.uniform<i16:f32, 0.5>, #scnn.row_image<parts = 8, cut = ceil, zero_run_bits = 4>>,
  test.g = tensor<1x1x2x2x!quant.uniform<i16:f32, 0.5>, #scnn.row_image<parts = 3, cut = balanced, zero_run_bits = 16>>
}

// CHECK-LABEL: func @names
// CHECK-SAME: {scnn.name = "x"}
// CHECK-SAME: {scnn.name = "y"}
// CHECK-SAME: scnn.range = [1.000000e+00
func.func @names(%x: tensor<1x1x2x2xf32> {scnn.name = "x"}) -> (tensor<1x1x2x2xf32> {scnn.name = "y"}) attributes {scnn.range = [1.0]} {
  // CHECK: scnn.clamp %{{.*}} {clamp_min = 0.000000e+00 : f32, scnn.range = 2.000000e+00 : f64}
  %y = scnn.clamp %x {clamp_min = 0.0 : f32, scnn.range = 2.0} : tensor<1x1x2x2xf32>
  return %y : tensor<1x1x2x2xf32>
}

// CHECK: func private @host() attributes {scnn.host}
func.func private @host() attributes {scnn.host}

// -----

// The tensor level, real numbers.

// CHECK-LABEL: func @real
func.func @real(%x: tensor<1x8x6x6xf32>, %skip: tensor<1x4x6x6xf32>,
    %w: tensor<4x8x3x3xf32>, %identity: tensor<4x4x1x1xf32>, %b: tensor<4xf32>) {
  // CHECK: scnn.conv2d inputs(%{{.*}} : tensor<1x8x6x6xf32>) weights(%{{.*}} : tensor<4x8x3x3xf32>) windows [#scnn.window<>] -> tensor<1x4x4x4xf32>
  %0 = scnn.conv2d inputs(%x : tensor<1x8x6x6xf32>) weights(%w : tensor<4x8x3x3xf32>) windows [#scnn.window<>] -> tensor<1x4x4x4xf32>
  // CHECK: scnn.conv2d inputs(%{{.*}}, %{{.*}} : tensor<1x8x6x6xf32>, tensor<1x4x6x6xf32>) weights(%{{.*}}, %{{.*}} : tensor<4x8x3x3xf32>, tensor<4x4x1x1xf32>) bias(%{{.*}} : tensor<4xf32>) windows [#scnn.window<padding = [1, 1, 1, 1]>, #scnn.window<>] {clamp_max = 6.000000e+00 : f32, clamp_min = 0.000000e+00 : f32, pool = #scnn.pool<size = [2, 2], stride = [2, 2]>} -> tensor<1x4x3x3xf32>
  %1 = scnn.conv2d inputs(%x, %skip : tensor<1x8x6x6xf32>, tensor<1x4x6x6xf32>)
      weights(%w, %identity : tensor<4x8x3x3xf32>, tensor<4x4x1x1xf32>)
      bias(%b : tensor<4xf32>)
      windows [#scnn.window<padding = [1, 1, 1, 1]>, #scnn.window<>]
      {clamp_min = 0.0 : f32, clamp_max = 6.0 : f32, pool = #scnn.pool<size = [2, 2], stride = [2, 2]>} -> tensor<1x4x3x3xf32>
  // CHECK: scnn.max_pool2d %{{.*}} <size = [2, 2], stride = [2, 2]> : tensor<1x8x6x6xf32> -> tensor<1x8x3x3xf32>
  %2 = scnn.max_pool2d %x <size = [2, 2], stride = [2, 2]> : tensor<1x8x6x6xf32> -> tensor<1x8x3x3xf32>
  // CHECK: scnn.add %{{.*}}, %{{.*}} : tensor<1x8x6x6xf32>
  %3 = scnn.add %x, %x : tensor<1x8x6x6xf32>
  // CHECK: scnn.clamp %{{.*}} {clamp_max = 1.000000e+00 : f32, clamp_min = -1.000000e+00 : f32} : tensor<1x8x6x6xf32>
  %4 = scnn.clamp %x {clamp_min = -1.0 : f32, clamp_max = 1.0 : f32} : tensor<1x8x6x6xf32>
  // CHECK: scnn.concat %{{.*}}, %{{.*}} : tensor<1x8x6x6xf32>, tensor<1x4x6x6xf32> -> tensor<1x12x6x6xf32>
  %5 = scnn.concat %x, %skip : tensor<1x8x6x6xf32>, tensor<1x4x6x6xf32> -> tensor<1x12x6x6xf32>
  // CHECK: scnn.extend_channels %{{.*}} : tensor<1x8x6x6xf32> -> tensor<1x12x6x6xf32>
  %6 = scnn.extend_channels %x : tensor<1x8x6x6xf32> -> tensor<1x12x6x6xf32>
  return
}

// -----

// The tensor level, fixed point and mapped.

!q = !quant.uniform<i16:f32, 0.5>
!x = tensor<1x1x4x4x!q, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
!three = tensor<1x1x3x4x!q, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
!one = tensor<1x1x1x4x!q, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
!wide = tensor<1x1x4x4x!q, #scnn.layout<grid = [2, 2], halo = [1, 1, 1, 1], zero_run_bits = 4>>
!y = tensor<1x2x2x2x!q, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
!partial = tensor<1x2x4x4xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [4, 4], halo = [1, 1, 1, 1]>>
!sums = tensor<1x2x4x4xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [4, 4]>>
!pooled = tensor<1x2x2x2xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [1, 1]>>

// CHECK-LABEL: func @fixed
func.func @fixed(%dram: tensor<1x1x4x4x!q>, %w: tensor<2x1x3x3xi16>, %b: tensor<2xi32>) {
  // CHECK: scnn.conv2d {{.*}}weights(%{{.*}} : tensor<2x1x3x3xi16>) bias(%{{.*}} : tensor<2xi32>) windows [#scnn.window<padding = [1, 1, 1, 1]>] {mapping = #scnn.mapping<group_size = 2>, requantization = #scnn.requantization<product_shifts = [7], multipliers = [1, 2], shifts = [3, 4]>}
  %0 = scnn.conv2d inputs(%dram : tensor<1x1x4x4x!q>) weights(%w : tensor<2x1x3x3xi16>) bias(%b : tensor<2xi32>)
      windows [#scnn.window<padding = [1, 1, 1, 1]>]
      {mapping = #scnn.mapping<group_size = 2>, requantization = #scnn.requantization<product_shifts = [7], multipliers = [1, 2], shifts = [3, 4]>} -> tensor<1x2x4x4x!q>
  // CHECK: scnn.load %{{.*}} : tensor<1x1x4x4x!quant.uniform<i16:f32, 5.000000e-01>> -> tensor<1x1x4x4x!quant.uniform<i16:f32, 5.000000e-01>, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
  %x = scnn.load %dram : tensor<1x1x4x4x!q> -> !x
  // CHECK: scnn.load %{{.*}} {placement = #scnn.placement<ram = 0, offset = 0, capacity = 4>}
  %placed = scnn.load %dram {placement = #scnn.placement<ram = 0, offset = 0, capacity = 4>} : tensor<1x1x4x4x!q> -> !x
  // CHECK: scnn.store %{{.*}} : tensor<{{.*}}#scnn.layout{{.*}}> -> tensor<1x1x4x4x!quant.uniform<i16:f32, 5.000000e-01>>
  %back = scnn.store %x : !x -> tensor<1x1x4x4x!q>
  // CHECK: %[[READY:.*]] = scnn.load setup %{{.*}} {placement = #scnn.placement<ram = 0, offset = 0, capacity = 4>}
  %ready = scnn.load setup %dram {placement = #scnn.placement<ram = 0, offset = 0, capacity = 4>} : tensor<1x1x4x4x!q> -> !x
  // CHECK: scnn.store setup %[[READY]] : tensor<
  %fetched = scnn.store setup %ready : !x -> tensor<1x1x4x4x!q>
  // CHECK: %[[TOP:.*]] = scnn.load %{{.*}} rows from 0 : tensor<1x1x4x4x{{.*}}> -> tensor<1x1x3x4x{{.*}}, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
  %top = scnn.load %dram rows from 0 : tensor<1x1x4x4x!q> -> !three
  // CHECK: %[[LAST:.*]] = scnn.load %{{.*}} rows from 3 {placement = #scnn.placement<ram = 1, offset = 2, capacity = 4>} : tensor<1x1x4x4x{{.*}}> -> tensor<1x1x1x4x
  %last = scnn.load %dram rows from 3 {placement = #scnn.placement<ram = 1, offset = 2, capacity = 4>} : tensor<1x1x4x4x!q> -> !one
  // CHECK: scnn.store %[[TOP]], %[[LAST]] : tensor<1x1x3x4x{{.*}}>, tensor<1x1x1x4x{{.*}}> -> tensor<1x1x4x4x!quant.uniform<i16:f32, 5.000000e-01>>
  %joined = scnn.store %top, %last : !three, !one -> tensor<1x1x4x4x!q>
  // CHECK: scnn.compressed_weights offsets [0, 12] blocks [1, 0] dense<0> : tensor<24xi8>
  %i = scnn.compressed_weights offsets [0, 12] blocks [1, 0] dense<0> : tensor<24xi8>
  // CHECK: scnn.conv2d {{.*}}image(%{{.*}} : tensor<24xi8>) windows [#scnn.window<padding = [1, 1, 1, 1]>] {filters = array<i64: 3, 3>, mapping = #scnn.mapping<group_size = 1>, pool = #scnn.pool<size = [2, 2], stride = [2, 2]>
  %1 = scnn.conv2d inputs(%x : !x) image(%i : tensor<24xi8>) windows [#scnn.window<padding = [1, 1, 1, 1]>]
      {filters = array<i64: 3, 3>, mapping = #scnn.mapping<group_size = 1>, pool = #scnn.pool<size = [2, 2], stride = [2, 2]>,
       requantization = #scnn.requantization<product_shifts = [7], multipliers = [1, 2], shifts = [3, 4]>} -> !y
  // CHECK: scnn.accumulate inputs(%{{.*}} : {{.*}}) image(%{{.*}} : tensor<24xi8>) windows [#scnn.window<padding = [1, 1, 1, 1]>] filters [3, 3] mapping <group_size = 1> -> tensor<1x2x4x4xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [4, 4], halo = [1, 1, 1, 1]>>
  %s = scnn.accumulate inputs(%x : !x) image(%i : tensor<24xi8>) windows [#scnn.window<padding = [1, 1, 1, 1]>]
      filters [3, 3] mapping <group_size = 1> -> !partial
  // CHECK: scnn.exchange add %{{.*}} halo [1, 1, 1, 1] : {{.*}} -> tensor<1x2x4x4xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [4, 4]>>
  %t = scnn.exchange add %s halo [1, 1, 1, 1] : !partial -> !sums
  // CHECK: scnn.add_bias %{{.*}} : tensor<1x2x4x4xi24, {{.*}}>
  %u = scnn.add_bias %t : !sums
  // CHECK: scnn.pool_maxima %{{.*}} <size = [2, 2], stride = [2, 2]> : {{.*}} -> tensor<1x2x2x2xi24
  %p = scnn.pool_maxima %u <size = [2, 2], stride = [2, 2]> : !sums -> !pooled
  // CHECK: scnn.exchange max %{{.*}} halo [0, 1, 0, 1]
  %m = scnn.exchange max %p halo [0, 1, 0, 1] : !pooled -> !pooled
  // CHECK: scnn.requantize %{{.*}} <product_shifts = [7], multipliers = [1, 2], shifts = [3, 4], minimum = 0> {placement = #scnn.placement<ram = 1, offset = 4, capacity = 2>} : {{.*}} -> tensor<1x2x2x2x!quant
  %y = scnn.requantize %m <product_shifts = [7], multipliers = [1, 2], shifts = [3, 4], minimum = 0> {placement = #scnn.placement<ram = 1, offset = 4, capacity = 2>} : !pooled -> !y
  // CHECK: scnn.exchange copy %{{.*}} halo [1, 1, 1, 1] {placement = #scnn.placement<ram = 1, offset = 0, capacity = 16>} : {{.*}} -> {{.*}}halo = [1, 1, 1, 1]
  %c = scnn.exchange copy %x halo [1, 1, 1, 1] {placement = #scnn.placement<ram = 1, offset = 0, capacity = 16>} : !x -> !wide
  return
}

// -----

// The command level: tables, then commands.

// CHECK-LABEL: scnn.program @main dram 4096 inputs [0] outputs [2]
scnn.program @main dram 4096 inputs [0] outputs [2] {
  // CHECK-NEXT: scnn.value "input" : tensor<1x3x8x8xf32> at 0 segment 64 as tensor<1x3x8x8x!quant.uniform<i16:f32, 5.000000e-01>, #scnn.layout<grid = [8, 8], zero_run_bits = 4>>
  scnn.value "input" : tensor<1x3x8x8xf32> at 0 segment 64
      as tensor<1x3x8x8x!quant.uniform<i16:f32, 0.5>, #scnn.layout<grid = [8, 8], zero_run_bits = 4>>
  // CHECK-NEXT: scnn.value "rows" : tensor<1x3x8x8xf32> at 2048 segment 11 as tensor<1x3x8x8x!quant.uniform<i16:f32, 5.000000e-01>, #scnn.row_image<parts = 8, cut = balanced, zero_run_bits = 4>>
  scnn.value "rows" : tensor<1x3x8x8xf32> at 2048 segment 11
      as tensor<1x3x8x8x!quant.uniform<i16:f32, 0.5>, #scnn.row_image<parts = 8, cut = balanced, zero_run_bits = 4>>
  // CHECK-NEXT: scnn.value "output" : tensor<10xf32>
  scnn.value "output" : tensor<10xf32>
  // CHECK-NEXT: scnn.host_call @softmax operands [0] results [2]
  scnn.host_call @softmax operands [0] results [2]
  // CHECK-NEXT: scnn.host_call @attention operands [0] results [1] dense_macs 70 runs ["tosa.matmul", "tosa.exp"] because ["both operands are computed", "no accelerator operation for tosa.exp"]
  scnn.host_call @attention operands [0] results [1] dense_macs 70
      runs ["tosa.matmul", "tosa.exp"]
      because ["both operands are computed", "no accelerator operation for tosa.exp"]
  // CHECK-NEXT: scnn.layer "conv1" dense_macs 1000 weights 100 nonzero 35 groups 2 group_size 8
  scnn.layer "conv1" dense_macs 1000 weights 100 nonzero 35 groups 2 group_size 8
  // CHECK-NEXT: scnn.layer "conv2" dense_macs 2000 weights 100 nonzero 35 groups 2 group_size 8 pieces 3
  // CHECK-SAME: shape <inputs = [#scnn.layer_input<channels = 50, plane = [4, 5], filter = [1, 1]>], outputs = 2, plane = [4, 5], pooled = [4, 5], tile = [1, 1]>
  scnn.layer "conv2" dense_macs 2000 weights 100 nonzero 35 groups 2 group_size 8 pieces 3
      shape <inputs = [#scnn.layer_input<channels = 50, groups = 1, plane = [4, 5], filter = [1, 1]>], outputs = 2, plane = [4, 5], pooled = [4, 5], cut = ceil, tile = [1, 1], halo = output>
  // CHECK-NEXT: scnn.constants at 64 dense<[1, -1]> : tensor<2xi8>
  scnn.constants at 64 dense<[1, -1]> : tensor<2xi8>
  // CHECK-NEXT: scnn.cmd.begin_layer layer = 0
  scnn.cmd.begin_layer layer = 0
  // CHECK-NEXT: scnn.cmd.set_activations slot = 15 ram = 1 offset = 16777215 capacity = 768 channels = 3 height = 128 width = 127 policy = 1 phase_rows = 2 phase_cols = 3 halo_top = 4 halo_bottom = 5 halo_left = 6 halo_right = 7 spill = 1 address = 1099511627775
  scnn.cmd.set_activations slot = 15 ram = 1 offset = 16777215 capacity = 768
    channels = 3 height = 128 width = 127 policy = 1 phase_rows = 2
    phase_cols = 3 halo_top = 4 halo_bottom = 5 halo_left = 6 halo_right = 7 spill = 1 address = 1099511627775
  // CHECK-NEXT: scnn.cmd.load_activations slot = 0 address = 1099511627775
  scnn.cmd.load_activations slot = 0 address = 1099511627775
  // CHECK-NEXT: scnn.cmd.load_rows slot = 15 address = 1099511627775 first_row = 65535 height = 128
  scnn.cmd.load_rows slot = 15 address = 1099511627775 first_row = 65535 height = 128
  // CHECK-NEXT: scnn.cmd.set_convolution height = 64 width = 63 policy = 0 accumulator_rows = 10 accumulator_cols = 11 output_halos = 1 order = 1
  scnn.cmd.set_convolution height = 64 width = 63 policy = 0
    accumulator_rows = 10 accumulator_cols = 11 output_halos = 1 order = 1
  // CHECK-NEXT: scnn.cmd.bind_input slot = 0 first_channel = 2 filter_rows = 3 filter_cols = 4 stride_rows = 1 stride_cols = 2 dilation_rows = 3 dilation_cols = 4 pad_top = 5 pad_left = 6
  scnn.cmd.bind_input slot = 0 first_channel = 2 filter_rows = 3
    filter_cols = 4 stride_rows = 1 stride_cols = 2 dilation_rows = 3
    dilation_cols = 4 pad_top = 5 pad_left = 6
  // CHECK-NEXT: scnn.cmd.broadcast_weights address = 0 bytes = 512 blocks = 3 channels = 24
  scnn.cmd.broadcast_weights address = 0 bytes = 512 blocks = 3 channels = 24
  // CHECK-NEXT: scnn.cmd.accumulate set = 1
  scnn.cmd.accumulate set = 1
  // CHECK-NEXT: scnn.cmd.exchange kind = 2 halo_top = 1 halo_bottom = 2 halo_left = 3 halo_right = 4
  scnn.cmd.exchange kind = 2 halo_top = 1 halo_bottom = 2 halo_left = 3 halo_right = 4
  // CHECK-NEXT: scnn.cmd.add_bias set = 1
  scnn.cmd.add_bias set = 1
  // CHECK-NEXT: scnn.cmd.pool rows = 2 cols = 3 stride_rows = 4 stride_cols = 5 pad_top = 0 pad_left = 1 height = 32 width = 31 policy = 1
  scnn.cmd.pool rows = 2 cols = 3 stride_rows = 4 stride_cols = 5
    pad_top = 0 pad_left = 1 height = 32 width = 31 policy = 1
  // CHECK-NEXT: scnn.cmd.requantize minimum = -32768 maximum = 32767
  scnn.cmd.requantize minimum = -32768 maximum = 32767
  // CHECK-NEXT: scnn.cmd.write_activations slot = 1 first_channel = 8
  scnn.cmd.write_activations slot = 1 first_channel = 8
  // CHECK-NEXT: scnn.cmd.store_activations slot = 1 address = 2048
  scnn.cmd.store_activations slot = 1 address = 2048
  // CHECK-NEXT: scnn.cmd.store_rows slot = 1 address = 2048 first_row = 3 height = 65535
  scnn.cmd.store_rows slot = 1 address = 2048 first_row = 3 height = 65535
  // CHECK-NEXT: scnn.cmd.end_layer
  scnn.cmd.end_layer
  // CHECK-NEXT: scnn.cmd.call_host call = 0
  scnn.cmd.call_host call = 0
  // CHECK-NEXT: scnn.cmd.halt
  scnn.cmd.halt
}
func.func private @softmax(%x: tensor<1x3x8x8xf32>) -> tensor<10xf32> attributes {scnn.host}
