"""Stories about the glossary, the formula sheet, the errata and the placement test."""

from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.content import Content
from textual.events import Key
from textual.widget import Widget
from textual.widgets import Input, OptionList

from tests.content.lessons import RICH, folder
from tests.screens.story import SMALL, WIDE, focused, press, record, text, until
from tests.test_placement import chain
from tutor.content.collected import NamedFormula, Source
from tutor.content.course import Course, open_course
from tutor.placement.results import PlacementOutcome, load_outcome, save_outcome
from tutor.questions.answers.submission import Submission
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.course.home import HomeScreen
from tutor.screens.course.lesson import LessonScreen
from tutor.screens.reference.find import FindScreen
from tutor.screens.reference.listing import SearchLine
from tutor.screens.reference.sheets import GlossaryScreen
from tutor.screens.requests import OpenScreen
from tutor.widgets.answers.question_card import QuestionCard
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.lesson.page_parts import ErratumBox

SIZES = pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80×24", "140×44"])


def app(tmp_path: Path, opening: Opening | None = None) -> ChainruleApp:
    return ChainruleApp(Course(folder(tmp_path, toy=RICH)), record(tmp_path / "home"), opening or Opening())


@SIZES
async def test_a_word_is_found_in_the_glossary_and_leads_to_its_lesson(tmp_path: Path, size: tuple[int, int]) -> None:
    program = app(tmp_path)
    async with program.run_test(size=size) as pilot:
        await until(pilot, "nothing due")
        program.post_message(OpenScreen("glossary"))
        await until(pilot, "2 entries")
        assert "kernel A small grid of numbers; here there are 125." in " ".join(text(program).split())
        await press(pilot, [*"compares"])
        await until(pilot, "1 of 2")
        assert "kernel" not in text(program)
        await press(pilot, ["down"])
        assert isinstance(focused(program), OptionList)
        await press(pilot, ["enter"])
        await until(pilot, lambda: isinstance(program.screen, LessonScreen))
        await until(pilot, "1 of 3")


async def test_a_letter_typed_alone_leads_to_the_lesson_that_gives_it_its_meaning(tmp_path: Path) -> None:
    lettered = RICH.replace('ratio: "How', '$\\kappa$: The number of kernels.\nratio: "How')
    program = ChainruleApp(Course(folder(tmp_path, toy=lettered)), record(tmp_path / "home"), Opening())
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "nothing due")
        program.post_message(OpenScreen("glossary"))
        await until(pilot, "3 entries")
        await press(pilot, ["κ"])
        await until(pilot, "1 of 3")
        assert "κ  The number of kernels." in text(program)
        await press(pilot, ["down", "enter"])
        await until(pilot, "Words and letters of this lesson")
        await press(pilot, ["end"])
        await until(pilot, "κ       The number of kernels.")


async def test_the_search_of_the_whole_course_is_offered_until_something_is_typed(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "nothing due")
        program.post_message(OpenScreen("glossary"))
        await until(pilot, "/ Find")
        await press(pilot, ["k"])
        await until(pilot, lambda: "/ Find" not in text(program))


@pytest.mark.parametrize("width", [80, 100, 140])
@pytest.mark.parametrize("sheet", ["formulas", "glossary"])
async def test_the_rows_of_a_sheet_fit_and_are_what_the_cursor_goes_to(tmp_path: Path, sheet: str, width: int) -> None:
    program = ChainruleApp(open_course(), record(tmp_path / "home"), Opening())
    async with program.run_test(size=(width, 30)) as pilot:
        await until(pilot, "Next")
        program.post_message(OpenScreen(sheet))
        await until(pilot, lambda: bool(program.screen.query(OptionList)))
        rows = program.screen.query_one(OptionList)
        await until(pilot, lambda: rows.option_count > 100)
        words, letters = "Words", "Letters and signs of formulas"
        for option in rows.options:
            assert isinstance(option.prompt, Content)
            lines = option.prompt.plain.split("\n")
            assert max(map(cell_len, lines)) <= rows.scrollable_content_region.width - 2
            assert option.disabled or (lines[0] + lines[-1]).strip(), "the cursor would light an empty row"
            assert option.disabled == (option.prompt.plain.strip() in {"", words, letters})
        if sheet == "glossary":
            names = [str(option.prompt).split("  ")[0] for option in rows.options if str(option.prompt).strip()]
            single = names[names.index(letters) + 1 :]
            assert names[0] == words and len(names) - len(single) > 100
            named = [name for name in single if name]
            assert len(named) == len(set(named)), "a letter heads its meanings once"


