"""Fresh numbers: drawn by seed, held to the conditions, and what is computed from them."""

import random
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import msgspec

from tutor.budget import spend
from tutor.errors import ChainruleError, clip
from tutor.expressions.arithmetic import exact
from tutor.expressions.evaluate import evaluate, holds
from tutor.expressions.grammars import LESSON
from tutor.expressions.parser import parse_expression
from tutor.patterns import late
from tutor.questions.base import Question
from tutor.questions.runs import Run, compute
from tutor.questions.templates.filling import at

ATTEMPTS = 1000
"""How often numbers are drawn before the conditions count as impossible."""
MAKING, DRAW, EACH = 300, 20, 20
"""What it costs to make a question, to draw its numbers, and to try a condition or compute a name, in units of work."""
CHOICES = 10_000
"""The most numbers a range may hold."""

_NAME = late("[A-Za-z_][A-Za-z_0-9]*")
_WRITTEN = late(r"[+-]?([0-9]++\.?[0-9]*+|\.[0-9]++)([eE][+-]?[0-9]{1,3})?")


class Range(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Numbers from `low` to at most `high`, `step` apart."""

    low: int | float
    high: int | float
    step: int | float = 1

    def numbers(self) -> list[int | float]:
        """All of them, computed in decimal, so that 0.1 + 0.2 is 0.3.

        Raises:
            ChainruleError: none, or too many.
        """
        low, high, step = exact(self.low), exact(self.high), exact(self.step)
        count = (high - low) // step + 1 if step > 0 else 0
        if not 1 <= count <= CHOICES:
            raise ChainruleError(f"the range from {self.low} to {self.high} by {self.step} holds no numbers")
        return [plain_number(low + step * index) for index in range(count)]


def plain_number(value: Fraction | float) -> int | float:
    """`value` as an int when it is whole, else as a float."""
    number = exact(value)
    return int(number) if number.denominator == 1 else float(number)


def draw(question: Question, seed: int) -> dict[str, Any]:
    """The names of one instance: drawn by `seed`, held to `where`, then `let` computed in order.

    Raises:
        ChainruleError: a choice, a condition or a computation that cannot be used.
    """
    spend(MAKING)
    return _computed(question.let, drawn(question, seed))


def drawn(question: Question, seed: int) -> dict[str, Any]:
    """The numbers of `given` alone, drawn by `seed` and held to `where`.

    Raises:
        ChainruleError: a choice or a condition that cannot be used.
    """
    chance = random.Random(f"{question.id}:{seed}")
    pools = {name: choices(name, given) for name, given in question.given.items()}
    for _ in range(ATTEMPTS):
        spend(DRAW + EACH * len(question.where))
        names = {name: chance.choice(pool) for name, pool in pools.items()}
        with at("where"):
            usable = all(holds(condition, names) for condition in question.where)
        if usable:
            return names
    raise ChainruleError(f"no numbers in `given` meet `where`: {'; '.join(question.where)}")


def choices(name: str, given: object) -> list[Any]:
    """What `name` may be drawn from.

    Raises:
        ChainruleError: neither a list of choices nor a range.
    """
    check_name(name)
    if isinstance(given, Mapping):
        try:
            return msgspec.convert(dict(given), Range).numbers()
        except (msgspec.ValidationError, ValueError):
            raise ChainruleError(f"given {name}: write a list of choices or {{low, high, step}}") from None
    if not isinstance(given, (list, tuple)) or not given:
        raise ChainruleError(f"given {name}: write a list of choices or {{low, high, step}}")
    return [_choice(item) for item in given]


def check_name(name: str) -> None:
    """Refuse a name that no expression could use.

    Raises:
        ChainruleError: it is none, or already means something.
    """
    if not _NAME.fullmatch(name):
        raise ChainruleError(f"'{clip(name, 30)}' is not a name: use only letters, digits and _")
    if name in LESSON.functions or name in LESSON.words or name in {"now", "then", "answer", "diverged"}:
        raise ChainruleError(f"'{name}' already has a meaning in expressions; choose another name")


def _choice(item: Any) -> Any:
    # YAML reads 1e-3 as a word.
    return float(item) if isinstance(item, str) and _WRITTEN.fullmatch(item) else item


def _computed(let: Mapping[str, Any], names: dict[str, Any]) -> dict[str, Any]:
    for name, value in let.items():
        spend(EACH)
        check_name(name)
        if name in names:
            raise ChainruleError(f"'{name}' is given twice")
        with at(f"let {name}"):
            names[name] = _value(value, names)
    return names


def _value(value: Any, names: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        found = evaluate(parse_expression(value), names)
    elif isinstance(value, Mapping):
        try:
            found = compute(msgspec.convert(dict(value), Run), names)
        except msgspec.ValidationError:
            raise ChainruleError("a run has simulation, set, steps and value") from None
    else:
        found = value
    return int(found) if isinstance(found, Fraction) and found.denominator == 1 else found
