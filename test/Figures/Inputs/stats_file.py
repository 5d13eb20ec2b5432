#!/usr/bin/env python3
"""Writes a small stats file whose figures can be checked by hand.

usage: stats_file.py OUT.json [PLACE=JSON]... [-PLACE]...

PLACE is a path such as layers.0.cycles. PLACE=JSON sets what is there, -PLACE
takes it out. Three layers on 2 x 2 PEs of 2 x 2 multipliers, two of them in the
module m, and a function on the host; DCNN takes twice SCNN's cycles in m/a, the
same in m/b and half in c.
"""

import json
import sys

CAUSES = ("useful", "border", "placeholder", "fragmentation", "bank_conflict",
          "weights", "activations", "barrier", "ppu", "no_work")
PES, LANES = 4, 4


def energy(**units):
    return {"energy_aj": units, "energy_total_aj": sum(units.values())}


def slots_of(cycles, useful):
    """Of each PE: useful slots, the last PE without work, the rest weights."""
    slots = {cause: [0] * PES for cause in CAUSES}
    for pe in range(PES):
        done = useful if pe + 1 < PES else 0
        slots["useful"][pe] = done
        rest = "weights" if done else "no_work"
        slots[rest][pe] = cycles * LANES - done
    return slots


def figures(cycles, useful, macs):
    slots = {cause: sum(counts)
             for cause, counts in slots_of(cycles, useful).items()}
    return {
        "cycles": cycles, "products": 3 * useful, "slots": 3 * useful,
        "dense_macs": macs, "weight_density": 0.5, "activation_density": 0.25,
        "utilization": 3 * useful / max(1, cycles * PES * LANES), "saturations": 0,
        "spill": {"elements": 0, "bits_read": 0, "bits_written": 0},
        "slots_by_cause": slots,
        "pe_cycles_lost": {cause: count / LANES for cause, count in slots.items()
                           if cause != "useful"},
        "events": {"dram_weight_bits_read": 80, "dram_activation_bits_read": 8,
                   "dram_activation_bits_written": 1, "multiplies": 3 * useful},
        **energy(dram=3 * 10**12, multiplier_array=10**12)}


def compared(cycles):
    return {"dcnn": {"cycles": cycles,
                     **energy(dram=6 * 10**12, multiplier_array=2 * 10**12)},
            "dcnn-opt": {"cycles": cycles,
                         **energy(dram=4 * 10**12, multiplier_array=10**12)},
            "oracle": {"cycles": cycles // 4}}


def layer(name, cycles, useful, macs, dcnn):
    return {"name": name, "engine": "scnn", **figures(cycles, useful, macs),
            "output_channel_groups": 2, "group_size": 8, "dram_pieces": 1,
            "pe_slots": slots_of(cycles, useful), "comparison": compared(dcnn),
            "mapping": {"cut": "ceil", "tile": [4, 4], "order": "krs",
                        "halo": "output", "group_size": 8},
            "convolution": {"inputs": [{"channels": 3, "groups": 1,
                                        "filter": [3, 3], "stride": [1, 1]}],
                            "outputs": 16, "plane": [8, 8]}}


def stats_file():
    host = {**figures(0, 0, 64), "name": "host_0", "engine": "host",
            "events": {},
            "host_operations": [{"operation": "tosa.sigmoid",
                                 "reason": "no accelerator operation"}]}
    for field in ("energy_aj", "energy_total_aj"):
        del host[field]
    return {
        "program": "main", "engine": "fast",
        "machine": {"pe_rows": 2, "pe_cols": 2, "weights_per_vector": 2,
                    "activations_per_vector": 2, "clock_mhz": 1000,
                    "dram_bits_per_cycle": 400},
        "machine_units": {"dram_bits_per_cycle": "bits/cycle"},
        "comparison_machines": {"dcnn": {"pe_rows": 2}, "oracle": {}},
        "totals": {**figures(700, 600, 24064), "accelerator_mac_share": 0.9973,
                   "comparison": compared(700)},
        "layers": [layer("m/a", 100, 200, 4000, 200), host,
                   layer("m/b", 200, 100, 10000, 200),
                   layer("c", 400, 300, 10000, 200)]}


def parent_of(value, place):
    *path, last = [int(part) if part.isdigit() else part
                   for part in place.split(".")]
    for part in path:
        value = value[part]
    return value, last


def main():
    output, *edits = sys.argv[1:]
    stats = stats_file()
    for edit in edits:
        place, _, new = edit.lstrip("-").partition("=")
        parent, last = parent_of(stats, place)
        if edit.startswith("-"):
            del parent[last]
        else:
            parent[last] = json.loads(new)
    with open(output, "w", encoding="utf-8") as file:
        json.dump(stats, file, indent=1)


if __name__ == "__main__":
    main()
