"""The timeline under the mouse: the step that is asked for is the one the learner points at."""

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tests.widgets.bench import bench
from tutor.sims.table import find_simulation
from tutor.widgets.simulator.pictures import Pictures
from tutor.widgets.simulator.timeline import Timeline, TimelineState


class Bench(App[None]):
    """A timeline alone, and what it asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[int] = []
        self.buttons: list[str] = []

    def compose(self) -> ComposeResult:
        yield Timeline()

    @on(Timeline.Scrubbed)
    def note_step(self, message: Timeline.Scrubbed) -> None:
        self.steps.append(message.step)

    @on(Timeline.Pressed)
    def note_button(self, message: Timeline.Pressed) -> None:
        self.buttons.append(message.button)


def row(app: App[None]) -> str:
    """What the timeline shows, cell by cell."""
    return app.query_one(Timeline).render_line(0).text


def knob(app: App[None]) -> int:
    return row(app).index("●")


async def shown(pilot: Pilot[None], state: TimelineState) -> tuple[int, int]:
    """The first and the last cell of the rail once `state` is shown."""
    pilot.app.query_one(Timeline).show(state)
    await pilot.pause()
    line = row(pilot.app)
    rail = [index for index, cell in enumerate(line) if cell in "━─●◇■✗"]
    assert rail == list(range(rail[0], rail[-1] + 1))
    return rail[0], rail[-1]


async def point(pilot: Pilot[None], cell: int) -> None:
    await pilot.click(Timeline, offset=(cell, 0))
    await pilot.pause()


@pytest.mark.parametrize("length", [1, 7, 20, 100, 5000])
async def test_a_click_goes_to_the_step_whose_knob_would_stand_there(length: int) -> None:
    async with Bench().run_test(size=(80, 3)) as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        first, last = await shown(pilot, TimelineState(position=0, length=length))
        for cell in (first, first + 1, (first + last) // 2, last - 1, last):
            app.steps.clear()
            await point(pilot, cell)
            (step,) = app.steps
            exact = (cell - first) / (last - first) * length
            assert abs(step - exact) <= 0.5
            left, right = await shown(pilot, TimelineState(position=step, target=step, length=length))
            assert abs(knob(app) - left - step / length * (right - left)) <= 0.5
            await shown(pilot, TimelineState(position=0, length=length))


async def test_the_rail_is_thick_up_to_the_knob_and_no_further() -> None:
    async with Bench().run_test(size=(80, 3)) as pilot:
        for position, furthest, length in (
            (0, 0, 1),
            (0, 1, 20),
            (6, 6, 20),
            (6, 15, 20),
            (20, 20, 20),
            (3, 5000, 5000),
        ):
            state = TimelineState(position, furthest, position, length=length)
            first, last = await shown(pilot, state)
            place, rail = knob(pilot.app) - first, row(pilot.app)[first : last + 1]
            assert rail == "━" * place + "●" + "─" * (last - first - place)
            assert abs(place - position / length * (last - first)) <= 0.5


async def test_the_ends_of_the_rail_are_the_ends_of_the_run() -> None:
    async with Bench().run_test(size=(80, 3)) as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        first, last = await shown(pilot, TimelineState(position=3, target=3, furthest_step=9, length=12))
        await point(pilot, first)
        await point(pilot, last)
        assert app.steps == [0, 12]


async def test_a_drag_follows_the_mouse_stops_at_the_ends_and_is_over_when_the_button_is_let_go() -> None:
    async with Bench().run_test(size=(80, 3)) as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        first, last = await shown(pilot, TimelineState(position=50, target=50, length=100))
        middle = (first + last) // 2
        await pilot.mouse_down(Timeline, offset=(middle, 0))
        for cell in (middle + 5, 79, middle - 5, 0):
            await pilot.hover(Timeline, offset=(cell, 0))
        await pilot.pause()
        steps = app.steps[:]
        assert len(steps) == 5
        assert steps[0] == pytest.approx(50, abs=1)
        assert steps[1] > steps[0] > steps[3]
        assert (steps[2], steps[4]) == (100, 0)
        await pilot.mouse_up(Timeline, offset=(first, 0))
        await pilot.pause()
        steps = app.steps[:]
        await pilot.hover(Timeline, offset=(last, 0))
        await pilot.pause()
        assert app.steps == steps


async def test_moving_the_mouse_without_a_button_goes_nowhere_and_a_button_is_no_place_on_the_rail() -> None:
    async with Bench().run_test(size=(80, 3)) as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        first, last = await shown(pilot, TimelineState(position=5, target=5, length=10))
        await pilot.hover(Timeline, offset=(first, 0))
        await pilot.hover(Timeline, offset=(last, 0))
        for cell in (0, 2, 4, 6):
            await point(pilot, cell)
        assert app.steps == []
        assert app.buttons == ["reset", "step_back", "play", "step"]


async def test_the_tooltip_of_each_button_says_in_words_what_a_click_does_now() -> None:
    async with Bench().run_test(size=(80, 3), tooltips=True) as pilot:
        timeline = pilot.app.query_one(Timeline)

        async def tooltips() -> list[str]:
            said = []
            for cell in Timeline.click_cells:
                await pilot.hover(Timeline, offset=(cell, 0))
                said.append(str(timeline.tooltip))
            return said

        await shown(pilot, TimelineState(position=3))
        assert await tooltips() == ["Back to step 0", "One step back", "Play the run", "One step forward"]
        await shown(pilot, TimelineState(position=3, is_playing=True))
        assert await tooltips() == ["Back to step 0", "One step back", "Pause the run", "One step forward"]


@pytest.mark.parametrize("name", ["adam", "softmax", "manifold"])
async def test_where_rows_can_be_spared_the_slider_is_not_right_below_the_numbers_of_an_axis(name: str) -> None:
    for size, blank_rows in (((140, 40), 1), ((80, 23), 0)):
        async with bench(find_simulation(name).build(), size) as (simulator, _):
            timeline, pictures = simulator.query_one(Timeline), simulator.query_one(Pictures)
            assert timeline.region.y - pictures.region.bottom == blank_rows, size
