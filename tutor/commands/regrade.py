"""`regrade`: the answers on record, graded again."""

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutor.commands.command import Command
from tutor.commands.launcher import open_course_with_packs, open_record
from tutor.text.numbers import counted, format_share
from tutor.text.output import is_terminal, say, say_json, show_progress

if TYPE_CHECKING:
    from tutor.quiz.regrading import GradeChange, RegradeReport

MAX_LISTED_CHANGES = 20
"""The most changes that are listed one by one."""
ANSWERS_PER_PROGRESS = 500
"""How many answers are graded between two reports of the progress."""
MAX_LISTED_QUESTIONS = 3
"""The most questions that are named as not graded again for one reason."""


@click.command(
    cls=Command,
    examples=("chainrule regrade",),
)
@click.option("--apply", is_flag=True, help="Keep the new grades; the old ones stay on record beside them.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def regrade(folders: tuple[Path, ...], apply: bool, as_json: bool) -> None:
    """Grade the answers on record again with the present lessons, and show what would change.

    Answers that were taken back, and questions that were left out, stay as they are.
    """
    from tutor.quiz.regrading import regrade_attempts, save_regrades

    store, course = open_record(), open_course_with_packs(folders)
    if is_terminal(sys.stderr):
        report = regrade_attempts(course, store, _show_progress)
    else:
        report = regrade_attempts(course, store)
    saved_count = save_regrades(store, report) if apply and report.changes else 0
    if as_json:
        say_json(_report_as_dict(report, saved_count))
    else:
        say(*_report_lines(report), _closing_line(report, saved_count, was_applied=apply))


def _show_progress(done: int, total: int) -> None:
    """Show now and then on one line how many answers are graded again; remove the line when all are."""
    if done == total:
        show_progress("")
    elif done and done % ANSWERS_PER_PROGRESS == 0:
        show_progress(f"{done:,} of {counted(total, 'answer')} graded again")


def _report_lines(report: "RegradeReport") -> list[str]:
    """Say how many answers were graded again, which grades change, and which answers could not be graded."""
    from tutor.progress.tables.attempt import count_phrase

    change_count = len(report.changes)
    changes_words = "no grade changes"
    if change_count:
        changes_words = f"{counted(change_count, 'grade')} {'changes' if change_count == 1 else 'change'}"
    graded = count_phrase(report.graded, "answer")
    lines = [f"{graded[0].upper()}{graded[1:]} graded again; {changes_words}."]
    lines += [f"  {_describe_change(change)}" for change in report.changes[:MAX_LISTED_CHANGES]]
    if change_count > MAX_LISTED_CHANGES:
        lines.append(f"  and {change_count - MAX_LISTED_CHANGES:,} more")
    for counts, reason in (  # each `counts` is question → number of answers
        (report.missing, "to questions that are no longer there"),
        (report.rewritten, "to questions that were rewritten since, or whose version was not kept"),
        (report.unreadable, "that can no longer be read"),
        (report.refused, "in code that may be another's and that this machine cannot shut in"),
    ):
        if counts:
            answers = count_phrase(counts.total(), "answer")
            lines.append(f"Not graded again: {answers} {reason} ({_list_questions(counts)}).")
    return lines


def _closing_line(report: "RegradeReport", saved_count: int, *, was_applied: bool) -> str:
    """Say what became of the new grades."""
    if not report.changes:
        return "No grade has to be changed."
    if was_applied:
        return f"{counted(saved_count, 'new grade')} on record; the old grades are kept beside them."
    return "Nothing was changed. To keep the new grades: chainrule regrade --apply"


def _describe_change(change: "GradeChange") -> str:
    """Name the answer, and give its old and its new grade."""
    from tutor.progress.tables.attempt import CODE

    attempt, old, new = change.before.attempt, change.before, change.grade
    answer = "in code" if attempt.kind == CODE else repr(attempt.answer)
    return (
        f"{attempt.question} (seed {attempt.seed}), answered {answer} on {attempt.at:%Y-%m-%d}: "
        f"{old.verdict} {format_share(old.score)} → {new.verdict} {format_share(new.score)}"
    )


def _list_questions(counts: "Counter[str]") -> str:
    """Name the questions with most answers, and count the others."""
    names = ", ".join(name for name, _ in counts.most_common(MAX_LISTED_QUESTIONS))
    more = len(counts) - MAX_LISTED_QUESTIONS
    return f"{names} and {more} more" if more > 0 else names


def _report_as_dict(report: "RegradeReport", saved_count: int) -> dict[str, object]:
    """The report as the JSON object that `regrade --json` prints."""
    return {
        "graded": report.graded,
        "changes": [
            {
                "key": change.before.attempt.key,
                "question": change.before.attempt.question,
                "old": {"score": change.before.score, "verdict": change.before.verdict},
                "new": {"score": change.grade.score, "verdict": change.grade.verdict},
            }
            for change in report.changes
        ],
        "gone": dict(report.missing),
        "rewritten": dict(report.rewritten),
        "unreadable": dict(report.unreadable),
        "refused": dict(report.refused),
        "kept": saved_count,
    }
