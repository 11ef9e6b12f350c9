"""Which values of a long list are in sight on a small screen without scrolling: those that the run is about."""

import pytest
from textual.app import App
from textual.geometry import Size

from tests.widgets.bench import bench
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation
from tutor.widgets.plots.colours import theme_palette
from tutor.widgets.plots.room import room_of
from tutor.widgets.simulator.layout import Contents, place_parts
from tutor.widgets.simulator.readings import VALUE_CELLS, Readings, label_text, reading_lines

IMPORTANT = {
    "conv-cost": (9, ("standard", "separable", "ratio", "standard, weights", "separable, weights")),
    "digits": (2, ("training loss", "validation loss", "training accuracy", "validation accuracy", "test accuracy")),
}
"""The step that is looked at, and the labels of what matters then."""


@pytest.mark.parametrize("size", [(80, 22), (100, 28), (140, 42)], ids=str)
@pytest.mark.parametrize("name", IMPORTANT)
def test_what_a_run_is_about_is_in_sight_without_scrolling(name: str, size: tuple[int, int]) -> None:
    player = Player(find_simulation(name).build())
    step, labels = IMPORTANT[name]
    player.jump(step)
    view = player.view()
    widths = tuple(len(label_text(reading)) + 1 + VALUE_CELLS for reading in view.readings)
    counts = len(player.simulation.parameters()), len(view.readings), len(view.worked_lines), 2
    place = place_parts(Size(*size), Contents(room_of(view.pictures[0]), *counts, widths))["readings"]
    lines = reading_lines(view.readings, theme_palette(App()), place.width, place.height)[: place.height]
    shown = "\n".join(line.text for line in lines)
    for label in labels:
        assert any(row.startswith(f"{label} ") for row in shown.splitlines()), (label, shown)


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
