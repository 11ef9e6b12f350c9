"""Stories about an exam: how sure one is, nothing said before it is handed in, flags, a look back."""

from pathlib import Path

import pytest
from textual.widgets import Input

from tests.screens.quizzing import quiz, right_keys, wrong_keys
from tests.screens.story import SMALL, WIDE, app, press, record, shown_keys, text, until
from tutor.content.course import open_course
from tutor.content.plain import plain_inline
from tutor.quiz.item import QuizItem
from tutor.quiz.selection import QuizOptions, Scope
from tutor.quiz.summary import COUNTS_AS_PRACTICE
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.quiz.end import MAX_QUESTION_LINES, QuizSummary, _question_lines
from tutor.screens.quiz.question_list import QuestionList
from tutor.widgets.answers.question_card import QuestionCard
from tutor.widgets.answers.single_choice import SingleChoiceList


async def test_an_exam_with_open_questions_is_looked_over_before_it_is_handed_in(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("doubling"), seed=3, exam=True)))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, ["ctrl+s"])
        await until(pilot, "0 of 2 answered.")
        await until(pilot, "⏎ Go there")  # Enter does not hand in what is not answered
        assert "– not answered" in text(program)
        assert "left out" not in text(program)  # that is said once nothing can be answered any more
        assert "Hand in with 2 not answered" in text(program)
        assert "without an answer" not in text(program)  # said once, and each question stands in one list
        assert len(program.screen.query("ExamReview Button")) == 1 + 2
        assert not quiz(program).quiz.is_over
        await press(pilot, ["ctrl+s"])
        await until(pilot, lambda: quiz(program).quiz.is_over)
        await until(pilot, "0 of 2 right, 2 left out")
        assert not program.screen.query(".signs")  # a row that says of every question that it was left out
        assert "– left out" in text(program)  # the key of the signs
        assert program.screen.query_one(QuizSummary).has_class("-whole")  # the questions are not cut, since all fit
        (concept,) = [line for line in text(program).splitlines() if "0 of 1" in line and "squares" in line]
        assert "squares   0 of 1" in concept  # beside its name, as long as the longest, since there is no bar


async def test_how_sure_one_is_is_asked_before_the_verdict(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("doubling"), seed=3, asks_confidence=True)))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, right_keys(program.screen.query_one(QuestionCard)))
        await until(pilot, "How sure?")
        assert "Right" not in text(program)
        assert program.store.count() == 0
        await press(pilot, ["3"])
        await until(pilot, "✓ Right.")
    assert [kept.confidence for kept in program.store.attempts()] == ["guess"]


async def test_an_answer_can_be_changed_while_one_is_asked_how_sure_one_is(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("doubling"), seed=3, asks_confidence=True)))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        card = program.screen.query_one(QuestionCard)
        await press(pilot, wrong_keys(card))
        await until(pilot, "How sure?")
        program.screen.query_one("ConfidencePrompt").focus()
        await press(pilot, ["escape"])
        await until(pilot, lambda: isinstance(program.focused, (Input, SingleChoiceList)))
        assert "How sure?" not in text(program)
    assert program.store.count() == 0


@pytest.mark.parametrize("is_exam", [False, True], ids=["practice", "exam"])
async def test_going_on_instead_of_saying_how_sure_one_is_loses_no_answer(tmp_path: Path, is_exam: bool) -> None:
    options = QuizOptions(Scope("doubling"), seed=3, asks_confidence=True, exam=is_exam)
    program = app(tmp_path, Opening("quiz", options=options))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, right_keys(program.screen.query_one(QuestionCard)))
        await until(pilot, "How sure?")
        await press(pilot, ["n"])
        await until(pilot, "2 of 2" if is_exam else "✓ Right.")
        assert quiz(program).quiz.items[0].is_right_at_once
    assert [kept.verdict for kept in program.store.attempts()] == ["right", *["left out"] * is_exam]


async def test_an_exam_says_nothing_before_it_is_handed_in(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("doubling"), seed=3, exam=True)))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Exam: Doubling")
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, wrong_keys(program.screen.query_one(QuestionCard)))
        await until(pilot, "Your answer is kept")
        assert "Wrong" not in text(program)
        await press(pilot, ["n"])
        await until(pilot, "2 of 2")
        await press(pilot, ["ctrl+n"])
        await until(pilot, "1 of 2 answered.")
        await press(pilot, ["ctrl+s"])
        await until(pilot, "0 of 2 right, 1 left out")
        await until(pilot, "Questions ✗  –")
        assert quiz(program).quiz.is_over
        await press(pilot, ["v"])
        await until(pilot, "✗ Wrong.")


async def test_an_answer_of_an_exam_is_there_again_when_one_comes_back_and_can_be_changed(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("doubling"), seed=3, exam=True)))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, wrong_keys(program.screen.query_one(QuestionCard)))
        await until(pilot, "Your answer is kept")
        await press(pilot, ["n", "ctrl+b"])
        await until(pilot, "1 of 2")
        await until(pilot, "Your answer is kept")
        card = program.screen.query_one(QuestionCard)
        if not card.instance.options:
            assert card.query_one(Input).value == "1"
            card.query_one(Input).value = ""
        await press(pilot, right_keys(card))
        await until(pilot, lambda: len(program.store.history()) == 2)
    assert [kept.verdict for kept in program.store.attempts()] == ["right", "left out"]


def test_a_question_whose_topics_would_give_it_away_is_listed_without_a_colon() -> None:
    instances = [question.draw_instance(1) for question in open_course().lesson("node").questions]
    for instance in instances:
        line = _question_lines(0, QuizItem(instance.id, 1, instance), 130).plain
        assert line.startswith(f"–  1  {instance.topics[0]}" if instance.topics else "–  1  "), line
        assert not line.startswith("–  1  :")
    assert not all(instance.topics for instance in instances)


