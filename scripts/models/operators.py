"""ONNX operators on numpy arrays, as far as the networks here need them.

All tensors are f32 [N, C, H, W] unless said otherwise. Each function follows
the ONNX operator of its name; paddings are (top, left, bottom, right), as
ONNX orders them.
"""

import numpy as np


def output_size(size, kernel, stride, before, after):
    return (size + before + after - kernel) // stride + 1


def windows(x, kernel, stride, pads, fill):
    """Yields (r, s, x at filter row r and column s), the latter [N, C, OH, OW]:
    what position (r, s) of each window sees, `fill` beyond the border."""
    top, left, bottom, right = pads
    height = output_size(x.shape[2], kernel[0], stride, top, bottom)
    width = output_size(x.shape[3], kernel[1], stride, left, right)
    if any(pads):
        x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)),
                   constant_values=fill)
    for r in range(kernel[0]):
        for s in range(kernel[1]):
            yield r, s, x[:, :, r:r + (height - 1) * stride + 1:stride,
                          s:s + (width - 1) * stride + 1:stride]


def conv(x, weights, stride, pads, groups):
    """Conv without bias; weights [K, C / groups, R, S]. One matrix product per
    filter position and group: no im2col copy of the whole plane is held."""
    filters, _, *kernel = weights.shape
    out = None
    for r, s, seen in windows(x, kernel, stride, pads, 0):
        batch, channels, height, width = seen.shape
        tap = weights[:, :, r, s].reshape(groups, filters // groups, -1)
        part = tap @ seen.reshape(batch, groups, channels // groups, -1)
        out = part if out is None else np.add(out, part, out=out)
    return out.reshape(batch, filters, height, width)


def max_pool(x, kernel, stride, pads):
    out = None
    for _, _, seen in windows(x, (kernel, kernel), stride, pads, -np.inf):
        out = seen.copy() if out is None else np.maximum(out, seen, out=out)
    return out


def average_pool(x, kernel, stride):
    """AveragePool without padding."""
    seen = [v for _, _, v in windows(x, (kernel, kernel), stride, (0,) * 4, 0)]
    return sum(seen) / np.float32(len(seen))


def lrn(x, size, alpha, beta, bias):
    """Local response normalization across channels."""
    squares = np.pad(np.square(x), ((0, 0), ((size - 1) // 2, size // 2),
                                    (0, 0), (0, 0)))
    total = sum(squares[:, i:i + x.shape[1]] for i in range(size))
    return x / np.power(bias + np.float32(alpha / size) * total,
                        np.float32(beta))


def softmax(x):
    """Softmax over the last axis."""
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
