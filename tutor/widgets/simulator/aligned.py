"""Aligns the values of a list: decimal points below each other, while counts and words end in one column."""

from collections.abc import Sequence
from numbers import Integral
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len

from tutor.patterns import compile_lazily

if TYPE_CHECKING:
    from tutor.sims.engine.view import Reading

AlignedAs = Literal["number", "percentage", "end"]
"""What decides the place of a value: its decimal point, that among the percentages only, or its end."""
_VALUE = compile_lazily(
    r"(?:–|yes|no|−?[\d,]+)(?P<decimals>(?:\.\d+)?%?)(?P<remark>(?:(?: · 10)?[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+| \(rounding\))?)"
)
"""A number, or a word in its place.

The group `decimals` is all from its decimal point on. The group `remark`, a power of ten or a word about the number,
stands beyond the column in which all values end.
"""


def find_alignment(reading: "Reading") -> AlignedAs:
    """What decides the place of this reading's value: what has no point, such as a count, ends where others end."""
    if reading.value is None or isinstance(reading.value, (Integral, str)):  # a truth value is Integral too
        return "end"
    return "percentage" if reading.is_share else "number"


def pad_to_align(texts: Sequence[str], aligned_as: Sequence[AlignedAs], units: Sequence[str] = ()) -> list[str]:
    """Pad the texts, each with its unit, so that they are aligned if they are right-aligned then.

    If fewer than two of the numbers have decimals there are no points to align, and they end in one column, and so do
    percentages. Remarks and units stand right of that column.
    """
    units = units or [""] * len(texts)
    values = [_VALUE.fullmatch(text) for text in texts]
    remark_cells = [cell_len(value["remark"] + unit) if value else 0 for value, unit in zip(values, units, strict=True)]
    decimal_cells = [len(value["decimals"]) if value else 0 for value in values]
    max_decimals = {}
    for kind in set(aligned_as):
        places = [place for place, kind_here in enumerate(aligned_as) if kind_here == kind]
        has_points = kind != "end" and sum("." in texts[place] for place in places) > 1
        max_decimals[kind] = max(decimal_cells[place] for place in places) if has_points else 0
    return [
        text + unit + " " * (max(remark_cells) - remark + max(0, max_decimals[kind] - decimals) if value else 0)
        for text, unit, value, kind, remark, decimals in zip(
            texts, units, values, aligned_as, remark_cells, decimal_cells, strict=True
        )
    ]
