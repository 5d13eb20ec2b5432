"""Layers along an x axis: places, names, and the modules that they form."""

import dataclasses
import itertools
import os

# Inches of a character of a tick label, of a layer in a wide figure, and of one
# where there are few.
_CHARACTER, _LAYER, _WIDEST_LAYER = 0.075, 0.23, 1.1
# Points that the names of modules take above the axes.
MODULE_POINTS = 18
_LONGEST = 26


@dataclasses.dataclass(frozen=True)
class LayerAxis:
    """Where each layer is drawn, and what is written there."""
    places: list
    labels: list
    modules: list  # of (first place, last place, name)
    end: float  # of the axis

    def decorate(self, axes, top=True):
        """Labels the layers, and names modules above the axes if `top`."""
        for index, (first, last, name) in enumerate(self.modules):
            if index % 2 == 0:
                axes.axvspan(first - 0.5, last + 0.5, color="#F3F3F3", zorder=0)
            if top:
                axes.annotate(name, ((first + last) / 2, 1),
                              xycoords=("data", "axes fraction"),
                              xytext=(0, 3), textcoords="offset points",
                              ha="center", va="bottom", fontsize=8.5)
        rotation = 90 if len(self.places) > 14 else 30
        axes.set_xticks(self.places, self.labels, rotation=rotation,
                        ha="center" if rotation == 90 else "right",
                        rotation_mode="anchor" if rotation != 90 else "default",
                        fontsize=8)
        axes.tick_params(axis="x", length=0)
        axes.set_xlim(-0.7, self.end)


def width_of(count, bars=1):
    """Inches of axes that hold so many layers, with bars side by side."""
    return max(5.5, _LAYER * count * max(1, 0.4 * bars))


def place(names, inches, aggregate=None):
    """Places layers in order, and after a gap the aggregate of that label."""
    short = _without_common_parts(names)
    scale = inches / max(1, len(names))
    labels, modules, first = [], [], 0
    for module, run in itertools.groupby(short, lambda n: n.rpartition("/")[0]):
        run = list(run)
        # A module is worth a heading if it has layers and room for its name.
        if module and len(run) > 1 and len(module) * _CHARACTER < len(run) * scale:
            modules.append((first, first + len(run) - 1, module))
            run = [name.rpartition("/")[2] for name in run]
        labels += [_shorten(name) for name in run]
        first += len(run)
    places = list(range(len(labels)))
    if aggregate:
        places.append(len(names) + 0.5)
        labels.append(aggregate)
    return LayerAxis(places, labels, modules,
                     max(places[-1] + 0.7, inches / _WIDEST_LAYER))


def _without_common_parts(names):
    """Leaves out the folders that all names begin with, and the last part if
    all end with it."""
    parts = [name.split("/") for name in names]
    if len(parts) < 2:
        return names
    head = len(os.path.commonprefix([part[:-1] for part in parts]))
    parts = [part[head:] for part in parts]
    if len({part[-1] for part in parts}) == 1 and min(map(len, parts)) > 1:
        parts = [part[:-1] for part in parts]
    return ["/".join(part) for part in parts]


def _shorten(name):
    """Keeps the end of a long name: that is where layers differ."""
    return name if len(name) <= _LONGEST else "…" + name[-(_LONGEST - 1):]
