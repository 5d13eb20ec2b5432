"""Holds a point of a sweep against a stats file, its layers and its spread.

usage: check_tables.py OUT POINT STATS.json
"""

import csv
import json
import sys

out, point, stats_file = sys.argv[1:]
with open(stats_file, encoding="utf-8") as file:
    stats = json.load(file)


def rows(name):
    with open(f"{out}/{name}.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def expect(what, found, expected):
    if found != str(expected):
        sys.exit(f"{what}: expected {expected}, but got {found}")


def check(row, record):
    expect("cycles", row["cycles"], record["cycles"])
    expect("energy_aj", row["energy_aj"], record["energy_total_aj"])
    expect("utilization", row["utilization"], record["utilization"])
    expect("dense_macs", row["dense_macs"], record["dense_macs"])
    expect("lost_barrier", row["lost_barrier"], record["pe_cycles_lost"]["barrier"])
    expect("dram_weight_bits_read", row["dram_weight_bits_read"],
           record["events"]["dram_weight_bits_read"])
    expect("energy_dram_aj", row["energy_dram_aj"], record["energy_aj"]["dram"])
    dcnn, oracle = record["comparison"]["dcnn"], record["comparison"]["oracle"]
    expect("dcnn_cycles", row["dcnn_cycles"], dcnn["cycles"])
    expect("dcnn_energy_aj", row["dcnn_energy_aj"], dcnn["energy_total_aj"])
    expect("oracle_cycles", row["oracle_cycles"], oracle["cycles"])


sweep = rows("sweep")
row = next(row for row in sweep if row["point"] == point)
check(row, stats["totals"])
layers = [layer for layer in rows("layers") if layer["point"] == point]
expect("layers", " ".join(layer["layer"] for layer in layers),
       " ".join(layer["name"] for layer in stats["layers"]))
for layer, record in zip(layers, stats["layers"]):
    check(layer, record)
    expect("group_size", layer["mapped_group_size"], record["group_size"])

# The two seeds of this point.
cycles = [int(other["cycles"]) for other in sweep if other["status"] == "ok"
          and other["dram_bits_per_cycle"] == row["dram_bits_per_cycle"]]
spread = next(spread for spread in rows("spread")
              if spread["dram_bits_per_cycle"] == row["dram_bits_per_cycle"]
              and spread["status"] == "ok")
expect("seeds", spread["seeds"], len(cycles))
expect("cycles_min", spread["cycles_min"], min(cycles))
expect("cycles_mean", spread["cycles_mean"], sum(cycles) / len(cycles))
expect("cycles_max", spread["cycles_max"], max(cycles))
if len(set(cycles)) != 2:
    sys.exit(f"expected seeds to differ, but got {cycles}")
