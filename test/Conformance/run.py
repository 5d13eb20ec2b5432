#!/usr/bin/env python3
"""Runs ONNX's own backend tests: run.py [OPTION...] [NAME...]

For each case whose operators are all in docs/onnx-operators.md: freezes the
inputs that are weights or shapes to the test's data, compiles with calibration
on the test's input, simulates with verification, and compares with the expected
output. With NAMEs, only those cases.

accelerator.txt lists the cases in which the accelerator must take part, and
skipped.txt those that are not run, each with the reason.

Tolerance: 2^-10 of the output's largest magnitude where the accelerator took
part; else 1e-5 of each element (and 1e-7, as ONNX's own runner has it).
"""

import argparse
import collections
import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np
import onnx
from onnx import numpy_helper

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SUITES = ("node", "pytorch-converted", "pytorch-operator", "simple")

# Which inputs of an operator are frozen: weights, and what decides on shapes.
FROZEN = {
    "BatchNormalization": (1, 2, 3, 4), "Clip": (1, 2),
    "ConstantOfShape": (0,), "Conv": (1, 2), "ConvTranspose": (1, 2),
    "Dropout": (1, 2), "Expand": (1,), "Gather": (1,), "Gemm": (1, 2),
    "MatMul": (1,), "Pad": (1, 2, 3), "QLinearConv": (3, 4, 5),
    "ReduceMean": (1,), "Reshape": (1,), "Resize": (1, 2, 3),
    "Slice": (1, 2, 3, 4), "Split": (1,), "Squeeze": (1,), "Unsqueeze": (1,),
}


class Failure(Exception):
    """Why a case does not pass, in one line."""


Result = collections.namedtuple("Result", "name error on_accelerator")


def read_operators():
    """Names in the first column of the operators' table."""
    text = (ROOT / "docs/onnx-operators.md").read_text()
    return set(re.findall(r"^\| (\w+) \|", text, re.MULTILINE)) - {"operator"}


def read_list(name):
    """Lines `case` or `case: remark`; `#` begins a comment."""
    entries = {}
    for line in (HERE / name).read_text().splitlines():
        case, _, remark = line.partition("#")[0].partition(":")
        if case.strip():
            if case.strip() in entries:
                sys.exit(f"{name}: {case.strip()} is listed twice")
            entries[case.strip()] = remark.strip()
    return entries


def find_cases(data):
    cases = {}
    for suite in SUITES:
        for folder in sorted((data / suite).iterdir()):
            if (folder / "model.onnx").exists():
                cases[f"{suite}/{folder.name}"] = folder
    return cases


def get_operators(folder):
    model = onnx.load(folder / "model.onnx")
    return {node.op_type for node in model.graph.node}


def read_tensor(path):
    tensor = onnx.TensorProto()
    tensor.ParseFromString(path.read_bytes())
    return numpy_helper.to_array(tensor)


def read_tensors(data_set, kind):
    count = len(list(data_set.glob(f"{kind}_*.pb")))
    return [read_tensor(data_set / f"{kind}_{i}.pb") for i in range(count)]


def freeze(model, values):
    """Makes initializers of the inputs that FROZEN names; `values` by name.

    The others remain in `values`.
    """
    graph = model.graph
    frozen = set()
    for node in graph.node:
        for index in FROZEN.get(node.op_type, ()):
            if index < len(node.input) and node.input[index] in values:
                frozen.add(node.input[index])
    for name in frozen:
        graph.initializer.append(numpy_helper.from_array(values.pop(name), name))
    inputs = [i for i in graph.input if i.name not in frozen]
    del graph.input[:]
    graph.input.extend(inputs)


def run_tool(tools, *command):
    result = subprocess.run([str(tools / command[0]), *command[1:]],
                            capture_output=True, text=True, errors="replace")
    if result.returncode:
        lines = [line for line in result.stderr.splitlines() if line.strip()]
        raise Failure(lines[0] if lines else
                      f"{command[0]} ended with {result.returncode}")


