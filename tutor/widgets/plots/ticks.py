"""Where the ticks of an axis may be: at round steps, or at powers of ten on a logarithmic axis.

The *lead* of a number is its first figure with its decimals, from 1 to 10: the lead of 250 is 2.5. A *power* is the
logarithm, to base 10, of a value on a logarithmic axis.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from math import ceil, floor, log10

from tutor.sims.engine.chart import Direction
from tutor.text.numbers import format_rounded, raised_power

Range = tuple[float, float]
"""The lowest and the highest value."""

ROUNDING = 1e-9
"""How far off a computed index or power may be because of rounding errors."""
BETWEEN_LEADS = {
    1: (0.4, 0.3, 0.25, 2.5, 3.0, 4.0),
    2: (2.5, 3.0, 4.0, 0.4),
    5: (4.0, 3.0, 2.5),
}
"""Lead of a round step → the leads of less round steps near it, for the same power of ten."""
WHOLE_POWERS = 2
"""A logarithmic axis over so many powers of ten or more begins and ends at whole ones."""
_POWERS_ALONE = (0.0,)
"""The logarithms of the leads of ticks: for powers of ten only, and below for 1, 2 and 5 and for 1 to 9 times these."""
_ONE_TWO_FIVE = (0.0, log10(2), log10(5))
_ONE_TO_NINE = tuple(log10(lead) for lead in range(1, 10))


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


def nice_step(span: float, count: int) -> float:
    """Find the smallest step of 1, 2 or 5 times a power of ten that gives at most `count` ticks over this span."""
    exact_step = span / max(1, count - 1)
    power: float = 10.0 ** floor(log10(exact_step))
    leads = (1.0, 2.0, 5.0, 10.0)
    lead_index = bisect_left(leads, exact_step / power * 0.999)  # a step that is a thousandth too small is accepted
    return power * leads[min(lead_index, 3)]


def near_steps(step: float) -> tuple[float, ...]:
    """A round step, the next coarser and finer ones, the ones after these, then less round ones between them."""
    power, lead = _split_step(step)
    leads = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0]
    index = leads.index(lead)
    round_steps = tuple(leads[index + shift] * 10.0**power for shift in (0, 1, -1, 2, -2))
    return round_steps + between_steps(step)


def between_steps(step: float) -> tuple[float, ...]:
    """Steps near a round one that are less round, such as 2.5, but whose ticks are still easy to read."""
    power, lead = _split_step(step)
    return tuple(lead * 10.0**power for lead in BETWEEN_LEADS[lead])


def _split_step(step: float) -> tuple[int, int]:
    """Split a round step into its power of ten and its lead, which is 1, 2 or 5."""
    power = floor(log10(step) + ROUNDING)
    return power, round(step / 10.0**power)


# -- powers of logarithmic axes


def round_log_range(bottom: float, top: float) -> Range:
    """Extend a range of powers so that it begins and ends at ticks.

    A range of `WHOLE_POWERS` or more ends at whole powers of ten, a shorter one at 1, 2 or 5 times a power of ten.
    There is room for at least three ticks.
    """
    lead_logs = _POWERS_ALONE if top - bottom >= WHOLE_POWERS else _ONE_TWO_FIVE
    bottom, top = _power_below(bottom, lead_logs), _power_above(top, lead_logs)
    if top <= bottom:  # all values are the same, and at a tick
        bottom, top = _power_below(bottom - 0.1, _ONE_TWO_FIVE), _power_above(top + 0.1, _ONE_TWO_FIVE)
    while len(_powers_between(bottom, top, _ONE_TO_NINE)) < 3:
        # 0.1 below is the next lower tick, since all ticks are more than 0.1 apart.
        bottom = _power_below(bottom - 0.1, _ONE_TWO_FIVE)
    return bottom, top


def choose_log_ticks(bottom: float, top: float, count: int) -> tuple[float, ...]:
    """Choose about `count` powers for ticks.

    They are whole powers of ten, or else 1, 2 and 5 times these, or else 1 to 9 times these.
    """
    whole_powers = _powers_between(bottom, top, _POWERS_ALONE)
    ticks = whole_powers if len(whole_powers) >= 3 else _powers_between(bottom, top, _ONE_TWO_FIVE)
    if len(ticks) < 3:
        finer = _thin_out(_powers_between(bottom, top, _ONE_TO_NINE), count)
        ticks = finer if len(finer) >= 3 else ticks
    # Too many ticks: whole powers of ten are easier to read, if there are enough of them.
    if len(ticks) > max(count, 2):
        are_whole_enough = len(whole_powers) > 2 or len(whole_powers) == count == 2
        ticks = _thin_out(whole_powers if are_whole_enough else ticks, count)
    return ticks


def _thin_out(ticks: tuple[float, ...], count: int) -> tuple[float, ...]:
    """Keep every second, third … of `ticks`, so that at most about `count` remain."""
    stride = ceil((len(ticks) - 1) / max(1, count - 1)) or 1
    return ticks[::stride]


def _power_below(power: float, lead_logs: Sequence[float]) -> float:
    """The highest power that is at most `power` and whose lead has one of these logarithms."""
    return max(near for near in _powers_near(power, lead_logs) if near <= power + ROUNDING)


def _power_above(power: float, lead_logs: Sequence[float]) -> float:
    """The lowest power that is at least `power` and whose lead has one of these logarithms."""
    return min(near for near in _powers_near(power, lead_logs) if near >= power - ROUNDING)


def _powers_near(power: float, lead_logs: Sequence[float]) -> list[float]:
    """The powers around `power` whose leads have these logarithms."""
    whole = floor(power)
    return [whole + shift + lead_log for shift in (-1, 0, 1) for lead_log in lead_logs]


def _powers_between(bottom: float, top: float, lead_logs: Sequence[float]) -> tuple[float, ...]:
    """The powers from `bottom` to `top` whose leads have one of these logarithms."""
    powers = [whole + lead_log for whole in range(floor(bottom), ceil(top) + 1) for lead_log in lead_logs]
    return tuple(power for power in powers if bottom - ROUNDING <= power <= top + ROUNDING)


def write_powers(powers: Sequence[float]) -> tuple[str, ...]:
    """Write ten to each of `powers`, all in the same way: as powers if they are whole and would be long as numbers."""
    are_short = all(-4 <= power < 6 for power in powers)
    are_whole = all(abs(power - round(power)) < ROUNDING for power in powers)
    if are_whole and not are_short:
        return tuple(raised_power(round(power)) for power in powers)
    return tuple(format_rounded(10.0**power) for power in powers)
