"""Screens of every size: what there is room for is shown, and no large part stays empty while something is hidden."""

from pathlib import Path

import pytest

from tests.screens.quizzing import right_keys
from tests.screens.story import WIDE, app, press, record, text, until
from tests.widgets.test_layout import every_case
from tutor.content.course import open_course
from tutor.content.model import Lesson, PictureBlock
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.course.home import HomeScreen
from tutor.screens.course.lesson_blocks import nearest_block, shown_simulation_names, simulation_blocks
from tutor.screens.course.map_lines import MIN_ID_WIDTH, MapEntry, format_map_line
from tutor.screens.course.panel_view import panel_content
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation
from tutor.statistics.panels import Panel, PanelRow
from tutor.widgets.answers.question_card import QuestionCard
from tutor.widgets.lesson.page import LessonPage
from tutor.widgets.simulator.layout import place_parts

MOST_EMPTY = 1 / 3
"""The largest share of a screen that may stay empty in one piece while something is hidden."""


def largest_gap(lines: list[str], width: int) -> float:
    """The share of the screen that the largest rectangle of blank cells takes."""
    best, heights = 0, [0] * width
    for line in lines:
        heights = [height + 1 if sign == " " else 0 for height, sign in zip(heights, line.ljust(width), strict=False)]
        stack: list[tuple[int, int]] = []
        for place, height in enumerate([*heights, 0]):
            start = place
            while stack and stack[-1][1] >= height:
                start, tall = stack.pop()
                best = max(best, tall * (place - start))
            stack.append((start, height))
    return best / (width * len(lines))


def test_the_largest_gap_is_found() -> None:
    assert largest_gap(["ab", "cd"], 2) == 0
    assert largest_gap(["a   ", "b   ", "cdef"], 4) == 0.5


def test_the_parts_of_a_simulator_leave_no_third_of_it_empty() -> None:
    for size, has in every_case():
        places = {name: place for name, place in place_parts(size, has).items() if name != "by-hand"}
        covered = sum(place.area for place in places.values())
        assert covered >= (1 - MOST_EMPTY) * size.area, (size, has, places)


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (140, 44), (200, 60)], ids=str)
@pytest.mark.parametrize("name", ["playground", "backprop", "adam", "softmax", "convolution"])
async def test_no_third_of_a_simulator_is_drawn_empty(tmp_path: Path, name: str, size: tuple[int, int]) -> None:
    player = Player(find_simulation(name).build())
    player.jump(6)
    program = app(tmp_path, Opening("simulation", player=player))
    async with program.run_test(size=size) as pilot:
        await until(pilot, "step 6")
        await pilot.pause()
        lines = text(program).split("\n")
        assert largest_gap(lines, size[0]) <= MOST_EMPTY, "\n".join(lines)


async def test_a_lesson_comes_back_when_its_simulation_is_left_while_it_is_presented(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="rates", section=0))
    async with program.run_test(size=(80, 24)) as pilot:
        await until(pilot, "See it")
        await press(pilot, ["s"])
        await until(pilot, "step 2")
        await press(pilot, ["P"])
        await until(pilot, lambda: "Help" not in text(program))
        assert "step 2" in text(program)
        await press(pilot, ["s"])
        await until(pilot, "See it")
        await until(pilot, "Help")


@pytest.mark.parametrize("size", [(120, 32), (140, 44), (200, 60)], ids=str)
async def test_the_map_says_what_stands_on_what_beside_the_lessons(tmp_path: Path, size: tuple[int, int]) -> None:
    program = app(tmp_path)
    async with program.run_test(size=size) as pilot:
        await until(pilot, "Its concepts")
        assert "Mastery" not in text(program), "nothing was asked yet"
        assert "→ Rates" in text(program)
        assert "a course on neural networks" in text(program)
        await press(pilot, ["down"])
        await until(pilot, "← Doubling")
        assert isinstance(program.screen, HomeScreen)
        shown = program.screen.query_one("#about")
        assert shown.region.bottom == size[1] - 1
        assert not shown.region.overlaps(program.screen.query_one("#map").region)


@pytest.mark.parametrize("size", [(80, 24), (140, 30)], ids=str)
async def test_the_scrollbar_of_a_page_keeps_off_its_text(tmp_path: Path, size: tuple[int, int]) -> None:
    program = app(tmp_path, Opening("lesson", lesson="rates", section=1))
    async with program.run_test(size=size) as pilot:
        await until(pilot, "· step 2")
        page = program.screen.query_one(LessonPage)
        await until(pilot, lambda: page.show_vertical_scrollbar)
        bar = page.vertical_scrollbar.region
        assert bar.right == page.region.right
        assert all(child.region.right < bar.x for child in page.children)


