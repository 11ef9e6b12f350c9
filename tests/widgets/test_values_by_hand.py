"""Values set by hand: arrows nudge, typed values act, the picture stays, quantities go by the labels on the screen."""

import re
from itertools import cycle

import pytest
from textual.widgets import Input, Select, Static

from tests.widgets.bench import bench, said, typed
from tutor.errors import UsageError
from tutor.sims.engine.command_line import format_command_line
from tutor.sims.engine.nudge import nudge
from tutor.sims.engine.parameters import Value
from tutor.sims.engine.player import Player
from tutor.sims.engine.session import SimulationSession
from tutor.sims.engine.settable import settable_keys
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.plots.plot import PictureView
from tutor.widgets.plots.settable import quantity_at
from tutor.widgets.simulator.by_hand import ByHand
from tutor.widgets.simulator.controls import Controls
from tutor.widgets.simulator.pictures import Pictures
from tutor.widgets.simulator.simulator import Simulator


def rate(simulator: Simulator) -> float:
    value = simulator.player.simulation.values()["learning_rate"]
    assert isinstance(value, float)
    return value


NAMES = [(name, item) for name in SIMULATIONS for item in find_simulation(name).parameters()]


@pytest.mark.parametrize(("name", "parameter"), NAMES)
def test_every_parameter_moves_when_it_is_nudged_and_stays_within_its_range(name: str, parameter: str) -> None:
    item = find_simulation(name).parameters()[parameter]
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
        find_simulation("descent").parameters()["learning_rate"]
        if "descent" in SIMULATIONS
        else find_simulation("adam").parameters()["learning_rate"]
    )
    assert nudge(item, value, 1) == up
    assert nudge(item, value, -1) == down


