#!/usr/bin/env python3
# ===- generate-isa.py - C++ and reference page from ISA.td ----------------===#
#
# Part of the SCNN compiler, under the Apache License v2.0 with LLVM
# Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===-----------------------------------------------------------------------===#
"""Writes one of the files that are made from the instruction set.

usage: generate-isa.py ISA.json KIND OUTPUT

ISA.json is what `llvm-tblgen --dump-json ISA.td` prints. KIND is the name of
one of the files in GENERATORS.
"""

import json
import sys
import textwrap
from dataclasses import dataclass

OPCODE_BITS = 8
WORD_BITS = 32


def camel_case(name):
    """begin_layer -> BeginLayer"""
    return "".join(part.capitalize() for part in name.split("_"))


@dataclass
class Field:
    name: str
    first_bit: int
    width: int
    signed: bool
    summary: str

    @property
    def member(self):
        """halo_top -> haloTop"""
        camel = camel_case(self.name)
        return camel[0].lower() + camel[1:]

    @property
    def kind(self):
        return f"{'signed' if self.signed else 'unsigned'}, {self.width} bits"

    @property
    def bits(self):
        last = self.first_bit + self.width - 1
        return f"{self.first_bit}" if self.width == 1 else f"{self.first_bit}-{last}"

    @property
    def bounds(self):
        if self.signed:
            half = 1 << (self.width - 1)
            return -half, half - 1
        return 0, (1 << self.width) - 1


