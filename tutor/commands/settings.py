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
@click.option("--init", "creates_file", is_flag=True, help="Write a file with every setting in it, each explained.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def settings(creates_file: bool, as_json: bool) -> None:
    """Show the settings in effect, where their file lies, and every key."""
    from tutor.screens.catalogue import ALL_NAMES
    from tutor.settings.file import load_settings, settings_folder
    from tutor.settings.table import SETTINGS_FILE
    from tutor.settings.writer import create_file

    folder = settings_folder()
    path = folder / SETTINGS_FILE
    if creates_file:
        say(str(create_file(folder)))
        return
    current, faults = load_settings(folder, ALL_NAMES)
    if as_json:
        say_json({"file": str(path), "settings": settings_as_dict(current), "faults": faults})
        return
    hint = "" if path.exists() else "  (not there yet: chainrule settings --init writes it)"
    say(f"{path}{hint}", *(f"! {fault}" for fault in faults), "")
    values = {name: format_value(value) for name, value in settings_as_dict(current).items() if name != "keys"}
    name_width = max(len(name) for name in values)
    say(*(f"{name:<{name_width}}  {value}" for name, value in values.items()))
    say("", 'Keys. In the file: [keys], then lines such as "quiz.next" = "n,space".', *key_lines(current.keys))


def settings_as_dict(current: "Settings") -> dict[str, object]:
    """The settings by name, with the keymap as a plain dict, so that JSON can be made from them."""
    return {**vars(current), "keys": dict(current.keys)}


def format_value(value: object) -> str:
    """Format a setting's value as the settings file has it; in words for `None`, which leaves it to the terminal."""
    return "as the terminal can" if value is None else json.dumps(value, ensure_ascii=False)


def key_lines(keymap: Mapping[str, str]) -> list[str]:
    """List each key binding in columns: its name, its keys and what they do.

    `keymap` has the keys that the learner has set for some bindings; a * marks these.
    """
    from tutor.screens.catalogue import key_table

    bindings = key_table().bindings
    keys_in_effect = {name: keymap.get(name, binding.keys) for name, binding in bindings.items()}
    name_width = max(len(name) for name in bindings)
    keys_width = max(len(keys) for keys in keys_in_effect.values())
    lines = []
    for name, binding in bindings.items():
        mark = "*" if name in keymap else " "
        lines.append(f"{mark} {name:<{name_width}}  {keys_in_effect[name]:<{keys_width}}  {binding.action}")
    return lines
