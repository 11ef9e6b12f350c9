"""Draws heat maps: a field of numbers as half blocks, two rows of colour in each row of cells."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style

from tutor.sims.engine.chart import HeatMap
from tutor.widgets.plots.axes import Axis, find_middles
from tutor.widgets.plots.cell_numbers import GAP_SIGN, MAX_TABLE_CELLS, write_numbers
from tutor.widgets.plots.colours import BAND_COUNT, RGB, Palette, make_readable, make_style, mix

if TYPE_CHECKING:
    import numpy as np

NO_FIELD, UNKNOWN = -1, -2
"""Band numbers of a place outside the field or whose value is not finite, and of one that is not computed yet."""
ZERO_SIGN = "0"
"""The sign of a cell of a small table whose value is exactly 0."""
GAP_SHADE = "░"
"""What is all over the cells of a larger field that are not computed yet: dots would be counted as its values."""

COLUMNS_PER_SIGN, ROWS_PER_SIGN, MIN_SIGNS = 14, 6, 4
"""About how many columns and rows of a large field have one sign, and how many a row or column of signs has at least.

More signs would look like points, fewer would leave parts of the field without one.
"""


def gap_sign(field: HeatMap) -> str:
    """What stands where a field is not computed yet."""
    is_table = len(field.values) * len(field.values[0]) <= MAX_TABLE_CELLS
    return GAP_SIGN if is_table else GAP_SHADE


def gap_style(sign: str, palette: Palette) -> Style:
    """The style of what stands where a field is not computed yet; shades are as quiet as the axes."""
    return palette.lines if sign == GAP_SHADE else palette.quiet


@dataclass(frozen=True)
class Backdrop:
    """The heat map behind the marks of a chart, as colours of cells."""

    field: HeatMap
    bands: list[list[int]]
    """The band number of each half cell: two rows for each row of cells, from the top."""
    palette: Palette
    diverging: bool
    """Whether its colours go from orange through the ground to blue."""
    has_signs: bool
    """Whether blue and orange are + and −: by signs, or by shapes of points, they are told apart without colour."""
    signs: Mapping[tuple[int, int], str] | None = None
    """(row, column) → the character there of a sign or number of a small table; `None` for a large field."""
    has_numbers: bool = False
    """Whether these are numbers, for which the cells of the table have room."""
    points: AbstractSet[tuple[int, int]] = frozenset()
    """(row, column) of each point on the field: a sign beside one would look like another point."""
    has_classes: bool = False
    """Whether points of both classes are on it: their shapes say which side is which, signs would look like data."""
    picture: int | None = None
    """The number of the picture that shows it in pixels; `None` where cells are coloured instead."""

    def make_segments(self, row: int, start: int, stop: int) -> list[Segment]:
        """Draw the cells from column `start` to before `stop` of a row; neighbours of one look become one segment."""
        if self.picture is None:
            return self._make_cells(row, start, stop)
        from tutor.widgets.plots.placeholders import placeholder_style, placeholder_text

        segments: list[Segment] = []
        is_in_picture = self._cells_in_picture[row]
        for is_picture, group in groupby(range(start, stop), is_in_picture.__getitem__):
            columns = list(group)
            first, after_last = columns[0], columns[-1] + 1
            if is_picture:
                text = placeholder_text(row, first, after_last)
                segments.append(Segment(text, placeholder_style(self.picture)))
            else:
                segments += self._make_cells(row, first, after_last)
        return segments

    @cached_property
    def _cells_in_picture(self) -> list[list[bool]]:
        """For each cell, row by row, whether it shows a part of the picture.

        It does if a half of it has a colour of the field, neither half is still to be computed, and it has no sign.
        """
        rows_of_cells = []
        for row, (upper_bands, lower_bands) in enumerate(zip(self.bands[::2], self.bands[1::2], strict=True)):
            cells = []
            for upper, lower in zip(upper_bands, lower_bands, strict=True):
                is_on_field = upper >= 0 or lower >= 0
                is_computed = UNKNOWN not in (upper, lower)
                cells.append(is_on_field and is_computed)
            for column in self._columns_of_signs(row):
                cells[column] = cells[column] and not self._sign_at(row, column)
            rows_of_cells.append(cells)
        return rows_of_cells

    def _columns_of_signs(self, row: int) -> Iterable[int]:
        """The columns of a row that may have a sign."""
        if self.signs is not None:
            return [column for sign_row, column in self.signs if sign_row == row]
        return self._sign_columns if self._is_strewn and row in self._sign_rows else ()

    @cached_property
    def _is_strewn(self) -> bool:
        """Whether + and − stand here and there on it, as on a large field without points of both classes."""
        return self.has_signs and self.signs is None and not self.has_classes

    @cached_property
    def _sign_rows(self) -> AbstractSet[int]:
        """The rows of a large field that have signs."""
        return spread_evenly(len(self.bands) // 2, ROWS_PER_SIGN)

    @cached_property
    def _sign_columns(self) -> AbstractSet[int]:
        """The columns of a large field that have signs."""
        return spread_evenly(len(self.bands[0]), COLUMNS_PER_SIGN)

    def _make_cells(self, row: int, start: int, stop: int) -> list[Segment]:
        """Draw cells as half blocks, signs and shades."""
        upper_bands, lower_bands = self.bands[2 * row], self.bands[2 * row + 1]
        segments: list[Segment] = []
        column = start
        while column < stop:
            bands = upper_bands[column], lower_bands[column]
            sign = self._sign_at(row, column)
            end = column + 1
            if not sign:  # a sign has a segment of its own
                while end < stop and (upper_bands[end], lower_bands[end]) == bands and not self._sign_at(row, end):
                    end += 1
            segments.append(self._make_segment(bands, sign, column, end))
            column = end
        return segments

    @property
    def ramp(self) -> tuple[RGB, ...]:
        """The colours of the bands."""
        return self.palette.diverging if self.diverging else self.palette.sequential

    def colour_at(self, row: int, column: int) -> RGB | None:
        """The colour behind a mark in one cell, the mean of its two; `None` outside the field."""
        bands = [band for band in (self.bands[2 * row][column], self.bands[2 * row + 1][column]) if band >= 0]
        return mix(self.ramp[bands[0]], self.ramp[bands[-1]], 0.5) if bands else None

    def _make_segment(self, bands: tuple[int, int], sign: str, start: int, stop: int) -> Segment:
        """Draw cells with the same upper and lower band: as a sign, as half blocks, or shaded if not computed yet."""
        length = stop - start
        upper, lower = (self.ramp[band] if band >= 0 else None for band in bands)
        if upper is None and lower is None:
            if UNKNOWN not in bands:
                return Segment(" " * length)
            text = self._gap_text(sign, length)
            return Segment(text, gap_style(text[0], self.palette))
        if upper is None:
            assert lower is not None
            return Segment("▄" * length, make_style(lower))
        if sign:
            return Segment(sign, self._sign_style(sign, upper))
        return Segment("▀" * length, make_style(upper, lower))

    def _gap_text(self, sign: str, length: int) -> str:
        """The text of so many cells that are not computed yet.

        In a small table it is the sign of the cell; a larger field is shaded.
        """
        return GAP_SHADE * length if self.signs is None else (sign or " ") * length

    def _sign_style(self, sign: str, field_colour: RGB) -> Style:
        """The style of a sign or digit on the colour of its cell."""
        if self.has_numbers and sign != GAP_SIGN:
            return make_style(*make_readable(self.palette.text, field_colour, self.palette))
        return sign_style(sign, field_colour, self.ramp, self.palette)

    def _sign_at(self, row: int, column: int) -> str:
        """The sign on a cell, "" for none: its own in a small table; + or − at regular distances in a large field."""
        if self.signs is not None:
            return self.signs.get((row, column), "")
        if not self._is_strewn or row not in self._sign_rows or column not in self._sign_columns:
            return ""
        neighbours = ((row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1))
        if not self.points.isdisjoint(neighbours):
            return ""
        band = self.bands[2 * row][column]
        has_one_colour = band >= 0 and band == self.bands[2 * row + 1][column]
        if not has_one_colour or _is_near_zero(band):
            return ""
        return "+" if 2 * band >= BAND_COUNT else "−"  # which half of the ramp the band is in


def spread_evenly(length: int, distance: int) -> frozenset[int]:
    """Cells among `length`, about `distance` apart and as far from both ends as from each other; at least `MIN_SIGNS`.

    They depend on nothing else, so that signs do not move while a field changes.
    """
    count = max(MIN_SIGNS, round(length / distance))
    return frozenset(int((index + 0.5) * length / count) for index in range(count))


def sign_style(sign: str, field_colour: RGB, ramp: Sequence[RGB], palette: Palette) -> Style:
    """The style of a +, − or 0 on a colour of a field with this ramp: a stronger shade of that colour."""
    end = palette.roles["muted"] if sign == ZERO_SIGN else ramp[0 if sign == "−" else -1]
    return make_style(*make_readable(mix(field_colour, end, 0.75), field_colour, palette))


def make_backdrop(
    field: HeatMap, x: Axis, y: Axis, columns: int, rows: int, palette: Palette, reach: float = 0.0
) -> Backdrop:
    """`field` as the backdrop of a canvas of columns × rows cells with these axes.

    It is drawn up to `reach` cells beyond its own range. In the following, a *field row* or *column* is one of
    `field.values`, from the bottom and the left; rows and columns alone are those of the canvas, rows in halves.
    """
    import numpy as np

    values = np.asarray(field.values, dtype=float)  # field rows × field columns; NaN where not computed yet
    x_middles, y_middles = find_middles(x, y, columns, 2 * rows)
    x_reach, y_reach = reach * (x.high - x.low) / columns, reach * (y.high - y.low) / rows  # in units of the axes
    field_columns, columns_outside = find_cells(x_middles, field.x_range, values.shape[1], x_reach)
    field_rows, rows_outside = find_cells(y_middles, field.y_range, values.shape[0], y_reach)
    field_bands = find_bands(field, values)
    bands = field_bands[np.ix_(field_rows, field_columns)]  # half rows × columns of the canvas
    bands[rows_outside, :] = NO_FIELD
    bands[:, columns_outside] = NO_FIELD
    has_cell_signs = values.size <= MAX_TABLE_CELLS and (field.has_signs or field.has_gaps)
    if not has_cell_signs:
        return Backdrop(field, bands.tolist(), palette, field.diverging, field.has_signs)
    columns_of_cells = [  # for each field column, the columns of the canvas in which it is drawn
        np.flatnonzero((field_columns == field_column) & ~columns_outside) for field_column in range(values.shape[1])
    ]
    texts = write_numbers(field, min(map(len, columns_of_cells), default=0))
    signs = _place_signs(field, texts, columns_of_cells, field_rows, rows_outside)
    return Backdrop(
        field, bands.tolist(), palette, field.diverging, field.has_signs, signs, has_numbers=texts is not None
    )


def _place_signs(
    field: HeatMap,
    texts: list[list[str]] | None,
    columns_of_cells: "Sequence[np.ndarray]",
    field_rows: "np.ndarray",
    rows_outside: "np.ndarray",
) -> dict[tuple[int, int], str]:
    """(row, column) → the character there, with the text of each cell of a small table in its middle.

    `texts` are the cells' numbers, or `None` for their signs. `columns_of_cells` has the canvas's columns of each
    column of the table, `field_rows` the table's row under each half row of the canvas, and `rows_outside` is true for
    half rows outside the table.
    """
    import numpy as np

    texts = texts or _write_signs(field)
    middle_columns = [
        _nearest_cell(columns, columns.mean() + 0.5) if len(columns) else None for columns in columns_of_cells
    ]
    characters = {}
    for field_row, row_texts in enumerate(texts):
        half_rows = np.flatnonzero((field_rows == field_row) & ~rows_outside)
        # Half rows 2n and 2n + 1 are row n of the canvas: the rows of which both halves belong to this field row.
        whole_rows = [int(half) // 2 for half in half_rows if half % 2 == 0 and half + 1 in half_rows]
        if not whole_rows:
            continue  # a sign needs a whole row of the canvas
        middle_row = _nearest_cell(whole_rows, (half_rows.mean() + 0.5) / 2)
        for text, middle_column in zip(row_texts, middle_columns, strict=True):
            if middle_column is not None:  # else the table's column is too narrow to be drawn
                start = middle_column - (len(text) - 1) // 2
                characters.update({(middle_row, start + index): character for index, character in enumerate(text)})
    return characters


def _write_signs(field: HeatMap) -> list[list[str]]:
    """The signs of a table, row by row; values near 0 have none, among whose signs nobody would find a pattern."""
    import numpy as np

    bands = find_bands(field, np.asarray(field.values, dtype=float)).tolist()
    pairs_of_lines = (zip(line, line_bands, strict=True) for line, line_bands in zip(field.values, bands, strict=True))
    return [[_sign_of(value, field.has_signs, _is_near_zero(band)) for value, band in line] for line in pairs_of_lines]


def _is_near_zero(band: int) -> bool:
    """Whether a band of a diverging field is at most one from the middle one."""
    return abs(2 * band - BAND_COUNT + 1) < 4


def _sign_of(value: float | None, has_sign: bool, is_near_zero: bool) -> str:
    """The sign of a cell, "" for none: its field has no signs, it is near 0, or not a number."""
    if value is None:
        return GAP_SIGN
    if not has_sign or (is_near_zero and value):
        return ""
    if value == 0:
        return ZERO_SIGN
    return "+" if value > 0 else "−" if value < 0 else ""  # nan is neither


def _nearest_cell(cells: "Sequence[int] | np.ndarray", place: float) -> int:
    """The one of `cells` whose middle is nearest to `place`; the left or upper of two."""
    return int(min(cells, key=lambda cell: abs(cell + 0.5 - place)))


def find_cells(
    places: "np.ndarray", span: tuple[float, float], count: int, reach: float
) -> tuple["np.ndarray", "np.ndarray"]:
    """The index of the field's cell under each place, and whether the place is outside the field.

    The field has `count` cells over `span`, and those at its ends reach so far beyond it.
    """
    import numpy as np

    indices = np.floor((places - span[0]) / (span[1] - span[0]) * count)
    is_outside = (places < span[0] - reach) | (places >= span[1] + reach)
    return np.clip(indices, 0, count - 1).astype(int), is_outside


def find_span(values: "np.ndarray", field: HeatMap) -> tuple[float, float]:
    """The values at the ends of a field's colours.

    If it has no span, they are the lowest and highest value, or as far below 0 as above if the field is diverging.
    """
    import numpy as np

    finite_values = values[np.isfinite(values)]
    if field.span is not None:
        return field.span
    if field.diverging:
        largest = float(np.abs(finite_values).max(initial=0.0)) or 1.0
        return -largest, largest
    return (float(finite_values.min()), float(finite_values.max())) if finite_values.size else (0.0, 1.0)


def find_bands(field: HeatMap, values: "np.ndarray") -> "np.ndarray":
    """The band number of each value of a field, which are given as an array too."""
    import numpy as np

    bands = assign_bands(values, find_span(values, field))
    if field.has_gaps:
        bands[np.array([[value is None for value in line] for line in field.values])] = UNKNOWN
    return bands


def assign_bands(values: "np.ndarray", span: tuple[float, float]) -> "np.ndarray":
    """The band number of each value, over the span of the colours."""
    import numpy as np

    low, high = span
    is_finite = np.isfinite(values)
    share = (np.where(is_finite, values, 0.0) - low) / ((high - low) or 1.0)
    bands = np.clip(share * BAND_COUNT, 0, BAND_COUNT - 1).astype(int)
    return np.where(is_finite, bands, NO_FIELD)
