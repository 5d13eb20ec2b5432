"""VGG-16 (Simonyan and Zisserman 2015, configuration D)."""

from densities import Published
from network import Network

# Filters of the convolutions between poolings.
BLOCKS = [[64] * 2, [128] * 2, [256] * 3, [512] * 3, [512] * 3]
POOL = (2, 2, (0, 0, 0, 0))


def build(name, pictures):
    published = Published("vgg16")
    net = Network(name)
    layers = [f"conv{b}_{i}" for b, block in enumerate(BLOCKS, 1)
              for i, _ in enumerate(block, 1)] + ["fc6"]
    reader = dict(zip(layers, layers[1:]))

    x = net.input("data", pictures)
    for b, block in enumerate(BLOCKS, 1):
        for i, filters in enumerate(block, 1):
            layer = f"conv{b}_{i}"
            pool = POOL if i == len(block) else None
            x = net.conv(x, layer, filters, 3, pad=1,
                         density=published.prune_to(layer),
                         bias=published.bias_for(reader[layer], pool))
            x = net.relu(x, f"relu{b}_{i}")
        x = net.max_pool(x, f"pool{b}", *POOL)
    x = net.flatten(x, "flatten")
    for layer, after in [("fc6", "fc7"), ("fc7", "fc8")]:
        x = net.fully_connected(x, layer, 4096, published.prune_to(layer),
                                published.bias_for(after))
        x = net.relu(x, layer.replace("fc", "relu"))
    x = net.fully_connected(x, "fc8", 1000, published.prune_to("fc8"),
                            deviation=2)
    x = net.softmax(x, "prob")
    return net, net.output(x), published
