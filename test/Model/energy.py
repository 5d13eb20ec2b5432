#!/usr/bin/env python3
#===- energy.py - Events times prices, a second time ----------------------===//
#
# Part of the SCNN compiler, under the Apache License v2.0 with LLVM
# Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===//
"""Energy of a layer's events after `docs/energy.md`, and what must add up.

usage: energy.py STATS.json…

Prints the first thing that is wrong and exits 1.
"""

import json
import sys

# Each unit with the prices that are paid in it.
UNITS = {
    "dram": ("dram_bit",),
    "weight_broadcast": ("noc_bit",),
    "weight_fifo": ("fifo_read_bit", "fifo_write_bit"),
    "activation_ram": ("activation_ram_read_bit", "activation_ram_write_bit",
                       "block_count_access"),
    "multiplier_array": ("multiply", "gated_multiply"),
    "scatter_network": ("coordinate", "crossbar_product"),
    "accumulators": ("add", "accumulator_access"),
    "halo_links": ("halo_hop",),
    "ppu": ("ppu_element",),
}


def priced_events(events, machine):
    """How often an SCNN machine pays each price."""
    zero_run = machine["zero_run_bits"]
    weight = 16 + zero_run * machine["skip_zero_weights"]
    activation = 16 + zero_run * machine["skip_zero_activations"]
    vector = machine["weights_per_vector"] * weight
    nodes = -(-(machine["pe_rows"] * machine["pe_cols"] - 1) // 3)
    return {
        "dram_bit": (events["dram_weight_bits_read"] +
                     events["dram_activation_bits_read"] +
                     events["dram_activation_bits_written"]),
        "noc_bit": events["vectors_broadcast"] * vector * nodes,
        "fifo_read_bit": events["fifo_reads"] * vector,
        "fifo_write_bit": events["fifo_writes"] * vector,
        "activation_ram_read_bit": events["ram_element_reads"] * activation,
        "activation_ram_write_bit": events["ram_element_writes"] * activation,
        "block_count_access": events["block_count_accesses"],
        "multiply": events["multiplies"],
        "gated_multiply": 0,
        "coordinate": events["multiplies"],
        "crossbar_product": events["accumulations"],
        "add": events["accumulations"],
        "accumulator_access": 2 * events["accumulations"],
        "halo_hop": events["halo_value_hops"],
        "ppu_element": events["ppu_elements"],
    }


def check_sums(what, entry):
    """Units and prices add up to the total, and units are sums of prices."""
    by_price, units = entry["energy_by_price_aj"], entry["energy_aj"]
    total = entry["energy_total_aj"]
    if set(units) != set(UNITS) or set(by_price) != {
            price for prices in UNITS.values() for price in prices}:
        return f"{what}: other units or prices than documented"
    for unit, prices in UNITS.items():
        if units[unit] != sum(by_price[price] for price in prices):
            return f"{what}: {unit} is not the sum of its prices"
    if sum(units.values()) != total or sum(by_price.values()) != total:
        return f"{what}: the parts do not add up to the total"
    return None


def check(stats):
    """What is wrong with a stats file's energy; None if nothing is."""
    machine = stats["machine"]
    layers = [layer for layer in stats["layers"] if layer["engine"] == "scnn"]
    for entry in layers + [stats["totals"]]:
        what = entry.get("name", "totals")
        counts = priced_events(entry["events"], machine)
        expected = {price: count * machine["energy_price_aj"][price]
                    for price, count in counts.items()}
        if entry["energy_by_price_aj"] != expected:
            return (f"{what}: expected {expected}, but got "
                    f"{entry['energy_by_price_aj']}")
        for name, cost in [("", entry), *entry.get("comparison", {}).items()]:
            if "energy_aj" in cost:
                wrong = check_sums(f"{what} {name}", cost)
                if wrong:
                    return wrong
    for name, total in stats["totals"].get("comparison", {}).items():
        for field in ("cycles", "energy_total_aj"):
            if field in total and total[field] != sum(
                    layer["comparison"][name][field] for layer in layers):
                return f"{name}: {field} is not the sum over the layers"
    return None


def main():
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            wrong = check(json.load(file))
        if wrong:
            sys.exit(f"{path}: {wrong}")


if __name__ == "__main__":
    main()
