"""Checks what scripts/models/build.py wrote.

usage: check_built.py ONNX_RUNTIME_FOLDER FOLDER NETWORK...

The output beside each network must be ONNX Runtime's within 1e-4 of its
largest magnitude, and each density the wanted one: weights within 0.001,
inputs within 0.02, but 0.06 after the pooling in an inception module, which
has no biases of its own.
"""

import csv
import os
import subprocess
import sys

import numpy as np

SCRIPTS = os.path.join(os.path.dirname(__file__), "..", "..", "..", "scripts",
                       "models")


def output_error(runtime, path):
    folder = path + ".float"
    os.makedirs(folder, exist_ok=True)
    subprocess.run(["node", os.path.join(SCRIPTS, "onnxruntime", "run.js"),
                    runtime, path + ".onnx", f"data={path}.input.npy", folder],
                   check=True)
    expected = np.load(path + ".expected.npy")
    (file,) = os.listdir(folder)
    actual = np.load(os.path.join(folder, file))
    assert actual.shape == expected.shape, (actual.shape, expected.shape)
    return np.abs(actual - expected).max() / np.abs(actual).max()


def check_densities(path):
    """How many densities of weights and of inputs were wanted; each is met."""
    met = {"weights": 0, "inputs": 0}
    with open(path + ".densities.csv", newline="") as file:
        for row in csv.DictReader(file):
            for kind in met:
                if not row[kind + " wanted"]:
                    continue
                bound = (0.001 if kind == "weights" else
                         0.06 if row["layer"].endswith("pool_proj") else 0.02)
                difference = abs(float(row[kind]) - float(row[kind + " wanted"]))
                assert difference <= bound, (path, row)
                met[kind] += 1
    return met


def main():
    runtime, folder, *networks = sys.argv[1:]
    for network in networks:
        path = os.path.join(folder, network)
        error = output_error(runtime, path)
        assert error < 1e-4, (network, error)
        met = check_densities(path)
        print(f"{network}: ONNX Runtime agrees within {error:.1e}, "
              f"{met['weights']} weight and {met['inputs']} input densities met")


if __name__ == "__main__":
    main()
