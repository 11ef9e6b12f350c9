"""Draws heat maps: a *field* of numbers as half blocks, two rows of colour in each row of cells.

A *sign* is a +, − or 0 on a cell, by which its value is known without colour. A *gap* is a value not computed yet.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style

from tutor.sims.engine.chart import HeatMap
from tutor.widgets.plots.axes import Axis, find_middles
from tutor.widgets.plots.cell_numbers import GAP_SIGN, MAX_SIGNED_CELLS, MAX_TABLE_CELLS, write_numbers
from tutor.widgets.plots.colours import Palette, make_readable, make_style
from tutor.widgets.plots.ramps import BAND_COUNT
from tutor.widgets.plots.shades import RGB, mix

if TYPE_CHECKING:
    import numpy as np

NO_FIELD, UNKNOWN = -1, -2
"""Band numbers of what is outside the field or not finite, and of what is not computed yet. Others are from 0 on."""
ZERO_SIGN = "0"
"""The sign of a cell of a small table whose value is exactly 0."""
GAP_SHADE = "░"
"""Fills the cells of gaps in a larger field, in which dots would be counted as its values."""

SHADED_SHARE = 0.25
"""The share of a cell that this character covers."""

COLUMNS_PER_SIGN, ROWS_PER_SIGN, MIN_SIGNS = 14, 6, 4
"""About how many columns and rows of a large field have one sign, and how many a row or column of signs has at least.

