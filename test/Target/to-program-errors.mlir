// RUN: not scnn-translate --scnn-to-program --split-input-file %s -o /dev/null 2>&1 | FileCheck %s

// CHECK: error: expected one scnn.program, but got 0
module {
}

// -----

// CHECK: error: expected one scnn.program, but got 2
// CHECK: note: see this program
// CHECK: note: see this program
scnn.program @one dram 0 inputs [] outputs [] {
  scnn.cmd.halt
}
scnn.program @two dram 0 inputs [] outputs [] {
  scnn.cmd.halt
}

// -----

// CHECK: error: 'scnn.layer' op has attribute 'color', which a program file cannot hold
scnn.program @main dram 0 inputs [] outputs [] {
  scnn.layer "conv" dense_macs 0 weights 0 nonzero 0 groups 0 group_size 0 {color = "red"}
  scnn.cmd.halt
}

// -----

// CHECK: error: 'scnn.host_call' op expected @softmax to be a function with 'scnn.host' beside the program
scnn.program @main dram 0 inputs [] outputs [] {
  scnn.host_call @softmax operands [] results []
  scnn.cmd.halt
}

// -----

// The grid is another one than the machine's.
// CHECK: error: 'scnn.value' op expected fixed-point type {{.*}}grid = [8, 8]{{.*}} on the module's machine, but got {{.*}}grid = [2, 2]
scnn.program @main dram 4096 inputs [] outputs [] {
  scnn.value "input" : tensor<1x2x4x4xf32> at 0 segment 256 as tensor<1x2x4x4x!quant.uniform<i16:f32, 0.5>, #scnn.layout<grid = [2, 2], zero_run_bits = 4>>
  scnn.cmd.halt
}

// -----

// CHECK: error: 'scnn.value' op expected a sample of dense elements of whole bytes, but got 'tensor<2xi1>'
scnn.program @main dram 0 inputs [] outputs [] {
  scnn.value "flags" : tensor<2xi1> sample dense<[true, false]> : tensor<2xi1>
  scnn.cmd.halt
}

// -----

// CHECK: error: constants: expected a place within 2 bytes of DRAM, but got 1 x 3 bytes at 0
scnn.program @main dram 2 inputs [] outputs [] {
  scnn.constants at 0 dense<[1, 2, 3]> : tensor<3xi8>
  scnn.cmd.halt
}

// -----

// CHECK: error: command #1 (halt): expected end_layer before it
scnn.program @main dram 0 inputs [] outputs [] {
  scnn.layer "conv" dense_macs 0 weights 0 nonzero 0 groups 0 group_size 0
  scnn.cmd.begin_layer layer = 0
  scnn.cmd.halt
}

// -----

// CHECK: error: 'scnn.cmd.load_activations' op expected slot in 0 ... 15, but got 16
scnn.program @main dram 0 inputs [] outputs [] {
  scnn.cmd.load_activations slot = 16 address = 0
  scnn.cmd.halt
}
