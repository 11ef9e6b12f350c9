"""However an exam is left, it counts the same: all of it after an answer, nothing before the first."""

import io
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.quiz.helping import session, typed
from tests.screens.story import SMALL, app, press, until
from tutor.plain.lines import Lines
from tutor.plain.quiz import run_quiz
from tutor.questions.answers.submission import Submission
from tutor.quiz.quiz import Quiz
from tutor.quiz.selection import QuizOptions, Scope
from tutor.quiz.summary import summarise
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.quiz.quiz import QuizScreen
from tutor.widgets.answers.question_card import QuestionCard, is_in_open_card

NAMES: list[tuple[str, int | None]] = [("double-it", 3), ("which-is-more", 1), ("double-it", 5)]


class Typing(io.StringIO):
    """What a learner types, and what happens then."""

    def __init__(self, text: str, then: Callable[[], str]) -> None:
        super().__init__(text)
        self._then = then

    def readline(self, size: int | None = -1) -> str:  # type: ignore[override]
        return super().readline(-1) or self._then()


def interrupt() -> str:
    raise KeyboardInterrupt


def told(number: signal.Signals) -> str:
    signal.raise_signal(number)
    return ""


ENDS: dict[str, Callable[[], str]] = {
    "quit": lambda: "quit\n",
    "the end of the input": lambda: "",
    "ctrl+c": interrupt,
    "terminated": lambda: told(signal.SIGTERM),
    "the terminal is closed": lambda: told(signal.SIGHUP),
}


class Hand:
    """A timer whose time is set by hand."""

    time = 0.0

    def __call__(self) -> float:
        return self.time


@pytest.mark.parametrize("late", [True, False])
@pytest.mark.parametrize("answers", [0, 1, 2])
def test_an_exam_line_by_line_ends_at_its_time_and_takes_no_later_answer(
    tmp_path: Path, answers: int, late: bool
) -> None:
    learner, said, timer = session(tmp_path), io.StringIO(), Hand()
    quiz = Quiz(learner, NAMES, exam=True, minutes=1, timer=timer)
    solutions = [typed(learner.make_instance(id, seed)) for id, seed in NAMES]

    def run_out() -> str:
        timer.time = 61
        return f"{solutions[answers]}\n" if late else "flag\n"

    run_quiz(quiz, Lines(Typing("".join(f"{each}\n" for each in solutions[:answers]), run_out), said))
    found = summarise(learner.course, quiz.items, exam=True)
    assert (found.right_at_first_try, found.total, found.left_out) == (answers, len(NAMES), len(NAMES) - answers)
    assert ("not graded: this answer came after the end of the exam" in said.getvalue()) == late
    assert "The time is up: the exam is handed in as it stands." in said.getvalue()
    assert said.getvalue().count("Question ") == answers + 1 + len(NAMES), "each that was asked, then all verdicts"
    learner.store.close()


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("answers", [0, 1, 2])
def test_an_exam_that_is_left_line_by_line_counts_all_or_nothing(tmp_path: Path, end: str, answers: int) -> None:
    learner, said = session(tmp_path), io.StringIO()
    quiz = Quiz(learner, NAMES, exam=True)
    solutions = [typed(learner.make_instance(id, seed)) for id, seed in NAMES[:answers]]
    before = signal.getsignal(signal.SIGTERM)
    try:
        run_quiz(quiz, Lines(Typing("".join(f"{each}\n" for each in solutions), ENDS[end]), said))
    except (KeyboardInterrupt, SystemExit):
        assert end not in {"quit", "the end of the input"}
    assert signal.getsignal(signal.SIGTERM) == before
    assert learner.store.count() == (len(NAMES) if answers else 0)
    left_out = [each.verdict for each in learner.store.attempts()].count("left out")
    assert left_out == (len(NAMES) - answers if answers else 0)
    found = summarise(learner.course, quiz.items, exam=True)
    if answers:
        assert (found.right_at_first_try, found.total, found.left_out) == (answers, len(NAMES), len(NAMES) - answers)
    else:
        assert " of 1 right" not in said.getvalue()
    if end in {"quit", "the end of the input"}:
        assert (
            f"{answers} of 3 right, {3 - answers} left out" if answers else "No answer was graded"
        ) in said.getvalue()
    learner.store.close()


async def press_escape(pilot: Pilot[Any], program: ChainruleApp) -> None:
    """Out of the card, where the cursor stands in it, and then out of the exam."""
    await until(pilot, lambda: is_in_open_card(program.focused))
    await press(pilot, ["escape"])
    await until(pilot, lambda: not is_in_open_card(program.focused))
    screen = program.screen
    assert isinstance(screen, QuizScreen)
    if screen.quiz.loses_by_leaving:
        await press(pilot, ["escape"])
        said = "Question 2 has no answer yet; Esc again hands the exam in as it stands."
        await until(pilot, lambda: [each.message for each in program._notifications] == [said])
        assert program.screen is screen
    await press(pilot, ["escape"])
    await until(pilot, lambda: not isinstance(program.screen, QuizScreen))


async def quit_the_program(pilot: Pilot[Any], program: ChainruleApp) -> None:
    """What Ctrl+Q and every signal that ends the program do."""
    program.exit(return_code=143)


@pytest.mark.parametrize("answers", [0, 1])
@pytest.mark.parametrize("leave", [press_escape, quit_the_program])
async def test_an_exam_that_is_left_on_screen_counts_all_or_nothing(
    tmp_path: Path, leave: Callable[[Pilot[Any], ChainruleApp], Awaitable[None]], answers: int
) -> None:
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("doubling"), seed=3, exam=True)))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        screen = program.screen
        assert isinstance(screen, QuizScreen)
        if answers:
            screen.quiz.submit(Submission(typed(screen.quiz.current_instance())))
        await leave(pilot, program)
    assert program.store.count() == (2 if answers else 0)
