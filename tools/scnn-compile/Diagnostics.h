//===- Diagnostics.h - One line for each diagnostic -----------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_TOOLS_SCNN_COMPILE_DIAGNOSTICS_H
#define SCNN_TOOLS_SCNN_COMPILE_DIAGNOSTICS_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"
#include "llvm/Support/WithColor.h"

/// What a user of a model calls that place: the layer's name, or the file with
/// line and column if they are known; empty if nothing is.
inline std::string describeLocation(mlir::Location location) {
  if (auto name = llvm::dyn_cast<mlir::NameLoc>(location))
    return name.getName().str();
  if (auto file = llvm::dyn_cast<mlir::FileLineColLoc>(location)) {
    std::string text = file.getFilename().str();
    if (file.getLine() > 0)
      text += ":" + std::to_string(file.getLine()) + ":" +
              std::to_string(file.getColumn());
    return text;
  }
  if (auto fused = llvm::dyn_cast<mlir::FusedLoc>(location))
    for (mlir::Location part : fused.getLocations())
      if (std::string text = describeLocation(part); !text.empty())
        return text;
  return "";
}

inline void printDiagnostic(mlir::Diagnostic &diagnostic) {
  std::string place = describeLocation(diagnostic.getLocation());
  if (!place.empty())
    place += ": ";
  constexpr llvm::StringLiteral tool = "scnn-compile";
  llvm::raw_ostream &os = llvm::errs();
  switch (diagnostic.getSeverity()) {
  case mlir::DiagnosticSeverity::Error:
    llvm::WithColor::error(os, tool);
    break;
  case mlir::DiagnosticSeverity::Warning:
    llvm::WithColor::warning(os, tool);
    break;
  case mlir::DiagnosticSeverity::Note:
    llvm::WithColor::note(os, tool);
    break;
  case mlir::DiagnosticSeverity::Remark:
    llvm::WithColor::remark(os, tool);
    break;
  }
  os << place << diagnostic.str() << '\n';
  for (mlir::Diagnostic &note : diagnostic.getNotes())
    printDiagnostic(note);
}

#endif // SCNN_TOOLS_SCNN_COMPILE_DIAGNOSTICS_H
