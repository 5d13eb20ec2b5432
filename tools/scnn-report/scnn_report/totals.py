"""What the whole run cost, and what deserves a warning."""

from figures import style

from . import layers, numbers
from .html import element, section
from .tables import Column, table


def _facts(stats):
    totals = stats.totals
    clock = stats.machine["clock_mhz"]
    facts = [
        ("cycles", numbers.count(totals.cycles)),
        ("time", f"{totals.cycles / (1000 * clock):,.3f} ms at {clock} MHz"),
        ("utilization", numbers.percent(totals.utilization)),
        ("products", f"{numbers.count(totals.products)} of "
                     f"{numbers.count(totals.dense_macs)} dense multiplications"),
        ("on the accelerator", f"{numbers.percent(stats.accelerator_mac_share)} "
                               f"of the dense multiplications"),
        ("weight density", numbers.fraction(totals.weight_density)),
        ("activation density", numbers.fraction(totals.activation_density)),
        ("DRAM", f"{numbers.count(layers.dram_bytes(totals))} bytes"),
    ]
    if totals.energy:
        facts.append(("energy", numbers.energy(layers.energy(totals))))
    return facts


def _warnings(stats):
    """Saturations layer by layer, and activations that had to spill."""
    found = [f"layer '{layer.name}': {numbers.count(layer.saturations)} outputs "
             f"saturated; calibrate with an input like this one"
             for layer in stats.layers if layer.saturations]
    spill = stats.totals.spill
    if spill["elements"]:
        found.append(
            f"{numbers.count(spill['elements'])} activation elements did not "
            f"fit the RAMs, and cost {numbers.count(spill['bits_written'] // 8)} "
            f"bytes written and {numbers.count(spill['bits_read'] // 8)} read")
    return found


def _comparison(stats):
    """Each other machine, and SCNN beside it."""
    own = stats.together
    columns = [
        Column("machine", "machine", lambda row: style.machine_label(row[0])),
        Column("cycles", "cycles", lambda row: row[1].cycles, numbers.count),
        Column("speed_up", "its cycles ÷ SCNN's",
               lambda row: numbers.divide(row[1].cycles, own.cycles),
               numbers.ratio),
        Column("energy", "energy [µJ]", lambda row: layers.energy(row[1]),
               numbers.microjoules),
        Column("energy_ratio", "its energy ÷ SCNN's",
               lambda row: numbers.divide(layers.energy(row[1]),
                                          layers.energy(own)), numbers.ratio)]
    return table("comparison-table", "Other machines on the same layers",
                 columns, own.comparison.items())


def render(stats):
    warnings = _warnings(stats)
    return section(
        "totals", "Totals",
        element("dl", *(element("div", element("dt", name), element("dd", value))
                        for name, value in _facts(stats)), class_="facts"),
        element("div", element("strong", "Warnings"),
                element("ul", *(element("li", text) for text in warnings)),
                class_="warnings", role="note") if warnings else None,
        _comparison(stats) if stats.together.comparison else None)
