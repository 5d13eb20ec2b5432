"""Operators that the accelerator runs, against their definitions in NumPy.

operators.py GROUP DIRECTORY [OPTION ...]: writes a model of that group, its
input and the expected outputs, compiles it (with the options), simulates it and
compares. An output may differ by 2^-10 of its largest magnitude. Every layer
must have run on the accelerator, except those whose name begins with `host`.
"""

import itertools
import json
import math
import os
import subprocess
import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper

random = np.random.default_rng(1)


# Definitions: sums and maxima over window positions, as ONNX's texts say.


def windows(shape, size, stride, pads, dilation, outputs):
    """For each output position, the window positions inside the plane."""
    for out in itertools.product(*(range(n) for n in outputs)):
        inside = []
        for tap in itertools.product(*(range(n) for n in size)):
            at = tuple(o * s + t * d - p for o, s, t, d, p in
                       zip(out, stride, tap, dilation, pads))
            if all(0 <= a < n for a, n in zip(at, shape)):
                inside.append((tap, at))
        yield out, inside


def floor_outputs(shape, size, stride, pads, dilation):
    rank = len(shape)
    return [(shape[i] + pads[i] + pads[rank + i] -
             dilation[i] * (size[i] - 1) - 1) // stride[i] + 1
            for i in range(rank)]


def conv(x, w, b=None, stride=None, pads=None, dilation=None, group=1):
    shape, size = x.shape[2:], w.shape[2:]
    rank = len(shape)
    stride, dilation = stride or [1] * rank, dilation or [1] * rank
    pads = pads or [0] * 2 * rank
    outputs = floor_outputs(shape, size, stride, pads, dilation)
    y = np.zeros((x.shape[0], w.shape[0], *outputs))
    k, c = w.shape[0] // group, w.shape[1]
    for out, inside in windows(shape, size, stride, pads, dilation, outputs):
        for tap, at in inside:
            for g in range(group):
                ks = slice(g * k, (g + 1) * k)
                y[(slice(None), ks, *out)] += (
                    x[(slice(None), slice(g * c, (g + 1) * c), *at)] @
                    w[(ks, slice(None), *tap)].T)
    return y if b is None else y + b.reshape(-1, *[1] * rank)


def conv_transpose(x, w, b=None, stride=None, pads=None, dilation=None, group=1,
                   added=None, outputs=None):
    """Scatters each input; `pads` are cropped, or what `outputs` leaves."""
    shape, size = x.shape[2:], w.shape[2:]
    rank = len(shape)
    stride, dilation = stride or [1] * rank, dilation or [1] * rank
    pads, added = pads or [0] * 2 * rank, added or [0] * rank
    whole = [stride[i] * (shape[i] - 1) + dilation[i] * (size[i] - 1) + 1 +
             added[i] for i in range(rank)]
    if outputs is None:
        outputs = [whole[i] - pads[i] - pads[rank + i] for i in range(rank)]
    c, k = x.shape[1] // group, w.shape[1]
    y = np.zeros((x.shape[0], k * group,
                  *(max(n, p + o) for n, p, o in zip(whole, pads, outputs))))
    for at in itertools.product(*(range(n) for n in shape)):
        for tap in itertools.product(*(range(n) for n in size)):
            to = tuple(a * s + t * d for a, s, t, d in
                       zip(at, stride, tap, dilation))
            for g in range(group):
                cs = slice(g * c, (g + 1) * c)
                y[(slice(None), slice(g * k, (g + 1) * k), *to)] += (
                    x[(slice(None), cs, *at)] @ w[(cs, slice(None), *tap)])
    y = y[(slice(None), slice(None),
           *(slice(p, p + o) for p, o in zip(pads, outputs)))]
    return y if b is None else y + b.reshape(-1, *[1] * rank)


