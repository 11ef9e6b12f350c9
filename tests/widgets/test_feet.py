"""The horizontal axes of a plane and of a chart that stand side by side are in one row."""

import pytest
from textual.geometry import Region

from tests.widgets.pictures import PALETTE
from tutor.sims.engine.chart import Chart
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation
from tutor.widgets.plots.plot import picture_strips
from tutor.widgets.plots.room import room_of
from tutor.widgets.simulator.arrangement import arrange_pictures
from tutor.widgets.simulator.feet import align_feet, without_rows_below


def foot_of(picture: Chart, region: Region) -> int:
    """The row of the horizontal axis."""
    strips = picture_strips(picture, PALETTE, *region.size)
    return region.y + max(row for row, strip in enumerate(strips) if "└" in strip.text or "┬" in strip.text)


@pytest.mark.parametrize("size", [(98, 26), (98, 27), (98, 29), (98, 31)], ids=str)
@pytest.mark.parametrize("name", ["adam", "descent", "loss-surface"])
def test_a_chart_ends_in_the_row_in_which_the_plane_beside_it_ends(name: str, size: tuple[int, int]) -> None:
    player = Player(find_simulation(name).build())
    player.jump(6)
    pictures = [picture for picture in player.view().pictures if isinstance(picture, Chart)]
    regions = arrange_pictures(tuple(map(room_of, pictures)), *size)
    assert regions[0].bottom == regions[1].bottom and regions[0].x != regions[1].x
    placed = without_rows_below(pictures, regions, PALETTE, 2.0)
    shown = [picture for picture in placed if isinstance(picture, Chart)]
    feet = {foot_of(*placed) for placed in zip(shown, align_feet(shown, regions, PALETTE, 2.0), strict=False)}
    assert len(feet) == 1


def test_a_chart_keeps_its_height_where_it_would_lose_too_much_of_it() -> None:
    player = Player(find_simulation("adam").build())
    player.jump(6)
    plane, chart = player.view().pictures
    regions = Region(0, 0, 30, 30), Region(32, 0, 60, 30)  # the plane is about half as high as its place
    assert align_feet((plane, chart), regions, PALETTE, 2.0) == regions
