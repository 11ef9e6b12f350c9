"""Marks the parts of a picture whose quantities can be selected and set by hand."""

from collections.abc import Sequence
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

QUANTITY_KEY, SHOWN_KEY = "quantity", "quantity_shown"
"""Keys in the `meta` of a cell's style: its quantity's key, and whether the cell is marked while that is picked."""
SELECTED_MARK = "▸"
"""What a blank cell shows while its quantity is picked."""


def as_settable(line: Strip, key: str) -> Strip:
    """Let `line` stand for the quantity `key`: a click picks the quantity, and `show_picked` marks the line.

    With the key "", the line is returned unchanged.
    """
    return line.apply_meta({QUANTITY_KEY: key, SHOWN_KEY: True}) if key else line


@lru_cache(maxsize=1024)
def settable_style(style: Style, key: str) -> Style:
    """The style of a cell that picks the quantity `key` when clicked, but is never marked; unchanged if `key` is ""."""
    return style + Style(meta={QUANTITY_KEY: key, SHOWN_KEY: False}) if key else style


def quantity_at(style: Style) -> str:
    """The key of the quantity to which a cell with this style belongs; "" if it belongs to none."""
    return str(style.meta.get(QUANTITY_KEY, ""))


def show_picked(lines: Sequence[Strip], key: str) -> list[Strip]:
    """Mark the quantity `key` in `lines`: its cells are reversed; blank ones show a pointer."""
    return [Strip([_show_as_picked(segment, key) for segment in line], line.cell_length) for line in lines]


def _show_as_picked(segment: Segment, key: str) -> Segment:
    """Mark the segment if it stands for the quantity `key`."""
    style = segment.style
    if style is None or quantity_at(style) != key or not style.meta.get(SHOWN_KEY):
        return segment
    if segment.text.isspace():
        return Segment(SELECTED_MARK, style + Style(bold=True))
    return Segment(segment.text, style + Style(reverse=True, bold=True))