More signs would look like points, fewer would leave parts of the field without one.
"""


def gap_sign(field: HeatMap) -> str:
    """The character that is drawn in the gaps of a field."""
    is_table = len(field.values) * len(field.values[0]) <= MAX_TABLE_CELLS
    return GAP_SIGN if is_table else GAP_SHADE


def gap_style(character: str, palette: Palette) -> Style:
    """The style of the character in gaps: shades are as quiet as the axes."""
    return palette.lines if character == GAP_SHADE else palette.quiet


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
    """Whether blue is + and orange −, which must be told apart without colour too: by signs, or by shapes of points."""
    signs: Mapping[tuple[int, int], str] | None = None
    """(row, column) → the character there, of a sign or a number of a small table; `None` for a large field."""
    has_numbers: bool = False
    """Whether `signs` has numbers, because the cells of the table have room for them."""
    points: AbstractSet[tuple[int, int]] = frozenset()
    """(row, column) of each data point on the field: a sign beside one would look like another point."""
    has_classes: bool = False
    """Whether points of both classes are on it. Their shapes show which side is which; signs would look like data."""
    picture: int | None = None
    """The number of the picture that shows it in pixels; `None` where cells are coloured instead."""

    def make_segments(self, row: int, start: int, stop: int) -> list[Segment]:
        """Draw the cells from column `start` to before `stop` of a row; neighbours of one look become one segment."""
        if self.picture is None:
            return self._make_cells(row, start, stop)
        from tutor.widgets.plots.placeholders import placeholder_style, placeholder_text

        segments: list[Segment] = []
        shows_picture = self._cells_in_picture[row]
        for is_picture, neighbours in groupby(range(start, stop), key=lambda column: shows_picture[column]):
            columns = list(neighbours)
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
        rows = []
        for row, (upper_bands, lower_bands) in enumerate(zip(self.bands[::2], self.bands[1::2], strict=True)):
            shows_picture = []
            for upper, lower in zip(upper_bands, lower_bands, strict=True):
                is_on_field = upper >= 0 or lower >= 0
                is_computed = UNKNOWN not in (upper, lower)
                shows_picture.append(is_on_field and is_computed)
            for column in self._columns_of_signs(row):
                if self._sign_at(row, column):
                    shows_picture[column] = False
            rows.append(shows_picture)
        return rows

    def _columns_of_signs(self, row: int) -> Iterable[int]:
        """The columns of a row that may have a sign."""
        if self.signs is not None:
            return [column for sign_row, column in self.signs if sign_row == row]
        return self._sign_columns if self._has_scattered_signs and row in self._sign_rows else ()

    @cached_property
    def _has_scattered_signs(self) -> bool:
        """Whether + and − are scattered over it, as over a large field without points of both classes."""
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
        """Draw cells as `make_segments` does, without a picture: as half blocks, signs and shades."""
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

    def without_shades(self, cells: Iterable[tuple[int, int]]) -> "Backdrop":
        """The same field without shades in cells (row, column) that are not computed yet, as around a sign."""
        bands = [list(line) for line in self.bands]
        for row, column in cells:
            for half_row in (2 * row, 2 * row + 1):
                if bands[half_row][column] == UNKNOWN:
                    bands[half_row][column] = NO_FIELD
        return replace(self, bands=bands)

    @property
    def ramp(self) -> tuple[RGB, ...]:
        """The colours of the bands."""
        return self.palette.diverging if self.diverging else self.palette.sequential

    def colour_at(self, row: int, column: int) -> RGB | None:
        """The colour behind a mark in one cell: the mean of its two half cells; `None` outside the field."""
        bands = [band for band in (self.bands[2 * row][column], self.bands[2 * row + 1][column]) if band >= 0]
        return mix(self.ramp[bands[0]], self.ramp[bands[-1]], 0.5) if bands else None

    def _make_segment(self, bands: tuple[int, int], sign: str, start: int, stop: int) -> Segment:
        """Draw cells with the same upper and lower band: as a sign, as half blocks, or shaded if not computed yet."""
        length = stop - start
        upper, lower = (self.ramp[band] if band >= 0 else None for band in bands)
        if upper is None and lower is None:
            if UNKNOWN not in bands:
                return Segment(" " * length)
            gap_text = self._gap_text(sign, length)
            return Segment(gap_text, gap_style(gap_text[0], self.palette))
        if upper is None:
            assert lower is not None
            return Segment("▄" * length, make_style(lower, self._tone_of(bands[0])))
        if sign:
            return Segment(sign, self._sign_style(sign, upper))
        return Segment("▀" * length, make_style(upper, lower if lower is not None else self._tone_of(bands[1])))

    def _tone_of(self, band: int) -> RGB | None:
        """The colour of half a cell that has none of the field: in gaps of a large field, how the shades look."""
        is_shaded = band == UNKNOWN and self.signs is None
        return mix(self.palette.ground, self.palette.frame, SHADED_SHARE) if is_shaded else None

    def _gap_text(self, sign: str, length: int) -> str:
        """The characters of `length` cells in a gap: the cell's sign in a small table, shades in a larger field."""
        return GAP_SHADE * length if self.signs is None else (sign or " ") * length

    def _sign_style(self, sign: str, field_colour: RGB) -> Style:
        """The style of a sign or digit on the colour of its cell."""
        if self.has_numbers and sign != GAP_SIGN:
            return make_style(*make_readable(self.palette.text, field_colour, self.palette))
        return sign_style(sign, field_colour, self.ramp, self.palette)

    def _sign_at(self, row: int, column: int) -> str:
        """The sign on a cell, or "": its own in a small table, + or − at regular distances in a large field."""
        if self.signs is not None:
            return self.signs.get((row, column), "")
        if not self._has_scattered_signs or row not in self._sign_rows or column not in self._sign_columns:
            return ""
        neighbours = ((row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1))
        if not self.points.isdisjoint(neighbours):
            return ""
        band = self.bands[2 * row][column]
        has_one_colour = band >= 0 and band == self.bands[2 * row + 1][column]
        if not has_one_colour or _is_near_zero(band):
            return ""
        is_in_upper_half = 2 * band >= BAND_COUNT
        return "+" if is_in_upper_half else "−"


def spread_evenly(length: int, distance: int) -> frozenset[int]:
    """The indices, of `length` cells, of those with a sign: about `distance` apart, and at least `MIN_SIGNS`.

    They depend on nothing else, so that signs do not move while a field changes.
    """
    count = max(MIN_SIGNS, round(length / distance))
    return frozenset(int((index + 0.5) * length / count) for index in range(count))


def sign_style(sign: str, field_colour: RGB, ramp: Sequence[RGB], palette: Palette) -> Style:
    """The style of a +, − or 0 on a colour of a field with this ramp: a stronger shade of that colour."""
    extreme = palette.roles["muted"] if sign == ZERO_SIGN else ramp[0 if sign == "−" else -1]
    return make_style(*make_readable(mix(field_colour, extreme, 0.75), field_colour, palette))


