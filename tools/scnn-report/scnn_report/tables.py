"""Tables that a click, or the Enter key, on a column's heading sorts."""

import dataclasses

from .html import element


@dataclasses.dataclass(frozen=True)
class Column:
    """A column: how its value is found, and how it is shown."""
    key: str  # for `#sort=KEY`, and for scripts that read the page
    title: str
    value: object  # row -> number, text or None
    show: object = str  # value -> text
    help: str = None

    def cell(self, row, tag="td", **attributes):
        value = self.value(row)
        number = isinstance(value, (int, float)) or value is None
        return element(tag, self.show(value) if value is not None else "–",
                       class_="number" if number else None,
                       data_value="" if value is None else value, **attributes)


def table(identifier, caption, columns, rows, total=None):
    """A table of `rows`; `total` is a row that stays at the end."""
    rows = list(rows)
    head = element("tr", *(
        element("th", element("button", column.title, type="button",
                              title=column.help),
                scope="col", data_key=column.key,
                class_="number" if _numeric(column, rows) else None)
        for column in columns))
    return element(
        "div",
        element("table", element("caption", caption), element("thead", head),
                element("tbody", *(_row(columns, row) for row in rows)),
                element("tfoot", _row(columns, total)) if total else None,
                id=identifier, class_="sortable"),
        class_="scroll", tabindex="0", role="region", aria_label=caption)


def _numeric(column, rows):
    return all(not isinstance(column.value(row), str) for row in rows)


def _row(columns, row):
    first, *others = columns
    return element("tr", first.cell(row, "th", scope="row"),
                   *(column.cell(row) for column in others))


def plain(caption, headings, rows):
    """A table of texts that is not sorted; the first cell names its row."""
    return element(
        "div",
        element("table", element("caption", caption),
                element("thead", element("tr", *(
                    element("th", heading, scope="col")
                    for heading in headings))),
                element("tbody", *(
                    element("tr", element("th", row[0], scope="row"),
                            *(element("td", cell) for cell in row[1:]))
                    for row in rows))),
        class_="scroll plain")
