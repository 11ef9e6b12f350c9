"""Heat maps: a field of numbers as half blocks, two rows of colour in each row of cells."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from math import floor, isfinite, log10
from typing import TYPE_CHECKING

from rich.segment import Segment

from tutor.sims.engine.chart import HeatMap
from tutor.text.numbers import format_fixed, format_rounded
from tutor.widgets.plots.axes import Axis
from tutor.widgets.plots.colours import BAND_COUNT, RGB, Palette, make_readable, make_style, mix

if TYPE_CHECKING:
    import numpy as np

NO_FIELD, UNKNOWN = -1, -2
"""The band numbers for a place outside the field or without a number, and for one that is not computed yet."""
ZERO_SIGN = "0"
"""Stands in the cells of a small table that are exactly 0."""
GAP_SIGN = "·"
"""Stands in each cell of a table that is not computed yet, and in every second place of a larger field."""

MIN_NUMBER_COLUMNS = 4
"""The columns of a cell from which its number is written in it, where that leaves one of them free."""
MAX_NUMBER = 1e6
"""Numbers that large are not written in cells."""
MAX_TABLE_CELLS = 256
"""The most cells of a table in which each shows its own sign."""


def shows_signs(field: HeatMap) -> bool:
    """Whether each cell of a field has its own sign once all are computed."""
    return field.has_signs and len(field.values) * len(field.values[0]) <= MAX_TABLE_CELLS


@dataclass(frozen=True)
class Backdrop:
    """The heat map behind the marks of a chart, as colours of cells."""

    bands: list[list[int]]
    """Two rows for each row of cells, from the top."""
    palette: Palette
    diverging: bool
    """True for the colours that go from orange over dark to blue."""
    has_signs: bool
    """True when + and − are printed on it, so that blue and orange can be distinguished without colour."""
    signs: Mapping[tuple[int, int], str] | None = None
    """Row and column, with its character, of the sign or number in each cell of a small table; `None` for a large one.
    """
    has_numbers: bool = False
    """True where the cells have room for their numbers."""
    points: AbstractSet[tuple[int, int]] = frozenset()
    """Row and column of the points on it: beside one, the sign of a large field would seem to be another."""

    def make_segments(self, row: int, start: int, stop: int) -> list[Segment]:
        """The cells start … stop of a row with nothing in front."""
        top, bottom = self.bands[2 * row], self.bands[2 * row + 1]
        made: list[Segment] = []
        column = start
        while column < stop:
            pair = top[column], bottom[column]
            sign = self._sign_at(row, column)
            end = column + 1
            if not sign:
                while end < stop and (top[end], bottom[end]) == pair and not self._sign_at(row, end):
                    end += 1
            made.append(self._make_segment(pair, sign, column, end))
            column = end
        return made

    @property
    def ramp(self) -> tuple[RGB, ...]:
        """The colours of the bands."""
        return self.palette.diverging if self.diverging else self.palette.sequential

    def ground(self, row: int, column: int) -> RGB | None:
        """The colour behind a mark in one cell."""
        bands = [band for band in (self.bands[2 * row][column], self.bands[2 * row + 1][column]) if band >= 0]
        return mix(self.ramp[bands[0]], self.ramp[bands[-1]], 0.5) if bands else None

    def _make_segment(self, pair: tuple[int, int], sign: str, start: int, stop: int) -> Segment:
        """Cells of one pair of bands as one piece: half blocks, dots of what is not computed yet, or a sign."""
        length = stop - start
        top, bottom = (self.ramp[band] if band >= 0 else None for band in pair)
        if UNKNOWN in pair and top is None and bottom is None:
            dots = sign or " " if self.signs is not None else GAP_SIGN + " "
            return Segment(
                (dots * length)[start % 2 :][:length] if len(dots) > 1 else dots * length, self.palette.quiet
            )
        if top is None and bottom is None:
            return Segment(" " * length)
        if sign and top is not None:
            if self.has_numbers and sign != GAP_SIGN:
                return Segment(sign, make_style(*make_readable(self.palette.text, top, self.palette)))
            end = self.palette.roles["muted"] if sign == ZERO_SIGN else self.ramp[0 if sign == "−" else -1]
            return Segment(sign, make_style(*make_readable(mix(top, end, 0.75), top, self.palette)))
        if bottom is None:
            return Segment("▀" * length, make_style(top)) if top is not None else Segment(" " * length)
        if top is None:
            return Segment("▄" * length, make_style(bottom))
        return Segment("▀" * length, make_style(top, bottom))

    def _sign_at(self, row: int, column: int) -> str:
        """The sign that a cell shows on its colour: its own in a small table, at regular distances in a large field."""
        if self.signs is not None:
            return self.signs.get((row, column), "")
        if not self.has_signs or row % 3 != 1 or column % 8 != 4:
            return ""
        if not self.points.isdisjoint((row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1)):
            return ""
        band = self.bands[2 * row][column]
        if band < 0 or band != self.bands[2 * row + 1][column] or abs(2 * band - BAND_COUNT + 1) < 4:
            return ""
        return "+" if 2 * band >= BAND_COUNT else "−"


def make_backdrop(
    field: HeatMap, x: Axis, y: Axis, columns: int, rows: int, palette: Palette, reach: float = 0.0
) -> Backdrop:
    """`field` seen through a canvas of columns × rows cells with these axes; it reaches so many cells over its edge."""
    import numpy as np

    values = np.asarray(field.values, dtype=float)
    across = x.low + (np.arange(columns) + 0.5) / columns * (x.high - x.low)
    up = y.high - (np.arange(2 * rows) + 0.5) / (2 * rows) * (y.high - y.low)
    if y.down:
        up = up[::-1]
    column, column_out = _find_cells(across, field.x_range, values.shape[1], reach * (x.high - x.low) / columns)
    row, row_out = _find_cells(up, field.y_range, values.shape[0], reach * (y.high - y.low) / rows)
    bands = _assign_bands(values, field)
    if field.has_gaps:
        bands[np.array([[value is None for value in line] for line in field.values])] = UNKNOWN
    bands = bands[np.ix_(row, column)]
    bands[row_out, :] = NO_FIELD
    bands[:, column_out] = NO_FIELD
    table = (field.has_signs or field.has_gaps) and values.size <= MAX_TABLE_CELLS
    columns_of_cells = [np.flatnonzero((column == j) & ~column_out) for j in range(values.shape[1])]
    narrowest = min(map(len, columns_of_cells), default=0)
    texts = _write_numbers(field, narrowest - 1) if table and narrowest >= MIN_NUMBER_COLUMNS else None
    signs = _place_signs(field, texts, columns_of_cells, row, row_out) if table else None
    return Backdrop(bands.tolist(), palette, field.diverging, field.has_signs, signs, texts is not None)


def _write_numbers(field: HeatMap, width: int) -> list[list[str]] | None:
    """The numbers of a signed table in at most `width` columns each, all with as many decimals; `None` for no room."""
    if not field.has_signs:
        return None
    known = [value for line in field.values for value in line if value is not None and isfinite(value)]
    most = max(map(abs, known), default=0.0)
    usual = max(0, 1 - floor(log10(most))) if 0 < most < MAX_NUMBER else 0
    is_whole = most < MAX_NUMBER and all(value == int(value) for value in known)
    for decimals in (0,) if is_whole else (usual + 1, usual):
        texts = [[_write_number(value, decimals) for value in line] for line in field.values]
        if max(len(text) for line in texts for text in line) <= width:
            return texts
    return None


def _write_number(value: float | None, decimals: int) -> str:
    if value is None:
        return GAP_SIGN
    return format_fixed(value, decimals) if value and isfinite(value) else format_rounded(value)


def _place_signs(
    field: HeatMap,
    texts: list[list[str]] | None,
    columns: "Sequence[np.ndarray]",
    row: "np.ndarray",
    row_out: "np.ndarray",
) -> dict[tuple[int, int], str]:
    """Where the characters of the signs or numbers stand: in the middle of each cell of a small table."""
    import numpy as np

    texts = texts or [[_sign_of(value, field.has_signs) for value in line] for line in field.values]
    acrosses = [_nearest_cell(found, found.mean() + 0.5) if len(found) else None for found in columns]
    found = {}
    for i, line in enumerate(texts):
        halves = np.flatnonzero((row == i) & ~row_out)
        whole = [int(half) // 2 for half in halves if half % 2 == 0 and half + 1 in halves]
        down = _nearest_cell(whole, (halves.mean() + 0.5) / 2) if whole else None
        for text, across in zip(line, acrosses, strict=True):
            if down is not None and across is not None:
                first = across - (len(text) - 1) // 2
                found.update({(down, first + index): character for index, character in enumerate(text)})
    return found


def _sign_of(value: float | None, signed: bool) -> str:
    if value is None:
        return GAP_SIGN
    if not signed:
        return ""
    if not value:
        return ZERO_SIGN
    return "+" if value > 0 else "−" if value < 0 else ""


def _nearest_cell(cells: "Sequence[int] | np.ndarray", place: float) -> int:
    """The cell that contains a place, or the one beside it that may be used; the left or upper of two."""
    return int(min(cells, key=lambda cell: abs(cell + 0.5 - place)))


def _find_cells(
    places: "np.ndarray", span: tuple[float, float], count: int, reach: float
) -> tuple["np.ndarray", "np.ndarray"]:
    """The field's cell under each place, and which places the field does not reach."""
    import numpy as np

    indices = np.floor((places - span[0]) / (span[1] - span[0]) * count)
    out = (places < span[0] - reach) | (places >= span[1] + reach)
    return np.clip(indices, 0, count - 1).astype(int), out


def _assign_bands(values: "np.ndarray", field: HeatMap) -> "np.ndarray":
    """The band of each value: over its span, else from −most to most if it diverges, or from lowest to highest."""
    import numpy as np

    is_finite = np.isfinite(values)
    finite = np.where(is_finite, values, 0.0)
    if field.span is not None:
        low, high = field.span
    elif field.diverging:
        most = float(np.abs(finite).max(initial=0.0)) or 1.0
        low, high = -most, most
    else:
        low = float(values[is_finite].min(initial=np.inf)) if is_finite.any() else 0.0
        high = float(values[is_finite].max(initial=-np.inf)) if is_finite.any() else 1.0
    share = (finite - low) / ((high - low) or 1.0)
    bands = np.clip((share * BAND_COUNT).astype(int), 0, BAND_COUNT - 1)
    return np.where(is_finite, bands, NO_FIELD)
