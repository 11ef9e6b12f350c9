"""Which values of a long list are in sight on a small screen without scrolling: those that the run is about."""

import pytest
from textual.app import App

from tests.widgets.bench import bench
from tutor.sims.table import find_simulation
from tutor.widgets.plots.colours import theme_palette
from tutor.widgets.plots.plot import PictureView
from tutor.widgets.simulator.readings import Readings, label_text, reading_lines
from tutor.widgets.simulator.simulator import Simulator

IMPORTANT = {
    "conv-cost": (9, ("standard", "separable", "ratio", "standard, weights", "separable, weights")),
    "digits": (2, ("training loss", "validation loss", "training accuracy", "validation accuracy", "test accuracy")),
}
"""The step that is looked at, and the labels of what matters then."""


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


@pytest.mark.parametrize("name", ["graph", "backprop", "softmax"])
async def test_where_space_is_short_a_list_does_not_repeat_the_picture_beside_it(name: str) -> None:
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
            readings, view = simulator.query_one(Readings), simulator.player.view()
            rows = readings.size.height
            lines = reading_lines(view.readings, theme_palette(App()), readings.size.width, rows)
            assert len(lines) <= rows, (simulator.player.position, rows)
            shown = "\n".join(line.text for line in lines)
            assert all(label_text(reading) in shown for reading in view.readings)
