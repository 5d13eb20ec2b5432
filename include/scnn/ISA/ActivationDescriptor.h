//===- ActivationDescriptor.h - What a descriptor register says -----------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_ISA_ACTIVATIONDESCRIPTOR_H
#define SCNN_ISA_ACTIVATIONDESCRIPTOR_H

#include "scnn/ISA/ISA.h"
#include "scnn/Layout/ActivationImage.h"
#include "scnn/Machine/Machine.h"

namespace scnn {

/// The layout that a descriptor gives on a machine.
inline ActivationLayout layoutOf(const isa::SetActivations &descriptor,
                                 const Machine &machine) {
  ActivationLayout layout;
  layout.channels = descriptor.channels;
  layout.height = descriptor.height;
  layout.width = descriptor.width;
  layout.policy = CutPolicy(descriptor.policy);
  layout.grid = Pair{machine.peRows, machine.peCols};
  layout.phases = Pair{descriptor.phaseRows, descriptor.phaseCols};
  layout.halo = Sides{descriptor.haloTop, descriptor.haloBottom,
                      descriptor.haloLeft, descriptor.haloRight};
  layout.zeroRunBits = machine.zeroRunBits;
  return layout;
}

} // namespace scnn

#endif // SCNN_ISA_ACTIVATIONDESCRIPTOR_H
