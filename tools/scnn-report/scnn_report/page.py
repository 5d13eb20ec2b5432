"""The page as a whole."""

import os

from . import (difference, drawings, energy_table, host, layers, machine, pe_map,
               totals)
from .html import Markup, element, join

# Nothing but what is in the page may be loaded: a browser holds to it.
_POLICY = ("default-src 'none'; style-src 'unsafe-inline'; "
           "script-src 'unsafe-inline'")

_SECTIONS = (("totals", "totals"), ("layers", "layers"), ("figures", "figures"),
             ("pe-map", "map of the PEs"), ("energy", "energy by unit"),
             ("machine", "machine"), ("mapping", "mapping"),
             ("host", "on the host"))


def _file(name):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, encoding="utf-8") as stream:
        return Markup(stream.read())


def _head(title):
    return element(
        "head", element("meta", charset="utf-8"),
        element("meta", name="viewport",
                content="width=device-width, initial-scale=1"),
        Markup(f'<meta http-equiv="Content-Security-Policy" '
               f'content="{_POLICY}">'),
        element("title", title), element("style", _file("page.css")))


def _header(stats, other, title):
    rows, cols = stats.pe_grid
    return element(
        "header", element("h1", title),
        element("p", f"{stats.file}: program '{stats.program}', engine "
                     f"'{stats.engine}', {rows} × {cols} PEs with "
                     f"{stats.machine['weights_per_vector']} × "
                     f"{stats.machine['activations_per_vector']} multipliers "
                     f"each."),
        element("p", f"Compared with {other.file}; all but the difference is "
                     f"of the first.") if other else None)


def _contents(sections):
    return element("nav", element("ul", *(
        element("li", element("a", name, href=f"#{identifier}"))
        for identifier, name in sections)), aria_label="sections")


def render(stats, other=None):
    """The page of `stats`; with `other`, their difference comes first."""
    title = f"SCNN report: {stats.name}"
    sections = list(_SECTIONS)
    if other:
        title += f" and {difference.names_of(stats, other)[1]}"
        sections.insert(0, ("difference", "difference"))
    body = element(
        "body", _header(stats, other, title), _contents(sections),
        element("main",
                difference.render(stats, other) if other else None,
                totals.render(stats), layers.render(stats),
                drawings.render(stats), pe_map.render(stats),
                energy_table.render(stats), machine.render(stats),
                host.render(stats)),
        element("script", _file("page.js")))
    return join(Markup("<!DOCTYPE html>\n"),
                element("html", _head(title), body, lang="en"), Markup("\n"))
