"""`settings`: shows the settings in effect, their file, and the names of the keys."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from tutor.commands.command import Command, Conflict
from tutor.text.output import say, say_json

if TYPE_CHECKING:
    from tutor.settings.table import Settings


@click.command(
    cls=Command,
    examples=(
        "chainrule settings",
        "chainrule settings --init",
    ),
    conflicts=(Conflict("--init", "--json", "--init writes a file, --json prints what is in effect"),),
)
@click.option("--init", "make", is_flag=True, help="Write a file with every setting in it, each explained.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def settings(make: bool, as_json: bool) -> None:
    """Show the settings in effect, where their file lies, and every key."""
    from tutor.screens.catalogue import ALL_NAMES
    from tutor.settings.file import load_settings, settings_folder
    from tutor.settings.table import SETTINGS_FILE
    from tutor.settings.writer import create_file

    place = settings_folder()
    if make:
        say(str(create_file(place)))
        return
    current, faults = load_settings(place, ALL_NAMES)
    if as_json:
        say_json({"file": str(place / SETTINGS_FILE), "settings": settings_as_dict(current), "faults": faults})
        return
    hint = "" if (place / SETTINGS_FILE).exists() else "  (not there yet: chainrule settings --init writes it)"
    say(f"{place / SETTINGS_FILE}{hint}", *(f"! {fault}" for fault in faults), "")
    shown = {name: format_value(value) for name, value in settings_as_dict(current).items() if name != "keys"}
    say(*(f"{name:<{max(map(len, shown))}}  {value}" for name, value in shown.items()))
    say("", 'Keys. In the file: [keys], then lines such as "quiz.next" = "n,space".', *key_lines(current.keys))


def settings_as_dict(current: "Settings") -> dict[str, object]:
    """The settings as a mapping."""
    return {**vars(current), "keys": dict(current.keys)}


def format_value(value: object) -> str:
    """Format a value as the file has it; words for one that is left to the terminal."""
    return "as the terminal can" if value is None else json.dumps(value, ensure_ascii=False)


def key_lines(keymap: Mapping[str, str]) -> list[str]:
    """List each binding: its name, its keys and what they do; a * marks keys that the learner has set."""
    from tutor.screens.catalogue import key_table

    rows = [(name, keymap.get(name, keys), does, name in keymap) for name, (keys, does) in key_table().bindings.items()]
    wide = max(len(name) for name, *_ in rows)
    long = max(len(keys) for _, keys, *_ in rows)
    return [f"{'*' if own else ' '} {name:<{wide}}  {keys:<{long}}  {does}" for name, keys, does, own in rows]
