#===- program_text.py - Reads a program from its MLIR text ----------------===//
#
# Part of the SCNN compiler, under the Apache License v2.0 with LLVM
# Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===//
"""The commands, tables and constants of a printed `scnn.program`.

A reader for what `scnn-opt` prints, by regular expressions: it shares nothing
with the dialect's own parser, and understands no more than the tests need.
"""

import re
import struct

# Names and defaults: the machine's table. 0 is unlimited.
MACHINE_DEFAULTS = {
    "pe_rows": 8,
    "pe_cols": 8,
    "weights_per_vector": 4,
    "activations_per_vector": 4,
    "accumulator_banks": 32,
    "entries_per_bank": 32,
    "accumulator_bits": 24,
    "activation_ram_bytes": 10240,
    "zero_run_bits": 4,
    "weight_fifo_entries": 50,
    "weight_staging_vectors": 512,
    "broadcast_vectors_per_cycle": 1,
    "bank_queue_depth": 8,
    "ppu_elements_per_cycle": 4,
    "halo_values_per_link_cycle": 1,
    "dram_bits_per_cycle": 400,
    "weights_through_dram_port": 1,
    "pipelined_pieces": 1,
    "clock_mhz": 1000,
    "skip_zero_weights": 1,
    "skip_zero_activations": 1,
}


def machine_number(value):
    """A machine field's value; `unlimited` and `no` are 0, `yes` is 1."""
    words = {"unlimited": 0, "no": 0, "yes": 1}
    word = str(value).strip('"')
    return words[word] if word in words else int(value)


def parse_machine(text):
    """The fields of the first `#scnn.machine<...>` in `text`."""
    machine = dict(MACHINE_DEFAULTS)
    found = re.search(r"#scnn\.machine<([^>]*)>", text)
    for item in found.group(1).split(",") if found else []:
        if item.strip():
            name, value = (part.strip() for part in item.split("="))
            if name not in machine:
                raise ValueError(f"unknown machine field {name}")
            machine[name] = machine_number(value)
    return machine


def expand_aliases(text):
    """Replaces `#a` and `!t` aliases, defined at the start of a line."""
    aliases = re.findall(r"^([#!][A-Za-z_][\w$]*) = (.+)$", text, re.M)
    text = re.sub(r"^[#!][A-Za-z_][\w$]* = .+$", "", text, flags=re.M)
    # A later alias may use an earlier one.
    for name, value in reversed(aliases):
        text = re.sub(re.escape(name) + r"(?![\w$.])", lambda _: value, text)
    return text


def parse_layout(text):
    """The fields of `#scnn.layout<...>` or of `#scnn.row_image<...>`, which has
    `by_rows`, as a dictionary; None without one."""
    found = re.search(r"#scnn\.(layout|row_image)<(.*?)>", text)
    if not found:
        return None
    layout = {"cut": "ceil", "phases": [1, 1], "halo": [0, 0, 0, 0],
              "zero_run_bits": 0, "by_rows": found.group(1) == "row_image"}
    for name, value in re.findall(r"(\w+) = (\[[^\]]*\]|\w+)", found.group(2)):
        if value.startswith("["):
            value = [int(v) for v in value[1:-1].split(",")]
        elif value.lstrip("-").isdigit():
            value = int(value)
        layout[name] = value
    return layout


def tensor_shape(text):
    """The dimensions of the first `tensor<...>` in `text`."""
    found = re.search(r"tensor<((?:\d+x)*)", text)
    return [int(d) for d in found.group(1).split("x") if d]


def quant_scale(text):
    """The scale of the first `!quant.uniform<i16:f32, ...>` in `text`."""
    found = re.search(r"!quant\.uniform<i16:f32,\s*([^>,]+)>", text)
    return float(found.group(1)) if found else None


