"""Sample points for comparing formulas, the same for the same variables; and assumptions about variables."""

import math
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from random import Random

from tutor.errors import UsageError, clip
from tutor.expressions.tree import Expr, Number, walk
from tutor.patterns import compile_lazily

_RESOLUTION = 2**20
"""Numbers are drawn as multiples of 1 / `_RESOLUTION`."""
MAX_NUMBERS_SAMPLED_NEAR = 8
"""Only so many of the numbers in a formula, the largest, get sample points near them."""

Draw = Callable[[Random], Fraction]
"""A function that draws one number from a distribution."""
Point = dict[str, Fraction]
"""Variable → number."""


def _between(low: float, high: float) -> Draw:
    """Make a function that draws a number between two bounds.

    If `low` is an integer, the number is an odd multiple of 1 / `_RESOLUTION`, so it is never an integer: at integers
    different formulas may agree by chance.
    """
    low_numerator = int(low * _RESOLUTION)
    odd_numerators = int((high - low) * _RESOLUTION / 2)  # how many there are between the bounds
    return lambda rng: Fraction(low_numerator + 2 * rng.randrange(odd_numerators) + 1, _RESOLUTION)


def _either_sign(draw: Draw) -> Draw:
    """Make a function that draws a number by `draw`, and as often as not negates it."""
    return lambda rng: draw(rng) * rng.choice((-1, 1))


_ORDINARY: tuple[Draw, ...] = (
    _between(1, 3),
    _between(-3, -1),
    _between(0, 1),
    _between(-1, 0),
    _between(-3, 3),
    _between(-3, 3),
    _either_sign(_between(2, 9)),
    _either_sign(_between(0, 0.3)),
)
_WIDE: tuple[Draw, ...] = tuple(_either_sign(_between(0, 4**power)) for power in (1, 2, 3, 4, 5, 6))


def _small_integer(rng: Random) -> Fraction:
    return Fraction(rng.choice((1, 2, 3, 4, 5, -1, -2, -3, 6, 7)))


def _natural(rng: Random) -> Fraction:
    return Fraction(rng.randrange(1, 9))


def sample_points(variables: list[str], assumptions: Mapping[str, str], numbers: list[Fraction]) -> Iterator[Point]:
    """Yield sample points for `variables`, the most telling first: ordinary, then mixed, integer and large values.

    `numbers` are those that occur in the formulas: near them a formula may have a kink or its whole domain.
    `assumptions` maps variables to texts such as `positive`. The names of the variables are the seed, so the points are
    the same each time.

    Raises:
        UsageError: an assumption that is not understood.
    """
    rng = Random(" ".join(variables))
    parsed_assumptions = {name: Assumption.parse(assumptions[name]) for name in variables if name in assumptions}
    largest = float(min(max([*numbers, Fraction(1)]), Fraction(10**6)))  # from 1 to a million
    up_to_largest = _either_sign(_between(0, largest))
    centres = [float(number) * sign for number in numbers for sign in (1, -1)]
    around_numbers = [_between(centre - 1, centre + 1) for centre in centres]

    def draw_mixed(rng: Random) -> Fraction:
        draw = rng.choice((*_ORDINARY, *_WIDE, up_to_largest))
        return draw(rng)

    draws_in_turn = [
        *_ORDINARY,
        _between(largest, 2 * largest),
        _between(-2 * largest, -largest),
        up_to_largest,
        up_to_largest,
        draw_mixed,
        draw_mixed,
        *[_small_integer] * 4,
        *[_natural] * 4,
        *around_numbers,
        *[draw_mixed] * 40,
        *_WIDE,
        *[_natural] * 6,
    ]
    for draw in draws_in_turn:
        yield {name: _draw_with_assumption(parsed_assumptions.get(name), draw, rng) for name in variables}


def _draw_with_assumption(assumption: "Assumption | None", draw: Draw, rng: Random) -> Fraction:
    """Draw a number by `draw`; if there is an `assumption`, move the number to where it holds."""
    number = draw(rng)
    return number if assumption is None else assumption.move_inside(number)


def largest_numbers_in(*trees: Expr) -> list[Fraction]:
    """List the few largest distinct numbers in `trees`."""
    numbers = {node.value for tree in trees for node in walk(tree) if isinstance(node, Number)}
    usable = [number for number in numbers if number < 10**9]
    return sorted(usable, reverse=True)[:MAX_NUMBERS_SAMPLED_NEAR]


_BOUNDS_OF_WORDS = {
    "real": "",
    "positive": ">0",
    "negative": "<0",
    "nonnegative": ">=0",
    "nonpositive": "<=0",
    "nonzero": "",
    "integer": "",
    "natural": ">0",
    "even": "",
    "odd": "",
}
"""Word that an assumption may contain → the bound that it implies, or ""."""
_BOUND = compile_lazily(r"(>=?|<=?) ?(-?[0-9]+(?:\.[0-9]+)?)")


