#!/usr/bin/env python3
#===- dense_reference.py - Quantized layers, densely ----------------------===//
#
# Part of the SCNN compiler, under the Apache License v2.0 with LLVM
# Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===//
"""What quantized `scnn.conv2d` operations compute, by plain loops over dense
tensors: no tiles, no compression. The input is the text of a function before
`--scnn-compressed-sparse-layout`, where weights are still dense constants.
"""

import re

import numpy as np

from program_text import (elements_bytes, expand_aliases, parse_layout,
                          parse_machine, parse_resources, quant_scale,
                          tensor_shape)


def number_list(text, name):
    """The integers of `name = [...]`, or None."""
    found = re.search(name + r" = \[([^\]]*)\]", text)
    return [int(v) for v in found.group(1).split(",")] if found else None


def number(text, name, default):
    found = re.search(name + r" = (-?\d+)", text)
    return int(found.group(1)) if found else default


def bracketed(text, begin):
    """The text between `begin` and the parenthesis that closes it."""
    at = text.index(begin) + len(begin)
    depth = 1
    for end in range(at, len(text)):
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        if depth == 0:
            return text[at:end]
    raise ValueError("unbalanced parentheses")


def parse_windows(line):
    body = line[line.index("windows [") + len("windows ["):]
    return [{"stride": number_list(text, "stride") or [1, 1],
             "padding": number_list(text, "padding") or [0, 0, 0, 0],
             "dilation": number_list(text, "dilation") or [1, 1],
             "groups": number(text, "groups", 1)}
            for text in re.findall(r"#?(?:scnn\.window)?<([^<>]*)>",
                                   body[:body.index("{") if "{" in body else None]
                                   .split("->")[0].split("filters")[0])]


class Conv:
    """A quantized `scnn.conv2d`."""

    def __init__(self, line, constants):
        self.result = re.match(r"%(\w+) =", line).group(1)
        operands, types = bracketed(line, "inputs(").split(" : ", 1)
        self.inputs = re.findall(r"%(\w+)", operands)
        self.shapes = [tensor_shape("tensor<" + t)
                       for t in types.split("tensor<")[1:]]
        names = re.findall(r"%(\w+)", bracketed(line, "weights(").split(" : ")[0])
        self.weights = [constants[n] for n in names]
        bias = re.search(r" bias\(%(\w+)", line)
        self.bias = (constants[bias.group(1)] if bias
                     else np.zeros(self.weights[0].shape[0], np.int32))
        self.windows = parse_windows(line)
        pool = re.search(r"pool = (?:#scnn\.pool)?<(.*?)>", line)
        self.pool = pool and {
            "size": number_list(pool.group(1), "size"),
            "stride": number_list(pool.group(1), "stride") or [1, 1],
            "padding": number_list(pool.group(1), "padding") or [0, 0, 0, 0]}
        quant = re.search(r"requantization = (?:#scnn\.requantization)?<(.*?)>",
                          line).group(1)
        self.product_shifts = number_list(quant, "product_shifts")
        self.multipliers = number_list(quant, "multipliers")
        self.shifts = number_list(quant, "[^_]shifts")
        self.minimum = number(quant, "minimum", -32768)
        self.maximum = number(quant, "maximum", 32767)
        mapping = re.search(r"mapping = (?:#scnn\.mapping)?<(.*?)>", line).group(1)
        self.group_size = number(mapping, "group_size", None)
        self.order = "rsk" if "order = rsk" in mapping else "krs"
        self.layout = parse_layout(line.split("->")[-1])

    def sums(self, inputs):
        """The exact sums [K, H, W], bias included."""
        total, channel = None, 0
        for x, weights, window in zip(inputs, self.weights, self.windows):
            shifts = self.product_shifts[channel:channel + x.shape[0]]
            part = convolve(x, weights, window, shifts)
            total = part if total is None else total + part
            channel += x.shape[0]
        return total + self.bias.astype(np.int64)[:, None, None]

    def run(self, inputs):
        """The 16-bit result [K, H, W] for dense inputs [C, H, W]."""
        sums = self.sums(inputs)
        if self.pool:
            sums = max_pool(sums, self.pool)
        result = np.zeros(sums.shape, np.int16)
        for index, value in np.ndenumerate(sums):
            k = index[0]
            # Halves go to the even neighbour: exact in integers.
            scaled = int(value) * self.multipliers[k]
            unit = 1 << self.shifts[k]
            quotient, rest = divmod(scaled, unit)
            if 2 * rest > unit or (2 * rest == unit and quotient % 2):
                quotient += 1
            result[index] = min(max(quotient, self.minimum), self.maximum)
        return result


