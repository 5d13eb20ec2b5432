"""DenseNet-121 (Huang et al. 2017)."""

from network import Network

DENSITY = 0.35
GROWTH = 32
BLOCKS = [6, 12, 24, 16]


def build(name, pictures):
    net = Network(name)

    def norm_relu_conv(x, norm, layer, filters, kernel):
        x = net.relu(net.batch_norm(x, norm), norm + ".relu")
        return net.conv(x, layer, filters, kernel, pad=kernel // 2,
                        density=DENSITY, bias=None)

    x = net.input("data", pictures)
    x = net.conv(x, "conv0", 64, 7, 2, 3, density=DENSITY, bias=None)
    x = net.relu(net.batch_norm(x, "norm0"), "relu0")
    x = net.max_pool(x, "pool0", 3, 2, (1, 1, 1, 1))
    for stage, layers in enumerate(BLOCKS, 1):
        for index in range(1, layers + 1):
            prefix = f"block{stage}.layer{index}."
            y = norm_relu_conv(x, prefix + "norm1", prefix + "conv1",
                               4 * GROWTH, 1)
            y = norm_relu_conv(y, prefix + "norm2", prefix + "conv2", GROWTH, 3)
            x = net.concat([x, y], prefix + "concat")
        if stage < len(BLOCKS):
            prefix = f"transition{stage}."
            x = norm_relu_conv(x, prefix + "norm", prefix + "conv",
                               x.channels // 2, 1)
            x = net.average_pool(x, prefix + "pool", 2, 2)
    x = net.relu(net.batch_norm(x, "norm5"), "relu5")
    x = net.global_average_pool(x, "avgpool")
    x = net.flatten(x, "flatten")
    x = net.fully_connected(x, "classifier", 1000, DENSITY, deviation=2)
    return net, net.output(x), None