def pool(x, size, reduce, stride=None, pads=None, dilation=None, outputs=None):
    shape = x.shape[2:]
    rank = len(shape)
    stride, dilation = stride or [1] * rank, dilation or [1] * rank
    pads = pads or [0] * 2 * rank
    outputs = outputs or floor_outputs(shape, size, stride, pads, dilation)
    y = np.zeros((*x.shape[:2], *outputs))
    for out, inside in windows(shape, size, stride, pads, dilation, outputs):
        values = np.stack([x[(slice(None), slice(None), *at)]
                           for _, at in inside])
        y[(slice(None), slice(None), *out)] = reduce(values)
    return y


def maximum(values):
    return values.max(0)


def mean(values):
    return values.mean(0)


# Models.


class Model:
    """Nodes that read the inputs, an output each."""

    def __init__(self, operator_set=19):
        self.operator_set = operator_set
        self.nodes, self.constants, self.inputs, self.outputs = [], [], {}, {}

    def input(self, name, *shape):
        self.inputs[name] = random.standard_normal(shape).astype(np.float32)
        return self.inputs[name]

    def constant(self, name, array):
        array = np.asarray(array)
        if array.dtype != np.int64:
            array = array.astype(np.float32)
        self.constants.append(numpy_helper.from_array(array, name))
        return array

    def weights(self, name, *shape):
        return self.constant(name, random.standard_normal(shape))

    def add(self, op, inputs, name, expected=None, **attributes):
        """A node; its result is an output if there is something to expect."""
        self.nodes.append(helper.make_node(op, inputs.split(), [name], name=name,
                                           **attributes))
        if expected is not None:
            self.outputs[name] = expected

    def check(self, directory, options):
        os.makedirs(directory, exist_ok=True)
        file = lambda name: os.path.join(directory, name)
        tensor = lambda name, array: helper.make_tensor_value_info(
            name, TensorProto.FLOAT, array.shape)
        graph = helper.make_graph(
            self.nodes, "operators",
            [tensor(*item) for item in self.inputs.items()],
            [tensor(*item) for item in self.outputs.items()], self.constants)
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", self.operator_set)])
        with open(file("model.onnx"), "wb") as onnx:
            onnx.write(model.SerializeToString())
        arguments = []
        for name, array in self.inputs.items():
            np.save(file(name + ".npy"), array)
            arguments.append("%s=%s" % (name, file(name + ".npy")))
        compile_arguments = [x for a in arguments for x in ("--calibrate", a)]
        subprocess.run(["scnn-compile", file("model.onnx"), "-o",
                        file("model.scnn"), *compile_arguments, *options],
                       check=True)
        run_arguments = [x for a in arguments for x in ("--input", a)]
        subprocess.run(["scnn-sim", file("model.scnn"), "--verify",
                        "--output-dir", directory, "--stats", file("stats.json"),
                        *run_arguments], check=True, stdout=subprocess.DEVNULL)
        for name, expected in self.outputs.items():
            actual = np.load(file(name + ".npy"))
            assert actual.shape == expected.shape, (
                "%s: expected shape %s, but got %s" %
                (name, expected.shape, actual.shape))
            error, limit = np.abs(actual - expected).max(), np.abs(
                expected).max() * 2.0**-10
            assert error <= limit, "%s: error %g, limit %g" % (name, error, limit)
        with open(file("stats.json")) as stats:
            layers = json.load(stats)["layers"]
        accelerated = {layer["name"].split("[")[0] for layer in layers
                       if layer["engine"] == "scnn"}
        for node in self.nodes:
            # Shapes and what is fused have no layer of their own.
            if node.op_type in ("Flatten", "Reshape", "Relu", "Pad", "Add",
                                "Transpose"):
                continue
            expected = not node.name.startswith(("host", "fused"))
            assert (node.name in accelerated) == expected, (
                "%s: expected to run on the %s" %
                (node.name, "accelerator" if expected else "host"))
        print("%d outputs of %d layers agree" % (len(self.outputs), len(layers)))


