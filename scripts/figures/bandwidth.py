"""Slow-down over DRAM bandwidth, relative to unlimited DRAM."""

import itertools

from . import style, sweep
from .records import InputError
from .table import Table

NAME = "bandwidth"


def tabulate(sweeps):
    """A row for each line, network and bandwidth: mean, least and most of the
    slow-down over the seeds."""
    table = Table("line", "network", "gigabytes_per_second", "seeds",
                  "slow_down", "slow_down_least", "slow_down_most")
    for one in sweeps:
        one.require("dram_bits_per_cycle")
        groups = sweep.unique(
            one.points, lambda point: (point.text("network"), _gigabytes(point)),
            lambda point: f"network {point.text('network')} at "
                          f"dram_bits_per_cycle {_bits(point)}")
        unlimited = {(network, point.values.get("seed")): point.count("cycles")
                     for (network, bandwidth), points in groups.items()
                     for point in points if bandwidth == float("inf")}
        for (network, bandwidth), points in sorted(groups.items()):
            if bandwidth == float("inf"):
                continue
            ratios = [_slow_down(point, unlimited) for point in points]
            table.add(line=one.line, network=network,
                      gigabytes_per_second=bandwidth, seeds=len(ratios),
                      slow_down=sum(ratios) / len(ratios),
                      slow_down_least=min(ratios), slow_down_most=max(ratios))
    return table


def _bits(point):
    return point.text("dram_bits_per_cycle")


def _gigabytes(point):
    """The port's GB/s (10^9 bytes) at the point's clock, 1 GHz by default."""
    if _bits(point) in ("unlimited", "0"):
        return float("inf")
    clock = point.count("clock_mhz") if "clock_mhz" in point.values else 1000
    return point.count("dram_bits_per_cycle") * clock / 8000


def _slow_down(point, unlimited):
    key = point.text("network"), point.values.get("seed")
    if key not in unlimited:
        raise InputError(f"{point.file}:{point.number}: has no point with "
                         f"dram_bits_per_cycle unlimited and the same network "
                         f"and seed, to which the slow-down is relative")
    return point.count("cycles") / unlimited[key]


def draw(table):
    figure, ((axes,),) = style.new_figure(7, 4)
    lines, networks = table.distinct("line"), table.distinct("network")
    for line, network in itertools.product(lines, networks):
        rows = table.where(line=line, network=network)
        if not rows.rows:
            continue
        colour, mark = style.MARKS[networks.index(network) % len(style.MARKS)]
        dashes = style.DASHES[lines.index(line) % len(style.DASHES)]
        x = rows.column("gigabytes_per_second")
        axes.plot(x, rows.column("slow_down"), dashes, color=colour,
                  marker=mark, markersize=5,
                  markerfacecolor=colour if line == lines[0] else style.WHITE,
                  label=f"{network}, {line}" if line else network)
        axes.fill_between(x, rows.column("slow_down_least"),
                          rows.column("slow_down_most"), color=colour,
                          alpha=0.2, linewidth=0)
    style.logarithmic(axes.xaxis)
    style.logarithmic(axes.yaxis)
    axes.grid(True, axis="both")
    axes.set_xlabel("DRAM bandwidth [GB/s]")
    axes.set_ylabel("time relative to unlimited DRAM")
    style.legend_above(axes, 6.2, raised=4)
    return figure