def file_name(tensor_name):
    """As scnn-sim names the files of outputs."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", tensor_name) + ".npy"


def compare(name, got, expected, on_accelerator):
    if got.shape != expected.shape or got.dtype != expected.dtype:
        raise Failure(f"output '{name}': expected {expected.dtype} "
                      f"{expected.shape}, but got {got.dtype} {got.shape}")
    if expected.size == 0:
        return
    got, expected = got.astype(np.float64), expected.astype(np.float64)
    if on_accelerator:
        allowed = np.full(expected.shape, np.abs(expected).max() / 1024)
    else:
        allowed = 1e-5 * np.abs(expected) + 1e-7
    with np.errstate(invalid="ignore"):
        wrong = ~((np.abs(got - expected) <= allowed) | (got == expected)
                  | (np.isnan(got) & np.isnan(expected)))
    if wrong.any():
        where = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise Failure(f"output '{name}': {int(wrong.sum())} of {wrong.size} "
                      f"elements differ; the first at {where}: expected "
                      f"{expected[where]:.8g}, but got {got[where]:.8g}")


def run_data_set(tools, folder, data_set, scratch):
    """Whether the accelerator took part."""
    model = onnx.load(folder / "model.onnx")
    initializers = {tensor.name for tensor in model.graph.initializer}
    inputs = [i.name for i in model.graph.input if i.name not in initializers]
    values = dict(zip(inputs, read_tensors(data_set, "input")))
    freeze(model, values)
    onnx.save(model, scratch / "model.onnx")

    arguments = []
    for index, (name, value) in enumerate(values.items()):
        file = scratch / f"input{index}.npy"
        np.save(file, np.array(value, order="C"))
        arguments.append(f"{name}={file}")
    run_tool(tools, "scnn-compile", scratch / "model.onnx",
             "-o", scratch / "model.scnn",
             *(f"--calibrate={argument}" for argument in arguments))
    run_tool(tools, "scnn-sim", scratch / "model.scnn", "--verify",
             "--output-dir", scratch / "outputs",
             "--stats", scratch / "stats.json",
             *(f"--input={argument}" for argument in arguments))

    stats = json.loads((scratch / "stats.json").read_text())
    on_accelerator = any(layer["engine"] == "scnn" for layer in stats["layers"])
    for output, expected in zip(model.graph.output,
                                read_tensors(data_set, "output")):
        file = scratch / "outputs" / file_name(output.name)
        if not file.exists():
            raise Failure(f"there is no output '{output.name}'")
        got = np.load(file)
        compare(output.name, got, expected, on_accelerator)
    return on_accelerator


def run_case(tools, name, folder, must_accelerate):
    on_accelerator = False
    try:
        for data_set in sorted(folder.glob("test_data_set_*")):
            with tempfile.TemporaryDirectory() as scratch:
                took_part = run_data_set(tools, folder, data_set,
                                         pathlib.Path(scratch))
            on_accelerator |= took_part
            if must_accelerate and not took_part:
                raise Failure("the accelerator took no part")
    except Failure as failure:
        return Result(name, str(failure), on_accelerator)
    return Result(name, None, on_accelerator)


def parse_arguments():
    parser = argparse.ArgumentParser(
        description="Runs ONNX's own backend tests.")
    parser.add_argument("names", nargs="*", metavar="NAME",
                        help="case, as node/test_add (default: all)")
    parser.add_argument("--tools", type=pathlib.Path,
                        default=ROOT / "build/bin",
                        help="folder of scnn-compile and scnn-sim")
    parser.add_argument("--data", type=pathlib.Path,
                        default="/usr/share/libonnx-testdata/data",
                        help="the tests (Debian: libonnx-testdata)")
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


def select(arguments):
    """Cases to run, and reasons of those that are skipped."""
    operators = read_operators()
    skipped = read_list("skipped.txt")
    cases = find_cases(arguments.data)
    accelerated = read_list("accelerator.txt")
    for name in (*skipped, *accelerated, *arguments.names):
        if name not in cases:
            sys.exit(f"there is no case {name}")
    for name in skipped.keys() & accelerated.keys():
        sys.exit(f"{name} is in both lists")
    selected, reasons = {}, collections.Counter()
    for name, folder in cases.items():
        if arguments.names:
            if name in arguments.names:
                selected[name] = folder
        elif not get_operators(folder) <= operators:
            reasons["uses other operators"] += 1
        elif name in skipped:
            reasons[skipped[name]] += 1
        else:
            selected[name] = folder
    for name in accelerated:
        if not arguments.names and name not in selected:
            sys.exit(f"{name} must run on the accelerator, but uses other "
                     "operators")
    return selected, accelerated, reasons


def main():
    arguments = parse_arguments()
    selected, accelerated, reasons = select(arguments)
    results = []
    terminal = sys.stderr.isatty()
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        futures = [pool.submit(run_case, arguments.tools, name, folder,
                               name in accelerated)
                   for name, folder in selected.items()]
        for future in concurrent.futures.as_completed(futures):
            result = future.result()
            results.append(result)
            if result.error:
                print(f"FAIL {result.name}: {result.error}", flush=True)
            if terminal:
                print(f"\r\033[K{len(results)} of {len(selected)}", end="\r",
                      file=sys.stderr, flush=True)
            elif len(results) % 50 == 0:
                print(f"{len(results)} of {len(selected)} done", flush=True)

    passed = [result for result in results if not result.error]
    print(f"conformance: {len(results)} run, {len(passed)} passed, "
          f"{sum(result.on_accelerator for result in passed)} on the "
          f"accelerator, {sum(reasons.values())} skipped")
    for reason, count in reasons.most_common():
        print(f"  {count:4} skipped: {reason}")
    return 0 if results and len(passed) == len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
