"""Writes small ONNX models: accelerated.py NAME FILE.

Operators that become convolutions, and what is wrong with some.
"""

import sys

import numpy as np
from models import constant, model, node, value


def line():
    return model(
        [node("Conv", ["x", "w"], "y", pads=[1, 2], strides=[2]),
         node("MaxPool", ["y"], "p", kernel_shape=[2])],
        [value("x", [1, 2, 6])], [value("y", [1, 3, 4]), value("p", [1, 3, 3])],
        [constant("w", np.ones((3, 2, 3)))])


def transposed():
    """One row: filter [1 2 3], stride 2, one element cropped at each side."""
    return model(
        [node("ConvTranspose", ["x", "w", "b"], "y", strides=[2], pads=[1, 1])],
        [value("x", [1, 1, 4])], [value("y", [1, 1, 7])],
        [constant("w", [[[1, 2, 3]]]), constant("b", [7])])


def dilated_pool():
    return model([node("MaxPool", ["x"], "y", kernel_shape=[1, 2],
                       dilations=[1, 2])],
                 [value("x", [1, 1, 1, 5])], [value("y", [1, 1, 1, 3])])


def averages():
    return model(
        [node("AveragePool", ["x"], "inside", kernel_shape=[2, 2],
              strides=[2, 2]),
         node("AveragePool", ["x"], "border", kernel_shape=[1, 2],
              pads=[0, 1, 0, 0]),
         node("AveragePool", ["x"], "padding", kernel_shape=[1, 2],
              pads=[0, 1, 0, 0], count_include_pad=1),
         node("GlobalAveragePool", ["x"], "global")],
        [value("x", [1, 2, 4, 4])],
        [value("inside", [1, 2, 2, 2]), value("border", [1, 2, 4, 4]),
         value("padding", [1, 2, 4, 4]), value("global", [1, 2, 1, 1])],
        operator_set=19)


def large_globals():
    return model(
        [node("GlobalMaxPool", ["x"], "maximum"),
         node("GlobalAveragePool", ["x"], "average")],
        [value("x", [1, 1, 2, 300])],
        [value("maximum", [1, 1, 1, 1]), value("average", [1, 1, 1, 1])])


def matrices():
    return model(
        [node("Gemm", ["a", "w", "b"], "gemm", transB=1, alpha=2.0, beta=3.0),
         node("MatMul", ["left", "m"], "left_product"),
         node("MatMul", ["x", "ws"], "groups"),
         node("MatMul", ["a", "m"], "host")],
        [value("a", [2, 3]), value("m", [3, 6]), value("x", [2, 4, 3])],
        [value("gemm", [2, 2]), value("left_product", [5, 6]),
         value("groups", [2, 4, 1]), value("host", [2, 6])],
        [constant("w", [[1, 2, 3], [4, 5, 6]]), constant("b", [1]),
         constant("left", np.ones((5, 3))),
         constant("ws", [[[1], [2], [3]], [[4], [5], [6]]])])


def normalization():
    return model(
        [node("BatchNormalization", ["x", "s", "b", "m", "v"], "y",
              epsilon=0.0)],
        [value("x", [1, 2, 3])], [value("y", [1, 2, 3])],
        [constant("s", [1, 2]), constant("b", [3, 4]), constant("m", [5, 6]),
         constant("v", [4, 16])], operator_set=15)


def errors():
    x = constant("v2", [1, 1])
    return model(
        [node("BatchNormalization", ["x", "v2", "v2", "v2", "v2"], "a",
              training_mode=1),
         node("BatchNormalization", ["x", "v2", "v2", "v2", "v1"], "b"),
         node("BatchNormalization", ["x", "v2", "v2", "v2", "n2"], "c"),
         node("AveragePool", ["x"], "d", kernel_shape=[2, 2],
              pads=[2, 0, 0, 0]),
         node("AveragePool", ["wide"], "e", kernel_shape=[6, 6],
              pads=[5, 5, 5, 5]),
         node("MaxPool", ["x"], "f"),
         node("MaxPool", ["x"], "g", kernel_shape=[2, 2], pads=[2, 0, 0, 0]),
         node("Gemm", ["x", "x"], "h"),
         node("Gemm", ["k", "k"], "i"),
         node("Gemm", ["k", "w", "v1"], "j", transB=1),
         node("Gemm", ["k", "w", "k"], "k2"),
         node("MatMul", ["k", "k"], "l"),
         node("ConvTranspose", ["x", "x"], "m"),
         node("ConvTranspose", ["x", "filters", "v1"], "n"),
         node("ConvTranspose", ["x", "filters"], "o", pads=[9, 9, 9, 9]),
         node("Conv", ["x", "filters"], "p", auto_pad="SAME"),
         node("GlobalMaxPool", ["k"], "q")],
        [value("x", [1, 2, 4, 4]), value("wide", [1, 1, 4, 5]),
         value("k", [2, 3])],
        [value(n, None) for n in "abcdefghijlmnopq"],
        [x, constant("n2", [1, -1]), constant("v1", [1, 1, 1]),
         constant("w", np.ones((3, 2))), constant("filters", np.ones((2, 2, 1, 1)))],
        operator_set=15)


def main():
    name, path = sys.argv[1:]
    with open(path, "wb") as file:
        file.write(globals()[name]().SerializeToString())


if __name__ == "__main__":
    main()
