"""Stories about what a lesson still needs, and the moment in which nothing is missing any more."""

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.content.lessons import folder
from tests.screens.story import DOUBLING, RATES, SMALL, WIDE, app, focused, press, record, text, until
from tutor.content.course import Course
from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.course.finish_panel import FinishPanel, PageButton
from tutor.screens.course.home import CourseMap
from tutor.screens.course.lesson import LessonScreen
from tutor.screens.course.lesson_pages import LessonPages
from tutor.widgets.answers.question_card import QuestionCard
from tutor.widgets.simulator.simulator import Simulator


def read_pages(folder: Path, lesson: str, *pages: int) -> None:
    store = record(folder / "home")
    for page in pages:
        store.save_page_read(lesson, page)
    store.close()


async def test_the_last_page_says_what_is_missing_and_a_digit_goes_there(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with program.run_test(size=(80, 50)) as pilot:
        await until(pilot, "To finish this lesson")
        await until(pilot, "2 pages to read and 2 questions to answer right.")
        await until(pilot, "1  Page 1, Why it matters: read it to its end")
        await press(pilot, ["2"])
        await until(pilot, lambda: 1 in program.store.pages_read("doubling"))
        await press(pilot, ["n"])
        await until(pilot, "1 page to read and 2 questions to answer right.")


async def test_a_click_goes_to_what_is_missing(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with program.run_test(size=(80, 50)) as pilot:
        await until(pilot, "2  Page 2, The idea")
        await pilot.click("FinishPanel Button")
        await until(pilot, "1 of 3")


OPEN = (
    DOUBLING.partition("## The idea")[0]
    + """
## See it

```{simulation} adam
try:
  - {do: "Step once.", goal: "step == 1"}
```

## A question

```{question} choice
id: which-one
concepts: [squares]
ask: "Which is more, for $n = 9$?"
options:
  - {text: "$n^2$", right: true, why: "It is 81."}
  - {text: "$2 n$", why: "It is only 18."}
  - {text: "neither", why: "81 and 18 differ."}
hints: ["Put the number in."]
why: "81 is more than 18."
```

## The end

That is all.
"""
)


async def test_the_end_of_a_lesson_leads_to_what_is_open_and_stops_on_it(tmp_path: Path) -> None:
    read_pages(tmp_path, "doubling", 0, 1, 2, 3)
    course = Course(folder(tmp_path, doubling=OPEN, rates=RATES))
    program = ChainruleApp(course, record(tmp_path / "home"), Opening("lesson", lesson="doubling", section=3))
    async with program.run_test(size=(80, 50)) as pilot:
        await until(pilot, "To what is open: 1 task and 1 question")
        await until(pilot, "⏎ To what is open")
        await press(pilot, ["enter"])
        await until(pilot, "2 of 4")
        await until(pilot, "⏎ To the task")
        await press(pilot, ["enter"])
        await until(pilot, lambda: isinstance(focused(program), Simulator))
        await press(pilot, ["enter"])
        await until(pilot, "⏎ To what is open")
        await press(pilot, ["enter"])
        await until(pilot, "3 of 4")
        card = program.screen.query_one(QuestionCard)
        await until(pilot, lambda: card in focused(program).ancestors)
        await press(pilot, ["enter", "enter"])
        await until(pilot, "Not graded")
        await press(pilot, ["escape"])
        await until(pilot, "⏎ To the question")
        await press(pilot, ["enter"])
        await until(pilot, lambda: card in focused(program).ancestors)  # Enter does not pass over it
        card.answer("b")
        await until(pilot, "Try again")
        await press(pilot, ["f9"])
        await until(pilot, lambda: card.grade is not None)
        await until(pilot, "⏎ To what is open")
        await press(pilot, ["enter"])
        await until(pilot, "4 of 4")
        await until(pilot, "To what is still open: 1 task and 1 question")
        shown = program.screen
        assert isinstance(shown, LessonScreen)
        assert shown._shown_page._foot_buttons[0][0] == "continue"
        await press(pilot, ["tab"])
        await until(pilot, lambda: isinstance(focused(program), PageButton))
        await until(pilot, "⏎ Open")
        await press(pilot, ["2"])
        await until(pilot, "3 of 4")
        await until(pilot, lambda: card.is_waiting and card in focused(program).ancestors)
        card.answer("a")
        await until(pilot, "To what is open: 1 task")


async def test_a_page_is_read_when_its_end_was_in_sight_and_not_before(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with program.run_test(size=(80, 14)) as pilot:
        await until(pilot, "What is twice")
        await pilot.pause()
        assert program.store.pages_read("doubling") == frozenset()
        await press(pilot, ["end"])
        await until(pilot, lambda: 2 in program.store.pages_read("doubling"))
        assert program.store.pages_read("doubling") == {2}


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80×24", "140×44"])
async def test_the_moment_comes_once_below_all_that_stands_there_and_goes_on_to_the_next_lesson(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    read_pages(tmp_path, "doubling", 0, 1)
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with program.run_test(size=size) as pilot:
        await until(pilot, "Which is more")
        for card in program.screen.query(QuestionCard):
            await answer_rightly(pilot, card)
        assert "✓ Right." in text(program), "the verdict is covered"
        for _ in range(20):
            assert isinstance(program.screen, LessonScreen)
            if program.screen.lesson.id == "rates":
                break
            seen = text(program)
            await press(pilot, ["enter"])
            await pilot.pause(0.3)  # what a page still lays out counts as not seen
        assert "You have finished this lesson" in seen
        assert "Continue: Rates, seen in a simulation" in seen
        await until(pilot, "1 of 2")


async def answer_rightly(pilot: Pilot[Any], card: QuestionCard) -> None:
    """Answer the question of a card as one would by hand."""
    card.focus_answer()
    await pilot.pause()
    card.fill_in(card.instance.solution.partition(")")[0])
    await pilot.pause()
    await press(pilot, ["enter"])
    await until(pilot, lambda: card.grade is not None)


async def test_a_page_that_was_passed_over_in_no_time_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tutor.widgets.lesson.page.SETTLING_SECONDS", 3600.0)  # the keys come sooner
    program = app(tmp_path, Opening("lesson", lesson="doubling"))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "1 of 3")
        await pilot.press("n", "n")
        await until(pilot, "What is twice")
        assert 1 not in program.store.pages_read("doubling")


async def test_the_page_is_kept_of_a_learner_who_leaves_as_soon_as_it_was_turned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LessonScreen, "_settle_on_page", lambda screen: None)  # leaves before the page is painted
    program = app(tmp_path, Opening("lesson", lesson="doubling"))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "1 of 3")
        await pilot.press("n")
        await until(pilot, "2 of 3")
    assert record(tmp_path / "home").reading_position("doubling") == 1


async def test_a_quiz_that_gave_the_last_missing_answers_says_which_lesson_is_finished(
    tmp_path: Path,
) -> None:
    read_pages(tmp_path, "doubling", 0, 1, 2)
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("doubling"), 2, seed=0)))
    async with program.run_test(size=SMALL) as pilot:
        for number in (1, 2):
            await until(pilot, f"{number} of 2")
            await until(pilot, lambda: len(program.screen.query(QuestionCard)) == 1)
            await answer_rightly(pilot, program.screen.query_one(QuestionCard))
            await press(pilot, ["ctrl+n"])
        await until(pilot, "✓ You have finished: Doubling, and what it costs")
        await until(pilot, "2 of 2 right")


