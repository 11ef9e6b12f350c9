"""`learn` and `quiz`: the course and the self-quiz, on screen or in plain lines."""

from pathlib import Path

import click

from tutor.commands.openers import open_course, open_screen
from tutor.errors import UsageError

PLAIN = click.option(
    "--plain", is_flag=True, help="Line by line, for pipes and screen readers: no colour, no cursor movement."
)


@click.command()
@click.argument("lesson", metavar="ID")
@click.option("--section", type=int, help="Open at this section, counted from 1.")
@click.option("--watch", is_flag=True, help="Show the lesson anew whenever its file changes: for writing it.")
@PLAIN
@click.pass_obj
def learn(folders: tuple[Path, ...], lesson: str, section: int | None, watch: bool, plain: bool) -> None:
    """Open the lesson ID."""
    course = open_course(folders)
    found = course.lesson(lesson)
    if section is not None and not 1 <= section <= len(found.sections):
        raise UsageError(f"--section {section} cannot be used: {lesson} has sections 1 to {len(found.sections)}")
    place = None if section is None else section - 1
    if not plain:
        raise SystemExit(open_screen("lesson", folders, lesson=lesson, section=place, watch=watch))
    if watch:
        raise UsageError("--watch shows a lesson on the screen; leave --plain out, or use chainrule check")
    from tutor.plain.lesson import read_aloud
    from tutor.plain.lines import Lines
    from tutor.progress.store import Store

    read_aloud(course, Store.open(), found, Lines(), place or 0)


@click.command()
@click.option("--lesson", metavar="ID", help="Only questions of this lesson.")
@click.option("--due", is_flag=True, help="Only what is due for review.")
@click.option("--count", type=int, default=10, show_default=True, help="How many questions.")
@click.option("--seed", type=int, help="The same seed gives the same questions with the same numbers.")
@PLAIN
@click.pass_obj
def quiz(folders: tuple[Path, ...], lesson: str | None, due: bool, count: int, seed: int | None, plain: bool) -> None:
    """Ask yourself questions, mixed, with fresh numbers each time."""
    from tutor.progress.store import Store
    from tutor.session import choose

    course = open_course(folders)
    if lesson is not None:
        course.lesson(lesson)
    if not plain:
        choose(course, Store.open(), lesson=lesson, due=due, count=count, seed=seed)
        raise SystemExit(open_screen("quiz", folders, lesson=lesson, due=due, count=count, seed=seed))
    from tutor.plain.lines import Lines
    from tutor.plain.quiz import ask_all

    store = Store.open()
    ask_all(course, store, choose(course, store, lesson=lesson, due=due, count=count, seed=seed), Lines())


COMMANDS = (learn, quiz)
