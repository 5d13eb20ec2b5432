"""From a grid to what the workflow has to run: programs and points.

A program is what scnn-compile makes; points that differ in timing only share
one. Both are named by a hash of all that they depend on (of files, of their
content), so that a result stands for its point whatever grid it is in.
"""

import hashlib
import itertools
import json
import os

import grid as grids
from machine import number_text

LARGEST = 100_000


def _hash(*parts):
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _file_hash(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class Planner:
    """`machines`: those of the grid, in its order; `machine_text`: file name to
    text of the machine files that the commands name."""

    def __init__(self, grid, machines, tools):
        self.grid = grid
        self.machines = machines
        self.tools = tools
        self.programs = {}
        self.points = []
        self.machine_text = {}
        self.content = {
            path: _file_hash(path)
            for network in grid.networks
            for path in [network.file, *(file for _, file in network.inputs)]}
        self.compare_content = [_file_hash(name) if os.path.isfile(name) else name
                                for name in grid.compare]

    def machine_file(self, machine):
        text = machine.to_yaml()
        name = f"machines/{machine.name}-{_hash(text)}.yaml"
        self.machine_text[name] = text
        return name

    def program(self, network, machine, mapper, choices):
        """The name of the program that this point runs."""
        machine_file = self.machine_file(machine)
        options = [f"--machine={machine_file}", f"--mapper={mapper}",
                   "--mapping=" + " ".join(
                       f"{name}={number_text(choices[name])}"
                       for name in grids.MAPPING_OPTIONS)]
        if network.is_model:
            if choices["weight_density"] is not None:
                options.append("--prune-density="
                               + number_text(choices["weight_density"]))
        else:
            options.append(f"--seed={choices['seed']}")
            options += [f"--layer={layer}" for layer in network.layers]
            options += [
                f"--{name.replace('_', '-')}={number_text(choices[name])}"
                for name in ("weight_density", "activation_density")
                if choices[name] is not None]
        inputs = [f"--calibrate={name}={file}" for name, file in network.inputs]
        name = f"{network.name}-" + _hash(
            options, self.content[network.file],
            [(name, self.content[file]) for name, file in network.inputs])
        command = [self.tools["compile"]]
        command += ([network.file, "--reference=false"] if network.is_model
                    else [f"--layers={network.file}"])
        self.programs[name] = {"network": network.name,
                               "command": command + inputs + options}
        return name

    def add_point(self, network, base, mapper, values, seed):
        choices = {"network": network.name, "machine": base.name, "mapper": mapper,
                   "seed": seed, "weight_density": None, "activation_density": None}
        choices.update({name: default for name, (_, default)
                        in grids.MAPPING_OPTIONS.items()})
        fields, prices = {}, {}
        for name, value in values.items():
            if name in base.fields:
                fields[name] = {True: "yes", False: "no"}.get(value, value) \
                    if name in base.flags else value
            elif name.startswith(grids.PRICES):
                prices[name[len(grids.PRICES):]] = number_text(value)
            else:
                choices[name] = value
        if "density" in values:
            choices["weight_density"] = values["density"]
            choices["activation_density"] = values["density"]
        machine = base.varied(fields, prices)
        choices.update(machine.fields)
        choices.update({grids.PRICES + name: value
                        for name, value in machine.prices.items()})

        # The cost model of mapper 'search' looks at timing, the paper's does not.
        compiled_for = machine if mapper == "search" else machine.with_timing_of(base)
        program = self.program(network, compiled_for.varied({}, base.prices), mapper,
                               choices)
        machine_file = self.machine_file(machine)
        inputs = [f"--input={name}={file}" for name, file in network.inputs]
        compare = [f"--compare={','.join(self.grid.compare)}"] \
            if self.grid.compare else []
        self.points.append({
            "name": f"{network.name}-" + _hash(program, machine_file,
                                               self.compare_content),
            "program": program,
            "command": [self.tools["simulate"], f"programs/{program}.scnn",
                        f"--machine={machine_file}", *compare, *inputs],
            "choices": choices})

    def run(self):
        grid = self.grid
        count = len(grid.networks) * len(self.machines) * len(grid.mappers) \
            * len(grid.seeds)
        for axis in grid.axes:
            count *= len(axis.steps)
        if count > LARGEST:
            raise grids.GridError(
                f"{grid.path}: expected at most {LARGEST} points, but the grid "
                f"has {count}")
        for network, machine, mapper in itertools.product(
                grid.networks, self.machines, grid.mappers):
            seeds = (None,) if network.is_model else grid.seeds
            for steps in itertools.product(*(axis.steps for axis in grid.axes)):
                values = {field: value for axis, step in zip(grid.axes, steps)
                          for field, value in zip(axis.fields, step)}
                for seed in seeds:
                    self.add_point(network, machine, mapper, values, seed)
        return {"tools": self.tools, "fields": grid.fields(),
                "programs": self.programs, "points": self.points}
