"""Runs one small model for each change of ONNX's operators from operator set
17 to 22, and for each older form that the conformance tests do not have:
operator_sets.py FOLDER

Each function below gives a model, its inputs by name, and the expected
outputs, which NumPy calculates from what the specification says.
"""

import pathlib
import subprocess
import sys

import numpy as np
from onnx import TensorProto

from models import constant, model, node, value

X = np.arange(24, dtype=np.float32).reshape(1, 2, 3, 4) - 7


def case(nodes, operator_set, expected, constants=(), x=X):
    """A model from input x to outputs y0, y1, ..."""
    outputs = [value(f"y{i}", None) for i in range(len(expected))]
    for info, array in zip(outputs, expected):
        kinds = {"float32": TensorProto.FLOAT, "int64": TensorProto.INT64,
                 "int8": TensorProto.INT8, "int16": TensorProto.INT16,
                 "uint8": TensorProto.UINT8, "bool": TensorProto.BOOL}
        info.type.tensor_type.elem_type = kinds[str(array.dtype)]
    return (model(nodes, [value("x", x.shape)], outputs, constants,
                  operator_set=operator_set), {"x": x}, expected)


def integers(name, values):
    return constant(name, values, np.int64)


# Operator set 18.


def split_18_num_outputs():
    """The last part is smaller."""
    return case([node("Split", ["x"], ["y0", "y1"], axis=2, num_outputs=2)],
                18, [X[:, :, :2], X[:, :, 2:]])


def pad_18_axes():
    expected = np.pad(X, ((0, 0), (0, 0), (0, 0), (1, 2)), constant_values=5)
    return case([node("Pad", ["x", "pads", "five", "axes"], "y0")], 18,
                [expected],
                [integers("pads", [1, 2]), constant("five", 5),
                 integers("axes", [-1])])


def reduce_mean_18_axes():
    return case([node("ReduceMean", ["x", "axes"], "y0", keepdims=0),
                 node("ReduceMean", ["x", "none"], "y1",
                      noop_with_empty_axes=1),
                 node("ReduceMean", ["x"], "y2")], 18,
                [X.mean((1, 3)), X, X.mean(keepdims=True)],
                [integers("axes", [1, -1]), integers("none", [])])


def resize_18_axes():
    expected = X.repeat(2, axis=2)
    return case([node("Resize", ["x", "", "scales"], "y0", axes=[2],
                      mode="nearest",
                      coordinate_transformation_mode="asymmetric",
                      nearest_mode="floor")], 18, [expected],
                [constant("scales", [2])])


def resize_18_keep_aspect_ratio():
    """3 x 4 into 6 x 6: 4 to 6 is the smaller scale, so 4.5 rows, that are 5."""
    rows = np.floor(np.arange(5) / 1.5).astype(int).clip(0, 2)
    columns = np.floor(np.arange(6) / 1.5).astype(int).clip(0, 3)
    return case([node("Resize", ["x", "", "", "sizes"], "y0", axes=[2, 3],
                      mode="nearest", nearest_mode="floor",
                      coordinate_transformation_mode="asymmetric",
                      keep_aspect_ratio_policy="not_larger")], 18,
                [X[:, :, rows][..., columns]], [integers("sizes", [6, 6])])


# Operator set 19.


def pad_19_wrap():
    return case([node("Pad", ["x", "pads"], "y0", mode="wrap")], 19,
                [np.pad(X, ((0, 0), (0, 0), (2, 1), (0, 3)), mode="wrap")],
                [integers("pads", [0, 0, 2, 0, 0, 0, 1, 3])])


def resize_19_half_pixel_symmetric():
    """4 columns by 0.6 are 2, that lie in the middle."""
    center, adjustment = 2.0, 2 / (0.6 * 4)
    at = center * (1 - adjustment) + (np.arange(2) + 0.5) / 0.6 - 0.5
    low = np.floor(at).astype(int)
    part = (at - low).astype(np.float32)
    expected = X[..., low] * (1 - part) + X[..., low + 1] * part
    return case([node("Resize", ["x", "", "scales"], "y0", mode="linear",
                      coordinate_transformation_mode="half_pixel_symmetric")],
                19, [expected], [constant("scales", [1, 1, 1, 0.6])])


