"""Reports on the record as plain text, Markdown and CSV, for `chainrule progress`."""

import csv
import io
import re
from typing import Any

from tutor.progress.record.store import Store
from tutor.progress.tables.attempt import count_phrase

MAX_REPORTED_NAME = 200
"""The most characters of a name, since an imported record may contain names of any length."""


def headline(store: Store, summary: dict[str, Any]) -> str:
    """Say how many answers are on record, and how many questions are due."""
    due = count_phrase(len(summary["due"]), "question")
    return f"{count_phrase(store.count_answers(), 'answer')} on record; {due} due for review now."


def left_out_words(row: dict[str, Any]) -> str:
    """` (2 left out)`, for the answers that were left out of an exam; "" for none."""
    return f" ({row['left_out']:,} left out)" if row["left_out"] else ""


def markdown_parts(store: Store) -> tuple[list[str], list[str]]:
    """(lines of the title with the headline, lines of the tables) of the report in Markdown."""
    summary = store.summary()
    title_lines = ["# Progress", "", headline(store, summary)]
    table_lines = markdown_table_lines("Lessons", LESSON_HEADINGS, _lesson_rows(summary))
    table_lines += markdown_table_lines("Concepts", CONCEPT_HEADINGS, _concept_rows(store, summary))
    by_confidence = [(row["confidence"], row["attempts"], row["right"]) for row in store.calibration()]
    table_lines += markdown_table_lines("How sure, how right", ("said", "answers", "right"), by_confidence)
    if any(summary["forecast"]):
        days = [
            ("today" if day == 0 else f"in {count_phrase(day, 'day')}", count)
            for day, count in enumerate(summary["forecast"])
        ]
        table_lines += markdown_table_lines("Reviews to come", ("day", "questions"), days)
    return title_lines, table_lines


def format_csv(store: Store) -> str:
    """A CSV with a heading and a row for each concept, the weakest first (RFC 4180, but lines end with a line feed)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CONCEPT_HEADINGS)
    writer.writerows(map(defuse_formulas, _concept_rows(store, store.summary())))
    return text.getvalue().rstrip("\n")


LESSON_HEADINGS = ("lesson", "answers", "right", "questions solved", "read up to section", "left out")
CONCEPT_HEADINGS = ("concept", "answers", "right", "level", "known", "recall", "mean seconds", "due", "left out")


def _lesson_rows(summary: dict[str, Any]) -> list[tuple[object, ...]]:
    """The columns of `LESSON_HEADINGS` for each lesson; sections are counted from 1."""
    rows: list[tuple[object, ...]] = []
    for row in summary["lessons"]:
        section = "" if row["section"] is None else row["section"] + 1
        rows.append((row["id"], row["attempts"], row["right"], row["solved"], section, row["left_out"]))
    return rows


def _concept_rows(store: Store, summary: dict[str, Any]) -> list[tuple[object, ...]]:
    """The columns of `CONCEPT_HEADINGS` for each concept, the weakest first."""
    due_counts = {concept: len(questions) for concept, questions in store.due_by_concept().items()}
    rows: list[tuple[object, ...]] = []
    for row in sorted(summary["concepts"], key=lambda row: (row["level"], row["id"])):
        from_record = [row[key] for key in ("id", "attempts", "right", "level", "known", "recall", "seconds")]
        rows.append((*from_record, due_counts.get(row["id"], 0), row["left_out"]))
    return rows


def defuse_formulas(row: tuple[object, ...]) -> list[object]:
    """Put each text of a row on one line, and keep a spreadsheet from running one as a formula (`=cmd|…`)."""
    return [_FORMULA.sub(r"'\g<0>", " ".join(cell.split())) if isinstance(cell, str) else cell for cell in row]


_FORMULA = re.compile(r"\A[=+\-@＝＋－＠]")


def markdown_table_lines(title: str, heading: tuple[str, ...], rows: list[tuple[Any, ...]]) -> list[str]:
    """A table of Markdown with its title; no lines when there are no rows.

    A last column `left out` is dropped if no question was left out.
    """
    if not rows:
        return []
    if heading[-1] == "left out" and not any(row[-1] for row in rows):
        heading = heading[:-1]
        rows = [row[:-1] for row in rows]
    rule = ("---",) * len(heading)
    lines = ["", f"## {title}", ""]
    for row in (heading, rule, *rows):
        lines.append("| " + " | ".join(_escape_cell(cell) for cell in row) + " |")
    return lines


def _escape_cell(value: object) -> str:
    """The text of a cell, escaped so that nothing in it is Markdown, on one line."""
    return _MARKDOWN_CHARACTERS.sub(r"\\\g<0>", " ".join(str(value).split()))


_MARKDOWN_CHARACTERS = re.compile(r"[\\`*_{}\[\]<>|~&$]")