@dataclass
class Command:
    operation: str
    opcode: int
    mnemonic: str
    fields: list
    summary: str
    description: str

    @property
    def struct(self):
        return camel_case(self.mnemonic)

    @property
    def words(self):
        bits = OPCODE_BITS + sum(field.width for field in self.fields)
        return -(-bits // WORD_BITS)


def read_commands(records):
    """The commands in a TableGen dump, in the order of their opcodes."""
    commands = []
    for operation in records["!instanceof"]["Command"]:
        record = records[operation]
        fields, bit = [], OPCODE_BITS
        for reference in record["fields"]:
            field = records[reference["def"]]
            if not 0 < field["width"] < 64:
                sys.exit(f"{operation}: expected a width in 1 ... 63 for "
                         f"{field['fieldName']}, but got {field['width']}")
            fields.append(Field(field["fieldName"], bit, field["width"],
                                bool(field["isSigned"]), field["summary"]))
            bit += field["width"]
        commands.append(Command(operation, record["opcodeValue"],
                                record["commandName"], fields,
                                record["summary"],
                                textwrap.dedent(record["description"]).strip()))
    commands.sort(key=lambda command: command.opcode)
    for first, second in zip(commands, commands[1:]):
        if first.opcode == second.opcode:
            sys.exit(f"{first.operation} and {second.operation} have the same "
                     f"opcode {first.opcode:#04x}")
    return commands


def lines(template, items):
    return "\n".join(template(item) for item in items)


def comment(text, indent=""):
    return textwrap.fill(text, 80, initial_indent=indent + "/// ",
                         subsequent_indent=indent + "/// ")


def commands_h(commands):
    def struct(command):
        members = lines(
            lambda f: f"{comment(f'{f.summary} ({f.kind})', '  ')}\n"
                      f"  int64_t {f.member} = 0;\n", command.fields)
        other = "other" if command.fields else ""
        fields = ";" if command.fields else " { return {}; }"
        equal = " &&\n           ".join(
            f"{f.member} == other.{f.member}" for f in command.fields) or "true"
        return f"""
{comment(command.summary)}
struct {command.struct} {{
  static constexpr Opcode opcode = Opcode::{command.struct};
  static constexpr llvm::StringLiteral mnemonic = "{command.mnemonic}";
  /// Size of the encoded command, in 32-bit words.
  static constexpr unsigned words = {command.words};
  static llvm::ArrayRef<Field<{command.struct}>> fields(){fields}

{members}
  bool operator==(const {command.struct} &{other}) const {{
    return {equal};
  }}
  bool operator!=(const {command.struct} &other) const {{
    return !(*this == other);
  }}
}};
"""
    alternatives = ",\n                             ".join(
        command.struct for command in commands)
    return f"""enum class Opcode : uint8_t {{
{lines(lambda c: f"  {c.struct} = {c.opcode:#04x},", commands)}
}};
{"".join(map(struct, commands))}
/// Any one command.
using Command = std::variant<{alternatives}>;
"""


def commands_cpp(commands):
    def fields(command):
        head = (f"llvm::ArrayRef<Field<{command.struct}>> "
                f"{command.struct}::fields() {{")
        rows = lines(
            lambda f: f'      {{"{f.name}", {f.first_bit}, {f.width}, '
                      f"{str(f.signed).lower()}, &{command.struct}::{f.member}}},",
            command.fields)
        return (f"{head}\n  static constexpr Field<{command.struct}> table[] = {{\n"
                f"{rows}\n  }};\n  return table;\n}}\n")

    def case(command):
        return f"  case Opcode::{command.struct}:\n    return {command.struct}();"

    return f"""{lines(fields, (c for c in commands if c.fields))}
/// The command of that opcode, all fields zero, or nothing.
static std::optional<Command> makeCommand(uint8_t opcode) {{
  switch (static_cast<Opcode>(opcode)) {{
{lines(case, commands)}
  }}
  return std::nullopt;
}}
"""


def initializers(command):
    """Arguments that make a command struct out of its operation."""
    return ",\n          ".join(
        f"static_cast<int64_t>(op.get{camel_case(f.name)}())"
        for f in command.fields)


def command_ops(commands):
    def make(command):
        arguments = "".join(f", command.{f.member}" for f in command.fields)
        return f"""
static mlir::Operation *createOp(mlir::OpBuilder &builder, mlir::Location loc,
                                 const isa::{command.struct} &command) {{
  (void)command;
  return {command.operation}::create(builder, loc{arguments});
}}
"""

    def case(command):
        return f"""
      .Case([]({command.operation} op) -> std::optional<isa::Command> {{
        (void)op;
        return isa::{command.struct}{{{initializers(command)}}};
      }})"""
    return f"""{"".join(map(make, commands))}
static std::optional<isa::Command> commandOf(mlir::Operation *operation) {{
  return llvm::TypeSwitch<mlir::Operation *, std::optional<isa::Command>>(
             operation){"".join(map(case, commands))}
      .Default([](mlir::Operation *) {{ return std::nullopt; }});
}}
"""


def command_op_verifiers(commands):
    def verifier(command):
        return f"""
llvm::LogicalResult scnn::{command.operation}::verify() {{
  {command.operation} op = *this;
  return verifyFields(op, scnn::isa::{command.struct}{{{initializers(command)}}});
}}
"""
    return f"""static llvm::LogicalResult verifyFields(mlir::Operation *op,
                                        const scnn::isa::Command &command) {{
  if (llvm::Error error = scnn::isa::verify(command))
    return op->emitOpError(llvm::toString(std::move(error)));
  return llvm::success();
}}
{"".join(map(verifier, commands))}"""


def reference_page(commands):
    def section(command):
        rows = "".join(
            f"| `{f.name}` | {f.bits} | {f.bounds[0]} ... {f.bounds[1]} | {f.summary} |\n"
            for f in command.fields)
        table = (f"| field | bits | values | meaning |\n|---|---|---|---|\n{rows}"
                 if rows else "No fields.\n")
        return f"""
### `{command.mnemonic}` ({command.opcode:#04x})

{command.summary[0].upper()}{command.summary[1:]}.

{table}
{command.description}
"""
    overview = "".join(
        f"| {c.opcode:#04x} | [`{c.mnemonic}`](#{c.mnemonic}-{c.opcode:#04x}) "
        f"| {4 * c.words} | {c.summary} |\n" for c in commands)
    return f"""# The instruction set

Generated from `include/scnn/ISA/ISA.td`.

A command is an {OPCODE_BITS}-bit opcode (bits 0 to {OPCODE_BITS - 1}), then its fields, packed from the least significant bit on in
the order of the table, zero-padded to whole {WORD_BITS}-bit words; words are little-endian. Signed fields are two's
complement. The commands of a program follow one another without gaps.

## Overview

| opcode | command | bytes | |
|---|---|---|---|
{overview}
## Commands
{"".join(map(section, commands))}"""


GENERATORS = {
    "Commands.h.inc": commands_h,
    "Commands.cpp.inc": commands_cpp,
    "CommandOps.cpp.inc": command_ops,
    "CommandOpVerifiers.cpp.inc": command_op_verifiers,
    "ISA.md": reference_page,
}


def main():
    if len(sys.argv) != 4 or sys.argv[2] not in GENERATORS:
        sys.exit(__doc__)
    _, source, kind, output = sys.argv
    with open(source, encoding="utf-8") as file:
        commands = read_commands(json.load(file))
    text = GENERATORS[kind](commands)
    if kind.endswith(".inc"):
        text = "// Generated from ISA.td by generate-isa.py. Do not edit.\n\n" + text
    with open(output, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main()
