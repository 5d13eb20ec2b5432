"""Photographs as network inputs.

The photographs are those of Debian's python3-skimage; a name may also be the
path of another picture.
"""

import os

import numpy as np
from PIL import Image

FOLDER = "/usr/lib/python3/dist-packages/skimage/data"

# Real photographs among the package's pictures.
PHOTOGRAPHS = ["astronaut.png", "brick.png", "camera.png", "chelsea.png",
               "coffee.png", "coins.png", "gravel.png", "hubble_deep_field.jpg",
               "motorcycle_left.png", "rocket.jpg"]


def load(name):
    """The picture as PIL image, RGB."""
    return Image.open(os.path.join(FOLDER, name)).convert("RGB")


def centre_crop(image, size):
    """The largest centred square, as size x size; crops an eighth of the
    shorter side, as classifiers' preprocessing does (256 to 224)."""
    side = min(image.size) * 7 // 8
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return image.resize((size, size), Image.BILINEAR,
                        box=(left, top, left + side, top + side))


def imagenet(name, size):
    """f32 [1, 3, size, size], RGB, mean 0 and variance 1 over ImageNet: the
    input of ResNet, SqueezeNet, MobileNet and DenseNet."""
    pixels = np.asarray(centre_crop(load(name), size), np.float32) / 255
    pixels -= np.array([0.485, 0.456, 0.406], np.float32)
    pixels /= np.array([0.229, 0.224, 0.225], np.float32)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[np.newaxis])


def caffe(name, size):
    """f32 [1, 3, size, size], BGR 0 ... 255 less ImageNet's mean: the input of
    the Caffe networks AlexNet, VGG and GoogLeNet."""
    pixels = np.asarray(centre_crop(load(name), size), np.float32)[:, :, ::-1]
    pixels = pixels - np.array([104, 117, 123], np.float32)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[np.newaxis])
