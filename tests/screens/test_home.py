"""Stories about the course map."""

import re
from functools import partial
from pathlib import Path

import pytest
from textual.widgets import OptionList, Static

from tests.content.lessons import NEIGHBOUR, broken
from tests.progress.helping import attempt
from tests.screens.story import NOW, SMALL, WIDE, app, course, record, text, until
from tutor.content.course import Course, open_course
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.course.home import CourseMap, HomeScreen
from tutor.screens.course.lesson import LessonScreen
from tutor.screens.course.map_details import lesson_details, lessons_building_on
from tutor.screens.course.map_lines import (
    MIN_LEVEL_WIDTH,
    MapColumns,
    MapEntry,
    find_unfinished_entry,
    format_map_line,
    head_line,
    to_do_content,
)
from tutor.screens.course.progress import ProgressScreen
from tutor.screens.course.simulator import SimulatorScreen
from tutor.screens.quiz.quiz import QuizScreen
from tutor.screens.quiz.setup import QuizSetupScreen
from tutor.screens.reference.sheets import FormulasScreen, GlossaryScreen
from tutor.statistics.completion import LessonProgress, Part


async def test_the_map_shows_what_is_written_and_what_is_coming(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "nothing due")
        shown = text(program)
        assert "Doubling, and what it costs" in shown
        assert re.search(r"Lesson +min", shown)
        assert re.search(r"Doubling, and what it costs +5\b", shown)
        assert "mastery" not in shown, "nothing would stand below it"
        assert "coming" in shown
        assert "0 of 2 lessons" in shown


@pytest.mark.parametrize("width", [40, 75, 114])
@pytest.mark.parametrize("share", [0.01, 0.89, 0.99])
def test_a_line_of_the_map_is_as_wide_as_it_may_be_and_its_bar_keeps_off_the_title(width: int, share: float) -> None:
    entry = MapEntry("a", 1, "A title that is too long for any line " * 4, "begun", f"{share:.0%}", 0.5, True, share)
    line = format_map_line(entry, width)
    assert line.cell_length == head_line(width).cell_length == width
    assert "… " in line.plain


@pytest.mark.parametrize("width", [40, 76, 94, 114])
@pytest.mark.parametrize("has_begun", [False, True])
def test_each_number_of_a_line_ends_where_the_head_of_its_column_does(width: int, has_begun: bool) -> None:
    entries = [MapEntry("a", 1, "The node", "new", "", minutes=40), MapEntry("b", 2, "Later", "coming", "coming")]
    if has_begun:
        entries.append(MapEntry("c", 3, "Folding", "begun", "89%", 0.5, True, 0.89, minutes=120))
        entries.append(MapEntry("d", 4, "Loss", "known", "known", 1.0, minutes=5))
    columns = MapColumns.of(entries, width)
    head = head_line(width, columns).plain
    ends = {word: head.index(word) + len(word) for word in head.split()}
    assert list(ends) == [
        "Lesson",
        *(["done"] if has_begun else []),
        *(["mastery"] if has_begun and width >= MIN_LEVEL_WIDTH else []),
        "min",
    ]
    for entry in entries:
        line = format_map_line(entry, width, columns).plain
        assert len(line) == width
        if entry.state != "coming":
            numbers = {"done": entry.note, "mastery": "50%" if entry.is_weak else "", "min": str(entry.minutes)}
            assert all(line[: ends[word]].endswith(numbers[word]) for word in ends if word in numbers)


@pytest.mark.parametrize("width", [40, 56, 66, 76, 96])
@pytest.mark.parametrize("level", [0.2, 0.9])
def test_what_stands_below_the_map_is_never_cut_and_names_what_has_room(width: int, level: float) -> None:
    real = open_course()
    part = Part("pages", 3, (1, 2))
    for heading in real.headings:
        front = heading.front_matter
        progress = LessonProgress(1, part, part, part, tuple((concept, level) for concept in front.concepts))
        needed = real.name_lessons(front.needs)
        found = lesson_details(front, progress, needed, partial(lessons_building_on, real, front.id), width)
        facts, completion, concepts = found.plain.splitlines()
        assert len(completion) <= width
        assert completion == completion.rstrip()
        assert (("━" in completion) or ("╸" in completion)) == (width > 40)
        assert len(front.short_title) > 30 or len(facts) <= width
        assert len(concepts) <= width
        assert ("mastery" in facts) == (width < MIN_LEVEL_WIDTH), "where the map has no column for it"
        if width > 70 and needed and len(front.short_title) < 20:
            assert f"{front.short_title} builds on {needed[0]}" in facts
        assert f"{front.minutes} min" not in facts, "the map has it"
        assert concepts.startswith("! Practise" if level < 0.5 else "Concepts:")


