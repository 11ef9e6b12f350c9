"""Runs compared: earlier runs that stay pinned, and their pictures laid over those of the run that is changed.

Lines and points of a pinned run come into the same axes under its letter; bars stand in pairs. A field of
numbers or a diagram would cover the other, so those stay apart, side by side.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase
from typing import Any

from tutor.sims.engine.chart import Bars, Chart, HeatMap, Line, Mark, Picture, Points, Role, Shape
from tutor.sims.engine.player import Player
from tutor.sims.engine.state import has_quantity, lookup
from tutor.text.numbers import show

MAX_PINNED_RUNS = 3
"""How many runs may be kept: more cannot be told apart in one picture."""

OVERLAY_ROLES: tuple[Role, ...] = ("muted", "tertiary", "accent", "bad")
"""What other runs are drawn in, as far as the picture does not use it itself."""

OVERLAY_SHAPES: tuple[Shape, ...] = ("ring", "square", "cross", "plus")
"""What their points are drawn as, likewise."""


@dataclass(frozen=True)
class RunPictures:
    """The pictures of one run, under a letter."""

    letter: str
    pictures: tuple[Picture, ...]


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


def overlay_runs(own: Sequence[Picture], others: Sequence[RunPictures]) -> tuple[Picture, ...]:
    """The pictures of a run with those of `others` over them, or after them where they cannot be laid over."""
    overlaid: list[Picture] = []
    for index, picture in enumerate(own):
        counterparts = [(run.letter, run.pictures[index]) for run in others if index < len(run.pictures)]
        if isinstance(picture, Chart) and all(_can_overlay(picture, other) for _, other in counterparts):
            charts = [(letter, other) for letter, other in counterparts if isinstance(other, Chart)]
            overlaid.append(_merge_charts(picture, charts))
        else:
            overlaid += [picture, *(_with_letter(letter, other) for letter, other in counterparts if other != picture)]
    return tuple(overlaid)


def _can_overlay(one: Chart, other: Picture) -> bool:
    """True when the other is a chart too, and both can share one pair of axes without one hiding the other."""
    if not isinstance(other, Chart):
        return False
    fields = [[mark for mark in chart.marks if isinstance(mark, HeatMap)] for chart in (one, other)]
    bars = [[tuple(mark.names) for mark in chart.marks if isinstance(mark, Bars)] for chart in (one, other)]
    return fields[0] == fields[1] and bars[0] == bars[1]


def _with_letter(letter: str, picture: Picture) -> Picture:
    return replace(picture, title=f"{picture.title} · {letter}")


def _merge_charts(own: Chart, others: Sequence[tuple[str, Chart]]) -> Chart:
    used = {mark.role for mark in own.marks if isinstance(mark, (Line, Points))}
    roles = [role for role in OVERLAY_ROLES if role not in used] or list(OVERLAY_ROLES)
    marks = list(own.marks)
    for place, (letter, chart) in enumerate(others):
        added = list(_added_marks(own, chart, letter, roles[place % len(roles)]))
        marks = [_pair_bars(mark, added, letter) for mark in marks]
        marks += [mark for mark in added if not isinstance(mark, Bars)]
    descriptions = [
        f"{letter}: {chart.description}" for letter, chart in others if chart.description != own.description
    ]
    return replace(
        own,
        marks=tuple(marks),
        description=" ".join([own.description, *descriptions]),
        x_range=_union([own.x_range, *(chart.x_range for _, chart in others)]),
        y_range=_union([own.y_range, *(chart.y_range for _, chart in others)]),
    )


def _added_marks(own: Chart, other: Chart, letter: str, role: Role) -> Iterator[Mark]:
    """What the other run draws and this one does not, under its letter."""
    used = {mark.shape for mark in own.marks if isinstance(mark, Points)}
    shape = next((shape for shape in OVERLAY_SHAPES if shape not in used), OVERLAY_SHAPES[0])
    for mark in other.primitives():
        added = None if mark in own.marks else mark.of_run(letter, role, shape)
        if added is not None:
            yield added


def _pair_bars(mark: Mark, added: Sequence[Mark], letter: str) -> Mark:
    """Bars beside those of the other run."""
    other = next((bars for bars in added if isinstance(bars, Bars)), None)
    if not isinstance(mark, Bars) or other is None:
        return mark
    width = len(other.names)
    names, values, roles = list(mark.names), list(mark.values), list(mark.roles) or ["primary"] * len(mark.names)
    share = len(names) // width
    for index in reversed(range(width)):
        names.insert((index + 1) * share, f"{other.names[index]} · {letter}")
        values.insert((index + 1) * share, other.values[index])
        roles.insert((index + 1) * share, "muted")
    return replace(mark, names=names, values=values, roles=roles)


def _union(ranges: Sequence[tuple[float, float] | None]) -> tuple[float, float] | None:
    """The range that holds all; none when one of them is open."""
    known = [item for item in ranges if item is not None]
    if len(known) < len(ranges):
        return None
    return min(low for low, _ in known), max(high for _, high in known)
