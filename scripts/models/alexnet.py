"""AlexNet (Krizhevsky et al. 2012) as Caffe has it: 227x227, two groups."""

from densities import Published
from network import Network

POOL = (3, 2, (0, 0, 0, 0))


def build(name, pictures, lrn=True):
    """`lrn`: with local response normalization, which the SCNN paper's form
    has not."""
    published = Published("alexnet")
    net = Network(name)

    def conv(x, layer, filters, kernel, reader, stride=1, pad=0, groups=1,
             pool=None):
        x = net.conv(x, layer, filters, kernel, stride, pad, groups,
                     published.prune_to(layer),
                     published.bias_for(reader, pool))
        return net.relu(x, layer.replace("conv", "relu"))

    def norm_and_pool(x, number):
        if lrn:
            x = net.lrn(x, f"norm{number}")
        return net.max_pool(x, f"pool{number}", *POOL)

    def fully_connected(x, layer, reader):
        x = net.fully_connected(x, layer, 4096, published.prune_to(layer),
                                published.bias_for(reader))
        return net.relu(x, layer.replace("fc", "relu"))

    x = net.input("data", pictures)
    x = conv(x, "conv1", 96, 11, "conv2", stride=4, pool=POOL)
    x = norm_and_pool(x, 1)
    x = conv(x, "conv2", 256, 5, "conv3", pad=2, groups=2, pool=POOL)
    x = norm_and_pool(x, 2)
    x = conv(x, "conv3", 384, 3, "conv4", pad=1)
    x = conv(x, "conv4", 384, 3, "conv5", pad=1, groups=2)
    x = conv(x, "conv5", 256, 3, "fc6", pad=1, groups=2, pool=POOL)
    x = net.max_pool(x, "pool5", *POOL)
    x = net.flatten(x, "flatten")
    x = fully_connected(x, "fc6", "fc7")
    x = fully_connected(x, "fc7", "fc8")
    x = net.fully_connected(x, "fc8", 1000, published.prune_to("fc8"),
                            deviation=2)
    x = net.softmax(x, "prob")
    return net, net.output(x), published
