"""Stories about reading a lesson."""

from pathlib import Path

import pytest
from textual.widgets import Input

from tests.screens.story import DOUBLING as DOUBLING_TEXT
from tests.screens.story import SMALL, WIDE, app, course, focused, press, record, shown_keys, text, until
from tutor.content.course import Course
from tutor.content.model import DEEPER_NOTE
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.course.home import HomeScreen
from tutor.screens.course.lesson import PREPARE_AFTER, LessonScreen
from tutor.widgets.answers.question_card import QuestionCard
from tutor.widgets.lesson.page import LessonPage
from tutor.widgets.lesson.page_parts import ErratumBox
from tutor.widgets.markdown.mathdown import MathMarkdown

DOUBLING = Opening("lesson", lesson="doubling")
RATES = Opening("lesson", lesson="rates")


def lesson(program: ChainruleApp) -> LessonScreen:
    assert isinstance(program.screen, LessonScreen)
    return program.screen


async def test_a_learner_answers_wrong_reads_the_hint_answers_right_and_finds_everything_again(
    tmp_path: Path,
) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await press(pilot, ["enter"])
        await until(pilot, "1 of 3")
        await press(pilot, ["n", "n"])
        await until(pilot, "What is twice")
        await press(pilot, ["tab", "1", "enter"])
        await until(pilot, "✗ Wrong.")
        await press(pilot, ["f4"])
        await until(pilot, "Hint F2 (2 left, 10% of score each)")
        await press(pilot, ["f2"])
        await until(pilot, "Add it to itself.")
        number = program.screen.query(QuestionCard).first().instance.names["n"]
        await press(pilot, [*str(2 * number), "enter"])
        await until(pilot, "✓ Right.")
        await press(pilot, ["ctrl+q"])
    program.store.close()
    store = record(tmp_path / "home")
    assert [(attempt.verdict, attempt.hints) for attempt in store.attempts()] == [("wrong", 0), ("right", 1)]
    store.close()
    again = app(tmp_path)
    async with again.run_test(size=SMALL) as pilot:
        await until(pilot, "Questions ━━━━━───── 1/2")
        await press(pilot, ["enter"])
        await until(pilot, "3 of 3")


async def test_below_the_title_of_a_deeper_page_the_screen_says_that_it_may_be_skipped(tmp_path: Path) -> None:
    folder = tmp_path / "lessons"
    course(folder)
    (folder / "01-doubling.md").write_text(DOUBLING_TEXT.replace("## The idea", "## Deeper: the idea"), "utf-8")
    program = ChainruleApp(Course(folder), record(tmp_path / "home"), DOUBLING)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "outgrows everything")
        assert DEEPER_NOTE not in text(program)
        await press(pilot, ["n"])
        await until(pilot, "Twice as much each time")
        rows = [row.strip() for row in text(program).splitlines()]
        assert rows[rows.index("Deeper: the idea") + 1] == DEEPER_NOTE


@pytest.mark.parametrize(("forward", "back"), [("n", "p"), ("right", "left"), ("l", "h")])
async def test_pages_turn_with_letters_and_arrows(tmp_path: Path, forward: str, back: str) -> None:
    program = app(tmp_path, DOUBLING)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "1 of 3")
        await press(pilot, [forward])
        await until(pilot, "2 of 3")
        assert "The idea" in text(program)
        await press(pilot, [back])
        await until(pilot, "1 of 3")
        assert "Why it matters" in text(program)


async def test_next_on_the_last_page_goes_to_what_its_foot_offers_first(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Which is more")
        await press(pilot, ["n"])
        assert str(focused(program).name) == "continue"
        assert lesson(program).page == 2
        assert "Continue: Rates, seen in a simulation →" in text(program)
        await press(pilot, ["enter"])
        await until(pilot, "1 of 2")
        assert lesson(program).lesson.id == "rates"


async def test_turning_back_before_the_first_page_stays(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "3 of 3")
        await press(pilot, ["p", "p", "p"])
        assert lesson(program).page == 0


def stands(screen: LessonScreen) -> bool:
    """Whether the page that was turned to is shown, with all its parts."""
    return screen._shown_page is screen._page_at(screen.page) and screen._shown_page._is_built


@pytest.mark.parametrize("key", ["enter", "space"])
@pytest.mark.parametrize("size", [(60, 14), SMALL, WIDE], ids=["60×14", "80×24", "140×44"])
async def test_one_key_goes_through_lessons_and_passes_over_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, size: tuple[int, int]
) -> None:
    program = app(tmp_path, DOUBLING)
    seen: dict[str, set[int]] = {}
    look = LessonPage._note_seen_rows

    def look_and_note(page: LessonPage) -> None:
        top = page.scroll_offset.y
        seen.setdefault(page.section.title, set()).update(range(top, top + page.size.height))
        look(page)

    monkeypatch.setattr(LessonPage, "_note_seen_rows", look_and_note)  # each time that something else comes in sight
    async with program.run_test(size=size) as pilot:
        await until(pilot, "1 of 3")
        for _ in range(60):
            await until(pilot, lambda: stands(lesson(program)))  # a key before that passes over the page, as it should
            page = lesson(program)._shown_page
            page._note_seen_rows()
            here = focused(program)
            cards = [card for card in program.screen.query(QuestionCard) if card in here.ancestors]
            if cards and cards[0].grade is None:
                before = cards[0].virtual_region.y
                assert set(range(before)) <= seen[page.section.title], "text above a question was passed over"
                cards[0].fill_in(cards[0].instance.solution.partition(")")[0])
                await pilot.pause()
                await press(pilot, ["enter"])
                await until(pilot, lambda card=cards[0]: card.grade is not None)  # type: ignore[misc]
                assert cards[0].grade is not None
                assert cards[0].grade.verdict == "right"
            elif lesson(program).lesson.id == "rates":
                break
            else:
                rows = page._text_end  # what is said when a lesson is finished comes below, and has the focus
                await press(pilot, [key])
                await pilot.pause()
                if lesson(program)._shown_page is not page:
                    assert set(range(rows)) <= seen[page.section.title], f"{page.section.title} was not seen whole"
        assert lesson(program).lesson.id == "rates"
        assert len(seen) == 4


