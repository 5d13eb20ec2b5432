"""HTML from Python values: all text is escaped here, and nowhere else."""

import html
import json


class Markup(str):
    """Text that is HTML already."""


def join(*parts):
    """Children as HTML: Markup as it is, None as nothing, the rest escaped."""
    return Markup("".join(
        part if isinstance(part, Markup) else html.escape(str(part))
        for part in parts if part is not None))


def element(tag, *children, **attributes):
    """An element; attributes lose a final underscore, others become hyphens.

    An attribute of None is left out; True stands without a value."""
    text = "".join(
        f" {name.rstrip('_').replace('_', '-')}" +
        ("" if value is True else f'="{html.escape(str(value))}"')
        for name, value in attributes.items() if value is not None)
    if tag in ("meta", "col"):
        return Markup(f"<{tag}{text}>")
    return Markup(f"<{tag}{text}>{join(*children)}</{tag}>")


def data(identifier, value):
    """JSON for the page's script, which no text in it can end."""
    text = json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
    return Markup(f'<script type="application/json" id="{identifier}">{text}'
                  f'</script>')


def section(identifier, title, *children):
    return element("section", element("h2", title), *children, id=identifier)


def note(text):
    return element("p", text, class_="note")
