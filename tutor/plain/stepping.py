"""Steps a simulation by hand, line by line; parameters can be changed between steps."""

from typing import Any

from tutor.errors import UsageError
from tutor.plain.lines import Lines, wrap
from tutor.plain.simulation import state_lines
from tutor.sims.engine.player import Player

LEAVING = ("quit", "q")
"""What one types to leave."""
MAX_STEP = 100_000
"""The furthest step one may go to."""
WAYS = "(Enter takes a step, back goes one back, a number goes to that step, NAME=VALUE changes a parameter; quit) "
"""What one may type."""


def run_steps(player: Player[Any], lines: Lines) -> None:
    """Tell each state, and let the learner go on from it, until she leaves."""
    lines.say("", *state_lines(player, lines.ascii))
    while (typed := lines.ask(WAYS)) is not None and typed.strip().lower() not in LEAVING:
        try:
            _carry_out(player, typed.strip())
        except UsageError as error:
            lines.say(*wrap(str(error)))
            continue
        lines.say("", *state_lines(player, lines.ascii))


def _carry_out(player: Player[Any], word: str) -> None:
    """Do what was typed.

    Raises:
        UsageError: it cannot be done, and why.
    """
    name, equals, value = word.partition("=")
    if equals:
        player.replace_rules(player.simulation.with_values(**{name.strip(): value.strip()}))
    elif word.isascii() and word.isdigit() and int(word) <= MAX_STEP:
        player.jump(int(word))
    elif word.lower() in {"back", "b"}:
        if not player.back():
            raise UsageError("This is the start.")
    elif word:
        raise UsageError(f"Type Enter, back, a step from 0 to {MAX_STEP:,}, NAME=VALUE or quit.")
    elif not player.step():
        raise UsageError("The run is over.")