def convolutions():
    m = Model()
    x = m.input("x", 1, 4, 9, 7)
    w, b = m.weights("w", 6, 2, 3, 2), m.weights("b", 6)
    m.add("Conv", "x w b", "grouped",
          conv(x, w, b, [2, 3], [1, 0, 2, 1], [2, 1], 2), group=2,
          strides=[2, 3], pads=[1, 0, 2, 1], dilations=[2, 1])
    big = m.weights("big", 2, 4, 11, 9)
    m.add("Conv", "x big", "larger_than_the_plane",
          conv(x, big, pads=[4, 3, 3, 4]), pads=[4, 3, 3, 4])
    point = m.weights("point", 3, 4, 1, 1)
    m.add("Conv", "x point", "stride_above_filter",
          conv(x, point, stride=[4, 3]), strides=[4, 3])
    line, v = m.input("line", 1, 3, 12), m.weights("v", 3, 3, 3)
    first = conv(line, v, pads=[2, 2], dilation=[2])
    m.add("Conv", "line v", "line_conv", first, pads=[2, 2], dilations=[2])
    m.add("Conv", "line v", "line_same", auto_pad="SAME_LOWER")
    m.add("Add", "line_same line_conv", "line_sum")
    m.add("Relu", "line_sum", "line_relu",
          np.maximum(conv(line, v, pads=[1, 1]) + first, 0))
    return m


def transposed():
    m = Model()
    x = m.input("x", 1, 4, 5, 3)
    w, b = m.weights("w", 4, 3, 3, 4), m.weights("b", 6)
    m.add("ConvTranspose", "x w b", "grouped",
          conv_transpose(x, w, b, [2, 3], [1, 0, 2, 3], [2, 1], 2, [1, 2]),
          group=2, strides=[2, 3], pads=[1, 0, 2, 3], dilations=[2, 1],
          output_padding=[1, 2])
    v = m.weights("v", 4, 2, 2, 3)
    m.add("ConvTranspose", "x v", "plain", conv_transpose(x, v))
    m.add("ConvTranspose", "x v", "dilated",
          conv_transpose(x, v, stride=[3, 2], dilation=[2, 3]),
          strides=[3, 2], dilations=[2, 3])
    m.add("ConvTranspose", "x v", "same",
          conv_transpose(x, v, stride=[2, 2], pads=[0, 0, 0, 0],
                         outputs=[10, 6]),
          strides=[2, 2], auto_pad="SAME_UPPER")
    m.add("ConvTranspose", "x v", "filter_below_stride",
          conv_transpose(x, v, stride=[4, 5], outputs=[20, 15]),
          strides=[4, 5], output_shape=[20, 15])
    m.add("ConvTranspose", "x v", "deeply_cropped",
          conv_transpose(x, v, stride=[2, 2], pads=[5, 4, 1, 0]),
          strides=[2, 2], pads=[5, 4, 1, 0])
    m.add("Relu", "plain", "relu", np.maximum(conv_transpose(x, v), 0))
    line, u = m.input("line", 1, 2, 6), m.weights("u", 2, 3, 4)
    m.add("ConvTranspose", "line u", "line_conv",
          conv_transpose(line, u, stride=[2], pads=[1, 1]), strides=[2],
          pads=[1, 1])
    return m


