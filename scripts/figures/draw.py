#!/usr/bin/python3
"""Draws one figure from stats files or sweeps: NAME.svg, NAME.png, NAME.csv.

usage: draw.py FIGURE [--stats [NETWORK=]FILE.json]... [--sweep [LINE=]FILE.csv]...
               [--where COLUMN=VALUE]... [--layers REGEX] [--name NAME] -o FOLDER

docs/figures.md has an example of each figure. The CSV has exactly the numbers
that are drawn; the same input gives the same bytes.
"""

import argparse
import os
import re
import sys

# As a script, this file is no part of its package yet.
sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
from figures import (bandwidth, density_sweep, energy, energy_layers, files,
                     granularity, one_sided, speed_up, stats, style, sweep,
                     utilization, work)
from figures.records import InputError

FROM_STATS = {figure.NAME: figure
              for figure in (work, speed_up, energy, energy_layers, utilization,
                             granularity)}
FROM_SWEEPS = {figure.NAME: figure
               for figure in (density_sweep, bandwidth, one_sided)}


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="draw.py", description=__doc__.splitlines()[0])
    parser.add_argument("figure", choices=[*FROM_STATS, *FROM_SWEEPS])
    parser.add_argument("--stats", action="append", default=[],
                        metavar="[NETWORK=]FILE.json",
                        help="a stats file of scnn-sim; repeatable")
    parser.add_argument("--sweep", action="append", default=[],
                        metavar="[LINE=]FILE.csv",
                        help="a sweep; repeatable, for a line each")
    parser.add_argument("--where", action="append", default=[],
                        metavar="COLUMN=VALUE",
                        help="only these points of the sweeps; repeatable")
    parser.add_argument("--layers", metavar="REGEX",
                        help="only layers whose name matches")
    parser.add_argument("--name", help="of the files; the figure's by default")
    parser.add_argument("-o", dest="folder", required=True, metavar="FOLDER")
    return parser.parse_args()


def table_of(options):
    if options.figure in FROM_STATS:
        if not options.stats or options.sweep or options.where:
            raise InputError(f"{options.figure}: expected --stats, and neither "
                             f"--sweep nor --where")
        runs = [stats.read(argument) for argument in options.stats]
        if options.layers:
            runs = [run.only(re.compile(options.layers)) for run in runs]
        return FROM_STATS[options.figure].tabulate(runs)
    if not options.sweep or options.stats or options.layers:
        raise InputError(f"{options.figure}: expected --sweep, and neither "
                         f"--stats nor --layers")
    sweeps = [sweep.read(argument, options.where) for argument in options.sweep]
    for note in (note for one in sweeps for note in one.notes):
        print(f"draw.py: note: {note}", file=sys.stderr)
    return FROM_SWEEPS[options.figure].tabulate(sweeps)


def write(options):
    figure = {**FROM_STATS, **FROM_SWEEPS}[options.figure]
    table = table_of(options)
    with style.styled():
        drawing = figure.draw(table)
        contents = {"svg": style.svg(drawing), "png": style.png(drawing),
                    "csv": table.to_csv().encode()}
        style.close(drawing)
    base = os.path.join(options.folder, options.name or options.figure)
    try:
        os.makedirs(options.folder, exist_ok=True)
    except OSError as error:
        raise InputError(f"'{options.folder}': {error.strerror}") from error
    files.write_all({f"{base}.{kind}": content
                     for kind, content in contents.items()})


def main():
    try:
        write(parse_arguments())
    except InputError as error:
        sys.exit(f"draw.py: error: {error}")
    except re.error as error:
        sys.exit(f"draw.py: error: --layers: {error}")


if __name__ == "__main__":
    main()
