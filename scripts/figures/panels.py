"""Figures of layers: a panel, or a pair of panels, for each network."""

from . import layer_axis, style
from .stats import ALL_LAYERS


def of_networks(table, draw_panel, height, bars=1, rows=1, aggregate=True):
    """A figure with `rows` axes for each network of a table of layers.

    The table has the columns `network` and `layer`; with `aggregate` the last
    layer of each network is ALL_LAYERS. `draw_panel(axes, part, x)` draws the
    network's rows `part` at the places x into its `rows` axes; `height` is that
    of one of them in inches, `bars` how many stand side by side.
    """
    networks = table.distinct("network")
    parts = [table.where(network=network) for network in networks]
    names = [[name for name in part.distinct("layer")
              if not (aggregate and name == ALL_LAYERS)] for part in parts]
    inches = max(layer_axis.width_of(len(name), bars) for name in names)
    figure, axes = style.new_figure(
        inches + 0.9, len(networks) * (height * rows + 1.3),
        len(networks) * rows)
    for index, (network, part) in enumerate(zip(networks, parts)):
        own = [row[0] for row in axes[index * rows:(index + 1) * rows]]
        places = layer_axis.place(names[index], inches,
                                  ALL_LAYERS if aggregate else None)
        draw_panel(own, part, places.places)
        for row, single in enumerate(own):
            places.decorate(single, top=row == 0)
            if row + 1 < rows:
                single.set_xticklabels([])
        above = layer_axis.MODULE_POINTS if places.modules else 4
        if index == 0:
            above = style.legend_above(own[0], inches, above)
        own[0].set_title(network, loc="left", pad=above)
    figure.align_ylabels()
    return figure


def offsets(count):
    """Offsets and width of `count` bars around a place."""
    width = 0.8 / count
    return [(index - (count - 1) / 2) * width for index in range(count)], width
