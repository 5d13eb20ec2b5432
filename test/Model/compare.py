#!/usr/bin/env python3
#===- compare.py - Holds the simulator to the third model -----------------===//
#
# Part of the SCNN compiler, under the Apache License v2.0 with LLVM
# Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===//
"""Compares what scnn-sim wrote with what the third model computes.

usage: compare.py PROGRAM.mlir STATS.json OUTPUT_DIR NAME=INPUT.npy…

Prints the first difference and exits 1. The machine is the one that the stats
file says was simulated.
"""

import json
import os
import sys

import numpy as np

import energy
from program_text import Program, machine_number
from scnn_model import EVENTS, Model, load_inputs
from timing import CAUSES


class Difference(Exception):
    pass


def expect(what, model, simulator):
    if model != simulator:
        raise Difference(f"{what}: model {model}, simulator {simulator}")


def compare_layer(number, model, simulator):
    layer = f"layer {number} '{model['name']}'"
    expect(f"{layer} name", model["name"], simulator["name"])
    # The slots first: they say where a difference in cycles comes from.
    for cause in CAUSES:
        pairs = zip(model["pe_slots"][cause], simulator["pe_slots"][cause])
        for pe, (ours, theirs) in enumerate(pairs):
            expect(f"{layer} PE {pe} slots '{cause}'", ours, theirs)
    for field in ("cycles", "products", "slots", "saturations"):
        expect(f"{layer} {field}", model[field], simulator[field])
    expect(f"{layer} spill", model["spill"], simulator["spill"])
    for cause in CAUSES:
        expect(f"{layer} slots_by_cause '{cause}'",
               model["slots_by_cause"][cause], simulator["slots_by_cause"][cause])
    for event in EVENTS:
        expect(f"{layer} event '{event}'", model["events"][event],
               simulator["events"][event])


def compare_setup(number, model, simulator):
    for field in ("name", "cycles", "events"):
        expect(f"set-up {number} {field}", model[field], simulator[field])


def compare_output(value, ours, path):
    """`ours` is 16-bit; the simulator writes real numbers."""
    theirs = np.load(path)
    expect(f"shape of '{value.name}'", list(ours.shape), list(theirs.shape))
    scaled = (ours.astype(np.float64) * value.scale).astype(np.float32)
    for index in np.argwhere(scaled != theirs):
        at = tuple(int(i) for i in index)
        raise Difference(f"'{value.name}' {list(at)}: model {ours[at]} = "
                         f"{scaled[at]!r}, simulator {theirs[at]!r}")


def simulated_machine(stats):
    return {name: machine_number(value)
            for name, value in stats["machine"].items()
            if name not in ("model", "energy_price_aj")}


def read_stats(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


class Execution:
    """The third model's run of a program."""

    def __init__(self, program_path, machine, arguments):
        with open(program_path, encoding="utf-8") as file:
            self.program = Program(file.read())
        model = Model(self.program, machine)
        self.outputs = model.run(load_inputs(arguments))
        setups = self.program.setups
        self.layers = [layer for number, layer in model.results.items()
                       if number not in setups]
        self.setup = [model.results[number] for number in setups]

    def compare(self, stats, directory):
        """Raises `Difference` at the first one."""
        expect("number of layers", len(self.layers), len(stats["layers"]))
        for number, layers in enumerate(zip(self.layers, stats["layers"])):
            compare_layer(number, *layers)
        wrong = energy.check(stats)
        if wrong:
            raise Difference(wrong)
        expect("number of set-ups", len(self.setup), len(stats["setup"]))
        for number, layers in enumerate(zip(self.setup, stats["setup"])):
            compare_setup(number, *layers)
        expect("total cycles", sum(layer["cycles"] for layer in self.layers),
               stats["totals"]["cycles"])
        for index in self.program.outputs:
            value = self.program.values[index]
            compare_output(value, self.outputs[value.name],
                           os.path.join(directory, value.name + ".npy"))


def main():
    program, stats_path, directory = sys.argv[1:4]
    stats = read_stats(stats_path)
    execution = Execution(program, simulated_machine(stats), sys.argv[4:])
    try:
        execution.compare(stats, directory)
    except Difference as difference:
        sys.exit(f"compare.py: {difference}")


if __name__ == "__main__":
    main()
