#!/usr/bin/python3
"""Runs a grid of machines, mappings and densities; writes one row for each.

usage: sweep.py GRID.yaml -o OUT [-j JOBS] [--slurm] [--tools FOLDER]
                [-- SNAKEMAKE-OPTION...]

Writes OUT/sweep.csv, OUT/layers.csv and OUT/spread.csv. Snakemake does the
work; what is done is kept, so that the same command goes on where it was
interrupted. docs/sweeps.md describes grid files, columns and Slurm.
"""

import argparse
import fcntl
import json
import os
import sys

import grid as grids
import machine as machines
import plan as plans
import tool

HERE = os.path.dirname(os.path.abspath(__file__))


class Failure(Exception):
    pass


def parse_arguments():
    own = sys.argv[1:]
    snakemake = []
    if "--" in own:
        split = own.index("--")
        own, snakemake = own[:split], own[split + 1:]
    parser = argparse.ArgumentParser(
        usage=__doc__.split("usage: ")[1].split("\n\n")[0])
    parser.add_argument("grid")
    parser.add_argument("-o", required=True, dest="out")
    parser.add_argument("-j", type=int, dest="jobs")
    parser.add_argument("--slurm", action="store_true")
    parser.add_argument("--tools", default=os.path.join(grids.ROOT, "build", "bin"))
    arguments = parser.parse_args(own)
    if arguments.jobs is not None and arguments.jobs < 1:
        parser.error(f"expected -j of at least 1, but got {arguments.jobs}")
    arguments.snakemake = snakemake
    return arguments


def make_plan(path, tools):
    """The plan of a grid file, and the machine files that it names."""
    def describe(name):
        return machines.describe(tools["simulate"], name)

    grid = grids.read_grid(path, describe("scnn"))
    bases = []
    for name in grid.machines:
        try:
            bases.append(describe(name))
        except machines.MachineError as error:
            raise grids.GridError(f"{path}: machine: {error}") from None
    planner = plans.Planner(grid, bases, tools)
    return planner.run(), planner.machine_text


def write_if_changed(path, text):
    """Snakemake looks at the time of the file."""
    try:
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return
    except FileNotFoundError:
        pass
    tool.write(path, text)


def lock(out):
    """One sweep at a time in a folder. The lock ends with Snakemake's process,
    however that ends; Snakemake's own would have to be removed by hand."""
    file = os.open(os.path.join(out, ".lock"), os.O_CREAT | os.O_WRONLY)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Failure(f"{out}: another sweep is running there") from None
    os.set_inheritable(file, True)


def become_snakemake(arguments):
    command = [
        sys.executable, "-m", "snakemake",
        "--snakefile", os.path.join(HERE, "Snakefile"),
        "--directory", arguments.out,
        # Debian's package depends on no solver that its default scheduler needs.
        "--scheduler", "greedy",
        # Results are named by what they depend on, and whole if they are there;
        # --rerun-incomplete keeps it from asking after Slurm jobs of old runs.
        "--rerun-triggers", "mtime", "--ignore-incomplete",
        "--rerun-incomplete", "--nolock",
        "--keep-going"]
    if arguments.slurm:
        command += ["--profile", os.path.join(HERE, "slurm")]
        if arguments.jobs:
            command += ["--jobs", str(arguments.jobs)]
    else:
        command += ["--cores", str(arguments.jobs or os.cpu_count())]
    environment = dict(os.environ)
    # It caches Snakefiles in the home folder, which need not be writable.
    environment["XDG_CACHE_HOME"] = os.path.join(arguments.out, ".snakemake",
                                                 "cache")
    # In this process, so that an interruption reaches Snakemake and only it.
    os.execve(command[0], command + arguments.snakemake, environment)


def main():
    arguments = parse_arguments()
    tools = {"compile": "scnn-compile", "simulate": "scnn-sim"}
    for key, name in tools.items():
        tools[key] = os.path.join(os.path.abspath(arguments.tools), name)
        if not os.access(tools[key], os.X_OK):
            raise Failure(f"no such program: {tools[key]} (build it with "
                          f"scripts/build.sh, or give its folder with --tools)")
    plan, machine_text = make_plan(arguments.grid, tools)

    arguments.out = os.path.abspath(arguments.out)
    for folder in ["machines"] + ["slurm"] * arguments.slurm:
        os.makedirs(os.path.join(arguments.out, folder), exist_ok=True)
    lock(arguments.out)
    for name, text in machine_text.items():
        write_if_changed(os.path.join(arguments.out, name), text)
    write_if_changed(os.path.join(arguments.out, "plan.json"),
                     json.dumps(plan, indent=1) + "\n")
    print(f"sweep.py: {len(plan['points'])} points, {len(plan['programs'])} "
          f"programs, in {arguments.out}", flush=True)
    become_snakemake(arguments)


if __name__ == "__main__":
    try:
        main()
    except (Failure, grids.GridError, machines.MachineError, OSError) as error:
        print(f"sweep.py: error: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
