//===- Field.cpp - Fields of a machine description ------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Machine/Field.h"
#include "llvm/Support/FormatVariadic.h"

using namespace scnn;

static constexpr llvm::StringLiteral kUnlimited = "unlimited";
static constexpr llvm::StringLiteral kYes = "yes", kNo = "no";

std::string FieldSpec::values() const {
  if (isFlag)
    return (kYes + " or " + kNo).str();
  return llvm::formatv("{0} to {1}{2}", minimum, maximum,
                       mayBeUnlimited ? " or 'unlimited'" : "");
}

std::string FieldSpec::format(int64_t value) const {
  if (isFlag)
    return (value ? kYes : kNo).str();
  return mayBeUnlimited && value == 0 ? kUnlimited.str()
                                      : std::to_string(value);
}

std::optional<int64_t> FieldSpec::parse(llvm::StringRef text) const {
  if (isFlag) {
    if (text != kYes && text != kNo)
      return std::nullopt;
    return text == kYes;
  }
  if (mayBeUnlimited && text == kUnlimited)
    return 0;
  int64_t value;
  if (text.getAsInteger(10, value) || value < minimum || value > maximum)
    return std::nullopt;
  return value;
}

static llvm::json::Value toJson(const FieldSpec &field, int64_t value) {
  if (field.isFlag)
    return value != 0;
  if (field.mayBeUnlimited && value == 0)
    return kUnlimited;
  return value;
}

llvm::json::Object scnn::toJson(const Description &description) {
  llvm::json::Object object{{"model", description.model}};
  for (auto [field, value] : description.fields)
    object[field->name] = ::toJson(*field, *value);
  if (!description.prices)
    return object;
  llvm::json::Object prices;
  for (const PriceField &field : priceFields())
    prices[field.name] = (*description.prices)[field.price];
  object["energy_price_aj"] = std::move(prices);
  return object;
}

llvm::Error scnn::verifyValues(llvm::ArrayRef<FieldValue> fields) {
  for (auto [field, value] : fields)
    if (!field->accepts(*value))
      return llvm::createStringError(
          llvm::formatv("expected {0} to be {1}, but got {2}", field->name,
                        field->values(), *value));
  return llvm::Error::success();
}
