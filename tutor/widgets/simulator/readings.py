"""The readings beside the picture: labels at the left and aligned values at the right, in as many columns as fit."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain, product, repeat
from math import ceil
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from textual.strip import Strip

from tutor.patterns import compile_lazily
from tutor.text.ascii_mode import prefers_ascii
from tutor.widgets.lines_pane import LinesPane
from tutor.widgets.markdown.mathtext import GLUE, text_content, unglue_content
from tutor.widgets.plots.colours import Palette, theme_palette
from tutor.widgets.plots.strips import COLUMN_GAP, LABEL_GAP, MIN_LABEL_GAP, fit_strip, make_strip
from tutor.widgets.simulator.aligned import AlignedAs, find_alignment, pad_to_align
from tutor.widgets.simulator.indexed import find_table

if TYPE_CHECKING:
    from tutor.sims.engine.view import Reading

VALUE_CELLS = 10
"""Cells reserved for a value, so that columns keep their places while values change."""
_BEFORE_NUMBER = compile_lazily(r" (?=\d)")
"""The blank before a number in a label, as in `layer 2`."""

OWN_RUN = "this run"
"""The title of the column with the values of the current run."""

PinnedValues = Sequence[tuple[str, Any]]
"""(letter of a pinned run, value of a quantity in that run), for each pinned run."""


class Readings(LinesPane):
    """The quantities of the current state, named as in the JSON."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._readings: Sequence[Reading] = ()
        self._pinned: Sequence[PinnedValues] | None = None
        """For each reading, its values in the pinned runs; `None` if no run is pinned."""
        self._value_cells = VALUE_CELLS
        """The width of the widest value so far, which is kept so that nothing jumps."""

    def show(
        self, readings: "Sequence[Reading]", look_up_pinned: "Callable[[str], PinnedValues] | None" = None
    ) -> None:
        """Show these readings; with `look_up_pinned`, their values in pinned runs are beside them."""
        self._readings = readings
        self._pinned = [look_up_pinned(reading.key) for reading in readings] if look_up_pinned else None
        self._value_cells = max(self._value_cells, _value_width(aligned_values(readings)))
        self.rebuild()

    @property
    def readings(self) -> "Sequence[Reading]":
        """The readings that are listed."""
        return self._readings

    def widths_of(self, readings: "Sequence[Reading]") -> tuple[int, ...]:
        """The width that each of `readings` wants: its label, a blank, and a value as wide as the widest so far.

        A cell is spare, so that a value with one more digit moves nothing.
        """
        value_cells = max(self._value_cells, _value_width(aligned_values(readings)), VALUE_CELLS + 1)
        return _wanted_widths(readings, value_cells)

    def make_lines(self, width: int, height: int) -> list[Strip]:
        """Lay out the readings in columns, or in a table with the values of pinned runs."""
        if self._pinned is not None:
            return compared_lines(self._readings, self._pinned, theme_palette(self.app), width, height)
        return reading_lines(self._readings, theme_palette(self.app), width, height)


def _wanted_widths(readings: "Sequence[Reading]", value_cells: int) -> tuple[int, ...]:
    """The width that each reading wants if its value has so many cells."""
    return tuple(cell_len(label_text(reading)) + MIN_LABEL_GAP + value_cells for reading in readings)


def compared_lines(
    readings: "Sequence[Reading]", pinned: Sequence[PinnedValues], palette: Palette, width: int, height: int
) -> list[Strip]:
    """Lay out the readings with their values in pinned runs; no label is cut, and no value is rounded further.

    If there is room, this is a table, with the letters of the runs above its columns. Otherwise each value of a pinned
    run is on a line of its own, below the value of the current run.
    """
    value_rows = [_value_texts(reading, pinned_values) for reading, pinned_values in zip(readings, pinned, strict=True)]
    labels = [label_text(reading) for reading in readings]
    aligned_as = [find_alignment(reading) for reading in readings]
    letters = [letter for letter, _ in pinned[0]] if pinned else []
    have_same_runs = all([letter for letter, _ in pinned_values] == letters for pinned_values in pinned)
    titles = (OWN_RUN, *letters)
    table = _make_table(labels, value_rows, aligned_as, titles, width) if letters and have_same_runs else None
    if table is not None:
        return _comparison_strips(table, palette, width, height)
    lines: list[Strip] = []
    for label, values, pinned_values in zip(labels, value_rows, pinned, strict=True):
        pinned_letters = [letter for letter, _ in pinned_values]
        lines += _lines_with_pinned_below(label, values, pinned_letters, palette, width)
    return lines


