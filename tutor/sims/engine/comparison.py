"""Compares runs: pinned runs, and their pictures overlaid on those of the current run.

Lines and points of a pinned run are drawn in the same axes under its letter; bars are paired. A field of
numbers or a diagram would cover the other, so those stay apart, side by side.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from tutor.sims.engine.chart import RUN_ROLES, Bars, Chart, HeatMap, Letter, Mark, Picture, Points
from tutor.sims.engine.player import Player
from tutor.sims.engine.state import has_quantity, lookup
from tutor.text.numbers import format_number

LETTERS: tuple[Letter, ...] = get_args(Letter)
MAX_PINNED_RUNS = len(LETTERS)
"""More runs could not be distinguished in one picture."""


MAX_OVERLAID_MARKS = 10
"""Marks of a chart beyond which overlaid runs could not be read: they are put side by side."""


@dataclass(frozen=True)
class RunPictures:
    """The pictures of one run, under a letter."""

    letter: Letter
    pictures: tuple[Picture, ...]


class PinnedRuns:
    """Runs kept for comparison, each under a letter; they go to the same step as the run they are compared with."""

    def __init__(self) -> None:
        self._runs: list[Player[Any]] = []

    def __len__(self) -> int:
        return len(self._runs)

    @property
    def is_full(self) -> bool:
        """True when no other run can be pinned."""
        return len(self._runs) >= MAX_PINNED_RUNS

    def pin(self, player: Player[Any]) -> Letter:
        """Keep the run of `player` as it is, and return its letter."""
        self._runs.append(player.copy())
        return LETTERS[len(self._runs) - 1]

    def clear(self) -> None:
        """Forget all pinned runs."""
        self._runs.clear()

    def seek(self, step: int) -> None:
        """Make `step` the target of each run, or its end if it is shorter."""
        for run in self._runs:
            run.seek(step)

    def run_for(self, seconds: float) -> bool:
        """Compute for about `seconds`; True when all have reached their targets."""
        arrived = [run.run_for(seconds / len(self._runs)) for run in self._runs]  # each gets its share
        return all(arrived)

    def pictures(self) -> tuple[RunPictures, ...]:
        """The pictures of each run, under its letter."""
        return tuple(RunPictures(letter, run.view().pictures) for letter, run in zip(LETTERS, self._runs, strict=False))

    def describe_differences(self, player: Player[Any]) -> list[str]:
        """For each pinned run, its letter and the parameters that differ from `player`: `A: Learning rate α = 0.1`."""
        now = player.simulation.values()
        labels = {name: item.label for name, item in player.simulation.parameters().items()}
        differences = []
        for letter, run in zip(LETTERS, self._runs, strict=False):
            values = run.simulation.values()
            other = [f"{labels[name]} = {format_number(values[name])}" for name in values if values[name] != now[name]]
            differences.append(f"{letter}: {', '.join(other) or 'the same'}")
        return differences

    def readings(self, key: str) -> list[tuple[str, Any]]:
        """The quantity at `key` in each pinned run that has it, by letter: another network has other weights."""
        named = zip(LETTERS, self._runs, strict=False)
        return [(letter, lookup(run.state, key)) for letter, run in named if has_quantity(run.state, key)]


def overlay_runs(own: Sequence[Picture], others: Sequence[RunPictures]) -> tuple[Picture, ...]:
    """The pictures of a run with those of `others` over them, or after them where they cannot share its axes."""
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
    if not isinstance(other, Chart) or max(len(one.marks), len(other.marks)) > MAX_OVERLAID_MARKS:
        return False
    return _covering_parts(one) == _covering_parts(other)


def _covering_parts(chart: Chart) -> tuple[list[HeatMap], list[tuple[str, ...]]]:
    """What must be alike in two charts that share their axes: fields of numbers, and the names of bars."""
    fields = [mark for mark in chart.marks if isinstance(mark, HeatMap)]
    bar_names = [tuple(mark.names) for mark in chart.marks if isinstance(mark, Bars)]
    return fields, bar_names


def _with_letter(letter: str, picture: Picture) -> Picture:
    return replace(picture, title=f"{picture.title} · {letter}")


def _merge_charts(own: Chart, others: Sequence[tuple[Letter, Chart]]) -> Chart:
    """One chart with the marks of all runs, the points that they share on top."""
    marks = list(own.marks)
    for letter, chart in others:
        added = list(_added_marks(own, chart, letter))
        marks = [_pair_bars(mark, added, letter) for mark in marks]
        marks += [mark for mark in added if not isinstance(mark, Bars)]
    marks.sort(key=lambda mark: _is_shared(mark, [chart for _, chart in others]))
    descriptions = [
        f"{letter}: {chart.description}" for letter, chart in others if chart.description != own.description
    ]
    return replace(
        own,
        marks=tuple(marks),
        description=" ".join([own.description, *descriptions]),
        x_range=_smallest_range([own.x_range, *(chart.x_range for _, chart in others)]),
        y_range=_smallest_range([own.y_range, *(chart.y_range for _, chart in others)]),
    )


def _is_shared(mark: Mark, others: Sequence[Chart]) -> bool:
    """True for points that all runs share; they are drawn last, over the letters of the runs."""
    return isinstance(mark, Points) and all(mark in other.marks for other in others)


def _added_marks(own: Chart, other: Chart, letter: Letter) -> Iterator[Mark]:
    """The marks of the other run that this one lacks, under its letter."""
    for mark in other.primitives():
        added = None if mark in own.marks else mark.of_run(letter)
        if added is not None:
            yield added


def _pair_bars(mark: Mark, added: Sequence[Mark], letter: Letter) -> Mark:
    """`mark` with a bar of the other run beside each of its own, after those of earlier runs, when both have bars."""
    other = next((bars for bars in added if isinstance(bars, Bars)), None)
    if not isinstance(mark, Bars) or other is None:
        return mark
    names, values, roles = list(mark.names), list(mark.values), list(mark.roles) or ["primary"] * len(mark.names)
    runs_so_far = len(names) // len(other.names)
    for index in reversed(range(len(other.names))):  # from the end, so that earlier places stay what they are
        place = (index + 1) * runs_so_far
        names.insert(place, f"{other.names[index]} · {letter}")
        values.insert(place, other.values[index])
        roles.insert(place, RUN_ROLES[letter])
    return replace(mark, names=names, values=values, roles=roles)


def _smallest_range(ranges: Sequence[tuple[float, float] | None]) -> tuple[float, float] | None:
    """The smallest range that contains all; `None` when one of them is open."""
    known = [item for item in ranges if item is not None]
    if len(known) < len(ranges):
        return None
    return min(low for low, _ in known), max(high for _, high in known)
