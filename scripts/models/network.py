"""Writes a network as ONNX while it runs it.

Each method of Network adds an ONNX node and computes its result at once on
several pictures, the first dimension of every value: all but the last are the
calibration pictures, on which biases and statistics are set layer after layer;
on the last, the second picture, nothing is set. A value lives as long as its
Tensor.
"""

import zlib

import numpy as np
from onnx import TensorProto, helper, numpy_helper

import operators

OPSET = 13


class Tensor:
    """A value of the graph: its ONNX name, and what it is on the pictures."""

    def __init__(self, name, value):
        self.name = name
        self.value = value

    @property
    def channels(self):
        return self.value.shape[1]

    @property
    def calibration(self):
        return self.value[:-1]


class Layer:
    """What a convolution or fully connected layer came to: densities are
    non-zeros / all."""

    def __init__(self, name, weights, x):
        self.name = name
        self.weight_density = np.count_nonzero(weights) / weights.size
        # On the calibration pictures, on the second picture.
        self.input_densities = [np.count_nonzero(value) / value.size
                                for value in (x.calibration, x.value[-1:])]


def no_bias(sums):
    return np.zeros(sums.shape[1], np.float32)


class Network:
    """An ONNX graph in the making. Weights are drawn per layer from `seed` and
    the layer's name, so networks that share layers share their weights."""

    def __init__(self, name, seed=1):
        self.name = name
        self.seed = seed
        self.nodes = []
        self.initializers = []
        self.inputs = []
        self.outputs = []
        self.layers = []

    # Graph.

    def input(self, name, pictures):
        """pictures: [pictures, C, H, W]; the network's input is one of them."""
        self.inputs.append(helper.make_tensor_value_info(
            name, TensorProto.FLOAT, (1,) + pictures.shape[1:]))
        return Tensor(name, pictures)

    def output(self, x):
        """Returns x, the network's output."""
        self.outputs.append(helper.make_tensor_value_info(
            x.name, TensorProto.FLOAT, (1,) + x.value.shape[1:]))
        return x

    def constant(self, name, value):
        """An f32 initializer."""
        self.initializers.append(numpy_helper.from_array(
            np.asarray(value, np.float32), name))
        return name

    def node(self, operator, name, inputs, value, **attributes):
        self.nodes.append(helper.make_node(
            operator, [x.name if isinstance(x, Tensor) else x for x in inputs],
            [name], name=name, **attributes))
        return Tensor(name, value)

    def model(self):
        graph = helper.make_graph(self.nodes, self.name, self.inputs,
                                  self.outputs, self.initializers)
        return helper.make_model(
            graph, producer_name="scnn-mlir",
            opset_imports=[helper.make_opsetid("", OPSET)])

    def random(self, name):
        """The generator for the values called `name`."""
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

    # Layers with weights.

    def weights(self, name, shape, density):
        """He-initialised (normal, variance 2 / fan-in), then the smallest set
        to zero until `density` of them is left."""
        fan_in = int(np.prod(shape[1:]))
        weights = self.random(name).standard_normal(shape, np.float32)
        weights *= np.float32(np.sqrt(2 / fan_in))
        zeros = weights.size - int(round(density * weights.size))
        if zeros:
            smallest = np.argpartition(np.abs(weights), zeros - 1, axis=None)
            weights.reshape(-1)[smallest[:zeros]] = 0
        return weights

    def conv(self, x, name, filters, kernel, stride=1, pad=0, groups=1,
             density=1.0, bias=no_bias):
        """Conv. `bias` gets the sums on the calibration pictures,
        [pictures, K, H, W], and returns the biases, [K]; None for a convolution
        without."""
        shape = (filters, x.channels // groups, kernel, kernel)
        weights = self.weights(name, shape, density)
        self.layers.append(Layer(name, weights, x))
        sums = operators.conv(x.value, weights, stride, (pad,) * 4, groups)
        inputs = [x, self.constant(name + ".weight", weights)]
        if bias is not None:
            biases = bias(sums[:-1])
            sums += biases[:, np.newaxis, np.newaxis]
            inputs.append(self.constant(name + ".bias", biases))
        return self.node("Conv", name, inputs, sums,
                         kernel_shape=[kernel, kernel],
                         strides=[stride, stride], pads=[pad] * 4, group=groups)

    def fully_connected(self, x, name, filters, density=1.0, bias=no_bias,
                        deviation=None):
        """Gemm of x [N, C]. `bias` as for conv, of sums [pictures, K]. With
        `deviation`, weights are scaled so that the sums on the calibration
        pictures have this standard deviation: a softmax over them is then not
        saturated."""
        weights = self.weights(name, (filters, x.channels), density)
        if deviation:
            weights *= np.float32(deviation / np.std(x.calibration @ weights.T))
        self.layers.append(Layer(name, weights, x))
        sums = x.value @ weights.T
        biases = bias(sums[:-1])
        return self.node("Gemm", name,
                         [x, self.constant(name + ".weight", weights),
                          self.constant(name + ".bias", biases)],
                         sums + biases, transB=1)

    def batch_norm(self, x, name):
        """BatchNormalization with the mean and variance over the calibration
        pictures, and a random scale and shift as trained ones have."""
        values = x.calibration.astype(np.float64)
        mean = values.mean(axis=(0, 2, 3)).astype(np.float32)
        variance = values.var(axis=(0, 2, 3)).astype(np.float32)
        random = self.random(name)
        scale = random.uniform(0.5, 1.5, x.channels).astype(np.float32)
        shift = random.normal(0, 0.3, x.channels).astype(np.float32)
        epsilon = 1e-5
        factor = scale / np.sqrt(variance + np.float32(epsilon))
        value = (x.value - mean[:, np.newaxis, np.newaxis]) \
            * factor[:, np.newaxis, np.newaxis] + shift[:, np.newaxis, np.newaxis]
        return self.node("BatchNormalization", name,
                         [x, self.constant(name + ".scale", scale),
                          self.constant(name + ".shift", shift),
                          self.constant(name + ".mean", mean),
                          self.constant(name + ".variance", variance)],
                         value, epsilon=epsilon)

    # Layers without.

    def relu(self, x, name):
        return self.node("Relu", name, [x], np.maximum(x.value, 0))

    def relu6(self, x, name):
        return self.node("Clip", name,
                         [x, self.constant(name + ".min", np.float32(0)),
                          self.constant(name + ".max", np.float32(6))],
                         np.clip(x.value, 0, 6))

    def add(self, x, y, name):
        return self.node("Add", name, [x, y], x.value + y.value)

    def concat(self, xs, name):
        return self.node("Concat", name, xs,
                         np.concatenate([x.value for x in xs], axis=1), axis=1)

    def max_pool(self, x, name, kernel, stride, pads=(0, 0, 0, 0)):
        """pads: top, left, bottom, right."""
        return self.node("MaxPool", name, [x],
                         operators.max_pool(x.value, kernel, stride, pads),
                         kernel_shape=[kernel, kernel],
                         strides=[stride, stride], pads=list(pads))

    def average_pool(self, x, name, kernel, stride):
        return self.node("AveragePool", name, [x],
                         operators.average_pool(x.value, kernel, stride),
                         kernel_shape=[kernel, kernel],
                         strides=[stride, stride])

    def global_average_pool(self, x, name):
        return self.node("GlobalAveragePool", name, [x],
                         x.value.mean(axis=(2, 3), keepdims=True))

    def lrn(self, x, name, size=5, alpha=1e-4, beta=0.75):
        return self.node("LRN", name, [x],
                         operators.lrn(x.value, size, alpha, beta, 1.0),
                         size=size, alpha=alpha, beta=beta, bias=1.0)

    def flatten(self, x, name):
        return self.node("Flatten", name, [x],
                         x.value.reshape(len(x.value), -1))

    def softmax(self, x, name):
        return self.node("Softmax", name, [x], operators.softmax(x.value),
                         axis=1)
