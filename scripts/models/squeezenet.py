"""SqueezeNet 1.1 (Iandola et al. 2016), without batch normalization."""

from network import Network

DENSITY = 0.35
# Squeeze and expand filters of each fire module; None is a pooling.
FIRES = [(16, 64), (16, 64), None, (32, 128), (32, 128), None,
         (48, 192), (48, 192), (64, 256), (64, 256)]


def build(name, pictures):
    net = Network(name)

    def conv(x, layer, filters, kernel, stride=1, pad=0):
        x = net.conv(x, layer, filters, kernel, stride, pad, density=DENSITY)
        return net.relu(x, layer + "/relu")

    x = net.input("data", pictures)
    x = conv(x, "conv1", 64, 3, stride=2)
    x = net.max_pool(x, "pool1", 3, 2)
    number = 2
    for fire in FIRES:
        if fire is None:
            x = net.max_pool(x, f"pool{number - 1}", 3, 2)
            continue
        squeeze, expand = fire
        prefix = f"fire{number}/"
        x = conv(x, prefix + "squeeze1x1", squeeze, 1)
        x = net.concat([conv(x, prefix + "expand1x1", expand, 1),
                        conv(x, prefix + "expand3x3", expand, 3, pad=1)],
                       prefix + "concat")
        number += 1
    x = conv(x, "conv10", 1000, 1)
    x = net.global_average_pool(x, "pool10")
    x = net.flatten(x, "flatten")
    x = net.softmax(x, "prob")
    return net, net.output(x), None
