#!/usr/bin/env python3
"""Checks a figure's files: the SVG's texts, and that it refers to nothing
outside; the PNG's signature.

usage: check_figure.py NAME TEXT...

NAME.svg, NAME.png: the files. Each TEXT must stand in the SVG as a text of its
own.
"""

import sys
import xml.etree.ElementTree

SVG = "{http://www.w3.org/2000/svg}"


def main():
    name, *expected = sys.argv[1:]
    root = xml.etree.ElementTree.parse(f"{name}.svg").getroot()
    texts = [element.text for element in root.iter(f"{SVG}text")]
    for text in expected:
        if text not in texts:
            sys.exit(f"{name}.svg: expected the text '{text}', but got {texts}")
    for element in root.iter():
        for attribute, value in element.attrib.items():
            if attribute.endswith("href") and not value.startswith("#"):
                sys.exit(f"{name}.svg: refers to {value}")
    with open(f"{name}.png", "rb") as file:
        if file.read(8) != b"\x89PNG\r\n\x1a\n":
            sys.exit(f"{name}.png: is no PNG")


if __name__ == "__main__":
    main()
