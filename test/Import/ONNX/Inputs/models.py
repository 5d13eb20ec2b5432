"""Writes small ONNX models: models.py NAME FILE.

Each function below gives one model. Graphs are written as they are, without
onnx's checker, so that malformed ones can be made, too.
"""

import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper


def value(name, shape, dtype=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, dtype, shape)


def constant(name, array, dtype=np.float32):
    return numpy_helper.from_array(np.array(array, dtype), name)


def model(nodes, inputs, outputs, constants=(), operator_set=13, **graph_fields):
    graph = helper.make_graph(nodes, "graph", inputs, outputs, constants,
                              **graph_fields)
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", operator_set)])


def node(op, inputs, output, **attributes):
    outputs = [output] if isinstance(output, str) else output
    name = attributes.pop("name", outputs[0] + "_node")
    return helper.make_node(op, inputs, outputs, name=name, **attributes)


# What is supported.


def conv():
    weights = constant("w", np.arange(8).reshape(2, 1, 2, 2))
    bias = constant("b", [1, -1])
    return model(
        [node("Conv", ["x", "w", "b"], "y", group=2, strides=[2, 1],
              dilations=[1, 2], pads=[1, 0, 0, 3], kernel_shape=[2, 2])],
        [value("x", [1, 2, 5, 6])], [value("y", [1, 2, 3, 7])],
        [weights, bias])


def auto_pad():
    nodes, outputs = [], []
    for kind in ("SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET"):
        nodes.append(node("Conv", ["x", "w"], kind, auto_pad=kind,
                          strides=[2, 1], name=""))
        outputs.append(value(kind, None))
    return model(nodes, [value("x", [1, 1, 5, 5])], outputs,
                 [constant("w", np.ones((1, 1, 2, 4)))])


def pools():
    return model(
        [node("MaxPool", ["x"], "floor", kernel_shape=[2, 2], strides=[2, 2]),
         node("MaxPool", ["x"], "ceil", kernel_shape=[2, 3], strides=[2, 2],
              pads=[0, 1, 0, 1], ceil_mode=1)],
        [value("x", [1, 2, 5, 6])],
        [value("floor", [1, 2, 2, 3]), value("ceil", [1, 2, 3, 4])])


def clamps():
    return model(
        [node("Relu", ["x"], "relu"),
         node("Clip", ["x", "low", "high"], "clip"),
         node("Clip", ["x", "", "high"], "high_only"),
         node("Relu", ["v"], "vector")],
        [value("x", [1, 2, 4, 4]), value("v", [3])],
        [value("relu", None), value("clip", None), value("high_only", None),
         value("vector", None)],
        [constant("low", -1), constant("high", 6)])


def old_clip():
    return model([node("Clip", ["x"], "y", min=0.0, max=6.0)],
                 [value("x", [1, 2, 4, 4])], [value("y", [1, 2, 4, 4])],
                 operator_set=10)


def arithmetic():
    return model(
        [node("Add", ["x", "z"], "images"),
         node("Add", ["x", "c"], "broadcast"),
         node("Sub", ["x", "z"], "difference"),
         node("Mul", ["x", "z"], "product"),
         node("Sigmoid", ["x"], "sigmoid")],
        [value("x", [1, 2, 4, 4]), value("z", [1, 2, 4, 4])],
        [value(n, [1, 2, 4, 4]) for n in
         ("images", "broadcast", "difference", "product", "sigmoid")],
        [constant("c", [[[1]], [[2]]])])


def shapes():
    return model(
        [node("Transpose", ["x"], "t", perm=[0, 2, 3, 1]),
         node("Transpose", ["x"], "reversed"),
         node("Constant", [], "shape",
              value=constant("s", [0, -1, 2], np.int64)),
         node("Reshape", ["x", "shape"], "r"),
         node("Identity", ["r"], "same"),
         node("Flatten", ["x"], "f"),
         node("Flatten", ["x"], "front", axis=-1)],
        [value("x", [1, 2, 4, 5])],
        [value("t", [1, 4, 5, 2]), value("reversed", [5, 4, 2, 1]),
         value("same", [1, 20, 2]), value("f", [1, 40]),
         value("front", [8, 5])])


def concatenations():
    return model(
        [node("ConstantOfShape", ["shape"], "zeros"),
         node("Concat", ["x", "zeros"], "extended", axis=1),
         node("Concat", ["x", "extended"], "joined", axis=-3),
         node("Concat", ["x", "x"], "rows", axis=2),
         node("Concat", ["zeros", "x"], "leading", axis=1)],
        [value("x", [1, 2, 4, 4])],
        [value("extended", [1, 5, 4, 4]), value("joined", [1, 7, 4, 4]),
         value("rows", [1, 2, 8, 4]), value("leading", [1, 5, 4, 4])],
        [constant("shape", [1, 3, 4, 4], np.int64)])


def initializer_as_input():
    """Before IR version 4, initializers were inputs, too."""
    return model([node("Conv", ["x", "w"], "y")],
                 [value("x", [1, 1, 4, 4]), value("w", [1, 1, 1, 1])],
                 [value("y", [1, 1, 4, 4])],
                 [constant("w", [[[[2]]]])])


# What is not supported.


