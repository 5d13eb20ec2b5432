"""Two stats files, layer by layer."""

import collections

from . import layers, machine, numbers
from .html import note, section
from .tables import Column, plain, table

_QUANTITIES = (
    ("cycles", "cycles", lambda layer: layer.cycles, numbers.count),
    ("energy", "energy [µJ]", layers.energy, numbers.microjoules),
    ("dram_bytes", "DRAM bytes", layers.dram_bytes, numbers.count),
    ("products", "products", lambda layer: layer.products, numbers.count),
)


def _numbered(stats):
    """Accelerator layers by name and how often it came before."""
    seen = collections.Counter()
    result = {}
    for layer in stats.accelerator_layers:
        result[layer.name, seen[layer.name]] = layer
        seen[layer.name] += 1
    return result


def _signed(show):
    def text(value):
        return ("+" if value > 0 else "−" if value < 0 else "") + show(abs(value))
    return text


def _columns(pairs, names):
    """For each quantity that both files have: both values and their change."""
    columns = [Column("name", "layer", lambda pair: pair[0].name)]
    for key, title, value, show in _QUANTITIES:
        if any(value(layer) is None for pair in pairs for layer in pair):
            continue
        for index, name in enumerate(names):
            columns.append(Column(
                f"{key}_{index + 1}", f"{title}, {name}",
                lambda pair, index=index, value=value: value(pair[index]), show))
        columns.append(Column(
            f"{key}_difference", f"difference of {title}",
            lambda pair, value=value: value(pair[1]) - value(pair[0]),
            _signed(show)))
        columns.append(Column(
            f"{key}_change", f"change of {title}",
            lambda pair, value=value: _relative(value(pair[0]), value(pair[1])),
            _change_text))
    columns.append(Column(
        "utilization_difference", "difference of utilization [points]",
        lambda pair: 100 * (pair[1].utilization - pair[0].utilization),
        _signed(lambda value: f"{value:.1f}")))
    return columns


def _relative(before, after):
    return 0.0 if before == after else numbers.divide(after - before, before)


def _change_text(relative):
    """The relative change with its sign, and an arrow that says it again."""
    if relative == 0:
        return "same"
    return ("▲ +" if relative > 0 else "▼ −") + f"{100 * abs(relative):.1f} %"


def _machines(first, other, names):
    one, two = ({name: (value, unit)
                 for name, value, unit in machine.fields(stats)}
                for stats in (first, other))
    absent = "–", ""
    rows = [(field, one.get(field, absent)[0], two.get(field, absent)[0],
             one.get(field, two.get(field))[1])
            for field in {**one, **two} if one.get(field) != two.get(field)]
    if not rows:
        return note("Both ran on the same machine.")
    return plain("Fields in which the machines differ",
                 ("field", *names, "unit"), rows)


def _only(layers_of, other, name):
    missing = [layer.name for key, layer in layers_of.items() if key not in other]
    return note(f"Only in {name}: {', '.join(missing)}.") if missing else None


def names_of(first, other):
    """The networks' names, or the files' if these do not tell them apart."""
    if first.name != other.name:
        return first.name, other.name
    return first.file, other.file


def render(first, other):
    names = names_of(first, other)
    one, two = _numbered(first), _numbered(other)
    pairs = [(layer, two[key]) for key, layer in one.items() if key in two]
    totals = (first.totals, other.totals)
    return section(
        "difference", f"Difference: {names[0]} → {names[1]}",
        note("Layers are joined by name. A change is relative to "
             f"{names[0]}; ▲ is more, ▼ is less."),
        table("difference-table", "Layers of both, and totals of each",
              _columns([*pairs, totals], names), pairs, totals),
        _only(one, two, names[0]), _only(two, one, names[1]),
        _machines(first, other, names))
