"""Density of weights and activations, and the work that is left."""

from . import panels, style
from .table import Table

NAME = "work"
TITLE = "Density and work of each layer"
NOTE = ("Work is the share of the dense multiplications whose factors are both "
        "non-zero.")


def tabulate(runs):
    """A row for each layer, and one for all of them, of each Stats."""
    table = Table("network", "layer", "weight_density", "activation_density",
                  "products", "dense_macs", "work")
    for stats in runs:
        for layer in [*stats.accelerator_layers, stats.together]:
            macs = layer.dense_macs
            table.add(network=stats.name, layer=layer.name,
                      weight_density=layer.weight_density,
                      activation_density=layer.activation_density,
                      products=layer.products, dense_macs=macs,
                      work=layer.products / macs if macs else None)
    return table


def draw(table):
    return panels.of_networks(table, _draw_panel, height=2.3)


def _draw_panel(all_axes, part, x):
    (axes,) = all_axes
    (left, right), width = panels.offsets(2)
    style.bar(axes, [place + left for place in x],
              part.column("weight_density"), width, ("", style.BLUE, ""),
              label="weight density")
    style.bar(axes, [place + right for place in x],
              part.column("activation_density"), width,
              ("", style.ORANGE, ""), label="activation density")
    drawn = [(place, work) for place, work in zip(x, part.column("work"))
             if work is not None]
    axes.plot(*zip(*drawn), linestyle="", marker="D", markersize=4.5,
              color=style.BLACK, markeredgecolor=style.WHITE,
              label="work (products ÷ dense multiplications)")
    axes.set_ylabel("fraction of dense")
    axes.set_ylim(0, 1.05)
