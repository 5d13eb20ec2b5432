"""ResNet-18 and ResNet-50 (He et al. 2016); where a block of 50 strides, its
3x3 convolution does, as in torchvision."""

from network import Network

DENSITY = 0.35
# Blocks of each stage, and whether a block is a bottleneck.
DEPTHS = {18: ([2, 2, 2, 2], False), 50: ([3, 4, 6, 3], True)}


def build(name, pictures, depth):
    stages, bottleneck = DEPTHS[depth]
    net = Network(name)

    def conv(x, layer, filters, kernel, stride=1):
        x = net.conv(x, layer, filters, kernel, stride, kernel // 2,
                     density=DENSITY, bias=None)
        return net.batch_norm(x, layer + ".bn")

    def conv_relu(x, layer, *shape):
        return net.relu(conv(x, layer, *shape), layer + ".relu")

    def block(x, prefix, width, stride):
        filters = 4 * width if bottleneck else width
        if bottleneck:
            y = conv_relu(x, prefix + "conv1", width, 1)
            y = conv_relu(y, prefix + "conv2", width, 3, stride)
            y = conv(y, prefix + "conv3", filters, 1)
        else:
            y = conv_relu(x, prefix + "conv1", width, 3, stride)
            y = conv(y, prefix + "conv2", filters, 3)
        if stride != 1 or x.channels != filters:
            x = conv(x, prefix + "downsample", filters, 1, stride)
        return net.relu(net.add(y, x, prefix + "add"), prefix + "relu")

    x = net.input("data", pictures)
    x = conv_relu(x, "conv1", 64, 7, 2)
    x = net.max_pool(x, "maxpool", 3, 2, (1, 1, 1, 1))
    for stage, blocks in enumerate(stages):
        for index in range(blocks):
            stride = 2 if stage > 0 and index == 0 else 1
            x = block(x, f"layer{stage + 1}.{index}.", 64 << stage, stride)
    x = net.global_average_pool(x, "avgpool")
    x = net.flatten(x, "flatten")
    x = net.fully_connected(x, "fc", 1000, DENSITY, deviation=2)
    return net, net.output(x), None
