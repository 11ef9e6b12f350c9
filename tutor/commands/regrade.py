"""`regrade`: the answers on record, graded again."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutor.commands.openers import open_course, open_record
from tutor.commands.option_rules import Command
from tutor.text.numbers import counted
from tutor.text.output import say, say_json

if TYPE_CHECKING:
    from tutor.quiz.regrading import Change, Regrading

MOST = 20
"""The most changes that are told one by one."""


@click.command(cls=Command)
@click.option("--apply", is_flag=True, help="Keep the new grades; the old ones stay on record beside them.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def regrade(folders: tuple[Path, ...], apply: bool, as_json: bool) -> None:
    """Grade every answer on record again with the present lessons, and show what would change."""
    from tutor.quiz.regrading import keep
    from tutor.quiz.regrading import regrade as grade_anew

    store = open_record()
    found = grade_anew(open_course(folders), store)
    kept = keep(store, found) if apply and found.changes else 0
    if as_json:
        say_json(_as_json(found, kept))
    else:
        say(*_lines(found), _end(found, apply, kept))


def _lines(found: "Regrading") -> list[str]:
    from tutor.progress.record.attempt import some

    changes = len(found.changes)
    changed = (
        f"{counted(changes, 'grade')} {'changes' if changes == 1 else 'change'}" if changes else "no grade changes"
    )
    graded = some(found.graded, "answer")
    lines = [f"{graded[0].upper()}{graded[1:]} graded again; {changed}."]
    lines += [f"  {_change(change)}" for change in found.changes[:MOST]]
    if len(found.changes) > MOST:
        lines.append(f"  and {len(found.changes) - MOST:,} more")
    for count, why in (
        (found.gone, "to questions that are no longer there"),
        (found.rewritten, "to questions that were rewritten since, or whose version was not kept"),
        (found.unreadable, "that cannot be read any more"),
    ):
        if count:
            lines.append(f"Not graded again: {some(count.total(), 'answer')} {why} ({_names(count)}).")
    return lines


def _end(found: "Regrading", apply: bool, kept: int) -> str:
    if not found.changes:
        return "No grade has to be changed."
    if apply:
        return f"{counted(kept, 'new grade')} on record; the old grades are kept beside them."
    return "Nothing was changed. To keep the new grades: chainrule regrade --apply"


def _change(change: "Change") -> str:
    attempt, old, new = change.kept.attempt, change.kept, change.grade
    return (
        f"{attempt.question} (seed {attempt.seed}), answered {attempt.answer!r} on {attempt.at:%Y-%m-%d}: "
        f"{old.verdict} {old.score:.0%} → {new.verdict} {new.score:.0%}"
    )


def _names(count: "Counter[str]") -> str:
    names = [name for name, _ in count.most_common(3)]
    return ", ".join(names) + (f" and {len(count) - 3} more" if len(count) > 3 else "")


def _as_json(found: "Regrading", kept: int) -> dict[str, object]:
    return {
        "graded": found.graded,
        "changes": [
            {
                "key": change.kept.attempt.key,
                "question": change.kept.attempt.question,
                "old": {"score": change.kept.score, "verdict": change.kept.verdict},
                "new": {"score": change.grade.score, "verdict": change.grade.verdict},
            }
            for change in found.changes
        ],
        "gone": dict(found.gone),
        "rewritten": dict(found.rewritten),
        "unreadable": dict(found.unreadable),
        "kept": kept,
    }


COMMANDS = (regrade,)
