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


@click.command(
    cls=Command,
    examples=("chainrule regrade",),
)
@click.option("--apply", is_flag=True, help="Keep the new grades; the old ones stay on record beside them.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def regrade(folders: tuple[Path, ...], apply: bool, as_json: bool) -> None:
    """Grade every answer on record again with the present lessons, and show what would change."""
    from tutor.quiz.regrading import regrade_attempts as grade_again
    from tutor.quiz.regrading import save_regrades

    store = open_record()
    report = grade_again(
        open_course_with_packs(folders), store, *((_show_progress,) if is_terminal(sys.stderr) else ())
    )
    count = save_regrades(store, report) if apply and report.changes else 0
    if as_json:
        say_json(_as_json(report, count))
    else:
        say(*_counted_lines(report), _closing_line(report, apply, count))


def _show_progress(done: int, all: int) -> None:
    """Show how far the grading is, now and then; the line goes when it is through."""
    if done == all or (done and done % ANSWERS_PER_PROGRESS == 0):
        show_progress(f"{done:,} of {counted(all, 'answer')} graded again" if done < all else "")


def _counted_lines(report: "RegradeReport") -> list[str]:
    """How many answers were graded again, which grades change, and what could not be graded."""
    from tutor.progress.tables.attempt import count_phrase

    changes = len(report.changes)
    changed = (
        f"{counted(changes, 'grade')} {'changes' if changes == 1 else 'change'}" if changes else "no grade changes"
    )
    graded = count_phrase(report.graded, "answer")
    lines = [f"{graded[0].upper()}{graded[1:]} graded again; {changed}."]
    lines += [f"  {_describe_change(change)}" for change in report.changes[:MAX_LISTED_CHANGES]]
    if len(report.changes) > MAX_LISTED_CHANGES:
        lines.append(f"  and {len(report.changes) - MAX_LISTED_CHANGES:,} more")
    for count, why in (
        (report.missing, "to questions that are no longer there"),
        (report.rewritten, "to questions that were rewritten since, or whose version was not kept"),
        (report.unreadable, "that can no longer be read"),
        (report.refused, "in code that may be another's and that this machine cannot shut in"),
    ):
        if count:
            lines.append(f"Not graded again: {count_phrase(count.total(), 'answer')} {why} ({_list_names(count)}).")
    return lines


def _closing_line(report: "RegradeReport", apply: bool, count: int) -> str:
    if not report.changes:
        return "No grade has to be changed."
    if apply:
        return f"{counted(count, 'new grade')} on record; the old grades are kept beside them."
    return "Nothing was changed. To keep the new grades: chainrule regrade --apply"


def _describe_change(change: "GradeChange") -> str:
    from tutor.progress.tables.attempt import CODE

    attempt, old, new = change.before.attempt, change.before, change.grade
    answer = "in code" if attempt.kind == CODE else repr(attempt.answer)
    return (
        f"{attempt.question} (seed {attempt.seed}), answered {answer} on {attempt.at:%Y-%m-%d}: "
        f"{old.verdict} {format_share(old.score)} → {new.verdict} {format_share(new.score)}"
    )


def _list_names(count: "Counter[str]") -> str:
    names = [name for name, _ in count.most_common(3)]
    return ", ".join(names) + (f" and {len(count) - 3} more" if len(count) > 3 else "")


def _as_json(report: "RegradeReport", count: int) -> dict[str, object]:
    """The report for --json."""
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
        "kept": count,
    }
