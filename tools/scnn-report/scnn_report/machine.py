"""The machine, those it is compared with, and how layers were mapped."""

from figures import style

from . import numbers
from .html import join, note, section
from .tables import plain


# Choices that a layer's own fields say, too.
_OWN_COLUMNS = ("group_size", "groups", "dram_pieces")


def text(value):
    """A field's value: numbers with separators, lists by ×, maps by commas."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return numbers.count(value)
    if isinstance(value, list):
        return " × ".join(map(text, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {text(item)}" for key, item in value.items())
    return str(value)


def fields(stats):
    """Name, value and unit of each field, and of each in a map of fields."""
    rows = []
    for name, value in _flat(stats.machine).items():
        unit = stats.machine_units.get(name.partition(":")[0], "")
        rows.append((name, text(value), unit))
    return rows


def _flat(machine):
    """Fields of a machine; those of a map as `map: field`."""
    flat = {}
    for name, value in machine.items():
        if isinstance(value, dict):
            flat |= {f"{name}: {part}": inner for part, inner in value.items()}
        else:
            flat[name] = value
    return flat


def _others(stats):
    """Fields of the compared machines, side by side."""
    machines = {name: _flat(machine)
                for name, machine in stats.comparison_machines.items()}
    fields = dict.fromkeys(field for values in machines.values()
                           for field in values)
    return plain(
        "The machines to compare with",
        ("field", *map(style.machine_label, machines)),
        [(field, *(text(values[field]) if field in values else "–"
                   for values in machines.values())) for field in fields])


def _convolution(convolution):
    """One line: channels, filters, strides, outputs."""
    inputs = "; ".join(
        f"{text(one.get('channels', '?'))} channels"
        + (f" in {text(one['groups'])} groups" if one.get("groups", 1) != 1 else "")
        + f", filter {text(one.get('filter', '?'))}"
        + f", stride {text(one.get('stride', '?'))}"
        for one in convolution.get("inputs", []) if isinstance(one, dict))
    return (f"{inputs} → {text(convolution.get('outputs', '?'))} channels of "
            f"{text(convolution.get('plane', '?'))}")


def _mapping(stats):
    layers = stats.accelerator_layers
    choices = [choice for choice in dict.fromkeys(
        choice for layer in layers for choice in layer.mapping or {})
               if choice not in _OWN_COLUMNS]
    rows = [(layer.name,
             _convolution(layer.convolution) if layer.convolution else "–",
             text(layer.groups), text(layer.group_size), text(layer.dram_pieces),
             *(text((layer.mapping or {}).get(choice, "–"))
               for choice in choices))
            for layer in layers]
    return plain("How each layer was mapped",
                 ("layer", "convolution", "output-channel groups", "group size",
                  "DRAM pieces", *choices), rows)


def render(stats):
    lacking = None
    if not any(layer.mapping for layer in stats.layers):
        lacking = note("The stats file has no more of the mapping.")
    return join(
        section("machine", "Machine",
                plain("The simulated machine", ("field", "value", "unit"),
                      fields(stats)),
                _others(stats) if stats.comparison_machines else None),
        section("mapping", "Mapping", _mapping(stats), lacking))
