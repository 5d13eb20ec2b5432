"""Counts a model's multiply-accumulates."""

import math

import onnx
from onnx import shape_inference

# Larger constants are no shapes, and shape inference need not copy them.
LARGE = 4096


def convolution_macs(path, input_shape):
    """{node name: dense multiply-accumulates} of the Conv, Gemm and MatMul
    nodes of a model whose first input has `input_shape`. The second operand of
    the latter two must be a constant; where the shape of their result is not
    known, the first has one row."""
    model = onnx.load(path)
    shapes = {}
    for constant in model.graph.initializer:
        shapes[constant.name] = list(constant.dims)
        if len(constant.raw_data) > LARGE:
            constant.ClearField("raw_data")
    constants = set(shapes)
    inputs = [x for x in model.graph.input if x.name not in constants]
    for dimension, size in zip(inputs[0].type.tensor_type.shape.dim, input_shape):
        dimension.dim_value = size
    for output in model.graph.output:  # Whatever follows from the input's.
        output.type.tensor_type.ClearField("shape")
    graph = shape_inference.infer_shapes(model, data_prop=True).graph
    for value in list(graph.input) + list(graph.value_info) + list(graph.output):
        shapes[value.name] = [d.dim_value for d in value.type.tensor_type.shape.dim]

    macs = {}
    for node in graph.node:
        if node.op_type not in ("Conv", "Gemm", "MatMul"):
            continue
        output, second = shapes.get(node.output[0]), shapes[node.input[1]]
        if node.op_type == "Conv":
            count = math.prod(output) * math.prod(second[1:])
        else:  # A constant matrix, once for each row of the first operand.
            count = math.prod(second) * math.prod(output[:-1] if output else [1])
        macs[node.name or node.output[0]] = count
    return macs
