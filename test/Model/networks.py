#!/usr/bin/env python3
#===- networks.py - Small random networks ---------------------------------===//
#
# Part of the SCNN compiler, under the Apache License v2.0 with LLVM
# Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===//
"""Networks with random sparse weights and inputs, as f32 MLIR.

usage: networks.py NETWORK SEED DIRECTORY [MACHINE FIELDS]

Writes DIRECTORY/network.mlir and DIRECTORY/input0.npy. MACHINE FIELDS is what
stands in `#scnn.machine<…>`.
"""

import os
import sys

import numpy as np


class Builder:
    """Writes a function operation by operation, and computes it in f64 to know
    each tensor's range."""

    def __init__(self, seed, shape, density):
        self.random = np.random.default_rng(seed)
        self.lines, self.count = [], 0
        self.x = self.sparse((1, *shape), density)
        self.arguments = [self.x]
        self.values = {"x0": self.x.astype(np.float64)}

    def sparse(self, shape, density):
        """Uniform in -1 … 1, with zeros."""
        values = self.random.uniform(-1, 1, shape)
        return (values * (self.random.random(shape) < density)).astype(np.float32)

    def argument(self, shape, density):
        """A further input of the network; its name."""
        name = f"x{len(self.arguments)}"
        self.arguments.append(self.sparse((1, *shape), density))
        self.values[name] = self.arguments[-1].astype(np.float64)
        return name

    def constant(self, array):
        self.count += 1
        name = f"c{self.count}"
        shape = "x".join(str(d) for d in array.shape)
        digits = array.astype("<f4").tobytes().hex().upper()
        self.lines.append(
            f'%{name} = arith.constant dense<"0x{digits}"> : tensor<{shape}xf32>')
        return name, f"tensor<{shape}xf32>"

    def conv(self, inputs, outputs, density=0.4, relu=True, pool=None):
        """A convolution of `inputs`: (name, filter size or None for a residual,
        window fields). `pool`: (size, stride, padding). The result's name."""
        total, operands, weights, windows = None, [], [], []
        for name, size, window in inputs:
            x = self.values[name]
            groups = window.get("groups", 1)
            if size is None:
                w = np.eye(outputs, x.shape[1], dtype=np.float32)[:, :, None, None]
            else:
                w = self.sparse((outputs, x.shape[1] // groups, *size), density)
            part = convolve(x, w.astype(np.float64), window)
            total = part if total is None else total + part
            operands.append((name, kind(x)))
            weights.append(self.constant(w))
            fields = ", ".join(f"{n} = {v}" for n, v in window.items())
            windows.append(f"#scnn.window<{fields}>")
        bias = self.random.uniform(-0.5, 0.5, outputs).astype(np.float32)
        total += bias[None, :, None, None]
        bias = self.constant(bias)
        attributes = []
        if relu:
            total = np.maximum(total, 0)
            attributes.append("clamp_min = 0.0 : f32")
        if pool:
            size, stride, padding = pool
            total = max_pool(total, size, stride, padding)
            attributes.append(f"pool = #scnn.pool<size = {size}, "
                              f"stride = {stride}, padding = {padding}>")
        attributes.append(f"scnn.range = {max(np.abs(total).max(), 1e-3)!r} : f64"
                          .replace("np.float64(", "").replace(")", ""))
        self.count += 1
        result = f"y{self.count}"
        self.values[result] = total
        self.lines.append(
            f"%{result} = scnn.conv2d inputs({pairs(operands)}) "
            f"weights({pairs(weights)}) bias(%{bias[0]} : {bias[1]}) "
            f"windows [{', '.join(windows)}] {{{', '.join(attributes)}}} "
            f"-> {kind(total)}")
        return result

    def text(self, results, machine):
        arguments = ", ".join(f"%x{n}: {kind(x)}"
                              for n, x in enumerate(self.arguments))
        ranges = ", ".join(f"{float(max(np.abs(x).max(), 1e-3))!r} : f64"
                           for x in self.arguments)
        types = ", ".join(kind(self.values[r]) for r in results)
        names = ", ".join(f"%{r}" for r in results)
        body = "\n    ".join(self.lines)
        return (f"module attributes {{scnn.machine = #scnn.machine<{machine}>}} {{\n"
                f"  func.func @main({arguments}) -> ({types}) "
                f"attributes {{scnn.range = [{ranges}]}} {{\n"
                f"    {body}\n    return {names} : {types}\n  }}\n}}\n")


def kind(array):
    return "tensor<" + "x".join(str(d) for d in array.shape) + "xf32>"


def pairs(operands):
    return (", ".join("%" + name for name, _ in operands) + " : " +
            ", ".join(t for _, t in operands))


def convolve(x, weights, window):
    """Dense convolution of [1, C, H, W] in f64."""
    (sy, sx) = window.get("stride", [1, 1])
    (dy, dx) = window.get("dilation", [1, 1])
    top, bottom, left, right = window.get("padding", [0, 0, 0, 0])
    groups = window.get("groups", 1)
    x = np.pad(x[0], ((0, 0), (top, bottom), (left, right)))
    outputs, channels, rows, cols = weights.shape
    height = (x.shape[1] - dy * (rows - 1) - 1) // sy + 1
    width = (x.shape[2] - dx * (cols - 1) - 1) // sx + 1
    result = np.zeros((1, outputs, height, width))
    for k in range(outputs):
        base = k // (outputs // groups) * channels
        for r in range(rows):
            for s in range(cols):
                part = x[base:base + channels,
                         r * dy:r * dy + (height - 1) * sy + 1:sy,
                         s * dx:s * dx + (width - 1) * sx + 1:sx]
                result[0, k] += np.tensordot(weights[k, :, r, s], part, 1)
    return result


def max_pool(x, size, stride, padding):
    """Max pooling of [1, K, H, W]; padding never wins."""
    top, bottom, left, right = padding
    x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)),
               constant_values=-np.inf)
    height = (x.shape[2] - size[0]) // stride[0] + 1
    width = (x.shape[3] - size[1]) // stride[1] + 1
    result = np.zeros((*x.shape[:2], height, width))
    for y in range(height):
        for z in range(width):
            result[:, :, y, z] = x[:, :, y * stride[0]:y * stride[0] + size[0],
                                   z * stride[1]:z * stride[1] + size[1]
                                   ].max(axis=(2, 3))
    return result


