"""Checks simulated outputs and the two engines' statistics.

usage: check_outputs.py OUTPUTS_DIR FLOAT_DIR FAST_STATS CYCLE_STATS

Every .npy of FLOAT_DIR must be in OUTPUTS_DIR with the same shape, within 2^-8
of the float output's largest magnitude, and the two stats files must be equal
but for the engine's name.
"""

import json
import os
import sys

import numpy as np

TOLERANCE = 2.0**-8


def check_outputs(outputs, floats):
    names = sorted(os.listdir(floats))
    good = bool(names)
    for name in names:
        expected = np.load(os.path.join(floats, name))
        got = np.load(os.path.join(outputs, name))
        if got.shape != expected.shape:
            print(f"{name}: expected shape {expected.shape}, got {got.shape}")
            good = False
            continue
        error = np.abs(got - expected).max() / np.abs(expected).max()
        print(f"{name}: {error:.2e} of the largest magnitude")
        good &= bool(error <= TOLERANCE)
    return good


def load_stats(name):
    """The stats without the name of the simulation engine. (A layer's `engine`
    says whether it ran on SCNN or the host, and must agree.)"""
    with open(name, encoding="utf-8") as file:
        stats = json.load(file)
    return stats, stats.pop("engine", None)


def main():
    outputs, floats, fast_name, cycle_name = sys.argv[1:]
    good = check_outputs(outputs, floats)
    fast, fast_engine = load_stats(fast_name)
    cycle, cycle_engine = load_stats(cycle_name)
    if (fast_engine, cycle_engine) != ("fast", "cycle"):
        print(f"expected engines fast and cycle, got {fast_engine} and {cycle_engine}")
        good = False
    for key in sorted(fast.keys() | cycle.keys()):
        if fast.get(key) != cycle.get(key):
            print(f"stats differ in '{key}'")
            good = False
    print("all good" if good else "not good")
    return not good


if __name__ == "__main__":
    sys.exit(main())
