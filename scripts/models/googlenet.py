"""GoogLeNet (Szegedy et al. 2015) as Caffe has it, without the classifiers
that only training uses."""

from densities import SAME_POOL, Published
from network import Network

# Filters: 1x1, 3x3_reduce, 3x3, 5x5_reduce, 5x5, pool_proj.
MODULES = {
    "3a": (64, 96, 128, 16, 32, 32), "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64), "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64), "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128), "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128)}

# Caffe rounds the size of a pooled plane up: one more row and column.
POOL = (3, 2, (0, 0, 1, 1))


def build(name, pictures, lrn=True):
    """`lrn`: with local response normalization, which the SCNN paper's form
    has not."""
    published = Published("googlenet")
    net = Network(name)
    modules = {"inception_" + key: MODULES[key] for key in MODULES}

    def conv(x, layer, filters, kernel, reader, stride=1, pool=None):
        """`reader`: the layer, or the module (an inception_ name), that reads
        the result, after `pool` if given."""
        if reader in modules:
            bias = published.bias_for(reader + "/1x1", pool,
                                      reader + "/pool_proj")
        else:
            bias = published.bias_for(reader, pool)
        x = net.conv(x, layer, filters, kernel, stride, kernel // 2, 1,
                     published.prune_to(layer), bias)
        prefix, _, last = layer.rpartition("/")
        return net.relu(x, f"{prefix}/relu_{last}")

    def module(x, name, reader, pool):
        one, reduce3, three, reduce5, five, projection = modules[name]
        prefix = name + "/"
        a = conv(x, prefix + "1x1", one, 1, reader, pool=pool)
        b = conv(x, prefix + "3x3_reduce", reduce3, 1, prefix + "3x3")
        b = conv(b, prefix + "3x3", three, 3, reader, pool=pool)
        c = conv(x, prefix + "5x5_reduce", reduce5, 1, prefix + "5x5")
        c = conv(c, prefix + "5x5", five, 5, reader, pool=pool)
        d = net.max_pool(x, prefix + "pool", *SAME_POOL)
        d = conv(d, prefix + "pool_proj", projection, 1, reader, pool=pool)
        return net.concat([a, b, c, d], prefix + "output")

    x = net.input("data", pictures)
    x = conv(x, "conv1/7x7_s2", 64, 7, "conv2/3x3_reduce", 2, POOL)
    x = net.max_pool(x, "pool1/3x3_s2", *POOL)
    if lrn:
        x = net.lrn(x, "pool1/norm1")
    x = conv(x, "conv2/3x3_reduce", 64, 1, "conv2/3x3")
    x = conv(x, "conv2/3x3", 192, 3, "inception_3a", pool=POOL)
    if lrn:
        x = net.lrn(x, "conv2/norm2")
    x = net.max_pool(x, "pool2/3x3_s2", *POOL)

    names = list(modules)
    for name, reader in zip(names, names[1:] + ["loss3/classifier"]):
        stage = name[len("inception_")]
        last_of_stage = reader in modules and not \
            reader.startswith("inception_" + stage)
        x = module(x, name, reader, POOL if last_of_stage else None)
        if last_of_stage:
            x = net.max_pool(x, f"pool{stage}/3x3_s2", *POOL)
    x = net.average_pool(x, "pool5/7x7_s1", 7, 1)
    x = net.flatten(x, "flatten")
    x = net.fully_connected(x, "loss3/classifier", 1000, deviation=2)
    x = net.softmax(x, "prob")
    return net, net.output(x), published
