//===- scnn-translate.cpp - ONNX and program files to MLIR and back -------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Import/ONNX/ImportONNX.h"
#include "scnn/Target/Translate.h"

#include "mlir/Support/LogicalResult.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"

int main(int argc, char **argv) {
  scnn::registerImportONNXTranslation();
  scnn::registerSCNNTranslations();
  return mlir::failed(mlir::mlirTranslateMain(argc, argv, "SCNN translator"));
}
