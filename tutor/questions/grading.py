"""Grades an answer without a lesson or a record, from what is expected and what was typed (`chainrule grade`)."""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from tutor.errors import ChainruleError, ExpressionError, UsageError, advise_on_name, clip
from tutor.expressions.arithmetic import EXACT_RTOL, LARGEST_DOUBLE, Tolerance
from tutor.expressions.evaluate import calculate
from tutor.expressions.names import canonical_name
from tutor.expressions.sampling import Assumption
from tutor.expressions.symbols import SymbolTable
from tutor.questions.answers.partial_order import PartialOrder
from tutor.questions.base import Unreadable
from tutor.reading.numbers import read_number
from tutor.reading.outcome import as_sentence, ask_if_ambiguous
from tutor.reading.tolerance import read_tolerance, tolerance_for


def grade_line(data: Mapping[str, Any]) -> dict[str, Any]:
    """Grade what `chainrule grade` is given, or one line of its `--batch`; never raises.

    `{"kind": "number" or "expression", "expected", "answer", "rtol"?, "atol"?}`, for a number also with
    `"figures"?` or `"places"?`, for an expression with `"assume"?`; or
    `{"kind": "order", "depends": {item: [items before it]}, "distractors"?, "answer": [item, …]}` gives
    `{"readable", "correct", "score", "value"?, "advice"?}`; any other object gives `{"error"}`.
    `?` marks an optional key.
    """
    try:
        grade = _find_grader(data.get("kind"))
        return grade(data)
    except ChainruleError as error:
        return {"error": str(error)}


def _find_grader(kind: object) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """The function that `GRADERS` lists for `kind`; raises `UsageError` if it lists none."""
    if isinstance(kind, str) and kind in GRADERS:
        return GRADERS[kind]
    advice = advise_on_name(str(kind or ""), GRADERS, otherwise="known: " + ", ".join(GRADERS))
    raise UsageError(f"there is no kind '{clip(str(kind), 30)}' that can be graded alone; {advice}")


def grade_number(data: Mapping[str, Any]) -> dict[str, Any]:
    """Grade a number: right if |answer − expected| ≤ max(atol, rtol · |expected|).

    Without `rtol` and `atol`, it must be right to nine figures. With `figures` or `places`, which go before them, it
    may differ by half a unit of the last figure or decimal place.
    """
    expected = _read_expected(_read_text(data, "expected"))
    tolerance = _read_rounding(data, expected) or _read_tolerance(data) or Tolerance(EXACT_RTOL)
    number = read_number(_read_text(data, "answer"))
    if isinstance(number, Unreadable):
        return _unreadable_verdict(number.advice)
    query = ask_if_ambiguous(number, expected, lambda value: tolerance.covers(value, expected))
    if query is not None:  # "1,234" may be 1234 or 1.234, and which it is may decide, or give away, the answer
        return _unreadable_verdict(query.advice)
    is_right = tolerance.covers(number.value, expected)
    return {"readable": True, "correct": is_right, "score": float(is_right), "value": _as_json(number.value)}


def grade_expression(data: Mapping[str, Any]) -> dict[str, Any]:
    """Grade a formula: right if it equals the expected one wherever both are real; `assume` restricts the letters."""
    from tutor.expressions.enclosures import constant_value
    from tutor.expressions.equality import EqualityOptions, is_equal, require_real_value
    from tutor.expressions.tree import variables_in
    from tutor.reading.formulas import read_expression, read_formula

    tolerance, assumed = _read_tolerance(data), _read_assumptions(data.get("assume"))
    try:
        expected = read_expression(_read_text(data, "expected"), SymbolTable(from_author=True, allow_words=True))
    except ChainruleError as error:
        raise UsageError(f"the expected expression cannot be used: {error}") from None
    typed = _read_text(data, "answer")
    try:
        equality = EqualityOptions(tolerance, assumed)
        letters = frozenset(variables_in(expected) | set(assumed))
        answer = read_formula(typed, SymbolTable(letters), expected, equality)
        require_real_value(answer, equality)
        is_right = is_equal(answer, expected, equality)
        value = constant_value(answer)
    except ExpressionError as error:
        return _unreadable_verdict(as_sentence(str(error)))
    verdict: dict[str, Any] = {"readable": True, "correct": is_right, "score": float(is_right)}
    if value is not None and abs(value) <= LARGEST_DOUBLE:
        verdict["value"] = _as_json(value)
    return verdict


