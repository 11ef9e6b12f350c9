"""Heat maps: a field of numbers as half blocks, two rows of colour in each row of cells."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.segment import Segment

from tutor.sims.engine.chart import HeatMap
from tutor.widgets.plots.axes import Axis
from tutor.widgets.plots.colours import BAND_COUNT, RGB, Palette, make_readable, make_style, mix

if TYPE_CHECKING:
    import numpy as np

NO_FIELD, UNKNOWN = -1, -2
"""The band numbers for a place outside the field or without a number, and for one that is not computed yet."""
ZERO_SIGN = "0"
"""Stands in the cells of a small table that are exactly 0."""
GAP_SIGN = "· "
"""Fills places that are not computed yet, so that nobody takes them for zero."""

MAX_TABLE_SIDE = 16
"""The most rows and columns of a table in which each cell shows its own sign."""


@dataclass(frozen=True)
class Backdrop:
    """The heat map behind the marks of a chart, as colours of cells."""

    bands: list[list[int]]
    """Two rows for each row of cells, from the top."""
    palette: Palette
    signed: bool
    """True when + and − are printed on it, so that blue and orange can be distinguished without colour."""
    middles: frozenset[tuple[int, int]] | None = None
    """Row and column of the middle of each cell of a small table, for its sign; `None` for a large one."""
    zeros: frozenset[tuple[int, int]] = frozenset()
    """Those of the middles whose value is exactly 0, which is marked too."""

    def segments(self, row: int, start: int, stop: int) -> list[Segment]:
        """The cells start … stop of a row with nothing in front."""
        top, bottom = self.bands[2 * row], self.bands[2 * row + 1]
        made: list[Segment] = []
        column = start
        while column < stop:
            pair = top[column], bottom[column]
            sign = self._sign(row, column)
            end = column + 1
            if not sign:
                while end < stop and (top[end], bottom[end]) == pair and not self._sign(row, end):
                    end += 1
            made.append(self._segment(pair, sign, column, end))
            column = end
        return made

    @property
    def ramp(self) -> tuple[RGB, ...]:
        """The colours of the bands."""
        return self.palette.diverging if self.signed else self.palette.sequential

    def ground(self, row: int, column: int) -> RGB | None:
        """The colour behind a mark in one cell."""
        bands = [band for band in (self.bands[2 * row][column], self.bands[2 * row + 1][column]) if band >= 0]
        return mix(self.ramp[bands[0]], self.ramp[bands[-1]], 0.5) if bands else None

    def _segment(self, pair: tuple[int, int], sign: str, start: int, stop: int) -> Segment:
        length = stop - start
        top, bottom = (self.ramp[band] if band >= 0 else None for band in pair)
        if UNKNOWN in pair and top is None and bottom is None:
            return Segment((GAP_SIGN * length)[start % 2 :][:length], self.palette.quiet)
        if top is None and bottom is None:
            return Segment(" " * length)
        if sign and top is not None:
            end = self.palette.roles["muted"] if sign == ZERO_SIGN else self.ramp[0 if sign == "−" else -1]
            return Segment(sign, make_style(*make_readable(mix(top, end, 0.75), top, self.palette)))
        if bottom is None:
            return Segment("▀" * length, make_style(top)) if top is not None else Segment(" " * length)
        if top is None:
            return Segment("▄" * length, make_style(bottom))
        return Segment("▀" * length, make_style(top, bottom))

    def _sign(self, row: int, column: int) -> str:
        strewn = row % 3 == 1 and column % 8 == 4 if self.middles is None else (row, column) in self.middles
        if not self.signed or not strewn:
            return ""
        if (row, column) in self.zeros:
            return ZERO_SIGN
        band = self.bands[2 * row][column]
        if band < 0 or abs(2 * band - BAND_COUNT + 1) < 4:
            return ""
        return "+" if 2 * band >= BAND_COUNT else "−"


def backdrop(field: HeatMap, x: Axis, y: Axis, columns: int, rows: int, palette: Palette) -> Backdrop:
    """`field` seen through a canvas of columns × rows cells with these axes."""
    import numpy as np

    values = np.asarray(field.values, dtype=float)
    across = x.low + (np.arange(columns) + 0.5) / columns * (x.high - x.low)
    up = y.high - (np.arange(2 * rows) + 0.5) / (2 * rows) * (y.high - y.low)
    if y.down:
        up = up[::-1]
    column, column_out = _cells(across, field.x_range, values.shape[1])
    row, row_out = _cells(up, field.y_range, values.shape[0])
    bands = _bands(values, field.diverging)
    if field.has_gaps:
        bands[np.array([[value is None for value in line] for line in field.values])] = UNKNOWN
    bands = bands[np.ix_(row, column)]
    bands[row_out, :] = NO_FIELD
    bands[:, column_out] = NO_FIELD
    middles, zeros = None, frozenset[tuple[int, int]]()
    if field.diverging and max(values.shape) <= MAX_TABLE_SIDE:
        downs = [np.flatnonzero((row[::2] == i) & (row[1::2] == i) & ~row_out[::2]) for i in range(values.shape[0])]
        acrosses = [np.flatnonzero((column == j) & ~column_out) for j in range(values.shape[1])]
        places = {
            (i, j): (_middle(down), _middle(over))
            for i, down in enumerate(downs)
            for j, over in enumerate(acrosses)
            if len(down) and len(over)
        }
        middles = frozenset(places.values())
        zeros = frozenset(place for (i, j), place in places.items() if values[i, j] == 0)
    return Backdrop(bands.tolist(), palette, field.diverging, middles, zeros)


def _middle(places: "np.ndarray") -> int:
    return int(places[len(places) // 2])


def _cells(places: "np.ndarray", span: tuple[float, float], count: int) -> tuple["np.ndarray", "np.ndarray"]:
    """The field's cell under each place, and which places it does not reach."""
    import numpy as np

    indices = np.floor((places - span[0]) / (span[1] - span[0]) * count)
    return np.clip(indices, 0, count - 1).astype(int), (indices < 0) | (indices >= count)


def _bands(values: "np.ndarray", diverging: bool) -> "np.ndarray":
    import numpy as np

    is_finite = np.isfinite(values)
    finite = np.where(is_finite, values, 0.0)
    if diverging:
        most = float(np.abs(finite).max(initial=0.0)) or 1.0
        low, high = -most, most
    else:
        low = float(values[is_finite].min(initial=np.inf)) if is_finite.any() else 0.0
        high = float(values[is_finite].max(initial=-np.inf)) if is_finite.any() else 1.0
    share = (finite - low) / ((high - low) or 1.0)
    bands = np.clip((share * BAND_COUNT).astype(int), 0, BAND_COUNT - 1)
    return np.where(is_finite, bands, NO_FIELD)
