"""The map of the PEs: the page's script draws it from the data here."""

from figures import style
from figures.stats import CAUSES

from .html import data, element, note, section

# As the columns of the table that scnn-sim prints.
_SHORT = {"useful": "useful", "border": "border", "placeholder": "placeh.",
          "fragmentation": "fragm.", "bank_conflict": "bank",
          "weights": "weights", "activations": "activ.", "barrier": "barrier",
          "ppu": "ppu", "no_work": "no work"}


def _select(identifier, label, options):
    return element("label", f"{label} ",
                   element("select", *(element("option", text, value=value)
                                       for value, text in options),
                           id=identifier))


def render(stats):
    layers = [layer for layer in stats.accelerator_layers if layer.pe_slots]
    if not layers:
        return section("pe-map", "Where the cycles of each PE went",
                       note("The stats file has no pe_slots."))
    rows, cols = stats.pe_grid
    causes = [{"key": cause, "label": style.CAUSES[cause][0],
               "short": _SHORT[cause], "colour": style.CAUSES[cause][1]}
              for cause in CAUSES]
    return section(
        "pe-map", "Where the cycles of each PE went",
        element("p",
                _select("map-layer", "Layer", enumerate(
                    layer.name for layer in layers)),
                _select("map-cause", "shows", [
                    ("loss", "largest loss"),
                    ("largest", "largest cause"),
                    *((cause["key"], cause["label"]) for cause in causes)]),
                class_="choices"),
        element("div", element("table", id="map-grid"), class_="scroll",
                tabindex="0", role="region", aria_label="map of the PEs"),
        element("p", id="map-pe", class_="note", aria_live="polite"),
        element("table", id="map-summary"),
        element("noscript", note("The map needs JavaScript.")),
        data("map-data", {
            "rows": rows, "cols": cols, "causes": causes,
            "layers": [{"name": layer.name,
                        "slots": [layer.pe_slots[cause] for cause in CAUSES]}
                       for layer in layers]}))
