"""Axes of a chart: their range, and the positions and labels of their ticks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from math import ceil, floor, log10
from typing import TYPE_CHECKING

from tutor.sims.engine.chart import Chart, Direction, HeatMap
from tutor.text.numbers import format_tick
from tutor.widgets.plots.ticks import (
    ROUNDING,
    Range,
    between_steps,
    choose_log_ticks,
    hull,
    multiples_between,
    nice_step,
    round_log_range,
    usual_tick_count,
    write_powers,
)

if TYPE_CHECKING:
    import numpy as np

MIN_LOG_VALUE = 1e-300
"""The smallest value that a logarithmic axis shows."""
MIN_EVEN_LENGTH, MIN_THIRD_LENGTH = 0.8, 0.55
"""The smallest share of an axis that its data may take once it was extended: for even ticks, and for a third tick."""
MIN_THIRD_ROWS = 6
"""The fewest rows of a vertical axis that may be extended as far as `MIN_THIRD_LENGTH` allows."""
MAX_TICKS_PER_ROW = 2 / 3
"""With more ticks, a vertical axis is crowded."""
MAX_ROUNDED_LENGTH, MARGIN_SHARE = 1.3, 0.05
"""The greatest length of an axis that begins and ends at ticks, in lengths of its data.

A longer one would be too empty. It gets a margin at both ends instead, of this share of the length of its data.
"""
LOG_2, MAX_TICK_SHIFT = log10(2), 0.3
"""How far 2 is from 1 in powers of ten, and how many cells its tick should be from the middle of a cell at most."""
HALF_CELL = 0.49
"""How many cells data may lie beyond the middle of the first and the last cell: they stay within these two cells."""
MIN_TICKS: dict[Direction, tuple[int, int]] = {"x": (4, 40), "y": (3, 5)}
"""(the fewest ticks, the fewest cells of an axis that has so many). Values are hard to read with two ticks only."""


@dataclass(frozen=True)
class Axis:
    """One axis: its range and its ticks, in the units it is drawn in (powers of ten on a logarithmic one)."""

    low: float
    high: float
    ticks: tuple[float, ...]
    labels: tuple[str, ...]
    log: bool = False
    """Whether it is logarithmic."""
    down: bool = False
    """Whether values grow downwards."""

    @property
    def label_width(self) -> int:
        """Cells of the widest label."""
        return max((len(label) for label in self.labels), default=0)

    def to_axis_value(self, value: float) -> float:
        """`value` in the units the axis is drawn in, called an *axis value* here; nan if it cannot be shown."""
        if not self.log:
            return value
        return log10(value) if MIN_LOG_VALUE < value < float("inf") else float("nan")

    def share_of(self, value: float) -> float:
        """How far along the axis `value` lies, from 0 at `low` to 1 at `high`."""
        return self.share_of_axis_value(self.to_axis_value(value))

    def share_of_axis_value(self, axis_value: float) -> float:
        """Like `share_of`, with the value given in the units in which the axis is drawn."""
        share = (axis_value - self.low) / (self.high - self.low)
        return 1 - share if self.down else share

    def shares_of(self, values: Sequence[float]) -> "np.ndarray":
        """`share_of` each of some values."""
        import numpy as np

        axis_values = np.array([self.to_axis_value(value) for value in values] if self.log else values, dtype=float)
        shares = (axis_values - self.low) / (self.high - self.low)
        return 1 - shares if self.down else shares

    @property
    def step(self) -> float:
        """The distance between its ticks; with fewer than two ticks, the length of the axis."""
        return self.ticks[1] - self.ticks[0] if len(self.ticks) > 1 else self.high - self.low

    @property
    def has_ticks_within_decades(self) -> bool:
        """Whether it is logarithmic with ticks between powers of ten, such as 2 and 5."""
        return self.log and any(abs(tick - round(tick)) > 1e-9 for tick in self.ticks)

    def with_half_cell_margins(self, cells: int) -> "Axis":
        """Extend the axis by half a cell at both ends, so that its former ends are in the middles of cells."""
        return self.with_margins(cells, 0.5)

    def with_margins(self, cells: int, margin: float) -> "Axis":
        """Extend the axis by `margin` cells at both ends; it then has `cells` cells."""
        length = (self.high - self.low) / max(1, cells - 2 * margin) * margin
        return replace(self, low=self.low - length, high=self.high + length)

    def with_even_ticks(self, cells: int, min_length: float = MIN_EVEN_LENGTH) -> "Axis":
        """Extend the axis over `cells` cells so that each tick is the same whole number of cells from the next.

        The present range must keep at least the share `min_length` of the axis. If that is impossible, every second
        tick is dropped before another attempt. If it is impossible even with two ticks, the axis is returned unchanged.
        """
        gaps = [after - before for before, after in pairwise(self.ticks)]
        are_regular = bool(gaps) and max(gaps) - min(gaps) <= 1e-6 * max(gaps)
        if self.has_ticks_within_decades and cells > 1:
            return self._with_whole_decades(cells, min_length)
        if cells < 2 or not are_regular:
            return self
        # Cells between two ticks before the axis is extended; seldom a whole number.
        exact_gap = (cells - 1) * self.step / (self.high - self.low)
        # With fewer cells than this between two ticks, `cells` cells show more than the present range.
        largest_gap = ceil(exact_gap)
        for gap in range(largest_gap, max(0, largest_gap - 3), -1):
            if gap >= min_length * exact_gap:
                extended = self._with_tick_gap(gap, cells)
                if extended is not None:
                    return extended
        sparser = self.with_every_second_tick()
        return sparser.with_even_ticks(cells, min_length) if len(sparser.ticks) > 1 else self

    def _with_tick_gap(self, gap: int, cells: int) -> "Axis | None":
        """Extend the axis over `cells` cells, with ticks `gap` cells apart; `None` if its range does not fit then."""
        cell = self.step / gap  # in units of the axis
        # The axis begins a whole number of cells before its first tick; data may lie `HALF_CELL` beyond both ends.
        cells_before_first_tick = ceil((self.ticks[0] - self.low) / cell - HALF_CELL)
        low = self.ticks[0] - cells_before_first_tick * cell
        high = low + (cells - 1) * cell
        return replace(self, low=low, high=high) if high >= self.high - HALF_CELL * cell else None

    def _with_whole_decades(self, cells: int, min_length: float) -> "Axis":
        """Extend the logarithmic axis so that each power of ten has the same whole number of cells.

        Then 1, 2 and 5 are as far apart as 10, 20 and 50. Among the possible numbers of cells, those are preferred that
        put 2 and 5 near the middle of a cell. The axis is returned unchanged if its data would become too short.
        """

        def has_two_off_middle(decade_cells: int) -> bool:
            """Whether the tick at 2 is far from the middle of a cell if a power of ten has `decade_cells` cells."""
            cells_to_two = decade_cells * LOG_2
            return abs(cells_to_two - round(cells_to_two)) > MAX_TICK_SHIFT

        exact_cells = (cells - 1) / (self.high - self.low)  # cells of a power of ten before the axis is extended
        first_power = ceil(self.low - 1e-9)
        usable = [whole for whole in range(ceil(exact_cells), 0, -1) if whole >= min_length * exact_cells]
        # False sorts first; among equals, the most cells are first.
        for decade_cells in sorted(usable, key=has_two_off_middle):
            cell = 1 / decade_cells  # in powers of ten
            # The first cell is chosen as in `_with_tick_gap`.
            low = first_power - ceil((first_power - self.low) / cell - HALF_CELL) * cell
            high = low + (cells - 1) * cell
            if high >= self.high - HALF_CELL * cell:
                return replace(self, low=low, high=high)
        return self

    def has_even_ticks(self, cells: int) -> bool:
        """Whether each tick is a whole number of cells from the next, on an axis that ends in the middles of cells.

        On a logarithmic axis with ticks between powers of ten, only the powers of ten count.
        """
        step = 1.0 if self.has_ticks_within_decades else self.step  # a power of ten is 1 long on its axis
        gap = step * (cells - 1) / (self.high - self.low)
        return len(self.ticks) < 2 or (gap > 0.5 and abs(gap - round(gap)) < 1e-6)

    def with_legible_ticks(self, cells: int) -> "Axis":
        """Keep as many ticks as have room for their labels in `cells` cells; a tick at 0 is kept."""
        if len(self.ticks) < 3:  # one or two ticks are kept even if they are close together
            return self
        gap = min(after - before for before, after in pairwise(self.ticks)) / (self.high - self.low) * cells
        if gap >= self.label_width + 1:
            return self
        return self.with_every_second_tick().with_legible_ticks(cells)

    def with_every_second_tick(self) -> "Axis":
        """Keep every second tick, and among them the tick at 0 if there is one."""
        first = self.ticks.index(0.0) % 2 if 0.0 in self.ticks else 0
        return replace(self, ticks=self.ticks[first::2], labels=self.labels[first::2])


# -- the axes of a chart of quantities


def choose_x_axis(chart: Chart, columns: int) -> Axis:
    """The horizontal axis for a canvas of `columns` cells; over whole numbers, such as epochs, it has whole ticks."""
    values = list(chart.coordinates("x"))
    low, high = chart.x_range or hull(values)
    is_whole = chart.x_range is None and all(value == int(value) for value in values)
    candidates = (
        make_axis(low, high, count, keeps_ends=True, has_whole_ticks=is_whole).with_legible_ticks(columns)
        for count in _tick_counts("x", columns)
    )
    return _first_with_enough_ticks(candidates, _min_tick_count("x", columns))


def name_bars(names: Sequence[str], columns: int) -> Axis:
    """Make the horizontal axis below standing bars, labelled with as many of their names as there is room for."""
    columns_per_bar = columns // len(names)
    columns_per_label = max(map(len, names)) + 1  # with a blank between two labels
    bars_per_label = ceil(columns_per_label / columns_per_bar)
    labelled_bars = range(0, len(names), bars_per_label)
    # The bars are at 1, 2, 3 and so on, and reach half a unit to both sides: see `draw_bars`.
    ticks = tuple(index + 1.0 for index in labelled_bars)
    return Axis(0.5, len(names) + 0.5, ticks, tuple(names[index] for index in labelled_bars))


def choose_y_axis(chart: Chart, rows: int) -> Axis:
    """Choose the vertical axis for `rows` cells, with ticks equally many rows apart if that costs little.

    There are many candidates, the usual axis first. Each is extended until its ticks are *even*: a whole number of rows
    apart. The first that has even ticks, and enough of them, is taken.
    """
    values = [value for value in chart.coordinates("y") if not chart.log_y or value > MIN_LOG_VALUE]
    candidates = [_make_y_axis(chart, values, count) for count in _tick_counts("y", rows)]
    candidates += [axis.with_every_second_tick() for axis in candidates if len(axis.ticks) > 4 and not axis.log]
    if not chart.log_y:
        usual = candidates[0]
        round_step = nice_step(usual.high - usual.low, 3)
        candidates += [_with_step(usual, step, has_whole_ticks=chart.y_down) for step in between_steps(round_step)]
    # The share of the axis that its data must keep. If the axis is logarithmic or has enough rows, a second round over
    # the candidates allows a larger loss.
    allows_larger_loss = rows >= MIN_THIRD_ROWS or chart.log_y
    min_lengths = (MIN_EVEN_LENGTH, MIN_THIRD_LENGTH) if allows_larger_loss else (MIN_EVEN_LENGTH,)
    extended = [axis.with_even_ticks(rows, min_length) for min_length in min_lengths for axis in candidates]
    uncrowded = [axis for axis in extended if len(axis.ticks) <= MAX_TICKS_PER_ROW * rows]
    even = [axis for axis in uncrowded if axis.has_even_ticks(rows)]
    best_candidates = even or uncrowded or extended[:1]
    return _first_with_enough_ticks(best_candidates, _min_tick_count("y", rows))


def _with_step(axis: Axis, step: float, *, has_whole_ticks: bool) -> Axis:
    """Return the axis with the same range and ticks `step` apart.

    It is returned unchanged if fewer than two ticks would remain, or if it must have whole ticks and `step` is not
    whole.
    """
    ticks = multiples_between(axis.low, axis.high, step)
    if len(ticks) < 2 or (has_whole_ticks and step != int(step)):
        return axis
    return replace(axis, ticks=ticks, labels=tuple(format_tick(tick, step) for tick in ticks))


def _make_y_axis(chart: Chart, values: Sequence[float], tick_count: int) -> Axis:
    """Make a vertical axis with about `tick_count` ticks, as a candidate for `choose_y_axis`.

    An axis that runs downwards counts the rows of an image, so only whole numbers get ticks.
    """
    if chart.log_y:
        return make_log_axis(values, tick_count, chart.y_range)
    has_heat_map = any(isinstance(mark, HeatMap) for mark in chart.marks)
    low, high = chart.y_range or hull(values)
    keeps_ends = has_heat_map or chart.y_range is not None
    axis = make_axis(low, high, tick_count, keeps_ends=keeps_ends, has_whole_ticks=chart.y_down)
    is_too_empty = axis.high - axis.low > MAX_ROUNDED_LENGTH * (high - low)
    if is_too_empty:
        margin = MARGIN_SHARE * (high - low)
        axis = make_axis(low - margin, high + margin, tick_count, keeps_ends=True, has_whole_ticks=chart.y_down)
    return replace(axis, down=chart.y_down)


def _min_tick_count(direction: Direction, cells: int) -> int:
    """The fewest ticks that an axis of so many cells should have. Some ranges allow only fewer."""
    min_ticks, cells_for_these = MIN_TICKS[direction]
    return min_ticks if cells >= cells_for_these else 2


def _tick_counts(direction: Direction, cells: int) -> range:
    """The numbers of ticks to try: first the usual number, then more until there should be enough."""
    usual = usual_tick_count(direction, cells)
    return range(usual, max(usual, 3 * _min_tick_count(direction, cells)) + 1)


def _first_with_enough_ticks(axes: Iterable[Axis], min_ticks: int) -> Axis:
    """Return the first axis with at least `min_ticks` ticks; if there is none, the one with the most."""
    best: Axis | None = None
    for axis in axes:
        if best is None or len(axis.ticks) > len(best.ticks):
            best = axis
        if len(best.ticks) >= min_ticks:
            break
    assert best is not None
    return best


# -- axes from numbers


@lru_cache(maxsize=256)
def make_axis(
    low: float,
    high: float,
    tick_count: int,
    *,
    keeps_ends: bool = False,
    has_whole_ticks: bool = False,
    min_step: float = 0.0,
) -> Axis:
    """Make an axis over low … high with about `tick_count` ticks at round numbers.

    It is extended to begin and end at a tick, unless it `keeps_ends`. With `has_whole_ticks`, only whole numbers get
    ticks. The ticks are at least `min_step` apart, unless there would be fewer than two. It is cached because axes
    seldom change from step to step.
    """
    finest_step = 1.0 if has_whole_ticks else 0.0
    step = max(finest_step, min_step, nice_step(high - low, tick_count))
    if not keeps_ends:
        low, high = floor(low / step + ROUNDING) * step, ceil(high / step - ROUNDING) * step
    ticks = multiples_between(low, high, step)
    # If there are fewer than two ticks, `min_step` is ignored, and up to four times as many are asked for.
    for multiple in range(1, 5):
        if len(ticks) < 2:
            step = max(finest_step, nice_step(high - low, multiple * tick_count))
            ticks = multiples_between(low, high, step)
    return Axis(low, high, ticks, tuple(format_tick(tick, step) for tick in ticks))


def make_log_axis(values: Sequence[float], tick_count: int, limits: Range | None = None) -> Axis:
    """Make a logarithmic axis over `values` or `limits`, with about `tick_count` ticks, if possible at powers of ten.

    Without `limits`, it begins and ends at a tick.
    """
    low, high = limits or (min(values, default=0.1), max(values, default=1.0))
    bottom, top = log10(low), log10(high)
    if limits is None:
        bottom, top = round_log_range(bottom, top)
    ticks = choose_log_ticks(bottom, top, tick_count)
    return Axis(bottom, top, ticks, write_powers(ticks), log=True)


def find_middles(x: Axis, y: Axis, columns: int, rows: int) -> tuple["np.ndarray", "np.ndarray"]:
    """The middles of so many columns, and of so many rows from the top, in units of the axes."""
    import numpy as np

    x_middles = x.low + (np.arange(columns) + 0.5) / columns * (x.high - x.low)
    y_middles = y.high - (np.arange(rows) + 0.5) / rows * (y.high - y.low)
    return x_middles, y_middles[::-1] if y.down else y_middles  # down: the lowest value is at the top
