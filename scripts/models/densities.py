"""The densities of the SCNN paper's networks, from data/networks/*.csv: what
weights are pruned to and biases set for."""

import csv
import os

import numpy as np

import operators

FOLDER = os.path.join(os.path.dirname(__file__), "..", "..", "data", "networks")

# Kernel, stride and pads of the pooling in front of an inception projection.
SAME_POOL = (3, 1, (1, 1, 1, 1))


class Published:
    """Densities per layer as published; None where nothing was."""

    def __init__(self, network):
        with open(os.path.join(FOLDER, network + ".csv"), newline="") as file:
            self.rows = {row["layer"]: row for row in csv.DictReader(file)}

    def column(self, layer, column):
        text = self.rows[layer][column] if layer in self.rows else ""
        return float(text) if text else None

    def weights(self, layer):
        return self.column(layer, "weight_density")

    def inputs(self, layer):
        return self.column(layer, "input_activation_density")

    def prune_to(self, layer):
        """The density to prune to; nothing is pruned where none was
        published."""
        return self.weights(layer) or 1.0

    def bias_for(self, reader, pool=None, pooling_reader=None):
        """The `bias` of a layer (see Network.conv) after whose ReLU, and max
        pooling with `pool` = (kernel, stride, pads), layer `reader` shall see
        its published input density; and, after SAME_POOL too, layer
        `pooling_reader` its. Zero where none was published."""
        density = self.inputs(reader)
        pooled_density = self.inputs(pooling_reader)

        def bias(sums):
            if density is None:
                return np.zeros(sums.shape[1], np.float32)
            if pool:  # The largest sum stays the largest after bias and ReLU.
                sums = operators.max_pool(sums, *pool)
            if pooled_density is None:
                return bias_of_channels(sums, density)
            return bias_for_both(sums, density, pooled_density)
        return bias


def threshold(values, density):
    """A number that `density` of the values [..., M] are greater than, for each
    row: half way between the last that stays and the first that goes."""
    values = -np.sort(-values, axis=-1)
    positive = int(round(density * values.shape[-1]))
    edges = np.pad(values, [(0, 0)] * (values.ndim - 1) + [(1, 1)], mode="edge")
    return (edges[..., positive] + edges[..., positive + 1]) / 2


def bias_of_channels(sums, density):
    """Biases [K] that leave `density` of the sums positive: in each channel of
    sums [N, K, H, W]; over all channels of sums [N, K], where one has too few
    values."""
    if sums.ndim == 2:
        return np.full(sums.shape[1], -threshold(sums.ravel(), density),
                       np.float32)
    channels = sums.swapaxes(0, 1)
    return -threshold(channels.reshape(len(channels), -1), density)


def bias_for_both(sums, density, pooled_density):
    """Biases [K] that leave `density` of sums [N, K, H, W] positive, and after
    SAME_POOL `pooled_density` as nearly as there are such biases.

    Pooling raises the density most where all channels have the same, less where
    one threshold for all channels leaves some fuller than others, and least
    where that difference is made greater still: bisects between."""
    even = bias_of_channels(sums, density)

    def mixed(part):
        biases = part * even
        moved = sums + biases[:, np.newaxis, np.newaxis]
        return (biases - threshold(moved.ravel(), density)).astype(np.float32)

    low, high = -1.0, 1.0
    for _ in range(10):
        part = (low + high) / 2
        moved = sums + mixed(part)[:, np.newaxis, np.newaxis]
        pooled = operators.max_pool(moved, *SAME_POOL)
        if np.count_nonzero(pooled > 0) < pooled_density * pooled.size:
            low = part
        else:
            high = part
    return mixed(high)


COLUMNS = ["layer", "weights wanted", "weights", "inputs wanted", "inputs",
           "inputs, second picture"]


def report(network, published):
    """Rows of wanted and achieved densities, in COLUMNS; an empty text where
    nothing was wanted. `published` may be None."""
    def text(value):
        return "" if value is None else f"{value:.4f}"

    rows = []
    for layer in network.layers:
        wanted = [getattr(published, kind)(layer.name) if published else None
                  for kind in ("weights", "inputs")]
        rows.append([layer.name, text(wanted[0]), text(layer.weight_density),
                     text(wanted[1])] + [text(d) for d in layer.input_densities])
    return rows