async def test_the_last_lesson_ends_with_a_quiz_on_it(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="rates", section=1))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "2 of 2")
        await until(pilot, lambda: bool(program.screen.query("LessonPage > .turner > Button")))
        assert [button.name for button in lesson(program)._shown_page.query(".turner > Button")] == [
            "quiz",
            "part-quiz",
            "home",
            "previous",
        ]


async def test_enter_leads_from_the_simulation_back_to_the_text(tmp_path: Path) -> None:
    program = app(tmp_path, RATES)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Step twice.")
        await press(pilot, ["s"])
        await until(pilot, lambda: program.screen.query_one("#side") in focused(program).ancestors)
        await press(pilot, ["enter"])
        assert isinstance(focused(program), LessonPage)


async def test_the_next_page_is_made_ready_while_this_one_is_read(tmp_path: Path) -> None:
    program = app(tmp_path, DOUBLING)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: len(program.screen.query(LessonPage)) == 2)
        hidden = program.screen.query(LessonPage).last()
        assert not hidden.display
        await press(pilot, ["n"])
        await until(pilot, lambda: hidden.display and focused(program) is hidden)


async def test_pages_far_off_are_let_go_and_come_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor.screens.course.lesson.MAX_KEPT_DISTANCE", 1)
    program = app(tmp_path, DOUBLING)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "1 of 3")
        first = program.screen.query(LessonPage).first()
        await press(pilot, ["n", "n"])
        await until(pilot, lambda: not first.is_attached)
        await press(pilot, ["p", "p"])
        await until(pilot, "Why it matters")


async def test_a_page_with_something_typed_on_it_is_never_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tutor.screens.course.lesson.MAX_KEPT_DISTANCE", 1)
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "What is twice")
        typed = lesson(program)._made_pages[2]
        await press(pilot, ["tab", "4", "2", "escape", "p"])
        middle = lesson(program)._made_pages[1]
        await press(pilot, ["p", "n", "n", "p", "p"])
        await pilot.pause(PREPARE_AFTER + 0.2)
        assert middle.is_attached
        assert typed.is_attached
        assert lesson(program)._made_pages[2] is typed


async def test_what_was_typed_on_a_page_is_there_when_one_comes_back(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "What is twice")
        await press(pilot, ["tab", "4", "2", "escape", "p", "n"])
        await until(pilot, "3 of 3")
        assert program.screen.query(Input).first().value == "42"


async def test_an_erratum_is_boxed(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=1))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "It is two.")
        box = program.screen.query_one(ErratumBox)
        assert str(box.border_title) == "! Common slip"
        assert "╭─ ! Common slip ─" in text(program)


async def test_a_formula_is_laid_out_in_two_dimensions(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=1))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "y = ")
        lines = text(program).splitlines()
        middle = next(index for index, line in enumerate(lines) if "y = ─" in line)
        assert "2x" in lines[middle - 1]
        assert lines[middle + 1].strip() == "1"


async def test_text_is_never_wider_than_80_columns(tmp_path: Path) -> None:
    program = app(tmp_path, DOUBLING)
    async with program.run_test(size=(200, 50)) as pilot:
        await until(pilot, "A thing that doubles")
        assert all(text.size.width <= 80 for text in program.screen.query(MathMarkdown))


async def test_escape_goes_from_the_answer_to_the_page_and_from_the_page_home(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "What is twice")
        await press(pilot, ["tab"])
        assert isinstance(focused(program), Input)
        await press(pilot, ["escape"])
        assert isinstance(focused(program), LessonPage)
        await press(pilot, ["escape"])
        await until(pilot, lambda: isinstance(program.screen, HomeScreen))


@pytest.mark.parametrize("in_tmux", [False, True])
async def test_letters_are_letters_while_one_types(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_tmux: bool
) -> None:
    """And what `p` does has another key then, which tmux would keep to itself."""
    monkeypatch.setenv("TMUX", "/tmp/tmux") if in_tmux else monkeypatch.delenv("TMUX", raising=False)
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "What is twice")
        await press(pilot, ["tab", "n", "p", "b", "q", "s"])
        assert program.screen.query(Input).first().value == "npbqs"
        assert lesson(program).page == 2
        assert not {"n Next", "p Previous"} & set(shown_keys(program.screen))
        assert ("^b Previous" in shown_keys(program.screen)) == (not in_tmux)