def make_backdrop(
    field: HeatMap, x: Axis, y: Axis, columns: int, rows: int, palette: Palette, reach: float = 0.0
) -> Backdrop:
    """Make `field` the backdrop of a canvas of columns × rows cells with these axes.

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
        field,
        bands.tolist(),
        palette,
        field.diverging,
        field.has_signs,
        signs=signs,
        has_numbers=texts is not None,
    )


def _place_signs(
    field: HeatMap,
    texts: list[list[str]] | None,
    columns_of_cells: "Sequence[np.ndarray]",
    field_rows: "np.ndarray",
    rows_outside: "np.ndarray",
) -> dict[tuple[int, int], str]:
    """(row, column) → the character there: each cell of a small table has its text in the middle.

    `texts` are the cells' numbers, or `None` for their signs. `columns_of_cells` has the canvas's columns of each
    column of the table, `field_rows` the table's row under each half row of the canvas, and `rows_outside` is true for
    half rows outside the table.
    """
    import numpy as np

    texts = texts or _write_signs(field)
    characters = {}
    for field_row, row_texts in enumerate(texts):
        half_rows = np.flatnonzero((field_rows == field_row) & ~rows_outside)
        # Half rows 2n and 2n + 1 are row n of the canvas: the rows of which both halves belong to this field row.
        whole_rows = [int(half) // 2 for half in half_rows if half % 2 == 0 and half + 1 in half_rows]
        if not whole_rows:
            continue  # a sign needs a whole row of the canvas
        middle_row = _nearest_row(whole_rows, (half_rows.mean() + 0.5) / 2)
        for text, columns in zip(row_texts, columns_of_cells, strict=True):
            if len(columns):  # else the table's column is too narrow to be drawn
                # A single character is in the column of the tick below it: of two in the middle, in the right one.
                start = int(columns[0]) + (len(columns) - len(text) + 1) // 2
                characters.update({(middle_row, start + index): character for index, character in enumerate(text)})
    return characters


def _write_signs(field: HeatMap) -> list[list[str]]:
    """The signs of a table, row by row; a table of many cells has none, except those of gaps."""
    has_signs = field.has_signs and len(field.values) * len(field.values[0]) <= MAX_SIGNED_CELLS
    return [[_sign_of(value, has_sign=has_signs) for value in values] for values in field.values]


def _is_near_zero(band: int) -> bool:
    """Whether a band of a diverging field is at most one band from the middle one."""
    return abs(band - BAND_COUNT // 2) <= 1


def _sign_of(value: float | None, *, has_sign: bool) -> str:
    """The sign of a cell, or of a gap; "" if the cell has none, or if its value is not a number."""
    if value is None:
        return GAP_SIGN
    if not has_sign:
        return ""
    if value == 0:
        return ZERO_SIGN
    return "+" if value > 0 else "−" if value < 0 else ""  # nan is neither


def _nearest_row(rows: Sequence[int], position: float) -> int:
    """Of the rows with these indices, the one whose middle is nearest to a position; the upper one of two."""
    return min(rows, key=lambda row: abs(row + 0.5 - position))


def find_cells(
    positions: "np.ndarray", span: tuple[float, float], count: int, reach: float
) -> tuple["np.ndarray", "np.ndarray"]:
    """Find the index of the field's cell under each position on an axis, and whether the position is outside the field.

    The field has `count` cells over `span`; it is drawn up to `reach` beyond both ends. All are in units of the axis.
    """
    import numpy as np

    indices = np.floor((positions - span[0]) / (span[1] - span[0]) * count)
    is_outside = (positions < span[0] - reach) | (positions >= span[1] + reach)
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
    """The band number of each value of a field; `values` are its values as an array, NaN in gaps."""
    import numpy as np

    bands = assign_bands(values, find_span(values, field))
    if field.has_gaps:
        bands[np.array([[value is None for value in line] for line in field.values])] = UNKNOWN
    return bands


def assign_bands(values: "np.ndarray", span: tuple[float, float]) -> "np.ndarray":
    """The band number of each value; `span` has the values at the two ends of the colours."""
    import numpy as np

    low, high = span
    is_finite = np.isfinite(values)
    share = (np.where(is_finite, values, 0.0) - low) / ((high - low) or 1.0)
    bands = np.clip(share * BAND_COUNT, 0, BAND_COUNT - 1).astype(int)
    return np.where(is_finite, bands, NO_FIELD)
