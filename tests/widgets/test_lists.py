"""Ticking, ordering and pairing with keys and the mouse."""

from collections.abc import Callable

import pytest
from textual import on
from textual.app import App, ComposeResult

from tests.waiting import until
from tutor.questions.base import Option
from tutor.screens.themes import THEMES
from tutor.widgets.answers.multi_choice import MultiChoiceList
from tutor.widgets.answers.pairs import PairList
from tutor.widgets.answers.single_choice import SingleChoiceList

OPTIONS = [Option(letter, f"option {letter}") for letter in "abc"]
PLACES = [Option(number, f"place {number}") for number in "12"]


class Desk(App[None]):
    """One list, and what was handed in."""

    def __init__(self, chooser: SingleChoiceList) -> None:
        super().__init__()
        self.chooser = chooser
        self.given: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.chooser

    @on(SingleChoiceList.Chosen)
    def keep(self, event: SingleChoiceList.Chosen) -> None:
        self.given.append(event.label)


class UnfocusedDesk(Desk):
    """A desk whose list does not have the focus from the start."""

    AUTO_FOCUS = None


def shown(app: App[None]) -> str:
    """The screen as text."""
    return "\n".join(line.text.rstrip() for line in app.screen._compositor.render_strips())


async def test_letters_tick_and_enter_hands_in_what_is_ticked() -> None:
    app = Desk(MultiChoiceList(OPTIONS))
    async with app.run_test() as pilot:
        await pilot.press("c", "a", "enter")
        assert app.given == ["a, c"]
        assert shown(app).count("[x]") == 2


async def test_space_ticks_and_takes_the_tick_off() -> None:
    app = Desk(MultiChoiceList(OPTIONS))
    async with app.run_test() as pilot:
        await pilot.press("down", "space", "down", "space", "space", "enter")
        assert app.given == ["b"]


async def test_a_click_ticks_and_hands_nothing_in() -> None:
    app = Desk(MultiChoiceList(OPTIONS))
    async with app.run_test() as pilot:
        await pilot.click(MultiChoiceList, offset=(4, 1))
        assert app.given == []
        assert app.chooser.chosen == "b"


async def test_an_order_is_that_of_the_ticking() -> None:
    app = Desk(MultiChoiceList(OPTIONS, ordered=True))
    async with app.run_test() as pilot:
        await pilot.press("c", "a", "b", "a", "enter")
        assert app.given == ["c b"]
        assert "1. c" in shown(app)


async def test_ticks_are_marked_with_a_sign_and_a_word() -> None:
    app = Desk(MultiChoiceList(OPTIONS))
    async with app.run_test() as pilot:
        app.chooser.mark("a, b", "b, c", ("", "why b", "why c"))
        await until(pilot, lambda: "why c" in shown(app))
        text = shown(app)
    assert "[ ] a  option a  ✗ it belongs to the answer" in text
    assert "[x] b  option b  ✓ right" in text
    assert "[x] c  option c  ✗ it does not belong" in text


async def test_a_letter_goes_to_the_place_under_the_cursor_and_the_cursor_goes_on() -> None:
    app = Desk(PairList(PLACES, OPTIONS))
    async with app.run_test() as pilot:
        await pilot.press("b", "a", "enter")
        assert app.given == ["1b 2a"]


async def test_a_number_goes_to_its_place_and_backspace_clears_it() -> None:
    app = Desk(PairList(PLACES, OPTIONS))
    async with app.run_test() as pilot:
        await pilot.press("b", "a", "1", "backspace", "enter", "c", "enter")
        assert app.given == ["2a", "1c 2a"]


async def test_backspace_takes_back_what_was_typed_last_and_then_what_was_typed_before_it() -> None:
    app = Desk(PairList([*PLACES, Option("3", "place 3")], OPTIONS))
    async with app.run_test() as pilot:
        await pilot.press("b", "a", "backspace", "enter", "c", "backspace", "backspace", "enter")
        assert app.given == ["1b", ""]


