"""The command line of scnn-report."""

import argparse
import sys

from figures import files, stats
from figures.records import InputError

from . import page


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="scnn-report",
        description="Writes one self-contained HTML page from a stats file of "
                    "scnn-sim; given two, also their difference.")
    parser.add_argument("stats", metavar="STATS.json")
    parser.add_argument("other", metavar="OTHER.json", nargs="?",
                        help="stats to compare with STATS.json")
    parser.add_argument("-o", dest="output", metavar="FILE.html", required=True)
    return parser.parse_args()


def main():
    options = parse_arguments()
    try:
        first = stats.read(options.stats)
        other = stats.read(options.other) if options.other else None
        files.write_all({options.output: page.render(first, other).encode()})
    except InputError as error:
        sys.exit(f"scnn-report: error: {error}")
