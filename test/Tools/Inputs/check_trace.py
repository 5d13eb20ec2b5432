#!/usr/bin/env python3
"""Holds a trace to the stats file of the same run.

usage: check_trace.py STATS.json TRACE.json [SLICES]

Every track's slices lie inside the run, and none ends within another; those of a PE cover
each layer without a gap, and add up to its cycles by cause. With SLICES, the
trace was limited to so many, and says what it left out: then only what is there
is checked.
"""

import collections
import json
import sys

# What a PE's slice of a group is made of.
MULTIPLYING = ("useful", "border", "placeholder", "fragmentation",
               "bank_conflict", "weights")
WAITING = ("activations", "barrier", "ppu", "no_work")


def fail(text):
    sys.exit(f"check_trace.py: {text}")


def expect(what, expected, got):
    if expected != got:
        fail(f"{what}: expected {expected}, but got {got}")


def tracks_of(trace, clock):
    """Slices (begin, end, name, arguments) by track, in order of their begin."""
    names = {event["tid"]: event["args"]["name"]
             for event in trace["traceEvents"] if event["ph"] == "M"}
    tracks = {name: [] for name in names.values()}
    for event in trace["traceEvents"]:
        if event["ph"] != "X":
            continue
        begin, cycles = event["args"]["begin_cycle"], event["args"]["cycles"]
        for field, value in (("ts", begin), ("dur", cycles)):
            if abs(event[field] - value / clock) > 1e-9 * (1 + value):
                fail(f"{field} {event[field]} is not {value} cycles")
        tracks[names[event["tid"]]].append(
            (begin, begin + cycles, event["name"], event["args"]))
    for slices in tracks.values():
        slices.sort(key=lambda slice: slice[:2])
    return tracks


def check_overlap(tracks, cycles):
    for name, slices in tracks.items():
        for begin, end, *_ in slices:
            if not 0 <= begin < end <= cycles:
                fail(f"a slice of {name} lies outside the run: {begin} to {end}")
        # A transfer in idle time moves somewhere in its slice.
        if name == "DRAM port, in idle time":
            continue
        for before, after in zip(slices, slices[1:]):
            # Within a shared unit's slice another may be that took its last
            # cycle only; those of PEs are held to more in `check_pe`.
            if after[0] < before[1] < after[1]:
                fail(f"slices of {name} overlap: {before[:3]} and {after[:3]}")


def within(slices, begin, end):
    return [slice for slice in slices if begin <= slice[0] < end]


def check_pe(name, slices, pe, layer, begin, lanes):
    """That the PE's slices tile the layer, and go where its slots went."""
    at, cycles = begin, collections.Counter()
    for first, last, what, _ in slices:
        expect(f"{name} in {layer['name']}: begin of '{what}'", at, first)
        cycles[what if what in WAITING else "multiplying"] += last - first
        at = last
    expect(f"{name}: end of {layer['name']}", begin + layer["cycles"], at)
    for cause in WAITING:
        expect(f"{name}: {cause} in {layer['name']}",
               layer["pe_slots"][cause][pe], cycles[cause] * lanes)
    expect(f"{name}: groups of {layer['name']}",
           sum(layer["pe_slots"][cause][pe] for cause in MULTIPLYING),
           cycles["multiplying"] * lanes)


def check_layer(tracks, layer, begin, machine):
    end = begin + layer["cycles"]
    lanes = machine["weights_per_vector"] * machine["activations_per_vector"]
    for pe in range(machine["pe_rows"] * machine["pe_cols"]):
        name = "PE ({}, {})".format(*divmod(pe, machine["pe_cols"]))
        check_pe(name, within(tracks[name], begin, end), pe, layer, begin, lanes)
    links = within(tracks["links between PEs"], begin, end)
    # Exchanges take time where values cross links and these have a limit.
    if layer["events"]["halo_value_hops"]:
        limited = machine["halo_values_per_link_cycle"] != "unlimited"
        expect(f"{layer['name']} has exchanges", limited, bool(links))
    for _, _, what, _ in links:
        if not what.startswith("exchange "):
            fail(f"'{what}' on the links")
    sent = bool(within(tracks["weight broadcast"], begin, end))
    expect(f"{layer['name']} broadcasts weights",
           layer["events"]["vectors_broadcast"] > 0, sent)


def check_limit(trace, slices):
    other = trace["otherData"]
    expect("slices", slices, other["slices"])
    expect("slices in the trace", slices,
           sum(event["ph"] == "X" for event in trace["traceEvents"]))
    marks = [event["name"] for event in trace["traceEvents"]
             if event["ph"] == "i"]
    expect("marks", [other["note"]], marks)
    left, total = other["slices_left_out"], slices + other["slices_left_out"]
    if left == 0 or f"{left} of {total} slices are left out" not in other["note"]:
        fail(f"the note does not say that {left} are left out: {other['note']}")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        stats = json.load(file)
    with open(sys.argv[2], encoding="utf-8") as file:
        trace = json.load(file)
    machine, cycles = stats["machine"], stats["totals"]["cycles"]
    tracks = tracks_of(trace, machine["clock_mhz"])
    expect("cycles", cycles, trace["otherData"]["cycles"])
    check_overlap(tracks, cycles)
    if len(sys.argv) > 3:
        check_limit(trace, int(sys.argv[3]))
        return
    expect("slices left out", 0, trace["otherData"]["slices_left_out"])
    begin = 0
    layers = [layer for layer in stats["layers"] if layer["engine"] == "scnn"]
    for layer in layers:
        check_layer(tracks, layer, begin, machine)
        begin += layer["cycles"]
    expect("layers", [layer["name"] for layer in layers if layer["cycles"]],
           [name for *_, name, _ in tracks["layers"]])
    print(f"{trace['otherData']['slices']} slices add up to {cycles} cycles")


if __name__ == "__main__":
    main()
