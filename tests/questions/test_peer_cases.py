"""Facts from the test suites of other graders, where the folder with them lies beside the repository."""

import json
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from tutor.questions.grading import grade_line

CASES = Path(__file__).parents[3] / "shared" / "peer_cases"

DISAGREEMENTS = {
    "numparse-0007": "1/2 is a number unless a question forbids fractions; none of ours does",
    "numparse-0010": "3.14 in a box for whole numbers is readable and wrong",
    "numparse-0205": "16,5 can part no thousands, so that its comma is a decimal mark in every locale",
    "numparse-0209": "a multiple of pi is worked out, not typed; the peer's option is off",
    "numcmp-0114": "120% is 1.2; the peer says itself that its verdict looks wrong",
}
"""Rows on which we differ, and why."""


def rows(name: str) -> Iterator[dict[str, Any]]:
    path = CASES / f"{name}.jsonl"
    if path.is_file():
        yield from map(json.loads, path.read_text("utf-8").splitlines())


def differing(verdicts: Iterator[tuple[str, bool]]) -> set[str]:
    return {row for row, agrees in verdicts if not agrees}


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
            if row["mode"] == "absolute":
                line = {"expected": row["teacher"], "answer": row["student"], "atol": row["tol"]}
                yield row["id"], grade_line({"kind": "number", **line})["correct"] is row["expect"]

    assert differing(verdicts()) <= set(DISAGREEMENTS)


def test_orders_are_scored_as_peers_score_them() -> None:
    def verdicts() -> Iterator[tuple[str, bool]]:
        for row in [*rows("ordering"), *rows("partial_credit")]:
            if row["kind"] != "order" or row.get("groups"):  # groups of blocks are not in our contract
                continue
            line = {"kind": "order", "depends": row["depends"], "distractors": row.get("distractors", [])}
            result = grade_line({**line, "answer": row["submission"]})
            exact = row.get("expect_exact", row["expect_edit_distance"] == 0)
            near = abs(result["score"] - row["expect_lcs_score"]) < 1e-8
            yield row["id"], near and result["correct"] is exact

    assert differing(verdicts()) == set()


def test_hostile_texts_are_no_numbers_or_stay_bounded() -> None:
    for row in rows("hostile"):
        begun = perf_counter()
        result = grade_line({"kind": "number", "expected": 1, "answer": row["input"]})
        assert perf_counter() - begun < 0.5
        assert row["expect"] != "reject" or result["readable"] is False, row["input"]
