"""A share as a bar of blocks."""

from textual.content import Content

LENGTH = 10
"""Cells of a bar."""


def bar(share: float) -> Content:
    """`share` of the bar filled, 0 … 1."""
    full = round(LENGTH * min(max(share, 0.0), 1.0))
    return Content.assemble(("█" * full, "$success"), ("░" * (LENGTH - full), "dim"))