def pools():
    m = Model()
    x = m.input("x", 1, 3, 10, 9)
    m.add("MaxPool", "x", "maximum",
          pool(x, [3, 2], maximum, [2, 3], [1, 0, 1, 1]), kernel_shape=[3, 2],
          strides=[2, 3], pads=[1, 0, 1, 1])
    m.add("MaxPool", "x", "ceil",
          pool(x, [3, 3], maximum, [2, 2], outputs=[5, 4]),
          kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
    # The last window would begin in the padding.
    m.add("MaxPool", "x", "ceil_padding",
          pool(x, [2, 2], maximum, [3, 4], [1, 1, 1, 1], outputs=[4, 3]),
          kernel_shape=[2, 2], strides=[3, 4], pads=[1, 1, 1, 1], ceil_mode=1)
    for name, stride, dilation in (("dilated", [1, 1], [2, 3]),
                                   ("dilated_strided", [2, 3], [2, 2]),
                                   ("dilated_coprime", [3, 2], [2, 3])):
        m.add("MaxPool", "x", name,
              pool(x, [3, 2], maximum, stride, [1, 2, 1, 1], dilation),
              kernel_shape=[3, 2], strides=stride, dilations=dilation,
              pads=[1, 2, 1, 1])
    m.add("AveragePool", "x", "average", pool(x, [3, 3], mean, [2, 2]),
          kernel_shape=[3, 3], strides=[2, 2])
    m.add("AveragePool", "x", "average_border",
          pool(x, [3, 4], mean, [2, 1], [1, 2, 2, 1]), kernel_shape=[3, 4],
          strides=[2, 1], pads=[1, 2, 2, 1])
    m.add("AveragePool", "x", "average_dilated",
          pool(x, [2, 3], mean, None, [1, 1, 1, 1], [3, 2]),
          kernel_shape=[2, 3], dilations=[3, 2], pads=[1, 1, 1, 1])
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    m.add("AveragePool", "x", "average_padding",
          pool(padded, [3, 3], mean, [2, 2], outputs=[6, 5]),
          kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], ceil_mode=1,
          count_include_pad=1)
    m.add("GlobalAveragePool", "x", "global_average",
          x.mean((2, 3), keepdims=True))
    m.add("GlobalMaxPool", "x", "global_maximum", x.max((2, 3), keepdims=True))
    line = m.input("line", 1, 2, 7)
    m.add("MaxPool", "line", "line_maximum", pool(line, [3], maximum, [2]),
          kernel_shape=[3], strides=[2])
    m.add("AveragePool", "line", "line_average", pool(line, [2], mean),
          kernel_shape=[2])
    m.add("GlobalMaxPool", "line", "line_global", line.max(2, keepdims=True))
    return m


def large_planes():
    """Planes that one window does not cover, all of one sign."""
    m = Model()
    x = m.input("x", 1, 1, 3, 300)
    x[:] = 0.1 * x + 1
    m.add("GlobalMaxPool", "x", "maximum", x.max((2, 3), keepdims=True))
    m.add("GlobalAveragePool", "x", "average", x.mean((2, 3), keepdims=True))
    z = m.input("z", 1, 1, 90, 80)
    z[:] = 1
    m.add("GlobalAveragePool", "z", "constant", z.mean((2, 3), keepdims=True))
    return m


def matrices():
    m = Model()
    a, w = m.input("a", 3, 5), m.weights("w", 5, 4)
    wt = m.constant("wt", w.T)
    b, one, c = m.weights("b", 4), m.weights("one", 1), m.weights("c", 3, 4)
    m.add("Gemm", "a wt b", "gemm", 0.5 * a @ w + 2 * b, transB=1, alpha=0.5,
          beta=2.0)
    m.add("Gemm", "a w one", "gemm_scalar", a @ w + one)
    m.add("Gemm", "a w c", "gemm_matrix", a @ w + c)
    # Of other weights than above: equal products would become one layer.
    w1 = m.weights("w1", 5, 4)
    m.add("Gemm", "a w1", "gemm_alone", a @ w1)
    at, left = m.input("at", 5, 6), m.weights("left", 2, 5)
    row, column = m.weights("row", 1, 6), m.weights("column", 2, 1)
    m.add("Gemm", "left at column", "gemm_left", left @ at + column)
    m.add("Gemm", "left at row", "gemm_left_row", left @ at + row)
    m.add("Gemm", "at w", "gemm_transposed", at.T @ w, transA=1)
    m.add("Gemm", "a at", "host_gemm", a @ at)
    w2 = m.weights("w2", 5, 4)
    m.add("MatMul", "a w2", "matmul", a @ w2)
    left2 = m.weights("left2", 2, 5)
    m.add("MatMul", "left2 at", "matmul_left", left2 @ at)
    x, y = m.input("x", 2, 3, 4, 5), m.input("y", 3, 5, 2)
    m.add("MatMul", "x w", "matmul_leading", x @ w)
    ws, lefts = m.weights("ws", 3, 5, 2), m.weights("lefts", 2, 1, 4, 5)
    m.add("MatMul", "x ws", "matmul_groups", x @ ws)
    m.add("MatMul", "lefts y", "matmul_left_groups", lefts @ y)
    m.add("MatMul", "left y", "matmul_left_leading", left @ y)
    m.add("MatMul", "x y", "host_matmul", x @ y)
    v = m.weights("v", 5)
    m.add("MatMul", "x v", "matmul_vector", x @ v)
    m.add("MatMul", "v y", "matmul_row", v @ y)
    return m


