"""A first answer that is not right can be given again: nothing gives the right one away before, in any kind."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.pilot import Pilot

from tests.questions.examples import CHOICE
from tests.screens.story import NOW, SMALL, app, course, until
from tests.widgets.kinds import EXAMPLES
from tests.widgets.test_card import shown
from tutor.content.course import open_course
from tutor.plain.lines import Lines
from tutor.plain.question import ask_until_graded
from tutor.progress.record.store import Store
from tutor.questions.answers.leading import leading_feedback
from tutor.questions.answers.submission import Submission
from tutor.questions.base import Grade, Instance, Unreadable
from tutor.questions.kinds.numeric_instance import NumericInstance
from tutor.questions.kinds.table import KINDS, read_question
from tutor.quiz.selection import QuizOptions, Scope
from tutor.quiz.session import Session
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.requests import OpenQuiz, OpenScreen
from tutor.settings.table import Settings
from tutor.text.giveaways import NOT_IT, contains_words, numbers_in
from tutor.widgets.answers.answer_input import AnswerInput
from tutor.widgets.answers.card_style import SAME_ANSWER_MESSAGE
from tutor.widgets.answers.question_card import QuestionCard
from tutor.widgets.answers.verdict import MARKS, NOT_YET, TryAgain, Verdict
from tutor.widgets.lesson.page import LessonPage

SEEDS = range(3)


def wrong_answers(instance: Instance) -> list[str]:
    """What can be typed and is not right, of everything that the question makes promises about."""
    return [each.text for each in instance.samples() if each.expect in ("wrong", "partly")]


def answers_in(instance: Instance, said: str) -> list[str]:
    """What of the right answer stands in `said`: a number as one types it, an option's words, letters, a setting."""
    if isinstance(instance, NumericInstance):
        return [
            str(float(number)) for number in numbers_in(said) if instance.tolerance.covers(number, instance.expected)
        ]
    right = instance.solution.partition(") ")[2] if instance.kind == "choice" else instance.solution
    found = [right] if contains_words(said, right) else []
    return found + [text for text in (instance.why,) if text.strip() and text.strip() in said]


def test_every_kind_has_its_example_here() -> None:
    assert set(EXAMPLES) == set(KINDS)


def test_no_question_of_the_course_gives_its_answer_away_after_a_wrong_one() -> None:
    given_away, said_nothing, count = [], 0, 0
    for question in open_course().questions():
        for seed in SEEDS:
            instance = question.draw_instance(seed)
            for raw in wrong_answers(instance):
                said = leading_feedback(instance, raw)
                count += 1
                said_nothing += said == NOT_IT
                given_away += [(instance.id, seed, raw, said)] if answers_in(instance, said) else []
    assert given_away == []
    assert count > 2000
    assert said_nothing < count / 50, "hardly any answer is left without a word that leads"


# -- on a card


class Asked(App[None]):
    """One question on a card that offers a second try."""

    def __init__(self, instance: Instance) -> None:
        super().__init__()
        self.instance = instance
        self.handed_in: list[Submission] = []

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield QuestionCard(self.instance, self.submit, tries_again=True)

    def submit(self, handed: Submission) -> Grade | Unreadable:
        outcome = self.instance.grade_text(handed.raw)
        if isinstance(outcome, Grade):
            self.handed_in.append(handed)
        return outcome

    @property
    def card(self) -> QuestionCard:
        return self.query_one(QuestionCard)


def example(kind: str, seed: int = 0) -> Instance:
    return read_question(kind, EXAMPLES[kind]).draw_instance(seed)


async def answer_wrong(pilot: Pilot[None], program: Asked) -> str:
    """Hand a wrong answer in; the first that there is."""
    raw = wrong_answers(program.instance)[0]
    program.card.fill_in(raw)
    await pilot.pause()
    await pilot.press("enter")
    await pilot.pause()
    assert program.query(TryAgain)
    return raw


def test_what_is_right_in_parts_is_not_called_plainly_wrong() -> None:
    choices = example("choices")
    grade = choices.grade(choices.read(f"{choices.solution[0]} {min({'a', 'b', 'c', 'd'} - {*choices.solution})}"))
    assert grade.verdict == "wrong"
    assert [TryAgain(grade, "", has_right_parts=near).lead for near in (True, False)] == [NOT_YET, MARKS["wrong"]]


@pytest.mark.parametrize("kind", EXAMPLES)
async def test_after_a_first_wrong_answer_the_screen_shows_nothing_that_gives_it_away(kind: str) -> None:
    program = Asked(example(kind))
    async with program.run_test(size=(100, 60)) as pilot:
        await pilot.pause()
        before = shown(program).splitlines()
        await answer_wrong(pilot, program)
        after = "\n".join(line for line in shown(program).splitlines() if line not in before)
        assert program.card.grade is None
        assert not program.query(Verdict)
        assert "Try again: half" in after
        plain = after.replace("›", " ").replace("│", " ")
        assert program.instance.why not in plain
        if kind in ("number", "predict", "text", "challenge"):
            assert answers_in(program.instance, plain) == []
        for mark in ("belongs here", "it belongs to the answer", "→ place", "✓ your answer"):
            assert mark not in after


