"""How figures look: colours, marks, words, and the bytes of SVG and PNG.

The colours are Okabe and Ito's, which stay apart for colour-blind readers.
What lies side by side also differs in lightness, hatch or mark, so that a
print in grey can be read.

Matplotlib, which takes a second to load, is imported where it is needed: what
refuses its input need not wait.
"""

import io

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, RED, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
DARK, LIGHT, WHITE = "#555555", "#DDDDDD", "#FFFFFF"

# Parts of a stacked bar: label, colour, hatch, in the order of the stack.
CAUSES = {
    "useful": ("useful products", BLUE, ""),
    "border": ("beyond the border", SKY, ""),
    "placeholder": ("placeholders", WHITE, "//////"),
    "fragmentation": ("fragmentation", ORANGE, ""),
    "bank_conflict": ("bank conflicts", RED, "----"),
    "weights": ("waiting for weights", YELLOW, ""),
    "activations": ("waiting for activations", GREEN, ""),
    "barrier": ("at the barrier", PURPLE, "\\\\\\\\\\\\"),
    "ppu": ("post-processing", DARK, ""),
    "no_work": ("no work", LIGHT, ""),
}

UNITS = {
    "dram": ("DRAM", BLUE, ""),
    "weight_broadcast": ("weight broadcast", SKY, ""),
    "weight_fifo": ("weight FIFO", WHITE, "//////"),
    "activation_ram": ("activation RAM", ORANGE, ""),
    "multiplier_array": ("multiplier array", YELLOW, "||||"),
    "scatter_network": ("scatter network", RED, ""),
    "accumulators": ("accumulators", LIGHT, ""),
    "halo_links": ("halo links", PURPLE, "\\\\\\\\\\\\"),
    "ppu": ("post-processing", DARK, ""),
}

# Machines: label, colour, line style, mark.
MACHINES = {
    "scnn": ("SCNN", BLUE, "-", "o"),
    "dcnn": ("DCNN", BLACK, "-", ""),
    "dcnn-opt": ("DCNN-opt", ORANGE, "--", "s"),
    "sparse-a": ("SparseA", GREEN, "-.", "^"),
    "sparse-w": ("SparseW", RED, "--", "D"),
    "oracle": ("oracle", DARK, ":", "x"),
    "ideal-dense": ("ideal dense machine", PURPLE, ":", "_"),
}

# For lines that stand for no machine: colour and mark of one thing, style of
# another.
MARKS = [(BLUE, "o"), (RED, "s"), (GREEN, "^"), (BLACK, "D"), (PURPLE, "v"),
         (ORANGE, "P")]
DASHES = ["-", "--", ":", "-."]

# For bars side by side that stand for no machine: colour, hatch.
BARS = [(BLUE, ""), (ORANGE, "//////"), (LIGHT, ""), (GREEN, "----")]

_SETTINGS = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "sans-serif"],
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": "#CCCCCC",
    "grid.linewidth": 0.6,
    "hatch.linewidth": 0.5,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "figure.constrained_layout.use": True,
    # Text stays text; the same figure gives the same bytes.
    "svg.fonttype": "none",
    "svg.hashsalt": "scnn",
}


def machine_label(name):
    return MACHINES[name][0] if name in MACHINES else name


def styled():
    """A context in which figures are made and written."""
    import matplotlib
    matplotlib.use("Agg")
    return matplotlib.rc_context(_SETTINGS)


def new_figure(width, height, rows=1, columns=1, **arguments):
    """Figure and its axes as a list of rows; sizes in inches."""
    from matplotlib import pyplot
    return pyplot.subplots(rows, columns, figsize=(width, height),
                           squeeze=False, **arguments)


def bar(axes, x, height, width, part, bottom=0, label=None):
    """Bars of a part's colour and hatch, with an edge that keeps them apart.

    A height of None draws nothing; `bottom` is a number or one for each bar.
    One collection, where matplotlib's `bar` would make an object of each bar,
    ten times more slowly. The caller sets the limits of the axes.
    """
    from matplotlib.collections import PolyCollection
    _, colour, hatch = part
    bottoms = bottom if isinstance(bottom, list) else [bottom] * len(x)
    rectangles = [
        [(place - width / 2, low), (place + width / 2, low),
         (place + width / 2, low + high), (place - width / 2, low + high)]
        for place, high, low in zip(x, height, bottoms) if high]
    axes.add_collection(PolyCollection(
        rectangles, facecolors=colour, hatch=hatch or None, edgecolors=DARK,
        linewidths=0.4, label=label), autolim=False)


def legend_above(axes, inches, raised=0):
    """A legend above the axes, `raised` points over their edge.

    `inches` is the width that it may take. Returns the points that it and what
    it was raised by take, from where a title can begin.
    """
    from matplotlib.transforms import ScaledTranslation
    handles, labels = axes.get_legend_handles_labels()
    columns = int(inches / (0.5 + 0.063 * max(map(len, labels))))
    columns = max(1, min(columns, len(labels)))
    above = axes.transAxes + ScaledTranslation(
        0, raised / 72, axes.figure.dpi_scale_trans)
    axes.legend(handles, labels, ncol=columns, loc="lower left",
                bbox_to_anchor=(0, 1), bbox_transform=above, borderaxespad=0.2)
    return raised + 14 * -(-len(labels) // columns) + 8


def logarithmic(axis):
    """Makes an axis logarithmic, with plain numbers at 1, 2 and 5."""
    from matplotlib import ticker
    axis.axes.set(**{f"{axis.axis_name}scale": "log"})
    axis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_locator(ticker.NullLocator())


def svg(figure):
    stream = io.BytesIO()
    figure.savefig(stream, format="svg", metadata={
        "Date": None, "Creator": None, "Format": None, "Type": None})
    return stream.getvalue()


def png(figure):
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=150, metadata={"Software": None})
    return stream.getvalue()


def close(figure):
    from matplotlib import pyplot
    pyplot.close(figure)
