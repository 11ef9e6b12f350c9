"""Where the parts of a screen stand on a large terminal, and which of its buttons stands out."""

from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.widget import Widget

from tests.screens.story import app, press, record, until
from tests.screens.test_themes import GRAPHICAL, READABLE, VERY_READABLE, contrast
from tutor.content.course import open_course
from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.quiz.end import ExamReview
from tutor.screens.requests import OpenScreen
from tutor.screens.themes import THEMES
from tutor.widgets.answers.question_card import QuestionCard
from tutor.widgets.literal import Button, OptionList
from tutor.widgets.reading_column import rows_above

LARGE = [(100, 30), (140, 44), (200, 60)]
EXAM = QuizOptions(Scope("doubling"), seed=3, exam=True)


def stands_in_the_middle(part: Widget, columns: int, rows: int) -> bool:
    """Whether `part` has as much space on both sides, to a cell or two, and begins within the upper third."""
    left, right = part.region.x, columns - part.region.right
    return abs(left - right) <= 2 and 2 < part.region.y <= rows / 3


@pytest.mark.parametrize(("columns", "rows"), LARGE)
async def test_what_is_asked_stands_in_the_middle_of_a_large_screen(tmp_path: Path, columns: int, rows: int) -> None:
    program = app(tmp_path, Opening("quiz", options=EXAM))
    async with program.run_test(size=(columns, rows)) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        card = program.screen.query_one(QuestionCard)
        await until(pilot, lambda: stands_in_the_middle(card, columns, rows))
        await press(pilot, ["ctrl+n", "ctrl+n"])
        await until(pilot, lambda: bool(program.screen.query(ExamReview)))
        review = program.screen.query_one(ExamReview)
        await until(pilot, lambda: stands_in_the_middle(review, columns, rows))
        await press(pilot, ["escape", "escape"])
        program.screen.post_message(OpenScreen("placement"))
        await until(pilot, "The first questions are on lessons")
        card = program.screen.query_one(QuestionCard)
        await until(pilot, lambda: stands_in_the_middle(card, columns, rows))
        assert not program.screen.query_one("#so-far").display, "a list of lessons that are all open says nothing"


@pytest.mark.parametrize("rows", range(24, 120))
def test_less_than_a_third_of_the_rows_is_left_above_a_column(rows: int) -> None:
    assert 1 <= rows_above(rows) < rows / 3


class ButtonsApp(App[None]):
    """A program with a button for the next step, and one for something else."""

    def compose(self) -> ComposeResult:
        yield Button("Next", id="next", compact=True, variant="primary")
        yield Button("Other", id="other", compact=True)

    def on_mount(self) -> None:
        for theme in THEMES:
            self.register_theme(theme)


async def test_the_next_step_stands_out_in_every_theme_and_what_has_the_focus_is_underlined_or_bold() -> None:
    program = ButtonsApp()
    async with program.run_test() as pilot:
        for theme in THEMES:
            program.theme = theme.name
            least = VERY_READABLE if "contrast" in theme.name else READABLE
            styles = {}
            for focused in ("next", "other"):
                program.query_one(f"#{focused}").focus()
                await pilot.pause(0.05)
                for button in program.query(Button):
                    style = button.rich_style
                    styles[button.id, focused] = style
                    ground, ink = button.colors[2], button.colors[3]
                    assert contrast(ink, ground) >= least, (theme.name, button.id, focused)
                    if button.id == "next":
                        assert contrast(ground, program.screen.styles.background) >= GRAPHICAL, theme.name
            assert styles["next", "next"].underline and not styles["next", "other"].underline
            assert styles["other", "other"].bold and not styles["other", "next"].bold


@pytest.mark.parametrize("opened", ["errata", "quiz"])
async def test_scrollbars_of_pages_stand_at_the_edge_of_the_window(tmp_path: Path, opened: str) -> None:
    program: ChainruleApp = app(tmp_path, Opening("quiz", options=EXAM) if opened == "quiz" else None)
    async with program.run_test(size=LARGE[0]) as pilot:
        if opened == "quiz":
            await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        else:
            await until(pilot, "nothing due")
            program.post_message(OpenScreen("errata"))
            await until(pilot, "1 slip")
        page = program.screen.query_one("#errata" if opened == "errata" else "#quiz")
        page.styles.overflow_y = "scroll"
        await until(pilot, lambda: page.show_vertical_scrollbar)
        await until(pilot, lambda: page.vertical_scrollbar.region.right == page.region.right)


async def test_a_question_has_one_filled_button_however_long_the_others_are(tmp_path: Path) -> None:
    program: ChainruleApp = app(tmp_path, Opening("quiz", options=EXAM))
    async with program.run_test(size=LARGE[0]) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        program.screen.query_one(QuestionCard).fill_in("a" if program.screen.query("SingleChoiceList") else "1")
        await until(pilot, lambda: [button.id for button in program.screen.query("Button.-primary")] == ["answer"])


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (140, 44)])
async def test_the_words_of_a_lesson_are_a_column_of_terms_and_one_of_meanings(
    tmp_path: Path, columns: int, rows: int
) -> None:
    course = open_course()
    program = ChainruleApp(course, record(tmp_path), Opening("lesson", lesson="node", section=99))
    async with program.run_test(size=(columns, rows)) as pilot:
        await until(pilot, lambda: len(program.screen.query("GlossaryBox .meaning")) > 10)
        await until(pilot, lambda: all(meaning.region for meaning in program.screen.query("GlossaryBox .meaning")))
        terms, meanings = program.screen.query("GlossaryBox .term"), program.screen.query("GlossaryBox .meaning")
        (left,) = {meaning.region.x for meaning in meanings}
        assert all(term.region.right <= left for term in terms)


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (140, 44), (200, 60)])
async def test_what_is_found_fills_its_line_and_no_word_is_in_all_lines(
    tmp_path: Path, columns: int, rows: int
) -> None:
    program = ChainruleApp(open_course(), record(tmp_path))
    async with program.run_test(size=(columns, rows)) as pilot:
        await until(pilot, "The node")
        await press(pilot, ["slash"])
        await until(pilot, "Lessons")
        results = program.screen.query_one("FindScreen OptionList", OptionList)
        lessons = [str(option.prompt).split() for option in results.options if not option.disabled]
        assert len(lessons) > 20
        assert not set.intersection(*map(set, lessons)), "a word in each line says nothing"
        await press(pilot, [*"gradient"])
        await until(pilot, "Terms")
        free = results.scrollable_content_region.width - max(cell_len(str(each.prompt)) for each in results.options)
        assert 0 <= free <= 3, "the mark of a line ends where the line does"
