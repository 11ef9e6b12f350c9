"""The numbers beside the picture: labels on the left, values aligned, in as many columns as fit."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import product
from math import ceil
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from textual.strip import Strip

from tutor.patterns import compile_lazily
from tutor.text.ascii_mode import prefers_ascii
from tutor.widgets.lines_pane import LinesPane
from tutor.widgets.markdown.mathtext import text_content, unglue_content
from tutor.widgets.plots.colours import Palette, theme_palette
from tutor.widgets.plots.strips import COLUMN_GAP, fit_strip, make_strip

if TYPE_CHECKING:
    from tutor.sims.engine.view import Reading

VALUE_CELLS = 10
"""Cells reserved for a value, so that columns keep still while values change."""
_NUMBER = compile_lazily(r"(?:–|yes|no|−?[\d,]+)((?:\.\d+)?%?)")
"""A number or a percentage, with what follows its last whole digit; or a word in place of one.

A power of ten is none: it is wider.
"""
LABEL_GAP = 2
"""Cells between a label and its value."""

OWN_RUN = "this run"
"""What the values of the run itself stand under."""

KeptValues = Sequence[tuple[str, Any]]
"""The letter of each kept run, and the quantity in it."""


class Readings(LinesPane):
    """The quantities of the current state, named as in the JSON."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._readings: Sequence[Reading] = ()
        self._kept: Sequence[KeptValues] | None = None
        self._value_cells = VALUE_CELLS
        """The cells of the widest value there ever was, so that nothing jumps."""

    def show(
        self, readings: "Sequence[Reading]", kept: "Callable[[str], Sequence[tuple[str, Any]]] | None" = None
    ) -> None:
        """Show these readings, beside the values that `kept` looks up in each pinned run."""
        self._readings, self._kept = readings, [kept(item.key) for item in readings] if kept else None
        self._value_cells = max(self._value_cells, _value_width(aligned_values(readings)))
        self.rebuild()

    @property
    def readings(self) -> "Sequence[Reading]":
        """Those that are listed."""
        return self._readings

    @property
    def widths(self) -> tuple[int, ...]:
        """The columns that each reading wants: its label's, and as many for its value at every step."""
        return self.widths_of(self._readings)

    def widths_of(self, readings: "Sequence[Reading]") -> tuple[int, ...]:
        """The same for other readings."""
        value_cells = max(self._value_cells, _value_width(aligned_values(readings)))
        return tuple(cell_len(label_text(item)) + 1 + value_cells for item in readings)

    def make_lines(self, width: int, height: int) -> list[Strip]:
        """Lay the readings out in columns, read downwards."""
        if self._kept is not None:
            return compared_lines(self._readings, self._kept, theme_palette(self.app), width, height)
        return reading_lines(self._readings, theme_palette(self.app), width, height)


def compared_lines(
    readings: "Sequence[Reading]", kept: Sequence[KeptValues], palette: Palette, width: int, height: int
) -> list[Strip]:
    """The readings beside the values of pinned runs, with no label cut and no value rounded further.

    It is a table under the letters of the runs. Where that has no room, the values of pinned runs are all below.
    """
    values = [_value_texts(item, others) for item, others in zip(readings, kept, strict=True)]
    labels = [label_text(item) for item in readings]
    letters = [letter for letter, _ in kept[0]] if kept else []
    is_regular = all([letter for letter, _ in others] == letters for others in kept)
    table = _make_table(labels, values, letters, width) if letters and is_regular else None
    if table is None:
        pairs = zip(labels, values, kept, strict=True)
        return [line for label, row, others in pairs for line in _rows_below(label, row, others, palette, width)]
    return _table_lines(table, palette, width, height)


Table = list[tuple[str, str]]
"""Rows of a label and its values in columns, from the header on; all rows are equally wide."""


def _make_table(
    labels: Sequence[str], values: Sequence[Sequence[str]], letters: Sequence[str], width: int
) -> Table | None:
    """The table with the widest gaps that fits, decimal points below each other if they can be; or none."""
    wide = max(map(cell_len, labels))
    for is_aligned, gap in product((True, False), (LABEL_GAP, 1)):
        columns = []
        for title, texts in zip((OWN_RUN, *letters), zip(*values, strict=True), strict=True):
            column = _align_points(texts) if is_aligned else texts
            most = max(map(cell_len, (title, *column)))
            columns.append([" " * (most - cell_len(text)) + text for text in (title, *column)])
        rows = [(" " * gap).join(row) for row in zip(*columns, strict=True)]
        if wide + gap + cell_len(rows[0]) <= width:
            pads = [" " * (wide - cell_len(label) + gap) for label in ("", *labels)]
            return [(label, pad + row) for label, pad, row in zip(("", *labels), pads, rows, strict=True)]
    return None


def _table_lines(table: Table, palette: Palette, width: int, height: int) -> list[Strip]:
    """The table, in as few parts beside each other as fit `height`, each under the header."""
    header, *rows = table
    room = (width + COLUMN_GAP) // (cell_len("".join(header)) + COLUMN_GAP)
    count = min(room, ceil(len(rows) / max(1, height - 1)))
    high = ceil(len(rows) / max(1, count))
    parts = [rows[first : first + high] for first in range(0, len(rows), high)]
    lines = [_join_parts([make_strip(("".join(header), palette.quiet)) for _ in parts])]
    for place in range(high):
        pieces = [part[place] for part in parts if place < len(part)]
        lines.append(_join_parts([make_strip((name, palette.quiet), (row, palette.strong)) for name, row in pieces]))
    return lines


