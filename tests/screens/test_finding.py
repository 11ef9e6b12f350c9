"""Finding things by a few letters, the list of a lesson's pages, and letters on what is on the screen."""

import html
from pathlib import Path

import pytest
from textual.events import Key
from textual.fuzzy import FuzzySearch
from textual.widgets import Input

from tests.screens.story import SMALL, WIDE, app, focused, press, record, text, until
from tutor.content.course import open_course
from tutor.content.findable import Findable, contents, lesson_contents, lesson_entry, prompt_line
from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.course.home import CourseMap, HomeScreen
from tutor.screens.course.lesson import LessonScreen
from tutor.screens.course.pages import PagesScreen
from tutor.screens.course.panel_view import PanelView
from tutor.screens.jump import LETTERS, JumpLabel, JumpScreen, Target, find_targets, make_labels
from tutor.screens.quiz.quiz import QuizScreen
from tutor.screens.reference.find import FindScreen, best_matches, request_for
from tutor.screens.reference.preview import preview_entry
from tutor.screens.reference.sheets import FormulasScreen, GlossaryScreen
from tutor.screens.requests import OpenQuiz
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation
from tutor.widgets.answers.question_card import QuestionCard
from tutor.widgets.literal import OptionList, Static
from tutor.widgets.modal import Modal
from tutor.widgets.reading_column import ReadingColumn
from tutor.widgets.simulator.simulator import Simulator
from tutor.widgets.simulator.timeline import Timeline


def page(lesson: str, section: int) -> Opening:
    return Opening("lesson", lesson=lesson, section=section)


# -- finding


@pytest.fixture(scope="module")
def everything() -> list[Findable]:
    course = open_course()
    return [*(lesson_entry(heading) for heading in course.headings), *contents(course)]


@pytest.mark.parametrize(
    ("typed", "kind", "title"),
    [
        ("drop", "lesson", "Dropout"),
        ("bckprop", "lesson", "Backprop"),
        ("momentum", "term", "momentum"),
        ("adam", "lesson", "Adam"),
        ("cost of a surprise", "page", "The cost"),
    ],
)
def test_a_few_letters_find_it(everything: list[Findable], typed: str, kind: str, title: str) -> None:
    found = dict(best_matches(typed, everything, FuzzySearch()))
    assert any(title in entry.title for entry in found[kind][:3]), found  # type: ignore[index]


def test_every_kind_is_among_what_can_be_found(everything: list[Findable]) -> None:
    assert {entry.kind for entry in everything} == {"lesson", "page", "term", "formula", "question"}


def test_every_entry_is_found_by_its_own_title(everything: list[Findable]) -> None:
    fuzzy = FuzzySearch()
    for entry in everything:
        groups = dict(best_matches(entry.title, [entry], fuzzy))
        assert groups == {entry.kind: [entry]}, entry


def test_no_question_shows_or_is_found_by_its_answer() -> None:
    """What is matched and shown is what is asked, and nothing more."""
    course = open_course()
    for entry in contents(course):
        if entry.kind == "question":
            question, _ = course.question(entry.id)
            ask = getattr(question, "ask", None)
            assert entry.detail == ""
            assert entry.title == (prompt_line(ask) if ask else "What comes next in the simulation?")


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_a_question_is_found_and_gone_to_on_its_page(tmp_path: Path, size: tuple[int, int]) -> None:
    program = app(tmp_path)
    async with program.run_test(size=size) as pilot:
        await until(pilot, "Doubling")
        await press(pilot, ["slash", *"which is mo"])
        await until(pilot, "Questions")
        assert "81" not in text(program), "an option would tell"
        await press(pilot, ["enter"])
        await until(pilot, lambda: isinstance(program.screen, LessonScreen))
        await until(
            pilot,
            lambda: any(
                card.instance.id == "which-is-more" and card.has_focus_within
                for card in program.screen.query(QuestionCard)
            ),
        )
        await press(pilot, ["escape", "escape"])
        await until(pilot, lambda: isinstance(program.screen, HomeScreen))


async def test_a_page_of_the_lesson_that_is_read_is_turned_to_and_what_was_typed_stays(tmp_path: Path) -> None:
    program = app(tmp_path, page("doubling", 2))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "What is twice")
        await press(pilot, ["tab", "4", "escape", "slash", *"why it ma"])
        await until(pilot, "Pages")
        lesson = program.screen_stack[-2]
        await press(pilot, ["enter"])
        await until(pilot, "outgrows everything")
        assert program.screen is lesson
        await press(pilot, ["n", "n"])
        await until(pilot, "What is twice")
        assert program.screen.query(Input).first().value == "4"


