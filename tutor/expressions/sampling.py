"""Sample points for comparing formulas, the same for the same variables; and assumptions about variables."""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from random import Random

from tutor.errors import UsageError, clip
from tutor.expressions.tree import Expr, Number, walk
from tutor.patterns import compile_lazily

_RESOLUTION = 2**20
"""Numbers are drawn as odd multiples of 1 / this."""
MAX_NUMBERS_BESIDE = 8
"""How many numbers of a formula get sample points beside them."""

Draw = Callable[[Random], Fraction]
Point = dict[str, Fraction]


def _between(low: float, high: float) -> Draw:
    """Make a drawing function for numbers between two bounds: odd over a power of two, so rarely special."""
    span = int((high - low) * _RESOLUTION / 2)
    start = int(low * _RESOLUTION)
    return lambda rng: Fraction(start + 2 * rng.randrange(span) + 1, _RESOLUTION)


def _either_sign(draw: Draw) -> Draw:
    return lambda rng: draw(rng) * rng.choice((-1, 1))


_REAL: tuple[Draw, ...] = (
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

    `numbers` are those in the formulas: kinks and narrow domains lie beside them.

    Raises:
        UsageError: an assumption that is not understood.
    """
    rng = Random(" ".join(variables))
    assumed = {name: Assumption.of(assumptions[name]) for name in variables if name in assumptions}
    reach = float(min(max([*numbers, Fraction(1)]), Fraction(10**6)))
    beside = [_between(float(item) * sign - 1, float(item) * sign + 1) for item in numbers for sign in (1, -1)]
    near, beyond = _either_sign(_between(0, reach)), _between(reach, 2 * reach)

    def draw_mixed(rng: Random) -> Fraction:
        return rng.choice((*_REAL, *_WIDE, near))(rng)

    draws_in_turn = [
        *_REAL,
        beyond,
        _between(-2 * reach, -reach),
        near,
        near,
        draw_mixed,
        draw_mixed,
        *[_small_integer] * 4,
        *[_natural] * 4,
        *beside,
        *[draw_mixed] * 40,
        *_WIDE,
        *[_natural] * 6,
    ]
    for draw in draws_in_turn:
        yield {name: _draw_under(assumed.get(name), draw, rng) for name in variables}


def _draw_under(assumption: "Assumption | None", draw: Draw, rng: Random) -> Fraction:
    return draw(rng) if assumption is None else assumption.move_inside(draw(rng))


def largest_numbers_in(*trees: Expr) -> list[Fraction]:
    """List the few largest distinct numbers in `trees`."""
    numbers = {node.value for tree in trees for node in walk(tree) if isinstance(node, Number) and node.value < 10**9}
    return sorted(numbers, reverse=True)[:MAX_NUMBERS_BESIDE]


_ASSUMPTION_WORDS = {
    "real": "",
    "positive": ">0",
    "negative": "<0",
    "nonnegative": ">=0",
    "nonpositive": "<=0",
    "nonzero": "",
    "integer": "whole",
    "natural": "whole >0",
    "even": "whole even",
    "odd": "whole odd",
}
_BOUND = compile_lazily(r"(>=?|<=?) ?(-?[0-9]+(?:\.[0-9]+)?)")


class Assumption:
    """An assumption about a variable: its bounds, and whether it is an integer, even or odd."""

    def __init__(self, low: Fraction | None, high: Fraction | None, integer: bool, parity: int | None) -> None:
        self.low, self.high, self.integer, self.parity = low, high, integer, parity

    @classmethod
    def of(cls, text: str) -> "Assumption":
        """The assumption `positive`, `integer`, `positive integer`, `>1`, or `>=0, <1`.

        Raises:
            UsageError: `text` is none of these.
        """
        line = " ".join(text.casefold().replace("non-", "non").replace(",", " ").replace("and", " ").split())
        bounds = _BOUND.findall(line)
        words = _BOUND.sub(" ", line).split()
        if any(word not in _ASSUMPTION_WORDS for word in words):
            raise UsageError(
                f"the assumption '{clip(text, 30)}' is not understood; known: {', '.join(_ASSUMPTION_WORDS)}, >1, <=2"
            )
        bounds += _BOUND.findall(" ".join(_ASSUMPTION_WORDS[word] for word in words))
        low = max((Fraction(value) for sign, value in bounds if sign[0] == ">"), default=None)
        high = min((Fraction(value) for sign, value in bounds if sign[0] == "<"), default=None)
        if low is not None and high is not None and low >= high:
            raise UsageError(f"no number is as '{clip(text, 30)}' says")
        parity = 0 if "even" in words else 1 if "odd" in words else None
        integer = bool({"integer", "natural", "even", "odd"} & set(words))
        return cls(low, high, integer, parity)

    def move_inside(self, value: Fraction) -> Fraction:
        """`value`, moved to where the assumption holds."""
        if self.low is not None and self.high is not None:
            # An integer has no fraction part to use, so one is made of it.
            share = abs(value) % 1 if value.denominator > 1 else Fraction(1, 2 + abs(value.numerator) % 7)
            value = self.low + (self.high - self.low) * (share or Fraction(1, 2))
        elif self.low is not None:
            value = self.low + abs(value)
        elif self.high is not None:
            value = self.high - abs(value)
        return self._nearby_integer(value) if self.integer else value

    def _nearby_integer(self, value: Fraction) -> Fraction:
        """An integer next to `value`, inside the bounds as far as possible."""
        inward = 1 if self.high is None else -1
        nearest = Fraction(value.__ceil__() if inward > 0 else value.__floor__())
        if self.parity is not None and nearest % 2 != self.parity:
            nearest += inward
        return nearest or Fraction(inward * (2 if self.parity == 0 else 1))
