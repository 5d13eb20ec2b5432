// RUN: scnn-opt %s --verify-diagnostics --split-input-file

func.func @f() {
  // expected-error @+1 {{expected at least one input}}
  %r = "scnn.conv2d"() <{windows = [], operandSegmentSizes = array<i32: 0, 0, 0, 0>}> : () -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x6x6xf32>, %w: tensor<4x4x3x3xf32>) {
  // expected-error @+1 {{expected a window for each of 1 inputs, but got 2}}
  %r = scnn.conv2d inputs(%x : tensor<1x4x6x6xf32>) weights(%w : tensor<4x4x3x3xf32>) windows [#scnn.window<>, #scnn.window<>] -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x6x6xf32>) {
  // expected-error @+1 {{expected weights for each of 1 inputs, but got 0}}
  %r = scnn.conv2d inputs(%x : tensor<1x4x6x6xf32>) windows [#scnn.window<padding = [1, 1, 1, 1]>] -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x6x6xf32>, %w: tensor<4x4x3x3xf32>) {
  // expected-error @+1 {{has filter sizes without a weight image}}
  %r = scnn.conv2d inputs(%x : tensor<1x4x6x6xf32>) weights(%w : tensor<4x4x3x3xf32>) windows [#scnn.window<padding = [1, 1, 1, 1]>] {filters = array<i64: 3, 3>} -> tensor<1x4x6x6xf32>
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
func.func @f(%q: tensor<1x4x6x6x!q>, %w: tensor<4x4x3x3xi16>, %i: tensor<24xi8>) {
  // expected-error @+1 {{has a weight image, which takes the place of weights and bias}}
  %r = scnn.conv2d inputs(%q : tensor<1x4x6x6x!q>) weights(%w : tensor<4x4x3x3xi16>) image(%i : tensor<24xi8>) windows [#scnn.window<padding = [1, 1, 1, 1]>] {requantization = #scnn.requantization<product_shifts = [7, 7, 7, 7], multipliers = [1, 1, 1, 1], shifts = [1, 1, 1, 1]>} -> tensor<1x4x6x6x!q>
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
func.func @f(%q: tensor<1x4x6x6x!q>, %i: tensor<24xi8>) {
  // expected-error @+1 {{with a weight image, expected 2 filter sizes}}
  %r = scnn.conv2d inputs(%q : tensor<1x4x6x6x!q>) image(%i : tensor<24xi8>) windows [#scnn.window<padding = [1, 1, 1, 1]>] {filters = array<i64: 3>, mapping = #scnn.mapping<group_size = 4>, requantization = #scnn.requantization<product_shifts = [7, 7, 7, 7], multipliers = [1, 1, 1, 1], shifts = [1, 1, 1, 1]>} -> tensor<1x4x6x6x!q>
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
func.func @f(%q: tensor<1x4x6x6x!q>, %i: tensor<24xi8>) {
  // expected-error @+1 {{with a weight image, expected requantization and mapping}}
  %r = scnn.conv2d inputs(%q : tensor<1x4x6x6x!q>) image(%i : tensor<24xi8>) windows [#scnn.window<padding = [1, 1, 1, 1]>] {filters = array<i64: 3, 3>, requantization = #scnn.requantization<product_shifts = [7, 7, 7, 7], multipliers = [1, 1, 1, 1], shifts = [1, 1, 1, 1]>} -> tensor<1x4x6x6x!q>
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
func.func @f(%q: tensor<1x4x6x6x!q>, %w: tensor<4x4x3x3xf32>) {
  // expected-error @+1 {{without requantization, expected f32 inputs, but got 'tensor<1x4x6x6x!quant.uniform<i16:f32, 5.000000e-01>>'}}
  %r = scnn.conv2d inputs(%q : tensor<1x4x6x6x!q>) weights(%w : tensor<4x4x3x3xf32>) windows [#scnn.window<padding = [1, 1, 1, 1]>] -> tensor<1x4x6x6xf32>
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
func.func @f(%x: tensor<1x4x6x6xf32>, %w: tensor<4x4x3x3xi16>) {
  // expected-error @+1 {{with requantization, expected fixed-point inputs, but got 'tensor<1x4x6x6xf32>'}}
  %r = scnn.conv2d inputs(%x : tensor<1x4x6x6xf32>) weights(%w : tensor<4x4x3x3xi16>) windows [#scnn.window<padding = [1, 1, 1, 1]>] {requantization = #scnn.requantization<product_shifts = [7, 7, 7, 7], multipliers = [1, 1, 1, 1], shifts = [1, 1, 1, 1]>} -> tensor<1x4x6x6x!q>
  return
}

// -----

func.func @f(%x: tensor<1x4x6x6xf32>, %w: tensor<4x4x3x3xi16>) {
  // expected-error @+1 {{without requantization, expected f32 weights, but got 'tensor<4x4x3x3xi16>'}}
  %r = scnn.conv2d inputs(%x : tensor<1x4x6x6xf32>) weights(%w : tensor<4x4x3x3xi16>) windows [#scnn.window<padding = [1, 1, 1, 1]>] -> tensor<1x4x6x6xf32>
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
func.func @f(%q: tensor<1x4x6x6x!q>, %w: tensor<4x4x3x3xf32>) {
  // expected-error @+1 {{with requantization, expected i16 weights, but got 'tensor<4x4x3x3xf32>'}}
  %r = scnn.conv2d inputs(%q : tensor<1x4x6x6x!q>) weights(%w : tensor<4x4x3x3xf32>) windows [#scnn.window<padding = [1, 1, 1, 1]>] {requantization = #scnn.requantization<product_shifts = [7, 7, 7, 7], multipliers = [1, 1, 1, 1], shifts = [1, 1, 1, 1]>} -> tensor<1x4x6x6x!q>
  return
}

// -----

func.func @f(%x: tensor<1x4x6x6xf32>, %w: tensor<4x4x3x3xf32>, %b: tensor<4xi32>) {
  // expected-error @+1 {{without requantization, expected f32 bias, but got 'tensor<4xi32>'}}
  %r = scnn.conv2d inputs(%x : tensor<1x4x6x6xf32>) weights(%w : tensor<4x4x3x3xf32>) bias(%b : tensor<4xi32>) windows [#scnn.window<padding = [1, 1, 1, 1]>] -> tensor<1x4x6x6xf32>
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
func.func @f(%q: tensor<1x4x6x6x!q>, %w: tensor<4x4x3x3xi16>, %b: tensor<4xf32>) {
  // expected-error @+1 {{with requantization, expected i32 bias, but got 'tensor<4xf32>'}}
  %r = scnn.conv2d inputs(%q : tensor<1x4x6x6x!q>) weights(%w : tensor<4x4x3x3xi16>) bias(%b : tensor<4xf32>) windows [#scnn.window<padding = [1, 1, 1, 1]>] {requantization = #scnn.requantization<product_shifts = [7, 7, 7, 7], multipliers = [1, 1, 1, 1], shifts = [1, 1, 1, 1]>} -> tensor<1x4x6x6x!q>
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
func.func @f(%x: tensor<1x4x6x6xf32>, %w: tensor<4x4x3x3xf32>) {
  // expected-error @+1 {{without requantization, expected an f32 result, but got 'tensor<1x4x6x6x!quant.uniform<i16:f32, 5.000000e-01>>'}}
  %r = scnn.conv2d inputs(%x : tensor<1x4x6x6xf32>) weights(%w : tensor<4x4x3x3xf32>) windows [#scnn.window<padding = [1, 1, 1, 1]>] -> tensor<1x4x6x6x!q>
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
func.func @f(%q: tensor<1x4x6x6x!q>, %w: tensor<4x4x3x3xi16>) {
  // expected-error @+1 {{with requantization, expected a fixed-point result, but got 'tensor<1x4x6x6xf32>'}}
  %r = scnn.conv2d inputs(%q : tensor<1x4x6x6x!q>) weights(%w : tensor<4x4x3x3xi16>) windows [#scnn.window<padding = [1, 1, 1, 1]>] {requantization = #scnn.requantization<product_shifts = [7, 7, 7, 7], multipliers = [1, 1, 1, 1], shifts = [1, 1, 1, 1]>} -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x6x6xf16>, %w: tensor<4x4x3x3xf32>) {
  // expected-error @+1 {{must be variadic of 4D tensor of 32-bit float or 16-bit fixed point with zero point 0 (!quant.uniform<i16:f32, scale>) values, but got 'tensor<1x4x6x6xf16>'}}
  %r = scnn.conv2d inputs(%x : tensor<1x4x6x6xf16>) weights(%w : tensor<4x4x3x3xf32>) windows [#scnn.window<padding = [1, 1, 1, 1]>] -> tensor<1x4x6x6xf32>
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
func.func @f(%q: tensor<1x4x6x6x!q>, %w: tensor<4x4x3x3xi16>) {
  // expected-error @+1 {{expected bounds in requantization, not clamp_min or clamp_max}}
  %r = scnn.conv2d inputs(%q : tensor<1x4x6x6x!q>) weights(%w : tensor<4x4x3x3xi16>) windows [#scnn.window<padding = [1, 1, 1, 1]>] {clamp_min = 0.0 : f32, requantization = #scnn.requantization<product_shifts = [7, 7, 7, 7], multipliers = [1, 1, 1, 1], shifts = [1, 1, 1, 1]>} -> tensor<1x4x6x6x!q>
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
func.func @f(%q: tensor<1x4x6x6x!q>, %w: tensor<4x4x3x3xi16>) {
  // expected-error @+1 {{expected a product shift for each of 4 input channels, but got 1}}
  %r = scnn.conv2d inputs(%q : tensor<1x4x6x6x!q>) weights(%w : tensor<4x4x3x3xi16>) windows [#scnn.window<padding = [1, 1, 1, 1]>] {requantization = #scnn.requantization<product_shifts = [7], multipliers = [1, 1, 1, 1], shifts = [1, 1, 1, 1]>} -> tensor<1x4x6x6x!q>
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
func.func @f(%q: tensor<1x4x6x6x!q>, %w: tensor<4x4x3x3xi16>) {
  // expected-error @+1 {{expected a multiplier for each of 4 output channels, but got 1}}
  %r = scnn.conv2d inputs(%q : tensor<1x4x6x6x!q>) weights(%w : tensor<4x4x3x3xi16>) windows [#scnn.window<padding = [1, 1, 1, 1]>] {requantization = #scnn.requantization<product_shifts = [7, 7, 7, 7], multipliers = [1], shifts = [1]>} -> tensor<1x4x6x6x!q>
  return
}

// -----

func.func @f(%x: tensor<1x4x?x6xf32>, %w: tensor<4x4x3x3xf32>) {
  // expected-error @+1 {{expected static shapes, but got 'tensor<1x4x?x6xf32>'}}
  %r = scnn.conv2d inputs(%x : tensor<1x4x?x6xf32>) weights(%w : tensor<4x4x3x3xf32>) windows [#scnn.window<padding = [1, 1, 1, 1]>] -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x6x6xf32>, %w: tensor<4x4x3x3xf32>) {
  // expected-error @+1 {{expected batch size 2 of input #0, but got 1}}
  %r = scnn.conv2d inputs(%x : tensor<1x4x6x6xf32>) weights(%w : tensor<4x4x3x3xf32>) windows [#scnn.window<padding = [1, 1, 1, 1]>] -> tensor<2x4x6x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x6x6xf32>, %w: tensor<4x4x3x3xf32>) {
  // expected-error @+1 {{groups of input #0 must divide its channels 4 and the result's 4, but got 3}}
  %r = scnn.conv2d inputs(%x : tensor<1x4x6x6xf32>) weights(%w : tensor<4x4x3x3xf32>) windows [#scnn.window<groups = 3>] -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x6x6xf32>, %w: tensor<4x4x3x3xf32>) {
  // expected-error @+1 {{expected weights #0 of 4x2xRxS, but got 'tensor<4x4x3x3xf32>'}}
  %r = scnn.conv2d inputs(%x : tensor<1x4x6x6xf32>) weights(%w : tensor<4x4x3x3xf32>) windows [#scnn.window<groups = 2>] -> tensor<1x4x6x6xf32>
  return
}

// -----

// The accelerator has fewer bits than f32 operations, which the host can run.

!q = !quant.uniform<i16:f32, 0.5>

func.func @f(%x: tensor<1x1x300x1x!q>, %w: tensor<1x1x256x1xi16>) {
  // expected-error @+1 {{expected filters of at most 255x255, but got 256x1}}
  %r = scnn.conv2d inputs(%x : tensor<1x1x300x1x!q>) weights(%w : tensor<1x1x256x1xi16>) windows [#scnn.window<>]
      {requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> tensor<1x1x45x1x!q>
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>

func.func @f(%x: tensor<1x1x8x8x!q>, %w: tensor<1x1x1x1xi16>) {
  // expected-error @+1 {{expected a stride of at most 255x255, but got 1x256}}
  %r = scnn.conv2d inputs(%x : tensor<1x1x8x8x!q>) weights(%w : tensor<1x1x1x1xi16>) windows [#scnn.window<stride = [1, 256]>]
      {requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> tensor<1x1x8x1x!q>
  return
}

// -----

func.func @f(%x: tensor<1x1x8x8xf32>, %w: tensor<1x1x0x1xf32>) {
  // expected-error @+1 {{expected filters of at least 1x1, but got 0x1}}
  %r = scnn.conv2d inputs(%x : tensor<1x1x8x8xf32>) weights(%w : tensor<1x1x0x1xf32>) windows [#scnn.window<>] -> tensor<1x1x9x8xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x6x6xf32>, %w: tensor<4x4x3x3xf32>) {
  // expected-error @+1 {{input #0 gives a plane of 4x4, but the result's is 6x6}}
  %r = scnn.conv2d inputs(%x : tensor<1x4x6x6xf32>) weights(%w : tensor<4x4x3x3xf32>) windows [#scnn.window<>] -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x6x6xf32>, %w: tensor<4x4x3x3xf32>) {
  // expected-error @+1 {{input #1 gives a plane of 4x4, but the result's is 6x6}}
  %r = scnn.conv2d inputs(%x, %x : tensor<1x4x6x6xf32>, tensor<1x4x6x6xf32>) weights(%w, %w : tensor<4x4x3x3xf32>, tensor<4x4x3x3xf32>) windows [#scnn.window<padding = [1, 1, 1, 1]>, #scnn.window<>] -> tensor<1x4x6x6xf32>
  return
}

// -----

// A filter that does not fit once has no output.

func.func @f(%x: tensor<1x4x2x2xf32>, %w: tensor<4x4x3x3xf32>) {
  // expected-error @+1 {{input #0 gives a plane of 0x0, but the result's is 0x0}}
  %r = scnn.conv2d inputs(%x : tensor<1x4x2x2xf32>) weights(%w : tensor<4x4x3x3xf32>) windows [#scnn.window<>] -> tensor<1x4x0x0xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x6x6xf32>, %w: tensor<4x4x3x3xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{expected 4 bias values, but got 3}}
  %r = scnn.conv2d inputs(%x : tensor<1x4x6x6xf32>) weights(%w : tensor<4x4x3x3xf32>) bias(%b : tensor<3xf32>) windows [#scnn.window<padding = [1, 1, 1, 1]>] -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x6x6xf32>, %w: tensor<4x4x3x3xf32>) {
  // expected-error @+1 {{pooling gives a plane of 3x3, but the result's is 6x6}}
  %r = scnn.conv2d inputs(%x : tensor<1x4x6x6xf32>) weights(%w : tensor<4x4x3x3xf32>) windows [#scnn.window<padding = [1, 1, 1, 1]>] {pool = #scnn.pool<size = [2, 2], stride = [2, 2]>} -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x?x6xf32>) {
  // expected-error @+1 {{expected static shapes}}
  %r = scnn.max_pool2d %x <size = [2, 2]> : tensor<1x4x?x6xf32> -> tensor<1x4x5x5xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x6x6xf32>) {
  // expected-error @+1 {{expected batch, channels and element type of 'tensor<1x4x6x6xf32>', but got 'tensor<1x2x5x5xf32>'}}
  %r = scnn.max_pool2d %x <size = [2, 2]> : tensor<1x4x6x6xf32> -> tensor<1x2x5x5xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x6x6xf32>) {
  // expected-error @+1 {{pooling gives a plane of 5x5, but the result's is 6x6}}
  %r = scnn.max_pool2d %x <size = [2, 2]> : tensor<1x4x6x6xf32> -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x6x6xf32>) {
  // expected-error @+1 {{expected clamp_min <= clamp_max}}
  %r = scnn.clamp %x {clamp_min = 1.0 : f32, clamp_max = 0.0 : f32} : tensor<1x4x6x6xf32>
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{expected at least one input}}
  %r = "scnn.concat"() : () -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x?x6xf32>) {
  // expected-error @+1 {{expected static shapes}}
  %r = scnn.concat %x : tensor<1x4x?x6xf32> -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x6x6xf32>, %y: tensor<1x4x5x6xf32>) {
  // expected-error @+1 {{expected inputs that differ in channels only, but got 'tensor<1x4x5x6xf32>'}}
  %r = scnn.concat %x, %y : tensor<1x4x6x6xf32>, tensor<1x4x5x6xf32> -> tensor<1x8x6x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x6x6xf32>) {
  // expected-error @+1 {{inputs have 8 channels together, but the result is 'tensor<1x9x6x6xf32>'}}
  %r = scnn.concat %x, %x : tensor<1x4x6x6xf32>, tensor<1x4x6x6xf32> -> tensor<1x9x6x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x?x6xf32>) {
  // expected-error @+1 {{expected static shapes}}
  %r = scnn.extend_channels %x : tensor<1x4x?x6xf32> -> tensor<1x8x6x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x6x6xf32>) {
  // expected-error @+1 {{expected a result that has more channels than 'tensor<1x4x6x6xf32>', but got 'tensor<1x3x6x6xf32>'}}
  %r = scnn.extend_channels %x : tensor<1x4x6x6xf32> -> tensor<1x3x6x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x6x6xf32>) {
  // expected-error @+1 {{expected a result that has more channels than 'tensor<1x4x6x6xf32>', but got 'tensor<1x8x6x5xf32>'}}
  %r = scnn.extend_channels %x : tensor<1x4x6x6xf32> -> tensor<1x8x6x5xf32>
  return
}

// -----

!laid = tensor<1x4x6x6x!quant.uniform<i16:f32, 0.5>, #scnn.layout<grid = [2, 2]>>
func.func @f(%q: !laid) {
  // expected-error @+1 {{expected a tensor in DRAM without layout, but got}}
  %r = scnn.load %q : !laid -> !laid
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
func.func @f(%q: tensor<1x4x6x6x!q>) {
  // expected-error @+1 {{expected a tensor with #scnn.layout, but got 'tensor<1x4x6x6x!quant.uniform<i16:f32, 5.000000e-01>>'}}
  %r = scnn.load %q : tensor<1x4x6x6x!q> -> tensor<1x4x6x6x!q>
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
!laid = tensor<1x4x6x6x!quant.uniform<i16:f32, 0.5>, #scnn.layout<grid = [2, 2]>>
func.func @f(%q: tensor<1x4x6x5x!q>) {
  // expected-error @+1 {{expected operand and result to differ in layout and rows only}}
  %r = scnn.load %q : tensor<1x4x6x5x!q> -> !laid
  return
}

// -----

!laid = tensor<1x4x6x6x!quant.uniform<i16:f32, 0.5>, #scnn.layout<grid = [2, 2]>>
func.func @f(%q: !laid) {
  // expected-error @+1 {{expected a tensor in DRAM without layout}}
  %r = scnn.store %q : !laid -> !laid
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
func.func @f(%q: tensor<1x4x6x6x!q>) {
  // expected-error @+1 {{expected a tensor with #scnn.layout}}
  %r = scnn.store %q : tensor<1x4x6x6x!q> -> tensor<1x4x6x6x!q>
  return
}

// -----

// The rows of a piece lie in the tensor.

!q = !quant.uniform<i16:f32, 0.5>
!piece = tensor<1x4x3x6x!q, #scnn.layout<grid = [2, 2]>>
func.func @f(%q: tensor<1x4x6x6x!q>) {
  // expected-error @+1 {{expected rows within the 6 of the tensor in DRAM, but got 4 ... 6}}
  %r = scnn.load %q rows from 4 : tensor<1x4x6x6x!q> -> !piece
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
!piece = tensor<1x4x3x6x!q, #scnn.layout<grid = [2, 2]>>
func.func @f(%q: tensor<1x4x6x6x!q>) {
  // expected-error @+1 {{expected rows within the 6 of the tensor in DRAM, but got -1 ... 1}}
  %r = scnn.load %q rows from -1 : tensor<1x4x6x6x!q> -> !piece
  return
}

// -----

// Pieces make up the whole.

!q = !quant.uniform<i16:f32, 0.5>
!piece = tensor<1x4x3x6x!q, #scnn.layout<grid = [2, 2]>>
func.func @f(%a: !piece) {
  // expected-error @+1 {{expected pieces of 6 rows together, but got 3}}
  %r = scnn.store %a : !piece -> tensor<1x4x6x6x!q>
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
!piece = tensor<1x4x3x6x!q, #scnn.layout<grid = [2, 2]>>
func.func @f(%a: !piece) {
  // expected-error @+1 {{expected rows within the 6 of the tensor in DRAM, but got 6 ... 8}}
  %r = scnn.store %a, %a, %a : !piece, !piece, !piece -> tensor<1x4x6x6x!q>
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{expected at least one piece}}
  %r = "scnn.store"() : () -> tensor<1x4x6x6x!quant.uniform<i16:f32, 0.5>>
  return
}

// -----

// Another scale is another tensor.

!laid = tensor<1x4x6x6x!quant.uniform<i16:f32, 0.5>, #scnn.layout<grid = [2, 2]>>
func.func @f(%q: !laid) {
  // expected-error @+1 {{expected operand and result to differ in layout and rows only}}
  %r = scnn.store %q : !laid -> tensor<1x4x6x6x!quant.uniform<i16:f32, 0.25>>
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{failed to verify that all of {data, result} have same type}}
  %r = "scnn.compressed_weights"() <{offsets = array<i64: 0>, blocks = array<i64: 1>, data = dense<0> : tensor<24xi8>}> : () -> tensor<25xi8>
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{expected as many offsets as block counts, but got 1 and 2}}
  %r = scnn.compressed_weights offsets [0] blocks [1, 1] dense<0> : tensor<24xi8>
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{expected ascending offsets up to 24, but got 8}}
  %r = scnn.compressed_weights offsets [0, 12, 8] blocks [1, 1, 1] dense<0> : tensor<24xi8>
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{expected ascending offsets up to 24, but got 25}}
  %r = scnn.compressed_weights offsets [0, 25] blocks [1, 1] dense<0> : tensor<24xi8>
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{expected block counts of at least 0, but got -1}}
  %r = scnn.compressed_weights offsets [0] blocks [-1] dense<0> : tensor<24xi8>
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{op result #0 must be 1D tensor of 8-bit signless integer values, but got 'tensor<24xi16>'}}
  %r = scnn.compressed_weights offsets [0] blocks [1] dense<0> : tensor<24xi16>
  return
}

// -----

!laid = tensor<1x4x6x6x!quant.uniform<i16:f32, 0.5>, #scnn.layout<grid = [2, 2]>>
!sums = tensor<1x4x6x6xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [5, 5]>>
func.func @f(%q: !laid, %i: tensor<24xi8>) {
  // expected-error @+1 {{expected a window and two filter sizes for each input, but got 1 inputs, 1 windows, 1 filter sizes}}
  %r = scnn.accumulate inputs(%q : !laid) image(%i : tensor<24xi8>) windows [#scnn.window<padding = [1, 1, 1, 1]>] filters [3] mapping <group_size = 4> -> !sums
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
!sums = tensor<1x4x6x6xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [5, 5]>>
func.func @f(%q: tensor<1x4x6x6x!q>, %i: tensor<24xi8>) {
  // expected-error @+1 {{expected inputs with #scnn.layout, but got 'tensor<1x4x6x6x!quant.uniform<i16:f32, 5.000000e-01>>'}}
  %r = scnn.accumulate inputs(%q : tensor<1x4x6x6x!q>) image(%i : tensor<24xi8>) windows [#scnn.window<padding = [1, 1, 1, 1]>] filters [3, 3] mapping <group_size = 4> -> !sums
  return
}

// -----

!laid = tensor<1x4x6x6x!quant.uniform<i16:f32, 0.5>, #scnn.layout<grid = [2, 2]>>
!sums = tensor<1x4x6x6xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [5, 5]>>
func.func @f(%q: !laid, %i: tensor<24xi8>) {
  // expected-error @+1 {{input #0 gives a plane of 4x4, but the result's is 6x6}}
  %r = scnn.accumulate inputs(%q : !laid) image(%i : tensor<24xi8>) windows [#scnn.window<>] filters [3, 3] mapping <group_size = 4> -> !sums
  return
}

// -----

!laid = tensor<1x4x6x6x!quant.uniform<i16:f32, 0.5>, #scnn.layout<grid = [2, 2]>>
func.func @f(%q: !laid, %i: tensor<24xi8>) {
  // expected-error @+1 {{expected sums with #scnn.partial_sums, but got 'tensor<1x4x6x6xi24>'}}
  %r = scnn.accumulate inputs(%q : !laid) image(%i : tensor<24xi8>) windows [#scnn.window<padding = [1, 1, 1, 1]>] filters [3, 3] mapping <group_size = 4> -> tensor<1x4x6x6xi24>
  return
}

// -----

!partial = tensor<1x4x6x6xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [5, 5], halo = [1, 1, 1, 1]>>
!sums = tensor<1x4x6x6xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [5, 5]>>
func.func @f(%s: !partial) {
  // expected-error @+1 {{expected a halo of four numbers in 0 ... 65535}}
  %r = scnn.exchange add %s halo [1, 1] : !partial -> !sums
  return
}

// -----

!partial = tensor<1x4x6x6xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [5, 5], halo = [1, 1, 1, 1]>>
!sums = tensor<1x4x6x6xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [5, 5]>>
func.func @f(%s: !partial) {
  // expected-error @+1 {{expected a halo of four numbers in 0 ... 65535}}
  %r = scnn.exchange add %s halo [1, 1, 1, -1] : !partial -> !sums
  return
}

// -----

!laid = tensor<1x4x6x6x!quant.uniform<i16:f32, 0.5>, #scnn.layout<grid = [2, 2]>>
!partial = tensor<1x4x6x6xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [5, 5], halo = [1, 1, 1, 1]>>
func.func @f(%s: !partial) {
  // expected-error @+1 {{expected operand and result to differ in encoding only}}
  %r = scnn.exchange copy %s halo [1, 1, 1, 1] : !partial -> !laid
  return
}

// -----

!sums = tensor<1x4x6x6xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [5, 5]>>
func.func @f(%s: !sums) {
  // expected-error @+1 {{copies activations: expected #scnn.layout on operand and result}}
  %r = scnn.exchange copy %s halo [1, 1, 1, 1] : !sums -> !sums
  return
}

// -----

!laid = tensor<1x4x6x6x!quant.uniform<i16:f32, 0.5>, #scnn.layout<grid = [2, 2]>>
func.func @f(%q: !laid) {
  // expected-error @+1 {{expected sums with #scnn.partial_sums}}
  %r = scnn.exchange add %q halo [1, 1, 1, 1] : !laid -> !laid
  return
}

// -----

// Bias, pooling and requantization wait for complete sums.

!partial = tensor<1x4x6x6xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [5, 5], halo = [1, 1, 1, 1]>>
func.func @f(%s: !partial) {
  // expected-error @+1 {{expected complete sums: exchange the halo of}}
  %r = scnn.exchange max %s halo [1, 1, 1, 1] : !partial -> !partial
  return
}

// -----

!partial = tensor<1x4x6x6xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [5, 5], halo = [1, 1, 1, 1]>>
func.func @f(%s: !partial) {
  // expected-error @+1 {{expected complete sums: exchange the halo of}}
  %r = scnn.add_bias %s : !partial
  return
}

// -----

!partial = tensor<1x4x6x6xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [5, 5], halo = [1, 1, 1, 1]>>
!sums = tensor<1x4x6x6xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [5, 5]>>
func.func @f(%s: !partial) {
  // expected-error @+1 {{expected complete sums: exchange the halo of}}
  %r = scnn.pool_maxima %s <size = [1, 1]> : !partial -> !sums
  return
}

// -----

!laid = tensor<1x4x6x6x!quant.uniform<i16:f32, 0.5>, #scnn.layout<grid = [2, 2]>>
!partial = tensor<1x4x6x6xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [5, 5], halo = [1, 1, 1, 1]>>
func.func @f(%s: !partial) {
  // expected-error @+1 {{expected complete sums: exchange the halo of}}
  %r = scnn.requantize %s <product_shifts = [7], multipliers = [1], shifts = [1]> : !partial -> !laid
  return
}

// -----

func.func @f(%s: tensor<1x4x6x6xi24>) {
  // expected-error @+1 {{expected sums with #scnn.partial_sums, but got 'tensor<1x4x6x6xi24>'}}
  %r = scnn.add_bias %s : tensor<1x4x6x6xi24>
  return
}

// -----

!sums = tensor<1x4x6x6xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [5, 5]>>
func.func @f(%s: !sums) {
  // expected-error @+1 {{expected sums with #scnn.partial_sums, but got 'tensor<1x4x6x6xi24>'}}
  %r = scnn.pool_maxima %s <size = [1, 1]> : !sums -> tensor<1x4x6x6xi24>
  return
}

// -----

!sums = tensor<1x4x6x6xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [5, 5]>>
func.func @f(%s: !sums) {
  // expected-error @+1 {{pooling gives a plane of 5x5, but the result's is 6x6}}
  %r = scnn.pool_maxima %s <size = [2, 2]> : !sums -> !sums
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
!sums = tensor<1x4x6x6xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [5, 5]>>
func.func @f(%s: !sums) {
  // expected-error @+1 {{expected a result with #scnn.layout, but got 'tensor<1x4x6x6x!quant.uniform<i16:f32, 5.000000e-01>>'}}
  %r = scnn.requantize %s <product_shifts = [7], multipliers = [1], shifts = [1]> : !sums -> tensor<1x4x6x6x!q>
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
!sums = tensor<1x4x6x6xi24, #scnn.partial_sums<grid = [2, 2], accumulators = [5, 5]>>
func.func @f(%s: !sums) {
  // expected-error @+1 {{expected a result of the sums' shape}}
  %r = scnn.requantize %s <product_shifts = [7], multipliers = [1], shifts = [1]> : !sums -> tensor<1x4x6x5x!q, #scnn.layout<grid = [2, 2]>>
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
!piece = tensor<1x4x2x6x!q, #scnn.layout<grid = [2, 2]>>
func.func @setup_loads_a_piece(%q: tensor<1x4x6x6x!q>) {
  // expected-error @+1 {{expected setup to load a whole tensor, but got 2 rows of 6}}
  %r = scnn.load setup %q rows from 2 : tensor<1x4x6x6x!q> -> !piece
  return
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
!piece = tensor<1x4x3x6x!q, #scnn.layout<grid = [2, 2]>>
func.func @setup_stores_pieces(%a: !piece) {
  // expected-error @+1 {{expected setup to store a whole tensor, but got 2 pieces}}
  %r = scnn.store setup %a, %a : !piece, !piece -> tensor<1x4x6x6x!q>
  return
}