SAME = {"padding": [1, 1, 1, 1]}


def plain(seed):
    """One 3x3 layer."""
    b = Builder(seed, (5, 9, 10), 0.5)
    return b, [b.conv([("x0", (3, 3), SAME)], 11)]


def dense(seed):
    """One 3x3 layer without zeros, in which banks collide most."""
    b = Builder(seed, (4, 12, 12), 1.0)
    return b, [b.conv([("x0", (3, 3), SAME)], 16, density=1.0)]


def sparse(seed):
    """So few non-zeros that placeholders and empty blocks appear."""
    b = Builder(seed, (6, 22, 23), 0.03)
    y = b.conv([("x0", (3, 3), SAME)], 24, density=0.03, relu=False)
    return b, [b.conv([(y, (1, 1), {})], 30, density=0.05)]


def strided(seed):
    """Strides, dilation and channel groups, and a reader of stride 1 and one
    of stride 2 for one tensor."""
    b = Builder(seed, (4, 13, 11), 0.6)
    y = b.conv([("x0", (3, 3), {"stride": [2, 2], "padding": [1, 1, 1, 1]})], 6)
    z = b.conv([(y, (3, 3), {"padding": [2, 2, 2, 2], "dilation": [2, 2]})], 8)
    u = b.conv([(y, (3, 2), {"stride": [2, 1], "padding": [1, 1, 0, 1]})], 4)
    v = b.conv([(z, (3, 3), {"padding": [1, 1, 1, 1], "groups": 2})], 6,
               relu=False)
    return b, [u, v]


def residual(seed):
    """A residual block with a strided shortcut, then overlapping pooling."""
    b = Builder(seed, (5, 12, 11), 0.7)
    down = {"stride": [2, 2], "padding": [1, 1, 1, 1]}
    y = b.conv([("x0", (3, 3), down)], 8)
    z = b.conv([(y, (3, 3), SAME)], 8)
    w = b.conv([(z, (3, 3), SAME), (y, None, {}),
                ("x0", (1, 1), {"stride": [2, 2]})], 8,
               pool=([3, 3], [2, 2], [1, 1, 1, 1]))
    return b, [b.conv([(w, (1, 1), {})], 9, relu=False)]


def pooled(seed):
    """Two layers with pooling across tiles."""
    b = Builder(seed, (4, 14, 13), 0.5)
    y = b.conv([("x0", (3, 3), SAME)], 10, pool=([2, 2], [2, 2], [0, 0, 0, 0]))
    return b, [b.conv([(y, (3, 3), SAME)], 7, pool=([3, 3], [1, 2], [1, 1, 1, 1]))]


def large_filter(seed):
    """A filter much larger than a tile: halos of several hops."""
    b = Builder(seed, (3, 9, 12), 0.5)
    return b, [b.conv([("x0", (7, 5), {"padding": [3, 3, 2, 2]})], 5)]


def tiny(seed):
    """A plane smaller than the grid: PEs without work."""
    b = Builder(seed, (9, 3, 2), 0.6)
    y = b.conv([("x0", (3, 3), SAME)], 12)
    return b, [b.conv([(y, (1, 1), {})], 6)]


def two_inputs(seed):
    """Two inputs of different sizes in one convolution."""
    b = Builder(seed, (3, 10, 10), 0.5)
    other = b.argument((4, 20, 20), 0.3)
    return b, [b.conv([("x0", (3, 3), SAME),
                       (other, (2, 2), {"stride": [2, 2]})], 7)]


NETWORKS = {f.__name__: f for f in (plain, dense, sparse, strided, residual,
                                    pooled, large_filter, tiny, two_inputs)}


def write(network, seed, directory, machine=""):
    """Writes a network and its inputs; the inputs' files by value name."""
    builder, results = NETWORKS[network](seed)
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, "network.mlir"), "w",
              encoding="utf-8") as file:
        file.write(builder.text(results, machine))
    files = {}
    for n, array in enumerate(builder.arguments):
        files[f"input{n}"] = os.path.join(directory, f"input{n}.npy")
        np.save(files[f"input{n}"], array)
    return files


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]), sys.argv[3], *sys.argv[4:5])