@pytest.mark.parametrize("kind", EXAMPLES)
async def test_a_wrong_answer_is_called_wrong_once_and_the_right_one_shown_once(kind: str) -> None:
    program = Asked(example(kind))
    async with program.run_test(size=(100, 60)) as pilot:
        await answer_wrong(pilot, program)
        await pilot.press("f9")
        await pilot.pause()
        await pilot.pause()
        assert program.query(Verdict)
        seen = shown(program)
        assert seen.casefold().count("✗ wrong") + seen.count("◐ Partly") == 1
        assert seen.count("The answer:") == (program.instance.answer_format == "line")


@pytest.mark.parametrize("kind", EXAMPLES)
async def test_the_second_try_is_graded_and_then_the_answer_is_shown(kind: str) -> None:
    program = Asked(example(kind))
    async with program.run_test(size=(100, 60)) as pilot:
        await answer_wrong(pilot, program)
        program.card.fill_in(program.instance.solution.partition(") ")[0])
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert [handed.is_retry for handed in program.handed_in] == [False, True]
        assert program.card.grade is not None
        assert program.card.grade.verdict == "right"
        assert not program.query(TryAgain)
        assert "At the second try it earns" in shown(program)


@pytest.mark.parametrize("kind", EXAMPLES)
async def test_the_same_answer_again_is_no_second_try(kind: str) -> None:
    program = Asked(example(kind))
    async with program.run_test(size=(100, 60)) as pilot:
        raw = await answer_wrong(pilot, program)
        program.card.answer(raw)
        await pilot.press("enter", "enter")
        await pilot.pause()
        assert len(program.handed_in) == 1
        assert program.card.grade is None
        program.card.answer(raw)
        await pilot.pause()
        assert SAME_ANSWER_MESSAGE in " ".join(shown(program).replace("│", " ").split())


@pytest.mark.parametrize("kind", EXAMPLES)
async def test_the_answer_can_be_seen_instead_of_a_second_try(kind: str) -> None:
    program = Asked(example(kind))
    async with program.run_test(size=(100, 60)) as pilot:
        await answer_wrong(pilot, program)
        await pilot.press("f9")
        await pilot.pause()
        assert program.query(Verdict)
        assert program.card.grade is not None
        assert program.card.grade.verdict != "right"
        assert len(program.handed_in) == 1


async def test_what_is_right_already_is_marked_where_it_stands() -> None:
    program = Asked(example("match"))
    async with program.run_test(size=(100, 60)) as pilot:
        await pilot.pause()
        right = program.instance.solution.split()
        swapped = [right[0], f"2{right[2][1]}", f"3{right[1][1]}"]
        program.card.fill_in(" ".join(swapped))
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        lines = shown(program)
        assert lines.count("✓ right") == 1
        assert "1 of the 3 pairs is right: 1." in lines


async def test_after_a_wrong_answer_backspace_takes_one_sign_and_typing_replaces_all() -> None:
    program = Asked(example("number"))
    async with program.run_test(size=(100, 60)) as pilot:
        await answer_wrong(pilot, program)
        field = program.query_one(AnswerInput)
        before = field.value
        await pilot.press("backspace")
        assert field.value == before[:-1]
        field.select_all()
        await pilot.press("7")
        assert field.value == "7"


async def test_of_two_options_there_is_no_second_try() -> None:
    two = {**CHOICE, "options": CHOICE["options"][:2]}
    program = Asked(read_question("choice", two).draw_instance(0))
    async with program.run_test(size=(100, 60)) as pilot:
        program.card.answer(wrong_answers(program.instance)[0])
        await pilot.pause()
        assert program.query(Verdict)


# -- in plain lines


def talk(instance: Instance, *typed: str, tries_again: bool = True) -> tuple[str, list[Submission]]:
    """What is said to what is typed, and what was handed in."""
    said, handed_in = io.StringIO(), []

    def submit(handed: Submission) -> Grade | Unreadable:
        outcome = instance.grade_text(handed.raw)
        if isinstance(outcome, Grade):
            handed_in.append(handed)
        return outcome

    lines = Lines(io.StringIO("".join(f"{line}\n" for line in typed)), said)
    ask_until_graded(instance, lines, submit, tries_again=tries_again)
    return said.getvalue(), handed_in


@pytest.mark.parametrize("kind", EXAMPLES)
@pytest.mark.parametrize("seed", SEEDS)
def test_in_plain_lines_a_wrong_answer_is_led_on_from(kind: str, seed: int) -> None:
    instance = example(kind, seed)
    for raw in wrong_answers(instance):
        asked, _ = talk(instance)
        said, handed_in = talk(instance, raw)
        answer = said.removeprefix(asked)
        assert any(line.startswith(("wrong: ", "partly: ")) for line in answer.splitlines())
        assert "Try again: half" in answer
        assert answers_in(instance, answer.replace("\n", " ")) == []
        assert len(handed_in) == 1


