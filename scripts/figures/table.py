"""The numbers of a figure: what is drawn is what the CSV says."""

import csv
import io


class Table:
    """Named columns and rows of texts, integers, fractions and blanks (None).

    Fractions keep nine digits, in the drawing as in the CSV.
    """

    def __init__(self, *columns):
        self.columns = columns
        self.rows = []

    def add(self, **values):
        if set(values) != set(self.columns):
            raise KeyError(f"expected {self.columns}, but got {list(values)}")
        self.rows.append({column: _rounded(values[column])
                          for column in self.columns})

    def column(self, name):
        return [row[name] for row in self.rows]

    def distinct(self, name):
        """A column's values, each once, in the order of the rows."""
        return list(dict.fromkeys(self.column(name)))

    def where(self, **values):
        """The rows that have these values, as a table."""
        part = Table(*self.columns)
        part.rows = [row for row in self.rows
                     if all(row[name] == value
                            for name, value in values.items())]
        return part

    def to_csv(self):
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([["" if value is None else value
                           for value in row.values()] for row in self.rows])
        return text.getvalue()


def _rounded(value):
    return float(f"{value:.9g}") if isinstance(value, float) else value