def test_what_is_to_do_is_a_line_each_where_rows_are_few_and_otherwise_stays_in_its_column() -> None:
    words = ["Week 3, all about the gradient, the loss and the surface over the weights: 4 questions, due tomorrow"]
    (short,) = to_do_content(words, 60, is_short=True)
    assert (len(short.plain), short.plain[-1]) == (60, "…")
    first, second = to_do_content(words, 60, is_short=False)
    assert first.plain.startswith("To do   Week 3")
    assert second.plain.startswith("        ")
    assert max(len(first.plain), len(second.plain)) <= 60


@pytest.mark.parametrize("columns", [44, *range(76, 84)])
async def test_the_map_keeps_its_rows_whatever_is_to_do(tmp_path: Path, columns: int) -> None:
    (tmp_path / "home" / "assignments").mkdir(parents=True)
    (tmp_path / "home" / "assignments" / "week.yaml").write_text(f"title: {'long ' * 19}\n", "utf-8")
    program = app(tmp_path)
    async with program.run_test(size=(columns, 16)) as pilot:
        await until(pilot, "To do ")
        assert program.screen.query_one("#now").size.height == 2


def test_after_the_last_lesson_no_lesson_is_next(tmp_path: Path) -> None:
    store = record(tmp_path)
    done = [MapEntry("one", 1, "One", "done", "done"), MapEntry("two", 2, "Two", "done", "done")]
    assert find_unfinished_entry(done, store) is None
    new = MapEntry("three", 3, "Three", "new", "")
    assert find_unfinished_entry([*done, new], store) is new


