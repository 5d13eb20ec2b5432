"""Checks what runs of one program on several inputs have spilled.

usage: check_spill.py DIRECTORY

Reads DIRECTORY/INPUT-ENGINE.json for the inputs sparse, dense and large, and
the engines fast and cycle.
"""

import json
import os
import sys

LAYERS = ["conv0", "conv1", "conv2"]


def read(directory, name, engine):
    path = os.path.join(directory, f"{name}-{engine}.json")
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def main():
    runs = {}
    for name in ("sparse", "dense", "large"):
        fast, cycle = (read(sys.argv[1], name, engine)
                       for engine in ("fast", "cycle"))
        assert fast.pop("engine") != cycle.pop("engine")
        assert fast == cycle, f"{name}: the engines differ"
        assert [layer["name"] for layer in fast["layers"]] == LAYERS
        runs[name] = fast
        spill = fast["totals"]["spill"]
        print(f"{name}: {fast['totals']['cycles']} cycles, spill {spill}")

    assert not any(runs["sparse"]["totals"]["spill"].values())
    for name in ("dense", "large"):
        layers = runs[name]["layers"]
        # The input lies in DRAM already: layer 0 writes of it nothing, but
        # reads it. A result is written once, and read for each output-channel
        # group of the layer that follows.
        assert layers[0]["spill"]["bits_read"] > 0
        assert layers[0]["spill"]["bits_written"] > 0
        for producer, consumer in zip(layers, layers[1:]):
            groups = consumer["output_channel_groups"]
            assert (consumer["spill"]["bits_read"] ==
                    groups * producer["spill"]["bits_written"])
        for layer in layers:
            spill, events = layer["spill"], layer["events"]
            assert (spill["elements"] > 0) == (spill["bits_written"] > 0)
            assert events["dram_activation_bits_read"] >= spill["bits_read"]
            assert (events["dram_activation_bits_written"] >=
                    spill["bits_written"])
        assert runs[name]["totals"]["cycles"] > runs["sparse"]["totals"]["cycles"]
    assert all(layer["spill"]["elements"] > 0
               for layer in runs["dense"]["layers"])
    assert all(layer["saturations"] > 0 for layer in runs["large"]["layers"])


if __name__ == "__main__":
    main()
