"""`glossary`, `formulas`, `errata` and `placement`: what is collected from all lessons, and where to begin."""

from pathlib import Path

import click

from tutor.commands.command import Command
from tutor.commands.launcher import open_course_with_packs, open_record, open_screen, wants_plain
from tutor.commands.parameters import WHOLE, complete_packs


def pack_title(name: str | None) -> str | None:
    """The title of the installed pack with this name; `None` if there is no name.

    Raises:
        UsageError: no such pack is installed.
    """
    if name is None:
        return None
    from tutor.content.pack import read_manifest
    from tutor.packs.installed import find_pack

    folder = find_pack(name)
    manifest, _ = read_manifest(folder)
    return manifest.title if manifest is not None else folder.name


pack_option = click.option("--pack", metavar="NAME", shell_complete=complete_packs, help="Only of this pack.")


@click.command(
    cls=Command,
    examples=(
        "chainrule glossary",
        "chainrule glossary learning rate",
        "chainrule glossary C",
        "chainrule glossary letter",
    ),
)
@click.argument("words", nargs=-1)
@pack_option
@click.pass_obj
def glossary(folders: tuple[Path, ...], words: tuple[str, ...], pack: str | None) -> None:
    """Print the words and letters of the course with their meanings, or those with WORDS in them."""
    from tutor.plain.lines import Lines
    from tutor.plain.sheets import glossary_lines

    course = open_course_with_packs(folders)
    lines = Lines()
    lines.say(*glossary_lines(course, " ".join(words), ascii=lines.ascii, pack=pack_title(pack)))


@click.command(
    cls=Command,
    examples=(
        "chainrule formulas",
        "chainrule formulas sigmoid",
    ),
)
@click.argument("words", nargs=-1)
@pack_option
@click.pass_obj
def formulas(folders: tuple[Path, ...], words: tuple[str, ...], pack: str | None) -> None:
    """Print the named formulas of the course, or those that have WORDS in them."""
    from tutor.plain.lines import Lines
    from tutor.plain.sheets import formula_lines

    course = open_course_with_packs(folders)
    lines = Lines()
    lines.say(*formula_lines(course, " ".join(words), ascii=lines.ascii, pack=pack_title(pack)))


@click.command(
    cls=Command,
    examples=(
        "chainrule errata",
        "chainrule errata 3",
    ),
)
@click.argument("number", type=WHOLE, required=False)
@pack_option
@click.pass_obj
def errata(folders: tuple[Path, ...], number: int | None, pack: str | None) -> None:
    """Print the common slips, with their proofs; only number NUMBER when it is given."""
    from tutor.plain.lines import Lines
    from tutor.plain.sheets import errata_lines

    course = open_course_with_packs(folders)
    lines = Lines()
    lines.say(*errata_lines(course, number, ascii=lines.ascii, pack=pack_title(pack)))


@click.command(
    cls=Command,
    examples=(
        "chainrule placement",
        "chainrule placement --plain",
    ),
)
@click.option("--seed", type=WHOLE, help="The same seed asks the same questions for the same answers.")
@click.option("--plain", is_flag=True, help="Line by line, for pipes and screen readers.")
@click.pass_obj
def placement(folders: tuple[Path, ...], seed: int | None, plain: bool) -> None:
    """Find out with a few questions which lessons you know already."""
    if not wants_plain(plain):
        raise SystemExit(open_screen("placement", folders, seed=seed))
    from tutor.plain.lines import Lines
    from tutor.plain.placement import run_placement
    from tutor.quiz.session import Session

    session = Session(open_course_with_packs(folders), open_record())
    run_placement(session, Lines(), seed)
