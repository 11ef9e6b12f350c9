"""`due`: one line on what is due, quick enough for a shell's prompt."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutor.commands.command import Command
from tutor.commands.launcher import check_folders, open_record
from tutor.text.numbers import counted
from tutor.text.output import say, say_json

if TYPE_CHECKING:
    from tutor.progress.record.store import Store

NOTHING = "nothing due"


@click.command(
    cls=Command,
    examples=(
        "chainrule due",
        "chainrule due --json",
    ),
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def due(folders: tuple[Path, ...], as_json: bool) -> None:
    """Say in one line how many questions are due for review, or when the next is.

    It reads no lesson, so it fits into a prompt; chainrule quiz --due asks them. With a goal in the settings, how far
    it is.
    """
    check_folders(folders)
    from tutor.content.find import lessons_folder, written_ids
    from tutor.packs.installed import pack_folders

    store = open_record()
    store.lock_timeout = 0.0  # a prompt does not wait for another program
    known_questions = written_ids((lessons_folder(), *folders, *pack_folders()))
    store.can_be_asked = lambda question: question in known_questions
    now = store.clock()
    due_questions, next_at = store.due(now), store.next_due(now)
    goal = store.goal_progress(now)
    flagged = [question for question in store.flagged_questions() if question in known_questions]
    if as_json:
        say_json(
            {
                "due": len(due_questions),
                "questions": due_questions,
                "next": None if next_at is None else next_at.isoformat(),
                "flagged": len(flagged),
                "goal": None if goal is None else goal.as_dict(),
            }
        )
        return
    if due_questions:
        line = f"{counted(len(due_questions), 'question')} due"
    elif next_at is None:
        line = NOTHING
    else:
        line = f"{NOTHING}; next {describe_due_time(next_at, now, store)}"
    say(line if goal is None else f"{line} · {goal.words}")


def describe_due_time(due_at: datetime, now: datetime, store: "Store") -> str:
    """Say when something falls due, as seen from `now`: at 14:05, tomorrow, in 3 days.

    Days begin at the hour of the settings, not at midnight.
    """
    from tutor.progress.review.schedule import day_of

    due_day = day_of(due_at, day_starts=store.day_starts)
    today = day_of(now, day_starts=store.day_starts)
    days = (due_day - today).days
    if days <= 0:
        return f"at {due_at.astimezone():%H:%M}"
    return "tomorrow" if days == 1 else f"in {counted(days, 'day')}"
