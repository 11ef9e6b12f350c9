"""The command line of a run: what `chainrule sim` reads from it, and the one that reproduces the current state."""

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
    words = ["chainrule", "sim", player.simulation.name]
    (_, initial_rules), *branches = player.rule_changes  # (first step, rules) each
    options, base = initial_rules.command_line_base()
    words += options
    for name, value in _changed_values(base.values(), initial_rules.values()).items():
        words += ["--set", f"{name}={value}"]
    previous_rules = initial_rules
    for step, rules in branches:
        for name, value in _changed_values(previous_rules.values(), rules.values()).items():
            words += ["--change", f"{step}:{name}={value}"]
        previous_rules = rules
    # A quantity may have been set several times at one step: the dictionary keeps the last of its values.
    edited_values = {f"{step}:{path}": number for step, path, number in player.edits}
    for step_and_path, number in edited_values.items():
        words += ["--change", f"{step_and_path}={format_value(number)}"]
    return shlex.join([*words, "--step", str(player.position)])


def _changed_values(previous: dict[str, Value], current: dict[str, Value]) -> dict[str, str]:
    """The parameters whose values differ, as name → current value as text."""
    return {name: format_value(value) for name, value in current.items() if value != previous[name]}


def read_values(settings: tuple[str, ...], seed: str | None) -> dict[str, object]:
    """Read texts of the form `NAME=VALUE`, as `--set` takes them: {name: value as typed}, with the seed of `--seed`.

    Raises:
        UsageError: a setting without an equals sign, or a name that is set twice.
    """
    values: dict[str, object] = {} if seed is None else {"seed": seed}
    for setting in settings:
        typed_name, equals_sign, value = setting.partition("=")
        name = typed_name.strip()
        if not equals_sign:
            raise UsageError(f"--set {clip(setting)} cannot be used: write --set name=value")
        if name in values:
            how = "by --seed and by --set" if name == "seed" and seed is not None else "twice"
            raise UsageError(f"{clip(name)} is set {how}; set it once")
        values[name] = value.strip()
    return values


def read_changes(texts: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """Read texts of the form `STEP:NAME=VALUE`, as `--change` takes them.

    Returns:
        (step, {name: value as typed}) for each step that is named, in ascending order.

    Raises:
        UsageError: a text that does not have this form, or a name that is given twice for one step.
    """
    settings_by_step: dict[int, dict[str, str]] = {}
    for text in texts:
        step_text, colon, setting = text.partition(":")
        name, equals_sign, value = setting.partition("=")
        step = read_whole(step_text, 0, MAX_CHANGE_STEP) if colon and equals_sign else None
        if not isinstance(step, int):
            raise UsageError(f"--change {clip(text, 40)} cannot be used: write --change STEP:NAME=VALUE")
        settings = settings_by_step.setdefault(step, {})
        if name.strip() in settings:
            raise UsageError(f"--change {step}:{clip(name.strip())} is given twice; give it once")
        settings[name.strip()] = value.strip()
    return sorted(settings_by_step.items())


def apply_changes(player: Player[Any], changes: list[tuple[int, dict[str, str]]]) -> None:
    """Make `changes`, as `read_changes` returns them: (step, {name: value as typed}) each.

    A name is a parameter, which changes from that step on, or the path of a quantity of the state, which is set at
    that step (`weights[0][1][0]`). Afterwards the player is at the last of these steps, or at the end of its run.

    Raises:
        UsageError: a parameter that is unknown, out of range, or cannot change in the middle of a run.
    """
    for step, settings in changes:
        player.jump(step)
        parameter_settings = {name: value for name, value in settings.items() if not _is_path(name)}
        if parameter_settings:
            player.branch(**with_parameter_names(parameter_settings, player.simulation.parameters()))
        for path, text in settings.items():
            if _is_path(path):
                player.edit(path, _read_quantity(path, text))


def _is_path(name: str) -> bool:
    """Whether `name` is the path of a quantity in the state, rather than a parameter: it has an index."""
    return "[" in name


def _read_quantity(path: str, text: str) -> float:
    """The number typed for the quantity at `path`."""
    outcome = read_number(text)
    if isinstance(outcome, Unreadable):
        advice = outcome.advice if outcome.is_question else "Give a finite number."
        raise UsageError(f"{clip(path, 40)}={clip(text, 30)} cannot be used. {advice}")
    return float(outcome.value)
