"""Energy by unit, of the whole run and of each layer."""

from figures import style

from . import layers, numbers
from .html import note, section
from .tables import Column, table


def _label(unit):
    return style.UNITS[unit][0] if unit in style.UNITS else unit


def _units(totals):
    """In the order of the figures."""
    known = [unit for unit in style.UNITS if unit in totals.energy]
    return known + [unit for unit in totals.energy if unit not in style.UNITS]


def _shares(totals):
    """What each unit took of the whole."""
    whole = layers.energy(totals)
    columns = [Column("unit", "unit", lambda item: _label(item[0])),
               Column("energy", "energy [µJ]", lambda item: item[1],
                      numbers.microjoules),
               Column("share", "share",
                      lambda item: numbers.divide(item[1], whole),
                      numbers.percent)]
    return table("unit-table", "All layers", columns,
                 [(unit, totals.energy[unit]) for unit in _units(totals)],
                 ("all units", whole))


def render(stats):
    title = "Energy by unit"
    if not stats.totals.energy:
        return section("energy", title, note("The stats file has no energy."))
    columns = [Column("name", "layer", lambda layer: layer.name),
               Column("total", "all units [µJ]", layers.energy,
                      numbers.microjoules)]
    for unit in _units(stats.totals):
        columns.append(Column(
            unit, f"{_label(unit)} [µJ]",
            lambda layer, unit=unit: (layer.energy or {}).get(unit),
            numbers.microjoules))
    return section("energy", title, _shares(stats.totals),
                   table("energy-table", "Energy of each layer", columns,
                         stats.accelerator_layers, stats.totals))
