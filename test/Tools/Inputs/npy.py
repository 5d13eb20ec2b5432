"""Writes an array for a test: npy.py FILE SHAPE [DTYPE]; SHAPE as 1,2,6,6."""

import sys

import numpy as np


def main():
    name, shape = sys.argv[1:3]
    dtype = sys.argv[3] if len(sys.argv) > 3 else "float32"
    shape = [int(extent) for extent in shape.split(",")]
    values = np.linspace(-1, 1, int(np.prod(shape))).reshape(shape)
    np.save(name, values.astype(dtype))


if __name__ == "__main__":
    main()
