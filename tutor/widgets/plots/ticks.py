"""Where the ticks of an axis may be: at round steps, or at powers of ten on a logarithmic axis.

250 is 2.5 · 10²: its *significand* is 2.5, from 1 to 10. On a logarithmic axis, positions are *exponents*: logarithms
to base 10, with decimals. The exponent of 250 is 2.4, which is a whole number plus the logarithm of the significand.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from math import ceil, floor, log10

from tutor.sims.engine.chart import Direction
from tutor.text.numbers import format_rounded, raised_power

Range = tuple[float, float]
"""The lowest and the highest value."""

ROUNDING = 1e-9
"""How far off a computed index or exponent may be because of rounding errors."""
SIGNIFICANDS_BETWEEN = {
    1: (0.4, 0.3, 0.25, 2.5, 3.0, 4.0),
    2: (2.5, 3.0, 4.0, 0.4),
    5: (4.0, 3.0, 2.5),
}
"""Significand of a round step → those of less round steps near it, all times the same power of ten."""
WHOLE_POWERS = 2
"""A logarithmic axis over so many powers of ten or more begins and ends at whole ones."""
_ONE = (0.0,)
"""The logarithms of the significands of ticks: here for powers of ten alone, below for 1, 2 and 5, and for 1 to 9."""
_ONE_TWO_FIVE = (0.0, log10(2), log10(5))
_ONE_TO_NINE = tuple(log10(significand) for significand in range(1, 10))


def hull(values: Iterable[float]) -> Range:
    """The lowest and the highest of `values`; never equal, and bounded so that arithmetic with them cannot overflow."""
    bounded = [min(max(value, -1e300), 1e300) for value in values]
    low, high = min(bounded, default=0.0), max(bounded, default=1.0)
    are_equal = high - low <= 1e-12 * max(abs(low), abs(high))
    if not are_equal:
        return low, high
    if all(value == 0.0 for value in bounded):
        return 0.0, 1.0
    margin = abs(low) / 2 or 1.0
    return low - margin, high + margin


def usual_tick_count(direction: Direction, cells: int) -> int:
    """The usual number of ticks, roughly, of an axis of so many cells."""
    return max(2, min(7, cells // 9)) if direction == "x" else max(2, min(6, cells // 3))


def multiples_between(low: float, high: float, step: float) -> tuple[float, ...]:
    """The multiples of `step` from `low` to `high`, both included."""
    first, last = ceil(low / step - ROUNDING), floor(high / step + ROUNDING)
    return tuple(index * step for index in range(first, last + 1))


# -- steps of linear axes


def nice_step(span: float, tick_count: int) -> float:
    """Find the smallest step of 1, 2 or 5 times a power of ten that gives at most `tick_count` ticks over this span."""
    exact_step = span / max(1, tick_count - 1)
    exponent: float = 10.0 ** floor(log10(exact_step))
    significands = (1.0, 2.0, 5.0, 10.0)
    index = bisect_left(
        significands, exact_step / exponent * 0.999
    )  # a step that is a thousandth too small is accepted
    return exponent * significands[min(index, 3)]


def near_steps(step: float) -> tuple[float, ...]:
    """A round step, the next coarser and finer ones, the ones after these, then less round ones between them."""
    exponent, significand = _split_step(step)
    significands = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0]
    index = significands.index(significand)
    round_steps = tuple(significands[index + shift] * 10.0**exponent for shift in (0, 1, -1, 2, -2))
    return round_steps + between_steps(step)


def between_steps(step: float) -> tuple[float, ...]:
    """Steps near a round one that are less round, such as 2.5, but whose ticks are still easy to read."""
    exponent, significand = _split_step(step)
    return tuple(significand * 10.0**exponent for significand in SIGNIFICANDS_BETWEEN[significand])


def _split_step(step: float) -> tuple[int, int]:
    """Split a round step into its power of ten and its significand, which is 1, 2 or 5."""
    exponent = floor(log10(step) + ROUNDING)
    return exponent, round(step / 10.0**exponent)


# -- ticks of logarithmic axes, as exponents


def round_log_range(bottom: float, top: float) -> Range:
    """Extend a range of exponents so that it begins and ends at ticks, and contains at least three.

    A range of `WHOLE_POWERS` or more ends at whole powers of ten, a shorter one at 1, 2 or 5 times a power of ten.
    """
    significand_logs = _ONE if top - bottom >= WHOLE_POWERS else _ONE_TWO_FIVE
    bottom, top = _exponent_below(bottom, significand_logs), _exponent_above(top, significand_logs)
    if top <= bottom:  # all values are the same, and at a tick
        bottom, top = _exponent_below(bottom - 0.1, _ONE_TWO_FIVE), _exponent_above(top + 0.1, _ONE_TWO_FIVE)
    while len(_exponents_between(bottom, top, _ONE_TO_NINE)) < 3:
        # 0.1 below is the next lower tick, since all ticks are more than 0.1 apart.
        bottom = _exponent_below(bottom - 0.1, _ONE_TWO_FIVE)
    return bottom, top


def choose_log_ticks(bottom: float, top: float, count: int) -> tuple[float, ...]:
    """Choose about `count` ticks on a logarithmic axis from `bottom` to `top`; all are exponents.

    They are at whole powers of ten, or else 1, 2 and 5 times these, or else 1 to 9 times these.
    """
    whole_exponents = _exponents_between(bottom, top, _ONE)
    ticks = whole_exponents if len(whole_exponents) >= 3 else _exponents_between(bottom, top, _ONE_TWO_FIVE)
    if len(ticks) < 3:
        finer = _thin_out(_exponents_between(bottom, top, _ONE_TO_NINE), count)
        ticks = finer if len(finer) >= 3 else ticks
    if len(ticks) <= max(count, 2):
        return ticks
    # Too many ticks: whole powers of ten are easier to read, if there are enough of them.
    are_enough = len(whole_exponents) > 2 or len(whole_exponents) == count == 2
    return _thin_out(whole_exponents if are_enough else ticks, count)


def _thin_out(ticks: tuple[float, ...], count: int) -> tuple[float, ...]:
    """Keep every second, third … of `ticks`, so that at most about `count` remain."""
    stride = ceil((len(ticks) - 1) / max(1, count - 1)) or 1
    return ticks[::stride]


def _exponent_below(exponent: float, significand_logs: Sequence[float]) -> float:
    """The highest exponent up to `exponent` of a number with one of these significands, given as logarithms."""
    return max(near for near in _exponents_near(exponent, significand_logs) if near <= exponent + ROUNDING)


def _exponent_above(exponent: float, significand_logs: Sequence[float]) -> float:
    """The lowest exponent from `exponent` on of a number with one of these significands, given as logarithms."""
    return min(near for near in _exponents_near(exponent, significand_logs) if near >= exponent - ROUNDING)


def _exponents_near(exponent: float, significand_logs: Sequence[float]) -> list[float]:
    """The exponents, around `exponent`, of numbers with these significands, given as logarithms."""
    whole = floor(exponent)
    return [whole + shift + significand_log for shift in (-1, 0, 1) for significand_log in significand_logs]


def _exponents_between(bottom: float, top: float, significand_logs: Sequence[float]) -> tuple[float, ...]:
    """The exponents from `bottom` to `top` of numbers with these significands, given as logarithms."""
    whole_exponents = range(floor(bottom), ceil(top) + 1)
    exponents = [whole + significand_log for whole in whole_exponents for significand_log in significand_logs]
    return tuple(exponent for exponent in exponents if bottom - ROUNDING <= exponent <= top + ROUNDING)


def write_powers(exponents: Sequence[float]) -> tuple[str, ...]:
    """Write ten to the power of each exponent, all in the same way.

    They are written as powers, such as 10⁻⁷, if all are whole and one would be long as a number.
    """
    are_short = all(-4 <= exponent < 6 for exponent in exponents)
    are_whole = all(abs(exponent - round(exponent)) < ROUNDING for exponent in exponents)
    if are_whole and not are_short:
        return tuple(raised_power(round(exponent)) for exponent in exponents)
    return tuple(format_rounded(10.0**exponent) for exponent in exponents)
