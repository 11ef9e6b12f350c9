"""Steps a simulation by hand, line by line; parameters can be changed between steps."""

from typing import Any

from tutor.errors import UsageError
from tutor.plain.lines import Lines, is_quit, wrap
from tutor.plain.simulation import state_lines
from tutor.sims.engine.player import Player

MAX_STEP = 100_000
"""The highest step that the learner may jump to."""
PROMPT = "(Enter takes a step, back goes one back, a number goes to that step, NAME=VALUE changes a parameter; quit) "


def run_steps(player: Player[Any], lines: Lines) -> None:
    """Describe the current state and do what the learner types, again and again, until she leaves."""
    lines.say("", *state_lines(player, lines.ascii))
    while True:
        typed = lines.ask(PROMPT)
        if typed is None or is_quit(typed):
            return
        try:
            _carry_out(player, typed.strip())
        except UsageError as error:
            lines.say(*wrap(str(error)))
            continue
        lines.say("", *state_lines(player, lines.ascii))


def _carry_out(player: Player[Any], command: str) -> None:
    """Step, go back, jump or change a parameter, as `command` says; an empty command takes a step.

    Raises:
        UsageError: the command is unknown or cannot be carried out; the message is for the learner.
    """
    name, equals_sign, value = command.partition("=")
    if equals_sign:
        player.replace_rules(player.simulation.with_values(**{name.strip(): value.strip()}))
    elif command.isascii() and command.isdigit() and int(command) <= MAX_STEP:
        player.jump(int(command))
    elif command.lower() in {"back", "b"}:
        if not player.back():
            raise UsageError("This is the start.")
    elif command:
        raise UsageError(f"Type Enter, back, a step from 0 to {MAX_STEP:,}, NAME=VALUE or quit.")
    elif not player.step():
        raise UsageError("The run is over.")
