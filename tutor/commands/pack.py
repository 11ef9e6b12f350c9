"""`pack`: lessons that come as one folder or one zip, installed once."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutor.commands.checking import progress_reporter
from tutor.commands.command import Command, CommandGroup
from tutor.commands.parameters import complete_packs
from tutor.errors import ChainruleError, UsageError
from tutor.text.numbers import counted
from tutor.text.output import say, say_json
from tutor.text.sentences import join_words

if TYPE_CHECKING:
    from tutor.packs.shelf import Pack


@click.group(
    cls=CommandGroup,
    examples=(
        "chainrule pack add vectors-1.0.zip",
        "chainrule pack list",
        "chainrule pack remove vectors",
    ),
)
def pack() -> None:
    """Install packs of lessons, and build your own."""


@pack.command(
    cls=Command, examples=("chainrule pack build vectors", "chainrule pack build vectors --to out.zip --force")
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--to", "target", metavar="FILE", type=click.Path(path_type=Path), help="The zip.  [default: NAME-VERSION.zip]"
)
@click.option("--force", is_flag=True, help="Replace an earlier file of that name.")
def build(folder: Path, target: Path | None, force: bool) -> None:
    """Check the pack in FOLDER and write it as one zip that others can add."""
    from tutor.files import check_target, show_path
    from tutor.packs import shelf
    from tutor.packs.entries import read_entries
    from tutor.packs.proof import pack_faults

    if not folder.is_dir():
        raise UsageError(f"{show_path(folder)}: there is no such folder; chainrule new pack NAME makes one")
    if target is not None:
        check_target(target, force=force)
    read_entries(folder)  # called only for the error that it may raise
    if faults := pack_faults(folder, progress_reporter()):
        say(*map(str, faults))
        raise ChainruleError(f"{counted(len(faults), 'fault')} found; no zip was written")
    path, manifest = shelf.build_pack(folder, target, force=force)
    say(f"{manifest.label} written to {show_path(path)}; others install it with: chainrule pack add {path.name}")


@pack.command(cls=Command, examples=("chainrule pack add vectors-1.0.zip", "chainrule pack add vectors --force"))
@click.argument("source", metavar="ZIP|FOLDER", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace the installed pack of that name.")
@click.option("--trust", is_flag=True, help="Take exercises in code where this system cannot shut them in wholly.")
def add(source: Path, force: bool, trust: bool) -> None:
    """Check a pack and install it: its lessons stand on the course map, under its own heading."""
    from tutor.packs.shelf import install_pack

    pack = install_pack(source, force=force, trust=trust, report_progress=progress_reporter())
    assert pack.manifest is not None  # a pack with an unreadable manifest cannot be installed
    count = counted(len(pack.lessons), "lesson")
    first_lesson_id, _ = pack.lessons[0]
    say(
        f"{pack.manifest.label} is installed: {pack.manifest.title}, {count}.",
        f"Begin with: chainrule learn {first_lesson_id}",
    )


@pack.command("list", cls=Command, examples=("chainrule pack list", "chainrule pack list --json"))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_(as_json: bool) -> None:
    """List the installed packs, with their lessons."""
    from tutor.packs.shelf import installed_packs

    packs = installed_packs()
    if as_json:
        say_json({"packs": [_pack_as_dict(pack) for pack in packs]})
        return
    if not packs:
        say("No pack is installed. To install one: chainrule pack add ZIP")
    for pack in packs:
        say(*_pack_lines(pack))


def _pack_lines(pack: "Pack") -> list[str]:
    """Describe a pack: its title, its authors, its lessons, and what has changed since it was installed."""
    manifest = pack.manifest
    if manifest:
        lines = [f"{manifest.label}: {manifest.title}", f"  by {join_words(manifest.authors)}; {manifest.licence}"]
    else:  # it cannot be read
        lines = [pack.folder.name]
    lines += [f"  {id}: {title}" for id, title in pack.lessons]
    lines += [f"  ! {fault}" for fault in pack.faults]
    return lines


def _pack_as_dict(pack: "Pack") -> dict[str, object]:
    """An installed pack as the JSON object that `pack list --json` prints."""
    manifest = pack.manifest
    return {
        "name": pack.folder.name,
        "version": manifest.version if manifest else None,
        "title": manifest.title if manifest else None,
        "authors": list(manifest.authors) if manifest else [],
        "licence": manifest.licence if manifest else None,
        "folder": str(pack.folder),
        "lessons": [{"id": id, "title": title} for id, title in pack.lessons],
        "faults": [str(fault) for fault in pack.faults],
    }


@pack.command(cls=Command, examples=("chainrule pack remove vectors",))
@click.argument("name", shell_complete=complete_packs)
def remove(name: str) -> None:
    """Remove an installed pack; what you answered in it stays on record."""
    from tutor.packs.shelf import remove_pack

    remove_pack(name)
    say(f"{name} is removed. What you answered in it stays on record, and counts again when you add it again.")
