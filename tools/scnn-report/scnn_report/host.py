"""What ran on the host, and why."""

from .html import note, section
from .tables import plain


def render(stats):
    title = "On the host"
    rows = [(layer.name, operation, reason) for layer in stats.layers
            for operation, reason in layer.host_operations]
    if not rows:
        return section("host", title, note("Nothing ran on the host."))
    return section("host", title,
                   plain("Operations that ran on the host",
                         ("function", "operation", "why"), rows))