async def test_a_key_that_finds_and_comes_again_too_late_does_nothing(tmp_path: Path) -> None:
    """Two quick keys: the second one reaches the line when its screen is covered already."""
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "nothing due")
        program.post_message(OpenScreen("glossary"))
        await until(pilot, lambda: isinstance(program.focused, Input))
        line = focused(program)
        assert isinstance(line, SearchLine)
        await press(pilot, ["slash"])
        await until(pilot, lambda: isinstance(program.screen, FindScreen))
        await until(pilot, "Toy: a lesson with every block")
        await line.on_key(Key("slash", "/"))
        await press(pilot, ["down", "up"])
        assert isinstance(program.screen, FindScreen), "what is under the cursor was opened"


async def test_the_cursor_goes_to_the_entry_that_begins_with_what_is_typed(tmp_path: Path) -> None:
    program = ChainruleApp(open_course(), record(tmp_path / "home"), Opening())
    async with program.run_test(size=WIDE) as pilot:
        program.post_message(OpenScreen("glossary"))
        await until(pilot, "entries")
        await press(pilot, [*"gradient"])
        await until(pilot, " of 4")
        screen = program.screen
        assert isinstance(screen, GlossaryScreen)
        entry = screen.highlighted_entry()
        assert entry is not None and entry.words.startswith("gradient "), "not the first word that it explains"


async def test_what_is_not_found_is_said_and_escape_clears_the_search(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "nothing due")
        program.post_message(OpenScreen("glossary"))
        await until(pilot, "2 entries")
        await press(pilot, [*"xyz"])
        await until(pilot, "Nothing here contains “xyz”.")
        await press(pilot, ["escape"])
        await until(pilot, "2 entries")
        assert program.screen.query_one(Input).value == ""
        await press(pilot, ["escape"])
        await until(pilot, lambda: isinstance(program.screen, HomeScreen))


@SIZES
async def test_named_formulas_stand_on_the_sheet_in_two_dimensions(tmp_path: Path, size: tuple[int, int]) -> None:
    program = app(tmp_path)
    async with program.run_test(size=size) as pilot:
        await until(pilot, "nothing due")
        program.post_message(OpenScreen("formulas"))
        await until(pilot, "1 formula")
        lines = text(program).splitlines()
        middle = next(index for index, line in enumerate(lines) if "─ = 0.048" in line)
        assert "28,800" in lines[middle - 1]
        assert "600,000" in lines[middle + 1]
        assert "saving" in text(program)


async def test_the_errata_stand_on_one_page_with_their_proofs(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "nothing due")
        program.post_message(OpenScreen("errata"))
        await until(pilot, "1 slip")
        await until(pilot, "Check it: step twice.")
        assert len(program.screen.query(ErratumBox)) == 1
        await press(pilot, ["tab", "enter"])
        await until(pilot, lambda: isinstance(program.screen, LessonScreen))
        await until(pilot, "2 of 3")


@pytest.mark.parametrize("width", [80, 100, 140, 200])
async def test_every_slip_has_its_whole_text_and_its_link_at_every_width(tmp_path: Path, width: int) -> None:
    program = ChainruleApp(open_course(), record(tmp_path / "home"), Opening())
    async with program.run_test(size=(width, 60)) as pilot:
        await until(pilot, "Next")
        program.post_message(OpenScreen("errata"))
        await until(pilot, lambda: bool(program.screen.query("LinkedErratumBox > Button")))
        await until(pilot, lambda: all(one.region.height for one in program.screen.query("LinkedErratumBox > Button")))
        for button in program.screen.query("LinkedErratumBox > Button"):
            assert isinstance(button.parent, Widget)
            assert button.parent.region.contains_region(button.region) and button.region.height, width


@SIZES
@pytest.mark.parametrize("sheet", ["formulas", "glossary"])
async def test_a_sheet_is_as_wide_as_its_search_line(tmp_path: Path, sheet: str, size: tuple[int, int]) -> None:
    program = app(tmp_path)
    async with program.run_test(size=size) as pilot:
        await until(pilot, "nothing due")
        program.post_message(OpenScreen(sheet))
        await until(pilot, lambda: bool(program.screen.query(SearchLine)))
        await until(pilot, lambda: program.screen.query_one(OptionList).region.width > 0)
        line, rows = program.screen.query_one(SearchLine).region, program.screen.query_one(OptionList).region
        assert (line.x, line.width) == (rows.x, rows.width)


def test_formulas_are_named_in_words() -> None:
    source = Source("node", 1, "The node", 0)
    names = ["weighted-sum", "kl-divergence", "softmax", "l2-penalty"]
    words = [NamedFormula(name, "x", source).words for name in names]
    assert words == ["weighted sum", "KL divergence", "softmax", "L2 penalty"]


