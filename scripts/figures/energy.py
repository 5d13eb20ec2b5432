"""Energy of whole networks by unit, of DCNN, DCNN-opt and SCNN."""

from . import energy_parts, style

NAME = "energy"
TITLE = "Energy by unit, relative to DCNN"
NOTE = "All layers together; the bars of DCNN are 1 by definition."
possible = energy_parts.possible


def tabulate(runs):
    """A row for each network, machine and unit."""
    table = energy_parts.table()
    for stats in runs:
        energy_parts.add(table, stats, stats.together)
    return energy_parts.drop_idle_units(table)


def draw(table):
    networks, machines = table.distinct("network"), table.distinct("machine")
    inches = max(5.0, 0.55 * len(networks) * (len(machines) + 1))
    figure, ((axes,),) = style.new_figure(inches + 0.9, 4.2)
    highest = 0
    for index, machine in enumerate(machines):
        places = [network * (len(machines) + 1) + index
                  for network in range(len(networks))]
        tops = energy_parts.draw_stack(axes, table.where(machine=machine),
                                       places, 0.8, label=index == 0)
        highest = max(highest, *tops)
        for place, top in zip(places, tops):
            axes.annotate(f"{top:.2f}", (place, top), xytext=(0, 2),
                          textcoords="offset points", ha="center",
                          fontsize=8)
    axes.set_xlim(-0.9, len(networks) * (len(machines) + 1) - 1.1)
    axes.set_ylim(0, 1.08 * highest)
    _label(axes, networks, machines)
    style.legend_above(axes, inches, raised=10)
    return figure


def _label(axes, networks, machines):
    group = len(machines) + 1
    axes.set_xticks([network * group + index for network in range(len(networks))
                     for index in range(len(machines))],
                    [style.machine_label(machine) for machine in machines] *
                    len(networks), fontsize=8)
    axes.tick_params(axis="x", length=0)
    for index, network in enumerate(networks):
        axes.annotate(network, (index * group + (len(machines) - 1) / 2, 0),
                      xycoords=("data", "axes fraction"), xytext=(0, -20),
                      textcoords="offset points", ha="center", va="top",
                      weight="bold")
    axes.set_ylabel("energy relative to DCNN")
