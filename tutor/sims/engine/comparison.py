"""Compares runs: pinned runs, and their pictures overlaid on those of the current run.

Lines and points of a pinned run are drawn in the same axes under its letter; bars are paired. Heat maps and diagrams
would cover each other, so these are put side by side.
"""

from collections.abc import Sequence
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
"""With more marks than this in a chart, overlaid runs could not be read: they are put side by side instead."""


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
        """Make `step` the target of each run; a run that is shorter will stop at its end."""
        for run in self._runs:
            run.seek(step)

    def run_for(self, seconds: float) -> bool:
        """Compute for about `seconds` in all; True when all runs have reached their targets."""
        seconds_per_run = seconds / max(1, len(self._runs))  # a divisor: not 0, even without runs
        has_arrived = [
            run.run_for(seconds_per_run) for run in self._runs
        ]  # a list: `all` would stop at the first False
        return all(has_arrived)

    def _lettered_runs(self) -> list[tuple[Letter, Player[Any]]]:
        """(letter, run) for each pinned run."""
        return list(zip(LETTERS, self._runs, strict=False))  # there may be fewer runs than letters

    def pictures(self) -> tuple[RunPictures, ...]:
        """The pictures of each run, under its letter."""
        return tuple(RunPictures(letter, run.view().pictures) for letter, run in self._lettered_runs())

    def describe_differences(self, player: Player[Any]) -> list[str]:
        """For each pinned run, its letter and the parameters that differ from `player`: `A: Learning rate α = 0.1`."""
        current_values = player.simulation.values()
        labels = {name: parameter.label for name, parameter in player.simulation.parameters().items()}
        lines = []
        for letter, run in self._lettered_runs():
            differences = [
                f"{labels[name]} = {format_number(value)}"
                for name, value in run.simulation.values().items()
                if value != current_values[name]
            ]
            lines.append(f"{letter}: {', '.join(differences) or 'the same'}")
        return lines

    def readings(self, key: str) -> list[tuple[str, Any]]:
        """(letter, value of the quantity at `key`) for each pinned run whose state has this quantity.

        The network of a pinned run may have another shape, and so lack the weight at `key`.
        """
        return [
            (letter, lookup(run.state, key)) for letter, run in self._lettered_runs() if has_quantity(run.state, key)
        ]


def overlay_runs(own_pictures: Sequence[Picture], pinned_runs: Sequence[RunPictures]) -> tuple[Picture, ...]:
    """Draw the pictures of the pinned runs over those of a run, or put them beside where they cannot share axes.

    Pictures of two runs are matched by their index; a pinned run may have fewer pictures.
    """
    overlaid: list[Picture] = []
    for index, picture in enumerate(own_pictures):
        counterparts = [(run.letter, run.pictures[index]) for run in pinned_runs if index < len(run.pictures)]
        if isinstance(picture, Chart) and all(_can_overlay(picture, other) for _, other in counterparts):
            charts = [(letter, other) for letter, other in counterparts if isinstance(other, Chart)]  # all are charts
            overlaid.append(_merge_charts(picture, charts))
        else:
            overlaid.append(picture)
            # A picture that is the same in both runs is shown once.
            overlaid += [_with_letter(letter, other) for letter, other in counterparts if other != picture]
    return tuple(overlaid)


def _can_overlay(own: Chart, other: Picture) -> bool:
    """Whether `other` is a chart that can share the axes of `own` without one hiding the other."""
    if not isinstance(other, Chart) or max(len(own.marks), len(other.marks)) > MAX_OVERLAID_MARKS:
        return False
    return _list_covering_marks(own) == _list_covering_marks(other)


def _list_covering_marks(chart: Chart) -> tuple[list[HeatMap], list[tuple[str, ...]]]:
    """(heat maps, names of each set of bars): these must be equal in two charts that share their axes."""
    heat_maps = [mark for mark in chart.marks if isinstance(mark, HeatMap)]
    bar_names = [tuple(mark.names) for mark in chart.marks if isinstance(mark, Bars)]
    return heat_maps, bar_names


def _with_letter(letter: str, picture: Picture) -> Picture:
    """`picture` with the letter of its run in its title."""
    return replace(picture, title=f"{picture.title} · {letter}")


