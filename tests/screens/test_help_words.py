"""Help is there on every screen, and in the words of a learner."""

from pathlib import Path

import pytest
from textual.dom import DOMNode
from textual.widget import Widget

from tests.screens.story import SMALL, app, press, text, until
from tutor.screens.base import TooSmall
from tutor.screens.catalogue import own_classes
from tutor.screens.help import HelpScreen, help_pages, help_text
from tutor.screens.quiz.cards import ChallengeScreen
from tutor.screens.reference.find import FindScreen
from tutor.widgets.literal import Static
from tutor.widgets.modal import Modal

PROGRAMMERS_WORDS = ("literally", "widget", "docstring", "bindings", "Textual")


@pytest.mark.parametrize("owner", [each for each in own_classes() if vars(each).get("BINDINGS")])
def test_the_help_of_everything_with_keys_is_written_for_learners(owner: type[DOMNode]) -> None:
    said = help_text(owner)
    assert not [word for word in PROGRAMMERS_WORDS if word in said]
    if issubclass(owner, Widget) and owner.can_focus:
        assert said, "what can have the focus says what it is"


def test_every_screen_over_another_has_a_key_for_help() -> None:
    """Textual offers the keys of the app on no modal screen."""
    over = [each for each in own_classes() if issubclass(each, Modal) and each not in (TooSmall, HelpScreen)]
    assert ChallengeScreen in over
    assert FindScreen in over
    for each in over:
        keys = each._merge_bindings().key_to_bindings
        for key in ("question_mark", "f1"):
            assert [binding.action for binding in keys.get(key, [])] == ["app.help"], (each, key)


async def test_help_opens_over_a_dialog_and_closes_onto_it(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await press(pilot, ["slash"])
        await until(pilot, lambda: isinstance(program.screen, FindScreen))
        await press(pilot, ["question_mark"])
        await until(pilot, lambda: isinstance(program.screen, HelpScreen))
        await press(pilot, ["escape"])
        await until(pilot, lambda: isinstance(program.screen, FindScreen))


async def test_all_descriptions_of_a_help_stand_in_one_column(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=(100, 60)) as pilot:
        await until(pilot, "nothing due")
        await press(pilot, ["question_mark"])
        await until(pilot, "Leave; everything is kept")
        said = [row[1] for page in help_pages(program.screen_stack[-2]) for row in page.keys]
        lines = text(program).splitlines()
        starts = [line.index(words) for words in said for line in lines if f"  {words}" in line]
        assert len(starts) > 10 and len(set(starts)) == 1, starts


async def test_what_a_key_does_stays_in_its_column_and_the_settings_have_a_title_of_their_own(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=(100, 30)) as pilot:
        program.action_settings()
        await until(pilot, "─ Settings and keys ─")
        shown = next(
            page for page in program.screen.query(".help-page").results(Static) if "app.palette" in str(page.visual)
        )
        lines = str(shown.visual).splitlines()
        row = next(index for index, line in enumerate(lines) if "app.palette" in line)
        column = lines[row].index("ctrl+p")
        assert lines[row + 1][:column].isspace(), "the rest of what it does"
        assert lines[row + 1][column] != " "
        margins = {page.styles.margin.right for page in program.screen.query(".help-page")}
        assert margins == {1}, "none touches the scroll bar"
