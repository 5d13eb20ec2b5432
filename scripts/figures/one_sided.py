"""Skipping zeros of weights, of activations, or of both, over density."""

from . import density_lines

NAME = "one-sided"
_MACHINES = ("scnn", "sparse-a", "sparse-w")
draw = density_lines.draw


def tabulate(sweeps):
    """See density_lines.tabulate."""
    for one in sweeps:
        one.require("sparse-a_cycles", "sparse-w_cycles")
    return density_lines.tabulate(sweeps, _MACHINES)