def test_names_of_a_panel_are_whole_before_its_notes_and_bars() -> None:
    row = PanelRow("backpropagation", 0.44, "44%, weak, was 51%", "weak", "44%, weak")
    drawn = {width: panel_content(Panel("fading", "", (), (row,)), width).plain for width in (26, 34, 60)}
    assert all(line.startswith("backpropagation ") for line in drawn.values()), drawn
    assert [("was" in line) for line in drawn.values()] == [False, False, True]
    assert all(len(line) <= width for width, line in drawn.items())
    lacks = PanelRow("weighted sum", 0.67, "67% · 3 more right answers on different days, the next one later today")
    for width in range(26, 90):
        line = panel_content(Panel("concepts", "", (), (lacks,)), width).plain
        assert line.startswith("weighted sum "), line
        assert len(line) <= width


def test_no_title_of_a_lesson_is_cut_on_a_wide_map() -> None:
    title = "Depthwise separable convolution: what it saves, what it gives up"
    entry = MapEntry("gradient-descent", 21, title, "begun", "begun", level=0.5, is_weak=True)
    for width in (97, 103, 111, MIN_ID_WIDTH, 115):
        line = format_map_line(entry, width)
        assert title in line.plain
        assert line.cell_length <= width


@pytest.mark.parametrize(("name", "seen"), [("find", "Reading handwriting"), ("placement", "✓ you showed it")])
async def test_on_a_wide_screen_no_title_of_a_lesson_is_cut(tmp_path: Path, name: str, seen: str) -> None:
    course = open_course()
    program = ChainruleApp(course, record(tmp_path / "home"), Opening("placement") if name == "placement" else None)
    async with program.run_test(size=WIDE) as pilot:
        if name == "find":
            await until(pilot, "Chainrule")
            await press(pilot, ["slash"])
        else:
            await until(pilot, "The first questions are on lessons")
            assert seen not in text(program), "a list of lessons that are all open says nothing"
            while seen not in text(program):
                (card,) = program.screen.query(QuestionCard)
                await press(pilot, right_keys(card))
                await until(pilot, "✓ Right.")
                await press(pilot, ["ctrl+n"])
        await until(pilot, seen)
        for front in (heading.front_matter for heading in course.headings):
            assert (front.title if name == "find" else front.short_title) in text(program)


@pytest.mark.parametrize("lesson", open_course().lessons(), ids=lambda lesson: lesson.id)
def test_beside_a_page_is_its_own_simulation_or_one_that_it_shows_or_that_of_the_page_before(lesson: Lesson) -> None:
    blocks = simulation_blocks(lesson)
    for page, section in enumerate(lesson.sections):
        beside = nearest_block(lesson, page)
        own = [block for at, block in blocks if at == page]
        shown = {block.name for _, block in blocks} & set(shown_simulation_names(section))
        if own:
            assert beside is own[0]
        elif shown:
            assert beside is not None
            assert beside.name in shown, section.title
        elif page:
            assert beside is nearest_block(lesson, page - 1), section.title


def test_a_page_on_images_has_the_whole_image_beside_it_though_another_simulation_comes_first() -> None:
    course = open_course()
    for id, page, name in [("convolution", 1, "convolution"), ("convolution", 12, "learned-kernel")]:
        beside = nearest_block(course.lesson(id), page)
        assert beside is not None
        assert beside.name == name
    folding = [nearest_block(course.lesson("folding"), page) for page in range(11)]
    assert [block.name for block in folding if block] == ["playground"] * 5 + ["bumps"] * 2 + ["playground"] * 4


@pytest.mark.parametrize("lesson", open_course().lessons(), ids=lambda lesson: lesson.id)
def test_no_picture_of_a_page_is_shown_again_by_the_simulation_beside_it(lesson: Lesson) -> None:
    for page, section in enumerate(lesson.sections):
        beside = nearest_block(lesson, page)
        for picture in section.blocks:
            if isinstance(picture, PictureBlock) and beside is not None and picture.chart == 0:
                shown = (beside.name, beside.values, beside.step)
                assert (picture.name, picture.values, picture.step) != shown, section.title


async def test_a_lesson_and_the_simulation_beside_it_begin_on_the_same_row(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="rates", section=1))
    async with program.run_test(size=WIDE) as pilot:
        await until(pilot, "· step 2")
        title, side = program.screen.query_one("PageTitle"), program.screen.query_one("#side")
        await until(pilot, lambda: bool(side.query("Simulator")))
        assert min(part.region.y for part in side.children if part.region) == title.region.y
