"""Every place of the program: Esc goes exactly one step back from it, and its last line shows no more than fits."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.screens.story import SMALL, app, press, shown_keys, text, until
from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.help import help_pages
from tutor.screens.requests import OpenScreen
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation
from tutor.widgets.simulator.simulator import Simulator

EVERYWHERE = ("slash", "ctrl+o", "question_mark", "ctrl+p")
PLACES = ("f5", "f7", "f8")
IN_A_RUN = ("g", "e", "a", "o", "S", "space")
QUESTIONS = Opening("quiz", options=QuizOptions(Scope("doubling"), 2, seed=0, asks_confidence=False))
SURE = Opening("quiz", options=QuizOptions(Scope("doubling"), 2, seed=0, asks_confidence=True))
EXAM = Opening("quiz", options=QuizOptions(Scope("doubling"), 2, seed=0, exam=True, asks_confidence=False))
CHALLENGE = Opening("quiz", options=QuizOptions(Scope("rates"), 2, seed=0, asks_confidence=False))


def run_of(name: str) -> Opening:
    return Opening("simulation", player=Player(find_simulation(name).build()))


COMES_BACK_TO_A_LINE = {"n", "v"}
"""Keys after which Esc puts a question up again, whose first line, or first button, has the focus then."""

STARTS: dict[str, tuple[Opening, str, Sequence[str], Sequence[str]]] = {
    "the map": (Opening("home"), "Doubling", (), (*EVERYWHERE, *PLACES, "enter", "z", "i")),
    "the welcome": (Opening("start"), "Welcome", (), ("question_mark", "T", "s", "slash")),
    "a page": (
        Opening("lesson", lesson="doubling", section=2),
        "What is twice",
        (),
        (*EVERYWHERE, *PLACES, "enter", "g"),
    ),
    "a line in a page": (
        Opening("lesson", lesson="doubling", section=2),
        "What is twice",
        ("enter",),
        ("f1", "ctrl+o", "ctrl+g", "f7"),
    ),
    "a page with a simulation": (Opening("lesson", lesson="rates", section=0), "Step twice", (), ("s", "f3", "g")),
    "the simulation of a lesson": (
        Opening("lesson", lesson="rates", section=0),
        "Step twice",
        ("s", "right"),
        (*EVERYWHERE, *IN_A_RUN, "full_stop"),
    ),
    "a run": (run_of("playground"), "Play", ("right",), (*EVERYWHERE, *IN_A_RUN, "x")),
    "a run's parameters": (run_of("adam"), "More", ("right", "e"), ("f1", "ctrl+o")),
    "a quiz": (QUESTIONS, "of 2", ("escape",), (*EVERYWHERE, "enter")),
    "how sure": (SURE, "What is twice", ("7",), ("enter",)),
    "an exam": (EXAM, "2 of 2", ("ctrl+n", "escape"), ("n", "question_mark")),
    "the end of a quiz": (QUESTIONS, "summary", ("ctrl+n", "ctrl+n"), ("v", "question_mark")),
    "a challenge": (CHALLENGE, "Bring the loss", ("ctrl+n",), ("f3",)),
    "the form of a quiz": (Opening("home"), "choose a quiz", ("z",), ("question_mark", "slash")),
    "the progress": (Opening("home"), "Progress", ("i",), ("question_mark", "slash")),
    "the glossary": (Opening("home"), "Glossary", ("f7",), ("f1", "ctrl+p", "slash")),
    "the formulas": (Opening("home"), "Formula sheet", ("f8",), ("f1", "slash")),
    "the common slips": (Opening("home"), "Common slips", ("open errata",), ("question_mark", "slash")),
    "the placement test": (Opening("placement", seed=0), "lead", ("escape",), (*EVERYWHERE, "enter", "f7")),
}
"""Name → what to open, what is seen there, what leads on to the place, and the keys that open something."""


def standing(program: ChainruleApp) -> tuple[object, ...]:
    """Which screens lie above each other, what has the focus, and what is open or moves."""
    screen = program.screen
    focused = screen.focused
    runs = screen.query(Simulator).results(Simulator)
    open_ = [
        (run._playback.is_playing, run.session.is_predicting, bool(run.session.staged_lines), run.is_editing)
        for run in runs
        if run.has_focus or run.has_focus_within
    ]
    place = (
        getattr(screen, "_is_before_hand_in", None),
        getattr(screen, "_is_looking_back", None),
        screen.has_class("-simulation"),
    )
    return tuple(type(each).__name__ for each in program.screen_stack), type(focused).__name__, tuple(open_), place


def check_keys(program: ChainruleApp) -> None:
    """The last line of a small screen: no key is cut, each of them is in the help, which has them all."""
    keys = shown_keys(program.screen)
    pages = help_pages(program.screen)
    explained = {name for page in pages for row in page.keys for name in row[0].split()}
    explained.add("a")  # the first of the letters of a jump, which the text of its help explains
    assert [key for key in keys if key.split(" ")[0] not in explained] == []
    listed = {said for page in pages for _, said in page.keys}
    active = [each.binding for each in program.screen.active_bindings.values() if each.enabled and each.binding.id]
    assert {binding.tooltip or binding.description for binding in active} == listed


async def settled(pilot: Pilot[Any], before: tuple[object, ...]) -> None:
    """Wait until something has changed, and then stays."""
    program = pilot.app
    assert isinstance(program, ChainruleApp)
    await until(pilot, lambda: standing(program) != before)
    now = standing(program)
    for _ in range(100):
        await pilot.pause()
        if standing(program) == now:
            return
        now = standing(program)


@pytest.mark.parametrize("name", STARTS)
async def test_escape_takes_one_step_back_from_everything_that_a_key_opens(tmp_path: Path, name: str) -> None:
    opening, seen, way, keys = STARTS[name]
    program = app(tmp_path, opening)
    async with program.run_test(size=SMALL) as pilot:
        await pilot.pause(0.3)
        for key in way:
            screen = key.removeprefix("open ")
            if screen == key:
                await press(pilot, [key])
            else:
                program.post_message(OpenScreen(screen))
            await pilot.pause(0.1)
        await until(pilot, seen)
        await pilot.pause(0.2)
        check_keys(program)
        for key in keys:
            before = standing(program)
            await press(pilot, [key])
            try:
                await settled(pilot, before)
            except AssertionError as error:
                raise AssertionError(f"{key} opens nothing\n{error}") from error
            check_keys(program)
            opened = standing(program)
            await press(pilot, ["escape"])
            await until(pilot, lambda opened=opened: standing(program) != opened)  # type: ignore[misc]
            await pilot.pause(0.1)
            now = standing(program)
            assert now == before or (key in COMES_BACK_TO_A_LINE and now[2:] == before[2:]), f"{key}: {text(program)}"


IN_SIMULATORS = {name: STARTS[name] for name in ("the simulation of a lesson", "a run", "a challenge")}


@pytest.mark.parametrize("size", [SMALL, (140, 44)], ids=["80×24", "140×44"])
@pytest.mark.parametrize(("key", "says"), [("space", "esc Stop"), ("full_stop", "esc Stop"), ("a", "esc Leave")])
@pytest.mark.parametrize("name", IN_SIMULATORS)
async def test_the_last_line_says_what_escape_does_now(
    tmp_path: Path, name: str, key: str, says: str, size: tuple[int, int]
) -> None:
    opening, seen, way, keys = STARTS[name]
    program = app(tmp_path, opening)
    async with program.run_test(size=size) as pilot:
        await pilot.pause(0.3)
        for each in way:
            await press(pilot, [each])
            await pilot.pause(0.1)
        await until(pilot, seen)
        if name == "a challenge":
            await press(pilot, keys)
        await until(pilot, lambda: bool(program.screen.query(Simulator)))
        simulator = program.screen.query_one(Simulator)
        await until(pilot, lambda: simulator.has_focus)
        await until(pilot, lambda: "esc Back" in shown_keys(program.screen))
        await press(pilot, [key])
        await until(pilot, lambda: says in shown_keys(program.screen))
        assert not [shown for shown in shown_keys(program.screen) if shown.endswith("Back")]
        await press(pilot, ["escape"])
        await until(pilot, lambda: "esc Back" in shown_keys(program.screen))
        assert simulator.has_focus, "the line shows the simulator's keys"
        await press(pilot, ["escape"])
        await until(pilot, lambda: not (program.screen.query(Simulator) and simulator.has_focus))
