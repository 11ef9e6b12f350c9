"""Facts from the test suites of other graders, and texts made to harm: tests/data says where each is from."""

import re
from collections.abc import Iterator
from time import process_time
from typing import Any

import pytest

from tests.data import rows
from tutor.questions.grading import grade_line
from tutor.reading.digits import decimal_places
from tutor.reading.numbers import read_number
from tutor.text.numbers import format_number

DISAGREEMENTS = {
    "sigfigs_dp-0120": "1234.56 to three figures is 1,235 here: digits before the point become no power of ten",
    "numparse-0007": "1/2 is a number unless a question forbids fractions; none of ours does",
    "numparse-0010": "3.14 in a box for whole numbers is readable and wrong",
    "numparse-0205": "16,5 can part no thousands, so that its comma is a decimal mark in every locale",
    "numparse-0012": "1 + 2 is worked out here: a closed expression may be typed wherever a number is asked for",
    "numparse-0014": "pi is a number, for the same reason",
    "numparse-0021": "so is what can be worked out here",
    "numcmp-0114": "120% is 1.2; the peer says itself that its verdict looks wrong",
    "numcmp-0117": "2/4 need not be cancelled where only the value is asked for",
    "numcmp-0119": "the same, where the peer refuses to grade it",
    "expr_eval-0325": "% is no operation in a formula: it could be per cent as well",
    "equiv_other-0014": "rounded to nine figures the peer's number ends in 548, not in 547",
    "equiv_other-0065": "real for almost no n, and not the same; the peer says itself that it is wrong",
}
"""Rows on which we differ, and why."""


def differing(verdicts: Iterator[tuple[str, bool]]) -> set[str]:
    judged = dict(verdicts)
    assert len(judged) >= 4, "rows are missing"
    return {row for row, agrees in judged.items() if not agrees}


def test_numbers_are_read_as_peers_read_them() -> None:
    def verdicts() -> Iterator[tuple[str, bool]]:
        for row in rows("numbers"):
            wanted = row["expect"] if isinstance(row["expect"], (int, float)) else None
            line = {"kind": "number", "expected": wanted or 0, "answer": row["input"], "rtol": 1e-12}
            result = grade_line(line)
            yield row["id"], result["correct"] if wanted is not None else not result["readable"]

    assert differing(verdicts()) <= set(DISAGREEMENTS)


def test_tolerances_are_judged_as_peers_judge_them() -> None:
    def verdicts() -> Iterator[tuple[str, bool]]:
        for row in rows("tolerances"):
            if row["mode"] in {"absolute", "fraction"}:
                line = {"expected": row["teacher"], "answer": row["student"], "atol": row["tol"]}
                yield row["id"], grade_line({"kind": "number", **line})["correct"] is row["expect"]

    assert differing(verdicts()) <= set(DISAGREEMENTS)


def test_rounded_numbers_are_judged_as_peers_judge_them() -> None:
    def verdicts() -> Iterator[tuple[str, bool]]:
        for row in rows("tolerances"):
            if row["mode"] in {"dp", "sigfig"}:
                line = {"kind": "number", "expected": row["teacher"], "answer": row["student"]}
                named = {"dp": "places", "sigfig": "figures"}[row["mode"]]
                yield row["id"], grade_line({**line, named: row["tol"]})["correct"] is row["expect"]

    assert differing(verdicts()) <= set(DISAGREEMENTS)


def test_decimal_places_are_counted_as_peers_count_them_but_for_zeros_in_front() -> None:
    for row in rows("decimal_places"):
        if "places" in row:  # the peer leaves out the zeros after the point, and powers of ten
            places = decimal_places(row["input"])
            digits = 1000 if places is None else places
            in_front = re.search(r"\.0+[1-9]|e", row["input"])
            assert digits > row["places"] if in_front else digits == row["places"], row["input"]


def test_rounded_numbers_are_shown_as_peers_show_them() -> None:
    def verdicts() -> Iterator[tuple[str, bool]]:
        for row in rows("decimal_places"):
            if "expect_display" in row:
                ours = read_number(format_number(row["value"], row["precision"]))
                yield row["id"], ours == read_number(row["expect_display"])

    assert differing(verdicts()) <= set(DISAGREEMENTS)


def test_complaints_about_numbers_are_met() -> None:
    asked = {"sigfig": {"figures": 3}, "tolerance": {}, "parse": {}, "fraction-or-2dp": {"places": 2}}

    def verdicts() -> Iterator[tuple[str, bool]]:
        for row in rows("complaints"):
            if row["kind"] in asked:
                line = {"kind": "number", "expected": row["teacher"], "answer": row["student"]}
                yield row["id"], grade_line({**line, **asked[row["kind"]]})["correct"] is row["expect"]

    assert differing(verdicts()) == set()


def expression(**line: Any) -> dict[str, Any]:
    return grade_line({"kind": "expression", **line})


def agrees(result: dict[str, Any], expect: object) -> bool:
    return not result["readable"] if expect == "invalid" else result["correct"] is expect


