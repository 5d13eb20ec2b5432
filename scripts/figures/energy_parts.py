"""What the two figures of energy share: energy by unit, relative to DCNN."""

from . import style
from .records import InputError
from .table import Table

_MACHINES = ("dcnn", "dcnn-opt", "scnn")


def possible(stats):
    """Whether these stats allow the figures."""
    dense = stats.together.comparison.get("dcnn")
    return bool(stats.together.energy and dense and dense.energy)


def table():
    return Table("network", "layer", "machine", "unit", "energy_aj",
                 "relative_to_dcnn")


def add(table, stats, layer):
    """Adds a row for each machine and unit of a layer (or of all)."""
    if not possible(stats):
        raise InputError(f"{stats.file}: layers have no energy_aj of SCNN and "
                         f"comparison.dcnn; make it by 'scnn-sim "
                         f"--compare=dcnn,dcnn-opt'")
    energies = {machine: comparison.energy
                for machine, comparison in layer.comparison.items()
                if comparison.energy}
    energies["scnn"] = layer.energy
    dense = sum(energies["dcnn"].values())
    units = [*style.UNITS, *(unit for energy in energies.values()
                             for unit in energy if unit not in style.UNITS)]
    for machine in _MACHINES:
        if machine not in energies:
            continue
        for unit in dict.fromkeys(units):
            joules = energies[machine].get(unit, 0)
            table.add(network=stats.name, layer=layer.name, machine=machine,
                      unit=unit, energy_aj=joules,
                      relative_to_dcnn=joules / dense if dense else None)


def draw_stack(axes, table, places, width, label=True):
    """Stacks the units of the table's rows: one bar for each place."""
    bottom = [0] * len(places)
    for unit in table.distinct("unit"):
        heights = [value or 0 for value in
                   table.where(unit=unit).column("relative_to_dcnn")]
        part = style.UNITS.get(unit, (unit, style.GREEN, "xxxx"))
        style.bar(axes, places, heights, width, part, bottom,
                  label=part[0] if label else None)
        bottom = [a + b for a, b in zip(bottom, heights)]
    return bottom


def drop_idle_units(table):
    """The table without units that cost nothing anywhere in it."""
    spent = {row["unit"] for row in table.rows if row["energy_aj"]}
    table.rows = [row for row in table.rows if row["unit"] in spent]
    return table
