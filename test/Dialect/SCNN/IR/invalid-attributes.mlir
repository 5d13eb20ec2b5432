// RUN: scnn-opt %s --verify-diagnostics --split-input-file

// expected-error @+1 {{expected a field of the machine, but got 'pe_depth'}}
module attributes {scnn.machine = #scnn.machine<pe_depth = 8>} {}

// -----

// Only what can be without a limit accepts the word.

// expected-error @+1 {{expected pe_rows to be 1 to 1024, but got 'unlimited'}}
module attributes {scnn.machine = #scnn.machine<pe_rows = unlimited>} {}

// -----

// expected-error @+1 {{expected an energy price, but got 'gold'}}
module attributes {scnn.machine = #scnn.machine<energy_price_aj = {gold = 1}>} {}

// -----

// expected-error @+1 {{expected add to be 0 to 1000000000000 attojoules, but got -1}}
module attributes {scnn.machine = #scnn.machine<energy_price_aj = {add = -1}>} {}

// -----

// expected-error @+1 {{expected pe_rows to be 1 to 1024, but got 0}}
module attributes {scnn.machine = #scnn.machine<pe_rows = 0>} {}

// -----

// expected-error @+1 {{expected at most 16384 PEs, but pe_rows x pe_cols = 1024 x 1024 = 1048576}}
module attributes {scnn.machine = #scnn.machine<pe_rows = 1024, pe_cols = 1024>} {}

// -----

// expected-error @+1 {{expected at most 1048576 accumulators in a set, but accumulator_banks x entries_per_bank = 4096 x 4096 = 16777216}}
module attributes {scnn.machine = #scnn.machine<accumulator_banks = 4096, entries_per_bank = 4096>} {}

// -----

// expected-error @+1 {{expected activation_ram_bytes to hold an activation vector of 4 elements of 20 bits, but 9 bytes hold 3}}
module attributes {scnn.machine = #scnn.machine<activation_ram_bytes = 9>} {}

// -----

// expected-error @+1 {{expected groups that divide the channels, but got 2 and 3}}
func.func private @f() attributes {test.a = #scnn.layer_input<channels = 3, groups = 2, plane = [1, 1], filter = [1, 1]>}

// -----

// expected-error @+1 {{expected filter[1] in 1 ... 2147483647, but got 0}}
func.func private @f() attributes {test.a = #scnn.layer_input<channels = 3, plane = [1, 1], filter = [1, 0]>}

// -----

// expected-error @+1 {{expected at least one input}}
func.func private @f() attributes {test.a = #scnn.layer_shape<inputs = [], outputs = 1, plane = [1, 1], pooled = [1, 1], tile = [1, 1]>}

// -----

// expected-error @+1 {{expected inputs to be #scnn.layer_input, but got 1 : i64}}
func.func private @f() attributes {test.a = #scnn.layer_shape<inputs = [1], outputs = 1, plane = [1, 1], pooled = [1, 1], tile = [1, 1]>}

// -----

// expected-error @+1 {{expected tile[0] in 1 ... 2147483647, but got -1}}
func.func private @f() attributes {test.a = #scnn.layer_shape<inputs = [#scnn.layer_input<channels = 1, plane = [1, 1], filter = [1, 1]>], outputs = 1, plane = [1, 1], pooled = [1, 1], tile = [-1, 1]>}

// -----

// expected-error @+2 {{expected 2 integers, but got 3}}
// expected-error @+1 {{failed to parse SCNN_WindowAttr parameter 'stride'}}
func.func private @f() attributes {test.a = #scnn.window<stride = [1, 2, 3]>}

// -----

// expected-error @+2 {{expected 4 integers, but got 2}}
// expected-error @+1 {{failed to parse SCNN_WindowAttr parameter 'padding'}}
func.func private @f() attributes {test.a = #scnn.window<padding = [1, 1]>}

// -----

// expected-error @+1 {{expected groups of at least 1, but got 0}}
func.func private @f() attributes {test.a = #scnn.window<groups = 0>}

// -----

// expected-error @+1 {{expected stride[1] in 1 ... 65535, but got 65536}}
func.func private @f() attributes {test.a = #scnn.window<stride = [1, 65536]>}

// -----

// expected-error @+1 {{expected padding[2] in 0 ... 65535, but got -1}}
func.func private @f() attributes {test.a = #scnn.window<padding = [0, 0, -1, 0]>}

// -----

// expected-error @+1 {{expected dilation[0] in 1 ... 65535, but got 0}}
func.func private @f() attributes {test.a = #scnn.window<dilation = [0, 1]>}

// -----

// expected-error @+1 {{expected size[0] in 1 ... 65535, but got 0}}
func.func private @f() attributes {test.a = #scnn.pool<size = [0, 2]>}

// -----

// expected-error @+1 {{expected stride[0] in 1 ... 65535, but got 0}}
func.func private @f() attributes {test.a = #scnn.pool<size = [2, 2], stride = [0, 1]>}

// -----

// expected-error @+1 {{expected padding[0] in 0 ... 65535, but got -1}}
func.func private @f() attributes {test.a = #scnn.pool<size = [2, 2], padding = [-1, 0, 0, 0]>}

// -----

// A window of padding only has no maximum.

// expected-error @+1 {{expected padding[3] below the window's size 2, but got 2}}
func.func private @f() attributes {test.a = #scnn.pool<size = [3, 2], padding = [2, 2, 0, 2]>}

// -----

// expected-error @+1 {{expected row_pad of at least 0, but got -1}}
func.func private @f() attributes {test.a = #scnn.mapping<group_size = 1, row_pad = -1>}

// -----

// expected-error @+1 {{expected group_size of at least 1, but got 0}}
func.func private @f() attributes {test.a = #scnn.mapping<group_size = 0>}

// -----

// expected-error @+1 {{expected product_shifts[1] in 0 ... 31, but got 32}}
func.func private @f() attributes {test.a = #scnn.requantization<product_shifts = [31, 32], multipliers = [1], shifts = [1]>}

// -----

// expected-error @+1 {{expected multipliers[0] in 1 ... 32767, but got 0}}
func.func private @f() attributes {test.a = #scnn.requantization<product_shifts = [1], multipliers = [0], shifts = [1]>}

// -----

// expected-error @+1 {{expected shifts[0] in 0 ... 63, but got 64}}
func.func private @f() attributes {test.a = #scnn.requantization<product_shifts = [1], multipliers = [1], shifts = [64]>}

// -----

// expected-error @+1 {{expected as many multipliers as shifts, but got 2 and 1}}
func.func private @f() attributes {test.a = #scnn.requantization<product_shifts = [1], multipliers = [1, 2], shifts = [1]>}

// -----

// expected-error @+1 {{expected -32768 <= minimum <= maximum <= 32767, but got 5 and 4}}
func.func private @f() attributes {test.a = #scnn.requantization<product_shifts = [1], multipliers = [1], shifts = [1], minimum = 5, maximum = 4>}

// -----

// expected-error @+1 {{expected -32768 <= minimum <= maximum <= 32767, but got -32768 and 32768}}
func.func private @f() attributes {test.a = #scnn.requantization<product_shifts = [1], multipliers = [1], shifts = [1], maximum = 32768>}

// -----

// expected-error @+1 {{expected 'minimum' or 'maximum', but got 'smallest'}}
func.func private @f() attributes {test.a = #scnn.requantization<product_shifts = [1], multipliers = [1], shifts = [1], smallest = 5>}

// -----

// expected-error @+1 {{expected zero_run_bits in 0 ... 16, but got 17}}
func.func private @f() attributes {test.a = #scnn.layout<grid = [8, 8], zero_run_bits = 17>}

// -----

// expected-error @+1 {{expected grid[0] in 1 ... 65535, but got 0}}
func.func private @f() attributes {test.a = #scnn.layout<grid = [0, 8]>}

// -----

// expected-error @+1 {{expected phases[1] in 1 ... 255, but got 0}}
func.func private @f() attributes {test.a = #scnn.layout<grid = [8, 8], phases = [1, 0]>}

// -----

// expected-error @+1 {{expected halo[3] in 0 ... 65535, but got -1}}
func.func private @f() attributes {test.a = #scnn.layout<grid = [8, 8], halo = [0, 0, 0, -1]>}

// -----

// expected-error @+1 {{expected #scnn.layout on a tensor [N, C, H, W], but got rank 2}}
func.func private @f(tensor<2x2x!quant.uniform<i16:f32, 0.5>, #scnn.layout<grid = [8, 8]>>)

// -----

// expected-error @+1 {{expected #scnn.layout on a 16-bit fixed-point tensor, but got elements of type 'f32'}}
func.func private @f(tensor<1x1x2x2xf32, #scnn.layout<grid = [8, 8]>>)

// -----

// A zero must be stored as zero.

// expected-error @+1 {{expected #scnn.layout on a 16-bit fixed-point tensor, but got elements of type '!quant.uniform<i16:f32, 5.000000e-01:3>'}}
func.func private @f(tensor<1x1x2x2x!quant.uniform<i16:f32, 0.5:3>, #scnn.layout<grid = [8, 8]>>)

// -----

// expected-error @+1 {{expected parts in 1 ... 65535, but got 0}}
func.func private @f() attributes {test.a = #scnn.row_image<parts = 0, zero_run_bits = 4>}

// -----

// DRAM has no tensor without compression.

// expected-error @+1 {{expected zero_run_bits in 1 ... 16, but got 0}}
func.func private @f() attributes {test.a = #scnn.row_image<parts = 8, zero_run_bits = 0>}

// -----

// expected-error @+1 {{expected zero_run_bits in 1 ... 16, but got 17}}
func.func private @f() attributes {test.a = #scnn.row_image<parts = 8, zero_run_bits = 17>}

// -----

// expected-error @+1 {{expected #scnn.row_image on a tensor [N, C, H, W], but got rank 3}}
func.func private @f(tensor<1x2x2x!quant.uniform<i16:f32, 0.5>, #scnn.row_image<parts = 8, zero_run_bits = 4>>)

// -----

// expected-error @+1 {{expected #scnn.row_image on a 16-bit fixed-point tensor, but got elements of type 'i16'}}
func.func private @f(tensor<1x1x2x2xi16, #scnn.row_image<parts = 8, zero_run_bits = 4>>)

// -----

// expected-error @+1 {{expected grid[1] in 1 ... 65535, but got 65536}}
func.func private @f() attributes {test.a = #scnn.partial_sums<grid = [1, 65536], accumulators = [1, 1]>}

// -----

// expected-error @+1 {{expected accumulators[0] in 1 ... 65535, but got 0}}
func.func private @f() attributes {test.a = #scnn.partial_sums<grid = [8, 8], accumulators = [0, 1]>}

// -----

// expected-error @+1 {{expected halo[0] in 0 ... 65535, but got -1}}
func.func private @f() attributes {test.a = #scnn.partial_sums<grid = [8, 8], accumulators = [1, 1], halo = [-1, 0, 0, 0]>}

// -----

// expected-error @+1 {{expected #scnn.partial_sums on an i24 tensor [N, K, H, W], but got rank 4 and elements of type 'i32'}}
func.func private @f(tensor<1x1x2x2xi32, #scnn.partial_sums<grid = [8, 8], accumulators = [1, 1]>>)

// -----

// expected-error @+1 {{expected #scnn.partial_sums on an i24 tensor [N, K, H, W], but got rank 3 and elements of type 'i24'}}
func.func private @f(tensor<1x2x2xi24, #scnn.partial_sums<grid = [8, 8], accumulators = [1, 1]>>)

// -----

// expected-error @+1 {{expected ram 0 or 1, but got 2}}
func.func private @f() attributes {test.a = #scnn.placement<ram = 2, offset = 0, capacity = 0>}

// -----

// expected-error @+1 {{expected offset and capacity of at least 0, but got -1 and 3}}
func.func private @f() attributes {test.a = #scnn.placement<ram = 0, offset = -1, capacity = 3>}

// -----

// The attributes of the dialect on operations, arguments and results.

// expected-error @+1 {{attribute 'scnn.machine' belongs on a module}}
func.func private @f() attributes {scnn.machine = #scnn.machine}

// -----

// expected-error @+1 {{expected attribute 'scnn.machine' to be #scnn.machine, but got "scnn"}}
module attributes {scnn.machine = "scnn"} {}

// -----

// expected-error @+1 {{attribute 'scnn.host' is a unit attribute of a function}}
module attributes {scnn.host} {}

// -----

// expected-error @+1 {{attribute 'scnn.host' is a unit attribute of a function}}
func.func private @f() attributes {scnn.host = true}

// -----

// expected-error @+1 {{expected attribute 'scnn.range' to be the largest magnitude, a finite number of at least 0 (on a function: one for each argument), but got -1.000000e+00}}
func.func private @f() attributes {scnn.range = -1.0}

// -----

// expected-error @+1 {{expected attribute 'scnn.range' to be the largest magnitude, a finite number of at least 0 (on a function: one for each argument), but got 0x7FF0000000000000}}
func.func private @f() attributes {scnn.range = 0x7FF0000000000000 : f64}

// -----

// expected-error @+1 {{expected attribute 'scnn.range' to be the largest magnitude, a finite number of at least 0 (on a function: one for each argument), but got [1.000000e+00, -1.000000e+00]}}
func.func private @f() attributes {scnn.range = [1.0, -1.0]}

// -----

// expected-error @+1 {{unknown attribute 'scnn.rang' of the scnn dialect}}
func.func private @f() attributes {scnn.rang = 1.0}

// -----

// expected-error @+1 {{attribute 'scnn.range' is unknown on arguments and results}}
func.func private @f(tensor<1xf32> {scnn.range = 1.0})

// -----

// expected-error @+1 {{attribute 'scnn.host' is unknown on arguments and results}}
func.func private @f() -> (tensor<1xf32> {scnn.host})

// -----

// expected-error @+1 {{expected attribute 'scnn.resident' to be a unit attribute, but got true}}
func.func private @f() -> (tensor<1xf32> {scnn.resident = true})

// -----

// expected-error @+1 {{expected attribute 'scnn.sample' of argument #0 to be elements of 'tensor<2xf32>', but got 'tensor<1xf32>'}}
func.func private @f(tensor<2xf32> {scnn.sample = dense<1.0> : tensor<1xf32>})

// -----

// expected-error @+1 {{expected attribute 'scnn.sample' of argument #0 to be elements of 'tensor<2xf32>', but got "x"}}
func.func private @f(tensor<2xf32> {scnn.sample = "x"})

// -----

// expected-error @+1 {{attribute 'scnn.sample' is unknown on arguments and results}}
func.func private @f() -> (tensor<1xf32> {scnn.sample = dense<1.0> : tensor<1xf32>})

// -----

// expected-error @+1 {{expected attribute 'scnn.name' to be a string, but got 1 : i64}}
func.func private @f(tensor<1xf32> {scnn.name = 1})

// -----

// expected-error @+1 {{expected attribute 'scnn.peak_density' to be a number in 0 ... 1 (on a function: one for each argument), but got [5.000000e-01, 1.500000e+00]}}
func.func private @f() attributes {scnn.peak_density = [0.5, 1.5]}

// -----

// expected-error @+1 {{expected attribute 'scnn.peak_density' to be a number in 0 ... 1 (on a function: one for each argument), but got "dense"}}
func.func private @f() attributes {scnn.peak_density = "dense"}