@pytest.mark.parametrize(
    ("kind", "screen"), [("term", GlossaryScreen), ("formula", FormulasScreen)], ids=["term", "formula"]
)
async def test_a_term_and_a_formula_are_shown_in_their_lists(
    everything: list[Findable], tmp_path: Path, kind: str, screen: type[GlossaryScreen | FormulasScreen]
) -> None:
    program = ChainruleApp(open_course(), record(tmp_path), Opening("home"))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Go on" if program.store.count() else "Next")
        sought = [entry for entry in everything if entry.kind == kind][12]
        program.screen.post_message(request_for(sought))
        await until(pilot, lambda: isinstance(program.screen, screen))
        await until(pilot, lambda: program.screen.query_one(OptionList).highlighted is not None)
        await until(pilot, sought.title)
        assert isinstance(program.focused, OptionList)
        await press(pilot, ["enter"])
        await until(pilot, lambda: isinstance(program.screen, LessonScreen))
        lesson = program.screen
        assert isinstance(lesson, LessonScreen)
        assert (lesson.lesson.id, lesson.page) == (sought.source.lesson, sought.source.section)


async def test_nothing_found_is_said_and_escape_goes_back(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Doubling")
        await press(pilot, ["slash", *"xyzzy"])
        await until(pilot, "Nothing in the course matches “xyzzy”.")
        await press(pilot, ["enter"])
        assert isinstance(program.screen, FindScreen)
        await press(pilot, ["escape"])
        assert isinstance(program.screen, HomeScreen)


async def test_in_a_line_a_slash_is_a_slash(tmp_path: Path) -> None:
    program = app(tmp_path, page("doubling", 2))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "What is twice")
        await press(pilot, ["tab", "1", "slash", "2"])
        assert program.screen.query(Input).first().value == "1/2"


# -- pages


async def test_the_list_of_pages_says_what_is_read_and_open_and_enter_goes_there(tmp_path: Path) -> None:
    program = app(tmp_path, page("doubling", 0))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "outgrows everything")
        lesson = program.screen
        assert isinstance(lesson, LessonScreen)
        await until(pilot, lambda: bool(lesson.pages._unsaved_pages))
        await press(pilot, ["n"])
        await until(pilot, lambda: program.store.pages_read("doubling") == {0, 1})
        await press(pilot, ["g"])
        await until(pilot, "Pages of ")
        shown = text(program)
        assert "●  1  Why it matters" in shown, shown
        assert "●  2  The idea" in shown
        assert "○ not read   ● done" in shown, "the signs of the map, and only those that are here"
        assert "↑↓ Pick" in shown
        (row,) = [line.strip(" │▁▂▃▄▅▆▇█") for line in shown.splitlines() if "○  3  Questions" in line]
        assert row.split("Questions", 1)[1].strip() == "2 questions open"
        await press(pilot, ["j", "enter"])
        await until(pilot, "What is twice")
        program.store.save_page_read("doubling", 2)
        await press(pilot, ["ctrl+g"])
        await until(pilot, "◐  3  Questions")  # read, and not done
        await until(pilot, lambda: isinstance(program.screen, PagesScreen))
        await press(pilot, ["escape"])
        assert isinstance(program.screen, LessonScreen)


async def test_a_wide_terminal_shows_more_of_the_result_under_the_cursor(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=WIDE) as pilot:
        await press(pilot, ["slash"])
        preview = program.screen.query_one(".preview", Static)
        await until(pilot, lambda: "Concepts: doubling, squares" in seen_in(preview))
        await press(pilot, [*"twice"])
        await until(pilot, lambda: "What is twice" in seen_in(preview))
        assert "lesson 1, Doubling, and what it costs, page 3" in seen_in(preview)
        await press(pilot, ["backspace"] * 5 + [*"zzzzz"])
        await until(pilot, "Nothing in the course matches")
        assert not seen_in(preview).strip()
        await pilot.resize_terminal(*SMALL)
        await until(pilot, lambda: not preview.display)


def test_a_preview_shows_a_formula_drawn_a_meaning_and_the_beginning_of_a_page() -> None:
    real = open_course()
    texts: dict[str, list[str]] = {"formula": [], "term": [], "page": [], "question": []}
    for entry in (*lesson_contents(real.lesson("backprop")), *lesson_contents(real.lesson("convolution"))):
        head, shown = f"{entry.title}\n{entry.source.words}", preview_entry(entry, real, 41).plain
        assert shown.startswith(head)
        texts[entry.kind].append(shown.removeprefix(head).strip())
    assert any("──" in formula for formula in texts["formula"])
    assert all(texts["term"])
    assert "Start at the right end." in "".join(texts["page"])
    assert not any(texts["question"]), "its text is its title, and no answer is shown"


def seen_in(widget: Static) -> str:
    return str(widget.content)


# -- letters on what is there


def test_no_label_begins_another() -> None:
    for count in (1, 26, 27, 200):
        found = make_labels(count)
        assert len(set(found)) == count
        assert not any(one != other and other.startswith(one) for one in found for other in found)


def shown(program: ChainruleApp) -> str:
    """What a person sees: a screen, and what shows through from beneath it."""
    return html.unescape(program.export_screenshot()).replace("\xa0", " ")


def targets(program: ChainruleApp) -> list[tuple[str, Target]]:
    """The letters there are, and what each goes to."""
    assert isinstance(program.screen, JumpScreen)
    return list(program.screen._targets.items())


