// A program without host functions, reference or tables; constants that are
// all alike; the paper's machine where none is named.

// RUN: scnn-translate --scnn-to-program %s -o %t.scnn
// RUN: scnn-translate --program-to-scnn %t.scnn | FileCheck %s

// CHECK:      module attributes {scnn.machine = #scnn.machine}
// CHECK-NEXT:   scnn.program @main dram 64 inputs [] outputs [] {
// CHECK-NEXT:     scnn.constants at 0 dense<7> : tensor<24xi8>
// CHECK-NEXT:     scnn.cmd.halt
// CHECK-NEXT:   }
// CHECK-NEXT: }
scnn.program @main dram 64 inputs [] outputs [] {
  scnn.constants at 0 dense<7> : tensor<24xi8>
  scnn.cmd.halt
}
