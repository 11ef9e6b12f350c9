"""Nothing crashes by timing, and nothing works where nobody looks."""

import asyncio
import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.geometry import Size
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input

import tutor.screens
from tests.screens.story import SMALL, WIDE, record, text, until
from tutor.content.course import Course, open_course
from tutor.questions.kinds.table import KIND_TABLE
from tutor.quiz.selection import QuizOptions
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.base import CourseScreen
from tutor.screens.command_palette import CommandPaletteScreen
from tutor.screens.course.home import HomeScreen
from tutor.screens.course.lesson import LessonScreen
from tutor.screens.course.simulator import SimulatorScreen
from tutor.screens.course.tour import TourScreen
from tutor.screens.help import HelpScreen
from tutor.screens.quiz.cards import make_question_card
from tutor.screens.quiz.placement import PlacementScreen
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation
from tutor.widgets.answers.single_choice import SingleChoiceList
from tutor.widgets.simulator.dialogs import PresetScreen


@pytest.fixture(scope="module")
def course() -> Course:
    return open_course()


def program(course: Course, folder: Path, opening: Opening, begun: bool = True) -> ChainruleApp:
    store = record(folder / "home")
    if begun:
        store.save_reading_position("node", 1)
    return ChainruleApp(course, store, opening)


def hammer(app: ChainruleApp, keys: Sequence[str]) -> None:
    """Press keys all at once: none waits for what the one before does."""
    for key in keys:
        event = events.Key(key, key if len(key) == 1 else None)
        event.set_sender(app)
        app.post_message(event)


def simulation(name: str = "adam") -> Opening:
    return Opening("simulation", player=Player(find_simulation(name).build()))


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "140x44"])
async def test_pages_are_turned_faster_than_they_are_made(
    course: Course, tmp_path: Path, size: tuple[int, int]
) -> None:
    app = program(course, tmp_path, Opening("lesson", lesson="backprop", section=0))
    last = len(course.lesson("backprop").sections)
    async with app.run_test(size=size) as pilot:
        await until(pilot, f"1 of {last}")
        hammer(app, ["n"] * 3 + ["p"] + ["n"] * (last + 3))
        await until(pilot, f"{last} of {last}")
        await until(pilot, course.lesson("backprop").sections[-1].title)
        hammer(app, ["p"] * (last + 3))
        await until(pilot, f"1 of {last}")
        await until(pilot, course.lesson("backprop").sections[0].title)


@pytest.mark.parametrize("by", [1, -1])
async def test_a_page_that_is_on_its_way_is_shown_when_the_place_has_moved_on(
    course: Course, tmp_path: Path, by: int
) -> None:
    app = program(course, tmp_path, Opening("lesson", lesson="node", section=2))
    async with app.run_test(size=SMALL) as pilot:
        screen = app.screen
        assert isinstance(screen, LessonScreen)
        for _ in range(3):
            screen.action_turn(by)
            await asyncio.sleep(0)

        def stands() -> bool:
            shown = [page for page in screen._made_pages.values() if page.display]
            return shown == [screen._made_pages.get(screen.page)] == [screen._shown_page]

        await until(pilot, stands)


async def test_a_second_enter_in_a_list_closes_nothing_beneath(course: Course, tmp_path: Path) -> None:
    app = program(course, tmp_path, simulation())
    async with app.run_test(size=SMALL) as pilot:
        hammer(app, ["o"])
        await until(pilot, lambda: isinstance(app.screen, PresetScreen))
        hammer(app, ["enter", "enter", "enter"])
        await until(pilot, lambda: isinstance(app.screen, SimulatorScreen))
        await pilot.pause(0.1)
        assert isinstance(app.screen, SimulatorScreen)


async def test_a_second_enter_in_the_palette_runs_nothing_beneath(course: Course, tmp_path: Path) -> None:
    app = program(course, tmp_path, Opening("home"))
    async with app.run_test(size=SMALL) as pilot:
        await app.push_screen(TourScreen())
        hammer(app, ["ctrl+p", "ctrl+p"])
        await until(pilot, lambda: isinstance(app.screen, CommandPaletteScreen))
        hammer(app, ["pagedown", "escape", "escape"])
        await until(pilot, lambda: not isinstance(app.screen, CommandPaletteScreen))
        palette = CommandPaletteScreen()
        await app.push_screen(palette)
        palette.dismiss()
        palette.dismiss()
        await until(pilot, lambda: not isinstance(app.screen, CommandPaletteScreen))
        assert app.screen_stack


async def test_a_question_left_out_before_any_is_asked_leaves_out_none(course: Course, tmp_path: Path) -> None:
    app = program(course, tmp_path, Opening("home"))
    async with app.run_test(size=SMALL) as pilot:
        screen = PlacementScreen(app.session, 1)
        app.push_screen(screen)
        for _ in range(4):  # at once: keys could come after the first question, and would rightly leave it out
            await screen.action_next()
        await until(pilot, "question 1 ")
        assert not screen.is_over


def test_no_watcher_of_a_screen_is_a_coroutine_that_the_end_of_the_program_would_leave_behind() -> None:
    def kinds(base: type[MessagePump]) -> set[type[MessagePump]]:
        return {base}.union(*map(kinds, base.__subclasses__()))

    for module in pkgutil.walk_packages(tutor.screens.__path__, "tutor.screens."):
        if "terminal" not in module.name:  # what drives a terminal is one system's
            importlib.import_module(module.name)
    ours = [kind for kind in kinds(MessagePump) if kind.__module__.startswith("tutor.")]
    assert {HomeScreen, LessonScreen, PresetScreen} <= set(ours)
    for kind in ours:
        watchers = [name for name in dir(kind) if name.removeprefix("_").startswith("watch_")]
        assert not [name for name in watchers if inspect.iscoroutinefunction(getattr(kind, name))], kind