def cast_19_saturate():
    return case([node("Cast", ["x"], "y0", to=TensorProto.INT64, saturate=0)],
                19, [X.astype(np.int64)])


def reshape_19():
    return case([node("Reshape", ["x", "shape"], "y0", allowzero=0)], 19,
                [X.reshape(1, 2, 12)], [integers("shape", [0, 2, -1])])


# Operator set 20 and 21.


def constant_of_shape_20():
    return case([node("ConstantOfShape", ["shape"], "ones",
                      value=constant("one", [1])),
                 node("Mul", ["x", "ones"], "y0")], 20, [X],
                [integers("shape", [4])])


def quantize_21_output_dtype():
    expected = np.clip(np.rint(X / np.float32(0.1)), -128, 127)
    return case([node("QuantizeLinear", ["x", "scale"], "y0",
                      output_dtype=TensorProto.INT8)], 21,
                [expected.astype(np.int8)], [constant("scale", 0.1)])


def quantize_21_int16():
    fixed = np.rint(X / np.float32(0.001)) + 3
    return case([node("QuantizeLinear", ["x", "scale", "zero"], "y0"),
                 node("DequantizeLinear", ["y0", "scale", "zero"], "y1")], 21,
                [fixed.astype(np.int16),
                 ((fixed - 3) * np.float32(0.001)).astype(np.float32)],
                [constant("scale", 0.001), constant("zero", 3, np.int16)])


def shapes_21():
    """What only got more element types."""
    return case([node("Shape", ["x"], "shape", start=1),
                 node("Unsqueeze", ["x", "axes"], "u"),
                 node("Squeeze", ["u", "axes"], "s"),
                 node("Transpose", ["s"], "t", perm=[0, 2, 3, 1]),
                 node("Flatten", ["t"], "f"),
                 node("Pad", ["f", "pads"], "p"),
                 node("Identity", ["p"], "y0"),
                 node("Identity", ["shape"], "y1")], 21,
                [np.pad(X.transpose(0, 2, 3, 1).reshape(1, -1), ((0, 1), (0, 0))),
                 np.array([2, 3, 4])],
                [integers("axes", [0]), integers("pads", [0, 0, 1, 0])])


# Operator set 22.


def activations_22():
    gate = np.clip(X / 6 + 0.5, 0, 1)
    return case([node("HardSwish", ["x"], "y0"),
                 node("HardSigmoid", ["x"], "y1"),
                 node("Dropout", ["x"], ["y2", "y3"])], 22,
                [X * gate, np.clip(X * np.float32(0.2) + np.float32(0.5), 0, 1),
                 X, np.ones(X.shape, bool)])


# Older forms.


def broadcast_6():
    return case([node("Sub", ["x", "c"], "y0", broadcast=1, axis=1),
                 node("Div", ["x", "c"], "y1", broadcast=1, axis=-3),
                 node("Mul", ["x", "r"], "y2", broadcast=1)], 6,
                [X - np.float32([[[1]], [[2]]]),
                 X / np.float32([[[1]], [[2]]]),
                 X * np.float32([1, 2, 3, 4])],
                [constant("c", [1, 2]), constant("r", [1, 2, 3, 4])])


def cast_1_by_name():
    return case([node("Cast", ["x"], "y0", to="INT64")], 1,
                [X.astype(np.int64)])


def concat_1_default_axis():
    return case([node("Concat", ["x", "x"], "y0")], 1,
                [np.concatenate([X, X], axis=1)])


def consumed_inputs_1():
    return case([node("Relu", ["x"], "a", consumed_inputs=[0]),
                 node("Reshape", ["a"], "y0", shape=[2, 12],
                      consumed_inputs=[0])], 1,
                [X.clip(0).reshape(2, 12)])