def unsupported():
    return model(
        [node("Einsum", ["x"], "a"),
         node("Conv", ["x", "line"], "b"),
         node("MaxPool", ["x"], "c", kernel_shape=[2, 2], dilations=[2]),
         node("MaxPool", ["x"], ["d", "indices"], kernel_shape=[2, 2]),
         node("Relu", ["a"], "e", consumed_inputs=[0]),
         node("Conv", ["line", "w"], "f"),
         helper.make_node("Magic", ["x"], ["g"], domain="example.com"),
         node("Clip", ["x", "", "x"], "h"),
         node("Concat", ["x", "line"], "i", axis=1),
         node("Relu", ["b"], "j"),
         node("Conv", ["x"], "k"),
         node("Conv", ["x", "w"], "l", group=3),
         node("Transpose", ["x"], "m", perm=[0, 1, 1, 2]),
         node("Reshape", ["x", "line"], "n"),
         node("MaxPool", ["x"], "o", kernel_shape=[9, 9])],
        [value("x", [1, 2, 4, 4]), value("dynamic", [2, 2, 1, 1]),
         value("line", [1, 2, 4])],
        [value(n, None) for n in "abcdefghijklmno"],
        [constant("w", np.ones((2, 2, 1, 1)))],
        value_info=[value("a", [1, 2, 4, 4])])


def symbolic():
    return model([node("Relu", ["x"], "y")], [value("x", ["N", 2, 4, 4])],
                 [value("y", None)])


def unknown_dimension():
    return model([node("Relu", ["x"], "y")], [value("x", [None, 2, 4, 4])],
                 [value("y", None)])


def no_shape():
    return model([node("Relu", ["x"], "y")], [value("x", None)],
                 [value("y", None)])


def half_input():
    return model([node("Relu", ["x"], "y")],
                 [value("x", [1, 2], TensorProto.FLOAT16)], [value("y", None)])


def double_input():
    return model([node("Relu", ["x"], "y")],
                 [value("x", [1, 2], TensorProto.DOUBLE)], [value("y", None)])


def double_weights():
    return model([node("Conv", ["x", "w"], "y")], [value("x", [1, 1, 4, 4])],
                 [value("y", None)],
                 [constant("w", [[[[1]]]], np.float64)])


def strings():
    return model([node("Constant", [], "y", value_string="text")], [],
                 [value("y", None)])


def external_data():
    weights = constant("w", [[[[1]]]])
    weights.ClearField("raw_data")
    weights.data_location = TensorProto.EXTERNAL
    weights.external_data.add(key="location", value="/etc/passwd")
    return model([node("Conv", ["x", "w"], "y")], [value("x", [1, 1, 4, 4])],
                 [value("y", None)], [weights])


def old_operator_set():
    return model([node("Relu", ["x"], "y")], [value("x", [1, 2])],
                 [value("y", None)], operator_set=0)


# What is malformed.


def no_operator_set():
    m = clamps()
    m.ClearField("opset_import")
    return m


def no_graph():
    m = clamps()
    m.ClearField("graph")
    return m


def no_outputs():
    return model([node("Relu", ["x"], "y")], [value("x", [1, 2])], [])


def dangling():
    return model([node("Relu", ["nothing"], "y")], [], [value("y", None)])


def cyclic():
    return model([node("Relu", ["b"], "a"), node("Relu", ["a"], "b")], [],
                 [value("b", None)])


def undefined_output():
    return model([], [value("x", [1, 2])], [value("y\n", None)])


def twice():
    return model([node("Relu", ["x"], "y"), node("Relu", ["x"], "y")],
                 [value("x", [1, 2])], [value("y", None)])


def input_twice():
    return model([node("Relu", ["x"], "y")],
                 [value("x", [1, 2]), value("x", [1, 2])], [value("y", None)])


def short_data():
    weights = constant("w", np.ones((1, 1, 3, 3)))
    weights.raw_data = weights.raw_data[:-2]
    return model([node("Conv", ["x", "w"], "y")], [value("x", [1, 1, 4, 4])],
                 [value("y", None)], [weights])


def few_elements():
    weights = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[2, 3],
                          float_data=[1.0] * 5)
    return model([node("Relu", ["w"], "y")], [], [value("y", None)], [weights])


def negative_dimension():
    weights = constant("w", np.ones((1, 1, 3, 3)))
    weights.dims[2] = -3
    return model([node("Conv", ["x", "w"], "y")], [value("x", [1, 1, 4, 4])],
                 [value("y", None)], [weights])


def huge_dimensions():
    weights = constant("w", [1])
    del weights.dims[:]
    weights.dims.extend([1 << 32, 1 << 32, 1, 1])
    return model([node("Conv", ["x", "w"], "y")], [value("x", [1, 1, 4, 4])],
                 [value("y", None)], [weights])


def huge_constant():
    return model([node("ConstantOfShape", ["shape"], "y")], [],
                 [value("y", None)],
                 [constant("shape", [1 << 40, 1 << 40], np.int64)])


def huge_padding():
    return model([node("Conv", ["x", "w"], "y", pads=[1 << 62, 0, 0, 1 << 62])],
                 [value("x", [1, 1, 4, 4])], [value("y", None)],
                 [constant("w", [[[[1]]]])])


def zero_stride():
    return model([node("MaxPool", ["x"], "y", kernel_shape=[1, 1],
                       strides=[0, 1], auto_pad="SAME_UPPER")],
                 [value("x", [1, 1, 4, 4])], [value("y", None)])


def wrong_attribute_type():
    return model([node("Conv", ["x", "w"], "y", strides="2,2")],
                 [value("x", [1, 1, 4, 4])], [value("y", None)],
                 [constant("w", [[[[1]]]])])


def stated_shape():
    return model([node("Relu", ["x"], "y")], [value("x", [1, 2])],
                 [value("y", [1, 3])])


def main():
    name, path = sys.argv[1:]
    with open(path, "wb") as file:
        file.write(globals()[name]().SerializeToString())


if __name__ == "__main__":
    main()