def normalizations():
    m = Model(operator_set=15)
    x = m.input("x", 1, 3, 4, 5)
    w = m.weights("w", 3, 3, 1, 1)
    s, b, mu = (m.weights(n, 3) for n in ("s", "b", "mu"))
    var = m.constant("var", random.uniform(0.5, 2, 3))

    def normalize(x):
        at = lambda v: v.reshape(-1, *[1] * (x.ndim - 2))
        return at(s) * (x - at(mu)) / np.sqrt(at(var) + 1e-3) + at(b)

    m.add("Conv", "x w", "folded_conv")
    m.add("BatchNormalization", "folded_conv s b mu var", "fused_norm",
          normalize(conv(x, w)), epsilon=1e-3)
    m.add("BatchNormalization", "x s b mu var", "norm", normalize(x),
          epsilon=1e-3)
    line, flat = m.input("line", 1, 3, 6), m.input("flat", 2, 3)
    m.add("BatchNormalization", "line s b mu var", "line_norm", normalize(line),
          epsilon=1e-3)
    m.add("BatchNormalization", "flat s b mu var", "flat_norm", normalize(flat),
          epsilon=1e-3)
    return m


def batches():
    """Three images through convolutions and fully connected layers."""
    m = Model()
    x, w, b = m.input("x", 3, 2, 6, 6), m.weights("w", 4, 2, 3, 3), m.weights(
        "b", 4)
    first = np.maximum(conv(x, w, b), 0)
    m.add("Conv", "x w b", "conv")
    m.add("Relu", "conv", "relu", first)
    m.add("MaxPool", "relu", "pool")
    m.nodes[-1].attribute.extend(
        [helper.make_attribute("kernel_shape", [2, 2]),
         helper.make_attribute("strides", [2, 2])])
    pooled = pool(first, [2, 2], maximum, [2, 2])
    m.add("Flatten", "pool", "flat")
    f, g = m.weights("f", 10, 16), m.weights("g", 10, 7)
    m.add("Gemm", "flat f", "full", transB=1)
    m.add("Relu", "full", "full_relu")
    m.add("MatMul", "full_relu g", "last",
          np.maximum(pooled.reshape(3, 16) @ f.T, 0) @ g)
    return m


def long_vectors():
    """Channels that one PE's RAM (with --machine) does not hold."""
    m = Model()
    x = m.input("x", 1, 96)
    w, v = m.weights("w", 96, 5), m.weights("v", 97, 5)
    m.add("MatMul", "x w", "divides", x @ w)
    z = m.input("z", 1, 97)
    m.add("MatMul", "z v", "prime", z @ v)
    return m


def fallbacks():
    """What the accelerator cannot run runs on the host."""
    m = Model()
    x, w = m.input("x", 1, 2, 5, 5), m.input("w", 3, 1, 3, 3)
    y = m.weights("y", 6, 2, 3, 3)
    m.nodes.append(helper.make_node("Transpose", ["w"], ["wt"], perm=[0, 1, 3, 2],
                                    name="wt"))
    m.add("Conv", "x y", "conv", conv(x, y))
    z = m.input("z", 1, 1, 7, 7)
    m.add("Conv", "z wt", "host_weights", conv(z, w.transpose(0, 1, 3, 2)))
    line, long_filter = m.input("line", 1, 1, 300), m.weights("long", 1, 1, 290)
    m.add("Conv", "line long", "host_filter", conv(line, long_filter))
    m.add("MaxPool", "line", "host_pool", pool(line, [256], maximum, [7]),
          kernel_shape=[256], strides=[7])
    return m


def main():
    group, directory, *options = sys.argv[1:]
    globals()[group]().check(directory, options)


if __name__ == "__main__":
    main()
