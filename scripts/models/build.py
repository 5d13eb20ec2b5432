#!/usr/bin/python3
"""Writes networks as ONNX.

usage: build.py [--size PIXELS] [-o FOLDER] NETWORK...

For each network writes to FOLDER:
  NETWORK.onnx           input `data`, f32 [1, 3, size, size]
  NETWORK.input.npy      a picture as this input
  NETWORK.expected.npy   the network's output for it
  NETWORK.second.npy     another, on which no bias and no statistics were set
  NETWORK.densities.csv  wanted and achieved densities of each layer
and prints the latter. Weights are random from a fixed seed: the networks have
the shapes and the sparsity of trained ones, and recognise nothing.
"""

import argparse
import csv
import functools
import os
import sys

import numpy as np
import onnx

import alexnet
import densenet
import densities
import googlenet
import mobilenet
import pictures
import resnet
import squeezenet
import vgg

# The first is the network's .input.npy, the last its .second.npy; on all but
# the last biases and statistics are set.
ONE = ["chelsea.png", "coffee.png"]
SEVERAL = ["chelsea.png", "astronaut.png", "motorcycle_left.png", "rocket.jpg",
           "coffee.png"]

# How to build it (network, output, published densities or None), its preprocessing, the size of its input, its pictures. One
# picture where densities are published: it meets them the best. A mean and
# variance of one would not hold for another.
NETWORKS = {
    "alexnet": (alexnet.build, pictures.caffe, 227, ONE),
    "alexnet-no-lrn": (functools.partial(alexnet.build, lrn=False),
                       pictures.caffe, 227, ONE),
    "vgg16": (vgg.build, pictures.caffe, 224, ONE),
    "googlenet": (googlenet.build, pictures.caffe, 224, ONE),
    "googlenet-no-lrn": (functools.partial(googlenet.build, lrn=False),
                         pictures.caffe, 224, ONE),
    "squeezenet1.1": (squeezenet.build, pictures.imagenet, 224, ONE),
    "resnet18": (functools.partial(resnet.build, depth=18),
                 pictures.imagenet, 224, SEVERAL),
    "resnet50": (functools.partial(resnet.build, depth=50),
                 pictures.imagenet, 224, SEVERAL),
    "mobilenetv2": (mobilenet.build, pictures.imagenet, 224, SEVERAL),
    "densenet121": (densenet.build, pictures.imagenet, 224, SEVERAL)}


def write(name, size, folder):
    """Writes the files of a network; returns the rows of its densities."""
    build, preprocess, usual_size, names = NETWORKS[name]
    inputs = [preprocess(picture, size or usual_size) for picture in names]
    network, output, published = build(name, np.concatenate(inputs))

    path = os.path.join(folder, name)
    onnx.save(network.model(), path + ".onnx")
    np.save(path + ".input.npy", inputs[0])
    np.save(path + ".second.npy", inputs[-1])
    np.save(path + ".expected.npy", output.value[:1])
    rows = densities.report(network, published)
    with open(path + ".densities.csv", "w", newline="") as file:
        csv.writer(file).writerows([densities.COLUMNS] + rows)
    return rows


def print_table(name, rows):
    print(name)
    width = max(len(row[0]) for row in rows)
    print(f"  {'':{width}}      weights              input activations")
    print(f"  {'layer':{width}}  wanted achieved  wanted achieved  second picture")
    for layer, *cells in rows:
        print(f"  {layer:{width}}  {cells[0]:>6} {cells[1]:>8}  {cells[2]:>6} "
              f"{cells[3]:>8}  {cells[4]:>14}")


def main():
    parser = argparse.ArgumentParser(
        description="Writes networks as ONNX.",
        epilog="networks: " + ", ".join(NETWORKS))
    parser.add_argument("networks", metavar="NETWORK", nargs="+")
    parser.add_argument("-o", "--output", metavar="FOLDER", default=".")
    parser.add_argument("--size", type=int, metavar="PIXELS",
                        help="height and width of the input, for networks that "
                        "take any (those with global pooling)")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.networks if name not in NETWORKS]
    if unknown:
        sys.exit(f"error: expected a network of {', '.join(NETWORKS)}, "
                 f"but got '{unknown[0]}'")
    os.makedirs(arguments.output, exist_ok=True)
    for name in arguments.networks:
        print_table(name, write(name, arguments.size, arguments.output))


if __name__ == "__main__":
    main()
