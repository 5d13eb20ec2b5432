"""The figures of one stats file, as SVG that is part of the page."""

import re

from figures import energy, energy_layers, speed_up, style, utilization, work

from .html import Markup, element, note, section

_FIGURES = (work, utilization, speed_up, energy, energy_layers)


def _inline(svg, name, title):
    """Takes out what only a file of its own needs, and makes ids unique."""
    text = svg.decode()
    text = text[text.index("<svg"):]
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", text,
                  flags=re.DOTALL)
    text = re.sub(r' xmlns(:\w+)?="[^"]*"', "", text)
    text = text.replace("xlink:href", "href")
    text = re.sub(r'id="([^"]*)"', rf'id="{name}-\1"', text)
    text = re.sub(r'(url\(|href=")#', rf'\1#{name}-', text)
    return Markup(text.replace(
        "<svg", f'<svg role="img" aria-label="{title}"', 1))


def _draw(figure, stats):
    drawing = figure.draw(figure.tabulate([stats]))
    try:
        return _inline(style.svg(drawing), figure.NAME, figure.TITLE)
    finally:
        style.close(drawing)


def render(stats):
    drawn, missing = [], []
    with style.styled():
        for figure in _FIGURES:
            if not getattr(figure, "possible", lambda stats: True)(stats):
                missing.append(figure.TITLE)
                continue
            drawn.append(element(
                "figure", element("figcaption", element("strong", figure.TITLE),
                                  ". ", figure.NOTE),
                element("div", _draw(figure, stats), class_="scroll",
                        tabindex="0", role="region", aria_label=figure.TITLE)))
    lacking = note(f"The stats file has no comparison with DCNN, which these "
                   f"figures need: {'; '.join(missing)}. "
                   f"scnn-sim --compare=dcnn,dcnn-opt,oracle adds it."
                   ) if missing else None
    return section("figures", "Figures", *drawn, lacking)