def convolve(x, weights, window, shifts):
    """One input's sums; every product is rounded by its channel's shift."""
    channels, height, width = x.shape
    outputs, per_group, rows, cols = weights.shape
    groups = window["groups"]
    (sy, sx), (dy, dx) = window["stride"], window["dilation"]
    top, bottom, left, right = window["padding"]
    padded = np.zeros((channels, height + top + bottom, width + left + right),
                      np.int64)
    padded[:, top:top + height, left:left + width] = x
    out_h = (padded.shape[1] - dy * (rows - 1) - 1) // sy + 1
    out_w = (padded.shape[2] - dx * (cols - 1) - 1) // sx + 1
    result = np.zeros((outputs, out_h, out_w), np.int64)
    for k in range(outputs):
        base = k // (outputs // groups) * per_group
        for c in range(per_group):
            shift = shifts[base + c]
            half = (1 << shift) // 2
            for r in range(rows):
                for s in range(cols):
                    part = padded[base + c,
                                  r * dy:r * dy + (out_h - 1) * sy + 1:sy,
                                  s * dx:s * dx + (out_w - 1) * sx + 1:sx]
                    result[k] += part * int(weights[k, c, r, s]) + half >> shift
    return result


def max_pool(x, pool):
    """Max pooling of [K, H, W]; padding never wins."""
    (ph, pw), (sy, sx) = pool["size"], pool["stride"]
    top, bottom, left, right = pool["padding"]
    height, width = x.shape[1:]
    out_h = (height + top + bottom - ph) // sy + 1
    out_w = (width + left + right - pw) // sx + 1
    result = np.zeros((x.shape[0], out_h, out_w), x.dtype)
    for y in range(out_h):
        for z in range(out_w):
            y0, z0 = y * sy - top, z * sx - left
            result[:, y, z] = x[:, max(y0, 0):y0 + ph,
                                max(z0, 0):z0 + pw].max(axis=(1, 2))
    return result


class Rows:
    """An `scnn.load` of some rows."""

    def __init__(self, line):
        found = re.match(r"%(\w+) = scnn\.load %(\w+) rows from (\d+)", line)
        self.result, self.inputs = found.group(1), [found.group(2)]
        self.first = int(found.group(3))
        self.count = tensor_shape(line.split("->")[1])[2]

    def run(self, inputs):
        return inputs[0][:, self.first:self.first + self.count]


class Join:
    """An `scnn.store` of pieces, one below the other."""

    def __init__(self, line):
        self.result, *self.inputs = re.findall(r"%(\w+)", line.split(" : ")[0])

    def run(self, inputs):
        return np.concatenate(inputs, axis=1)


class DenseFunction:
    """`@main`: its convolutions in order, and what feeds them."""

    def __init__(self, text):
        resources = parse_resources(text)
        text = expand_aliases(text)
        self.machine = parse_machine(text)
        self.convs, self.alias, self.scales = [], {}, {}
        self.steps = []  # what gives new tensors, in order
        self.returns, constants = [], {}
        header = re.search(r"func\.func @main\((.*?)\) ->", text).group(1)
        self.arguments = re.findall(r"%(\w+):", header)
        for line in text.splitlines():
            line = line.strip()
            simple = re.match(
                r"%(\w+) = (?:quant\.qcast|quant\.dcast|scnn\.load(?: setup)?) %(\w+)",
                line)
            if " = scnn.load " in line and " rows from " in line:
                self.steps.append(Rows(line))
            elif " = scnn.store " in line:
                self.steps.append(Join(line))
            elif simple:
                self.alias[simple.group(1)] = simple.group(2)
                if "quant.qcast" in line:
                    self.scales[simple.group(2)] = quant_scale(line)
            elif " = arith.constant " in line:
                name = re.match(r"%(\w+)", line).group(1)
                constants[name] = parse_constant(line, resources)
            elif " = scnn.conv2d " in line:
                self.convs.append(Conv(line, constants))
                self.steps.append(self.convs[-1])
            elif line.startswith("return "):
                self.returns = re.findall(r"%(\w+)", line.split(" : ")[0])

    def origin(self, name):
        while name in self.alias:
            name = self.alias[name]
        return name

    def run(self, inputs):
        """Each value's dense 16-bit tensor [C, H, W], by name, for the 16-bit
        arguments in `inputs` (a list)."""
        values = dict(zip(self.arguments, inputs))
        for step in self.steps:
            values[step.result] = step.run([values[self.origin(n)]
                                            for n in step.inputs])
        return values


def parse_constant(line, resources):
    """The array of an `arith.constant` of integers."""
    literal, kind = re.match(r"%\w+ = arith\.constant (.*) : (tensor<.*>)$",
                             line).groups()
    shape = tensor_shape(kind)
    width = int(re.search(r"xi(\d+)>", kind).group(1)) // 8
    data = elements_bytes(literal, int(np.prod(shape)), width, resources)
    return np.frombuffer(data, {1: np.int8, 2: np.int16, 4: np.int32}[width]
                         ).reshape(shape)