async def test_the_mark_of_what_is_weak_is_explained_once(tmp_path: Path) -> None:
    store = record(tmp_path / "home")
    store.add(attempt(1, score=0.0, at=NOW))
    store.close()
    for size in (SMALL, WIDE, (140, 24), (80, 50)):
        program = app(tmp_path)
        async with program.run_test(size=size) as pilot:
            await until(pilot, " due")
            shown = text(program)
            explained = shown.count("! to practise")
            assert explained == (1 if "! " in shown.replace("! to practise", "") else 0), size


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_the_legend_names_only_the_marks_on_the_map_and_follows_them(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    program = app(tmp_path)
    async with program.run_test(size=size) as pilot:
        await until(pilot, "○ new")
        assert not {"◐", "●", "◇", "!"} & set(text(program))
        program.store.save_reading_position("doubling", 1)
        assert isinstance(program.screen, HomeScreen)
        program.screen._rewrite_map()
        await until(pilot, "◐ begun")


async def test_a_blank_column_stands_between_the_map_and_its_scroll_bar(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=(80, 16)) as pilot:
        await until(pilot, "doubling")
        lines = program.screen.query_one(CourseMap)
        await until(pilot, lambda: lines.show_vertical_scrollbar)
        widest = max(len(str(option.prompt)) for option in lines.options)
        assert widest < lines.scrollable_content_region.width


async def test_a_lesson_that_is_coming_cannot_be_opened(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        options = program.screen.query_one(OptionList)
        assert options.get_option("folding").disabled
        await pilot.press("j", "j", "j", "j")
        assert options.highlighted is not None
        assert not options.get_option_at_index(options.highlighted).disabled


async def test_the_cursor_stands_on_what_is_next_and_enter_opens_it(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, "1 of 3")
        assert isinstance(program.screen, LessonScreen)
        assert program.screen.lesson.id == "doubling"


@pytest.mark.parametrize(("down", "up"), [("j", "k"), ("down", "up")])
async def test_arrows_and_vim_keys_move_the_cursor(tmp_path: Path, down: str, up: str) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        options = program.screen.query_one(OptionList)
        first = options.highlighted
        await pilot.press(down)
        assert options.highlighted != first
        await pilot.press(up)
        assert options.highlighted == first


async def test_the_map_says_where_to_go_on(tmp_path: Path) -> None:
    store = record(tmp_path / "home")
    store.save_reading_position("rates", 1)
    store.close()
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "0%")
        assert "Go on   Rates, seen in a simulation" in text(program)
        await pilot.press("enter")
        await until(pilot, "2 of 2")


async def test_lessons_left_out_are_said_with_their_fault_and_the_others_open(tmp_path: Path) -> None:
    program = app(tmp_path, broken=True)
    async with program.run_test(size=WIDE) as pilot:
        await until(pilot, "Left out:")
        assert "03-broken.md:" in str(program.screen.query_one("#notices", Static).render())
        await pilot.press("enter")
        await until(pilot, "1 of 3")


async def test_a_restored_record_is_said(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    record(home).path.write_bytes(b"this is no database at all" * 100)
    program = app(tmp_path)
    async with program.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert program.store.notice
        assert program.store.notice.split()[0] in text(program)


async def test_q_leaves(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await pilot.press("q")
    assert program.return_code == 0


async def test_escape_and_b_do_no_harm_here(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await pilot.press("escape", "b")
        await pilot.pause()
        assert isinstance(program.screen, HomeScreen)
        assert program.is_running


@pytest.mark.parametrize(
    ("key", "screen"),
    [
        ("z", QuizSetupScreen),
        ("d", QuizScreen),
        ("i", ProgressScreen),
        ("f5", SimulatorScreen),
        ("f7", GlossaryScreen),
        ("f8", FormulasScreen),
    ],
)
async def test_each_key_opens_its_screen_and_escape_comes_back(tmp_path: Path, key: str, screen: type) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await pilot.press(key)
        await until(pilot, lambda: isinstance(program.screen, screen))
        await until(pilot, lambda: program.screen.is_mounted)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(program.screen, HomeScreen))


async def test_the_smallest_terminal_still_holds_the_map(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=(40, 12)) as pilot:
        await until(pilot, "Doubling")
        assert max(len(line) for line in text(program).splitlines()) <= 40


async def test_a_click_opens_a_lesson(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await pilot.pause()
        await pilot.click(OptionList, offset=(10, 0))
        await until(pilot, lambda: isinstance(program.screen, LessonScreen))


async def test_an_added_lesson_with_a_fault_is_left_out_and_named_while_the_course_is_open(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "20-toy.md").write_text(broken("answer: a + 1", "answer: b + 1"), "utf-8")
    (tmp_path / "more" / "30-pal.md").write_text(NEIGHBOUR, "utf-8")
    course_ = Course(course(tmp_path / "lessons").headings[0].path.parent, [tmp_path / "more"])
    program = ChainruleApp(course_, record(tmp_path / "home"), Opening())
    async with program.run_test(size=WIDE) as pilot:
        await until(pilot, "Pal: a lesson for tests")
        await until(pilot, "! Left out: ")
        assert "20-toy.md:45" in str(program.screen.query_one("#notices", Static).render())
        assert "Toy: a lesson for tests" not in text(program)
        assert "Pal: a lesson for tests" in text(program)


@pytest.mark.parametrize("whose", ["own", "for all"])
async def test_the_map_shows_the_assignments_that_are_kept_and_what_is_wrong_with_one(
    tmp_path: Path, whose: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAINRULE_SHARED", str(tmp_path / "for-all"))
    program = app(tmp_path)
    kept = (program.session.store.folder if whose == "own" else tmp_path / "for-all") / "assignments"
    kept.mkdir(parents=True)
    (kept / "1.yaml").write_text("title: Week 3\nlessons: [doubling]\ncount: 1\ndeadline: 2999-01-01T00:00Z\n")
    (kept / "2.yaml").write_text("title: Week 4\nlessons: [dubling]\n")
    (kept / "3.yaml").write_text("title: Week 1\nlessons: [doubling]\ndeadline: 2001-01-01T00:00Z\n")
    (kept / "4.yaml").write_text("title: Week 5\n")
    (kept / "notes.txt").write_text("mine")
    async with program.run_test(size=WIDE) as pilot:
        await until(pilot, "Week 3 · 0 of 1 answered · ")
        shown = text(program)
        assert "days left" in shown
        assert "2.yaml:2: the lesson 'dubling' is neither in the course" in " ".join(shown.split())
        assert "days late" in shown
        assert "and 1 more assignment" in shown


async def test_a_tall_map_has_a_heading_for_each_part_and_ends_with_the_meaning_of_its_marks(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=WIDE) as pilot:
        await until(pilot, "○ new")
        lines = [line.strip() for line in text(program).splitlines()]
        shown = program.screen.query_one(CourseMap)
        assert "First steps" in str(shown.get_option_at_index(0).prompt), lines
        assert shown.get_option_at_index(0).disabled and shown.highlighted == 1
        assert "! to practise" not in text(program), "no lesson of this map has that mark"
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "First steps" not in str(shown.get_option_at_index(0).prompt))
        assert not program.screen.query_one("#legend").display
        assert shown.highlighted == 0


@pytest.mark.parametrize(("size", "is_whole"), [((100, 30), True), ((80, 24), False)])
async def test_a_short_map_spares_its_rows_for_the_lessons(
    tmp_path: Path, size: tuple[int, int], is_whole: bool
) -> None:
    program = ChainruleApp(open_course(), record(tmp_path / "home"))
    async with program.run_test(size=size) as pilot:
        await until(pilot, "nothing due")
        lines = text(program).splitlines()
        assert lines[1].startswith("  Next    The node · 0 of 22 lessons done"), lines[1]
        lessons = program.screen.query_one(CourseMap)
        assert lessons.show_vertical_scrollbar != is_whole
        assert ("Reading handwriting" in text(program)) == is_whole
