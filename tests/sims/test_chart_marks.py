"""A chart mark answers for itself; one that is new needs its own class and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, nan
from typing import Any

import pytest

from tutor.sims.engine.chart import Bars, Chart, HeatMap, Label, Line, Mark, Points, Primitive, Role
from tutor.sims.engine.comparison import RunPictures, overlay_runs


@dataclass(frozen=True)
class ErrorBars(Mark):
    """Points with an upright line for each error: a mark as one would add it."""

    x: Sequence[float]
    y: Sequence[float]
    errors: Sequence[float]
    label: str = ""
    role: Role = "good"

    def primitives(self) -> Sequence[Primitive]:
        bars = [
            Line([x, x], [y - error, y + error], role=self.role)
            for x, y, error in zip(self.x, self.y, self.errors, strict=True)
        ]
        return (*bars, Points(self.x, self.y, self.label, self.role, "square"))


MEASURED = ErrorBars([1.0, 2.0], [5.0, 7.0], [1.0, 4.0], "measured")

PRIMITIVES: dict[type[Primitive], tuple[Primitive, list[float], list[float], str]] = {
    Line: (Line([0, nan, 2], [1, 2, inf], "l"), [0, 2], [1, 2], "l"),
    Points: (Points([-1, 3], [4, nan], "p"), [-1, 3], [4], "p"),
    Bars: (Bars(("a", "b"), (-2.0, nan), "v"), [0.5, 2.5], [0, -2], ""),
    HeatMap: (HeatMap([[1.0, None]], (-3, 3), (0, 9), "f"), [-3, 3], [0, 9], "f"),
    Label: (Label(4, 5, "here"), [4], [5], ""),
}
"""A mark, what its axes must reach, and its name in the legend."""


def kinds(base: type[Any]) -> set[type[Any]]:
    return {base, *(kind for child in base.__subclasses__() for kind in kinds(child))}


def test_every_primitive_of_the_program_is_among_those_tested_here() -> None:
    concrete = {kind for kind in kinds(Primitive) if not kind.__name__.startswith("_")} - {Primitive}
    assert concrete == set(PRIMITIVES)


@pytest.mark.parametrize(("mark", "x", "y", "label"), PRIMITIVES.values(), ids=lambda case: type(case).__name__)
def test_a_primitive_says_what_its_axes_must_reach_and_its_name(
    mark: Primitive, x: list[float], y: list[float], label: str
) -> None:
    assert list(mark.coordinates("x")) == x
    assert list(mark.coordinates("y")) == y
    assert mark.legend_label == label
    assert list(mark.primitives()) == [mark]


@pytest.mark.parametrize(
    "empty", [Line([], []), Line([nan], [1]), Points([1], [inf]), Bars((), ()), HeatMap([[nan]], (0, 1), (0, 1))]
)
def test_a_chart_has_no_data_while_no_mark_has(empty: Mark) -> None:
    assert not Chart("", (empty, Label(0, 0, "a word")), "").has_data
    assert Chart("", (empty, Points([0], [0])), "").has_data


def test_a_mark_that_is_made_of_others_reaches_the_axes_the_legend_and_a_comparison() -> None:
    chart = Chart("Measured", (MEASURED,), "Two points.", "x", "y")
    assert sorted(chart.coordinates("y")) == [3, 4, 5, 6, 7, 11]
    assert [mark.legend_label for mark in chart.primitives()] == ["", "", "measured"]
    (joined,) = overlay_runs([chart], [RunPictures("A", (Chart("Measured", (Line([0], [0]),), "One."),))])
    assert isinstance(joined, Chart)
    assert joined.marks[:-1] == chart.marks
    assert joined.description == "Two points. A: One."