@pytest.mark.parametrize(
    ("words", "seen"),
    [("glossary", "2 entries"), ("formula", "1 formula"), ("errata", "1 slip"), ("placement", "of up to")],
)
async def test_the_palette_leads_to_each(tmp_path: Path, words: str, seen: str) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "nothing due")
        await press(pilot, ["ctrl+p", *words])
        await until(pilot, lambda: bool(program.screen.query(OptionList).last().option_count))
        await pilot.pause(0.3)
        await press(pilot, ["enter"])
        await until(pilot, seen)


async def test_the_placement_test_records_the_answers_and_marks_what_is_known(tmp_path: Path) -> None:
    program = ChainruleApp(chain(tmp_path), record(tmp_path / "home"), Opening("placement", seed=0))
    async with program.run_test(size=WIDE) as pilot:
        asked = 0
        while True:
            await until(pilot, f"question {asked + 1} of up to 12")
            card = program.screen.query_one(QuestionCard)
            outcome = program.session.submit(card.instance, Submission(card.instance.solution.split(")")[0]))
            assert getattr(outcome, "verdict", "") == "right"
            card.post_message(QuestionCard.Answered(card, card.instance, outcome))  # type: ignore[arg-type]  # a grade
            await until(pilot, "Next question")
            await press(pilot, ["enter"])
            asked += 1
            await until(pilot, lambda: not program.screen.query("#next"))
            await until(pilot, lambda: bool(program.screen.query("#outcome, QuestionCard")))
            if "What you can take" in text(program):
                break
        assert "You showed it: " in text(program)
        assert "They build on these, which were not asked: " in text(program)
        assert len(program.store.attempts()) == asked
        assert load_outcome(program.store).known == {"one", "two", "three", "four", "five", "six", "seven"}
        await press(pilot, ["enter"])
        await until(pilot, "known")


async def test_leaving_out_what_one_does_not_know_ends_soon_with_nothing_known(tmp_path: Path) -> None:
    program = ChainruleApp(chain(tmp_path), record(tmp_path / "home"), Opening("placement", seed=0))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "question 1 of up to 12")
        await until(pilot, lambda: "^n goes on to the next" in " ".join(text(program).split()))
        await press(pilot, ["ctrl+n"])
        await until(pilot, "Nothing yet. Begin with the first lesson.")
        assert program.store.count() == 0
        assert load_outcome(program.store) == PlacementOutcome()


async def test_the_map_goes_on_behind_what_is_known(tmp_path: Path) -> None:
    store = record(tmp_path / "home")
    save_outcome(store, PlacementOutcome(("two",), ("one",)))
    store.close()
    program = ChainruleApp(chain(tmp_path), record(tmp_path / "home"), Opening())
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "nothing due")
        lines = text(program).splitlines()
        assert sum("◇" in line and line.split()[-2:-1] == ["known"] for line in lines) == 2
        await press(pilot, ["enter"])
        await until(pilot, lambda: isinstance(program.screen, LessonScreen))
        assert isinstance(program.screen, LessonScreen)
        assert program.screen.lesson.id == "three"


@pytest.mark.parametrize("sheet", ["glossary", "formulas", "errata", "placement"])
async def test_a_course_without_lessons_says_so(tmp_path: Path, sheet: str) -> None:
    (tmp_path / "empty").mkdir()
    program = ChainruleApp(Course(tmp_path / "empty"), record(tmp_path / "home"), Opening())
    said = {
        "glossary": "The lessons explain no words yet.",
        "formulas": "The lessons name no formulas yet.",
        "errata": "The lessons list no common slips yet.",
        "placement": "Nothing yet. Begin with the first lesson.",
    }
    async with program.run_test(size=SMALL) as pilot:
        await pilot.pause()
        program.post_message(OpenScreen(sheet))
        await until(pilot, said[sheet])


async def test_on_a_narrow_screen_meanings_begin_in_one_column_and_a_blank_row_stands_below_the_list(
    tmp_path: Path,
) -> None:
    program = app(tmp_path, Opening("home"))
    async with program.run_test(size=SMALL) as pilot:
        program.post_message(OpenScreen("glossary"))
        await until(pilot, "2 entries")
        rows = text(program).splitlines()
        starts = {row.index(words) for row in rows for words in ("A small grid", "How") if words in row}
        assert len(starts) == 1
        option_list, keys = program.screen.query_one(OptionList), program.screen.query_one(KeyBar)
        assert option_list.region.bottom < keys.region.y
