//===- MachineJson.cpp - Machines for programs that vary them -------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Machine/MachineJson.h"

using namespace scnn;
using llvm::json::Array;
using llvm::json::Object;
using llvm::json::Value;

/// Counts are numbers; `unlimited`, `yes` and `no` are text.
static Value jsonOf(const MachineField &field, int64_t value) {
  if (field.isFlag || (field.mayBeUnlimited && value == 0))
    return field.format(value);
  return value;
}

Value scnn::describe(const Machine &machine) {
  Array fields;
  for (const MachineField &field : machineFields())
    fields.push_back(Object{{"name", field.name},
                            {"value", jsonOf(field, machine.*field.member)},
                            {"is_flag", field.isFlag},
                            {"may_be_unlimited", field.mayBeUnlimited},
                            {"timing_only", field.timingOnly}});
  // An array, since objects forget the order.
  Array prices;
  for (const PriceField &field : priceFields())
    prices.push_back(
        Object{{"name", field.name},
               {"value", formatPrice(machine.prices[field.price])}});
  return Object{{"fields", std::move(fields)},
                {"energy_pj", std::move(prices)}};
}
