"""The densities of the SCNN paper's networks, from data/networks/*.csv: what
weights are pruned to and biases set for."""

import csv
import os

import numpy as np

import operators

FOLDER = os.path.join(os.path.dirname(__file__), "..", "..", "data", "networks")


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

    def bias_for(self, reader, pool=None):
        """The `bias` of a layer (see Network.conv) after whose ReLU, and max
        pooling with `pool` = (kernel, stride, pads), layer `reader` shall see
        its published input density. Zero where none was published."""
        density = self.inputs(reader)

        def bias(sums):
            if density is None:
                return np.zeros(sums.shape[1], np.float32)
            if pool:  # The largest sum stays the largest after bias and ReLU.
                sums = operators.max_pool(sums, *pool)
            return bias_for_density(sums[0], density)
        return bias


def bias_for_density(sums, density):
    """Biases [K] that leave `density` of the sums positive: in each channel of
    sums [K, H, W]; over all channels for [K], where each has one value."""
    values = sums.reshape(len(sums), -1) if sums.ndim == 3 else sums[np.newaxis]
    values = -np.sort(-values, axis=1)
    positive = int(round(density * values.shape[1]))
    # Half way between the last that stays and the first that goes.
    padded = np.pad(values, ((0, 0), (1, 1)), mode="edge")
    biases = -(padded[:, positive] + padded[:, positive + 1]) / 2
    return np.broadcast_to(biases, len(sums)).astype(np.float32)


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