def _merge_charts(own: Chart, others: Sequence[tuple[Letter, Chart]]) -> Chart:
    """`own` with the marks of the other charts, each in the colour and under the letter of its run."""
    marks = list(own.marks)
    for letter, chart in others:
        added_marks = _find_added_marks(own, chart, letter)
        marks = [_pair_bars(mark, added_marks, letter) for mark in marks]
        marks += [mark for mark in added_marks if not isinstance(mark, Bars)]
    other_charts = [chart for _, chart in others]
    marks.sort(key=lambda mark: _is_shared(mark, other_charts))  # False first: shared points are drawn last, on top
    descriptions = [
        f"{letter}: {chart.description}" for letter, chart in others if chart.description != own.description
    ]
    return replace(
        own,
        title=_join_titles(own.title, [(letter, chart.title) for letter, chart in others]),
        marks=tuple(marks),
        description=" ".join([own.description, *descriptions]),
        x_range=_enclosing_range([chart.x_range for chart in (own, *other_charts)]),
        y_range=_enclosing_range([chart.y_range for chart in (own, *other_charts)]),
    )


def _join_titles(own: str, others: Sequence[tuple[Letter, str]]) -> str:
    """The title `own`, followed for each compared run by its letter and the words in which its title differs.

    `A ravine: the path of Adam` and `A ravine: the path of SGD` make `A ravine: the path of Adam · A: SGD`.
    """
    parts = [own]
    for letter, title in others:
        if title != own:
            own_words, words = own.split(), title.split()
            # Drop the words that both titles begin with, then those that both end with.
            while own_words and words and own_words[0] == words[0]:
                own_words, words = own_words[1:], words[1:]
            while own_words and words and own_words[-1] == words[-1]:
                own_words, words = own_words[:-1], words[:-1]
            parts.append(f"{letter}: {' '.join(words) or title}")
    return " · ".join(parts)


def _is_shared(mark: Mark, others: Sequence[Chart]) -> bool:
    """Whether `mark` is a set of points that is in all other charts too, such as the training points."""
    return isinstance(mark, Points) and all(mark in other.marks for other in others)


def _find_added_marks(own: Chart, other: Chart, letter: Letter) -> list[Mark]:
    """The marks of `other` that `own` lacks, in the look of the run `letter`."""
    added_marks: list[Mark] = []
    for mark in other.primitives():
        mark_of_run = None if mark in own.marks else mark.of_run(letter)
        if mark_of_run is not None:
            added_marks.append(mark_of_run)
    return added_marks


def _pair_bars(mark: Mark, added_marks: Sequence[Mark], letter: Letter) -> Mark:
    """`mark` with the bars among `added_marks` set beside its own, if it is a set of bars; else unchanged.

    The bars of one name stand together, in the order of the runs: the own one, then those of A, B and C.
    """
    added_bars = [added for added in added_marks if isinstance(added, Bars)]
    if not isinstance(mark, Bars) or not added_bars:
        return mark
    other = added_bars[0]  # a chart has one set of bars at most
    names, values, roles = list(mark.names), list(mark.values), list(mark.roles) or ["primary"] * len(mark.names)
    words = list(mark.words) or [""] * len(mark.names)
    bars_per_name = len(names) // len(other.names)  # so far: one of this run, and one for each run merged before
    for index in reversed(range(len(other.names))):  # from the end, so that the indices before it stay valid
        after_its_name = (index + 1) * bars_per_name
        names.insert(after_its_name, f"{other.names[index]} · {letter}")
        values.insert(after_its_name, other.values[index])
        roles.insert(after_its_name, RUN_ROLES[letter])
        words.insert(after_its_name, other.words[index] if other.words else "")
    return replace(mark, names=names, values=values, roles=roles, words=words)


def _enclosing_range(ranges: Sequence[tuple[float, float] | None]) -> tuple[float, float] | None:
    """The smallest (low, high) that contains all `ranges`; `None` if one of them is `None`, that is, automatic."""
    fixed_ranges = [fixed for fixed in ranges if fixed is not None]
    if len(fixed_ranges) < len(ranges):
        return None
    return min(low for low, _ in fixed_ranges), max(high for _, high in fixed_ranges)