@pytest.mark.parametrize("name", SIMULATIONS)
async def test_the_picture_stays_in_sight_while_parameters_are_edited(name: str) -> None:
    async with bench(find_simulation(name).build(), (80, 24)) as (simulator, pilot):
        await pilot.press("e")
        for size in ((80, 24), (68, 41), (58, 40), (140, 44)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert simulator.query_one(Controls).has_focus_within
            views = simulator.query(PictureView)
            assert [view for view in views if view.region.height >= 5 and view.region.width >= 30], size
            fields = simulator.query_one("#fields")
            assert fields.region.height >= min(4, len(fields.query(".name"))), size


@pytest.mark.parametrize("size", [(80, 24), (140, 44)])
async def test_arrows_nudge_the_parameter_under_the_cursor_at_once(size: tuple[int, int]) -> None:
    async with bench(find_simulation("adam").build(), size) as (simulator, pilot):
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
    async with bench(find_simulation("adam").build(), (80, 24)) as (simulator, pilot):
        await simulator.action_edit()
        simulator.query_one("#p-optimizer", Select).focus()
        await pilot.pause()
        before = simulator.player.simulation.values()["optimizer"]
        await pilot.press("right")
        assert simulator.player.simulation.values()["optimizer"] != before
        await pilot.press("left")
        assert simulator.player.simulation.values()["optimizer"] == before


async def test_every_weight_is_set_by_its_label_on_the_screen_or_by_its_path() -> None:
    session = SimulationSession(Player(find_simulation("playground").build(hidden=(3, 2))))
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
    session = SimulationSession(Player(find_simulation("playground").build()))
    with pytest.raises(UsageError) as refused:
        session.edit(wrong)
    assert "layer 1, unit 1" in str(refused.value)
    assert "weights[" not in str(refused.value)
    assert "PATH" not in str(refused.value)


SETTABLE = [name for name in SIMULATIONS if SimulationSession(Player(find_simulation(name).build())).quantities]


def shown_network(simulator: Simulator) -> PictureView:
    (view,) = [
        view
        for view in simulator.query(PictureView)
        if view.picture is not None and settable_keys(view.picture) and view.region.height
    ]
    return view


def cells_of(view: PictureView, key: str) -> list[tuple[int, int]]:
    """Where on the screen the quantity at `key` stands."""
    cells = []
    for y in range(view.size.height):
        x = 0
        for segment in view.render_line(y):
            if segment.style is not None and quantity_at(segment.style) == key:
                cells.append((x, y))
            x += segment.cell_length
    return cells


def test_the_simulations_that_show_a_network_let_its_numbers_be_picked() -> None:
    assert set(SETTABLE) >= {"neuron", "playground", "backprop"}


@pytest.mark.parametrize("name", SETTABLE)
def test_every_place_that_can_be_picked_leads_to_a_quantity_with_its_label(name: str) -> None:
    session = SimulationSession(Player(find_simulation(name).build()))
    for _ in range(3):
        keys = {key for picture in session.player.view().pictures for key in settable_keys(picture)}
        assert keys == {quantity.key for quantity in session.quantities}
        assert all("[" not in quantity.label for quantity in session.quantities)
        session.step()


SIZES = [(80, 24), (68, 41), (140, 44)]


@pytest.mark.parametrize("name", SETTABLE)
async def test_every_quantity_of_a_network_is_set_by_a_click_on_it(name: str) -> None:
    async with bench(find_simulation(name).build(), SIZES[0]) as (simulator, pilot):
        simulator.action_assign()
        await pilot.press("escape")
        session = SimulationSession(Player(find_simulation(name).build()))
        some = session.quantities[:: max(1, len(session.quantities) // 5)]
        for number, (quantity, size) in enumerate(zip(some, cycle(SIZES), strict=False)):
            await pilot.resize_terminal(*size)
            simulator.query_one(Pictures).pick(quantity.key)
            await pilot.pause()
            view = shown_network(simulator)
            x, y = cells_of(view, quantity.key)[0]
            assert await pilot.click(view, offset=(x, y))
            await pilot.pause()
            line = simulator.query_one(ByHand)
            assert line.picked is not None
            assert (line.picked.key, str(line.query_one("#quantity", Static).render())) == (
                quantity.key,
                f"{quantity.label} = ",
            )
            await typed(pilot, f"{number}.25")
            await pilot.press("enter")
            await pilot.pause()
            now = {item.key: item.value for item in simulator.session.quantities}
            assert now[quantity.key] == number + 0.25
            assert shown_network(simulator).region.height >= 6
            assert quantity.label in said(simulator)
            await pilot.press("escape")
            assert simulator.has_focus


@pytest.mark.parametrize("name", SETTABLE)
async def test_a_key_picks_every_quantity_and_arrows_nudge_it_with_the_network_in_sight(name: str) -> None:
    async with bench(find_simulation(name).build(), SIZES[0]) as (simulator, pilot):
        await pilot.press("x")
        await pilot.pause()
        keys = [item.key for item in simulator.session.quantities]
        for key, size in zip(keys[:6], cycle(SIZES), strict=False):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            picked = simulator.query_one(ByHand).picked
            assert picked is not None
            assert picked.key == key
            view = shown_network(simulator)
            assert [
                style
                for style in (s.style for y in range(view.size.height) for s in view.render_line(y))
                if style is not None and style.meta.get("quantity") == key and (style.reverse or style.bold)
            ]
            await pilot.press("right", "right", "left")
            await pilot.pause()
            now = simulator.query_one(ByHand).picked
            assert now is not None
            assert isinstance(now.value, float) and isinstance(picked.value, float)
            assert now.value > picked.value
            await pilot.press("down")
            await pilot.pause()
        await pilot.press("pageup", "up")
        assert simulator.query_one(ByHand).picked is not None
        await pilot.press("escape")
        assert simulator.has_focus


async def test_the_line_for_a_weight_says_only_what_the_footer_does_not() -> None:
    async with bench(find_simulation(SETTABLE[0]).build(), SIZES[0]) as (simulator, pilot):
        await pilot.press("x")
        await pilot.pause()
        assert "Enter" in simulator.session.message
        keys = [pilot.app.get_key_display(item.binding) for item in pilot.app.screen.active_bindings.values()]
        shown = {key.lower() for key in keys} | {"pgup", "pgdn", "arrows"}
        assert {"↑", "↓", "←", "→"} <= shown
        assert not set(re.split(r"[\s/;,.]+", simulator.session.message.lower())) & shown


async def test_a_weight_that_was_nudged_often_is_one_change_in_the_copied_command() -> None:
    async with bench(find_simulation("playground").build(), (80, 24)) as (simulator, pilot):
        await pilot.press("x", *["right"] * 7)
        assert len(simulator.player.edits) == 1
        line = format_command_line(simulator.player)
        assert line.count("weights[0][0][0]") == 1


@pytest.mark.parametrize("wrong", ["abc", "", "1e999", "layer 9, unit 1 <- x1 = 3"])
async def test_a_value_that_cannot_be_read_changes_nothing_and_stays_in_the_line(wrong: str) -> None:
    async with bench(find_simulation("playground").build(), (80, 24)) as (simulator, pilot):
        await pilot.press("x")
        before = simulator.player.state.weights[0].copy()
        line = simulator.query_one(ByHand).query_one(Input)
        line.value = wrong
        await pilot.press("enter")
        assert (simulator.player.state.weights[0] == before).all()
        assert line.value == wrong
        assert line.has_focus


async def test_the_line_for_a_weight_reads_another_label_and_an_expression() -> None:
    async with bench(find_simulation("playground").build(), (80, 24)) as (simulator, pilot):
        await pilot.press("x")
        line = simulator.query_one(ByHand).query_one(Input)
        line.value = "layer 1, unit 2 <- x1 = 0.75"
        await pilot.press("enter")
        assert simulator.player.state.weights[0][1][0] == 0.75
        assert "layer 1, unit 2 ← x₁" in said(simulator)
        line.value = "-1.2 * 0.5"
        await pilot.press("enter")
        assert simulator.player.state.weights[0][0][0] == -0.6


async def test_the_value_in_the_line_has_the_minus_of_the_screen_and_is_read_as_it_stands() -> None:
    async with bench(find_simulation("playground").build(), (80, 24)) as (simulator, pilot):
        await pilot.press("x")
        line = simulator.query_one(ByHand).query_one(Input)
        line.value = "-0.25"
        await pilot.press("enter")
        assert line.value == "−0.25"
        await pilot.press("enter")
        assert simulator.player.state.weights[0][0][0] == -0.25


async def test_a_challenge_lets_only_what_it_allows_be_picked() -> None:
    async with bench(find_simulation("neuron").build(), (80, 24), allow=("w1",)) as (simulator, _):
        assert [item.key for item in simulator.session.quantities] == ["w1"]
    async with bench(find_simulation("playground").build(), (80, 24), allow=("hidden",)) as (simulator, pilot):
        await pilot.press("x")
        assert not simulator.query_one(ByHand).has_class("-open")


async def test_a_typed_value_acts_on_enter_while_the_picture_is_in_sight() -> None:
    async with bench(find_simulation("neuron").build(), (80, 24)) as (simulator, pilot):
        await pilot.press("e")
        field = simulator.query_one("#p-x1", Input)
        field.focus()
        await pilot.pause()
        await typed(pilot, "0.25")
        await pilot.press("enter")
        assert simulator.player.simulation.values()["x1"] == 0.25
        assert [view for view in simulator.query(PictureView) if view.region.height]


@pytest.mark.parametrize("key", ["down", "up", "pagedown", "pageup"])
async def test_once_the_picked_weight_is_gone_the_line_shows_another_and_keys_pick_from_there(key: str) -> None:
    async with bench(find_simulation("playground").build(), (140, 44)) as (simulator, pilot):
        await pilot.press("x", "pageup", "pageup")  # a unit of the last hidden layer
        await pilot.pause()
        line = simulator.query_one(ByHand)
        assert line.picked is not None
        lost = line.picked.key
        field = simulator.query_one("#p-hidden", Input)  # beside the picture, while the line stays open
        await pilot.click(field)
        field.value = "2"
        await pilot.press("enter")
        await pilot.pause()
        assert lost not in {item.key for item in simulator.session.quantities}
        assert line.picked is not None
        assert str(line.query_one("#quantity", Static).render()) == f"{line.picked.label} = "
        now_picked = line.picked.key
        await pilot.click(line.query_one(Input))
        await pilot.press(key)
        await pilot.pause()
        assert line.picked is not None
        assert line.picked.key != now_picked
        assert str(line.query_one("#quantity", Static).render()) == f"{line.picked.label} = "
