// RUN: scnn-opt %s --scnn-prune=density=0.5 --verify-diagnostics --split-input-file
// RUN: echo 'func.func private @f()' | not scnn-opt --scnn-prune=density=0 2>&1 | FileCheck %s --check-prefix=DENSITY
// RUN: echo 'func.func private @f()' | not scnn-opt --scnn-prune=density=1.5 2>&1 | FileCheck %s --check-prefix=DENSITY
// RUN: echo 'func.func private @f()' | not scnn-opt --scnn-prune=density=nan 2>&1 | FileCheck %s --check-prefix=DENSITY

// DENSITY: error: expected a density above 0 and up to 1, but got {{0|1.5|nan}}

func.func @not_finite(%x: tensor<1x1x4x4xf32>) {
  %w = arith.constant dense<[[[[1.0, 0x7F800000]]]]> : tensor<1x1x1x2xf32>
  // expected-error @+1 {{layer 'scnn.conv2d': has weights that are not finite}}
  %y = scnn.conv2d inputs(%x : tensor<1x1x4x4xf32>) weights(%w : tensor<1x1x1x2xf32>) windows [#scnn.window<>] -> tensor<1x1x4x3xf32>
  return
}
