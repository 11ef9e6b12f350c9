"""The command line that reproduces a run at its current state."""

import shlex
from typing import Any

from tutor.errors import UsageError, clip
from tutor.reading.numbers import read_number, read_whole
from tutor.reading.outcome import Unreadable
from tutor.sims.engine.parameters import Value, format_value, with_parameter_names
from tutor.sims.engine.player import Player

MAX_CHANGE_STEP = 9_999_999
"""The last step at which something may change."""


def format_command_line(player: Player[Any]) -> str:
    """The command that shows the current state of `player` from any folder; files have their full path."""
    parts = ["chainrule", "sim", player.simulation.name]
    (_, initial), *branches = player.rule_changes
    options, without_parameters = initial.command_line_base()
    parts += options
    for name, value in _changed_values(without_parameters.values(), initial.values()).items():
        parts += ["--set", f"{name}={value}"]
    previous = initial
    for step, rules in branches:
        for name, value in _changed_values(previous.values(), rules.values()).items():
            parts += ["--change", f"{step}:{name}={value}"]
        previous = rules
    edits = {f"{step}:{path}": number for step, path, number in player.edits}  # of a quantity's edits the last counts
    for place, number in edits.items():
        parts += ["--change", f"{place}={format_value(number)}"]
    return shlex.join([*parts, "--step", str(player.position)])


def _changed_values(previous: dict[str, Value], now: dict[str, Value]) -> dict[str, str]:
    return {name: format_value(value) for name, value in now.items() if value != previous[name]}


def read_changes(texts: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """`STEP:NAME=VALUE` texts by step, in order; those of one step together.

    Raises:
        UsageError: a text that is not written so.
    """
    changes: dict[int, dict[str, str]] = {}
    for text in texts:
        step, colon, setting = text.partition(":")
        name, equals, value = setting.partition("=")
        step_number = read_whole(step, 0, MAX_CHANGE_STEP) if colon and equals else None
        if not isinstance(step_number, int):
            raise UsageError(f"--change {clip(text, 40)} cannot be used: write --change STEP:NAME=VALUE")
        settings = changes.setdefault(step_number, {})
        if name.strip() in settings:
            raise UsageError(f"--change {step_number}:{clip(name.strip())} is given twice; give it once")
        settings[name.strip()] = value.strip()
    return sorted(changes.items())


def apply_changes(player: Player[Any], changes: list[tuple[int, dict[str, str]]]) -> None:
    """Branch `player` at each named step, or set a quantity of its state by hand (`weights[0][1][0]`).

    Afterwards it is at the last of these steps, or at the end of its run.

    Raises:
        UsageError: a parameter that is unknown, out of range, or cannot change in the middle of a run.
    """
    for step, values in changes:
        player.jump(step)
        settings = {name: value for name, value in values.items() if "[" not in name}
        if settings:
            player.branch(**with_parameter_names(settings, player.simulation.parameters()))
        for path, text in values.items():
            if "[" in path:
                player.edit(path, _read_quantity(path, text))


def _read_quantity(path: str, text: str) -> float:
    read = read_number(text)
    if isinstance(read, Unreadable):
        advice = read.advice if read.is_question else "Give a finite number."
        raise UsageError(f"{clip(path, 40)}={clip(text, 30)} cannot be used. {advice}")
    return float(read.value)
