"""Where expressions are compared: points that look into every corner, the same for the same letters."""

import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from random import Random

from tutor.errors import UsageError, clip
from tutor.reading.algebra.tree import Expr, Num, nodes

_GRAIN = 2**20

Draw = Callable[[Random], Fraction]
Point = dict[str, Fraction]


def _between(low: float, high: float) -> Draw:
    """A number between two bounds that no formula has in mind: odd over a power of two."""
    span = int((high - low) * _GRAIN / 2)
    start = int(low * _GRAIN)
    return lambda chance: Fraction(start + 2 * chance.randrange(span) + 1, _GRAIN)


def _either_sign(draw: Draw) -> Draw:
    return lambda chance: draw(chance) * chance.choice((-1, 1))


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


def _whole(chance: Random) -> Fraction:
    return Fraction(chance.choice((1, 2, 3, 4, 5, -1, -2, -3, 6, 7)))


def _natural(chance: Random) -> Fraction:
    return Fraction(chance.randrange(1, 9))


def points(letters: list[str], assumed: Mapping[str, str], numbers: list[Fraction]) -> Iterator[Point]:
    """Points for `letters`, the most telling first: usual ones, then mixed, whole and far ones.

    `numbers` are those in the expressions: bends and narrow domains lie beside them.

    Raises:
        UsageError: an assumption that is not understood.
    """
    chance = Random(" ".join(letters))
    limits = {letter: Limit.of(assumed[letter]) for letter in letters if letter in assumed}
    reach = float(min(max([*numbers, Fraction(1)]), Fraction(10**6)))
    beside = [_between(float(item) * sign - 1, float(item) * sign + 1) for item in numbers for sign in (1, -1)]
    near, beyond = _either_sign(_between(0, reach)), _between(reach, 2 * reach)

    def mixed(chance: Random) -> Fraction:
        return chance.choice((*_REAL, *_WIDE, near))(chance)

    rounds = [
        *_REAL,
        beyond,
        _between(-2 * reach, -reach),
        near,
        near,
        mixed,
        mixed,
        *[_whole] * 4,
        *[_natural] * 4,
        *beside,
        *[mixed] * 40,
        *_WIDE,
        *[_natural] * 6,
    ]
    for draw in rounds:
        yield {letter: _drawn(draw, chance, limits.get(letter)) for letter in letters}


def _drawn(draw: Draw, chance: Random, limit: "Limit | None") -> Fraction:
    return draw(chance) if limit is None else limit.kept(draw(chance))


def numbers_in(*trees: Expr) -> list[Fraction]:
    """The largest few numbers that stand in `trees`, no two the same."""
    found = {node.value for tree in trees for node in nodes(tree) if isinstance(node, Num) and node.value < 10**9}
    return sorted(found, reverse=True)[:8]


_WORDS = {
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
_BOUND = re.compile(r"(>=?|<=?) ?(-?[0-9]+(?:\.[0-9]+)?)")


class Limit:
    """What an assumption says about a letter: bounds, and whether it is whole."""

    def __init__(self, low: Fraction | None, high: Fraction | None, whole: bool, parity: int | None) -> None:
        self.low, self.high, self.whole, self.parity = low, high, whole, parity

    @classmethod
    def of(cls, said: str) -> "Limit":
        """The limit that `positive`, `integer`, `positive integer`, `>1` or `>=0, <1` says.

        Raises:
            UsageError: it says something else.
        """
        line = " ".join(said.casefold().replace("non-", "non").replace(",", " ").replace("and", " ").split())
        bounds = _BOUND.findall(line)
        words = _BOUND.sub(" ", line).split()
        if any(word not in _WORDS for word in words):
            raise UsageError(
                f"the assumption '{clip(said, 30)}' is not understood; known: {', '.join(_WORDS)}, >1, <=2"
            )
        bounds += _BOUND.findall(" ".join(_WORDS[word] for word in words))
        low = max((Fraction(value) for sign, value in bounds if sign[0] == ">"), default=None)
        high = min((Fraction(value) for sign, value in bounds if sign[0] == "<"), default=None)
        if low is not None and high is not None and low >= high:
            raise UsageError(f"no number is as '{clip(said, 30)}' says")
        parity = 0 if "even" in words else 1 if "odd" in words else None
        whole = bool({"integer", "natural", "even", "odd"} & set(words))
        return cls(low, high, whole, parity)

    def kept(self, value: Fraction) -> Fraction:
        """`value`, moved to where the assumption holds."""
        if self.low is not None and self.high is not None:
            share = abs(value) % 1 if value.denominator > 1 else Fraction(1, 2 + abs(value.numerator) % 7)
            value = self.low + (self.high - self.low) * (share or Fraction(1, 2))
        elif self.low is not None:
            value = self.low + abs(value)
        elif self.high is not None:
            value = self.high - abs(value)
        return self._whole(value) if self.whole else value

    def _whole(self, value: Fraction) -> Fraction:
        """A whole number next to `value`, inside the bounds as far as it is known."""
        inward = 1 if self.high is None else -1
        near = Fraction(value.__ceil__() if inward > 0 else value.__floor__())
        if self.parity is not None and near % 2 != self.parity:
            near += inward
        return near or Fraction(inward * (2 if self.parity == 0 else 1))
