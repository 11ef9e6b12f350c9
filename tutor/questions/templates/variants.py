"""Fresh numbers for a question: drawn by seed so that the conditions hold, and what is computed from them."""

import random
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import msgspec

from tutor.budget import spend
from tutor.errors import ChainruleError, clip
from tutor.expressions.arithmetic import to_fraction
from tutor.expressions.evaluate import evaluate, evaluate_condition
from tutor.expressions.grammars import LESSON
from tutor.expressions.parser import parse_expression
from tutor.patterns import compile_lazily
from tutor.questions.base import Question
from tutor.questions.templates.placeholders import error_context
from tutor.questions.templates.runs import SimulationRun, compute_run

MAX_DRAWS = 1000
"""How often numbers are drawn until all conditions hold; after that the conditions count as impossible."""
INSTANCE_COST, DRAW_COST, EXPRESSION_COST = 300, 20, 20
"""The work, in the budget's units, of making an instance, of one draw, and of one condition or computed name."""
MAX_RANGE_NUMBERS = 10_000
"""The most numbers a range may hold."""

_NAME = compile_lazily("[A-Za-z_][A-Za-z_0-9]*")
_NUMBER_TEXT = compile_lazily(r"[+-]?([0-9]++\.?[0-9]*+|\.[0-9]++)([eE][+-]?[0-9]{1,3})?")


class NumberRange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Numbers from `low` to at most `high`, `step` apart."""

    low: int | float
    high: int | float
    step: int | float = 1

    def numbers(self) -> list[int | float]:
        """List the numbers, computed as exact fractions, so that 0.1 + 0.2 is 0.3.

        Raises:
            ChainruleError: none, or too many.
        """
        low, high, step = to_fraction(self.low), to_fraction(self.high), to_fraction(self.step)
        count = (high - low) // step + 1 if step > 0 else 0
        if not 1 <= count <= MAX_RANGE_NUMBERS:
            raise ChainruleError(f"the range from {self.low} to {self.high} by {self.step} holds no numbers")
        return [to_int_or_float(low + step * index) for index in range(count)]


def to_int_or_float(value: Fraction | float) -> int | float:
    """`value` as an int when it is whole, else as a float."""
    number = to_fraction(value)
    return int(number) if number.denominator == 1 else float(number)


def draw_names(question: Question, seed: int) -> dict[str, Any]:
    """Name → value, for one instance: the names of `given` are drawn by `seed`, then those of `let` computed in order.

    Raises:
        ChainruleError: a choice, a condition or a computation that cannot be used.
    """
    spend(INSTANCE_COST)
    drawn = draw_numbers(question, seed)
    return _compute_lets(question.let, drawn)


def read_pools(question: Question) -> dict[str, list[Any]]:
    """Name → the values that it is drawn from, for each name of `given`.

    Raises:
        ChainruleError: a choice that cannot be used.
    """
    return {name: read_pool(name, given) for name, given in question.given.items()}


def draw_numbers(question: Question, seed: int, pools: Mapping[str, list[Any]] | None = None) -> dict[str, Any]:
    """Name → number, for the names of `given` alone, drawn by `seed` so that every condition of `where` holds.

    A caller that draws with many seeds can read the `pools` once and pass them.

    Raises:
        ChainruleError: a choice or a condition that cannot be used.
    """
    rng = random.Random(f"{question.id}:{seed}")
    pools = read_pools(question) if pools is None else pools
    for _ in range(MAX_DRAWS):
        spend(DRAW_COST + EXPRESSION_COST * len(question.where))
        names = {name: rng.choice(pool) for name, pool in pools.items()}
        with error_context("where"):
            is_usable = all(evaluate_condition(condition, names) for condition in question.where)
        if is_usable:
            return names
    raise ChainruleError(f"no numbers in `given` meet `where`: {'; '.join(question.where)}")


def read_pool(name: str, given: object) -> list[Any]:
    """The numbers or texts that `name` may be drawn from, as the `given` of a lesson lists them or gives their range.

    Raises:
        ChainruleError: neither a list of choices nor a range.
    """
    check_name(name)
    if isinstance(given, Mapping):
        try:
            return msgspec.convert(dict(given), NumberRange).numbers()
        except (msgspec.ValidationError, ValueError):
            raise ChainruleError(f"given {name}: write a list of choices or {{low, high, step}}") from None
    if not isinstance(given, (list, tuple)) or not given:
        raise ChainruleError(f"given {name}: write a list of choices or {{low, high, step}}")
    return [_as_number(choice) for choice in given]


def check_name(name: str) -> None:
    """Refuse a name that no expression could use.

    Raises:
        ChainruleError: it is not a name, or already has a meaning.
    """
    if not _NAME.fullmatch(name):
        raise ChainruleError(f"'{clip(name, 30)}' is not a name: use only letters, digits and _")
    if name in LESSON.functions or name in LESSON.operator_words or name in {"now", "then", "answer", "diverged"}:
        raise ChainruleError(f"'{name}' already has a meaning in expressions; choose another name")


def _as_number(item: Any) -> Any:
    """`item`, or a float if it is a text that writes a number: YAML 1.1 reads 1e-3 as text."""
    if isinstance(item, str) and _NUMBER_TEXT.fullmatch(item):
        return float(item)
    return item


def _compute_lets(let: Mapping[str, Any], names: dict[str, Any]) -> dict[str, Any]:
    """Compute the entries of `let` in order, add each to `names`, which the later ones may use, and return `names`."""
    for name, value in let.items():
        spend(EXPRESSION_COST)
        check_name(name)
        if name in names:
            raise ChainruleError(f"'{name}' is given twice")
        with error_context(f"let {name}"):
            names[name] = _compute_let(value, names)
    return names


def _compute_let(value: Any, names: Mapping[str, Any]) -> Any:
    """Compute an entry of `let`: an expression or a run; any other value is returned. A whole number becomes an int."""
    if isinstance(value, str):
        result = evaluate(parse_expression(value), names)
    elif isinstance(value, Mapping):
        try:
            run = msgspec.convert(dict(value), SimulationRun)
        except msgspec.ValidationError:
            raise ChainruleError("a run has simulation, set, steps and value") from None
        result = compute_run(run, names)
    else:
        result = value
    is_whole = isinstance(result, Fraction) and result.denominator == 1
    return int(result) if is_whole else result