Table = list[tuple[str, str]]
"""(label, values in columns) for each row of a table; the header is first, and all rows are equally wide."""


def _make_table(
    labels: Sequence[str],
    value_rows: Sequence[Sequence[str]],
    aligned_as: Sequence[AlignedAs],
    titles: Sequence[str],
    width: int,
) -> Table | None:
    """Make a table with a row of values for each label, under the titles of columns; `None` if it does not fit.

    If there is room, values are aligned as `aligned_as` says for their row, and gaps are wide.
    """
    label_width = max(map(cell_len, labels))
    value_columns = list(zip(*value_rows, strict=True))
    for is_aligned, gap in product((True, False), (LABEL_GAP, MIN_LABEL_GAP)):  # tries the widest table first
        columns = []
        for title, values in zip(titles, value_columns, strict=True):
            texts = [title, *(pad_to_align(values, aligned_as) if is_aligned else values)]
            column_width = max(map(cell_len, texts))
            columns.append([" " * (column_width - cell_len(text)) + text for text in texts])  # right-aligned
        joined_rows = [(" " * gap).join(texts) for texts in zip(*columns, strict=True)]
        if label_width + gap + cell_len(joined_rows[0]) <= width:  # one row is enough, since all are equally wide
            return [
                (label, " " * (label_width - cell_len(label) + gap) + joined)
                for label, joined in zip(("", *labels), joined_rows, strict=True)
            ]
    return None


def _comparison_strips(table: Table, palette: Palette, width: int, height: int) -> list[Strip]:
    """Draw a table, cut into blocks of rows side by side: as few as fit `height`, each with the header above it."""
    header, *rows = table
    header_text = "".join(header)
    max_blocks = (width + COLUMN_GAP) // (cell_len(header_text) + COLUMN_GAP)
    block_count = min(max_blocks, ceil(len(rows) / max(1, height - 1)))  # 1 is the header
    block_height = ceil(len(rows) / max(1, block_count))
    blocks = [rows[start : start + block_height] for start in range(0, len(rows), block_height)]
    lines = [_join_side_by_side([make_strip((header_text, palette.quiet)) for _ in blocks])]
    for index in range(block_height):
        rows_in_line = [block[index] for block in blocks if index < len(block)]
        strips = [make_strip((label, palette.quiet), (values, palette.strong)) for label, values in rows_in_line]
        lines.append(_join_side_by_side(strips))
    return lines


def _join_side_by_side(strips: Sequence[Strip]) -> Strip:
    """Join strips to one line, with gaps between them."""
    joined: list[Strip] = []
    for strip in strips:
        joined += [Strip.blank(COLUMN_GAP), strip] if joined else [strip]
    return Strip.join(joined)


def _lines_with_pinned_below(
    label: str, values: Sequence[str], letters: Sequence[str], palette: Palette, width: int
) -> list[Strip]:
    """A label with the current run's value, and below it the values of the pinned runs after their `letters`.

    The current run's value is the first of `values`.
    """
    own_value, *pinned_values = values
    below = [
        _label_and_value(f"  {letter}", value, palette, width)
        for letter, value in zip(letters, pinned_values, strict=True)
    ]
    return [*_lines_of_label(label, own_value, palette, width), *below]


def _value_texts(reading: "Reading", pinned_values: PinnedValues) -> list[str]:
    """The value of a reading in the current run and in the pinned runs, formatted."""
    return [reading.format(reading.value), *(reading.format(value) for _, value in pinned_values)]


def label_text(reading: "Reading") -> str:
    """The label as displayed."""
    return _plain_label(reading.label, prefers_ascii())


@lru_cache(maxsize=512)
def _plain_label(label: str, ascii: bool) -> str:
    """Turn a label in Markdown into plain text; cached because labels seldom change."""
    return unglue_content(text_content(label, ascii)).plain


def aligned_values(readings: "Sequence[Reading]", with_units: bool = True) -> list[str]:
    """Format the values with their units, padded so that they are aligned if the texts are right-aligned."""
    texts = [reading.format(reading.value) for reading in readings]
    units = [reading.unit_text for reading in readings] if with_units else ()
    return pad_to_align(texts, [find_alignment(reading) for reading in readings], units)


