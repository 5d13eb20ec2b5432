//===- MachineTest.cpp - Machine descriptions -----------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Machine/Machine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <random>

using namespace scnn;
using testing::AllOf;
using testing::HasSubstr;

namespace {

/// The error of reading `yaml`; empty if there is none.
std::string errorOf(llvm::StringRef yaml) {
  llvm::Expected<Machine> machine = parseMachine(yaml, "m.yaml");
  return machine ? "" : llvm::toString(machine.takeError());
}

TEST(Machine, TheDefaultIsValid) {
  EXPECT_FALSE(llvm::errorToBool(verify(Machine())));
  EXPECT_EQ(Machine().activationRamElements(), 4096);
  EXPECT_EQ(Machine().accumulators(), 1024);
}

TEST(Machine, YamlRoundTrip) {
  Machine machine;
  machine.peRows = 2;
  machine.bankQueueDepth = 0;
  std::string text = toYaml(machine);
  EXPECT_THAT(text, HasSubstr("bank_queue_depth: unlimited\n"));
  llvm::Expected<Machine> read = parseMachine(text, "m.yaml");
  ASSERT_TRUE(bool(read)) << llvm::toString(read.takeError());
  EXPECT_TRUE(*read == machine);
}

TEST(Machine, AbsentFieldsKeepTheirValue) {
  Machine base;
  base.peCols = 5;
  llvm::Expected<Machine> read =
      parseMachine("# a comment\npe_rows: 3\n", "m.yaml", base);
  ASSERT_TRUE(bool(read)) << llvm::toString(read.takeError());
  EXPECT_EQ(read->peRows, 3);
  EXPECT_EQ(read->peCols, 5);
  EXPECT_TRUE(bool(parseMachine("", "m.yaml")));
}

TEST(Machine, Errors) {
  EXPECT_EQ(errorOf("pe_rows: 8\npe_colls: 8\n"),
            "m.yaml:2: unknown machine field 'pe_colls'");
  EXPECT_EQ(errorOf("pe_rows: 8\n\npe_rows: 9\n"),
            "m.yaml:3: field 'pe_rows' is set twice, first in line 1");
  EXPECT_EQ(errorOf("pe_rows: eight\n"),
            "m.yaml:1: expected pe_rows to be 1 to 1024, but got 'eight'");
  EXPECT_EQ(
      errorOf("accumulator_banks: 0\n"),
      "m.yaml:1: expected accumulator_banks to be 1 to 4096, but got '0'");
  EXPECT_EQ(errorOf("accumulator_banks: unlimited\n"),
            "m.yaml:1: expected accumulator_banks to be 1 to 4096, but got "
            "'unlimited'");
  EXPECT_EQ(errorOf("bank_queue_depth: 0\n"),
            "m.yaml:1: expected bank_queue_depth to be 1 to 1048576 or "
            "'unlimited', but got '0'");
  EXPECT_EQ(errorOf("pe_rows: [1, 2]\n"),
            "m.yaml:1: expected a value for pe_rows");
  EXPECT_EQ(errorOf("- pe_rows\n"),
            "m.yaml:1: expected lines of the form 'field: value'");
  EXPECT_THAT(errorOf("pe_rows: 99999999999999999999\n"),
              HasSubstr("m.yaml:1: expected pe_rows to be 1 to 1024"));
  EXPECT_THAT(errorOf("pe_rows: 'x\n"), HasSubstr("m.yaml:"));
  EXPECT_THAT(errorOf("pe_rows: 1\n---\npe_cols: 2\n"),
              HasSubstr("expected one YAML document"));
}

TEST(Machine, ImpossibleMachines) {
  EXPECT_THAT(errorOf("activation_ram_bytes: 3\n"),
              HasSubstr("expected activation_ram_bytes to hold an activation "
                        "vector of 4 elements of 20 bits, but 3 bytes hold 1"));
  EXPECT_THAT(errorOf("pe_rows: 1000000\npe_cols: 1000000\n"),
              HasSubstr("expected pe_rows to be 1 to 1024"));
  EXPECT_THAT(errorOf("pe_rows: 1000\npe_cols: 1000\n"),
              HasSubstr("expected at most 16384 PEs, but pe_rows x pe_cols = "
                        "1000 x 1000 = 1000000"));
  Machine machine;
  machine.accumulatorBanks = 0;
  EXPECT_EQ(llvm::toString(verify(machine)),
            "expected accumulator_banks to be 1 to 4096, but got 0");
}

TEST(Machine, TimingOverride) {
  Machine compiled, changed;
  changed.bankQueueDepth = 2;
  changed.dramBitsPerCycle = 0;
  EXPECT_FALSE(llvm::errorToBool(verifyTimingOverride(compiled, changed)));
  changed.peRows = 4;
  EXPECT_THAT(llvm::toString(verifyTimingOverride(compiled, changed)),
              HasSubstr("pe_rows is 8 in the program and 4 in the machine"));
}

TEST(Machine, Load) {
  EXPECT_TRUE(*loadMachine("scnn") == Machine());
  EXPECT_THAT(llvm::toString(loadMachine("/nowhere.yaml").takeError()),
              AllOf(HasSubstr("cannot read machine '/nowhere.yaml'"),
                    HasSubstr("scnn, scnn-4pe, sparse-a, sparse-w")));
}

// machines/scnn.yaml says what the defaults are, every one.
TEST(Machine, TheFileOfThePaperIsTheDefault) {
  Machine other;
  for (const MachineField &field : machineFields())
    other.*field.member = field.maximum;
  for (const PriceField &field : priceFields())
    other.prices[field.price] = 1;
  llvm::Expected<std::string> yaml = readMachineText("scnn");
  ASSERT_TRUE(bool(yaml));
  llvm::Expected<Machine> machine = parseMachine(*yaml, "scnn", other);
  ASSERT_TRUE(bool(machine)) << llvm::toString(machine.takeError());
  EXPECT_EQ(toYaml(*machine), toYaml(Machine()));
}

TEST(Machine, GranularityOfFourPEs) {
  llvm::Expected<Machine> machine = loadMachine("scnn-4pe");
  ASSERT_TRUE(bool(machine)) << llvm::toString(machine.takeError());
  EXPECT_EQ(machine->numPEs() * machine->multipliers(), 1024);
  EXPECT_EQ(machine->accumulators(), 16384);
}

TEST(Machine, Prices) {
  EXPECT_EQ(parsePrice("8"), 8000000);
  EXPECT_EQ(parsePrice("0.003698"), 3698);
  EXPECT_EQ(parsePrice("0"), 0);
  EXPECT_EQ(parsePrice("1000000"), kMaxPrice);
  for (llvm::StringRef text :
       {"", ".", "1.", ".5", "-1", "+1", "1e3", "1.0000001", "1000000.000001",
        "99999999999999999999999", "0x10", "1.2.3", "nan", " 1"})
    EXPECT_EQ(parsePrice(text), std::nullopt) << text.str();
  EXPECT_EQ(formatPrice(3698), "0.003698");
  EXPECT_EQ(formatPrice(8000000), "8.000000");
  EXPECT_EQ(formatPrice(kMaxPrice), "1000000.000000");

  llvm::Expected<Machine> machine =
      parseMachine("energy_pj:\n  dram_bit: 20\n  add: 0.5\n", "m.yaml");
  ASSERT_TRUE(bool(machine)) << llvm::toString(machine.takeError());
  EXPECT_EQ(machine->prices[Price::DramBit], 20000000);
  EXPECT_EQ(machine->prices[Price::Add], 500000);
  EXPECT_EQ(machine->prices[Price::NocBit], Machine().prices[Price::NocBit]);
  EXPECT_FALSE(*machine == Machine());
  EXPECT_FALSE(llvm::errorToBool(verifyTimingOverride(Machine(), *machine)));
  llvm::Expected<Machine> again = parseMachine(toYaml(*machine), "m.yaml");
  ASSERT_TRUE(bool(again)) << llvm::toString(again.takeError());
  EXPECT_TRUE(*again == *machine);
}

TEST(Machine, PriceErrors) {
  EXPECT_EQ(errorOf("energy_pj:\n  dram_bit: -1\n"),
            "m.yaml:2: expected dram_bit to be 0 to 1000000.000000 pJ with at "
            "most six decimals, but got '-1'");
  EXPECT_EQ(errorOf("energy_pj:\n  add: 1\n  gold: 1\n"),
            "m.yaml:3: unknown energy price 'gold'");
  EXPECT_EQ(errorOf("energy_pj:\n  add: 1\n  add: 2\n"),
            "m.yaml:3: price 'add' is set twice, first in line 2");
  EXPECT_EQ(errorOf("energy_pj: 8\n"),
            "m.yaml:1: expected lines of the form 'price: pJ' below energy_pj");
  EXPECT_EQ(errorOf("energy_pj:\n  add: [1]\n"),
            "m.yaml:2: expected a value for add");
}

TEST(Machine, Models) {
  EXPECT_EQ(errorOf("model: dcnn\n"),
            "m.yaml:1: expected model to be scnn, but got 'dcnn'");
  auto model = [](llvm::StringRef yaml) {
    llvm::Expected<std::string> model = modelOf(yaml, "m.yaml");
    return model ? *model : llvm::toString(model.takeError());
  };
  EXPECT_EQ(model("pe_rows: 8\n"), "scnn");
  EXPECT_EQ(model("energy_pj:\n  add: 1\n\nmodel: dcnn\n"), "dcnn");
  EXPECT_EQ(model("model: [1]\n"), "m.yaml:1: expected a value for model");
  EXPECT_EQ(model("- 1\n"),
            "m.yaml:1: expected lines of the form 'field: value'");
}

TEST(Machine, EveryFieldIsDescribed) {
  for (const PriceField &field : priceFields()) {
    EXPECT_EQ(findPriceField(field.name), &field);
    EXPECT_EQ(&field, &priceFields()[size_t(field.price)]);
    EXPECT_FALSE(field.summary.empty());
  }
  for (const MachineField &field : machineFields()) {
    EXPECT_EQ(findMachineField(field.name), &field);
    EXPECT_FALSE(field.summary.empty());
    EXPECT_FALSE(field.source.empty());
    EXPECT_FALSE(field.unit.empty());
  }
  EXPECT_EQ(findMachineField("nothing"), nullptr);
}

// Whatever the text, reading ends with a machine or an error.
TEST(Machine, RandomText) {
  std::string valid = toYaml(Machine());
  for (uint32_t seed = 0; seed < 20000; ++seed) {
    std::mt19937 random(seed);
    std::string text = valid.substr(0, random() % valid.size());
    for (int i = 0; i < 4; ++i)
      text.insert(text.begin() + random() % (text.size() + 1),
                  "[]{}:,-?&*!|>'\"%@`#\n\t \\ab0\xff"[random() % 27]);
    if (llvm::Expected<Machine> machine = parseMachine(text, "m.yaml"))
      EXPECT_FALSE(llvm::errorToBool(verify(*machine)));
    else
      EXPECT_THAT(llvm::toString(machine.takeError()), HasSubstr("m.yaml:"));
  }
}

} // namespace
