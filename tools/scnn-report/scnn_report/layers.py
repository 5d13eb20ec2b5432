"""The table of layers, and that of where their multiplier slots went."""

from figures import style
from figures.stats import CAUSES

from . import numbers
from .html import section, note
from .tables import Column, table


def dram_bytes(layer):
    """All that crossed the DRAM port, rounded up to bytes; None on the host."""
    if layer.on_host:
        return None
    bits = sum(count for event, count in layer.events.items()
               if event.startswith("dram_") and "_bits_" in event)
    return -(-bits // 8)


def speed_up(layer, machine):
    """How many times faster than another machine; None if it is not known."""
    if machine not in layer.comparison:
        return None
    return numbers.divide(layer.comparison[machine].cycles, layer.cycles)


def energy(layer):
    return sum(layer.energy.values()) if layer.energy else None


def _columns(stats):
    def of_accelerator(value):
        return lambda layer: None if layer.on_host else value(layer)

    columns = [
        Column("name", "layer", lambda layer: layer.name),
        Column("engine", "engine", lambda layer: layer.engine,
               help="scnn: the accelerator; host: costs no accelerator cycles"),
        Column("cycles", "cycles", of_accelerator(lambda layer: layer.cycles),
               numbers.count, "from the layer's start to its barrier"),
        Column("share", "of all cycles", of_accelerator(
            lambda layer: numbers.divide(layer.cycles, stats.totals.cycles)),
               numbers.percent),
        Column("utilization", "utilization",
               of_accelerator(lambda layer: layer.utilization), numbers.percent,
               "share of all multiplier slots with a useful product"),
        Column("weight_density", "weight density",
               of_accelerator(lambda layer: layer.weight_density),
               numbers.fraction, "non-zero weights ÷ weights"),
        Column("activation_density", "activation density",
               of_accelerator(lambda layer: layer.activation_density),
               numbers.fraction, "non-zero inputs ÷ inputs"),
        Column("dense_macs", "dense multiplications",
               lambda layer: layer.dense_macs, numbers.count),
        Column("products", "products",
               of_accelerator(lambda layer: layer.products), numbers.count,
               "multiplications of two non-zeros"),
        Column("dram_bytes", "DRAM bytes", dram_bytes, numbers.count,
               "read and written, weights and activations"),
    ]
    if energy(stats.together) is not None:
        columns.append(Column("energy", "energy [µJ]", energy,
                              numbers.microjoules))
    return columns


def _speed_up_columns(stats):
    return [Column("name", "layer", lambda layer: layer.name),
            Column("cycles", "cycles", lambda layer: layer.cycles,
                   numbers.count),
            *(Column(f"over_{machine}", f"over {style.machine_label(machine)}",
                     lambda layer, machine=machine: speed_up(layer, machine),
                     numbers.ratio) for machine in stats.together.comparison)]


def _cause_columns():
    def share(cause):
        return lambda layer: numbers.divide(
            layer.slots_by_cause[cause], sum(layer.slots_by_cause.values()))

    return [Column("name", "layer", lambda layer: layer.name),
            *(Column(cause, style.CAUSES[cause][0], share(cause),
                     numbers.percent) for cause in CAUSES)]


def render(stats):
    return section(
        "layers", "Layers",
        note("A heading sorts its table; again, the other way round."),
        table("layer-table", "Layers", _columns(stats), stats.layers,
              stats.totals),
        table("cause-table",
              "Where the multiplier slots went (cycles × PEs × F × I)",
              _cause_columns(), stats.accelerator_layers, stats.totals),
        table("speed-up-table", "Speed-up over other machines",
              _speed_up_columns(stats), stats.accelerator_layers,
              stats.together) if stats.together.comparison else None)
