"""Pictures of several runs as one picture."""

from itertools import pairwise

import pytest

from tests.sims.runs import simulations
from tutor.sims.engine.chart import Bars, Chart, Diagram, HeatMap, Line, Points
from tutor.sims.engine.comparison import PinnedRuns, RunPictures, overlay_runs
from tutor.sims.engine.player import Player
from tutor.sims.engine.state import has_quantity
from tutor.sims.table import SIMULATIONS, find_simulation

OWN = Chart("loss", (Line([0, 1], [3, 2], "loss"), Points([1], [2], "now")), "It fell to 2.", y_range=(0, 3))


def over(own: Chart, other: Chart) -> Chart:
    (picture,) = overlay_runs((own,), (RunPictures("A", (other,)),))
    assert isinstance(picture, Chart)
    return picture


def test_lines_and_points_of_another_run_come_into_the_same_axes_under_its_letter() -> None:
    other = Chart("loss", (Line([0, 1], [3, 9], "loss"), Points([1], [9], "now")), "It rose to 9.", y_range=(0, 10))
    both = over(OWN, other)
    labels = [mark.label for mark in both.marks if isinstance(mark, (Line, Points))]
    assert labels == ["loss", "now", "loss · A", "now · A"]
    assert both.y_range == (0, 10)
    assert both.description == "It fell to 2. A: It rose to 9."
    roles = {mark.role for mark in both.marks[2:] if isinstance(mark, (Line, Points))}
    assert roles.isdisjoint({"primary"})


def test_what_both_runs_share_is_drawn_once() -> None:
    assert over(OWN, OWN).marks == OWN.marks


def test_bars_stand_in_pairs() -> None:
    one = Chart("p", (Bars(["a", "b"], [1, 2]),), "One.")
    two = Chart("p", (Bars(["a", "b"], [3, 4]),), "Two.")
    (bars,) = over(one, two).marks
    assert isinstance(bars, Bars)
    assert list(zip(bars.names, bars.values, strict=True)) == [("a", 1), ("a · A", 3), ("b", 2), ("b · A", 4)]


def test_the_title_says_after_each_letter_how_its_run_differs() -> None:
    titles = [
        "A ravine: the path of Adam",
        "A ravine: the path of SGD",
        "A ravine: the path of Adam",
        "10 units",
        "20 units",
    ]
    own, sgd, same, ten, twenty = (Chart(title, (Line([0], [0], "a"),), "One point.") for title in titles)
    (chart,) = overlay_runs((own,), (RunPictures("A", (sgd,)), RunPictures("B", (same,))))
    assert chart.title == "A ravine: the path of Adam · A: SGD"
    assert over(ten, twenty).title == "10 units · A: 20"


def test_fields_that_differ_stand_side_by_side() -> None:
    one = Chart("field", (HeatMap([[0.0]], (0, 1), (0, 1)),), "Zero.")
    two = Chart("field", (HeatMap([[1.0]], (0, 1), (0, 1)),), "One.")
    own, other = overlay_runs((one,), (RunPictures("A", (two,)),))
    assert own is one
    assert other.title == "field · A"


def test_diagrams_stand_side_by_side_unless_they_are_the_same() -> None:
    one, two = Diagram("net", (), (), "Off."), Diagram("net", (), (), "On.")
    assert [
        picture.title for picture in overlay_runs((one,), (RunPictures("A", (two,)), RunPictures("B", (one,))))
    ] == ["net", "net · A"]


def test_every_simulation_can_be_laid_over_itself_at_another_step() -> None:
    for name in SIMULATIONS:
        player = Player(find_simulation(name).build())
        start = player.view().pictures
        player.jump(3)
        for picture in overlay_runs(player.view().pictures, (RunPictures("A", start),)):
            assert picture.description


@pytest.mark.parametrize("name", SIMULATIONS)
def test_any_run_of_a_simulation_can_be_compared_with_any_other_whatever_its_shape(name: str) -> None:
    for kept_rules, rules in pairwise(simulations(name, 5)):
        kept, other, player = PinnedRuns(), Player(kept_rules), Player(rules)
        other.jump(2)
        kept.pin(other)
        player.jump(2)
        view = player.view()
        assert all(picture.description for picture in overlay_runs(view.pictures, kept.pictures()))
        assert kept.describe_differences(player)[0].startswith("A: ")
        for reading in view.readings:
            letters = [letter for letter, _ in kept.readings(reading.key)]
            assert letters == (["A"] if has_quantity(other.state, reading.key) else [])


def test_points_that_both_runs_share_lie_above_their_lines() -> None:
    kept, player = PinnedRuns(), Player(find_simulation("adam").build())
    player.jump(12)
    kept.pin(player)
    player = Player(find_simulation("adam").build(optimizer="sgd"))
    player.jump(12)
    chart = overlay_runs(player.view().pictures, kept.pictures())[0]
    assert isinstance(chart, Chart)
    above = max(place for place, mark in enumerate(chart.marks) if isinstance(mark, Line))
    assert above < next(place for place, mark in enumerate(chart.marks) if getattr(mark, "label", "") == "start")
