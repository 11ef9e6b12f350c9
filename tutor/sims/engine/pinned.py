"""Runs beside each other: the one that is changed, and earlier ones that were kept to compare it with."""

from string import ascii_uppercase
from typing import Any

from tutor.sims.engine.overlay import RunPictures
from tutor.sims.engine.player import Player
from tutor.sims.engine.state import has_quantity, lookup
from tutor.text.numbers import show

MAX_PINNED_RUNS = 3
"""How many runs may be kept: more cannot be told apart in one picture."""


class PinnedRuns:
    """The runs that were kept, each under a letter; they go wherever the run they are compared with goes."""

    def __init__(self) -> None:
        self._runs: list[Player[Any]] = []

    def __len__(self) -> int:
        return len(self._runs)

    @property
    def is_full(self) -> bool:
        """True when no other run can be kept."""
        return len(self._runs) >= MAX_PINNED_RUNS

    def pin(self, player: Player[Any]) -> str:
        """Keep `player`'s run as it is; the letter it goes by from now on."""
        self._runs.append(player.copy())
        return ascii_uppercase[len(self._runs) - 1]

    def clear(self) -> None:
        """Keep none."""
        self._runs.clear()

    def seek(self, step: int) -> None:
        """Set out for `step`, as far as each run goes."""
        for run in self._runs:
            run.seek(step)

    def run_for(self, seconds: float) -> bool:
        """Walk on for about `seconds`; True when all are there."""
        there = [run.run_for(seconds / len(self._runs)) for run in self._runs]  # each gets its share
        return all(there)

    def pictures(self) -> tuple[RunPictures, ...]:
        """What they show, each under its letter."""
        return tuple(
            RunPictures(letter, run.view().pictures) for letter, run in zip(ascii_uppercase, self._runs, strict=False)
        )

    def describe_differences(self, player: Player[Any]) -> list[str]:
        """For each kept run, its letter and in what it differs from `player`'s: `A: learning_rate = 0.1`."""
        now = player.simulation.values()
        said = []
        for letter, run in zip(ascii_uppercase, self._runs, strict=False):
            values = run.simulation.values()
            other = [f"{name} = {show(values[name])}" for name in values if values[name] != now[name]]
            said.append(f"{letter}: {', '.join(other) or 'the same'}")
        return said

    def readings(self, key: str) -> list[tuple[str, Any]]:
        """The quantity at `key` in each kept run that has one, under its letter: another network has other weights."""
        named = zip(ascii_uppercase, self._runs, strict=False)
        return [(letter, lookup(run.state, key)) for letter, run in named if has_quantity(run.state, key)]
