// RUN: scnn-opt %s --scnn-partition --verify-diagnostics --split-input-file

// expected-error @+1 {{expected straight-line code in @main, but got 2 blocks}}
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  cf.br ^next
^next:
  return %x : tensor<8xf32>
}

// -----

!q = !quant.uniform<i16:f32, 0.5>

func.func @main(%x: tensor<1x2x4x4xf32>) -> tensor<1x4x4x2xf32> {
  %q = quant.qcast %x : tensor<1x2x4x4xf32> to tensor<1x2x4x4x!q>
  // expected-error @+1 {{the host computes in real numbers, but got 'tensor<1x2x4x4x!quant.uniform<i16:f32, 5.000000e-01>>'}}
  %t = tosa.transpose %q {perms = array<i32: 0, 2, 3, 1>} : (tensor<1x2x4x4x!q>) -> tensor<1x4x4x2x!q>
  %d = quant.dcast %t : tensor<1x4x4x2x!q> to tensor<1x4x4x2xf32>
  return %d : tensor<1x4x4x2xf32>
}
