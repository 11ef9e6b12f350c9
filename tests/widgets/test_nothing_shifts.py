"""An input line that opens, and parameters that are edited, move no picture, and the key bar names no key wrongly."""

import pytest

from tests.widgets.bench import bench, said
from tutor.sims.engine.chart import Chart, Line
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation
from tutor.widgets.simulator.controls import Controls
from tutor.widgets.simulator.pictures import Pictures


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (140, 44)])
async def test_no_picture_moves_when_a_weight_is_set_by_hand(size: tuple[int, int]) -> None:
    async with bench(find_simulation("playground").build(), size) as (simulator, pilot):
        await pilot.press("v", "v", "right", "right")
        await pilot.pause()
        names = ("#pictures", "#timeline")
        before = [simulator.query_one(name).region for name in names]
        await pilot.press("x")
        await pilot.pause()
        assert [simulator.query_one(name).region for name in names] == before
        assert "type it and press Enter" in said(simulator)
        assert simulator.query_one("#entry-sign").region.height == 1 or size[1] < 24


async def test_the_sentence_is_back_once_the_input_line_is_closed() -> None:
    async with bench(find_simulation("playground").build(), (80, 24)) as (simulator, pilot):
        await pilot.press("right", "right")
        await pilot.pause()
        sentence = said(simulator)
        await pilot.press("x", "escape")
        await pilot.pause()
        assert said(simulator) == sentence


@pytest.mark.parametrize("size", [(80, 24), (140, 44)])
async def test_the_key_bar_does_not_offer_to_edit_what_is_being_edited(size: tuple[int, int]) -> None:
    async with bench(find_simulation("adam").build(), size) as (simulator, pilot):
        await pilot.press("e")
        await pilot.pause()
        controls = simulator.query_one(Controls)
        assert controls.has_focus_within
        shown = {key: active.binding for key, active in pilot.app.screen.active_bindings.items()}
        assert not shown["e"].show
        assert shown["escape"].description == "Done"
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen.active_bindings["e"].binding.show
        assert simulator.query_one(Pictures).region.height > 0


def test_the_edges_of_the_graph_have_a_name_in_the_legend() -> None:
    player = Player(find_simulation("manifold").build())
    player.jump(1)
    side_view = player.view().pictures[0]
    assert isinstance(side_view, Chart)
    lines = [mark for mark in side_view.marks if isinstance(mark, Line)]
    assert {line.legend_label for line in lines} == {"graph"}
