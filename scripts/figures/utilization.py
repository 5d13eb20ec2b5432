"""Where the multiplier slots went, and how many PE cycles that were."""

from . import panels, style
from .stats import CAUSES
from .table import Table

NAME = "utilization"
TITLE = "Multiplier utilization, and PE cycles lost by cause"
NOTE = ("The share of useful products is the utilization. A PE cycle is lost "
        "for each F × I multiplier slots without a useful product.")


def tabulate(runs):
    """A row for each layer and cause, and each cause in all layers."""
    table = Table("network", "layer", "cause", "slots", "share",
                  "pe_cycles_lost")
    for stats in runs:
        array = (stats.machine["weights_per_vector"] *
                 stats.machine["activations_per_vector"])
        for layer in [*stats.accelerator_layers, stats.together]:
            total = sum(layer.slots_by_cause.values())
            for cause in CAUSES:
                slots = layer.slots_by_cause[cause]
                table.add(network=stats.name, layer=layer.name, cause=cause,
                          slots=slots, share=slots / total if total else None,
                          pe_cycles_lost=(None if cause == "useful" else
                                          slots / array))
    return table


def draw(table):
    return panels.of_networks(table, _draw_panel, height=2.2, rows=2)


def _draw_panel(all_axes, part, x):
    shares, lost = all_axes
    shared, lost_so_far = [0] * len(x), [0] * (len(x) - 1)
    for cause in CAUSES:
        rows = part.where(cause=cause)
        share = [100 * (value or 0) for value in rows.column("share")]
        style.bar(shares, x, share, 0.8, style.CAUSES[cause], shared,
                  label=style.CAUSES[cause][0])
        shared = [a + b for a, b in zip(shared, share)]
        if cause == "useful":
            continue
        # All layers together would dwarf each.
        cycles = [value / 1e6 for value in rows.column("pe_cycles_lost")][:-1]
        style.bar(lost, x[:-1], cycles, 0.8, style.CAUSES[cause], lost_so_far)
        lost_so_far = [a + b for a, b in zip(lost_so_far, cycles)]
    shares.set_ylabel("multiplier slots [%]")
    shares.set_ylim(0, 100)
    lost.set_ylim(0, 1.06 * max(*lost_so_far, 1e-6))
    lost.set_ylabel("PE cycles lost [million]")