async def test_a_lesson_that_is_done_says_so_beside_its_page_and_on_the_map(tmp_path: Path) -> None:
    read_pages(tmp_path, "doubling", 0, 1, 2)
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with program.run_test(size=WIDE) as pilot:
        await until(pilot, "Which is more")
        for card in program.screen.query(QuestionCard):
            await answer_rightly(pilot, card)
        await until(pilot, "3 of 3 · done")
        await press(pilot, ["escape", "m"])
        await until(pilot, "1 of 2 lessons")
    again = app(tmp_path)
    async with again.run_test(size=SMALL) as pilot:
        await until(pilot, "Next    Rates, seen in a simulation")
        rows = again.screen.query_one(CourseMap)
        await until(pilot, lambda: rows.highlighted == rows.get_option_index("rates"))


async def test_what_was_right_before_does_not_stop_the_way_on(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with program.run_test(size=WIDE) as pilot:
        await until(pilot, "Which is more")
        for card in program.screen.query(QuestionCard):
            await answer_rightly(pilot, card)
    again = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with again.run_test(size=WIDE) as pilot:
        await until(pilot, "Which is more")
        await until(pilot, "⏎ Go on")
        for _ in range(3):
            await press(pilot, ["enter"])
            await pilot.pause(0.1)
        await until(pilot, "Rates, seen in a simulation")


@pytest.mark.parametrize("number", ["1", "2"])
async def test_enter_goes_round_to_every_page_with_something_open_before_it_ends_on_the_list(
    tmp_path: Path, number: str
) -> None:
    """Wherever the round begins, in the order of the list; a page before the first one comes after the last."""
    read_pages(tmp_path, "doubling", 0, 3)
    course = Course(folder(tmp_path, doubling=OPEN, rates=RATES))
    program = ChainruleApp(course, record(tmp_path / "home"), Opening("lesson", lesson="doubling", section=3))
    async with program.run_test(size=(80, 50)) as pilot:
        await until(pilot, "1  Page 2, See it")
        lesson = program.screen
        assert isinstance(lesson, LessonScreen)
        held = lesson.query_one(LessonPages)
        listed = lesson.query_one(FinishPanel).pages
        assert listed == sorted(listed) == [1, 2]
        first = int(number) - 1
        assert held.continue_round(listed[first] - 1, is_new=True) == listed[first]
        assert "2 pages" not in held.foot_buttons(listed[first])[0][1]
        assert held.foot_buttons(listed[first])[0][1].startswith("To what is open: 1 page")
        assert held.continue_round(listed[first]) == listed[1 - first]
        assert held.foot_buttons(listed[1 - first])[0] == ("open", "To the list of what is open")
        assert held.continue_round(listed[1 - first]) == 3


async def test_the_top_of_the_last_page_says_what_is_open_or_else_which_lesson_is_next(tmp_path: Path) -> None:
    read_pages(tmp_path, "doubling", 0, 1)
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=1))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: _top_line(program).endswith("2 of 3"))
        await press(pilot, ["ctrl+n"])
        await until(pilot, lambda: _top_line(program).endswith("3 of 3 · 2 questions open (p. 3)"))
        assert "^n Next" not in text(program).splitlines()[-1], "the last page has no next one"
        first, second = program.screen.query(QuestionCard)
        await answer_rightly(pilot, first)
        await until(pilot, lambda: "1 question open" in _top_line(program))
        await answer_rightly(pilot, second)
        await until(pilot, lambda: " · next: Rates" in _top_line(program))


def _top_line(program: ChainruleApp) -> str:
    return next(iter(text(program).splitlines()), "").rstrip()