class Assumption:
    """An assumption about a variable: its bounds, and whether it is an integer, even or odd."""

    def __init__(
        self,
        *,
        low: Fraction | None,
        high: Fraction | None,
        is_integer: bool,
        parity: int | None,
        integers_within: range | None,
    ) -> None:
        """`low` and `high` are `None` if there is no such bound; `parity` is 0 for even, 1 for odd, or `None`.

        `integers_within` lists the integers for which the assumption holds, if it is one of an integer with two bounds.
        """
        self.low, self.high, self.is_integer, self.parity = low, high, is_integer, parity
        self.integers_within = integers_within

    @classmethod
    def parse(cls, text: str) -> "Assumption":
        """Parse a text such as `positive`, `integer`, `positive integer`, `>1`, or `>=0, <1`.

        Raises:
            UsageError: `text` is none of these.
        """
        line = " ".join(text.casefold().replace("non-", "non").replace(",", " ").replace("and", " ").split())
        bounds = _BOUND.findall(line)
        words = _BOUND.sub(" ", line).split()
        if any(word not in _BOUNDS_OF_WORDS for word in words):
            raise UsageError(
                f"the assumption '{clip(text, 30)}' is not understood; known: {', '.join(_BOUNDS_OF_WORDS)}, >1, <=2"
            )
        bounds += _BOUND.findall(" ".join(_BOUNDS_OF_WORDS[word] for word in words))
        low = max((Fraction(value) for symbol, value in bounds if symbol[0] == ">"), default=None)
        high = min((Fraction(value) for symbol, value in bounds if symbol[0] == "<"), default=None)
        if low is not None and high is not None and low >= high:
            raise UsageError(f"no number is as '{clip(text, 30)}' says")
        parity = None
        if "even" in words:
            parity = 0
        elif "odd" in words:
            parity = 1
        is_integer = not {"integer", "natural", "even", "odd"}.isdisjoint(words)
        integers_within = None
        if is_integer and low is not None and high is not None:
            integers_within = _integers_within(bounds, parity)
            if not integers_within:
                raise UsageError(f"no number is as '{clip(text, 30)}' says")
        return cls(low=low, high=high, is_integer=is_integer, parity=parity, integers_within=integers_within)

    def move_inside(self, value: Fraction) -> Fraction:
        """Return `value`, or a number made of it for which the assumption holds."""
        if self.low is not None and self.high is not None:
            # The fractional part of |value| tells how far the result lies on the way from `low` to `high`. For an
            # integer this would be 0: it is replaced by a position from 1/8 to 1/2 of the way.
            is_integer = value.denominator == 1
            position = Fraction(1, 2 + abs(value.numerator) % 7) if is_integer else abs(value) % 1
            if self.integers_within is not None:
                return _pick_integer(self.integers_within, position)
            return self.low + (self.high - self.low) * position
        if self.low is not None:
            value = self.low + abs(value)
        elif self.high is not None:
            value = self.high - abs(value)
        return self._nearby_integer(value) if self.is_integer else value

    def _nearby_integer(self, value: Fraction) -> Fraction:
        """An integer close to `value`, of the right parity; never 0, which `natural` and `nonzero` exclude.

        If there is a bound, the value is rounded away from it, so that the integer is still within the bound.
        """
        step = 1 if self.high is None else -1
        nearest = Fraction(math.ceil(value) if step > 0 else math.floor(value))
        if self.parity is not None and nearest % 2 != self.parity:
            nearest += step
        if nearest != 0:
            return nearest
        return Fraction(2 * step if self.parity == 0 else step)


def _integers_within(bounds: list[tuple[str, str]], parity: int | None) -> range:
    """The integers within `bounds`, such as `(">=", "0")`, that have the parity, if one is given.

    At least one bound must be from below, and one from above.
    """
    first = max(
        math.floor(Fraction(value)) + 1 if symbol == ">" else math.ceil(Fraction(value))
        for symbol, value in bounds
        if symbol[0] == ">"
    )
    last = min(
        math.ceil(Fraction(value)) - 1 if symbol == "<" else math.floor(Fraction(value))
        for symbol, value in bounds
        if symbol[0] == "<"
    )
    if parity is None:
        return range(first, last + 1)
    return range(first + (first - parity) % 2, last + 1, 2)


def _pick_integer(integers: range, position: Fraction) -> Fraction:
    """The integer at `position`, from 0 to less than 1, of the way through `integers`; not 0 if there is another."""
    count = (integers[-1] - integers[0]) // integers.step + 1  # `len` would overflow for a range of many digits
    integer = integers[int(position * count)]
    if integer == 0:  # which `nonzero` excludes
        integer = integers[-1] or integers[0]
    return Fraction(integer)