async def test_a_place_that_cannot_be_kept_is_said_and_reading_goes_on(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the record's folder should be")
    program = app(tmp_path, DOUBLING)
    async with program.run_test(size=SMALL, notifications=True) as pilot:
        await until(pilot, "1 of 3")
        await press(pilot, ["n"])
        await until(pilot, "Your place was not kept")
        assert lesson(program).page == 1


async def test_the_first_page_alone_writes_nothing(tmp_path: Path) -> None:
    program = app(tmp_path, DOUBLING)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: len(program.screen.query(LessonPage)) == 2)
    assert not (tmp_path / "home").exists()


async def test_the_buttons_at_the_foot_turn_the_page(tmp_path: Path) -> None:
    program = app(tmp_path, DOUBLING)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Next: The idea →")
        await pilot.click("LessonPage > .turner > Button")
        await until(pilot, "2 of 3")


async def test_the_page_scrolls_with_j_and_k_page_down_home_and_end(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with program.run_test(size=(60, 14)) as pilot:
        await until(pilot, "What is twice")
        page = program.screen.query_one(LessonPage)
        for key, down in [("j", True), ("k", False), ("pagedown", True), ("home", False), ("end", True)]:
            before = page.scroll_target_y
            await press(pilot, [key])
            assert (page.scroll_target_y > before) is down, key


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80×24", "140×44"])
async def test_the_simulation_is_beside_the_text_or_behind_s(tmp_path: Path, size: tuple[int, int]) -> None:
    program = app(tmp_path, RATES)
    async with program.run_test(size=size) as pilot:
        await until(pilot, "Step twice.")
        side, pages = program.screen.query_one("#side"), program.screen.query_one("#pages")
        assert side.display is (size == WIDE)
        await press(pilot, ["s"])
        await until(pilot, lambda: side in focused(program).ancestors)
        assert side.display
        assert pages.display is (size == WIDE)
        await press(pilot, ["s"])
        await until(pilot, lambda: isinstance(focused(program), LessonPage))
        assert side.display is (size == WIDE)


async def test_the_simulation_stays_as_it_is_while_pages_turn(tmp_path: Path) -> None:
    from tutor.widgets.simulator.simulator import Simulator

    program = app(tmp_path, RATES)
    async with program.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: bool(program.screen.query(Simulator)))
        simulator = program.screen.query_one(Simulator)
        simulator.player.step()
        await press(pilot, ["n"])
        await until(pilot, "2 of 2")
        assert program.screen.query_one(Simulator) is simulator
        assert simulator.player.position == 3


async def test_a_lesson_without_a_simulation_has_no_empty_side(tmp_path: Path) -> None:
    program = app(tmp_path, DOUBLING)
    async with program.run_test(size=WIDE, notifications=True) as pilot:
        await until(pilot, "1 of 3")
        assert not program.screen.query_one("#side").display
        await press(pilot, ["s"])
        await until(pilot, "This lesson has no simulation.")


async def test_enter_goes_to_the_question_in_sight_then_to_the_next_then_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However many pages count as read on a slow machine, the end leads on, not back to what is open.
    monkeypatch.setattr("tutor.screens.course.lesson_pages.WORKED_THROUGH", 1.0)
    program = app(tmp_path, DOUBLING)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "1 of 3")
        assert "To the question" not in text(program).splitlines()[-1], "there is nothing to answer on this page"
        await press(pilot, ["n", "n"])
        await until(pilot, "What is twice")
        assert "To the question" in text(program).splitlines()[-1]
        _number, choice = program.screen.query(QuestionCard)
        page = program.screen.query(LessonPage).last()
        await press(pilot, ["minus", "4"])
        field = focused(program)
        assert isinstance(field, Input)
        assert field.value == "-4", "what is typed on the page begins the answer in sight"
        field.clear()
        page.focus()
        await press(pilot, ["j", "k"])
        assert focused(program) is page, "a key of the screen stays one"
        await press(pilot, ["("])
        assert field.value == "("
        field.clear()
        page.focus()
        await press(pilot, ["enter"])
        assert isinstance(focused(program), Input)
        await press(pilot, ["1", "enter"])
        await until(pilot, "✗ Wrong.")
        await press(pilot, ["f9"])
        await until(pilot, "The answer:")
        page.focus()
        await press(pilot, ["enter"])
        assert choice in focused(program).ancestors, "the first question has its verdict, so Enter goes to the second"
        await press(pilot, ["a", "enter", "f9"])
        await until(pilot, lambda: choice.grade is not None)
        page.focus()
        await until(pilot, "⏎ Go on")
        for _ in range(9):
            if page._was_read and page.scroll_offset.y == page.max_scroll_y:
                break
            await press(pilot, ["enter"])  # down to the foot
        await press(pilot, ["enter"])  # and on
        await until(pilot, "1 of 2")
