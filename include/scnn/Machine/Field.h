//===- Field.h - Fields of a machine description --------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the fields of every kind of machine have in common: names, bounds, and
// how their values are written.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_MACHINE_FIELD_H
#define SCNN_MACHINE_FIELD_H

#include "scnn/Machine/EnergyPrices.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include <cstdint>
#include <optional>
#include <string>

namespace scnn {

/// A field of a machine description.
struct FieldSpec {
  llvm::StringLiteral name;
  int64_t minimum, maximum;
  /// Accepts `unlimited` (stored as 0).
  bool mayBeUnlimited;
  /// Can be changed under a compiled program.
  bool timingOnly;
  llvm::StringLiteral unit;
  llvm::StringLiteral summary;
  /// Where the default comes from.
  llvm::StringLiteral source;
  /// `yes` (1) or `no` (0).
  bool isFlag = false;

  /// The values that it can have, e.g. `1 to 8 or 'unlimited'`.
  std::string values() const;
  /// A value as it is written in a description.
  std::string format(int64_t value) const;
  /// The value that is written so; nothing if it cannot be one.
  std::optional<int64_t> parse(llvm::StringRef text) const;
  bool accepts(int64_t value) const {
    return (mayBeUnlimited && value == 0) ||
           (value >= minimum && value <= maximum);
  }
};

/// A field of one kind of machine.
template <typename MachineT> struct FieldOf : FieldSpec {
  int64_t MachineT::*member;
};

/// A field and its value in some machine.
struct FieldValue {
  const FieldSpec *field;
  int64_t *value;
};

template <typename MachineT>
llvm::SmallVector<FieldValue>
fieldValues(llvm::ArrayRef<FieldOf<MachineT>> fields, MachineT &machine) {
  llvm::SmallVector<FieldValue> values;
  for (const FieldOf<MachineT> &field : fields)
    values.push_back({&field, &(machine.*field.member)});
  return values;
}

/// An error for the first value that its field does not accept.
llvm::Error verifyValues(llvm::ArrayRef<FieldValue> fields);

/// What a description in YAML sets: its `model`, fields, and `energy_pj`.
struct Description {
  llvm::StringRef model;
  llvm::SmallVector<FieldValue> fields;
  /// Null for a machine that has no prices.
  EnergyPrices *prices = nullptr;
};

/// Prints `field: value` for all fields, and the prices.
std::string toYaml(const Description &description);

/// The same as a JSON object, with `model`; prices in attojoules.
llvm::json::Object toJson(const Description &description);

/// Reads YAML text into the description's values; what it leaves out keeps its
/// value. Errors name `bufferName`, the line and what was expected.
llvm::Error readDescription(llvm::StringRef yaml, llvm::StringRef bufferName,
                            const Description &description);

/// The value of `model` in YAML text: the kind of machine that it describes;
/// `scnn` if it does not say.
llvm::Expected<std::string> modelOf(llvm::StringRef yaml,
                                    llvm::StringRef bufferName);

/// The YAML text of a machine that ships by that name, or of a file.
llvm::Expected<std::string> readMachineText(llvm::StringRef nameOrFile);

} // namespace scnn

#endif // SCNN_MACHINE_FIELD_H
