"""The SCNN paper's published figures, and how ours are taken from the sweeps.

Marks as in docs/hardware.md: [paper], or [recalled] where nobody had the text
at hand.
"""

import dataclasses

from results import NETWORKS, mean

PAPER_NAMES = {"alexnet": "AlexNet", "googlenet": "GoogLeNet", "vgg16": "VGG-16"}


@dataclasses.dataclass(frozen=True)
class Figure:
    section: str
    text: str
    published: float
    ours: object
    """Function of `Results`; may give None: it is not reached."""
    mark: str = "paper"


def _speed_up(network):
    return lambda r: r.over_scnn(network, "dcnn")


def _energy(machine):
    return lambda r: mean(
        mean(r.by_seed(network, "dcnn_energy_aj", machine))
        for network in NETWORKS)


FIGURES = [
    *(Figure("speed", f"speed-up over DCNN, {PAPER_NAMES[network]}", value,
             _speed_up(network))
      for network, value in zip(NETWORKS, (2.37, 2.19, 3.52))),
    Figure("speed", "layers faster than on DCNN, of 72", 72,
           lambda r: sum(float(row["dcnn_cycles"]) > float(row["cycles"])
                         for network in NETWORKS
                         for row in r.first_seed_layers(network)), "recalled"),
    Figure("energy", "energy, DCNN / DCNN-opt, mean of the networks", 2.0,
           _energy("dcnn-opt_energy_aj")),
    Figure("energy", "energy, DCNN / SCNN, mean of the networks", 2.3,
           _energy("energy_aj")),
    Figure("energy", "weight FIFO's share of SCNN's energy", 0.067,
           lambda r: r.share("weight_fifo")),
    Figure("density", "speed-up over DCNN at density 1.0", 0.79,
           lambda r: r.at_density(r.density, 1.0, "dcnn_cycles", "cycles")),
    Figure("density", "energy, SCNN / DCNN, at density 1.0", 1.33,
           lambda r: r.at_density(r.density, 1.0, "energy_aj", "dcnn_energy_aj")),
    Figure("density", "speed-up over DCNN at density 0.1", 24,
           lambda r: r.at_density(r.density, 0.1, "dcnn_cycles", "cycles")),
    Figure("density", "energy, SCNN / DCNN, at density 0.1", 0.06,
           lambda r: r.at_density(r.density, 0.1, "energy_aj", "dcnn_energy_aj")),
    Figure("density", "density below which SCNN is faster than DCNN", 0.85,
           lambda r: r.crossover("dcnn_cycles", "cycles")),
    Figure("density", "density below which SCNN needs less energy than DCNN",
           0.83, lambda r: r.crossover("dcnn_energy_aj", "energy_aj")),
    Figure("density", "density below which SCNN needs less energy than DCNN-opt",
           0.60, lambda r: r.crossover("dcnn-opt_energy_aj", "energy_aj")),
    Figure("granularity", "64 PEs faster than 4 PEs by", 1.11,
           lambda r: float(r.machine("scnn-4pe")["cycles"])
           / float(r.machine("scnn")["cycles"])),
    Figure("granularity", "multiplier utilization while multiplying, 64 PEs",
           0.59, lambda r: r.active_utilization([r.machine("scnn")])),
    Figure("granularity", "multiplier utilization while multiplying, 4 PEs",
           0.35, lambda r: r.active_utilization([r.machine("scnn-4pe")])),
    Figure("utilization", "the same, inception 5a and 5b (published: below)",
           0.20, lambda r: r.active_utilization(
               r.late_modules(r.first_seed_layers("googlenet")))),
    Figure("one-sided", "SCNN faster than SparseW at 0.4/0.4", 1.7,
           lambda r: r.at_density(r.one_sided, 0.4, "sparse-w_cycles", "cycles")),
    Figure("one-sided", "SCNN faster than SparseA at 0.4/0.4", 2.6,
           lambda r: r.at_density(r.one_sided, 0.4, "sparse-a_cycles", "cycles")),
    Figure("one-sided", "energy, SparseW / SCNN, at 0.4/0.4", 1.6,
           lambda r: r.at_density(r.one_sided, 0.4, "sparse-w_energy_aj", "energy_aj")),
    Figure("one-sided", "energy, SparseA / SCNN, at 0.4/0.4", 2.1,
           lambda r: r.at_density(r.one_sided, 0.4, "sparse-a_energy_aj", "energy_aj")),
    Figure("dram", "VGG-16 layers through DRAM", 9, lambda r: len(r.pieces())),
    Figure("dram", "their energy penalty, least", 1.05,
           lambda r: 1 + min(cost for _, cost in r.pieces())),
    Figure("dram", "their energy penalty, mean", 1.18,
           lambda r: 1 + mean(cost for _, cost in r.pieces())),
    Figure("dram", "their energy penalty, most", 1.62,
           lambda r: 1 + max(cost for _, cost in r.pieces())),
    Figure("dram", "VGG-16's cycles at 4 GB/s / unlimited, weights on the port",
           1, lambda r: r.slow_down_at("yes", 4)),
    Figure("dram", "the same, activations alone on the port", 1,
           lambda r: r.slow_down_at("no", 4)),
]