@pytest.mark.parametrize("opening", [Opening("home"), simulation()], ids=["map", "simulation"])
async def test_two_sizes_that_come_quickly_come_to_rest_at_the_last(
    course: Course, tmp_path: Path, opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = program(course, tmp_path, opening)
    laid: list[Size] = []
    lay = Screen._refresh_layout

    def counted(self: Screen[Any], size: Size | None = None, scroll: bool = False) -> None:
        laid.append(self.app.size if size is None else size)
        assert len(laid) < 500, "for ever from one size to the other"
        lay(self, size, scroll)

    monkeypatch.setattr(Screen, "_refresh_layout", counted)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause(0.3)
        with app.batch_update():  # nothing is drawn, as on a slow line: each layout leaves a word in the queue
            for size in (Size(100, 30), Size(60, 20)):
                app._size = size
                app.screen.post_message(events.Resize(size, size))
                app.screen.call_later(lambda: None)
            await pilot.pause(0.5)
            laid.clear()
            await pilot.pause(0.3)
            assert not laid
        assert app.screen.size == Size(60, 20)


@pytest.mark.parametrize("kind", KIND_TABLE)
async def test_whoever_wants_to_answer_before_the_card_has_its_parts_can_answer_when_it_has(
    course: Course, tmp_path: Path, kind: str
) -> None:
    app = program(course, tmp_path, Opening("home"))
    question = next(question.id for question in course.questions() if question.kind == kind)
    async with app.run_test(size=SMALL) as pilot:
        screen = CourseScreen(app.session)
        await app.push_screen(screen)
        card = make_question_card(app.session, question)
        screen.mount(card)
        card.focus_answer()
        await until(pilot, lambda: isinstance(app.focused, (Input, SingleChoiceList)))


# -- idle


@pytest.fixture
def ticks(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What every timer of the program does, by the name of its callback."""
    found: list[str] = []
    tick = Timer._tick

    async def counted(self: Timer, *, next_timer: float, count: int) -> None:
        found.append(getattr(self._callback, "__qualname__", str(self._callback)))
        await tick(self, next_timer=next_timer, count=count)

    monkeypatch.setattr(Timer, "_tick", counted)
    yield found


async def quiet(pilot: Pilot[Any], ticks: list[str]) -> None:
    """Wait until nothing happens any more for longer than the longest interval; fail with what does."""
    for _ in range(25):
        ticks.clear()
        await pilot.pause(0.6)
        if not [name for name in ticks if "cursor" not in name or len(pilot.app.screen_stack) > 1]:
            return
    raise AssertionError(f"still at work: {sorted(set(ticks))}; the screen was:\n{text(pilot.app)}")  # type: ignore[arg-type]


async def reach(pilot: Pilot[Any], steps: Sequence[tuple[str, type]]) -> None:
    """Press a key, and wait for the screen it opens."""
    for key, screen in steps:
        await until(pilot, lambda: pilot.app.screen.is_mounted and pilot.app.focused is not None)
        hammer(pilot.app, [key])  # type: ignore[arg-type]
        await until(pilot, lambda screen=screen: isinstance(pilot.app.screen, screen))  # type: ignore[misc]


WAYS: dict[str, tuple[Opening, bool, Sequence[tuple[str, type]]]] = {
    "the map": (Opening("home"), True, ()),
    "welcome, first lesson": (Opening("start"), False, (("enter", LessonScreen),)),
    "welcome, map": (Opening("start"), False, (("m", HomeScreen),)),
    "welcome, tour": (Opening("start"), False, (("T", TourScreen),)),
    "welcome, help": (Opening("start"), False, (("question_mark", HelpScreen),)),
    "map, lesson, back": (Opening("home"), True, (("enter", LessonScreen), ("escape", HomeScreen))),
    "a lesson, help": (Opening("lesson", lesson="adam"), True, (("question_mark", HelpScreen),)),
    "a simulation that plays, help": (simulation(), True, ((" ", SimulatorScreen), ("f1", HelpScreen))),
    "a quiz against time, help": (
        Opening("quiz", options=QuizOptions(minutes=3, exam=True)),
        True,
        (("f1", HelpScreen),),
    ),
}


@pytest.mark.parametrize("way", WAYS)
async def test_nothing_works_where_nobody_looks(course: Course, tmp_path: Path, ticks: list[str], way: str) -> None:
    opening, begun, steps = WAYS[way]
    app = program(course, tmp_path, opening, begun)
    async with app.run_test(size=SMALL) as pilot:
        await reach(pilot, [("space" if key == " " else key, screen) for key, screen in steps])
        await quiet(pilot, ticks)


async def test_a_simulation_that_plays_stands_still_behind_the_text_and_goes_on_when_it_is_seen(
    course: Course, tmp_path: Path, ticks: list[str]
) -> None:
    app = program(course, tmp_path, Opening("lesson", lesson="adam", section=0))
    async with app.run_test(size=SMALL) as pilot:
        screen = app.screen
        assert isinstance(screen, LessonScreen)
        hammer(app, ["s"])
        await until(pilot, lambda: screen._side_panel.simulator is not None and screen._side_panel.simulator.has_focus)
        hammer(app, ["space"])
        assert screen._side_panel.simulator is not None
        player = screen._side_panel.simulator.player
        await until(pilot, lambda: player.position > 0)
        hammer(app, ["s"])
        await quiet(pilot, ticks)
        before = player.position
        hammer(app, ["s"])
        await until(pilot, lambda: player.position > before)
