"""What a chart is about is drawn strongly: its own series is not grey, and a true curve is not single dots."""

import pytest

from tests.widgets.pictures import charts
from tutor.sims.engine.chart import Chart, Line
from tutor.sims.engine.player import Player
from tutor.sims.engine.simulation import Preset
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.plots.looks import choose_line_looks


@pytest.mark.parametrize("name", SIMULATIONS)
def test_the_series_that_a_chart_is_about_is_not_the_palest_of_its_lines(name: str) -> None:
    """A line called as its axis is what the chart shows; grey is for what it is measured by."""
    for chart in charts(name):
        named = [mark for mark in chart.marks if isinstance(mark, Line) and mark.label]
        if len({mark.label for mark in named}) > 1:
            assert not any(mark.role == "muted" for mark in named if mark.label == chart.y_label), chart.title


@pytest.mark.parametrize("preset", find_simulation("overfit").presets, ids=lambda preset: preset.name)
def test_the_true_curve_is_not_drawn_in_single_pale_dots(preset: Preset) -> None:
    player = Player(find_simulation("overfit").build(**preset.values))
    player.jump(3)
    shown = [picture for picture in player.view().pictures if isinstance(picture, Chart)]
    looks = [
        choose_line_looks(chart)[index]
        for chart in shown
        for index, mark in enumerate(chart.marks)
        if isinstance(mark, Line) and mark.label == "truth"
    ]
    assert looks
    assert "dotted" not in {look.pattern for look in looks}