@pytest.mark.parametrize("kind", EXAMPLES)
def test_in_plain_lines_the_second_answer_counts(kind: str) -> None:
    instance = example(kind)
    raw, solution = wrong_answers(instance)[0], instance.solution
    said, handed_in = talk(instance, raw, raw, "hint", solution)
    assert [handed.is_retry for handed in handed_in] == [False, True]
    assert "not graded: that is the answer you gave before" in said
    assert "\nright: " in said
    assert "At the second try and with 1 hint it earns" in said
    said, handed_in = talk(instance, raw, "skip")
    assert len(handed_in) == 1
    assert "The answer is " in said
    said, handed_in = talk(instance, raw, tries_again=False)
    assert "Try again" not in said


# -- where it is offered


async def give_wrong(pilot: Pilot[None], program: ChainruleApp) -> None:
    """Answer the first card of the screen wrong."""
    await until(pilot, lambda: bool(program.screen.query("AnswerForm Input, AnswerForm SingleChoiceList")))
    card = program.screen.query(QuestionCard).first(QuestionCard)
    card.answer(wrong_answers(card.instance)[0])
    await pilot.pause()


@pytest.mark.parametrize(("try_again", "seen"), [(True, "Try again: half"), (False, "✗ Wrong.")])
async def test_in_lessons_and_practice_it_is_as_the_settings_say(tmp_path: Path, try_again: bool, seen: str) -> None:
    usual = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    program = ChainruleApp(usual.course, usual.store, usual.opening, Settings(try_again=try_again))
    async with program.run_test(size=SMALL) as pilot:
        await give_wrong(pilot, program)
        await until(pilot, seen)
        assert bool(program.screen.query(TryAgain)) is try_again
        program.post_message(OpenQuiz(QuizOptions(Scope(lesson="doubling"))))
        await until(pilot, "1 of 2")
        await give_wrong(pilot, program)
        await until(pilot, seen)
        assert bool(program.screen.query(TryAgain)) is try_again


async def test_a_second_try_of_today_is_open_after_a_restart_and_the_page_stands_at_its_top(
    tmp_path: Path,
) -> None:
    opening = Opening("lesson", lesson="doubling", section=2)
    async with (program := app(tmp_path, opening)).run_test(size=SMALL) as pilot:
        await give_wrong(pilot, program)
        await until(pilot, lambda: bool(program.screen.query(TryAgain)))
        asked = program.screen.query(QuestionCard).first(QuestionCard).instance
    async with (program := app(tmp_path, opening)).run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(TryAgain)))
        card = program.screen.query(QuestionCard).first(QuestionCard)
        assert (card.instance.names, card.is_at_second_try, card.has_focus_within) == (asked.names, True, False)
        assert program.screen.query_one(LessonPage).scroll_offset.y == 0
        card.answer(card.instance.solution)
        await until(pilot, lambda: card.grade is not None)
        assert [attempt.mode for attempt in program.session.store.attempts()] == ["lesson", "retry"]
    async with (program := app(tmp_path, opening)).run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        assert not program.screen.query(QuestionCard).first(QuestionCard).is_at_second_try


def test_a_second_try_is_open_on_the_day_of_the_first_and_where_it_is_wanted(tmp_path: Path) -> None:
    now = [NOW]
    session = Session(course(tmp_path / "lessons"), Store.open(tmp_path, clock=lambda: now[0]), lambda: now[0])
    instance = session.make_instance("double-it")
    wrong = Submission(wrong_answers(instance)[0])
    assert session.find_attempt_to_retry("double-it") is None
    session.submit(instance, wrong)
    assert session.find_attempt_to_retry("double-it") is not None
    assert session.find_attempt_to_retry("which-is-more") is None
    now[0] = NOW + timedelta(days=1)
    assert session.find_attempt_to_retry("double-it") is None
    session.submit(instance, wrong)
    session.try_again = False
    assert session.find_attempt_to_retry("double-it") is None
    session.try_again = True
    session.submit(instance, wrong, mode="practice")
    assert session.find_attempt_to_retry("double-it") is None


async def test_an_exam_and_the_placement_test_ask_once(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "0 of 2 lessons")
        program.post_message(OpenQuiz(QuizOptions(Scope(lesson="doubling"), exam=True)))
        await until(pilot, "1 of 2")
        await give_wrong(pilot, program)
        assert not program.screen.query(TryAgain)
        program.post_message(OpenScreen("placement"))
        await until(pilot, "question 1 of")
        await give_wrong(pilot, program)
        await until(pilot, "✗ Wrong.")
        assert not program.screen.query(TryAgain)
