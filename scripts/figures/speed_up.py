"""Speed-up over the dense machine, and how far it could go."""

from . import panels, style
from .records import InputError
from .table import Table

NAME = "speed-up"
TITLE = "Speed-up over DCNN"
NOTE = ("The oracle does useful products only, on all multipliers in every "
        "cycle; the ideal dense machine does all, without a loss at edges.")

# Drawn as bars; the ideal dense machine is a mark.
_BARS = ("scnn", "oracle")


def possible(stats):
    """Whether these stats allow the figure."""
    return "dcnn" in stats.together.comparison


def tabulate(runs):
    """A row for each layer and machine; speed-up is DCNN's cycles over its."""
    table = Table("network", "layer", "machine", "cycles", "speed_up")
    for stats in runs:
        if not possible(stats):
            raise InputError(f"{stats.file}: layers have no comparison.dcnn; "
                             f"make it by 'scnn-sim --compare=dcnn,oracle'")
        machines = [machine for machine in ("oracle", "ideal-dense")
                    if machine in stats.together.comparison]
        for layer in [*stats.accelerator_layers, stats.together]:
            dense = layer.comparison["dcnn"].cycles
            cycles = {"scnn": layer.cycles,
                      **{machine: layer.comparison[machine].cycles
                         for machine in machines}}
            for machine, count in cycles.items():
                table.add(network=stats.name, layer=layer.name, machine=machine,
                          cycles=count,
                          speed_up=dense / count if count else None)
    return table


def draw(table):
    return panels.of_networks(table, _draw_panel, height=2.5)


def _draw_panel(all_axes, part, x):
    (axes,) = all_axes
    machines = part.distinct("machine")
    bars = [machine for machine in _BARS if machine in machines]
    shifts, width = panels.offsets(len(bars))
    for machine, shift in zip(bars, shifts):
        colour = style.BLUE if machine == "scnn" else style.LIGHT
        values = part.where(machine=machine).column("speed_up")
        # From 1 upwards where faster, downwards where slower.
        style.bar(axes, [place + shift for place in x],
                  [value and value - 1 for value in values], width,
                  ("", colour, ""), bottom=1,
                  label=style.machine_label(machine))
        axes.annotate(f"{values[-1]:.2f}", (x[-1] + shift, max(1, values[-1])),
                      xytext=(0, 3), textcoords="offset points", ha="center",
                      fontsize=7.5, rotation=90)
    if "ideal-dense" in machines:
        values = part.where(machine="ideal-dense").column("speed_up")
        drawn = [(place, value) for place, value in zip(x, values) if value]
        axes.plot(*zip(*drawn), linestyle="", marker="_", markersize=12,
                  markeredgewidth=1.8, color=style.RED,
                  label=style.machine_label("ideal-dense"))
    axes.axhline(1, color=style.BLACK, linewidth=0.9, label="DCNN")
    axes.set_ylabel("speed-up over DCNN [×]")
    style.logarithmic(axes.yaxis)
    speeds = [value for value in part.column("speed_up") if value]
    axes.set_ylim(min(0.8, *speeds) / 1.1, max(speeds) * 1.6)