def natural_width(readings: "Sequence[Reading]") -> int:
    """The width that the readings need in one column."""
    label_width = max((cell_len(label_text(reading)) for reading in readings), default=0)
    return label_width + LABEL_GAP + _value_width(aligned_values(readings))


def _value_width(values: Sequence[str]) -> int:
    """The width of the widest value, but at least `VALUE_CELLS`."""
    return max([VALUE_CELLS, *map(cell_len, values)])


def reading_lines(readings: "Sequence[Reading]", palette: Palette, width: int, height: int) -> list[Strip]:
    """Lay out the readings in as few columns as fit `height`, but in no more than fit `width`.

    They are read downwards if all are visible. If the list has to be scrolled, they are read from left to right.
    Readings whose labels differ only in an index are in a table, if it fits `width`.
    """
    if not readings:
        return []
    lines_with_table = _lines_with_table(readings, palette, width, height)
    if lines_with_table is not None:
        return lines_with_table
    values = aligned_values(readings)
    labels = [label_text(reading) for reading in readings]
    column_width = max(map(cell_len, labels)) + LABEL_GAP + _value_width(values)
    if column_width > width:
        return _narrow_lines(readings, palette, width, height)
    max_columns = max(1, (width + COLUMN_GAP) // (column_width + COLUMN_GAP))
    column_count = min(max_columns, ceil(len(readings) / max(1, height)))
    row_count = ceil(len(readings) / column_count)
    is_scrolled = row_count > height
    lines = []
    for row in range(row_count):
        first, step = (row * column_count, 1) if is_scrolled else (row, row_count)
        # The indices of the readings in this row, one for each column.
        indices = range(first, len(readings), step)[:column_count]
        lines.append(
            _join_side_by_side(
                [_label_and_value(labels[index], values[index], palette, column_width) for index in indices]
            )
        )
    return lines


def _lines_with_table(readings: "Sequence[Reading]", palette: Palette, width: int, height: int) -> list[Strip] | None:
    """Lay out readings that differ only in an index in a table, the others above it or, if they fit, at its right.

    `None` if there are no such readings, or no room for the table.
    """
    found = find_table(tuple(label_text(reading) for reading in readings))
    if found is None:
        return None
    texts = [reading.format(reading.value) + reading.unit_text for reading in readings]
    value_rows = [[texts[place] for place in places] for _, places in found.rows]
    titles = [title.rjust(VALUE_CELLS) for title in found.titles]  # so that columns keep their places
    aligned_as = [find_alignment(readings[places[0]]) for _, places in found.rows]
    table = _make_table([label for label, _ in found.rows], value_rows, aligned_as, titles, width)
    if table is None:
        return None
    (_, header), *rows = table
    label_blank = " " * (cell_len("".join(rows[0])) - cell_len(header))
    table_lines = [make_strip((label_blank + header, palette.quiet))]
    table_lines += [make_strip((label, palette.quiet), (values, palette.strong)) for label, values in rows]
    others = [readings[place] for place in found.others]
    if not others:
        return table_lines
    columns_beside = width - table_lines[0].cell_length - COLUMN_GAP
    if columns_beside >= natural_width(others) and len(others) <= max(height, len(table_lines)):
        list_lines = reading_lines(others, palette, natural_width(others), len(others))
        table_width = table_lines[0].cell_length
        table_lines += [Strip.blank(table_width)] * (len(list_lines) - len(table_lines))
        list_lines += [Strip([])] * (len(table_lines) - len(list_lines))
        return [_join_side_by_side(pair) for pair in zip(table_lines, list_lines, strict=True)]
    # As rows of the same table, their values are in line with those of its first column, unless they make it wider.
    labels_above = [label_text(reading) for reading in others]
    rows_above = [[texts[place], *([""] * (len(titles) - 1))] for place in found.others]
    whole = _make_table(
        [*labels_above, *(label for label, _ in found.rows)],
        [*rows_above, *value_rows],
        [*map(find_alignment, others), *aligned_as],
        titles,
        width,
    )
    if whole is None or cell_len("".join(whole[1])) != table_lines[0].cell_length:
        return [*reading_lines(others, palette, width, len(others)), *table_lines]
    lines = [make_strip((label, palette.quiet), (values, palette.strong)) for label, values in whole[1:]]
    return [*lines[: len(others)], table_lines[0], *lines[len(others) :]]


def _narrow_lines(readings: "Sequence[Reading]", palette: Palette, width: int, height: int) -> list[Strip]:
    """Lay out the readings in a column that is too narrow for them: no units, and labels of several lines.

    A value is on the first line of its label, so that a label never appears without its value where the list is cut
    off. If the list is higher than `height`, values give up some of the blanks that align them, as many as bring every
    label that can be brought there onto one line; but only if the list then fits.
    """
    labels, values = [label_text(reading) for reading in readings], _narrow_values(readings, width)
    lines = _lines_of_labels(labels, values, palette, width)
    if len(lines) <= height:
        return lines
    blanks = _blanks_to_give_up(labels, values, width)
    tighter_values = [_without_blanks(value, blanks) for value in values]
    tighter_lines = _lines_of_labels(labels, tighter_values, palette, width)
    return tighter_lines if len(tighter_lines) <= height else lines  # a list that is scrolled anyway stays aligned


def _narrow_values(readings: "Sequence[Reading]", width: int) -> list[str]:
    """The values without units; decimal points are aligned, unless that takes more than half of `width`."""
    values = aligned_values(readings, with_units=False)
    if max(map(cell_len, values)) <= width // 2:
        return values
    return [reading.format(reading.value) for reading in readings]


def _blanks_to_give_up(labels: Sequence[str], values: Sequence[str], width: int) -> int:
    """How many blanks at the ends of the values must go so that each label fits into one line, where that is possible.

    It is possible for a label if its value ends in at least as many blanks as label and value have cells too many.
    """
    blanks_to_give_up = 0
    for label, value in zip(labels, values, strict=True):
        excess_cells = cell_len(label) + 1 + cell_len(value) - width
        if excess_cells <= _count_blanks_after(value):
            blanks_to_give_up = max(blanks_to_give_up, excess_cells)
    return blanks_to_give_up


def _without_blanks(value: str, count: int) -> str:
    """`value` without `count` of the blanks at its end, or without all of them if there are fewer."""
    return value[: len(value) - min(count, _count_blanks_after(value))]


def _count_blanks_after(value: str) -> int:
    """How many blanks `value` ends in."""
    return len(value) - len(value.rstrip())


def _lines_of_labels(labels: Sequence[str], values: Sequence[str], palette: Palette, width: int) -> list[Strip]:
    """The lines of all labels with their values, in order."""
    return list(chain.from_iterable(map(_lines_of_label, labels, values, repeat(palette), repeat(width))))


def _lines_of_label(label: str, value: str, palette: Palette, width: int) -> list[Strip]:
    """A label with its value on its first line, and the rest of the label below."""
    first_line, *lines_below = _wrap_label(label, max(1, width - 1 - cell_len(value)), width)
    return [
        _label_and_value(first_line, value, palette, width),
        *(fit_strip(make_strip((line, palette.quiet)), width) for line in lines_below),
    ]


@lru_cache(maxsize=512)
def _wrap_label(label: str, first_width: int, width_below: int) -> tuple[str, ...]:
    """Break a label into a first line of at most `first_width` cells, and indented lines of at most `width_below`.

    A number stays with the word before it. The last line has at least two words, unless the label has only two or
    there is too little room.
    """
    from textwrap import wrap

    label = _BEFORE_NUMBER.sub(GLUE, label)
    first_line = (wrap(label, first_width) or [""])[0]
    remaining_text = label[len(first_line) :].strip()
    lines = [first_line, *wrap(remaining_text, max(2, width_below), initial_indent=" ", subsequent_indent=" ")]
    # If the last line is a single word, the word before it goes there too.
    words_left_above, _, moved_word = lines[-2].rpartition(" ") if len(lines) > 1 else ("", "", "")
    last_two_words = f" {moved_word}{lines[-1]}"
    is_single_word = not {" ", GLUE} & set(lines[-1].strip())
    if words_left_above.strip() and is_single_word and cell_len(last_two_words) <= width_below:
        lines[-2:] = [words_left_above, last_two_words]
    return tuple(line.replace(GLUE, " ") for line in lines)


def _label_and_value(label: str, value: str, palette: Palette, width: int) -> Strip:
    """Put a label at the left and its value at the right of so many cells."""
    gap = max(MIN_LABEL_GAP, width - cell_len(label) - cell_len(value))
    return fit_strip(make_strip((label + " " * gap, palette.quiet), (value, palette.strong)), width)
