"""`worksheet`: questions on paper, and their key."""

from pathlib import Path

import click

from tutor.commands.command import Command
from tutor.commands.launcher import open_course_with_packs
from tutor.commands.parameters import WHOLE, complete_lessons
from tutor.errors import UsageError
from tutor.text.numbers import counted
from tutor.text.output import say, warn

MAX_QUESTIONS = 500


@click.command(
    cls=Command,
    examples=(
        "chainrule worksheet adam --seed 3 > adam.md",
        "chainrule worksheet momentum --seed 3 --count 3 --key",
        "chainrule worksheet adam --seed 3 --html > adam.html",
    ),
)
@click.argument("scope", metavar="LESSON|CONCEPT", shell_complete=complete_lessons)
@click.option("--seed", type=WHOLE, default=0, help="The same seed gives the same sheet.  [default: 0]")
@click.option("--count", type=WHOLE, help="How many questions, drawn by the seed.  [default: all]")
@click.option("--key", is_flag=True, help="Print the answers of that sheet, with their reasons.")
@click.option("--html", "as_page", is_flag=True, help="Print a page to print, with real formulas (MathML).")
@click.pass_obj
def worksheet(folders: tuple[Path, ...], scope: str, seed: int, count: int | None, key: bool, as_page: bool) -> None:
    """Print the questions of a lesson, or on a concept, as a worksheet in Markdown.

    Questions that need a simulation are left out; the key says how many.
    """
    from tutor.export.worksheet import as_html, as_markdown, make_worksheet

    if count is not None and not 1 <= count <= MAX_QUESTIONS:
        raise UsageError(f"--count {count} cannot be used: give a whole number from 1 to {MAX_QUESTIONS}")
    sheet = make_worksheet(open_course_with_packs(folders), scope, seed, count)
    if count is not None and len(sheet.instances) < count:
        questions = counted(len(sheet.instances), "question")
        warn(f"chainrule: only {questions} in {scope} for paper, fewer than --count {count} asks for")
    say(as_html(sheet, is_key=key) if as_page else as_markdown(sheet, is_key=key))
