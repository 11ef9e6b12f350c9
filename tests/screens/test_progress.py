"""Stories about the record's screen."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.screens.story import NOW, SMALL, WIDE, app, course, focused, press, record, shown_keys, text, until
from tutor.progress.tables.attempt import Attempt
from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.course.home import HomeScreen
from tutor.screens.course.lesson import LessonScreen
from tutor.screens.course.panel_view import PanelView, panel_content
from tutor.screens.course.progress import ProgressScreen
from tutor.screens.quiz.quiz import QuizScreen
from tutor.settings.table import Settings
from tutor.statistics.completion import LessonProgress, Part, lesson_note, part_cells
from tutor.statistics.panels import Measure, Panel, PanelRow, panel_lines
from tutor.statistics.words import Tone
from tutor.widgets.plots.bars import SHARE_BAR_CELLS, count_bar, share_bar, stacked_bar


def answer(score: float) -> Attempt:
    return Attempt(
        question="double-it",
        lesson="doubling",
        kind="number",
        concepts=("doubling",),
        seed=0,
        answer="6",
        score=score,
        verdict="right" if score else "wrong",
        hints=0,
        seconds=3.0,
        at=NOW,
        program="test",
    )


async def test_an_empty_record_says_what_to_do(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await press(pilot, ["i"])
        await until(pilot, "Nothing is on record yet")
        assert not {"d Review due", "z Quiz: weak points"} & set(shown_keys(program.screen))
        assert "Reviews to come" in text(program)
        assert len(program.screen.query(PanelView)) == 1
        assert "Rates, seen in a simulation" not in text(program)  # the map lists the lessons


def test_shares_that_differ_by_half_a_cell_have_bars_that_differ() -> None:
    for cells in (7, 9, 13, 24, 48):
        drawn = [share_bar(percent / 100, cells).plain for percent in range(101)]
        assert all(len(bar) == cells for bar in drawn)
        assert len(set(drawn)) >= min(2 * cells, 100)
        assert drawn[0] == "─" * cells
        assert [bar for bar in drawn if bar == "━" * cells] == drawn[-1:]


def test_what_is_weak_is_not_drawn_in_the_colour_of_what_is_strong_and_no_share_has_no_bar() -> None:
    rows = [PanelRow("a", 0.3, "30%", "weak"), PanelRow("b", 0.9, "90%", "good"), PanelRow("c", None, "gone")]
    drawn = panel_content(Panel("x", "X", (), tuple(rows)), 60)
    colours = [str(span.style) for span in drawn.spans if "━" in drawn.plain[span.start : span.end]]
    assert len(colours) == len(set(colours)) == 2
    assert "$success" not in colours[0]
    assert not set(drawn.plain.splitlines()[2]) & set("━╸─")


def test_bars_in_lines_that_follow_each_other_never_touch_and_differ_from_their_track_in_more_than_colour() -> None:
    for bar in (share_bar(0.0), share_bar(0.55), share_bar(1.0), stacked_bar(0.25, 0.75, 12)):
        assert set(bar.plain) <= set("━╸╍─ ")  # thin: none of these is as high as its line
        assert not any("on " in str(span.style) for span in bar.spans)  # and a ground would be


def test_a_bar_of_answers_has_the_colour_of_what_is_right_only_where_answers_were_right() -> None:
    bar = stacked_bar(0.25, 0.75, 12)
    assert bar.plain == "━━━╍╍╍╍╍╍   "
    assert ["$success" in str(span.style) for span in bar.spans] == [True, False]


def test_dashes_are_explained_only_where_there_are_any() -> None:
    wrong = PanelRow("Mon", 1.0, "9", right_share=0.5)
    right = PanelRow("Mon", 1.0, "9", right_share=1.0)
    assert PanelView(1, Panel("week", "", (), (wrong,), "count")).border_subtitle == "dashed: not right"
    assert not PanelView(1, Panel("week", "", (), (right,), "count")).border_subtitle


def test_a_short_bar_of_answers_grows_for_the_wrong_ones_so_that_the_right_ones_keep_their_length() -> None:
    assert stacked_bar(4 / 28, 5 / 28, 14).plain.rstrip() == "━━╍"  # not one cell of each
    assert stacked_bar(27 / 28, 1.0, 14).plain == "━" * 13 + "╍"  # as long as it may be


def test_a_count_of_0_has_no_bar_and_no_track_that_could_be_taken_for_one() -> None:
    assert stacked_bar(0.0, 0.0, 8).plain == count_bar(0.0, 8, "$primary").plain == " " * 8
    assert stacked_bar(0.5, 0.5, 8).plain == count_bar(0.5, 8, "$primary").plain == "━━━━    "
    assert count_bar(0.001, 8, "$primary").plain == "╸       ", "what is not 0 is seen"
    rows = (PanelRow("Mon", 0.0, "0"), PanelRow("Tue", 1.0, "9"))
    monday, tuesday = panel_content(Panel("reviews", "", (), rows, "count"), 60).plain.splitlines()
    assert set(monday) == set("Mon 0")
    assert "━" in tuesday


def test_bars_of_one_measure_have_one_length_and_one_colour_in_every_panel() -> None:
    def bars(measure: Measure, name: str, tone: Tone, width: int) -> set[tuple[int, str]]:
        row = PanelRow(name, 0.9, "90%, and what is to be said of it", tone)
        drawn = panel_content(Panel("x", "X", (), (row,), measure), width)
        length = sum(sign in "━╸─" for sign in drawn.plain)
        (colour,) = {str(span.style) for span in drawn.spans if "━" in drawn.plain[span.start : span.end]}
        return {(length, colour)}

    for measure in ("mastery", "done", "right"):
        for name, tone, width in (("adam", "plain", 60), ("universal approximation", "good", 76), ("a", "weak", 130)):
            assert bars(measure, name, tone, width) == {(SHARE_BAR_CELLS, "$success")}  # type: ignore[arg-type]


def test_in_a_narrow_panel_bars_of_shares_get_shorter_before_they_go() -> None:
    panel = Panel("strong", "", (), (PanelRow("training and test loss", 0.72, "72%"), PanelRow("folding", 0.71, "71%")))
    lengths = [sum(sign in "━╸─" for sign in panel_content(panel, width).plain) // 2 for width in range(30, 40)]
    assert lengths == [0, 0, 0, 6, 7, 8, 9, SHARE_BAR_CELLS, SHARE_BAR_CELLS, SHARE_BAR_CELLS]


async def test_the_record_is_told_by_lesson_and_concept(tmp_path: Path) -> None:
    store = record(tmp_path / "home")
    for score in (1.0, 0.0, 1.0):
        store.add(answer(score))
    store.save_page_read("doubling", 2)
    store.close()
    program = app(tmp_path)
    async with program.run_test(size=(80, 100)) as pilot:
        await press(pilot, ["i"])
        await until(pilot, "Last 7 days: 2 of 3 right")
        await until(pilot, "today ━━")
        await until(pilot, "Doubling, and what it costs")
        shown = text(program)
        assert "pages 1/3 · questions 1/2" in shown
        assert " more right answers on " in shown
        assert ", due " in shown
        assert shown.count("0 of 2 lessons done") == 1
        assert "0 questions due" not in shown
        assert "Answers a day" not in shown, "the panel of the last days has them"
        assert not any(word in shown for word in (str(tmp_path), "sqlite", "double-it"))
        assert "Every concept and what makes it strong" in shown
        await pilot.resize_terminal(140, 100)
        await until(pilot, lambda: "Every concept and" not in text(program))
        assert " more right" in text(program), "it is said beside the weak ones"


async def test_v_says_the_panels_in_words(tmp_path: Path) -> None:
    store = record(tmp_path / "home")
    store.add(answer(1.0))
    store.close()
    program = app(tmp_path)
    async with program.run_test(size=(80, 60)) as pilot:
        await press(pilot, ["i"])
        await until(pilot, "Last 7 days")
        await press(pilot, ["v"])
        await until(pilot, lambda: "━" not in text(program))
        assert "In the last 28 days" not in text(program), "the last 7 days have the only answer"
        assert "  today: 1 · 1 right" in text(program)
        await press(pilot, ["v"])
        await until(pilot, "today ━━")


@pytest.mark.parametrize("size", [SMALL, WIDE, (200, 60)], ids=["80×24", "140×44", "200×60"])
async def test_a_digit_goes_to_a_panel_and_enter_begins_what_is_suggested(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    store = record(tmp_path / "home")
    store.add(answer(0.0))
    store.save_reading_position("doubling", 1)
    store.close()
    program = app(tmp_path)
    async with program.run_test(size=size) as pilot:
        await press(pilot, ["i"])
        await until(pilot, "Go on with “Doubling, and what it costs”")
        views = list(program.screen.query(PanelView))
        for number, view in enumerate(views, 1):
            await press(pilot, [str(number)])
            await until(pilot, lambda view=view: focused(program) is view)  # type: ignore[misc]
            assert view.region.overlaps(program.screen.region), "the panel is not in sight"
            assert view.region.right <= size[0]
            same = [other for other in views if other.region.y == view.region.y and other.parent is view.parent]
            assert view.id in ("panel-weeks", "panel-lessons", "panel-concepts", "panel-exercises") or {
                other.region.height for other in same
            } == {view.region.height}, "a hole below a panel"
        await press(pilot, ["1", "enter"])
        await until(pilot, lambda: isinstance(program.screen, LessonScreen))


async def test_what_is_due_is_suggested_first_and_asked_on_enter(tmp_path: Path) -> None:
    store = record(tmp_path / "home")
    store.add(replace(answer(1.0), at=NOW - timedelta(days=60)))
    store.close()
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await press(pilot, ["i"])
        await until(pilot, "Review 1 question that is due.")
        await press(pilot, ["enter"])
        await until(pilot, lambda: isinstance(program.screen, QuizScreen))


async def test_panels_are_about_as_many_in_each_row(tmp_path: Path) -> None:
    with_two_questions_due(tmp_path)
    program = app(tmp_path)
    async with program.run_test(size=(200, 60)) as pilot:
        await press(pilot, ["i"])
        await until(pilot, lambda: len(program.screen.query("#board > PanelView")) == 4)
        rows = Counter(panel.region.y for panel in program.screen.query("#board > PanelView"))
        assert list(rows.values()) == [2, 2], "not three, and one below them"


async def test_d_asks_what_is_due_and_escape_comes_back(tmp_path: Path) -> None:
    program = app(tmp_path, Opening())
    async with program.run_test(size=SMALL) as pilot:
        await press(pilot, ["i"])
        await until(pilot, lambda: isinstance(program.screen, ProgressScreen))
        await press(pilot, ["d"])
        await until(pilot, lambda: isinstance(program.screen, QuizScreen))
        await press(pilot, ["escape"])
        await until(pilot, lambda: isinstance(program.screen, ProgressScreen))
        await press(pilot, ["b"])
        await until(pilot, lambda: isinstance(program.screen, HomeScreen))


async def test_a_long_record_scrolls_with_j_and_k(tmp_path: Path) -> None:
    store = record(tmp_path / "home")
    store.add(answer(1.0))
    store.close()
    program = app(tmp_path)
    async with program.run_test(size=(60, 12)) as pilot:
        await press(pilot, ["i"])
        await until(pilot, "Last 7 days")
        room = program.screen.query_one("#record")
        await until(pilot, lambda: room.max_scroll_y > 0)
        await press(pilot, ["j"])
        await until(pilot, lambda: room.scroll_y == 1)
        await press(pilot, ["k"])
        await until(pilot, lambda: room.scroll_y == 0)


async def test_a_quiz_of_a_part_of_what_is_due_says_of_how_many_and_counts_its_own(tmp_path: Path) -> None:
    with_two_questions_due(tmp_path)
    scopes = ((1, "1 of 2 due, the longest overdue first", "one question"), (5, "due for review", "question 1 of 2"))
    for count, words, place in scopes:
        program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope(due=True), count)))
        async with program.run_test(size=SMALL) as pilot:
            await until(pilot, place)
            assert text(program).splitlines()[0].split() == ["Self-quiz:", *words.split(), *place.split()]


@pytest.mark.parametrize("keys", [["d"], ["i", "d"], ["i", "enter"]], ids=["map", "progress", "suggestion"])
async def test_a_review_has_as_many_questions_wherever_it_is_started(tmp_path: Path, keys: list[str]) -> None:
    with_two_questions_due(tmp_path)
    program = ChainruleApp(course(tmp_path / "lessons"), record(tmp_path / "home"), Opening(), Settings(quiz_count=1))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "2 due")
        for key in keys:
            await press(pilot, [key])
            if key == "i":
                await until(pilot, "Review 1 of the 2 questions due, the longest overdue first.")
        await until(pilot, "1 of 2 due, the longest overdue first")
        assert "one question" in text(program).splitlines()[0]


def with_two_questions_due(tmp_path: Path) -> None:
    """A record with two questions answered so long ago that they are due."""
    store = record(tmp_path / "home")
    for question, lesson in (("double-it", "doubling"), ("next-step", "rates")):
        before = NOW - timedelta(days=60)
        store.add(replace(answer(1.0), question=question, lesson=lesson, key=question, at=before))
    store.close()


async def test_due_is_one_number_on_the_map_in_the_quizs_form_in_the_panels_and_in_the_quiz(tmp_path: Path) -> None:
    store = record(tmp_path / "home")
    for question, lesson in (("double-it", "doubling"), ("next-step", "rates"), ("gone-since", "gone")):
        before = NOW - timedelta(days=60)
        store.add(replace(answer(1.0), question=question, lesson=lesson, key=question, at=before))
    store.close()
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "3 answers · 2 due")
        await press(pilot, ["z"])
        await until(pilot, "due for review (2)")
        await press(pilot, ["escape", "i"])
        await until(pilot, "Review 2 questions that are due.")
        await until(pilot, "Review 2 questions that are due.")
        await press(pilot, ["enter"])
        await until(pilot, "1 of 2")


def test_a_name_and_a_note_without_a_bar_are_two_blanks_apart() -> None:
    rows = (PanelRow("Folding", 0.5, "pages 14/14 · tasks 0/6"), PanelRow("The node, and what it is", 0.5, "done"))
    for width in range(30, 60):
        lines = panel_content(Panel("lessons", "", (), rows), width).plain.splitlines()
        has_bars = any("─" in line for line in lines)
        assert has_bars or all("  " in line for line in lines), width
        assert all(len(line) <= width for line in lines)


async def test_what_a_new_record_will_show_is_as_wide_as_the_panels_later_and_not_at_the_very_top(
    tmp_path: Path,
) -> None:
    program = app(tmp_path)
    async with program.run_test(size=(140, 44)) as pilot:
        await press(pilot, ["i"])
        await until(pilot, "Reviews to come")
        panels = list(program.screen.query(PanelView))
        await until(pilot, lambda: panels[0].region.width >= 136)
        assert panels[0].region.y >= 5, "what begins stands at the very top of an empty screen"
        assert panels[0].border_title == "What to do next", "a number that leads from one panel to itself"
        assert panels[0].border_subtitle == "⏎ Go on"
        assert "⏎ Go on" in text(program).splitlines()[-1], "the frame and the last line call Enter the same"


async def test_panels_below_what_is_in_sight_are_named_at_the_foot_until_they_come_into_sight(tmp_path: Path) -> None:
    store = record(tmp_path / "home")
    store.add(answer(1.0))
    store.close()
    program = app(tmp_path)
    async with program.run_test(size=(70, 16)) as pilot:
        await press(pilot, ["i"])
        await until(pilot, "↓ ")
        named = text(program).splitlines()[-2]
        last = str(list(program.screen.query(PanelView))[-1].border_title)
        assert last[0] in named  # its number: the names may be longer than the line
        assert "4 What fades" in named  # at most its frame is in sight
        assert "1 What to do next" not in named
        await press(pilot, ["end", "space", "space", "space", "space"])
        await until(pilot, lambda: "↓ " not in text(program))
        await pilot.resize_terminal(140, 60)
        await until(pilot, lambda: not program.screen.query_one("#below").display)


def test_when_a_concept_had_its_former_level_is_said_where_that_is_shown() -> None:
    panel = Panel("fading", "What fades", (), (PanelRow("folding", 0.7, "70%, was 80%", brief="70%"),))
    assert panel_lines(panel)[0] == "What fades (was: before it faded)"


def test_the_counts_of_lessons_stand_below_each_other() -> None:
    lessons = [
        LessonProgress(None, Part("pages", total), Part("tasks", 4, (0,)), Part("questions", total, (1,)))
        for total in (8, 18)
    ]
    first, second = (lesson_note(lesson, part_cells(lessons)) for lesson in lessons)
    assert first == "pages   8/8 · tasks 3/4 · questions   7/8"
    assert second == "pages 18/18 · tasks 3/4 · questions 17/18"


def test_a_bar_of_half_a_cell_more_has_the_weight_of_the_rest_to_its_end() -> None:
    assert share_bar(0.25, 10).plain == "━━╸───────"
