"""Time and energy over density, relative to DCNN."""

from . import density_lines

NAME = "density-sweep"
_MACHINES = ("scnn", "dcnn-opt", "oracle")
draw = density_lines.draw


def tabulate(sweeps):
    """See density_lines.tabulate."""
    return density_lines.tabulate(sweeps, _MACHINES)
