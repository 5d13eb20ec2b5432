#!/usr/bin/python3
"""Runs the sweeps behind the paper's figures, draws them and writes
docs/reproduction.md.

usage: run.py [-j JOBS] [-o FOLDER] [--document FILE.md]

FOLDER (default: reproduction-output) keeps the sweeps' results.
"""

import argparse
import os
import shlex
import subprocess
import sys

import document
import published
import results

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
GRIDS = ("networks", "granularity", "bandwidth", "density", "one-sided",
         "choices")


def run(*command):
    print(f"=== {shlex.join(command)}", flush=True)
    subprocess.run(command, check=True, cwd=ROOT)


def tool(name):
    return os.path.join(ROOT, "build", "bin", name)


def simulate(network, machine, folder):
    """A stats file and a page of one network, for its figures."""
    table = os.path.join(ROOT, "data", "networks", network + ".csv")
    base = os.path.join(folder, f"{network}-{machine}")
    run(tool("scnn-compile"), f"--layers={table}", f"--machine={machine}",
        "--seed=1", "-o", base + ".scnn")
    run(tool("scnn-sim"), base + ".scnn", f"--stats={base}.json",
        "--compare=dcnn,dcnn-opt,ideal-dense,oracle")
    os.remove(base + ".scnn")
    run(tool("scnn-report"), base + ".json", "-o", base + ".html")
    return base + ".json"


def draw(figure, folder, *options):
    run(sys.executable, os.path.join(ROOT, "scripts", "figures", "draw.py"),
        figure, *options, "-o", folder)


def draw_all(out, stats, four_pes, folder):
    each = [f"--stats={published.PAPER_NAMES[name]}={file}"
            for name, file in stats.items()]

    def sweep(name):
        return "--sweep=" + os.path.join(out, name, "sweep.csv")

    for name, file in stats.items():
        for figure in ("work", "utilization"):
            draw(figure, folder,
                 f"--stats={published.PAPER_NAMES[name]}={file}",
                 f"--name={figure}-{name}")
    draw("speed-up", folder, *each)
    draw("energy", folder, *each)
    draw("granularity", folder, f"--stats=GoogLeNet={stats['googlenet']}",
         f"--stats={four_pes}")
    for name, broadcast in (("", "1"), ("-limits-lifted", "unlimited")):
        for figure, grid in (("density-sweep", "density"),
                             ("one-sided", "one-sided")):
            draw(figure, folder, sweep(grid), f"--name={figure}{name}",
                 f"--where=broadcast_vectors_per_cycle={broadcast}")
    draw("bandwidth", folder,
         *(f"--sweep={line}={write_part(out, beside, value)}"
           for line, beside, value in
           (("with weights", "weights", "yes"), ("activations only",
                                                 "activations", "no"))))


def write_part(out, name, value):
    """The rows of the bandwidth sweep with or without weights on the port."""
    source = os.path.join(out, "bandwidth", "sweep.csv")
    target = os.path.join(out, f"bandwidth-{name}.csv")
    results.write_rows(target, [
        row for row in results.read_rows(source)
        if row["weights_through_dram_port"] == value])
    return target


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-j", dest="jobs", default=str(os.cpu_count()))
    parser.add_argument("-o", dest="out",
                        default=os.path.join(ROOT, "reproduction-output"))
    parser.add_argument("--document", default=os.path.join(
        ROOT, "docs", "reproduction.md"))
    arguments = parser.parse_args()
    out = os.path.abspath(arguments.out)
    os.makedirs(out, exist_ok=True)
    for grid in GRIDS:
        run(sys.executable, os.path.join(ROOT, "scripts", "sweep", "sweep.py"),
            os.path.join(ROOT, "scripts", "sweep", "grids", grid + ".yaml"), "-o",
            os.path.join(out, grid), "-j", arguments.jobs)
    stats = {network: simulate(network, "scnn", out) for network in results.NETWORKS}
    draw_all(out, stats, simulate("googlenet", "scnn-4pe", out),
             os.path.join(ROOT, "docs", "figures"))
    document.write(results.Results(out), results.Results(out, limited=False),
                   arguments.document)
    print(f"wrote {os.path.relpath(arguments.document)}")


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"run.py: {os.path.basename(error.cmd[0])} failed")
