"""Numbers as people read them."""


def count(value):
    """With separators between thousands."""
    return "–" if value is None else f"{value:,}"


def fraction(value):
    return "–" if value is None else f"{value:.3f}"


def percent(value):
    """Of a share from 0 to 1."""
    return "–" if value is None else f"{100 * value:.1f} %"


def ratio(value):
    return "–" if value is None else f"{value:.2f} ×"


def energy(attojoules):
    """With the unit that suits the size."""
    for unit, size in (("J", 1e18), ("mJ", 1e15), ("µJ", 1e12), ("nJ", 1e9)):
        if attojoules >= size:
            return f"{attojoules / size:,.3f} {unit}"
    return f"{attojoules / 1e6:,.3f} pJ"


def microjoules(attojoules):
    return "–" if attojoules is None else f"{attojoules / 1e12:,.3f}"


def divide(part, whole):
    """A ratio, or None where there is none."""
    return part / whole if whole and part is not None else None
