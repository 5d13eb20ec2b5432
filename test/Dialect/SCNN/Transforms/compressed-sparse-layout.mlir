// RUN: scnn-opt %s --scnn-compressed-sparse-layout | FileCheck %s
// RUN: scnn-opt %s --scnn-compressed-sparse-layout | %python %S/Inputs/print-weight-images.py | FileCheck %s --check-prefix=IMAGE
// RUN: scnn-opt %s --scnn-compressed-sparse-layout --remark-policy=all --remarks-filter=scnn-mapping -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

!q = !quant.uniform<i16:f32, 0.5>
!d1 = tensor<1x1x1x4x!q>
!d2 = tensor<1x2x1x4x!q>
!d4 = tensor<1x4x1x4x!q>
!d6 = tensor<1x1x6x6x!q>
!x1 = tensor<1x1x1x4x!q, #scnn.layout<grid = [1, 2]>>
!x2 = tensor<1x2x1x4x!q, #scnn.layout<grid = [1, 2]>>
!x4 = tensor<1x4x1x4x!q, #scnn.layout<grid = [1, 2]>>
!x6 = tensor<1x1x6x6x!q, #scnn.layout<grid = [1, 2]>>
!y3 = tensor<1x3x1x3x!q, #scnn.layout<grid = [1, 2]>>

// Two groups, of channels 0, 1 and of channel 2. Filter columns descend; what
// channel 1 does not feed, it has no block for.

// CHECK-LABEL: func @krs
// CHECK: %[[I:.*]] = scnn.compressed_weights offsets [0, 36] blocks [1, 1] dense_resource<{{.*}}> : tensor<61xi8>
// CHECK-NEXT: scnn.conv2d inputs(%{{.*}}zero_run_bits = 4>>) image(%[[I]] : tensor<61xi8>) windows [#scnn.window<>]
// CHECK-SAME: filters = array<i64: 1, 2>
// CHECK-SAME: -> tensor<1x3x1x3x{{.*}}, #scnn.layout<grid = [1, 2], zero_run_bits = 4>>

// IMAGE-LABEL: {{^}}krs
// IMAGE-NEXT: group 0: 36 bytes
// IMAGE-NEXT: bias 10 multiplier 100 shift 7
// IMAGE-NEXT: bias -1 multiplier 200 shift 8
// IMAGE-NEXT: block channel 0 outputs 0+2 phase 0,0 shift 3: 1:1 0:3 0:-2{{$}}
// IMAGE-NEXT: group 1: 25 bytes
// IMAGE-NEXT: bias 16909060 multiplier 300 shift 9
// IMAGE-NEXT: block channel 1 outputs 0+1 phase 0,0 shift 4: 0:6 0:5{{$}}

