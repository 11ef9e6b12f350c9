"""The command line that brings any run back to the state it stands at."""

import shlex
from typing import Any

from tutor.errors import UsageError, clip
from tutor.reading.answers import read_number
from tutor.reading.limits import read_whole
from tutor.reading.outcome import Unreadable
from tutor.sims.engine.parameters import Value, format_value
from tutor.sims.engine.player import Player

MAX_CHANGE_STEP = 9_999_999
"""The last step at which something may change."""


def format_command_line(player: Player[Any]) -> str:
    """What to type to see the state that `player` stands at, in any folder: files are named in full."""
    parts = ["chainrule", "sim", player.simulation.name]
    (_, first), *later = player.rule_changes
    options, bare = first.command_line_base()
    parts += options
    for name, value in _changed_values(bare.values(), first.values()).items():
        parts += ["--set", f"{name}={value}"]
    before = first
    for step, rules in later:
        for name, value in _changed_values(before.values(), rules.values()).items():
            parts += ["--change", f"{step}:{name}={value}"]
        before = rules
    for place, number in {f"{step}:{path}": number for step, path, number in player.edits}.items():
        parts += ["--change", f"{place}={format_value(number)}"]
    return shlex.join([*parts, "--step", str(player.position)])


def _changed_values(before: dict[str, Value], now: dict[str, Value]) -> dict[str, str]:
    return {name: format_value(value) for name, value in now.items() if value != before[name]}


def read_changes(texts: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """`STEP:NAME=VALUE` texts by step, in order; those of one step together.

    Raises:
        UsageError: a text that is not written so.
    """
    found: dict[int, dict[str, str]] = {}
    for text in texts:
        step, colon, setting = text.partition(":")
        name, equals, value = setting.partition("=")
        at = read_whole(step, 0, MAX_CHANGE_STEP) if colon and equals else None
        if not isinstance(at, int):
            raise UsageError(f"--change {clip(text, 40)} cannot be used: write --change STEP:NAME=VALUE")
        settings = found.setdefault(at, {})
        if name.strip() in settings:
            raise UsageError(f"--change {at}:{clip(name.strip())} is given twice; give it once")
        settings[name.strip()] = value.strip()
    return sorted(found.items())


def apply_changes(player: Player[Any], changes: list[tuple[int, dict[str, str]]]) -> None:
    """Branch `player` at each step named, or set a quantity of its state by hand (`weights[0][1][0]`).

    It stands at the last of these steps then, or at the end of its run.

    Raises:
        UsageError: a parameter that is unknown, out of range, or cannot change in the middle of a run.
    """
    for step, given in changes:
        player.jump(step)
        settings = {name: value for name, value in given.items() if "[" not in name}
        if settings:
            player.branch(**settings)
        for path, text in given.items():
            if "[" in path:
                player.edit(path, _number(path, text))


def _number(path: str, text: str) -> float:
    read = read_number(text)
    if isinstance(read, Unreadable):
        said = read.advice if read.is_question else "Give a finite number."
        raise UsageError(f"{clip(path, 40)}={clip(text, 30)} cannot be used. {said}")
    return float(read.value)