def parse_resources(text):
    """The bytes of every `dialect_resources` entry, without the alignment."""
    blobs = {}
    for name, digits in re.findall(r'([\w.$-]+): "0x([0-9A-Fa-f]*)"', text):
        # The first four bytes are the blob's alignment.
        blobs[name] = bytes.fromhex(digits)[4:]
    return blobs


def elements_bytes(literal, count, width, resources):
    """The little-endian bytes of `count` integers of `width` bytes that a
    `dense<...>` or `dense_resource<...>` literal stands for."""
    found = re.match(r"dense_resource<([\w.$-]+)>", literal)
    if found:
        return resources[found.group(1)]
    found = re.match(r"dense<(.*)>$", literal, re.S)
    body = found.group(1).strip() if found else ""
    if body.startswith('"0x'):
        raw = bytes.fromhex(body[3:-1])
        return raw if len(raw) == count * width else raw * count
    values = [int(v) for v in re.findall(r"-?\d+", body)]
    if len(values) == 1:
        values *= count
    fmt = {1: "b", 2: "h", 4: "i"}[width]
    wrap = 1 << (8 * width)
    values = [v - wrap if v >= wrap // 2 else v for v in values]
    return struct.pack(f"<{count}{fmt}", *values)


class Value:
    """A `scnn.value`: a tensor that lies in DRAM."""

    def __init__(self, name, shape, address, segment, scale, layout):
        self.name, self.shape = name, shape
        self.address, self.segment = address, segment
        self.scale, self.layout = scale, layout


class Program:
    """Machine, tables, DRAM contents and commands of a program.

    `commands` are pairs of a mnemonic and a dictionary of fields.
    """

    def __init__(self, text):
        resources = parse_resources(text)
        text = expand_aliases(text)
        self.machine = parse_machine(text)
        # A nested reference module is not the accelerator's.
        header = re.search(
            r"scnn\.program @\S+ dram (\d+) inputs \[([^\]]*)\] outputs \[([^\]]*)\]",
            text)
        if not header:
            raise ValueError("expected a scnn.program")
        self.dram = bytearray(int(header.group(1)))
        self.inputs = [int(v) for v in re.findall(r"\d+", header.group(2))]
        self.outputs = [int(v) for v in re.findall(r"\d+", header.group(3))]
        self.values, self.layers, self.commands = [], [], []
        self.setups = []  # numbers of layers that are set-up
        for line in text[header.end():].splitlines():
            self._parse_line(line.strip(), resources)

    def _parse_line(self, line, resources):
        if line.startswith("scnn.value "):
            self.values.append(self._parse_value(line))
        elif line.startswith("scnn.layer "):
            if re.search(r" group_size \d+( pieces \d+)? setup", line):
                self.setups.append(len(self.layers))
            self.layers.append(re.match(r'scnn\.layer "([^"]*)"', line).group(1))
        elif line.startswith("scnn.host_call"):
            raise ValueError("host calls are out of this model's scope")
        elif line.startswith("scnn.constants "):
            found = re.match(r"scnn\.constants at (\d+) (.*) : tensor<(\d+)xi8>",
                             line)
            address, count = int(found.group(1)), int(found.group(3))
            data = elements_bytes(found.group(2), count, 1, resources)
            self.dram[address:address + count] = data[:count]
        elif line.startswith("scnn.cmd."):
            name = re.match(r"scnn\.cmd\.(\w+)", line).group(1)
            fields = {k: int(v) for k, v in re.findall(r"(\w+) = (-?\d+)", line)}
            self.commands.append((name, fields))

    @staticmethod
    def _parse_value(line):
        name = re.match(r'scnn\.value "([^"]*)"', line).group(1)
        fixed = re.search(r" at (\d+) segment (\d+) as (.*)$", line)
        if not fixed:
            return Value(name, tensor_shape(line), None, None, None, None)
        return Value(name, tensor_shape(line), int(fixed.group(1)),
                     int(fixed.group(2)), quant_scale(fixed.group(3)),
                     parse_layout(fixed.group(3)))