async def test_pairs_are_marked_with_what_belongs_there() -> None:
    app = Desk(PairList(PLACES, OPTIONS))
    async with app.run_test() as pilot:
        app.chooser.mark("1b 2a", "1b 2c", ("", "because"))
        await until(pilot, lambda: "because" in shown(app))
        text = shown(app)
    assert "[b] 1  place 1  ✓ right" in text
    assert "[c] 2  place 2  ✗ a belongs here" in text


LONG = [Option("a", "short"), Option("b", "word " * 30)]


async def test_the_cursor_is_a_sign_and_goes_where_the_focus_is() -> None:
    app = Desk(SingleChoiceList(OPTIONS))
    async with app.run_test() as pilot:
        assert "›" not in shown(app), "nothing is picked yet"
        await pilot.press("down")
        marked = [True, False, False]
        await until(pilot, lambda: [line[:1] == "›" for line in shown(app).splitlines()[:3]] == marked)
        app.chooser.blur()
        await until(pilot, lambda: [line[:1] == "●" for line in shown(app).splitlines()[:3]] == marked)
        assert "›" not in shown(app)


def looks(app: App[None], rows: int) -> list[set[tuple[object, object]]]:
    """The backgrounds and underlines of the first `rows` lines of the screen, a set for each."""
    strips = app.screen._compositor.render_strips()[:rows]
    return [{(cell.style.bgcolor, cell.style.underline) for cell in strip if cell.style} for strip in strips]


CHOOSERS: dict[str, Callable[[], SingleChoiceList]] = {
    "single": lambda: SingleChoiceList(OPTIONS),
    "several": lambda: MultiChoiceList(OPTIONS),
    "order": lambda: MultiChoiceList(OPTIONS, ordered=True),
    "pairs": lambda: PairList(PLACES, OPTIONS),
}


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
@pytest.mark.parametrize("kind", CHOOSERS)
async def test_no_option_looks_picked_before_the_list_has_had_the_focus(kind: str, theme: str) -> None:
    app = UnfocusedDesk(CHOOSERS[kind]())
    for known in THEMES:
        app.register_theme(known)
    app.theme = theme
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.focused is None
        assert len({frozenset(look) for look in looks(app, 2)}) == 1
        assert not {"›", "●"} & set(shown(app))
        app.chooser.focus()
        await pilot.press("down")
        assert len({frozenset(look) for look in looks(app, 2)}) == 2, "the cursor can be seen"
        app.chooser.blur()
        await until(pilot, lambda: len({frozenset(look) for look in looks(app, 2)}) == 1)


async def test_the_further_lines_of_an_option_and_of_its_why_stand_under_its_first_word() -> None:
    app = Desk(SingleChoiceList(LONG))
    async with app.run_test(size=(40, 30)) as pilot:
        await until(pilot, lambda: "word" in shown(app))
        lines = [line for line in shown(app).splitlines() if line]
        assert lines[:2] == [" a  short", " b  " + " ".join(["word"] * 7)]
        assert len(lines) > 3
        assert all(line.startswith("    word") for line in lines[2:])
        app.chooser.mark("a) short", "a", ("", "because " * 9))
        await until(pilot, lambda: "because" in shown(app))
        lines = [line for line in shown(app).splitlines() if "because" in line]
        assert len(lines) == 3
        assert all(line.startswith("    because") for line in lines)


async def test_an_order_is_marked_place_by_place() -> None:
    app = Desk(MultiChoiceList(OPTIONS, ordered=True))
    async with app.run_test() as pilot:
        app.chooser.mark("a c b", "a b c")
        await until(pilot, lambda: "✓" in shown(app))
        text = shown(app)
        assert "1. a  option a  ✓" in text
        assert "2. b  option b  → place 3" in text
        assert "3. c  option c  → place 2" in text


async def test_enter_before_anything_is_picked_picks_nothing() -> None:
    app = Desk(SingleChoiceList(OPTIONS))
    async with app.run_test() as pilot:
        await pilot.press("enter", "a", "enter")
        assert app.given == ["", "a"]


async def test_past_the_last_place_the_cursor_stays_so_that_no_letter_is_written_over() -> None:
    app = Desk(PairList(PLACES, OPTIONS))
    async with app.run_test() as pilot:
        await pilot.press("a", "down", "b", "down", "down", "enter")
        assert app.given == ["1a 2b"]
