"""The simulator where room is short: the picture has its place before the numbers have any."""

import pytest

from tests.widgets.bench import bench
from tutor.sims.table import find_simulation
from tutor.widgets.plots.chart import MIN_CHART_SIZE
from tutor.widgets.plots.plot import PictureView

SIZES = [(60, 16), (60, 18), (60, 22), (50, 17), (71, 16), (72, 14), (80, 16), (99, 18), (100, 16), (140, 14), (80, 22)]
"""Of the simulator: two rows fewer than the terminal has."""


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", ["playground", "adam"])
async def test_a_small_screen_draws_its_picture(name: str, size: tuple[int, int]) -> None:
    async with bench(find_simulation(name).build(), size) as (simulator, pilot):
        for keys in ((), ("right",), ("y",)):
            await pilot.press(*keys)
            await pilot.pause()
            view = simulator.query(PictureView).first()
            assert view.size.height >= MIN_CHART_SIZE[1]
            drawn = [view.render_line(y).text for y in range(view.size.height)]
            assert any("└" in line for line in drawn), drawn
