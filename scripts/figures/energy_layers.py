"""Energy of each layer by unit, of DCNN, DCNN-opt and SCNN."""

from . import energy_parts, panels, style

NAME = "energy-layers"
TITLE = "Energy of each layer by unit, relative to DCNN"
NOTE = "The bars of DCNN are 1 by definition."
possible = energy_parts.possible


def tabulate(runs):
    """A row for each layer, machine and unit, and for all layers together."""
    table = energy_parts.table()
    for stats in runs:
        for layer in [*stats.accelerator_layers, stats.together]:
            energy_parts.add(table, stats, layer)
    return energy_parts.drop_idle_units(table)


def draw(table):
    machines = len(table.distinct("machine"))
    return panels.of_networks(table, _draw_panel, height=3, bars=machines)


def _draw_panel(all_axes, part, x):
    (axes,) = all_axes
    machines = part.distinct("machine")
    shifts, width = panels.offsets(len(machines))
    tops = []
    for index, (machine, shift) in enumerate(zip(machines, shifts)):
        tops += energy_parts.draw_stack(axes, part.where(machine=machine),
                                        [place + shift for place in x], width,
                                        label=index == 0)
    axes.set_ylim(0, 1.06 * max(tops))
    names = ", ".join(style.machine_label(machine) for machine in machines)
    axes.set_ylabel(f"energy relative to DCNN\n(left to right: {names})")
