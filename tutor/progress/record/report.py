"""Reports on the record as plain text, Markdown and CSV, for `chainrule progress`."""

import csv
import io
import re
from typing import Any

from tutor.progress.record.store import Store
from tutor.progress.tables.attempt import count_phrase

MAX_REPORTED_NAME = 200
"""The most characters of a name: a record that was brought in may hold any."""


def headline(store: Store, summary: dict[str, Any]) -> str:
    """Say how many answers are on record, and how many questions are due."""
    due = count_phrase(len(summary["due"]), "question")
    return f"{count_phrase(store.count_answers(), 'answer')} on record; {due} due for review now."


def left_out_words(row: dict[str, Any]) -> str:
    """How many of the answers were left out of an exam; "" for none."""
    return f" ({row['left_out']:,} left out)" if row["left_out"] else ""


def markdown_parts(store: Store) -> tuple[list[str], list[str]]:
    """The report as lines of Markdown: its title with the headline, and the same figures in tables."""
    summary = store.summary()
    head = ["# Progress", "", headline(store, summary)]
    lessons = [
        (
            *(row[key] for key in ("id", "attempts", "right", "solved")),
            "" if row["section"] is None else row["section"] + 1,
            row["left_out"],
        )
        for row in summary["lessons"]
    ]
    lines = table_lines(
        "Lessons", ("lesson", "answers", "right", "questions solved", "read up to section", "left out"), lessons
    )
    lines += table_lines("Concepts", CONCEPT_HEADINGS, _concept_rows(store, summary))
    sure = [(row["confidence"], row["attempts"], row["right"]) for row in store.calibration()]
    lines += table_lines("How sure, how right", ("said", "answers", "right"), sure)
    days = [
        ("today" if not day else f"in {count_phrase(day, 'day')}", count)
        for day, count in enumerate(summary["forecast"])
    ]
    lines += table_lines("Reviews to come", ("day", "questions"), days if any(summary["forecast"]) else [])
    return head, lines


def format_csv(store: Store) -> str:
    """One row a concept, the weakest first, as CSV with a heading (RFC 4180, lines ended by a line feed)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CONCEPT_HEADINGS)
    writer.writerows(map(defuse_formulas, _concept_rows(store, store.summary())))
    return text.getvalue().rstrip("\n")


CONCEPT_HEADINGS = ("concept", "answers", "right", "level", "known", "recall", "mean seconds", "due", "left out")


def _concept_rows(store: Store, summary: dict[str, Any]) -> list[tuple[object, ...]]:
    """The columns of `CONCEPT_HEADINGS` for each concept, the weakest first."""
    due = {concept: len(questions) for concept, questions in store.due_by_concept().items()}
    return [
        (
            *(row[key] for key in ("id", "attempts", "right", "level", "known", "recall", "seconds")),
            due.get(row["id"], 0),
            row["left_out"],
        )
        for row in sorted(summary["concepts"], key=lambda row: (row["level"], row["id"]))
    ]


def defuse_formulas(row: tuple[object, ...]) -> list[object]:
    """Put each text of a row on one line, and keep a spreadsheet from running one as a formula (`=cmd|…`)."""
    return [_FORMULA.sub(r"'\g<0>", " ".join(cell.split())) if isinstance(cell, str) else cell for cell in row]


_FORMULA = re.compile(r"\A[=+\-@＝＋－＠]")


def table_lines(title: str, heading: tuple[str, ...], rows: list[tuple[Any, ...]]) -> list[str]:
    """A table with its title; nothing when there are no rows."""
    if not rows:
        return []
    if heading[-1] == "left out" and not any(row[-1] for row in rows):
        heading, rows = heading[:-1], [row[:-1] for row in rows]
    cells = [heading, ("---",) * len(heading), *rows]
    return ["", f"## {title}", "", *("| " + " | ".join(map(_escape_cell, row)) + " |" for row in cells)]


def _escape_cell(value: object) -> str:
    """A cell with literal text: no link, no markup, no row or column of its own."""
    return _MARKDOWN_SIGNS.sub(r"\\\g<0>", " ".join(str(value).split()))


_MARKDOWN_SIGNS = re.compile(r"[\\`*_{}\[\]<>|~&$]")