// REMARK: remark: [Passed] compressed-sparse-layout
// REMARK-SAME: Blocks=2, Bytes=61, Density=4.166667e-01, Layer=scnn.conv2d, LongestBlock=3, Nonzero=5, Placeholders=0, StoredElements=5, Weights=12
func.func @krs(%d: !d2) {
  %x = scnn.load %d : !d2 -> !x2
  %w = arith.constant dense<[[[[1, 0]], [[0, 0]]], [[[-2, 3]], [[0, 0]]], [[[0, 0]], [[5, 6]]]]> : tensor<3x2x1x2xi16>
  %b = arith.constant dense<[10, -1, 0x01020304]> : tensor<3xi32>
  %y = scnn.conv2d inputs(%x : !x2) weights(%w : tensor<3x2x1x2xi16>) bias(%b : tensor<3xi32>) windows [#scnn.window<>]
    {mapping = #scnn.mapping<group_size = 2>, requantization = #scnn.requantization<product_shifts = [3, 4], multipliers = [100, 200, 300], shifts = [7, 8, 9]>} -> !y3
  return
}

// The other order: the output channel runs fastest. No bias is bias 0.

// IMAGE-LABEL: {{^}}rsk
// IMAGE-NEXT: group 0: 36 bytes
// IMAGE-NEXT: bias 0 multiplier 100 shift 7
// IMAGE-NEXT: bias 0 multiplier 200 shift 8
// IMAGE-NEXT: block channel 0 outputs 0+2 phase 0,0 shift 3: 1:3 0:1 0:-2{{$}}
func.func @rsk(%d: !d2) {
  %x = scnn.load %d : !d2 -> !x2
  %w = arith.constant dense<[[[[1, 0]], [[0, 0]]], [[[-2, 3]], [[0, 0]]], [[[0, 0]], [[5, 6]]]]> : tensor<3x2x1x2xi16>
  %y = scnn.conv2d inputs(%x : !x2) weights(%w : tensor<3x2x1x2xi16>) windows [#scnn.window<>]
    {mapping = #scnn.mapping<group_size = 2, order = rsk>, requantization = #scnn.requantization<product_shifts = [3, 4], multipliers = [100, 200, 300], shifts = [7, 8, 9]>} -> !y3
  return
}

// 15 zeros fit the 4 bits of a run; the 16th is a placeholder. Zeros after the
// last non-zero are not stored.

// IMAGE-LABEL: {{^}}longest_run
// IMAGE: block channel 0 outputs 0+18 phase 0,0 shift 0: 15:7{{$}}
func.func @longest_run(%d: !d1) {
  %x = scnn.load %d : !d1 -> !x1
  %w = arith.constant dense<[[[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[7]]], [[[0]]], [[[0]]]]> : tensor<18x1x1x1xi16>
  %y = scnn.conv2d inputs(%x : !x1) weights(%w : tensor<18x1x1x1xi16>) windows [#scnn.window<>]
    {mapping = #scnn.mapping<group_size = 18>, requantization = #scnn.requantization<product_shifts = [0], multipliers = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], shifts = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]>} -> tensor<1x18x1x4x!q, #scnn.layout<grid = [1, 2]>>
  return
}

// IMAGE-LABEL: {{^}}placeholder
// IMAGE: block channel 0 outputs 0+18 phase 0,0 shift 0: 15:0 0:7 0:8{{$}}
// REMARK: LongestBlock=3, Nonzero=2, Placeholders=1, StoredElements=3, Weights=18
func.func @placeholder(%d: !d1) {
  %x = scnn.load %d : !d1 -> !x1
  %w = arith.constant dense<[[[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[0]]], [[[7]]], [[[8]]]]> : tensor<18x1x1x1xi16>
  %y = scnn.conv2d inputs(%x : !x1) weights(%w : tensor<18x1x1x1xi16>) windows [#scnn.window<>]
    {mapping = #scnn.mapping<group_size = 18>, requantization = #scnn.requantization<product_shifts = [0], multipliers = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], shifts = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]>} -> tensor<1x18x1x4x!q, #scnn.layout<grid = [1, 2]>>
  return
}

// Stride 2 along the columns, padding 1: column s of the filter meets inputs
// of phase s - 1 (mod 2). The input lies in two phases, its result in one.

// CHECK-LABEL: func @strided
// CHECK: inputs(%{{.*}}#scnn.layout<grid = [1, 2], phases = [1, 2], zero_run_bits = 4>>)
// CHECK-SAME: -> tensor<1x1x1x2x{{.*}}#scnn.layout<grid = [1, 2], zero_run_bits = 4>>
// IMAGE-LABEL: {{^}}strided
// IMAGE-NEXT: group 0:
// IMAGE-NEXT: bias
// IMAGE-NEXT: block channel 0 outputs 0+1 phase 0,0 shift 0: 0:20{{$}}
// IMAGE-NEXT: block channel 0 outputs 0+1 phase 0,1 shift 0: 0:30 0:10{{$}}
func.func @strided(%d: !d1) {
  %x = scnn.load %d : !d1 -> !x1
  %w = arith.constant dense<[[[[10, 20, 30]]]]> : tensor<1x1x1x3xi16>
  %y = scnn.conv2d inputs(%x : !x1) weights(%w : tensor<1x1x1x3xi16>) windows [#scnn.window<stride = [1, 2], padding = [0, 0, 1, 1]>]
    {mapping = #scnn.mapping<group_size = 1>, requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> tensor<1x1x1x2x!q, #scnn.layout<grid = [1, 2]>>
  return
}

// Two readers: the least common multiple of their strides. The weights of a
// unit-stride reader stay one block.

// CHECK-LABEL: func @readers
// CHECK-COUNT-3: inputs(%{{.*}}phases = [6, 2]
// IMAGE-LABEL: {{^}}readers
// IMAGE: phase 0,0 shift 0: 0:4 0:3 0:2 0:1{{$}}
func.func @readers(%d: !d6) {
  %x = scnn.load %d : !d6 -> !x6
  %w = arith.constant dense<[[[[1, 2], [3, 4]]]]> : tensor<1x1x2x2xi16>
  %a = scnn.conv2d inputs(%x : !x6) weights(%w : tensor<1x1x2x2xi16>) windows [#scnn.window<>]
    {mapping = #scnn.mapping<group_size = 1>, requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> tensor<1x1x5x5x!q, #scnn.layout<grid = [1, 2]>>
  %b = scnn.conv2d inputs(%x : !x6) weights(%w : tensor<1x1x2x2xi16>) windows [#scnn.window<stride = [2, 1]>]
    {mapping = #scnn.mapping<group_size = 1>, requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> tensor<1x1x3x5x!q, #scnn.layout<grid = [1, 2]>>
  %c = scnn.conv2d inputs(%x : !x6) weights(%w : tensor<1x1x2x2xi16>) windows [#scnn.window<stride = [3, 2]>]
    {mapping = #scnn.mapping<group_size = 1>, requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> tensor<1x1x2x3x!q, #scnn.layout<grid = [1, 2]>>
  return
}

// Convolution groups: a block spans the outputs that its channel feeds, within
// the output-channel group, which may cut a convolution group.

// IMAGE-LABEL: {{^}}grouped
// IMAGE: group 0:
// IMAGE: block channel 0 outputs 0+2 phase 0,0 shift 0: 0:1 0:3{{$}}
// IMAGE-NEXT: block channel 1 outputs 0+2 phase 0,0 shift 0: 0:2 0:4{{$}}
// IMAGE-NEXT: block channel 2 outputs 2+1 phase 0,0 shift 0: 0:5{{$}}
// IMAGE-NEXT: block channel 3 outputs 2+1 phase 0,0 shift 0: 0:6{{$}}
// IMAGE: group 1:
// IMAGE: block channel 2 outputs 0+1 phase 0,0 shift 0: 0:7{{$}}
// IMAGE-NEXT: block channel 3 outputs 0+1 phase 0,0 shift 0: 0:8{{$}}
func.func @grouped(%d: !d4) {
  %x = scnn.load %d : !d4 -> !x4
  %w = arith.constant dense<[[[[1]], [[2]]], [[[3]], [[4]]], [[[5]], [[6]]], [[[7]], [[8]]]]> : tensor<4x2x1x1xi16>
  %y = scnn.conv2d inputs(%x : !x4) weights(%w : tensor<4x2x1x1xi16>) windows [#scnn.window<groups = 2>]
    {mapping = #scnn.mapping<group_size = 3>, requantization = #scnn.requantization<product_shifts = [0, 0, 0, 0], multipliers = [1, 1, 1, 1], shifts = [0, 0, 0, 0]>} -> !x4
  return
}

// Depthwise, and a residual: channels count on over the inputs.

// IMAGE-LABEL: {{^}}depthwise
// IMAGE: block channel 0 outputs 0+1 phase 0,0 shift 1: 0:2 0:1{{$}}
// IMAGE-NEXT: block channel 1 outputs 1+1 phase 0,0 shift 2: 0:4 0:3{{$}}
// IMAGE-NEXT: block channel 2 outputs 0+1 phase 0,0 shift 3: 0:8{{$}}
// IMAGE-NEXT: block channel 3 outputs 1+1 phase 0,0 shift 4: 0:9{{$}}
func.func @depthwise(%d: !d2) {
  %x = scnn.load %d : !d2 -> !x2
  %w = arith.constant dense<[[[[1, 2]]], [[[3, 4]]]]> : tensor<2x1x1x2xi16>
  %i = arith.constant dense<[[[[8]]], [[[9]]]]> : tensor<2x1x1x1xi16>
  %y = scnn.conv2d inputs(%x, %x : !x2, !x2) weights(%w, %i : tensor<2x1x1x2xi16>, tensor<2x1x1x1xi16>) windows [#scnn.window<padding = [0, 0, 0, 1], groups = 2>, #scnn.window<groups = 2>]
    {mapping = #scnn.mapping<group_size = 2>, requantization = #scnn.requantization<product_shifts = [1, 2, 3, 4], multipliers = [1, 1], shifts = [0, 0]>} -> !x2
  return
}

// No weight but zeros: no block at all.

// CHECK-LABEL: func @zeros
// CHECK: offsets [0] blocks [0]
// IMAGE-LABEL: {{^}}zeros
// IMAGE-NEXT: group 0: 8 bytes
func.func @zeros(%d: !d1) {
  %x = scnn.load %d : !d1 -> !x1
  %w = arith.constant dense<0> : tensor<1x1x1x1xi16>
  %y = scnn.conv2d inputs(%x : !x1) weights(%w : tensor<1x1x1x1xi16>) windows [#scnn.window<>]
    {mapping = #scnn.mapping<group_size = 1>, requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> !x1
  return
}

// The first image byte for byte, after the resource's 4 bytes of alignment:
// channel table, header, then 20 bits an element (value, then run).

// Group 0: 1 after one zero, 3 and -2: 0x10001, 0x00003, 0x0fffe and 4 bits of
// padding.
// CHECK: krs_weights: "0x{{........}}
// CHECK-SAME: 0A00000064000700
// CHECK-SAME: FFFFFFFFC8000800
// CHECK-SAME: 000000000200030000000300
// CHECK-SAME: 0100310000FEFF00
// Group 1: 6 and 5.
// CHECK-SAME: 040302012C010900
// CHECK-SAME: 010000000100020000000400
// CHECK-SAME: 0600500000"
