"""Values set by hand: arrows nudge, typed values act, the picture stays, quantities go by the labels on the screen."""

import pytest
from textual.widgets import Input, Select

from tests.widgets.test_simulator import bench, said, typed
from tutor.errors import UsageError
from tutor.sims.engine.nudge import nudge
from tutor.sims.engine.parameters import Value
from tutor.sims.engine.player import Player
from tutor.sims.engine.session import SimulationSession
from tutor.sims.table import TABLE, find
from tutor.widgets.plots.plot import PictureView
from tutor.widgets.simulator.controls import Controls
from tutor.widgets.simulator.simulator import Simulator


def rate(simulator: Simulator) -> float:
    value = simulator.player.simulation.values()["learning_rate"]
    assert isinstance(value, float)
    return value


NAMES = [(name, item) for name in TABLE for item in find(name).parameters()]


@pytest.mark.parametrize(("name", "parameter"), NAMES)
def test_every_parameter_moves_when_it_is_nudged_and_stays_within_its_range(name: str, parameter: str) -> None:
    item = find(name).parameters()[parameter]
    if isinstance(item.default, tuple):
        assert nudge(item, item.default, 1) == item.default
        return
    moved: list[Value] = [item.default]
    for by in (1, 1, -1, -1):
        moved.append(nudge(item, moved[-1], by))
        item.read(moved[-1])
    assert moved[1] != moved[0] or nudge(item, item.default, -1) != moved[0]
    if item.kind in {"choice", "switch"}:
        assert moved[4] == moved[0]


@pytest.mark.parametrize(
    ("value", "up", "down"),
    [(0.1, 0.11, 0.095), (0.3, 0.35, 0.25), (2.0, 2.5, 1.9), (1.0, 1.1, 0.95), (0.01, 0.011, 0.0095)],
)
def test_a_positive_value_moves_by_about_a_tenth_to_a_round_number(value: float, up: float, down: float) -> None:
    item = (
        find("descent").parameters()["learning_rate"]
        if "descent" in TABLE
        else find("adam").parameters()["learning_rate"]
    )
    assert nudge(item, value, 1) == up
    assert nudge(item, value, -1) == down


@pytest.mark.parametrize("size", [(80, 24), (68, 41), (58, 40), (140, 44)])
@pytest.mark.parametrize("name", TABLE)
async def test_the_picture_stays_in_sight_while_parameters_are_edited(name: str, size: tuple[int, int]) -> None:
    async with bench(find(name).build(), size) as (simulator, pilot):
        await pilot.press("e")
        await pilot.pause()
        assert simulator.query_one(Controls).has_focus_within
        shown = [view for view in simulator.query(PictureView) if view.region.height >= 5 and view.region.width >= 30]
        assert shown
        assert simulator.query_one("#fields").region.height >= 4


@pytest.mark.parametrize("size", [(80, 24), (140, 44)])
async def test_arrows_nudge_the_parameter_under_the_cursor_at_once(size: tuple[int, int]) -> None:
    async with bench(find("adam").build(), size) as (simulator, pilot):
        await pilot.press("right", "right", "e")
        field = simulator.query_one("#p-learning_rate", Input)
        field.focus()
        await pilot.pause()
        before = float(field.value)
        await pilot.press("right", "right", "right", "left")
        await pilot.pause()
        now = rate(simulator)
        assert now > before
        assert float(field.value) == now
        assert simulator.player.position == 2
        await pilot.press("end", "left", "left")
        assert rate(simulator) == now


async def test_an_arrow_takes_the_next_choice() -> None:
    async with bench(find("adam").build(), (80, 24)) as (simulator, pilot):
        simulator.action_edit()
        simulator.query_one("#p-optimizer", Select).focus()
        await pilot.pause()
        before = simulator.player.simulation.values()["optimizer"]
        await pilot.press("right")
        assert simulator.player.simulation.values()["optimizer"] != before
        await pilot.press("left")
        assert simulator.player.simulation.values()["optimizer"] == before


async def test_every_weight_is_set_by_its_label_on_the_screen_or_by_its_path() -> None:
    session = SimulationSession(Player(find("playground").build(hidden=(3, 2))))
    labels = [(item.label, item.key) for item in session.player.view().readings if "[" in item.key]
    assert len(labels) == 3 * 3 + 4 * 2 + 3
    for number, (label, path) in enumerate(labels):
        for spelling in (label, label.replace("←", "<-").upper(), label.replace(",", "").replace(" ", ""), path):
            value = number + 0.25
            session.edit(f"{spelling} = {value}")
            shown = {item.key: item.value for item in session.player.view().readings}
            assert shown[path] == value
            assert label.split(",")[0] in session.message
            assert "[0]" not in session.message
            session.edit(f"{spelling} = 0")


@pytest.mark.parametrize("wrong", ["layer 9, unit 1 ← x1 = 0.5", "0.5", "= 0.5", "layer 1, unit 1 ← x1 = abc", "bias"])
def test_a_quantity_that_is_not_there_is_refused_in_the_words_of_the_screen(wrong: str) -> None:
    session = SimulationSession(Player(find("playground").build()))
    with pytest.raises(UsageError) as refused:
        session.edit(wrong)
    assert "layer 1, unit 1" in str(refused.value)
    assert "weights[" not in str(refused.value)
    assert "PATH" not in str(refused.value)


async def test_the_line_for_a_weight_names_one_as_the_screen_does() -> None:
    async with bench(find("playground").build(), (80, 24)) as (simulator, pilot):
        await pilot.press("x")
        line = simulator.query_one("#entry", Input)
        assert "layer 1, unit 1 ← x1 = 0.5" in line.placeholder
        line.value = "layer 1, unit 2 <- x1 = 0.75"
        await pilot.press("enter")
        assert simulator.player.state.weights[0][1][0] == 0.75
        assert "layer 1, unit 2 ← x1" in said(simulator)


async def test_a_typed_value_acts_on_enter_while_the_picture_is_in_sight() -> None:
    async with bench(find("neuron").build(), (80, 24)) as (simulator, pilot):
        await pilot.press("e")
        field = simulator.query_one("#p-x1", Input)
        field.focus()
        await pilot.pause()
        await typed(pilot, "0.25")
        await pilot.press("enter")
        assert simulator.player.simulation.values()["x1"] == 0.25
        assert [view for view in simulator.query(PictureView) if view.region.height]
