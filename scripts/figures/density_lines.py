"""What the figures over density share: time and energy relative to DCNN."""

from . import style, sweep
from .records import InputError
from .table import Table

_COLUMNS = ("network", "density", "machine", "seeds",
            "time", "time_least", "time_most",
            "energy", "energy_least", "energy_most")


def tabulate(sweeps, machines):
    """A row for each network, density (of weights and activations alike) and
    machine: mean, least and most over the seeds, relative to DCNN."""
    table = Table(*_COLUMNS)
    for one in sweeps:
        one.require("weight_density", "activation_density", "dcnn_cycles")
        # Empty: a network's own densities, which are no place on the axis.
        points = [point for point in one.points
                  if point.text("weight_density")
                  and point.text("activation_density")
                  and point.fraction("weight_density") ==
                  point.fraction("activation_density")]
        if not points:
            raise InputError(f"{one.file}: has no point with the same "
                             f"weight_density and activation_density")
        groups = sweep.unique(
            points, lambda point: (point.text("network"),
                                   point.fraction("weight_density")),
            lambda point: f"network {point.text('network')} at density "
                          f"{point.text('weight_density')}")
        for (network, density), same in sorted(groups.items()):
            for machine in machines:
                if machine != "scnn" and machine not in one.machines():
                    continue
                table.add(network=network, density=density, machine=machine,
                          seeds=len(same),
                          **_spread(same, machine, "time", "cycles", one),
                          **_spread(same, machine, "energy", "energy_aj", one))
    return table


def _spread(points, machine, name, column, one):
    """Mean, least and most of the ratio to DCNN over points."""
    own = column if machine == "scnn" else f"{machine}_{column}"
    dense = f"dcnn_{column}"
    # The oracle has no energy: its column is absent or empty.
    if not all(c in one.columns and all(p.text(c) for p in points)
               for c in (own, dense)):
        return {name: None, f"{name}_least": None, f"{name}_most": None}
    ratios = [point.count(own) / point.count(dense) for point in points]
    return {name: sum(ratios) / len(ratios), f"{name}_least": min(ratios),
            f"{name}_most": max(ratios)}


def draw(table):
    networks = table.distinct("network")
    quantities = [name for name in ("time", "energy")
                  if any(value is not None for value in table.column(name))]
    inches = max(4.2, 7.5 / len(networks))
    figure, axes = style.new_figure(
        inches * len(networks) + 0.9, 2.9 * len(quantities) + 0.8,
        len(quantities), len(networks), sharex=True, sharey="row")
    for row, quantity in enumerate(quantities):
        for column, network in enumerate(networks):
            _draw_lines(axes[row][column], table.where(network=network),
                        quantity)
        axes[row][0].set_ylabel(f"{quantity} relative to DCNN")
    for column, network in enumerate(networks):
        axes[-1][column].set_xlabel("density of weights and activations")
        axes[0][column].set_title(network, loc="left", pad=4)
    style.legend_above(axes[0][0], inches * len(networks), raised=20)
    figure.align_ylabels()
    return figure


def _draw_lines(axes, table, quantity):
    axes.axhline(1, color=style.BLACK, linewidth=0.9,
                 label=style.machine_label("dcnn"))
    for machine in table.distinct("machine"):
        rows = table.where(machine=machine)
        if None in rows.column(quantity):
            continue
        label, colour, line, mark = style.MACHINES[machine]
        axes.plot(rows.column("density"), rows.column(quantity), line,
                  color=colour, marker=mark, markersize=4, label=label)
        if max(rows.column("seeds")) > 1:
            axes.fill_between(rows.column("density"),
                              rows.column(f"{quantity}_least"),
                              rows.column(f"{quantity}_most"), color=colour,
                              alpha=0.2, linewidth=0)
    style.logarithmic(axes.yaxis)
    axes.grid(True, axis="both")
    axes.set_xlim(0, 1.02)
    axes.set_xticks([fifth / 5 for fifth in range(6)])
