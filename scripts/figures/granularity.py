"""The same multipliers in many small or few large PEs: speed, utilization."""

import itertools

from . import panels, style
from .records import InputError
from .stats import sum_of
from .table import Table

NAME = "granularity"


def tabulate(runs):
    """A row for each machine and module (a layer, if it is in none); speed is
    relative to the first of the runs, which are of one network."""
    _check(runs)
    table = Table("network", "layer", "machine", "cycles", "speed",
                  "utilization", "utilization_while_multiplying")
    for base, *others in zip(*(_modules(stats) for stats in runs)):
        for stats, part in zip(runs, (base, *others)):
            table.add(network=runs[0].name, layer=part.name,
                      machine=_machine(stats), cycles=part.cycles,
                      speed=base.cycles / part.cycles if part.cycles else None,
                      utilization=part.utilization,
                      utilization_while_multiplying=(
                          part.slots_by_cause["useful"] / part.slots
                          if part.slots else None))
    return table


def _machine(stats):
    rows, cols = stats.pe_grid
    pes = rows * cols
    return f"{pes} PEs of {stats.multipliers // pes} multipliers"


def _modules(stats):
    """Adjacent layers of a module as one; at the end all layers as one."""
    layers = stats.accelerator_layers
    runs = itertools.groupby(layers, lambda layer: layer.module or layer.name)
    return [sum_of(name, list(run)) for name, run in runs] + [stats.together]


def _check(runs):
    first, *others = runs
    if not others:
        raise InputError(f"{NAME}: expected the stats files of two machines or "
                         f"more, but got one")
    names = [layer.name for layer in first.accelerator_layers]
    machines = {_machine(first)}
    for stats in others:
        if stats.multipliers != first.multipliers:
            raise InputError(
                f"{stats.file}: expected a machine of {first.multipliers} "
                f"multipliers, as in {first.file}, but got {stats.multipliers}")
        if [layer.name for layer in stats.accelerator_layers] != names:
            raise InputError(f"{stats.file}: expected the layers of "
                             f"{first.file}, but got others")
        if _machine(stats) in machines:
            raise InputError(f"{stats.file}: has {_machine(stats)}, as another "
                             f"of the stats files")
        machines.add(_machine(stats))


def draw(table):
    return panels.of_networks(table, _draw_panel, height=2.2, rows=2,
                              bars=len(table.distinct("machine")))


def _draw_panel(all_axes, part, x):
    speed, utilization = all_axes
    machines = part.distinct("machine")
    shifts, width = panels.offsets(len(machines))
    for index, (machine, shift) in enumerate(zip(machines, shifts)):
        rows = part.where(machine=machine)
        places = [place + shift for place in x]
        bars = (machine, *style.BARS[index % len(style.BARS)])
        style.bar(speed, places, rows.column("speed"), width, bars,
                  label=machine)
        style.bar(utilization, places, rows.column("utilization"), width, bars)
        working = rows.column("utilization_while_multiplying")
        utilization.plot(places, [float("nan") if value is None else value
                                  for value in working],
                         linestyle="", marker="_", markeredgewidth=1.8,
                         markersize=9, color=style.BLACK)
    # The second axes' marks stand in the first one's legend.
    speed.plot([], [], linestyle="", marker="_", markeredgewidth=1.8,
               markersize=9, color=style.BLACK,
               label="utilization while multiplying")
    speed.set_ylim(0, 1.06 * max(filter(None, part.column("speed")), default=1))
    speed.set_ylabel(f"speed relative to\n{machines[0]}")
    utilization.set_ylabel("multiplier utilization")
    utilization.set_ylim(0, 1)
