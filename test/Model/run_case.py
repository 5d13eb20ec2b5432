#!/usr/bin/env python3
#===- run_case.py - One network through tools and third model -------------===//
#
# Part of the SCNN compiler, under the Apache License v2.0 with LLVM
# Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===//
"""Compiles a random network, simulates it, and holds the simulator to the
third model and to the closed form.

usage: run_case.py NETWORK DIRECTORY [--seed N] [--layout FIELDS]
           [--timing FIELDS]… [--planar-tiling=OPTIONS]
           [--dram-tiling=OPTIONS] [--grouping=OPTIONS] [--capacity=PERCENT]
           [--resident]
           [--edit=loads|drop-exchanges|cut-exchanges]

--layout: fields of the machine that the program is laid out for, as in
`#scnn.machine<…>`. Each --timing simulates the program with each engine on a
machine with these fields changed; `only …` lifts all limits but these.
--resident says that inputs and results are in the RAMs, so that placing them is
set-up. --capacity leaves each tensor so much of its region, so that it spills. --edit
changes the commands to some that the compiler would not emit. The tools are
taken from PATH.
"""

import argparse
import os
import re
import subprocess
import sys

import compare
import networks
import products_from_dense

UNLIMITED = ("weight_fifo_entries", "weight_staging_vectors",
             "broadcast_vectors_per_cycle", "bank_queue_depth",
             "ppu_elements_per_cycle", "halo_values_per_link_cycle",
             "dram_bits_per_cycle")


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    return done.stdout


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def passes(arguments):
    """The passes that lead to dense weights with a mapping, those that lead
    from there to layouts, and the lowering to commands."""
    def with_options(name, options):
        return f"--scnn-{name}" + (f"={options}" if options else "")

    dense = ["--scnn-quantize",
             with_options("planar-tiling", arguments.planar_tiling),
             with_options("dram-tiling", arguments.dram_tiling),
             with_options("output-channel-grouping", arguments.grouping)]
    mapped = ["--scnn-compressed-sparse-layout", "--scnn-halo-insertion",
              "--scnn-memory-allocation"]
    return dense, mapped, ["--scnn-lower-to-commands"]


def edit_commands(edit, text):
    """Commands that the compiler would not emit."""
    if edit == "drop-exchanges":
        return re.sub(r"\n *scnn\.cmd\.exchange .*", "", text)
    if edit == "cut-exchanges":
        # Not of maxima, where a window without a value is an error.
        return re.sub(
            r"exchange kind = [02].*",
            lambda line: re.sub(r"halo_(top|right) = \d+", r"halo_\1 = 0",
                                line.group()), text)
    # The input once more, into a region of its own, before each later group.
    found = re.search(r"( *scnn\.cmd\.set_activations) slot = 0 ram = (\d) "
                      r"offset = 0 capacity = (\d+) (.*)\n"
                      r" *scnn\.cmd\.load_activations slot = 0 (.*)\n", text)
    head, ram, capacity, tail, address = found.groups()
    broadcast = "    scnn.cmd.broadcast_weights"
    parts = text.split(broadcast)
    for n in range(1, len(parts) - 1):
        parts[n] += (f"{head} slot = {8 + n} ram = {ram} offset = "
                     f"{n * int(capacity)} capacity = {capacity} {tail}\n"
                     f"    scnn.cmd.load_activations slot = {8 + n} {address}\n")
    return broadcast.join(parts)


def make_resident(path):
    """Marks arguments and results of @main."""
    with open(path, encoding="utf-8") as file:
        head, body = file.read().split(" attributes {scnn.range", 1)
    head = re.sub(r"(tensor<[^>]*>)", r"\1 {scnn.resident}", head)
    write(path, head + " attributes {scnn.range" + body)


def machine_yaml(fields):
    """The lines of a machine file. `only FIELDS` lifts all other limits."""
    lifted = fields.startswith("only")
    values = dict.fromkeys(UNLIMITED, "unlimited") if lifted else {}
    for item in fields.removeprefix("only").split(","):
        if item.strip():
            name, value = item.split("=")
            values[name.strip()] = value.strip()
    return "".join(f"{name}: {value}\n" for name, value in values.items())


def simulate(case, files, inputs, arguments):
    """One machine, both engines."""
    execution = None
    for engine in ("cycle", "fast"):
        stats_path = os.path.join(arguments.directory, f"{case}-{engine}.json")
        outputs = os.path.join(arguments.directory, f"{case}-{engine}")
        os.makedirs(outputs, exist_ok=True)
        command = ["scnn-sim", files["program"], f"--engine={engine}",
                   "--stats", stats_path, "--output-dir", outputs]
        if files.get("machine"):
            command += ["--machine", files["machine"]]
        for item in inputs:
            command += ["--input", item]
        run(*command)
        stats = compare.read_stats(stats_path)
        if execution is None:
            execution = compare.Execution(
                files["commands"], compare.simulated_machine(stats), inputs)
        try:
            execution.compare(stats, outputs)
        except compare.Difference as difference:
            sys.exit(f"{case}, engine {engine}: {difference}")
    # The closed form is that of lists without zeros.
    keeps_zeros = not (stats["machine"]["skip_zero_weights"] and
                       stats["machine"]["skip_zero_activations"])
    if arguments.edit or keeps_zeros:
        return
    wrong = products_from_dense.check(files["dense"], files["mapped"], stats_path,
                                      inputs)
    if wrong:
        sys.exit(f"{case}: {wrong}")


def main(command_line=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("network", choices=networks.NETWORKS)
    parser.add_argument("directory")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--layout", default="pe_rows = 2, pe_cols = 2")
    parser.add_argument("--timing", action="append", default=[])
    parser.add_argument("--planar-tiling", default="")
    parser.add_argument("--dram-tiling", default="")
    parser.add_argument("--grouping", default="")
    parser.add_argument("--resident", action="store_true")
    parser.add_argument("--capacity", type=int, default=100)
    parser.add_argument("--edit", default="",
                        choices=["", "loads", "drop-exchanges", "cut-exchanges"])
    arguments = parser.parse_args(command_line)

    paths = networks.write(arguments.network, arguments.seed,
                           arguments.directory, arguments.layout)
    inputs = [f"{name}={path}" for name, path in paths.items()]
    at = lambda name: os.path.join(arguments.directory, name)
    if arguments.resident:
        make_resident(at("network.mlir"))
    dense, mapped, lowered = passes(arguments)
    files = {"dense": at("dense.mlir"), "mapped": at("mapped.mlir"),
             "commands": at("commands.mlir"), "program": at("program.scnn")}
    write(files["dense"], run("scnn-opt", at("network.mlir"), *dense))
    placed = re.sub(
        r"(?<=capacity = )\d+",
        lambda found: str(int(found.group()) * arguments.capacity // 100),
        run("scnn-opt", files["dense"], *mapped))
    write(files["mapped"], placed)
    commands = run("scnn-opt", files["mapped"], *lowered)
    if arguments.edit:
        commands = edit_commands(arguments.edit, commands)
    write(files["commands"], commands)
    run("scnn-translate", "--scnn-to-program", files["commands"], "-o",
        files["program"])
    for number, fields in enumerate(arguments.timing or [""]):
        if fields:
            files["machine"] = write(at(f"machine{number}.yaml"),
                                     machine_yaml(fields))
        simulate(f"timing{number}", files, inputs, arguments)


if __name__ == "__main__":
    main()
