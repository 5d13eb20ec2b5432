#!/usr/bin/python3
"""Compares the accelerator's outputs with ONNX Runtime's on ten pictures.

usage: accuracy.py [--tools FOLDER] [--work FOLDER] [--bound ERROR] NETWORK

NETWORK is one of fetch.sh's. It is compiled with the first five pictures as
calibration inputs, and simulated on all ten. An error is the difference between
the two outputs as a part of the largest magnitude that this output has in ONNX
Runtime on the ten pictures. Exits with 1 where one is greater than --bound.
"""

import argparse
import os
import subprocess
import sys

import numpy as np
from PIL import Image

import pictures

SCRIPTS = os.path.dirname(os.path.abspath(__file__))
CALIBRATION_PICTURES = 5

# Lines of text: a picture, and the box (left, top, right, bottom) of one in it.
TEXT_LINES = [("page.png", (4, 9, 112, 36)), ("page.png", (4, 48, 92, 66)),
              ("page.png", (93, 48, 190, 66)), ("page.png", (4, 65, 84, 83)),
              ("page.png", (4, 82, 98, 99)), ("page.png", (100, 82, 200, 100)),
              ("page.png", (4, 116, 100, 134)), ("page.png", (20, 168, 110, 186)),
              ("bw_text.png", (20, 20, 200, 52)),
              ("bw_text.png", (20, 225, 180, 258))]


def faces(size):
    """Each photograph as (name, f32 [1, size, size, 3] in -1 ... 1)."""
    for name in pictures.PHOTOGRAPHS:
        image = pictures.load(name).resize((size, size), Image.BILINEAR)
        yield name, np.asarray(image, np.float32)[np.newaxis] / 127.5 - 1


def text_lines():
    """Each line of text as (name, f32 [1, 3, 48, 192] in -1 ... 1, BGR), every
    second one upside down; short lines are filled up with zeros."""
    for number, (name, box) in enumerate(TEXT_LINES):
        line = pictures.load(name).crop(box)
        width = min(192, 48 * line.width // line.height)
        line = line.resize((width, 48), Image.BILINEAR)
        if number % 2:
            line = line.rotate(180)
        pixels = np.asarray(line, np.float32)[:, :, ::-1].transpose(2, 0, 1)
        value = np.zeros((1, 3, 48, 192), np.float32)
        value[0, :, :, :width] = pixels / 127.5 - 1
        yield f"{name} line {number + 1}", value


# Name of the input, and the ten inputs.
NETWORKS = {"blazeface-front": ("input:0", lambda: faces(128)),
            "blazeface-back": ("input:0", lambda: faces(256)),
            "text-direction": ("x", text_lines)}


def run(*command):
    """Ends this script where the command fails: it has said why."""
    try:
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    except subprocess.CalledProcessError:
        sys.exit(f"accuracy.py: error: {os.path.basename(command[0])} failed")
    except OSError as error:
        sys.exit(f"accuracy.py: error: {error}")


def load_outputs(folder):
    return {name: np.load(os.path.join(folder, name))
            for name in sorted(os.listdir(folder))}


def compare(network, tools, work):
    """Yields (picture, whether it was a calibration input, largest error, mean
    error over all output elements)."""
    input_name, inputs = NETWORKS[network]
    runtime = os.path.join(work, "onnxruntime")
    run(os.path.join(SCRIPTS, "fetch.sh"), work, network)
    run(os.path.join(SCRIPTS, "onnxruntime", "install.sh"), runtime)

    model = os.path.join(work, network + ".onnx")
    program = os.path.join(work, network + ".scnn")
    names, bindings, folders = [], [], {"float": [], "fixed": []}
    for index, (name, value) in enumerate(inputs()):
        file = os.path.join(work, f"{network}.{index}.npy")
        np.save(file, value)
        names.append(name)
        bindings.append(f"{input_name}={file}")
        for kind in folders:
            folder = os.path.join(work, f"{network}.{index}.{kind}")
            os.makedirs(folder, exist_ok=True)
            for stale in os.listdir(folder):
                os.remove(os.path.join(folder, stale))
            folders[kind].append(folder)

    run("node", os.path.join(SCRIPTS, "onnxruntime", "run.js"), runtime, model,
        *[word for pair in zip(bindings, folders["float"]) for word in pair])
    calibration = [word for binding in bindings[:CALIBRATION_PICTURES]
                   for word in ("--calibrate", binding)]
    run(os.path.join(tools, "scnn-compile"), model, "-o", program, *calibration)
    for binding, folder in zip(bindings, folders["fixed"]):
        run(os.path.join(tools, "scnn-sim"), program, "--input", binding,
            "--output-dir", folder)

    expected = [load_outputs(folder) for folder in folders["float"]]
    largest = {output: max(np.abs(outputs[output]).max() for outputs in expected)
               for output in expected[0]}
    for index, (outputs, folder) in enumerate(zip(expected, folders["fixed"])):
        actual = load_outputs(folder)
        if actual.keys() != outputs.keys():
            sys.exit(f"accuracy.py: error: expected outputs {list(outputs)}, "
                     f"but got {list(actual)}")
        errors = np.concatenate(
            [np.abs(actual[output] - outputs[output]).ravel() / largest[output]
             for output in outputs])
        yield (names[index], index < CALIBRATION_PICTURES, errors.max(),
               errors.mean())


def table(network, tools, work):
    """The errors as a Markdown table, and the largest of them."""
    lines = [f"| {network} on | calibrated on | largest error | mean error |",
             "|---|---|--:|--:|"]
    largest_errors, mean_errors = [], []
    for name, calibrated, largest, mean in compare(network, tools, work):
        largest_errors.append(largest)
        mean_errors.append(mean)
        lines.append(f"| {name} | {'yes' if calibrated else 'no'} | "
                     f"{largest:.2e} | {mean:.2e} |")
    largest = np.max(largest_errors)  # NaN where one is.
    lines.append(f"| all | | {largest:.2e} | {np.mean(mean_errors):.2e} |")
    return "\n".join(lines), largest


def main():
    parser = argparse.ArgumentParser(
        description="Compares the accelerator's outputs with ONNX Runtime's.")
    parser.add_argument("network", choices=NETWORKS)
    parser.add_argument("--tools", default="build/bin", metavar="FOLDER",
                        help="where scnn-compile and scnn-sim are")
    parser.add_argument("--work", default="build/models", metavar="FOLDER",
                        help="for what is fetched and written")
    parser.add_argument("--bound", type=float, default=float("inf"),
                        metavar="ERROR", help="the largest error that is right")
    arguments = parser.parse_args()
    os.makedirs(arguments.work, exist_ok=True)

    text, largest = table(arguments.network, arguments.tools, arguments.work)
    print(text)
    if not largest <= arguments.bound:
        print(f"accuracy.py: error: expected errors up to {arguments.bound:.2e}, "
              f"but got {largest:.2e}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