async def test_a_flag_stands_in_the_row_of_signs_and_before_handing_in(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("doubling"), seed=3, exam=True)))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, ["f6"])
        await until(pilot, "⚑")
        await press(pilot, ["ctrl+n", "ctrl+n"])
        await until(pilot, "0 of 2 answered, 1 flagged.")
        (row,) = [line for line in text(program).splitlines() if "–  1  " in line]
        assert row.rstrip(" │▁▂▃▄▅▆▇█").endswith("⚑")
        await until(
            pilot, lambda: len({button.region.width for button in program.screen.query("ExamReview .question")}) == 1
        )
        await pilot.press("enter")  # the first question that is not answered has the focus
        await until(pilot, "1 of 2")


def words_of(item: QuizItem) -> str:
    """The question of `item` as one line of plain text."""
    assert item.instance is not None
    return " ".join(plain_inline(item.instance.prompt).split())


@pytest.mark.parametrize("size", [(64, 24), (80, 24), (100, 30), (119, 30), (140, 44)], ids=str)
async def test_questions_are_whole_before_handing_in_and_wrapped_beside_their_numbers(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    options = QuizOptions(Scope("node"), count=3, seed=3, exam=True)
    program = ChainruleApp(open_course(), record(tmp_path), Opening("quiz", options=options))
    async with program.run_test(size=size) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, ["ctrl+n", "ctrl+n", "ctrl+n"])
        await until(pilot, "0 of 3 answered.")
        prompts = [words_of(item) for item in quiz(program).quiz.items]
        await until(pilot, lambda: all(prompt in " ".join(text(program).split()) for prompt in prompts))
        rows = text(program).splitlines()
        first = next(index for index, row in enumerate(rows) if "–  1  " in row)
        begin = rows[first].index("–  1  ")
        further = [row[begin:] for row in rows[first : first + 6] if row.strip() and "–" not in row]
        assert all(row.startswith(" " * 6) for row in further), further
        await pilot.resize_terminal(66, 30)
        await until(pilot, lambda: prompts[0] in " ".join(text(program).split()))


@pytest.mark.parametrize(("count", "is_whole"), [(3, True), (19, False)])
async def test_questions_beside_the_summary_are_whole_where_the_panel_has_room(
    tmp_path: Path, count: int, is_whole: bool
) -> None:
    options = QuizOptions(Scope("node"), count=count, seed=3, exam=True)
    program = ChainruleApp(open_course(), record(tmp_path), Opening("quiz", options=options))
    async with program.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, ["ctrl+n"] * count + ["ctrl+s"])
        await until(pilot, lambda: quiz(program).quiz.is_over)
        await until(pilot, "Read next")
        content = program.screen.query_one(QuestionList).render()
        shown = " ".join(content.plain.split())
        assert all(words_of(item) in shown for item in quiz(program).quiz.items) == is_whole
        assert len(content.plain.splitlines()) <= program.screen.query_one(QuestionList).size.height


def test_a_question_of_many_lines_ends_before_handing_in_with_a_sign_that_it_goes_on() -> None:
    instance = open_course().lesson("node").questions[0].draw_instance(1)
    lines = _question_lines(0, QuizItem(instance.id, 1, instance), 20).plain.splitlines()
    assert len(lines) == MAX_QUESTION_LINES
    assert lines[-1].endswith("…")


async def test_the_last_line_names_a_key_to_the_question_before_while_one_types_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("doubling"), seed=3, exam=True)))
    async with program.run_test(size=WIDE) as pilot:
        seen = set()
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, ["ctrl+n"])
        await until(pilot, "2 of 2")
        for _ in range(2):
            await until(pilot, lambda: any(key.endswith("Previous") for key in shown_keys(program.screen)))
            (key,) = [key for key in shown_keys(program.screen) if key.endswith("Previous")]
            seen.add(key)
            typing = isinstance(program.screen.focused, Input)
            assert key == ("^b Previous" if typing else "p Previous")
            await press(pilot, ["escape"])
        assert seen


@pytest.mark.parametrize("is_exam", [False, True], ids=["practice", "exam"])
async def test_the_end_of_an_exam_says_that_its_answers_are_practice_too(tmp_path: Path, is_exam: bool) -> None:
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("doubling"), 1, seed=3, exam=is_exam)))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, right_keys(program.screen.query_one(QuestionCard)))
        await until(pilot, "Look over and hand in" if is_exam else "✓ Right.")
        await press(pilot, ["n", "ctrl+s"] if is_exam else ["n"])
        await until(pilot, lambda: quiz(program).quiz.is_over)
        await until(pilot, "1 of 1 right")
        assert (COUNTS_AS_PRACTICE in text(program)) == is_exam


async def test_the_review_before_handing_in_is_gone_through_with_the_arrows_and_names_one_way_back(
    tmp_path: Path,
) -> None:
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("doubling"), seed=3, exam=True)))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "1 of 2")
        await press(pilot, ["ctrl+n"])
        await until(pilot, "2 of 2")
        await press(pilot, ["ctrl+n"])
        await until(pilot, "before handing in")
        await until(pilot, lambda: "⏎ Go there" in shown_keys(program.screen))
        await press(pilot, ["up"])
        await until(pilot, lambda: "⏎ Hand in" in shown_keys(program.screen))
        assert {"↑↓ Pick", "esc Back"} <= set(shown_keys(program.screen))
        assert not any("Previous" in key for key in shown_keys(program.screen))
        await press(pilot, ["down", "down", "down", "up"])  # the third has nowhere to go
        await until(pilot, lambda: "⏎ Go there" in shown_keys(program.screen))
        await press(pilot, ["enter"])
        await until(pilot, "question 1 of 2")
