"""MobileNetV2 (Sandler et al. 2018), width 1."""

from network import Network

DENSITY = 0.35
# Expansion, filters, blocks, stride of the first block.
STAGES = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2),
          (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]


def build(name, pictures):
    net = Network(name)

    def conv(x, layer, filters, kernel, stride=1, groups=1):
        x = net.conv(x, layer, filters, kernel, stride, kernel // 2, groups,
                     DENSITY, bias=None)
        return net.batch_norm(x, layer + ".bn")

    def conv_relu6(x, layer, *shape):
        return net.relu6(conv(x, layer, *shape), layer + ".relu6")

    def block(x, prefix, expansion, filters, stride):
        width = expansion * x.channels
        y = x
        if expansion != 1:
            y = conv_relu6(y, prefix + "expand", width, 1)
        y = conv_relu6(y, prefix + "depthwise", width, 3, stride, width)
        y = conv(y, prefix + "project", filters, 1)
        if stride == 1 and x.channels == filters:
            y = net.add(x, y, prefix + "add")
        return y

    x = net.input("data", pictures)
    x = conv_relu6(x, "conv1", 32, 3, 2)
    number = 1
    for expansion, filters, blocks, first_stride in STAGES:
        for index in range(blocks):
            stride = first_stride if index == 0 else 1
            x = block(x, f"block{number}.", expansion, filters, stride)
            number += 1
    x = conv_relu6(x, "conv2", 1280, 1)
    x = net.global_average_pool(x, "avgpool")
    x = net.flatten(x, "flatten")
    x = net.fully_connected(x, "fc", 1000, DENSITY, deviation=2)
    return net, net.output(x), None
