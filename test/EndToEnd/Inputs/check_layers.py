"""Holds the stats of a program from a layer table to the table.

usage: check_layers.py TABLE.csv STATS.json OTHER.json [--some]

Densities of weights and inputs must be exact, those of outputs near. The other
stats file must say the same of each layer; with --some, it has some of them.
"""

import csv
import json
import sys


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def exact(density, size):
    """Non-zeros, rounded half up, as a density."""
    return int(density * size + 0.5) / size


def check_densities(row, layer):
    c, h, w, k, r, s, groups = (int(row[name])
                                for name in ("C", "H", "W", "K", "R", "S", "groups"))
    inputs, weights = c * h * w, k * c // groups * r * s
    for field, column, size in (
            ("activation_density", "input_activation_density", inputs),
            ("weight_density", "weight_density", weights)):
        expected = exact(float(row[column]), size)
        assert abs(layer[field] - expected) < 1e-12, (layer["name"], field)
    # Without weights or inputs, all outputs are zero.
    if row["output_density"] and layer["products"]:
        assert abs(layer["output_density"] - float(row["output_density"])) < 0.08, \
            (layer["name"], layer["output_density"])


def main():
    with open(sys.argv[1], newline="", encoding="utf-8") as file:
        rows = {row["layer"]: row for row in csv.DictReader(file)}
    stats, other = load(sys.argv[2]), load(sys.argv[3])
    for layer in stats["layers"]:
        check_densities(rows[layer["name"]], layer)
    if "--some" not in sys.argv:
        assert len(other["layers"]) == len(stats["layers"])
    for part in ("layers", "setup"):
        known = {layer["name"]: layer for layer in stats[part]}
        assert other[part]
        for layer in other[part]:
            assert layer == known[layer["name"]], layer["name"]
    for whole in (stats, other):
        assert (whole["totals"]["cycles"] ==
                sum(layer["cycles"] for layer in whole["layers"]))
        assert ([layer["name"] for layer in whole["setup"]] ==
                [layer["name"] for layer in whole["layers"]])
        # Nothing but weights comes from DRAM in what is measured.
        assert whole["totals"]["events"]["dram_activation_bits_read"] == 0
        assert whole["totals"]["events"]["dram_activation_bits_written"] == 0
        for layer in whole["setup"]:
            assert layer["cycles"] > 0
            assert layer["events"]["multiplies"] == 0


main()
