"""Text from lessons, records and pastes on every screen: nothing of it acts on the terminal."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.segment import ControlType, Segment
from textual.color import Color

from tests.doors import EVIL, HIDDEN, hostile_pack
from tests.screens.story import record, text, until
from tutor.content.course import Course
from tutor.questions.answers.submission import Submission
from tutor.quiz.selection import QuizOptions, Scope
from tutor.quiz.session import Session
from tutor.screens.app import ChainruleApp, Opening
from tutor.widgets.line_filters import ControlCharacterFilter

OPENINGS = (
    Opening("home"),
    Opening("lesson", lesson="hostile", section=0),
    Opening("lesson", lesson="hostile", section=1),
    Opening("quiz", options=QuizOptions(Scope("hostile"), count=2)),
    Opening("placement"),
)


def acting(app: ChainruleApp) -> Iterator[str]:
    """Signs in what is drawn now that a terminal would obey."""
    lines = app.screen._compositor.render_strips()
    yield from {sign for line in lines for segment in line for sign in segment.text if sign in HIDDEN or sign in "\n\t"}


@pytest.mark.parametrize("opening", OPENINGS, ids=lambda opening: f"{opening.kind} {opening.section}")
async def test_no_screen_draws_what_a_terminal_would_obey(tmp_path: Path, opening: Opening) -> None:
    app = ChainruleApp(Course(hostile_pack(tmp_path / "lessons")), record(tmp_path / "home"), opening)
    async with app.run_test(size=(100, 50)) as pilot:
        await pilot.pause()
        for key in ("", "tab", "enter", "?", "escape", "ctrl+p", *"host", "escape"):
            if key:
                await pilot.press(key)
            await pilot.pause()
            assert list(acting(app)) == [], text(app)


async def test_what_is_pasted_does_not_act_either(tmp_path: Path) -> None:
    from textual.events import Paste

    opening = Opening("lesson", lesson="hostile", section=1)
    app = ChainruleApp(Course(hostile_pack(tmp_path / "lessons")), record(tmp_path / "home"), opening)
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        await pilot.press("tab")
        app.screen.post_message(Paste(EVIL))
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert list(acting(app)) == [], text(app)


async def test_a_notice_with_hidden_signs_is_drawn_without_them(tmp_path: Path) -> None:
    app = ChainruleApp(Course(hostile_pack(tmp_path / "lessons")), record(tmp_path / "home"), Opening("home"))
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        app.notify(f"set aside as {EVIL}", markup=False)
        await until(pilot, "set aside")
        assert list(acting(app)) == [], text(app)


def test_an_answer_with_hidden_signs_is_recorded_and_shown(tmp_path: Path) -> None:
    course = Course(hostile_pack(tmp_path / "lessons"))
    session = Session(course, record(tmp_path / "home"))
    instance = session.make_instance("evil-number")
    session.bind_submit(instance)(Submission(EVIL, 0, 1.0, ""))


@pytest.mark.parametrize("sign", HIDDEN, ids=ascii)
def test_the_guard_takes_every_hidden_sign_and_moves_nothing(sign: str) -> None:
    before = Segment(f"a{sign}b→")
    (after,) = ControlCharacterFilter().apply([before], Color.parse("black"))
    assert sign not in after.text
    assert after.cell_length == before.cell_length


def test_the_guard_leaves_everything_else() -> None:
    control = Segment("\x1b[2J", None, [(ControlType.CLEAR,)])
    kept = [Segment("plain"), Segment("é → ⣿ m̂"), control]
    assert ControlCharacterFilter().apply(kept, Color.parse("black")) == kept
