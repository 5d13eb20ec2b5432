#!/usr/bin/env python3
"""Checks that a page is whole and refers to nothing outside; prints its tables.

usage: check_page.py FILE.html|- [TABLE...]

Each TABLE is an id; its caption and rows are printed, cells joined by ' | ',
then the headings that are sorted.
"""

import html.parser
import re
import sys

VOID = {"meta", "br", "col", "img", "input", "link", "hr"}
# What a browser would load from elsewhere.
REFERENCES = {"src", "href", "srcset", "data", "action", "poster", "background"}


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.ids, self.targets = [], [], []
        self.tables, self.row, self.table = {}, None, None
        self.sorted = {}

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        for name, value in attributes:
            if name.split(":")[-1] in REFERENCES:
                if not value.startswith("#"):
                    sys.exit(f"<{tag}> refers to {value}")
                self.targets.append(value[1:])
            elif name == "id":
                self.ids.append(value)
            for inner in re.findall(r"url\(([^)]*)\)", value or ""):
                if not inner.startswith("#"):
                    sys.exit(f"<{tag}> refers to {inner}")
                self.targets.append(inner[1:])
        if tag == "link":
            sys.exit("the page links to another file")
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.table = values.get("id", f"table{len(self.tables)}")
            self.tables[self.table] = []
        if tag in ("tr", "caption"):
            self.row = []
            self.tables[self.table].append(self.row)
        if tag in ("th", "td"):
            self.row.append("")
        if "aria-sort" in values:
            self.sorted[self.table] = (values["data-key"], values["aria-sort"])

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            sys.exit(f"</{tag}> closes nothing")

    def handle_data(self, text):
        inside = [tag for tag in self.open if tag in ("th", "td", "caption")]
        if inside == ["caption"]:
            self.row.append(text)
        elif inside:
            self.row[-1] += text


def main():
    file, *tables = sys.argv[1:]
    if file == "-":
        text = sys.stdin.read()
    else:
        with open(file, encoding="utf-8") as stream:
            text = stream.read()
    if re.search(r"https?:|//[\w.]+\.\w|@import", re.sub(r"^\s*//.*$", "", text,
                                                         flags=re.MULTILINE)):
        sys.exit("the page names another host")
    page = Page()
    page.feed(text)
    page.close()
    if page.open:
        sys.exit(f"{page.open} stay open")
    if len(set(page.ids)) < len(page.ids):
        sys.exit("an id is there twice")
    missing = set(page.targets) - set(page.ids)
    if missing:
        sys.exit(f"nothing has the ids {missing}")
    for table in tables:
        for row in page.tables[table]:
            print(" | ".join(cell.strip() for cell in row))
        if table in page.sorted:
            print("sorted by", *page.sorted[table])


if __name__ == "__main__":
    main()
