"""Axes of a chart: their range, and the positions and labels of their ticks."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor, log10

from tutor.sims.engine.chart import Chart, Direction, HeatMap
from tutor.text.numbers import format_rounded, format_tick, raised_power

Range = tuple[float, float]

MIN_LOG_VALUE = 1e-300
"""The smallest value that a logarithmic axis shows."""
MIN_EVEN_LENGTH, MIN_THIRD_LENGTH = 0.8, 0.55
"""An axis keeps this share of its length for ticks that are equally many cells apart; less for a third tick."""
MIN_THIRD_ROWS = 6
"""Rows from which a vertical axis may lose that much of its length."""
MAX_TICKS_PER_ROW = 2 / 3
MAX_ROUNDED_LENGTH, MARGIN_SHARE = 1.3, 0.05
"""An axis whose round ends would make it so many times as long as its data gets this margin instead."""
HALF_CELL = 0.49
"""How far, in cells, what is drawn may reach beyond the middle of the first and the last: into their other half."""
MIN_TICKS: dict[Direction, tuple[int, int]] = {"x": (4, 40), "y": (3, 5)}
"""The ticks that an axis has at least, and the cells from which it has: between two, nothing can be read."""


@dataclass(frozen=True)
class Axis:
    """One axis: its range in the units it is drawn in (powers of ten on a logarithmic one), and its ticks."""

    low: float
    high: float
    ticks: tuple[float, ...]
    labels: tuple[str, ...]
    log: bool = False
    down: bool = False
    """True when values grow downwards."""

    @property
    def label_width(self) -> int:
        """Cells of the widest label."""
        return max((len(label) for label in self.labels), default=0)

    def to_axis_unit(self, value: float) -> float:
        """`value` in the units the axis is drawn in; nan where it cannot be shown."""
        if not self.log:
            return value
        return log10(value) if MIN_LOG_VALUE < value < float("inf") else float("nan")

    def share_of(self, value: float) -> float:
        """How far along the axis `value` lies, from 0 at `low` to 1 at `high`."""
        return self.share_of_place(self.to_axis_unit(value))

    def share_of_place(self, place: float) -> float:
        """The same for a place that is given in the units the axis is drawn in."""
        share = (place - self.low) / (self.high - self.low)
        return 1 - share if self.down else share

    def with_half_cell_margins(self, cells: int) -> "Axis":
        """The same axis over so many cells, its ends in the middle of the first and the last, where their ticks are."""
        half = (self.high - self.low) / max(1, cells - 1) / 2
        return replace(self, low=self.low - half, high=self.high + half)

    def with_even_ticks(self, cells: int, min_length: float = MIN_EVEN_LENGTH) -> "Axis":
        """The same axis with as many cells between any two ticks, of which it may lose every second for it.

        At least so large a share of its length remains.
        """
        gaps = [after - before for before, after in pairwise(self.ticks)]
        if cells < 2 or not gaps or max(gaps) - min(gaps) > 1e-6 * max(gaps):
            return self
        exact = (cells - 1) * gaps[0] / (self.high - self.low)
        for whole in range(ceil(exact), max(0, ceil(exact) - 3), -1):
            if whole >= min_length * exact:
                cell = gaps[0] / whole
                low = self.ticks[0] - ceil((self.ticks[0] - self.low) / cell - HALF_CELL) * cell
                high = low + (cells - 1) * cell
                if high >= self.high - HALF_CELL * cell:
                    return replace(self, low=low, high=high)
        half = self.with_every_second_tick()
        return half.with_even_ticks(cells, min_length) if len(half.ticks) > 1 else self

    @property
    def step(self) -> float:
        """How far apart its ticks are; all of it where it has one."""
        return self.ticks[1] - self.ticks[0] if len(self.ticks) > 1 else self.high - self.low

    def is_even(self, cells: int) -> bool:
        """Whether each tick is a whole number of cells from the next, with its ends in the middles of cells."""
        rows = self.step * (cells - 1) / (self.high - self.low)
        return len(self.ticks) < 2 or (rows > 0.5 and abs(rows - round(rows)) < 1e-6)

    def with_legible_ticks(self, cells: int) -> "Axis":
        """The same axis across so many cells with only as many ticks as their labels have room for, 0 among them."""
        if len(self.ticks) < 3:
            return self
        gap = min(after - before for before, after in pairwise(self.ticks)) / (self.high - self.low) * cells
        if gap >= self.label_width + 1:
            return self
        return self.with_every_second_tick().with_legible_ticks(cells)

    def with_every_second_tick(self) -> "Axis":
        """The same axis with every second of its ticks, 0 among them."""
        first = self.ticks.index(0.0) % 2 if 0.0 in self.ticks else 0
        return replace(self, ticks=self.ticks[first::2], labels=self.labels[first::2])


def choose_x_axis(chart: Chart, columns: int) -> Axis:
    """The horizontal axis for a canvas of `columns` cells."""
    values = list(chart.coordinates("x"))
    low, high = chart.x_range or hull(values)
    is_whole = chart.x_range is None and all(value == int(value) for value in values)
    choices = (
        make_axis(low, high, count, exact=True, whole=is_whole).with_legible_ticks(columns)
        for count in _tick_counts("x", columns)
    )
    return _first_with_enough_ticks(choices, _min_tick_count("x", columns))


def name_bars(names: Sequence[str], columns: int) -> Axis:
    """The horizontal axis below standing bars, with as many of their names as have room."""
    room = columns // len(names)
    every = ceil((max(map(len, names)) + 1) / room)
    ticks = range(0, len(names), every)
    return Axis(0.5, len(names) + 0.5, tuple(tick + 1.0 for tick in ticks), tuple(names[tick] for tick in ticks))


def choose_y_axis(chart: Chart, rows: int) -> Axis:
    """The vertical axis for a canvas of `rows` cells, its ticks equally many rows apart where that costs little."""
    values = [value for value in chart.coordinates("y") if not chart.log_y or value > MIN_LOG_VALUE]
    choices = [_make_y_axis(chart, values, count) for count in _tick_counts("y", rows)]
    choices += [choice.with_every_second_tick() for choice in choices if len(choice.ticks) > 4 and not choice.log]
    if not chart.log_y:
        choices += [
            _with_step(choices[0], step, chart.y_down)
            for step in near_steps(nice_step(choices[0].high - choices[0].low, 3))[5:]
        ]
    lengths = (MIN_EVEN_LENGTH, MIN_THIRD_LENGTH) if rows >= MIN_THIRD_ROWS else (MIN_EVEN_LENGTH,)
    kept = [choice.with_even_ticks(rows, length) for length in lengths for choice in choices]
    apart = [choice for choice in kept if len(choice.ticks) <= MAX_TICKS_PER_ROW * rows]
    regular = [choice for choice in apart if choice.log or choice.is_even(rows)]
    return _first_with_enough_ticks(regular or apart or kept[:1], _min_tick_count("y", rows))


def _with_step(choice: Axis, step: float, whole: bool) -> Axis:
    """The same range with ticks so far apart; the axis as it is where that leaves less than two, or is not whole."""
    ticks = _multiples_between(choice.low, choice.high, step)
    if len(ticks) < 2 or (whole and step != int(step)):
        return choice
    return replace(choice, ticks=ticks, labels=tuple(format_tick(tick, step) for tick in ticks))


def _make_y_axis(chart: Chart, values: Sequence[float], count: int) -> Axis:
    """A vertical axis with about `count` ticks, one of those that `choose_y_axis` chooses from.

    Downwards an image counts its rows, so that only whole numbers get ticks.
    """
    if chart.log_y:
        return make_log_axis(values, count, chart.y_range)
    has_heat_map = any(isinstance(mark, HeatMap) for mark in chart.marks)
    low, high = chart.y_range or hull(values)
    exact = has_heat_map or chart.y_range is not None
    vertical = make_axis(low, high, count, exact=exact, whole=chart.y_down)
    if vertical.high - vertical.low > MAX_ROUNDED_LENGTH * (high - low):
        margin = MARGIN_SHARE * (high - low)
        vertical = make_axis(low - margin, high + margin, count, exact=True, whole=chart.y_down)
    return replace(vertical, down=chart.y_down)


def _min_tick_count(direction: Direction, cells: int) -> int:
    """The ticks that an axis of so many cells has at least, where its numbers allow it."""
    ticks, least = MIN_TICKS[direction]
    return ticks if cells >= least else 2


def _tick_counts(direction: Direction, cells: int) -> range:
    """About how many ticks an axis may have: first the usual, then more until there are enough."""
    usual = usual_tick_count(direction, cells)
    return range(usual, max(usual, 3 * _min_tick_count(direction, cells)) + 1)


def _first_with_enough_ticks(choices: Iterable[Axis], fewest: int) -> Axis:
    """The first axis with at least `fewest` ticks, or the one with the most."""
    best: Axis | None = None
    for choice in choices:
        if best is None or len(choice.ticks) > len(best.ticks):
            best = choice
        if len(best.ticks) >= fewest:
            break
    assert best is not None
    return best


def make_plane_axes(chart: Chart, x_range: Range, y_range: Range, columns: int, rows: int) -> tuple[Axis, Axis]:
    """Both axes of a plane or an image, with ticks at the same distances where both have room for them.

    An image whose axes have no names, such as a sheet of several, has nothing to be counted along them.
    """
    if chart.scale == "image" and not chart.x_label and not chart.y_label:
        return Axis(*x_range, (), ()), Axis(*y_range, (), (), down=chart.y_down)
    across, up = usual_tick_count("x", columns), usual_tick_count("y", rows)
    wide, high = x_range[1] - x_range[0], y_range[1] - y_range[0]
    whole = chart.y_down
    is_small = chart.scale == "image" and whole and max(wide, high) <= MAX_COUNTED
    is_counted = (chart.scale == "table" or is_small) and columns >= 3 * wide and rows >= high
    if is_counted:
        across, up = round(wide) + 1, round(high) + 1  # every row and column has its number
    least = max(nice_step(wide, across), nice_step(high, up))
    even = (
        0.0
        if chart.scale == "table" or is_counted
        else find_even_step(least, rows / high, spans_with_ticks(chart, x_range, y_range), whole=whole)
    )
    if even:
        across = up = 1 + 2 * ceil(max(wide, high) / even)  # finer than `even`, which is the least
        least = even
    horizontal = make_axis(*x_range, across, exact=True, whole=whole, least=least)
    vertical = make_axis(*y_range, up, exact=True, whole=whole, least=least)
    field = next((mark for mark in chart.marks if isinstance(mark, HeatMap)), None)
    if chart.scale == "image" and field is not None:
        horizontal, vertical = (
            _move_ticks_to_middles(horizontal, field.x_range),
            _move_ticks_to_middles(vertical, field.y_range),
        )
    return horizontal.with_legible_ticks(columns), replace(vertical, down=chart.y_down)


MAX_COUNTED = 6
"""The rows and columns up to which each of an image has its number, where there is room."""


def plane_tick_step(spans: tuple[Range, Range], columns: int, rows: int) -> float:
    """About how far apart the ticks of both axes of a plane are."""
    across, up = (high - low for low, high in spans)
    return max(nice_step(across, usual_tick_count("x", columns)), nice_step(up, usual_tick_count("y", rows)))


def spans_with_ticks(chart: Chart, x_range: Range, y_range: Range) -> tuple[Range, Range]:
    """The parts of both axes that have ticks: in an image counted from a whole number, those with a cell beyond."""
    field = next((mark for mark in chart.marks if isinstance(mark, HeatMap)), None)
    if chart.scale == "plane" or field is None or field.x_range[0] != int(field.x_range[0]):
        return x_range, y_range
    return (field.x_range[0], field.x_range[1] - 1), (field.y_range[0], field.y_range[1] - 1)


def find_even_step(least: float, unit: float, spans: tuple[Range, Range], whole: bool = False) -> float:
    """The step nearest to `least` that is a whole number of rows, where one unit is `unit` rows; 0 for none."""
    return next((step for step in near_steps(least) if is_even_step(step, unit, spans, whole)), 0.0)


def is_even_step(step: float, unit: float, spans: tuple[Range, Range], whole: bool) -> bool:
    """Whether a step is a whole number of rows, and gives both axes more than one tick."""
    rows = step * unit
    is_even = rows > MIN_TICK_ROWS - 1e-6 and abs(rows - round(rows)) < 1e-6
    is_allowed = not whole or (step >= 1 and abs(step - round(step)) < 1e-9)
    return is_even and is_allowed and min(len(_multiples_between(low, high, step)) for low, high in spans) > 1


def near_steps(step: float) -> tuple[float, ...]:
    """A round step, the next coarser and finer ones, those next to these, and then steps between them."""
    place = floor(log10(step) + 1e-9)
    lead = round(step / 10.0**place)
    leads = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0]
    at = leads.index(lead)
    round_steps = tuple(leads[at + shift] * 10.0**place for shift in (0, 1, -1, 2, -2))
    return round_steps + tuple(between * 10.0**place for between in BETWEEN_STEPS[round(lead)])


BETWEEN_STEPS = {
    1: (0.4, 0.3, 0.25, 2.5, 3.0, 4.0),
    2: (2.5, 3.0, 4.0, 0.4),
    5: (4.0, 3.0, 2.5),
}
"""By the first figure of a step, those near it with which ticks can still be read, in the same power of ten."""
MIN_TICK_ROWS = 2
"""Rows between two ticks of a plane that are not too many."""


def _move_ticks_to_middles(axis: Axis, span: Range) -> Axis:
    """The axis of an image whose cells are counted from a whole number: ticks in the middle of the cells they name."""
    if span[0] != int(span[0]):
        return axis  # the cells lie around whole numbers
    moved = [
        (tick + 0.5, label) for tick, label in zip(axis.ticks, axis.labels, strict=True) if span[0] <= tick < span[1]
    ]
    return replace(axis, ticks=tuple(tick for tick, _ in moved), labels=tuple(label for _, label in moved))


def usual_tick_count(direction: Direction, cells: int) -> int:
    """About how many ticks an axis of so many cells has."""
    return max(2, min(7, cells // 9)) if direction == "x" else max(2, min(6, cells // 3))


def make_axis(
    low: float, high: float, count: int, *, exact: bool = False, whole: bool = False, least: float = 0.0
) -> Axis:
    """An axis over low … high with about `count` ticks at round numbers, `least` apart where that leaves two.

    Unless `exact` it begins and ends at a tick. With `whole` only whole numbers get ticks.
    """
    finest = 1.0 if whole else 0.0
    step = max(finest, least, nice_step(high - low, count))
    if not exact:
        low, high = floor(low / step + 1e-9) * step, ceil(high / step - 1e-9) * step
    ticks = _multiples_between(low, high, step)
    for finer in range(count, 5 * count, count):
        if len(ticks) < 2:
            step = max(finest, nice_step(high - low, finer))
            ticks = _multiples_between(low, high, step)
    return Axis(low, high, ticks, tuple(format_tick(tick, step) for tick in ticks))


def _multiples_between(low: float, high: float, step: float) -> tuple[float, ...]:
    return tuple(index * step for index in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1))


def make_log_axis(values: Sequence[float], count: int, limits: Range | None = None) -> Axis:
    """A logarithmic axis with about `count` ticks at powers of ten, or at 1, 2 and 5 between two of them.

    Over two powers or more it begins and ends at one, over less at the next 1, 2 or 5.
    """
    low, high = limits or (min(values, default=0.1), max(values, default=1.0))
    bottom, top = log10(low), log10(high)
    if limits is None:
        leads = (0.0,) if top - bottom >= WHOLE_POWERS else _LEADS
        bottom, top = _next_power_with_lead(bottom, leads, -1), _next_power_with_lead(top, leads, 1)
        if top <= bottom:
            bottom, top = _next_power_with_lead(bottom - 0.1, _LEADS, -1), _next_power_with_lead(top + 0.1, _LEADS, 1)
        while len(_powers_between(bottom, top, _ALL_LEADS)) < 3:
            bottom = _next_power_with_lead(bottom - 0.1, _LEADS, -1)
    powers = _powers_between(bottom, top, (0.0,))
    ticks = _powers_between(bottom, top, _LEADS) if len(powers) < 3 else powers
    if len(ticks) < 3:
        finer = _powers_between(bottom, top, _ALL_LEADS)
        finer = finer[:: ceil((len(finer) - 1) / max(1, count - 1)) or 1]
        ticks = finer if len(finer) >= 3 else ticks
    if len(ticks) > max(count, 2):
        ticks = powers if len(powers) > 2 or len(powers) == count == 2 else ticks
        ticks = ticks[:: ceil((len(ticks) - 1) / max(1, count - 1)) or 1]
    return Axis(bottom, top, ticks, _write_powers(ticks), log=True)


WHOLE_POWERS = 2
"""Powers of ten from which a logarithmic axis ends at whole ones."""
_LEADS = (0.0, log10(2), log10(5))
_ALL_LEADS = tuple(log10(lead) for lead in range(1, 10))


def _next_power_with_lead(power: float, leads: Sequence[float], way: int) -> float:
    """The power of ten nearest to `power`, upwards or downwards, whose mantissa has one of these logarithms."""
    whole = floor(power)
    places = [whole + shift + lead for shift in (-1, 0, 1) for lead in leads]
    return (
        min(place for place in places if place >= power - 1e-9)
        if way > 0
        else max(place for place in places if place <= power + 1e-9)
    )


def _powers_between(bottom: float, top: float, leads: Sequence[float]) -> tuple[float, ...]:
    places = (whole + lead for whole in range(floor(bottom), ceil(top) + 1) for lead in leads)
    return tuple(place for place in places if bottom - 1e-9 <= place <= top + 1e-9)


def nice_step(span: float, count: int) -> float:
    """A step of 1, 2 or 5 times a power of ten that gives about `count` ticks."""
    rough = span / max(1, count - 1)
    size: float = 10.0 ** floor(log10(rough))
    leads = (1.0, 2.0, 5.0, 10.0)
    return size * leads[min(bisect_left(leads, rough / size * 0.999), 3)]


def _write_powers(powers: Sequence[float]) -> tuple[str, ...]:
    """Ten to each of `powers`, all written in one way: as numbers where these are short."""
    values = [10.0**power for power in powers]
    if all(-4 <= power < 6 for power in powers):
        return tuple(map(format_rounded, values))
    if all(abs(power - round(power)) < 1e-9 for power in powers):
        return tuple(raised_power(round(power)) for power in powers)
    return tuple(map(format_rounded, values))


def hull(values: Iterable[float]) -> Range:
    """Lowest and highest of `values`: never equal, and bounded so that arithmetic with them cannot overflow."""
    bounded = [min(max(value, -1e300), 1e300) for value in values]
    low, high = min(bounded, default=0.0), max(bounded, default=1.0)
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        room = abs(low) / 2 or 1.0
        return (low - room, high + room) if bounded != [0.0] * len(bounded) else (0.0, 1.0)
    return low, high
