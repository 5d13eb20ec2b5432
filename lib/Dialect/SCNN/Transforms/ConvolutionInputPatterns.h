//===- ConvolutionInputPatterns.h - What convolutions read differently ----===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_LIB_DIALECT_SCNN_TRANSFORMS_CONVOLUTIONINPUTPATTERNS_H
#define SCNN_LIB_DIALECT_SCNN_TRANSFORMS_CONVOLUTIONINPUTPATTERNS_H

#include "mlir/IR/PatternMatch.h"

namespace scnn {

/// Patterns by which an f32 convolution reads what is in front of an operation
/// of the host that only pads with zeros, or that flattens a plane.
void populateConvolutionInputPatterns(mlir::RewritePatternSet &patterns);

} // namespace scnn

#endif // SCNN_LIB_DIALECT_SCNN_TRANSFORMS_CONVOLUTIONINPUTPATTERNS_H
