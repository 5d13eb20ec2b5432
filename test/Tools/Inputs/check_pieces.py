#!/usr/bin/env python3
"""Holds the report of a layer in pieces to its trace and to the whole layer.

usage: check_pieces.py STATS.json TRACE.json WHOLE-STATS.json PIECES

The programs have one layer, without pooling."""

import json
import sys


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def expect(what, expected, got):
    if expected != got:
        sys.exit(f"{what}: expected {expected}, but got {got}")


def slices_of(trace):
    """The slices (begin, end, name, arguments) by the name of their track."""
    names = {event["tid"]: event["args"]["name"]
             for event in trace["traceEvents"] if event["ph"] == "M"}
    tracks = {name: [] for name in names.values()}
    for event in trace["traceEvents"]:
        if event["ph"] == "X":
            begin = event["args"]["begin_cycle"]
            tracks[names[event["tid"]]].append(
                (begin, begin + event["args"]["cycles"], event["name"],
                 event["args"]))
    return tracks


def check_whole(layer, whole, pieces):
    expect("pieces of the whole layer", 1, whole["dram_pieces"])
    expect("pieces", pieces, layer["dram_pieces"])
    for field in ("name", "dense_macs", "output_channel_groups", "group_size",
                  "weight_density"):
        expect(field, whole[field], layer[field])
    # Each output is computed once; what falls outside its piece is dropped.
    expect("accumulations", whole["events"]["accumulations"],
           layer["events"]["accumulations"])
    expect("weight bits",
           pieces * whole["events"]["dram_weight_bits_read"],
           layer["events"]["dram_weight_bits_read"])


def check_bits(port, layer):
    kinds = {"load activations": "dram_activation_bits_read",
             "weights": "dram_weight_bits_read",
             "store activations": "dram_activation_bits_written"}
    for name, event in kinds.items():
        expect(f"bits of '{name}'", layer["events"][event],
               sum(args["bits"] for *_, kind, args in port if kind == name))


def check_order(port, layer, pieces):
    """Without `pipelined_pieces`."""
    groups = layer["output_channel_groups"] * pieces
    expect("groups on the port", list(range(groups)),
           [args["index"] for *_, kind, args in port if kind == "weights"])
    # A piece begins when the one before has ended.
    names = (["load activations"] + ["weights"] * layer["output_channel_groups"]
             + ["store activations"]) * pieces
    expect("transfers", names, [kind for *_, kind, _ in port])
    for (_, end, kind, _), (begin, _, following, _) in zip(port, port[1:]):
        if following == "load activations":
            expect("end of a piece and begin of the next", end, begin)


def check_elements(tracks, layer, machine):
    """A PE's slices last from a group's begin until the PE is done."""
    lanes = machine["weights_per_vector"] * machine["activations_per_vector"]
    causes = ("useful", "border", "placeholder", "fragmentation",
              "bank_conflict", "weights")
    for pe in range(machine["pe_rows"] * machine["pe_cols"]):
        row, col = divmod(pe, machine["pe_cols"])
        slices = [slice for slice in tracks[f"PE ({row}, {col})"]
                  if "group" in slice[3]]
        expect(f"slots of PE ({row}, {col})",
               sum(layer["pe_slots"][cause][pe] for cause in causes),
               lanes * sum(end - begin for begin, end, *_ in slices))
        numbers = [args["group"] for *_, args in slices]
        if numbers != sorted(set(numbers)):
            sys.exit(f"PE ({row}, {col}) has groups {numbers}")


def main():
    stats, trace, whole_stats = (read(path) for path in sys.argv[1:4])
    pieces = int(sys.argv[4])
    (layer,), (whole,) = stats["layers"], whole_stats["layers"]
    check_whole(layer, whole, pieces)
    tracks = slices_of(trace)
    expect("slices left out", 0, trace["otherData"]["slices_left_out"])
    expect("cycles of the trace", layer["cycles"], trace["otherData"]["cycles"])
    expect("layer's slice", [(0, layer["cycles"], layer["name"])],
           [slice[:3] for slice in tracks["layers"]])
    for name, slices in tracks.items():
        for begin, end, *_ in slices:
            if begin < 0 or end > layer["cycles"]:
                sys.exit(f"a slice of {name} lies outside the layer")
    check_bits(tracks["DRAM port"] + tracks["DRAM port, in idle time"], layer)
    if stats["machine"]["pipelined_pieces"]:
        if not tracks["DRAM port, in idle time"]:
            sys.exit("nothing moves in idle time")
    else:
        check_order(tracks["DRAM port"], layer, pieces)
    check_elements(tracks, layer, stats["machine"])


if __name__ == "__main__":
    main()