def pad_1_paddings():
    return case([node("Pad", ["x"], "y0", paddings=[0, 0, 0, 1, 0, 0, 0, -1],
                      value=2.0)], 1,
                [np.pad(X[..., :3], ((0, 0), (0, 0), (0, 0), (1, 0)),
                        constant_values=2)])


def resize_10():
    return case([node("Resize", ["x", "scales"], "y0", mode="nearest")], 10,
                [X.repeat(2, axis=3)], [constant("scales", [1, 1, 1, 2])])


def slice_9_attributes():
    return case([node("Slice", ["x"], "y0", starts=[1, -3], ends=[9, -1],
                      axes=[2, 3])], 9, [X[:, :, 1:, 1:3]])


def softmax_12_flattens():
    flat = np.exp(X.reshape(2, 12) - X.reshape(2, 12).max(1, keepdims=True))
    expected = flat / flat.sum(1, keepdims=True)
    return case([node("Softmax", ["x"], "y0", axis=2)], 12,
                [expected.reshape(X.shape).astype(np.float32)])


def shape_arithmetic():
    """[N, C, H, W] to [N, C * H, W] by nodes that calculate."""
    return case([node("Shape", ["x"], "shape"),
                 node("Gather", ["shape", "one"], "channels"),
                 node("Gather", ["shape", "two"], "rows"),
                 node("Mul", ["channels", "rows"], "product"),
                 node("Unsqueeze", ["product"], "list", axes=[0]),
                 node("Slice", ["shape", "first", "second"], "front"),
                 node("Slice", ["shape", "fourth", "end"], "back"),
                 node("Concat", ["front", "list", "back"], "new", axis=0),
                 node("Cast", ["new"], "same", to=TensorProto.INT64),
                 node("Reshape", ["x", "same"], "y0")], 11,
                [X.reshape(1, 6, 4)],
                [integers("one", 1), integers("two", 2),
                 integers("first", [0]), integers("second", [1]),
                 integers("fourth", [3]), integers("end", [4])])


def scalars():
    x = np.array(3, np.float32)
    return case([node("Mul", ["x", "two"], "y0"), node("Identity", ["x"], "y1"),
                 node("Transpose", ["x"], "y2"),
                 node("Unsqueeze", ["x", "axes"], "y3")], 13,
                [np.float32(6) * np.ones((), np.float32), x, x, x.reshape(1)],
                [constant("two", 2), integers("axes", [0])], x)


CASES = [name for name, function in list(globals().items())
         if callable(function) and getattr(function, "__module__", "")
         == __name__ and name not in ("case", "integers")]


def run(name, folder):
    network, inputs, expected = globals()[name]()
    (folder / "model.onnx").write_bytes(network.SerializeToString())
    arguments = []
    for key, array in inputs.items():
        np.save(folder / f"{key}.npy", array)
        arguments.append(f"{key}={folder / key}.npy")
    subprocess.run(["scnn-compile", folder / "model.onnx", "-o",
                    folder / "model.scnn",
                    *(f"--calibrate={a}" for a in arguments)], check=True)
    subprocess.run(["scnn-sim", folder / "model.scnn", "--output-dir", folder,
                    *(f"--input={a}" for a in arguments)],
                   check=True, stdout=subprocess.DEVNULL)
    for index, array in enumerate(expected):
        got = np.load(folder / f"y{index}.npy")
        if got.dtype != array.dtype or got.shape != array.shape:
            sys.exit(f"{name}: y{index}: expected {array.dtype} {array.shape}, "
                     f"but got {got.dtype} {got.shape}")
        # ReLU and concatenation of images run on the accelerator, in fixed
        # point.
        tolerance = 1e-3 if "Relu" in str(network) or "concat" in name else 1e-6
        if not np.allclose(got, array, rtol=tolerance, atol=tolerance):
            sys.exit(f"{name}: y{index}: expected {array}, but got {got}")


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in CASES:
        run(name, folder)
    print(f"{len(CASES)} forms agree")


if __name__ == "__main__":
    main()
