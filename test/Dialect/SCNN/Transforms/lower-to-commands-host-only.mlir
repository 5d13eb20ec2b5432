// RUN: scnn-opt %s --scnn-lower-to-commands | FileCheck %s

// A network of which the accelerator runs nothing is a program all the same.

// CHECK-LABEL: scnn.program @main dram 0 inputs [0] outputs [1]
// CHECK-NEXT: scnn.value "input0" : tensor<4xf32>
// CHECK-NEXT: scnn.value "output0" : tensor<4xf32>
// CHECK-NEXT: scnn.host_call @host_0 operands [0] results [1]
// CHECK-NEXT: scnn.cmd.call_host call = 0
// CHECK-NEXT: scnn.cmd.halt
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = func.call @host_0(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}
func.func private @host_0(tensor<4xf32>) -> tensor<4xf32> attributes {scnn.host}