def _join_parts(parts: Sequence[Strip]) -> Strip:
    """The parts of one line, with gaps between them."""
    joined: list[Strip] = []
    for part in parts:
        joined += [Strip.blank(COLUMN_GAP), part] if joined else [part]
    return Strip.join(joined)


def _rows_below(label: str, row: Sequence[str], others: KeptValues, palette: Palette, width: int) -> list[Strip]:
    """A label with its own value, and below it the values of pinned runs after their letters."""
    pinned = [(f"  {letter}", text) for (letter, _), text in zip(others, row[1:], strict=True)]
    below = [_label_and_value(letter, text, palette, width) for letter, text in pinned]
    return [*_lines_of_label(label, row[0], palette, width), *below]


def _align_points(texts: Sequence[str]) -> list[str]:
    """Texts equally wide, the decimal points of numbers below each other."""
    found = [_NUMBER.fullmatch(text) for text in texts]
    decimals = max((len(number[1]) for number in found if number), default=0)
    ends = [decimals - len(number[1]) if number else 0 for number in found]
    wide = max((cell_len(text) + end for text, end in zip(texts, ends, strict=True)), default=0)
    return [" " * (wide - end - cell_len(text)) + text + " " * end for text, end in zip(texts, ends, strict=True)]


def _value_texts(reading: "Reading", others: KeptValues) -> list[str]:
    """The run's value, and those of the pinned runs."""
    return [reading.format(reading.value), *(reading.format(value) for _, value in others)]


def label_text(reading: "Reading") -> str:
    """The label as displayed."""
    return _plain_label(reading.label, prefers_ascii())


@lru_cache(maxsize=512)
def _plain_label(label: str, ascii: bool) -> str:
    return unglue_content(text_content(label, ascii)).plain


def aligned_values(readings: "Sequence[Reading]", with_units: bool = True) -> list[str]:
    """The values with their decimal points below each other where they end at the same column, units at their ends."""
    texts = [item.format(item.value) for item in readings]
    units = [item.unit_text if with_units else "" for item in readings]
    found = [_NUMBER.fullmatch(text) for text in texts]
    after = [cell_len(number[1] + unit) if number else 0 for number, unit in zip(found, units, strict=True)]
    return [
        text + unit + " " * (max(after, default=0) - width if number else 0)
        for text, unit, number, width in zip(texts, units, found, after, strict=True)
    ]


def natural_width(readings: "Sequence[Reading]") -> int:
    """The width that one column needs."""
    labels = max((cell_len(label_text(item)) for item in readings), default=0)
    return labels + LABEL_GAP + _value_width(aligned_values(readings))


def _value_width(values: Sequence[str]) -> int:
    return max([VALUE_CELLS, *map(cell_len, values)])


def reading_lines(readings: "Sequence[Reading]", palette: Palette, width: int, height: int) -> list[Strip]:
    """Lay the readings out in as few columns as fit `height`, and no more than fit `width`."""
    if not readings:
        return []
    values = aligned_values(readings)
    labels = [label_text(item) for item in readings]
    value_width = _value_width(values)
    label_width = max(map(cell_len, labels))
    if label_width + LABEL_GAP + value_width > width:
        return _narrow_lines(readings, palette, width)
    column_width = label_width + LABEL_GAP + value_width
    columns_that_fit = max(1, (width + COLUMN_GAP) // (column_width + COLUMN_GAP))
    columns = min(columns_that_fit, ceil(len(readings) / max(1, height)))
    rows = ceil(len(readings) / columns)
    lines = []
    for row in range(rows):
        parts: list[Strip] = []
        for index in range(row, len(readings), rows):
            piece = _label_and_value(labels[index], values[index], palette, column_width)
            parts += [Strip.blank(COLUMN_GAP), piece] if parts else [piece]
        lines.append(Strip.join(parts))
    return lines


def _narrow_lines(readings: "Sequence[Reading]", palette: Palette, width: int) -> list[Strip]:
    """The readings where room is short: without units, then with labels of several lines.

    Decimal points stand below each other, unless that takes more than half of the width. A value is on the first line
    of its label, so that no label is without its value where the list is cut.
    """
    values = aligned_values(readings, with_units=False)
    if max(map(cell_len, values)) > width // 2:
        values = [item.format(item.value) for item in readings]
    return _labelled_lines([label_text(item) for item in readings], values, palette, width)


def _labelled_lines(labels: Sequence[str], values: Sequence[str], palette: Palette, width: int) -> list[Strip]:
    """Every label with its value."""
    pairs = zip(labels, values, strict=True)
    return [line for label, value in pairs for line in _lines_of_label(label, value, palette, width)]


def _lines_of_label(label: str, value: str, palette: Palette, width: int) -> list[Strip]:
    """A label with its value on its first line, and what is left of the label below."""
    first, *below = _wrap_label(label, max(1, width - 1 - cell_len(value)), width)
    return [
        _label_and_value(first, value, palette, width),
        *(fit_strip(make_strip((part, palette.quiet)), width) for part in below),
    ]


@lru_cache(maxsize=512)
def _wrap_label(label: str, first: int, rest: int) -> tuple[str, ...]:
    """A label in a line of `first` cells and, below it, indented ones of `rest`."""
    from textwrap import wrap

    top = (wrap(label, first) or [""])[0]
    below = label[len(top) :].strip()
    return top, *wrap(below, max(2, rest), initial_indent=" ", subsequent_indent=" ")


def _label_and_value(label: str, value: str, palette: Palette, width: int) -> Strip:
    """A label at the left of so many cells, its value at the right."""
    gap = " " * max(1, width - cell_len(label) - cell_len(value))
    return fit_strip(make_strip((label, palette.quiet), (gap, palette.quiet), (value, palette.strong)), width)
