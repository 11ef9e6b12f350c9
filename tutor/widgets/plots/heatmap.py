"""Heat maps: a field of numbers as half blocks, two rows of colour in each row of cells."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.segment import Segment

from tutor.sims.engine.chart import HeatMap
from tutor.widgets.plots.axes import Axis
from tutor.widgets.plots.colours import BANDS, RGB, Palette, ink, mix, written

if TYPE_CHECKING:
    import numpy as np

NOTHING, UNKNOWN = -1, -2
"""The band of a place that the field does not reach or where it is no number, and of one not computed yet."""
GAP = "· "
"""What a place is filled with that is not computed yet, so that it is not taken for zero."""

TABLE = 16
"""The most rows and columns of a table each of whose cells has a sign of its own."""


@dataclass(frozen=True)
class Backdrop:
    """What lies behind the marks of a chart."""

    bands: list[list[int]]
    """Two rows for each row of cells, from the top."""
    palette: Palette
    signed: bool
    """True when signs are strewn over it, so that blue and orange are told apart without colour."""
    middles: frozenset[tuple[int, int]] | None = None
    """Row and column of the middle of each cell of a small table, where its sign stands; `None` for a large one."""

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
            return Segment((GAP * length)[start % 2 :][:length], self.palette.quiet)
        if top is None and bottom is None:
            return Segment(" " * length)
        if sign and top is not None:
            return Segment(sign, ink(*written(mix(top, self.ramp[0 if sign == "−" else -1], 0.75), top, self.palette)))
        if bottom is None:
            return Segment("▀" * length, ink(top)) if top is not None else Segment(" " * length)
        if top is None:
            return Segment("▄" * length, ink(bottom))
        return Segment("▀" * length, ink(top, bottom))

    def _sign(self, row: int, column: int) -> str:
        strewn = row % 3 == 1 and column % 8 == 4 if self.middles is None else (row, column) in self.middles
        if not self.signed or not strewn:
            return ""
        band = self.bands[2 * row][column]
        if band < 0 or abs(2 * band - BANDS + 1) < 4:
            return ""
        return "+" if 2 * band >= BANDS else "−"


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
    bands[row_out, :] = NOTHING
    bands[:, column_out] = NOTHING
    middles = None
    if field.diverging and max(values.shape) <= TABLE:
        downs = [np.flatnonzero((row[::2] == i) & (row[1::2] == i) & ~row_out[::2]) for i in range(values.shape[0])]
        acrosses = [np.flatnonzero((column == j) & ~column_out) for j in range(values.shape[1])]
        middles = frozenset(
            (_middle(down), _middle(over)) for down in downs if len(down) for over in acrosses if len(over)
        )
    return Backdrop(bands.tolist(), palette, field.diverging, middles)


def _middle(places: "np.ndarray") -> int:
    return int(places[len(places) // 2])


def _cells(places: "np.ndarray", span: tuple[float, float], count: int) -> tuple["np.ndarray", "np.ndarray"]:
    """The field's cell under each place, and which places it does not reach."""
    import numpy as np

    found = np.floor((places - span[0]) / (span[1] - span[0]) * count)
    return np.clip(found, 0, count - 1).astype(int), (found < 0) | (found >= count)


def _bands(values: "np.ndarray", diverging: bool) -> "np.ndarray":
    import numpy as np

    known = np.isfinite(values)
    shown = np.where(known, values, 0.0)
    if diverging:
        most = float(np.abs(shown).max(initial=0.0)) or 1.0
        low, high = -most, most
    else:
        low = float(values[known].min(initial=np.inf)) if known.any() else 0.0
        high = float(values[known].max(initial=-np.inf)) if known.any() else 1.0
    share = (shown - low) / ((high - low) or 1.0)
    bands = np.clip((share * BANDS).astype(int), 0, BANDS - 1)
    return np.where(known, bands, NOTHING)