def letter_at(program: object, where: str) -> str:
    """The letters that stand on the line in which `where` is written beneath the labels."""
    screen = program.screen  # type: ignore[attr-defined]
    assert isinstance(screen, JumpScreen)
    beneath = screen.app.screen_stack[-2]
    for letters, target in screen._targets.items():
        line = "".join(segment.text for segment in beneath._compositor.render_strips()[target.position.y])
        if where in line:
            return letters
    raise AssertionError(f"no letter on {where!r}")


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_a_letter_opens_a_lesson_of_the_map(tmp_path: Path, size: tuple[int, int]) -> None:
    program = app(tmp_path)
    async with program.run_test(size=size) as pilot:
        await until(pilot, "Doubling")
        await press(pilot, ["ctrl+o"])
        await until(pilot, "Rates, seen")  # what lies beneath stays in sight
        await press(pilot, [*letter_at(program, "Rates, seen")])
        await until(pilot, lambda: isinstance(program.screen, LessonScreen))


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_a_letter_goes_to_the_line_of_an_answer(tmp_path: Path, size: tuple[int, int]) -> None:
    program = app(tmp_path, page("doubling", 2))
    async with program.run_test(size=size) as pilot:
        await until(pilot, "What is twice")
        await press(pilot, ["ctrl+o"])
        await press(pilot, [*letter_at(program, "›")])
        await until(pilot, lambda: isinstance(program.focused, Input))


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_a_letter_follows_a_link_in_the_text(tmp_path: Path, size: tuple[int, int]) -> None:
    program = app(tmp_path, page("rates", 0))
    async with program.run_test(size=size) as pilot:
        await until(pilot, "Step twice")
        await press(pilot, ["ctrl+o"])
        await press(pilot, [*letter_at(program, "Go to the simulation")])
        await until(pilot, lambda: isinstance(program.focused, Simulator))


@pytest.mark.parametrize("key", ["ctrl+o", "slash", "question_mark"])
async def test_what_is_typed_to_a_dialog_after_it_was_closed_does_nothing(tmp_path: Path, key: str) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Doubling")
        beneath = program.screen
        await press(pilot, [key])
        await until(pilot, lambda: isinstance(program.screen, Modal))
        dialog = program.screen
        assert isinstance(dialog, Modal)
        dialog.dismiss()
        for name in (*LETTERS, "enter", "escape", "down", "ctrl+o"):
            dialog.post_message(Key(name, name if len(name) == 1 else None))
        await until(pilot, lambda: not dialog.is_attached)
        assert program.screen is beneath
        assert dialog.beneath is None


async def test_a_letter_only_moves_to_an_option_and_answers_nothing(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("doubling"), 2, seed=1)))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        for target in find_targets(program.screen):
            assert target.widget.screen is program.screen
        await press(pilot, ["ctrl+o"])
        await press(pilot, [next(iter(program.screen._targets))])  # type: ignore[attr-defined]
        await until(pilot, lambda: isinstance(program.screen, QuizScreen))
        assert program.store.count() == 0


async def test_a_letter_that_leads_nowhere_changes_nothing_and_escape_leaves(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Doubling")
        before = focused(program)
        await press(pilot, ["ctrl+o", "0", "M"])
        assert isinstance(program.screen, JumpScreen)
        await press(pilot, ["escape"])
        assert isinstance(program.screen, HomeScreen)
        assert focused(program) is before


async def test_letters_stand_in_the_places_of_the_marks_of_rows_and_the_last_line_says_what_they_do(
    tmp_path: Path,
) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Doubling")
        await press(pilot, ["ctrl+o"])
        rows = [target for _, target in targets(program) if isinstance(target.widget, OptionList)]
        assert rows
        on_map = {target.position for target in rows if isinstance(target.widget, CourseMap)}
        plain = [label for label in program.screen.query(JumpLabel) if label.has_class("-plain")]
        assert on_map <= {label.region.offset for label in plain}
        assert "a s Open" in text(program)
        grounds = {label.styles.background for label in plain}
        assert grounds == {program.screen_stack[-2].styles.background}, "no ribbon of filled tags"


async def test_the_letter_of_a_panel_stands_in_its_frame_and_a_page_around_the_focus_has_none(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=WIDE) as pilot:
        program.store.save_page_read("doubling", 0)
        await press(pilot, ["i"])
        await until(pilot, lambda: len(program.screen.query(PanelView)) > 1)
        panels = {target.widget: target.position for target in find_targets(program.screen)}
        assert {type(widget) for widget in panels} == {PanelView}
        assert all(position - widget.region.offset == (1, 0) for widget, position in panels.items())
        program.post_message(OpenQuiz(QuizOptions(Scope("doubling"))))
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        assert not any(isinstance(target.widget, ReadingColumn) for target in find_targets(program.screen))


async def test_letters_press_the_buttons_of_a_run(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("simulation", player=Player(find_simulation("adam").build())))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "step 0")
        await press(pilot, ["ctrl+o"])
        letters = [name for name, target in targets(program) if isinstance(target.widget, Timeline)]
        assert len(letters) == 4
        await press(pilot, [*letters[-1]])
        await until(pilot, "step 1")