def test_expressions_are_equal_where_peers_say_so() -> None:
    def verdicts() -> Iterator[tuple[str, bool]]:
        for row in [*rows("equivalence"), *rows("complaints")]:
            if row.get("kind", "equiv") == "equiv":
                result = expression(expected=row["teacher"], answer=row["student"], assume=row.get("assume"))
                yield row["id"], agrees(result, row["expect"])

    assert differing(verdicts()) <= set(DISAGREEMENTS)


def test_expressions_have_the_values_that_peers_give_them() -> None:
    def verdicts() -> Iterator[tuple[str, bool]]:
        for row in rows("expression_values"):
            text = row["input"]
            for name, value in row.get("vars", {}).items():
                text = re.sub(rf"\b{name}\b", f"({value})", text)
            expected = 1 if row["expect"] == "invalid" else row["expect"]
            result = expression(expected=expected, answer=text, atol=row["tol"])
            yield row["id"], agrees(result, "invalid" if row["expect"] == "invalid" else True)

    assert differing(verdicts()) <= set(DISAGREEMENTS)


POLICIES = {
    "no decimals": "decimals are as exact as fractions here",
    "no complex numbers": "i and j are letters like others here; a root of −1 is refused",
    "only the variables of the question": "graded alone, every letter is free; a question names its letters",
}
"""Rules of one peer that are not ours."""


def test_expressions_are_read_where_peers_read_them() -> None:
    for row in rows("expression_syntax"):
        result = expression(expected="n + x + y + a + b", answer=row["input"])
        assert row.get("policy") in POLICIES or result["readable"] is (row["expect"] == "valid"), row["input"]


def test_orders_are_scored_as_peers_score_them() -> None:
    def verdicts() -> Iterator[tuple[str, bool]]:
        for row in rows("orders"):
            line = {"kind": "order", "depends": row["depends"], "distractors": row.get("distractors", [])}
            result = grade_line({**line, "answer": row["submission"]})
            near = abs(result["score"] - row["score"]) < 1e-8
            yield row["id"], near and result["correct"] is row["exact"]

    assert differing(verdicts()) == set()


CODE = (
    "import os", "__import__", "__import__('os')", "().__class__", "x.__class__.__mro__", "a.b", "a.b()", "a['b']",
    "a[0]", "[1, 2]", "{x}", "{'x': 1}", "{x: 1}", "'text'", '"text"', "'text' * 9", "f'{x}'", "'{0}'.format(x)",
    "lambda: 1", "(lambda n: n)(1)", "[n for n in x]", "x += 1", "x := 1", "x == 1", "x; y", "def f(): 1", "class",
    "eval(x)", "exec(x)", "open(x)", "print(1)", "getattr(x, y)", "globals()", "constructor", "x.constructor",
    "sqrt.constructor", "__proto__", "prototype", "f=x; f()", "x => x", "() => 1", "`x`", "${x}", "$(x)", "<?php x ?>",
    "?>", "<script>x</script>", "x && y", "x || !y", "~x", "x & y", "1 << 99", "x ? y : 1", "@x", "#x", "x // y #",
    "\\u0065val(x)", "\\x41", "\\input{x}", "\\write18{x}", "\\def\\x{1}", "' or 1=1 --", "../x", "%s %n", "%(x)s",
)  # fmt: skip
"""Code of several languages, and what injects it: nothing of it is a formula."""
HEAVY = (
    "9^9^9^9", "2^99999999", "1.0001^99999999", "(" * 900 + "x" + ")" * 900, "x^" * 900 + "x", "-" * 900 + "x",
    "+".join(["x"] * 900), "*".join(["(x+1)"] * 300), "((x+1)^99)^99", "exp(" * 300 + "x" + ")" * 300, "1/" * 900 + "x",
    "1e308*1e308", "9" * 900, "0." + "0" * 900 + "1", "170!", "99999999!",
)  # fmt: skip
"""Formulas that may be refused, and whose work stays bounded."""
MADE_TO_HARM = [{"input": text, "expect": "reject"} for text in CODE] + [{"input": text} for text in HEAVY]


@pytest.mark.parametrize("kind", ["number", "expression"])
@pytest.mark.parametrize("expected", ["1", "2 + 3"])
def test_hostile_texts_are_refused_or_stay_bounded(kind: str, expected: str) -> None:
    for row in [*rows("refused"), *MADE_TO_HARM]:
        begun = process_time()
        result = grade_line({"kind": kind, "expected": expected, "answer": row["input"]})
        assert process_time() - begun < 5
        assert row.get("expect") != "reject" or result["readable"] is False, row["input"]


@pytest.mark.parametrize("expected", ["x", "n + m", "x*y + a/b", "f + n"])
def test_hostile_texts_are_no_expressions_whatever_letters_are_known(expected: str) -> None:
    for row in [*rows("refused"), *MADE_TO_HARM]:
        result = expression(expected=expected, answer=row["input"])
        assert row.get("expect") != "reject" or result["readable"] is False, row["input"]
