"""Turns a picture into BlazeFace's input tensor.

usage: prepare_input.py PICTURE OUTPUT.npy

Output: f32 [1, 128, 128, 3] (N, H, W, C), the picture resized bilinearly,
values in [-1, 1].
"""

import sys

import numpy as np
from PIL import Image


def main():
    picture, output = sys.argv[1:]
    image = Image.open(picture).convert("RGB").resize((128, 128), Image.BILINEAR)
    pixels = np.asarray(image, dtype=np.float32) / 127.5 - 1.0
    np.save(output, pixels[np.newaxis])


if __name__ == "__main__":
    main()
