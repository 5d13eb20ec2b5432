"""Rule `tables`: plan.json and points/*.json to the three CSV files.

docs/sweeps.md describes the columns. Rows are in the order of the grid, and
nothing in them depends on when or where a point ran.
"""

import csv
import itertools
import json
import math

import tool

# Both are what the simulator has, and nothing else (docs/simulation-model.md).
FIXED_CHOICES = {"bank_hash": "address mod banks",
                 "barrier": "output-channel group"}


def figures(record):
    """Columns that totals and layers have."""
    yield "cycles", record["cycles"]
    yield "energy_aj", record.get("energy_total_aj")
    for name in ("utilization", "products", "slots", "dense_macs"):
        yield name, record[name]
    for machine, other in record.get("comparison", {}).items():
        yield f"{machine}_cycles", other["cycles"]
        if "energy_total_aj" in other:
            yield f"{machine}_energy_aj", other["energy_total_aj"]
    for cause, cycles in record["pe_cycles_lost"].items():
        yield f"lost_{cause}", cycles
    for event, count in record["events"].items():
        if event.startswith("dram_"):
            yield event, count
    for name, count in record["spill"].items():
        yield f"spill_{name}", count
    yield "saturations", record["saturations"]
    for unit, energy in record.get("energy_aj", {}).items():
        yield f"energy_{unit}_aj", energy


def of_layer(record):
    """Columns that only layers have."""
    yield "layer", record["name"]
    yield "engine", record["engine"]
    yield "measured_weight_density", record["weight_density"]
    yield "measured_activation_density", record["activation_density"]
    mapping = record.get("mapping", {})
    for name in ("cut", "halo", "order", "group_size"):
        yield f"mapped_{name}", mapping.get(name)
    yield "tile_rows", mapping.get("tile", [None, None])[0]
    yield "tile_cols", mapping.get("tile", [None, None])[1]
    yield "output_channel_groups", record.get("output_channel_groups")
    yield "dram_pieces", record.get("dram_pieces")


def spread_of(values):
    values = [value for value in values if value is not None]
    if not values:
        return None, None, None
    return min(values), math.fsum(values) / len(values), max(values)


def write_csv(path, rows, first):
    """Columns: `first`, then others as the rows have them."""
    columns = dict.fromkeys(first)
    for row in rows:
        columns.update(dict.fromkeys(row))

    class Lines(list):
        write = list.append

    lines = Lines()
    writer = csv.DictWriter(lines, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    tool.write(path, "".join(lines))


def main():
    with open("plan.json", encoding="utf-8") as file:
        plan = json.load(file)
    keys = ["network", "machine", "mapper", *plan["fields"]]
    points, layers, refused = [], [], 0
    for number, point in enumerate(plan["points"], 1):
        with open(f"points/{point['name']}.json", encoding="utf-8") as file:
            result = json.load(file)
        choices = point["choices"]
        key = {"point": number, **{name: choices[name] for name in keys},
               "seed": choices["seed"]}
        row = {**key, "status": result["status"]}
        if result["status"] == "ok":
            row.update(figures(result["totals"]))
            layers += [{**key, **dict(of_layer(layer)), **dict(figures(layer))}
                       for layer in result["layers"]]
        else:
            refused += 1
        points.append((key, row, {**choices, **FIXED_CHOICES}))

    measured = dict.fromkeys(name for key, row, _ in points
                             for name in row if name not in key)
    first = [*points[0][0], *measured]
    write_csv("sweep.csv", [{**choices, **row} for _, row, choices in points], first)
    write_csv("layers.csv", layers, points[0][0])

    # The seeds of a point follow one another.
    spreads = []
    for _, group in itertools.groupby(
            points, lambda point: [value for name, value in point[0].items()
                                   if name not in ("point", "seed")]):
        rows = [row for _, row, _ in group]
        good = [row for row in rows if row["status"] == "ok"]
        spread = {name: rows[0][name] for name in keys}
        spread["seeds"] = len(good)
        spread["status"] = next((row["status"] for row in rows
                                 if row["status"] != "ok"), "ok")
        for name in measured:
            if name != "status":
                spread.update(zip(
                    (f"{name}_min", f"{name}_mean", f"{name}_max"),
                    spread_of([row.get(name) for row in good])))
        spreads.append(spread)
    write_csv("spread.csv", spreads, spreads[0])
    print(f"{len(points)} points, {refused} of them refused: sweep.csv has the "
          f"reasons" if refused else f"{len(points)} points")


if __name__ == "__main__":
    main()
