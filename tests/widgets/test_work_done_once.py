"""What a frame needs several times is computed once; what is unchanged since the last frame is not made again."""

from collections.abc import Sequence

from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.strip import Strip

from tests.widgets.pictures import PALETTE
from tutor.sims.engine.chart import Chart, Line
from tutor.widgets.lines_pane import SCROLLBAR_CELLS, LinesPane
from tutor.widgets.plots import plot
from tutor.widgets.plots.chart import chart_strips
from tutor.widgets.plots.recent import MAX_REMEMBERED, remember_recent

SIZE = (40, 10)


def curve(top: float) -> Chart:
    return Chart("Loss", (Line((0.0, 10.0), (0.0, top)),), "", x_label="step")


def test_the_same_chart_is_computed_once_and_an_equal_one_again() -> None:
    computed: list[tuple[Chart, int]] = []

    @remember_recent
    def compute(chart: Chart, palette: object, width: int) -> list[int]:
        computed.append((chart, width))
        return [width]

    chart, equal_chart = curve(1.0), curve(1.0)
    assert compute(chart, PALETTE, 3) is compute(chart, PALETTE, 3)
    assert compute(equal_chart, PALETTE, 3) == compute(chart, PALETTE, 3)
    assert compute(chart, PALETTE, 4) == [4]
    assert len(computed) == 3


def test_only_the_latest_results_are_remembered() -> None:
    computed = []

    @remember_recent
    def compute(chart: Chart, palette: object, width: int) -> int:
        computed.append(width)
        return width

    chart = curve(1.0)
    for width in [*range(MAX_REMEMBERED + 1), MAX_REMEMBERED, 0]:
        compute(chart, PALETTE, width)
    assert computed == [*range(MAX_REMEMBERED + 1), 0]  # 0 was forgotten, the last one was not


def test_axes_are_drawn_again_only_if_a_tick_moves_to_another_cell() -> None:
    plot._draw_axes.cache_clear()
    for steps in (11.0, 11.01, 11.0, 20.0):
        chart = Chart("Loss", (Line((0.0, steps), (0.0, 1.0)),), "", x_label="step")
        chart_strips(chart, PALETTE, *SIZE, plot.draw_canvas)
    assert plot._draw_axes.cache_info().misses == 2  # for about 11 steps, and for 20


class Numbers(LinesPane):
    """As many lines as it is told."""

    count = 3
    asked_widths: list[int]

    def make_lines(self, width: int, height: int) -> Sequence[Strip]:
        self.asked_widths.append(width)
        return [Strip([Segment(str(number))]) for number in range(self.count)]


class Page(App[None]):
    CSS = "Numbers { height: 5; width: 20; }"

    def compose(self) -> ComposeResult:
        numbers = Numbers()
        numbers.asked_widths = []
        yield numbers


async def test_a_pane_with_a_scrollbar_makes_many_lines_once() -> None:
    async with Page().run_test(size=SIZE) as pilot:
        numbers = pilot.app.query_one(Numbers)

        async def widths_for(count: int) -> list[int]:
            numbers.count, numbers.asked_widths = count, []
            numbers.rebuild()
            widths = numbers.asked_widths
            await pilot.pause()
            return widths

        beside_scrollbar = 20 - SCROLLBAR_CELLS
        assert await widths_for(5) == [20]
        assert await widths_for(6) == [20, beside_scrollbar]
        assert numbers.show_vertical_scrollbar
        assert await widths_for(11) == [beside_scrollbar]
        assert await widths_for(10) == [beside_scrollbar, 20, beside_scrollbar]
        assert await widths_for(5) == [beside_scrollbar, 20]
        assert not numbers.show_vertical_scrollbar
