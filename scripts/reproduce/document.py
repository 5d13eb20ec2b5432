"""docs/reproduction.md, from reproduction.md.in and the sweeps.

In the template, `{{name}}` is replaced by the table of that name, and
`{{figure: text}}` by ours of the published figure with that text.
"""

import os
import re

import published
from results import NETWORKS, mean, number

HERE = os.path.dirname(os.path.abspath(__file__))
TEMPLATE = os.path.join(HERE, "reproduction.md.in")

# What each line of scripts/sweep/grids/choices.yaml changes, in its order.
CHOICES = ("as published, or our choice where nothing was",
           "Kc at most 8", "Kc at most 16", "Kc at most 32",
           "balanced tiles", "filter innermost in a block (`rsk`)",
           "input halos", "no padding of accumulator rows",
           "10-bit zero runs",
           "no bank queue (depth 1)", "no bank contention",
           "unlimited weight FIFO", "PPU and halo links without limit",
           "pieces do not overlap", "unlimited DRAM bandwidth",
           "unlimited broadcast")


def table(header, rows):
    lines = [header, ["---"] + ["--:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def show(value):
    if value is None:
        return "none"
    if isinstance(value, int) or value == int(value):
        return f"{value:g}"
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def against(figure, results):
    """Ours over the published one, `*` if more than 15 % apart."""
    ours = figure.ours(results)
    if ours is None:
        return ["none", "*"]
    times = ours / figure.published
    return [show(ours), f"{times:.2f}" + (" *" if abs(times - 1) > 0.15 else "")]


def figures(results, free):
    rows = []
    for figure in published.FIGURES:
        # Of the DRAM sweep there is one.
        same = figure.section == "dram"
        rows.append([figure.text, f"{show(figure.published)} [{figure.mark}]",
                     *against(figure, results),
                     *(["", ""] if same else against(figure, free))])
    return table(["", "published", "ours", "/ published",
                  "limits lifted", "/ published"], rows)


def networks(results):
    rows = []
    for network in NETWORKS:
        def row(text, values):
            rows.append([f"{published.PAPER_NAMES[network]}, {text}", *values])

        for text, machine in (("DCNN", "dcnn"), ("ideal dense", "ideal-dense"),
                              ("oracle", "oracle")):
            seeds = results.by_seed(network, f"{machine}_cycles", "cycles")
            row(f"cycles of {text} / SCNN",
                [f"{mean(seeds):.3f}", f"{min(seeds):.3f} to {max(seeds):.3f}"])
        for text, over, under in (
                ("DCNN / SCNN", "dcnn_energy_aj", "energy_aj"),
                ("DCNN / DCNN-opt", "dcnn_energy_aj", "dcnn-opt_energy_aj")):
            seeds = results.by_seed(network, over, under)
            row(f"energy of {text}",
                [f"{mean(seeds):.3f}", f"{min(seeds):.3f} to {max(seeds):.3f}"])
    return table(["", "mean", "three seeds"], rows)


def density(results):
    rows = []
    for row in results.density:
        rows.append([f"{number(row, 'density'):.1f}",
                     f"{number(row, 'dcnn_cycles') / number(row, 'cycles'):.2f}",
                     f"{number(row, 'energy_aj') / number(row, 'dcnn_energy_aj'):.3f}",
                     f"{number(row, 'dcnn-opt_energy_aj') / number(row, 'dcnn_energy_aj'):.3f}"])
    return table(["density", "speed-up over DCNN", "energy / DCNN",
                  "DCNN-opt / DCNN"], rows)


def one_sided(results):
    rows = []
    for row in results.one_sided:
        rows.append([f"{number(row, 'density'):.1f}"] + [
            f"{number(row, f'{machine}_{quantity}') / number(row, quantity):.2f}"
            for quantity in ("cycles", "energy_aj")
            for machine in ("sparse-w", "sparse-a")])
    return table(["density", "cycles, SparseW / SCNN", "SparseA / SCNN",
                  "energy, SparseW / SCNN", "SparseA / SCNN"], rows)


def bandwidth(results):
    lines = zip(results.slow_down("yes"), results.slow_down("no"))
    return table(
        ["GB/s", "cycles / unlimited, with weights", "activations alone"],
        [[show(width), f"{both:.3f}", f"{alone:.3f}"]
         for (width, both), (_, alone) in lines])


def pieces(results):
    return table(["layer", "energy of activation traffic / rest"],
                 [[layer, f"{100 * cost:.1f} %"]
                  for layer, cost in results.pieces()])


def choices(results):
    def speed_ups(line):
        return [number(row, "dcnn_cycles") / number(row, "cycles")
                for row in line]

    columns = [[row for row in results.choices if row["network"] == network]
               for network in NETWORKS]
    lines = list(zip(*columns))
    if len(lines) != len(CHOICES):
        raise SystemExit("document.py: CHOICES does not match choices.yaml")
    before = speed_ups(lines[0])
    names = [published.PAPER_NAMES[network] for network in NETWORKS]
    return table(["changed alone", *names], [
        [text, *(f"{changed:.2f} ({100 * (changed / first - 1):+.1f} %)"
                 for changed, first in zip(speed_ups(line), before))]
        for text, line in zip(CHOICES, lines)])


def sensitivity(results):
    rows = [["all as they are",
             *[f"{results.energy_ratio('dcnn', under):.2f}"
               for under in ("dcnn-opt", "scnn")]]]
    for price in results.prices():
        rows.append([f"`{price}`", *(
            " … ".join(f"{results.energy_ratio('dcnn', under, price, factor):.2f}"
                       for factor in (0.5, 2))
            for under in ("dcnn-opt", "scnn"))])
    return table(["price, halved … doubled", "DCNN / DCNN-opt", "DCNN / SCNN"],
                 rows)


def late_modules(results):
    return table(["Kc at most", "utilization while multiplying, 5a and 5b"],
                 [[str(size) if size else "what the accumulators allow",
                   f"{results.late_modules_with_groups_of(size):.3f}"]
                  for size in (0, 8, 16, 32)])


def granularity(results):
    rows = []
    for size in (0, 32, 16, 8):
        many, few = (results.machine(name, size)
                     for name in ("scnn", "scnn-4pe"))
        rows.append([str(size) if size else "what the accumulators allow",
                     f"{number(few, 'cycles') / number(many, 'cycles'):.2f}",
                     *(f"{results.active_utilization([row]):.2f}"
                       for row in (many, few))])
    return table(["Kc at most", "64 PEs faster by", "utilization, 64 PEs",
                  "4 PEs"], rows)


TABLES = {"granularity": granularity, "late-modules": late_modules, "networks": networks, "density": density,
          "one-sided": one_sided, "bandwidth": bandwidth, "pieces": pieces,
          "choices": choices, "sensitivity": sensitivity}


def render(template, results, free):
    def replace(match):
        name = match.group(1).strip()
        if name == "figures":
            return figures(results, free)
        if name.startswith("free "):
            return TABLES[name.split()[1]](free)
        if name.startswith("figure:"):
            text = name[len("figure:"):].strip()
            found = [f for f in published.FIGURES if f.text == text]
            if not found:
                raise SystemExit(f"{TEMPLATE}: no published figure '{text}'")
            return show(found[0].ours(results))
        if name not in TABLES:
            raise SystemExit(f"{TEMPLATE}: no table '{name}'")
        return TABLES[name](results)

    return re.sub(r"\{\{(.*?)\}\}", replace, template)


def write(results, free, path):
    """`free`: the results with no limit but the multipliers'."""
    with open(TEMPLATE, encoding="utf-8") as file:
        text = render(file.read(), results, free)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
