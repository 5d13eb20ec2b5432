#!/usr/bin/python3
"""Runs networks from ONNX to a verified result, and writes their table.

usage: run.py [--tools FOLDER] [--work FOLDER] [--size PIXELS] [-o PAGE.md]
              [NETWORK...]

NETWORK is one of build.py's or fetch.sh's; without, all of them. Each is built
or fetched, compiled with one picture as calibration input, and simulated on
this picture with --verify. Prints one line a network, and the lines of what
failed; writes PAGE.md where all succeeded. Exits with 1 otherwise.
"""

import argparse
import collections
import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import time

import numpy as np

import accuracy
import build
import macs

HEADER = """\
| network | MACs | on the accelerator | cycles | compile | simulate | verified | largest float error |
|---|--:|--:|--:|--:|--:|--:|--:|"""


class Failure(Exception):
    pass


class Process:
    """A finished command: standard output, seconds, and peak memory in MiB."""

    def __init__(self, *command):
        start = time.monotonic()
        with tempfile.TemporaryFile("w+") as errors:
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors,
                                  text=True) as process:
                self.output = process.stdout.read()
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
            self.seconds = time.monotonic() - start
            self.peak = usage.ru_maxrss / 1024
            if process.returncode:
                errors.seek(0)
                raise Failure(errors.read().strip() or
                              f"{command[0]}: exit code {process.returncode}")

    def cost(self):
        return f"{self.seconds:.1f} s, {self.peak:,.0f} MiB"


def provide(network, size, work):
    """Builds or fetches a network; its input's name and a picture as this."""
    if network in build.NETWORKS:
        Process(sys.executable, os.path.join(accuracy.SCRIPTS, "build.py"),
                network, "-o", work, *(["--size", str(size)] if size else []))
        return "data", os.path.join(work, network + ".input.npy")
    Process(os.path.join(accuracy.SCRIPTS, "fetch.sh"), work, network)
    name, inputs = accuracy.NETWORKS[network]
    file = os.path.join(work, network + ".input.npy")
    np.save(file, next(iter(inputs()))[1])
    return name, file


def share_on_accelerator(count, layers):
    """The part of `count`, the MACs of each node, that layers of the
    accelerator did. Two convolutions whose results are added are one layer with
    the name of either: the other is there if the layer has its MACs, too."""
    done = collections.Counter()
    for layer in layers:
        if layer["engine"] == "scnn" and layer["name"] in count:
            done[layer["name"]] += layer["dense_macs"]
    total = sum(min(count[name], done[name]) for name in done)
    rest = {name: done[name] - count[name] for name in done}
    for name in sorted(count.keys() - done.keys(), key=count.get, reverse=True):
        layer = max(rest, key=rest.get, default=None)
        if layer and rest[layer] >= count[name]:
            rest[layer] -= count[name]
            total += count[name]
    return total / sum(count.values())


def run(network, size, tools, work):
    """The network's line of the table."""
    input_name, file = provide(network, size, work)
    model = os.path.join(work, network + ".onnx")
    program = os.path.join(work, network + ".scnn")
    stats = os.path.join(work, network + ".stats.json")
    compiled = Process(os.path.join(tools, "scnn-compile"), model, "-o", program,
                       "--calibrate", f"{input_name}={file}")
    simulated = Process(os.path.join(tools, "scnn-sim"), program, "--input",
                        f"{input_name}={file}", "--stats", stats, "--verify")
    verified = re.search(r"^(\d+) layers verified: every bit equals the "
                         r"fixed-point reference; largest float error (\S+)",
                         simulated.output, re.MULTILINE)
    if not verified:
        raise Failure("scnn-sim --verify did not say that every bit is equal")
    with open(stats) as text:
        statistics = json.load(text)
    count = macs.convolution_macs(model, np.load(file).shape)
    share = share_on_accelerator(count, statistics["layers"])
    return (f"| {network} | {sum(count.values()) / 1e6:,.1f} M | "
            f"{100 * share:.4g} % | "
            f"{statistics['totals']['cycles']:,} | {compiled.cost()} | "
            f"{simulated.cost()} | {verified[1]} layers | {verified[2]} |")


def density_tables(networks, work):
    """Wanted and achieved densities of the networks with published ones."""
    for network in networks:
        path = os.path.join(work, network + ".densities.csv")
        if not os.path.exists(path):
            continue
        with open(path, newline="") as file:
            header, *rows = csv.reader(file)
        if any(row[header.index("weights wanted")] for row in rows):
            yield "\n".join([f"### {network}", "", "| " + " | ".join(header) + " |",
                             "|---" + "|--:" * (len(header) - 1) + "|"] +
                            ["| " + " | ".join(row) + " |" for row in rows])


PAGE = """\
# Networks

Written by

    /usr/bin/python3 scripts/models/run.py -o PAGE.md

which builds or fetches each network, compiles it with one picture, and simulates it on this picture with `--verify`. Times
and memory are those of the machine that wrote the page; cycles, shares and errors do not depend on it.

{runs}

MACs: dense multiply-accumulates of convolutions and fully connected layers. Verified: accelerator layers whose every bit equals
the fixed-point reference. The error is a part of the layer's largest magnitude in the float model.

## Trained networks against ONNX Runtime

`scripts/models/accuracy.py`: errors of a network's outputs as parts of the output's largest magnitude in ONNX Runtime, on ten
pictures; five of them gave the ranges.

{accuracy}

## Densities

Published ([data](../data/README.md)) and achieved densities; inputs are those of the layer, after ReLU and pooling. Biases are set on
one picture; the second had no part in it. Where one tensor has several readers it has one density, whatever they were
published with.

{densities}
"""


def main():
    networks = list(build.NETWORKS) + list(accuracy.NETWORKS)
    parser = argparse.ArgumentParser(
        description="Runs networks from ONNX to a verified result.",
        epilog="networks: " + ", ".join(networks))
    parser.add_argument("networks", metavar="NETWORK", nargs="*")
    parser.add_argument("--tools", default="build/bin", metavar="FOLDER",
                        help="where scnn-compile and scnn-sim are")
    parser.add_argument("--work", default="build/models", metavar="FOLDER",
                        help="for what is fetched and written")
    parser.add_argument("--size", type=int, metavar="PIXELS",
                        help="as of build.py")
    parser.add_argument("-o", "--output", metavar="PAGE.md")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.networks if name not in networks]
    if unknown:
        sys.exit(f"run.py: error: expected a network of {', '.join(networks)}, "
                 f"but got '{unknown[0]}'")
    networks = arguments.networks or networks
    os.makedirs(arguments.work, exist_ok=True)

    lines, failed = [HEADER], False
    print(HEADER)
    for network in networks:
        try:
            lines.append(run(network, arguments.size, arguments.tools,
                             arguments.work))
            print(lines[-1], flush=True)
        except (Failure, OSError) as failure:  # OSError: no such tool.
            failed = True
            first, *more = str(failure).splitlines()
            print(f"run.py: error: {network}: {first}" +
                  (f" ({len(more)} more lines)" if more else ""), file=sys.stderr)
    if failed:
        return 1
    if arguments.output:
        tables = [accuracy.table(network, arguments.tools, arguments.work)[0]
                  for network in networks if network in accuracy.NETWORKS]
        page = PAGE.format(
            runs="\n".join(lines), accuracy="\n\n".join(tables),
            densities="\n\n".join(density_tables(networks, arguments.work)))
        with open(arguments.output, "w") as file:
            file.write(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
