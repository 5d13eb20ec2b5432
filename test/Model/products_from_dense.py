#!/usr/bin/env python3
#===- products_from_dense.py - Busy cycles in closed form -----------------===//
#
# Part of the SCNN compiler, under the Apache License v2.0 with LLVM
# Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===//
"""Each PE's busy cycles from dense tensors, without any program.

usage: products_from_dense.py DENSE.mlir MAPPED.mlir STATS.json NAME=INPUT.npy…

DENSE is the function before `--scnn-compressed-sparse-layout`, with its dense
weights and mappings; MAPPED is it after `--scnn-memory-allocation`, with its
layouts. A PE issues, for each group, input channel and phase,
ceil(activations / I) * ceil(weights / F) batches, where both are counted in
stored elements. Prints the first PE whose issued slots are not F * I times
that, and exits 1.
"""

import json
import math
import re
import sys

import numpy as np

from dense_reference import DenseFunction, bracketed
from program_text import expand_aliases, parse_layout
from scnn_model import quantize


def stored_elements(dense, zero_run_bits):
    """Elements stored for a list of values: each run of n zeros before a
    non-zero takes floor(n / 2^bits) placeholders."""
    count, run = 0, 0
    for value in dense:
        if value == 0:
            run += 1
        else:
            count += 1 + run // (1 << zero_run_bits)
            run = 0
    return count


def tile(layout, axis, part):
    """The positions that a PE stores along an axis, of `extent` in all."""
    extent, parts = layout["extent"][axis], layout["grid"][axis]
    if layout["cut"] == "ceil":
        size = math.ceil(extent / parts)
        begin, end = part * size, (part + 1) * size
    else:
        begin = sum((extent + parts - 1 - p) // parts for p in range(part))
        end = begin + (extent + parts - 1 - part) // parts
    begin, end = min(begin, extent), min(end, extent)
    return (max(begin - layout["halo"][2 * axis], 0),
            min(end + layout["halo"][2 * axis + 1], extent))


def activation_counts(x, layout, pe):
    """{(channel, row phase, column phase): stored elements} of a PE."""
    rows, cols = (tile(layout, axis, pe[axis]) for axis in range(2))
    counts = {}
    for c in range(x.shape[0]):
        for i in range(layout["phases"][0]):
            for j in range(layout["phases"][1]):
                block = [x[c, y, z]
                         for y in range(*rows) if y % layout["phases"][0] == i
                         for z in range(*cols) if z % layout["phases"][1] == j]
                counts[c, i, j] = stored_elements(block, layout["zero_run_bits"])
    return counts


def weight_counts(conv, number, first, last, zero_run_bits):
    """{(channel, row phase, column phase): stored elements} of the weights of
    input `number` for the output channels first … last - 1."""
    weights, window = conv.weights[number], conv.windows[number]
    outputs, per_group, rows, cols = weights.shape
    outputs_per_group = outputs // window["groups"]
    counts = {}
    for channel in range(per_group * window["groups"]):
        begin = channel // per_group * outputs_per_group
        ks = [k for k in range(first, last)
              if begin <= k < begin + outputs_per_group]
        for i in range(window["stride"][0]):
            for j in range(window["stride"][1]):
                # Filter positions descend along a block.
                rs = [r for r in reversed(range(rows))
                      if (window["dilation"][0] * r - window["padding"][0] - i)
                      % window["stride"][0] == 0]
                ss = [s for s in reversed(range(cols))
                      if (window["dilation"][1] * s - window["padding"][2] - j)
                      % window["stride"][1] == 0]
                order = ([(k, r, s) for k in ks for r in rs for s in ss]
                         if conv.order == "krs" else
                         [(k, r, s) for r in rs for s in ss for k in ks])
                block = [weights[k, channel % per_group, r, s]
                         for k, r, s in order]
                counts[channel, i, j] = stored_elements(block, zero_run_bits)
    return counts


def busy_cycles(conv, inputs, layouts, machine, pe):
    """The batches that a PE issues for a convolution."""
    outputs, total = conv.weights[0].shape[0], 0
    for number, (x, layout) in enumerate(zip(inputs, layouts)):
        activations = activation_counts(x, layout, pe)
        stride = conv.windows[number]["stride"]
        for first in range(0, outputs, conv.group_size):
            last = min(first + conv.group_size, outputs)
            weights = weight_counts(conv, number, first, last,
                                    layout["zero_run_bits"])
            for (c, i, j), count in activations.items():
                block = weights[c, i % stride[0], j % stride[1]]
                total += (math.ceil(count / machine["activations_per_vector"]) *
                          math.ceil(block / machine["weights_per_vector"]))
    return total


def input_layouts(text):
    """For each `scnn.accumulate`, the layouts of its inputs."""
    result = []
    for line in expand_aliases(text).splitlines():
        if " = scnn.accumulate " in line:
            types = bracketed(line, "inputs(").split(" : ", 1)[1]
            layouts = []
            for part in types.split("tensor<")[1:]:
                layout = parse_layout(part)
                layout["extent"] = [int(d) for d in
                                    re.match(r"((?:\d+x)+)", part).group(1)
                                    .rstrip("x").split("x")[2:]]
                layouts.append(layout)
            result.append(layouts)
    return result


def check(dense_path, mapped_path, stats_path, arguments):
    """The first difference as a sentence, or None."""
    with open(dense_path, encoding="utf-8") as file:
        function = DenseFunction(file.read())
    with open(mapped_path, encoding="utf-8") as file:
        layouts = input_layouts(file.read())
    with open(stats_path, encoding="utf-8") as file:
        layers = json.load(file)["layers"]
    files = dict(argument.split("=", 1) for argument in arguments)
    inputs = [quantize(np.load(files[f"input{n}"]), function.scales[name])[0]
              if name in function.scales else None
              for n, name in enumerate(function.arguments)]
    values = function.run(inputs)
    machine = function.machine
    slots = machine["weights_per_vector"] * machine["activations_per_vector"]
    pieces = sum(layer["dram_pieces"] for layer in layers)
    if not len(function.convs) == len(layouts) == pieces:
        return (f"{len(function.convs)} convolutions, {len(layouts)} mapped, "
                f"{pieces} pieces of layers")
    remaining = list(zip(function.convs, layouts))
    for number, layer in enumerate(layers):
        # The pieces of a layer follow one another.
        convs = remaining[:layer["dram_pieces"]]
        remaining = remaining[layer["dram_pieces"]:]
        for pe in range(machine["pe_rows"] * machine["pe_cols"]):
            expected = slots * sum(
                busy_cycles(conv, [values[function.origin(name)]
                                   for name in conv.inputs], inputs_laid,
                            machine, divmod(pe, machine["pe_cols"]))
                for conv, inputs_laid in convs)
            issued = sum(layer["pe_slots"][cause][pe] for cause in
                         ("useful", "border", "placeholder", "fragmentation"))
            if expected != issued:
                return (f"layer {number} PE {pe}: closed form {expected} slots, "
                        f"simulator {issued}")
    return None


if __name__ == "__main__":
    sys.exit(check(*sys.argv[1:4], sys.argv[4:]))