def _unreadable_verdict(advice: str) -> dict[str, Any]:
    return {"readable": False, "correct": False, "score": 0.0, "advice": advice}


def _read_rounding(data: Mapping[str, Any], expected: Fraction) -> Tolerance | None:
    """The tolerance by `figures` or `places` in `data`: half a unit of the last one; `None` if neither is given."""
    for name in ("figures", "places"):
        count = data.get(name)
        if count is not None:
            if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= 15:
                raise UsageError(f"{name}={clip(str(count), 30)} cannot be used: give a whole number from 0 to 15")
            return tolerance_for(expected, **{name: count})
    return None


def _read_tolerance(data: Mapping[str, Any]) -> Tolerance | None:
    """The tolerance by `rtol` and `atol` in `data`; one that is missing is 0; `None` if both are missing."""
    tolerances = {name: read_tolerance(name, data[name]) for name in ("rtol", "atol") if data.get(name) is not None}
    if not tolerances:
        return None
    return Tolerance(tolerances.get("rtol", Fraction(0)), tolerances.get("atol", Fraction(0)))


def _read_assumptions(value: Any) -> dict[str, str]:
    """Read assumptions about letters; returns canonical name of a letter → what is assumed about it."""
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(assumption, str) for assumption in value.values()):
        raise UsageError('"assume" says what letters may be: {"a": "positive"}')
    for assumption in value.values():
        Assumption.parse(assumption)  # refuses one that is not understood
    return {canonical_name(str(name)): assumption for name, assumption in value.items()}


def grade_order(data: Mapping[str, Any]) -> dict[str, Any]:
    """Grade an order of n items: the score is 1, less 1/n for each edit that is still needed; see `PartialOrder`."""
    depends = data.get("depends")
    if not isinstance(depends, dict) or not all(isinstance(needs, (list, tuple)) for needs in depends.values()):
        raise UsageError('an order needs "depends": {"3": ["1", "2"]}, which items come before which')
    order = PartialOrder.from_dependencies(
        {str(item): [str(need) for need in needs] for item, needs in depends.items()}
    )
    for distractor in _read_items(data.get("distractors") or [], "distractors"):
        if distractor in order.before:
            raise UsageError(f"'{clip(distractor, 30)}' is both an item and a distractor")
    score = order.score(_read_items(data.get("answer"), "answer"))
    return {"readable": True, "correct": score == 1.0, "score": score}


GRADERS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "number": grade_number,
    "expression": grade_expression,
    "order": grade_order,
}
"""The kinds that can be graded alone."""


def has_letters(kind: str) -> bool:
    """Whether an answer of this kind may have letters, so that assumptions about them make sense.

    True also for an unknown kind, so that the grader, which is called later, reports the kind as the fault.
    """
    return GRADERS.get(kind, grade_expression) is grade_expression


def _read_text(data: Mapping[str, Any], key: str) -> str:
    """`data[key]`, a text or a number, as text."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise UsageError(f'"{key}" is missing: give it as text or as a number')
    return str(value)


def _read_expected(text: str) -> Fraction:
    """The expected number, written as a learner would type it or as an expression of a lesson."""
    number = read_number(text)
    if not isinstance(number, Unreadable):
        return number.value
    try:
        return calculate(text, {})
    except ChainruleError:
        raise UsageError(f"the expected value '{clip(text, 30)}' is no number") from None


def _read_items(value: Any, key: str) -> list[str]:
    """The items in the list `value`, as texts; `key` names it in the error."""
    if not isinstance(value, Iterable) or isinstance(value, (str, dict)):
        raise UsageError(f'"{key}" must be a list of items')
    return [str(item) for item in value]


def _as_json(value: Fraction) -> int | float:
    """`value` as a number for JSON: an int if it is whole and small enough for a double to be exact, or a float."""
    return int(value) if value.denominator == 1 and abs(value) < 2**53 else float(value)
