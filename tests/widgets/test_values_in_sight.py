"""Which values of a long list are in sight on a small screen without scrolling: those that the run is about."""

import re

import pytest

from tests.widgets.bench import bench
from tutor.sims.engine.chart import Bars, Chart, Picture
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.plots.plot import PictureView
from tutor.widgets.simulator.readings import Readings, label_text
from tutor.widgets.simulator.simulator import Simulator

IMPORTANT = {
    "conv-cost": (9, ("standard", "separable", "ratio", "standard, weights", "separable, weights")),
    "digits": (2, ("training loss", "validation loss", "training accuracy", "validation accuracy", "test accuracy")),
}
"""The step that is looked at, and the labels of what matters then."""
MANY_FIGURES = 3
"""Two numbers with at least so many figures are not equal by chance."""
ALWAYS_EQUAL = ("∂C/∂b", "one kernel, products")
"""How the labels of numbers begin that always equal another: δ, and the count of the depthwise bank."""


@pytest.mark.parametrize("size", [(80, 22), (100, 28), (140, 42)], ids=str)
@pytest.mark.parametrize("name", IMPORTANT)
async def test_what_a_run_is_about_is_in_sight_without_scrolling(name: str, size: tuple[int, int]) -> None:
    step, labels = IMPORTANT[name]
    async with bench(find_simulation(name).build(), size) as (simulator, pilot):
        simulator.player.jump(step)
        simulator.redraw()
        await pilot.pause()
        listed = " ".join(_rows_in_sight(simulator)).split()
        drawn = "\n".join(_text_of(picture) for picture in simulator.query(PictureView))
        for reading in simulator.player.view().readings:
            if label_text(reading) in labels:
                is_drawn = reading.drawn_in and reading.format(reading.value) in drawn
                assert is_drawn or all(word in listed for word in label_text(reading).split()), (reading, listed)


@pytest.mark.parametrize("size", [(80, 22), (100, 28), (140, 42), (60, 40)], ids=str)
@pytest.mark.parametrize("name", ["graph", "backprop", "softmax", "conv-cost"])
async def test_a_number_that_is_not_listed_stands_in_a_picture_with_all_its_figures(
    name: str, size: tuple[int, int]
) -> None:
    async with bench(find_simulation(name).build(), size) as (simulator, pilot):
        while simulator.player.can_step and simulator.player.position < 20:
            simulator.player.jump(simulator.player.position + 1)
            simulator.redraw()
            await pilot.pause()
            pictures = {view.picture.title: _text_of(view) for view in simulator.query(PictureView) if view.picture}
            listed = simulator.query_one(Readings).readings
            for reading in simulator.player.view().readings:
                if reading.value is None:
                    continue
                text = reading.format(reading.value)
                assert reading in listed or text in pictures[reading.drawn_in], (reading, pictures)


async def test_a_chain_below_each_other_has_its_numbers_too_so_that_the_rest_needs_no_scrolling() -> None:
    async with bench(find_simulation("backprop").build(), (57, 37)) as (simulator, pilot):
        simulator.player.jump(19)
        simulator.redraw()
        await pilot.pause()
        listed = simulator.query_one(Readings)
        assert {"w₁", "v₂", "δ₃"}.isdisjoint(map(label_text, listed.readings))
        assert not listed.show_vertical_scrollbar


@pytest.mark.parametrize("size", [(80, 23), (100, 29), (140, 43)], ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
async def test_a_list_does_not_repeat_a_number_of_a_diagram_a_graph_or_bars_beside_it(
    name: str, size: tuple[int, int]
) -> None:
    async with bench(find_simulation(name).build(), size) as (simulator, pilot):
        for step in (3, 6, 12, 20):
            simulator.player.jump(step)
            simulator.redraw()
            await pilot.pause()
            drawn = "\n".join(_text_of(view) for view in simulator.query(PictureView) if _is_of_numbers(view.picture))
            words = set(re.split(r"[\s│┃]+", drawn))
            for reading in simulator.query_one(Readings).readings:
                text = reading.format(reading.value)
                has_many_figures = len(re.sub(r"\D", "", text).lstrip("0")) >= MANY_FIGURES
                if has_many_figures and not label_text(reading).startswith(ALWAYS_EQUAL):
                    assert text not in words, (step, label_text(reading), text)


def _is_of_numbers(picture: Picture | None) -> bool:
    """Whether the picture consists of numbers, or of bars with their numbers."""
    return not isinstance(picture, Chart) or all(isinstance(mark, Bars) for mark in picture.marks)


@pytest.mark.parametrize("name", ["graph", "backprop", "softmax"])
async def test_where_space_is_short_the_list_beside_a_picture_needs_no_scrolling(name: str) -> None:
    async with bench(find_simulation(name).build(), (80, 23)) as (simulator, pilot):
        simulator.player.jump(20)
        simulator.redraw()
        await pilot.pause()
        readings = simulator.query_one(Readings)
        assert not any(reading.drawn_in for reading in readings.readings)
        assert readings.virtual_size.height <= readings.size.height


async def test_numbers_come_back_into_the_list_when_another_picture_is_shown() -> None:
    async with bench(find_simulation("backprop").build(), (80, 22)) as (simulator, pilot):
        readings = simulator.query_one(Readings)
        before = list(readings.readings)
        await pilot.press("v")
        await pilot.pause()
        assert any(reading.label == "w₁" for reading in readings.readings)
        await pilot.press("v")
        await pilot.pause()
        assert list(readings.readings) == before


def _rows_in_sight(simulator: Simulator) -> list[str]:
    readings = simulator.query_one(Readings)
    return [readings.render_line(row).text for row in range(readings.size.height)]


def _text_of(picture: PictureView) -> str:
    return "\n".join(picture.render_line(row).text for row in range(picture.size.height))


async def test_every_value_of_a_chain_is_in_sight_at_every_step_where_the_screen_is_broad() -> None:
    async with bench(find_simulation("backprop").build(), (100, 28)) as (simulator, pilot):
        for _ in range(20):
            await pilot.press("right")
            await pilot.pause()
            chain = "\n".join(_text_of(view) for view in simulator.query(PictureView))
            shown = "\n".join(_rows_in_sight(simulator))
            for reading in simulator.player.view().readings:
                if reading.value is None:
                    continue
                is_in_list = label_text(reading) in shown
                assert is_in_list or (reading.drawn_in and reading.format(reading.value) in chain), reading
